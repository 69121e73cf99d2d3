"""Files to structures and back: CIF, XYZ, PDB, MOL, outputs of other programs."""
