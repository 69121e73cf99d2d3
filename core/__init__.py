"""Kramers: from a crystal structure or a ligand to the crystal-field levels of a lanthanide ion."""

__version__ = "0.2.0"
