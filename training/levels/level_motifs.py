"""Complexes of our own whose levels are computed because their donors are rare among the environments.

    RARE ──► motif: ligands around the ion (`training.motifs.motif`), bonds as long as in `motif_ligands`

The classes are those with few complexes or none in the calibration. Landmarks that came out wrong pointed at some of
them (rings, tetrapyrroles, amides); so no complex here has the donors of a landmark or of the check half, and no
verdict enters. Of polyoxometalates there is none: the engine has no basis for tungsten.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from training.motifs.energy import Part
from training.motifs.generators import USUAL_SITES, usable
from training.motifs.landmarks import LIGANDS
from training.motifs.ligands import PER_SITE
from training.motifs.motif import Assembled, assembled, intended

GEOMETRY: Final = "motif-1"

RARE: Final = (
    ("Dy", "1 COT, 1 Cl, 2 H2O"), ("Er", "1 COT, 1 acac, 1 H2O"), ("Dy", "1 COT, 1 Tp"), ("Dy", "1 COT, 1 NO3, 1 H2O"),
    ("Dy", "3 Cp"), ("Dy", "2 CpMe, 1 Cl"), ("Er", "2 Cp, 1 H2O"),
    ("Dy", "1 porphine, 1 Cl, 1 H2O"), ("Tb", "1 porphine, 1 NO3"), ("Dy", "1 porphine, 1 Cp"),
    ("Dy", "1 porphine, 1 acac, 1 H2O"),
    ("Dy", "2 N(SiHMe2)2, 1 Cl"), ("Dy", "2 N(iPr)2, 1 NO3"), ("Er", "1 N(SiHMe2)2, 2 Cl, 2 H2O"),
    ("Dy", "4 acac"), ("Dy", "2 acac, 1 NO3, 2 H2O"), ("Er", "1 hfac, 6 H2O"),
    ("Dy", "1 HO, 6 H2O"), ("Dy", "2 HO, 4 py"), ("Dy", "3 Me3SiO, 2 H2O"),
    ("Dy", "3 NCS, 4 H2O"), ("Dy", "3 OTf, 4 H2O"), ("Dy", "6 F"), ("Dy", "6 Br"), ("Dy", "2 I, 5 H2O"),
    ("Dy", "6 acetone"), ("Dy", "7 dmso"),
)  # fmt: skip
"""Ions, and how many of which ligands."""


def motif(ion: str, words: str) -> Assembled:
    """The complex of an entry of `RARE`, always the same.

    Raises:
        DomainError: the ligands do not fit, or read otherwise than meant.
    """
    names = [name for entry in words.split(", ") for number, name in [entry.split()] for _ in range(int(number))]
    ligands = [LIGANDS[name] for name in names]
    change = PER_SITE * (sum(ligand.denticity for ligand in ligands) - USUAL_SITES)
    parts = [Part(usable(ligand)[0].stretched(change), None) for ligand in ligands]
    return intended(assembled(ion, parts, np.random.default_rng(0)))
