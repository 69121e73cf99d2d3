"""From the text of a CIF to independent molecules: cell, symmetry, disorder, hydrogen atoms."""
