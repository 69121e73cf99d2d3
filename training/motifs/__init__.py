"""Complexes of our own making: shapes, ligands, pockets and their templates."""
