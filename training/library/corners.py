"""Families of the ligand library that bind through carbon, sulfur or a halide."""

from __future__ import annotations

from typing import Final

from core.chem.donor_class import DonorClass as D
from training.library.blocks import (
    ALKOXY,
    AMINO,
    CARBON,
    COMMON,
    INERT_ON_RING,
    ON_NITROGEN,
    SMALL,
)
from training.library.families import Family, cores, rings

CARBENES: Final = (
    Family(
        "imidazolylidene",
        D.CARBENE,
        1200,
        cores("[C]9N({})C=CN9{}", (ON_NITROGEN, 2))
        + cores("[C]9N({})C(C)=C(C)N9{}", (ON_NITROGEN, 2))
        + cores("[C]9N({})C(Cl)=C(Cl)N9{}", (ON_NITROGEN, 2))
        + cores("[C]9N({})C({})=CN9{}", (SMALL, 1), (SMALL, 1), (ON_NITROGEN, 1)),
    ),
    Family(
        "imidazolidinylidene or ring-expanded carbene",
        D.CARBENE,
        800,
        cores("[C]9N({})CCN9{} [C]9N({})CCCN9{}", (ON_NITROGEN, 2)),
    ),
    Family("benzimidazolylidene", D.CARBENE, 350, cores("[C]9N({})c8ccccc8N9{}", (ON_NITROGEN, 2))),
    Family(
        "cyclic alkyl amino carbene",
        D.CARBENE,
        450,
        cores("[C]9N({})C(C)(C)CC9({}){}", (ON_NITROGEN, 1), (SMALL, 2))
        + cores("[C]9N({})C(C)(C)CC98CCCCC8 [C]9N({})C(C)(C)CC9(C)c8ccccc8", (ON_NITROGEN, 1)),
    ),
    Family(
        "triazolylidene or thiazolylidene",
        D.CARBENE,
        400,
        cores("[C]9N({})N=CN9{}", (ON_NITROGEN, 1), (ON_NITROGEN, 1))
        + cores("[C]9N({})C=CS9 [C]9N({})C(C)=C(C)S9 [C]9N({})C=CO9", (ON_NITROGEN, 1)),
    ),
    Family("acyclic diaminocarbene", D.CARBENE, 200, cores("[C](N({}){})N({}){}", (SMALL, 2), (SMALL, 2))),
)

SULFUR: Final = (
    Family(
        "thiolate",
        D.THIOLATE,
        600,
        cores("[S-]{}", (CARBON, 1)) + cores("[S-]C({})({}){}", (COMMON, 3)) + cores("[S-]C({}){}", (COMMON, 2)),
    ),
    Family("thiophenolate", D.THIOLATE, 700, rings("[S-] c9 c c c c c9", (2, 3, 4, 5, 6), INERT_ON_RING, 2)),
    Family(
        "dithiocarbamate or dithiophosphinate",
        D.THIOLATE,
        300,
        cores("[S-]C(=S){}", (AMINO, 1))
        + cores("[S-]C(=S)N({}){}", (COMMON, 2))
        + cores("[S-]P(=S)({}){}", (ALKOXY, 2))
        + cores("[S-]P(=S)({}){}", (COMMON, 2)),
    ),
    Family(
        "phosphine sulfide",
        D.OTHER_NEUTRAL,
        1100,
        cores("S=P({})({}){}", (COMMON, 3)) + cores("S=P({})({}){}", (AMINO, 3)),
    ),
    Family(
        "thiourea or thioamide",
        D.OTHER_NEUTRAL,
        700,
        cores("S=C({}){}", (AMINO, 2))
        + cores("S=C({}){}", (AMINO, 1), (CARBON, 1))
        + cores("S=C9N({})CCN9{} S=C9N({})C=CN9{}", (COMMON, 2)),
    ),
    Family("thioether", D.THIOETHER, 600, cores("S({}){}", (CARBON, 2))),
    Family(
        "cyclic thioether",
        D.THIOETHER,
        200,
        rings("S9 C C C C9", (1, 2, 3, 4), COMMON, 2) + rings("S9 C C C C C9", (1, 2, 3), COMMON, 2),
    ),
)

HALIDES: Final = (
    Family("fluoride", D.FLUORIDE, 1, cores("[F-]")),
    Family("chloride", D.CHLORIDE, 1, cores("[Cl-]")),
)

FAMILIES: Final = (*CARBENES, *SULFUR, *HALIDES)
