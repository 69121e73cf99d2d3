"""Environments, computed and electrostatic levels, the training set of structures."""
