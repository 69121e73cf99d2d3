"""The parts of the Build page: asking for a ligand, building beside the page, showing the complex."""
