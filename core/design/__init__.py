"""Ligands out of a latent space: tokens, the variational autoencoder, its heads, the map, and search."""
