"""Limits and thresholds that are policy, not physics. One place to read them, one place to change them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MAX_FILE_BYTES: Final[int] = 20_000_000
"""Largest CIF that is read, embedded reflections taken out [bytes]."""

MAX_RAW_BYTES: Final[int] = 200_000_000
"""Largest file that is loaded at all [bytes]: reflections embedded by refinement programs make honest files large."""

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

MAX_NEAREST: Final[int] = 8
"""Reported complexes that are listed beside a structure."""

JOB_SLOTS: Final[int] = 1
"""Jobs that run at a time on this machine, unless its configuration says more: the app needs room beside them."""

JOB_NICENESS: Final[int] = 10
"""By how much local runs step back behind everything else (nice(2), 0 to 19)."""

JOB_MOST_FAULTS: Final[int] = 3
"""Attempts that may die by themselves before a job counts as poison."""

JOB_MOST_INTERRUPTIONS: Final[int] = 20
"""Attempts that may be killed from outside; each goes on from its checkpoint, so an honest job needs far fewer."""

JOB_GRACE_S: Final[float] = 5.0
"""Time between asking a run to stop and killing it [s]; its checkpoint is older than that already."""

JOB_IDLE_S: Final[float] = 600.0
"""A supervisor that the app has started leaves after so long without work [s]."""

JOB_LEAST_DISK_MB: Final[int] = 500
"""No run is started while its disk has less room [MB]; integrals that memory does not hold go there."""

DESK_MOST_ITEMS: Final[int] = 3_000
"""Things that one browser may keep on this machine."""

DESK_MOST_BYTES: Final[int] = 400_000_000
"""Room that they may take, packed [bytes]."""

DESK_MOST_DAYS: Final[int] = 400
"""A desk that nothing was put on for so long is cleared."""


def simdavis_file() -> Path | None:
    """The user's own copy of SIMDAVIS, which $KRAMERS_SIMDAVIS names; None without one."""
    given = os.environ.get("KRAMERS_SIMDAVIS")
    return Path(given).expanduser() if given else None
