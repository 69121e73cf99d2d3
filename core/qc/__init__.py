"""Multireference verification of one lanthanide(III) ion in its ligands."""
