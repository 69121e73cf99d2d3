"""Models that learn: voxel network, invariants and trees, the literature prior, and their domain."""
