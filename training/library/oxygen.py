"""Families of the ligand library that bind through oxygen."""

from __future__ import annotations

from typing import Final

from core.chem.donor_class import DonorClass as D
from training.library.blocks import (
    ALKOXY,
    ALKYL,
    AMINO,
    ARYL,
    CARBON,
    COMMON,
    FLUORINATED,
    INERT_ON_RING,
    ON_RING,
    SILOXY,
    SMALL,
)
from training.library.families import Family, cores, rings

_P, _N_OXIDE, _SULFOXIDE, _AMIDE = D.PHOSPHINE_OXIDE, D.N_OXIDE, D.SULFOXIDE, D.AMIDE_O

OXIDES: Final = (
    Family("phosphine oxide", _P, 3000, cores("O=P({})({}){}", (CARBON, 3))),
    Family("phosphinate ester", _P, 500, cores("O=P({})({}){}", (CARBON, 2), (ALKOXY, 1))),
    Family("phosphonate ester", _P, 500, cores("O=P({})({}){}", (CARBON, 1), (ALKOXY, 2))),
    Family("phosphate ester", _P, 350, cores("O=P({})({}){}", (ALKOXY, 3))),
    Family("phosphoramide", _P, 500, cores("O=P({})({}){}", (AMINO, 3))),
    Family("phosphinic amide", _P, 900, cores("O=P({})({}){}", (CARBON, 2), (AMINO, 1))),
    Family("phosphonic diamide", _P, 700, cores("O=P({})({}){}", (CARBON, 1), (AMINO, 2))),
    Family(
        "phosphoramidate",
        _P,
        350,
        cores("O=P({})({}){}", (ALKOXY, 2), (AMINO, 1)) + cores("O=P({})({}){}", (ALKOXY, 1), (AMINO, 2)),
    ),
    Family(
        "cyclic phosphine oxide",
        _P,
        500,
        tuple(
            made
            for groups in (CARBON, AMINO, ALKOXY)
            for made in cores(
                "O=P9({})CCCC9 O=P9({})CCCCC9 O=P9({})CC=CC9 O=P9({})CC(C)=CC9 O=P9({})CC(C)CC9 O=P9({})OCCCO9 "
                "O=P9({})OCC(C)(C)CO9 O=P9({})N(C)CCN9C O=P9({})N(C)CCCN9C O=P9({})c8ccccc8-c7ccccc97",
                (groups, 1),
            )
        ),
    ),
    Family(
        "amine N-oxide",
        _N_OXIDE,
        900,
        cores("[O-][N+]({})({}){}", (ALKYL, 3))
        + cores(
            "[O-][N+]9({})CCCC9 [O-][N+]9({})CCCCC9 [O-][N+]9({})CCOCC9 [O-][N+]9({})CCCCCC9 [O-][N+]9({})CCC(C)CC9",
            (ALKYL, 1),
        ),
    ),
    Family(
        "pyridine N-oxide",
        _N_OXIDE,
        1900,
        rings("[O-] [n+]9 c c c c c9", (2, 3, 4, 5, 6), ON_RING, 2)
        + rings("[O-] [n+]9 c c c c c9", (2, 3, 4, 5, 6), SMALL, 3, least=3),
    ),
    Family(
        "fused or diazine N-oxide",
        _N_OXIDE,
        500,
        rings("[O-] [n+]9 c c c c8c9 c c c c8", (2, 3, 4, 6, 7, 8), ON_RING, 1)
        + rings("[O-] [n+]9 c c c8c c c c c8 c9", (2, 3, 5, 6, 7), ON_RING, 1)
        + rings("[O-] [n+]9 c c n c c9", (2, 3, 5, 6), ON_RING, 2),
    ),
    Family(
        "nitrone",
        _N_OXIDE,
        500,
        cores("[O-][N+]({})=C{}", (COMMON, 1), (COMMON, 1))
        + cores("[O-][N+]({})=C({}){}", (SMALL, 1), (SMALL, 2))
        + rings("[O-] [N+]9=C C C C9(C)C", (2,), COMMON, 1),
    ),
    Family("sulfoxide", _SULFOXIDE, 1700, cores("O=S({}){}", (CARBON, 2))),
    Family(
        "cyclic sulfoxide",
        _SULFOXIDE,
        300,
        rings("O=S9 C C C C9", (1, 2, 3, 4), COMMON, 2) + rings("O=S9 C C C C C9", (1, 2, 3), COMMON, 2),
    ),
    Family(
        "sulfinamide or sulfite",
        _SULFOXIDE,
        600,
        cores("O=S({}){}", (COMMON, 1), (AMINO, 1))
        + cores("O=S({}){}", (AMINO, 2))
        + cores("O=S({}){}", (ALKOXY, 2))
        + cores("O=S({}){}", (COMMON, 1), (ALKOXY, 1)),
    ),
)

