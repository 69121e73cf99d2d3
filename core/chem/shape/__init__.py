"""Continuous shape measures against the reference polyhedra of SHAPE."""
