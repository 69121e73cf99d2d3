"""The ligands that the VAE learns from."""
