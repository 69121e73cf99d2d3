"""Families of the ligand library that bind through nitrogen."""

from __future__ import annotations

from typing import Final

from core.chem.donor_class import DonorClass as D
from training.library.blocks import (
    ALKYL,
    AMINO,
    ARYL,
    CARBON,
    COMMON,
    INERT_ON_RING,
    ON_NITROGEN,
    ON_RING,
    SILYL,
    SMALL,
)
from training.library.families import Family, cores, rings

_AROMATIC = D.PYRIDINE

AMIDES: Final = (
    Family(
        "silylamide",
        D.AMIDE_N,
        900,
        cores("[N-]({}){}", (SILYL, 2)) + cores("[N-]({}){}", (SILYL, 1), (ON_NITROGEN, 1)),
    ),
    Family(
        "dialkylamide",
        D.AMIDE_N,
        350,
        cores("[N-]({}){}", (ALKYL, 2)) + cores("[N-]9C(C)(C)CCCC9(C)C [N-]9CCCCC9 [N-]9CCCC9"),
    ),
    Family(
        "anilide",
        D.AMIDE_N,
        1100,
        cores("[N-]({}){}", (ARYL, 1), (CARBON, 1))
        + cores("[NH-]{}", (CARBON, 1))
        + rings("[N-]({}) c9 c c c c c9", (2, 3, 4), INERT_ON_RING, 1, held=SMALL),
    ),
    Family(
        "carboxamidate or sulfonamidate",
        D.AMIDE_N,
        500,
        cores("[N-]({})C(=O){}", (ON_NITROGEN, 1), (COMMON, 1))
        + cores("[N-]({})S(=O)(=O){}", (ON_NITROGEN, 1), (COMMON, 1)),
    ),
    Family("phosphoraneiminide", D.AMIDE_N, 800, cores("[N-]=P({})({}){}", (COMMON, 3))),
    Family(
        "imidazolin-2-iminate",
        D.AMIDE_N,
        500,
        cores("[N-]=C9N({})C=CN9{} [N-]=C9N({})CCN9{} [N-]=C9N({})C(C)=C(C)N9{}", (ON_NITROGEN, 2)),
    ),
    Family("ketimide", D.AMIDE_N, 400, cores("[N-]=C({}){}", (CARBON, 2))),
    Family(
        "azolate",
        D.AZOLATE,
        1700,
        rings("[n-]9 n c c c9", (2, 3, 4), ON_RING, 2)
        + rings("[n-]9 c c n c9", (1, 2, 4), ON_RING, 2)
        + rings("[n-]9 c c c c9", (1, 2, 3, 4), INERT_ON_RING, 2)
        + rings("[n-]9 n n n c9", (4,), ON_RING, 1)
        + rings("[n-]9 n c n c9", (2, 4), ON_RING, 2)
        + rings("[n-]9 n n c c9", (3, 4), ON_RING, 2),
    ),
    Family(
        "indolide, carbazolide or indazolide",
        D.AZOLATE,
        500,
        rings("[n-]9 c c c8c9 c c c c8", (1, 2, 4, 5, 6), INERT_ON_RING, 1)
        + rings("[n-]9 n c c8c9 c c c c8", (2, 4, 5), ON_RING, 1)
        + rings("[n-]9 c n c8c9 c c c c8", (1, 4, 5), ON_RING, 1)
        + rings("[n-]9 c8ccccc8 c8c9 c c c c8", (3, 4, 5), INERT_ON_RING, 1),
    ),
)

_PYRIDINE: Final = "n9 c c c c c9"

