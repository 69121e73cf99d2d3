"""[Dy(H2O)5L2] of a ligand: start, GFN2-xTB, checks, corrected distances."""
