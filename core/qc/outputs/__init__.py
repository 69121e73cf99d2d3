"""Outputs of OpenMolcas and ORCA read into one record of levels, and that record laid beside ours."""