AROMATICS: Final = (
    Family(
        "pyridine",
        _AROMATIC,
        1900,
        rings(_PYRIDINE, (1, 2, 3, 4, 5), ON_RING, 2) + rings(_PYRIDINE, (1, 2, 3, 4, 5), SMALL, 3, least=3),
    ),
    Family(
        "quinoline or isoquinoline",
        _AROMATIC,
        500,
        rings("n9 c c c c8c9 c c c c8", (1, 2, 3, 5, 6, 7), ON_RING, 1)
        + rings("n9 c c c8c c c c c8 c9", (1, 2, 4, 5, 6), ON_RING, 1),
    ),
    Family(
        "diazine or triazine",
        _AROMATIC,
        700,
        rings("n9 c c n c c9", (1, 2, 4, 5), ON_RING, 2)
        + rings("n9 c n c c c9", (1, 3, 4, 5), ON_RING, 2)
        + rings("n9 n c c c c9", (2, 3, 4, 5), ON_RING, 1)
        + rings("n9 c n c n c9", (1, 3, 5), SMALL, 3),
    ),
    Family(
        "imidazole",
        _AROMATIC,
        1000,
        rings("n9 c c n({}) c9", (1, 2, 4), SMALL, 2, held=ON_NITROGEN)
        + cores("n9c8ccccc8n({})c9", (ON_NITROGEN, 1))
        + rings("n9 c c n({}) c9", (1, 2, 4), ON_RING, 1, held=SMALL),
    ),
    Family("pyrazole", _AROMATIC, 700, rings("n9 c c c n9{}", (1, 2, 3), SMALL, 2, held=ON_NITROGEN)),
    Family(
        "triazole or tetrazole",
        _AROMATIC,
        400,
        rings("n9 c n c n9{}", (1, 3), SMALL, 1, held=ON_NITROGEN)
        + cores("n9ncn({})c9 n9ccn({})n9", (ON_NITROGEN, 1))
        + cores("n9nnc({})n9C", (COMMON, 1)),
    ),
    Family(
        "oxazole or thiazole",
        _AROMATIC,
        700,
        rings("n9 c c o c9", (1, 2, 4), ON_RING, 2)
        + rings("n9 c c s c9", (1, 2, 4), ON_RING, 2)
        + rings("n9 c c c o9", (1, 2, 3), ON_RING, 2)
        + rings("n9 c s c8c9 c c c c8", (1, 4, 5), ON_RING, 1),
    ),
)

SATURATED: Final = (
    Family(
        "ketimine or aldimine",
        D.IMINE,
        1100,
        cores("N({})=C({}){}", (COMMON, 1), (SMALL, 2))
        + cores("N({})=C{}", (COMMON, 1), (CARBON, 1))
        + cores("N=C({}){}", (COMMON, 2)),
    ),
    Family(
        "cyclic imine or oxazoline",
        D.IMINE,
        500,
        rings("N9=C({}) O C C9", (3, 4), SMALL, 2, held=COMMON)
        + rings("N9=C({}) C C C9", (2, 3, 4), SMALL, 1, held=COMMON)
        + rings("N9=C({}) C C C C9", (2, 3, 4, 5), SMALL, 1, held=COMMON),
    ),
    Family(
        "guanidine or amidine",
        D.IMINE,
        600,
        cores("N({})=C({}){}", (COMMON, 1), (AMINO, 2))
        + cores("N({})=C({}){}", (COMMON, 1), (SMALL, 1), (AMINO, 1))
        + cores("N9=C8CCCCCN8CCC9 N9=C8CCCN8CCC9"),
    ),
    Family(
        "iminophosphorane",
        D.IMINE,
        700,
        cores("N({})=P({})({}){}", (COMMON, 1), (SMALL, 3)) + cores("N=P({})({}){}", (COMMON, 3)),
    ),
    Family(
        "nitrile",
        D.NITRILE,
        1000,
        cores("N#C{}", (CARBON, 1))
        + cores("N#CC({}){}", (COMMON, 2))
        + cores("N#CC({})({}){}", (SMALL, 3))
        + rings("N#C c9 c c c c c9", (2, 3, 4, 5, 6), ON_RING, 2)
        + cores("N#C{}", (AMINO, 1)),
    ),
    Family(
        "amine",
        D.AMINE,
        1000,
        cores("N({})({}){}", (ALKYL, 3)) + cores("N({}){}", (ALKYL, 2)) + cores("N{}", (CARBON, 1)),
    ),
    Family(
        "cyclic amine",
        D.AMINE,
        800,
        rings("N9({}) C C C C C9", (3, 4), SMALL, 1, held=COMMON)
        + rings("N9({}) C C C C9", (2, 3), SMALL, 1, held=COMMON)
        + cores("N9({})CCOCC9 N9({})CCCCCC9 N9({})CCC9", (CARBON, 1))
        + rings("N98CC C(CC9) CC8", (1,), ON_RING, 1)
        + cores("N98CN7CN(C9)CN(C8)C7"),
    ),
    Family("azide", D.PSEUDOHALIDE_N, 1, cores("[N-]=[N+]=[N-]")),
    Family("isothiocyanate", D.PSEUDOHALIDE_N, 1, cores("[N-]=C=S")),
    Family("isocyanate", D.PSEUDOHALIDE_N, 1, cores("[N-]=C=O")),
    Family("dicyanamide", D.PSEUDOHALIDE_N, 1, cores("[N-](C#N)C#N")),
    Family("ammonia", D.AMINE, 1, cores("N")),
)

FAMILIES: Final = (*AMIDES, *AROMATICS, *SATURATED)
