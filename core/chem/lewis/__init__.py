"""Bonds, formal charges and donor atoms of ligands: what a chemist would draw."""
