"""The parts of the Explore page: the map, what stands at its handle, ways through ligand space, the basket."""
