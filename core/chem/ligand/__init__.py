"""A ligand as a chemist asks for it: SMILES, donor atom, protonation, drawing, doubts."""
