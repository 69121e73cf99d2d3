"""What a visitor keeps on this machine: files, ligands, recipes and comparisons, private to her browser."""
