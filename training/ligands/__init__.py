"""The ligand VAE, its heads and the map."""
