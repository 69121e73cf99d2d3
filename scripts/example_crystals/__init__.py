"""Makes the example crystals: Kepert's repulsion model, UFF for the ligands, a rigid-body packing, a CIF writer."""
