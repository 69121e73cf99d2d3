"""Multireference verification of one lanthanide(III) ion in its ligands."""

from typing import Final

ENGINE: Final = "cahf-1"
"""Raised whenever the engine's numbers change by more than its stated errors; stands beside every stored result, so
that results of different engines are not mixed."""
