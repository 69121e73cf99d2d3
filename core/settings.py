"""Limits and thresholds that are policy, not physics. One place to read them, one place to change them."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final[int] = 20_000_000
"""Largest CIF that is read [bytes]; structure factors embedded by refinement programs can make honest files large."""

MAX_BLOCKS: Final[int] = 200
"""Most data blocks in one file."""

MAX_SITES: Final[int] = 5_000
"""Most atom sites in one block."""

MAX_EXPANDED_ATOMS: Final[int] = 60_000
"""Most sites × symmetry operators: what the expanded cell may hold before anything is expanded."""

MAX_COMPONENT_ATOMS: Final[int] = 2_000
"""Most atoms of a molecule that is judged."""

MAX_CONJUGATED_ATOMS: Final[int] = 160
"""Most atoms of one conjugated system whose Lewis structure is sought; about a second on one core at this size."""

SCHEMA_VERSION: Final[int] = 1
"""Version of the JSON that the command line prints."""

MAX_SMILES_CHARACTERS: Final[int] = 400
"""Longest SMILES that is read [characters]; a ligand of `MAX_LIGAND_ATOMS` heavy atoms needs fewer."""

MAX_MOLFILE_CHARACTERS: Final[int] = 50_000
"""Longest MOL or SDF text that is read [characters]; a molecule of 300 atoms with its bonds needs about 30,000."""

MAX_LIGAND_ATOMS: Final[int] = 60
"""Most heavy atoms of a ligand that is accepted."""

LIGAND_ATOMS_IN_SCOPE: Final[int] = 25
"""Most heavy atoms of a ligand without a doubt; the ligand library and the generator stop here."""

MAX_LIGAND_RINGS: Final[int] = 15
"""Most independent rings of a ligand; cages beyond this make ring perception slow and are no monodentate ligands."""