CARBONYLS: Final = (
    Family(
        "carboxamide",
        _AMIDE,
        2000,
        cores("O=C({}){}", (CARBON, 1), (AMINO, 1))
        + cores("O=CN({}){}", (COMMON, 2))
        + cores("O=C({})N({}){}", (COMMON, 1), (COMMON, 2)),
    ),
    Family(
        "urea",
        _AMIDE,
        800,
        cores("O=C({}){}", (AMINO, 2)) + cores("O=C(N(C)C)N({}){}", (COMMON, 2)) + cores("O=C(N{})N{}", (COMMON, 2)),
    ),
    Family("carbamate", _AMIDE, 250, cores("O=C({}){}", (ALKOXY, 1), (AMINO, 1))),
    Family(
        "lactam or cyclic urea",
        _AMIDE,
        1300,
        rings("O=C9 C C C N9{}", (1, 2, 3), SMALL, 1, held=COMMON)
        + rings("O=C9 C C C C N9{}", (1, 2, 3, 4), SMALL, 1, held=COMMON)
        + rings("O=C9 C C C C C N9{}", (1, 2), SMALL, 1, held=COMMON)
        + rings("O=c9 c c c c n9{}", (1, 2, 3, 4), SMALL, 1, held=COMMON)
        + cores("O=C9N({})CCN9{} O=C9N({})CCCN9{} O=c9n({})c8ccccc8n9{}", (COMMON, 2)),
    ),
    Family(
        "ketone or aldehyde",
        D.CARBONYL,
        1000,
        cores("O=C({}){}", (CARBON, 2))
        + cores("O=C{}", (CARBON, 1))
        + rings("O=C9 C C C C C9", (1, 2, 3), COMMON, 1)
        + rings("O=C9 C C C C9", (1, 2), COMMON, 1)
        + rings("O=c9 c c o c c9", (1, 2, 4, 5), SMALL, 2)
        + cores("O=C({})c9ccccc9", (COMMON, 1)),
    ),
    Family(
        "ester or lactone",
        D.CARBONYL,
        800,
        cores("O=C({}){}", (CARBON, 1), (ALKOXY, 1))
        + cores("O=C({}){}", (ALKOXY, 2))
        + rings("O=C9 C C C O9", (1, 2, 3), COMMON, 1)
        + rings("O=C9 C C C C O9", (1, 2, 3, 4), COMMON, 1),
    ),
    Family(
        "vinylogous amide or pyridone",
        D.CARBONYL,
        500,
        rings("O=c9 c c n({}) c c9", (1, 2, 4, 5), SMALL, 1, held=COMMON)
        + cores("O=C({})C=CN({}){}", (COMMON, 1), (SMALL, 2)),
    ),
)

_COMMON_OR_FLUORINATED: Final = {**COMMON, **FLUORINATED}

ALKOXIDES: Final = (
    Family("tertiary alkoxide", D.ALKOXIDE, 2200, cores("[O-]C({})({}){}", (CARBON, 3))),
    Family("secondary alkoxide", D.ALKOXIDE, 600, cores("[O-]C({}){}", (CARBON, 2))),
    Family("primary alkoxide", D.ALKOXIDE, 60, cores("[O-]C{}", (CARBON, 1))),
    Family(
        "fluorinated alkoxide",
        D.ALKOXIDE,
        700,
        cores("[O-]C(C(F)(F)F)({}){}", (CARBON, 2))
        + cores("[O-]C(C(F)(F)F)(C(F)(F)F){}", (CARBON, 1))
        + cores("[O-]C({})({}){}", (FLUORINATED, 1), (_COMMON_OR_FLUORINATED, 2)),
    ),
    Family(
        "cyclic alkoxide",
        D.ALKOXIDE,
        600,
        rings("[O-] C9({}) C C C C C9", (2, 3, 4), SMALL, 1, held=CARBON)
        + rings("[O-] C9({}) C C C C9", (2, 3), SMALL, 1, held=CARBON)
        + cores("[O-]C98CC7CC(CC(C7)C9)C8 [O-]C98CCC(CC9)CC8")
        + rings("[O-] C9 C C C C C9", (2, 3, 4), COMMON, 2),
    ),
)

_PHENOLATE: Final = "[O-] c9 c c c c c9"

