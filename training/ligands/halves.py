"""Which ligands are put aside as test for ever: those whose scaffold (without a ring, skeleton) has a hash below
`TEST_SHARE`. Every list of ligands to be computed, and everything that learns from their levels, has to respect it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from rdkit import Chem

from training.ligands.reading import group_of

TEST_SHARE: Final = 0.15

_SALT: Final = 30
"""Scaffolds differ much in their ligands, so that 15 % of them hold 5 to 30 % of the list. Of the numbers 0 to 39 this
one, chosen before any label was made, puts 15 % of the list aside with the most donor classes (26 of 29)."""


@lru_cache(maxsize=4096)
def half_of(smiles: str) -> str:
    """``test`` for a ligand of a scaffold that is put aside, else ``train``."""
    scaffold = group_of(Chem.MolFromSmiles(smiles))
    digest = hashlib.sha256(f"scaffold {_SALT} {scaffold}".encode()).digest()
    return "test" if int.from_bytes(digest[:8], "big") / 2**64 < TEST_SHARE else "train"
