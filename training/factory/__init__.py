"""The label factory: what is computed next, by whom, and what became of it."""