ARYLOXIDES: Final = (
    Family(
        "phenolate",
        D.ARYLOXIDE,
        3200,
        rings(_PHENOLATE, (2, 3, 4, 5, 6), ON_RING, 2)
        + rings(_PHENOLATE, (2, 4, 6), {**SMALL, **FLUORINATED, "phenyl": "c1ccccc1", "chloro": "Cl"}, 3, least=3),
    ),
    Family(
        "bulky phenolate",
        D.ARYLOXIDE,
        500,
        cores("[O-]c9c({})cc({})cc9{}", (INERT_ON_RING, 1), (ON_RING, 1), (INERT_ON_RING, 1)),
    ),
    Family(
        "naphtholate",
        D.ARYLOXIDE,
        500,
        rings("[O-] c9 c c c c8c9 c c c c8", (2, 3, 4, 6, 7, 8), ON_RING, 1)
        + rings("[O-] c9 c c c8c c c c c8 c9", (2, 3, 5, 6, 7), ON_RING, 1),
    ),
    Family(
        "hydroxypyridinate",
        D.ARYLOXIDE,
        500,
        rings("[O-] c9 c c n c c9", (2, 3, 5, 6), ON_RING, 2) + rings("[O-] c9 c n c c c9", (2, 4, 5, 6), ON_RING, 1),
    ),
)

_SILICON: Final = {**CARBON, **SILOXY, **{name: ALKOXY[name] for name in ("isopropoxy", "tert-butoxy")}}

ANIONS: Final = (
    Family("siloxide", D.SILOXIDE, 3000, cores("[O-][Si]({})({}){}", (_SILICON, 3))),
    Family(
        "carboxylate",
        D.CARBOXYLATE,
        1500,
        cores("[O-]C(=O){}", (CARBON, 1))
        + cores("[O-]C(=O)C({}){}", (COMMON, 2))
        + cores("[O-]C(=O)C({})({}){}", (COMMON, 3))
        + cores("[O-]C(=O)C=C{} [O-]C(=O)C{}", (COMMON, 1)),
    ),
    Family(
        "benzoate",
        D.CARBOXYLATE,
        1500,
        rings("[O-]C(=O) c9 c c c c c9", (2, 3, 4, 5, 6), ON_RING, 2)
        + rings("[O-]C(=O) c9 c c n c c9", (2, 3, 5), ON_RING, 1)
        + rings("[O-]C(=O) c9 c c c s9", (2, 3, 4), ON_RING, 1)
        + rings("[O-]C(=O) c9 c c c8c c c c c8 c9", (2, 3, 6), ON_RING, 1),
    ),
    Family(
        "sulfonate",
        D.OXOANION,
        500,
        cores("[O-]S(=O)(=O){}", (CARBON, 1)) + rings("[O-]S(=O)(=O) c9 c c c c c9", (2, 3, 4, 5), ON_RING, 2),
    ),
    Family(
        "phosphinate or phosphate anion",
        D.OXOANION,
        1200,
        cores("[O-]P(=O)({}){}", (CARBON, 2))
        + cores("[O-]P(=O)({}){}", (ALKOXY, 2))
        + cores("[O-]P(=O)({}){}", (CARBON, 1), (ALKOXY, 1)),
    ),
    Family(
        "oximate",
        D.ANIONIC_O,
        500,
        cores("[O-]N=C({}){}", (COMMON, 2)) + rings("[O-] N=C9 C C C C C9", (2, 3, 4), SMALL, 2),
    ),
    Family(
        "enolate",
        D.ANIONIC_O,
        400,
        cores("[O-]C(=C){}", (COMMON, 1))
        + cores("[O-]C(=C({}){}){}", (SMALL, 2), (COMMON, 1))
        + cores("[O-]C9=C({})CCCC9", (COMMON, 1)),
    ),
    Family("aminoxide", D.ANIONIC_O, 400, cores("[O-]N({}){}", (COMMON, 2)) + cores("[O-]N9C(C)(C)CCCC9(C)C")),
)

HYDROXYLS: Final = (
    Family("hydroxide", D.HYDROXIDE, 1, cores("[OH-]")),
    Family("water", D.WATER, 1, cores("O")),
    Family("nitrate", D.NITRATE, 1, cores("[O-][N+](=O)[O-]")),
    Family(
        "alcohol",
        D.ALCOHOL,
        900,
        cores("OC({})({}){}", (COMMON, 3))
        + cores("OC({}){}", (CARBON, 2))
        + cores("OC{}", (CARBON, 1))
        + rings("O C9 C C C C C9", (2, 3, 4), COMMON, 1),
    ),
    Family("phenol", D.ALCOHOL, 300, rings("O c9 c c c c c9", (2, 3, 4, 5, 6), INERT_ON_RING, 2)),
    Family("ether", D.ETHER, 700, cores("O({}){}", (ALKYL, 2))),
    Family(
        "cyclic ether",
        D.ETHER,
        600,
        rings("O9 C C C C9", (1, 2, 3, 4), COMMON, 2)
        + rings("O9 C C C C C9", (1, 2, 3), COMMON, 2)
        + cores("O9CCC({})C9", (ARYL, 1)),
    ),
)

FAMILIES: Final = (*OXIDES, *CARBONYLS, *ALKOXIDES, *ARYLOXIDES, *ANIONS, *HYDROXYLS)
