"""Which ligands may stand together around one ion: templates such as ``3 dik, 1 dii``, and what their words stand for.

    picked(templates, random) ──► a template and ligands for it, of a total charge that is built

A word is a group of ligands or one of them; the number before it says how often. The choice is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from training.motifs import ligands as small
from training.motifs import pockets as large
from training.motifs.ligands import Ligand

CHARGES: Final = range(-5, 4)
"""Total charges that are built [e]; polyoxometalates may carry more."""

Groups = dict[str, tuple[Ligand, ...]]


def _named(names: str) -> tuple[Ligand, ...]:
    wanted = names.split()
    return tuple(ligand for ligand in (*small.ANIONS, *small.NEUTRALS) if ligand.name in wanted)


_COMMON: Final = _named("H2O MeOH EtOH thf py pic im dmf dma dmso MeCN NH3 urea acetone dioxane pyO Me3PO hmpa Ph3PO")
_FLAT: Final = _named("H2O MeOH EtOH thf py pic dmap im dmf urea MeCN NH3 acetone dioxane dmso")
_SMALL_ANIONS: Final = _named("Cl Br F NCS N3 HO OAc tfa OTf")

GROUPS: Final[Groups] = {
    "X": small.ANIONS,
    "x": _SMALL_ANIONS,
    "Hal": _named("F Cl Br I"),
    "OR": tuple(ligand for ligand in small.ANIONS if ligand.angle == small.STRAIGHT and "O" in ligand.smiles),
    "NR2": _named("N(SiMe3)2 N(SiHMe2)2 NPh2 N(iPr)2"),
    "L": small.NEUTRALS,
    "l": _COMMON,
    "flat": _FLAT,
    "aq": _named("H2O"),
    "NO3": (small.NITRATE,),
    "dik": small.DIKETONATES,
    "coo": small.CARBOXYLATES,
    "dii": small.DIIMINES,
    "pair-": tuple(ligand for ligand in small.OTHER_PAIRS if ligand.charge == -1),
    "pair": tuple(ligand for ligand in small.OTHER_PAIRS if ligand.charge == 0),
    "ox": tuple(ligand for ligand in small.OTHER_PAIRS if ligand.charge == -2),
    "salen": small.SALENS,
    "outer": small.OUTER_SALENS,
    "sandwich": large.SANDWICHES[::4],
    "five": tuple(ligand for ligand in large.EQUATORIAL if ligand.denticity == 5),
    "six": tuple(ligand for ligand in large.EQUATORIAL if ligand.denticity == 6),
    "crown4": tuple(ligand for ligand in large.EQUATORIAL if ligand.denticity == 4),
    "pincer": tuple(ligand for ligand in large.EQUATORIAL if ligand.denticity == 3),
    "deck": large.DECKS,
    "Cp": large.RINGS,
    "COT": (large.COT,),
    **{ligand.name: (ligand,) for ligand in large.POCKETS},
}
"""Which ligands a word of a template stands for."""


def _drawn(template: str, random: np.random.Generator) -> tuple[Ligand, ...]:
    """Ligands of a template such as ``3 dik, 1 dii``: each word one ligand, as often as the number before it says."""
    ligands: list[Ligand] = []
    for entry in template.split(", "):
        number, word = entry.split()
        group = GROUPS[word]
        ligands += [group[random.integers(len(group))]] * int(number)
    return tuple(ligands)


def picked(templates: Sequence[str], random: np.random.Generator) -> tuple[str, tuple[Ligand, ...]]:
    """A template and its ligands, of a charge that is built."""
    while True:
        template = templates[int(random.integers(len(templates)))]
        ligands = _drawn(template, random)
        if 3 + sum(ligand.charge for ligand in ligands) in CHARGES:
            return template, ligands


AXIAL: Final = ("1 X, 1 X", "1 X, 1 L", "1 L, 1 L", "2 X", "2 L", "2 OR", "1 OR, 1 x", "1 OR, 1 L",
                 "2 flat", "1 flat, 1 flat", "2 flat", "1 flat, 1 flat")  # fmt: skip
"""What stands on the axis: strong in two thirds, weak in one, so that the polyhedron alone does not tell."""

EQUATOR: Final = {
    "5": ("5 flat", "5 flat", "5 flat", "4 flat, 1 x", "3 flat, 2 l", "3 flat, 2 x", "2 x, 1 flat, 1 x, 1 flat",
          "1 five", "1 five", "1 dii, 3 flat", "1 dik, 3 flat", "2 dik, 1 flat", "1 NO3, 3 flat", "2 NO3, 1 flat",
          "1 pincer, 2 flat", "1 pincer, 2 x", "1 dii, 1 NO3, 1 flat", "2 dii, 1 x"),
    "6": ("1 six", "1 six", "3 NO3", "2 NO3, 2 flat", "3 coo"),
    "4": ("4 flat", "4 x", "2 flat, 2 x", "2 dii", "3 flat, 1 x"),
}  # fmt: skip
"""What stands around it, by the number of donors."""

SALEN: Final = (
    "1 salen, 1 x, 1 l", "1 salen, 1 x, 2 l", "1 salen, 1 x, 3 l", "1 salen, 2 x, 1 l", "1 salen, 2 x, 2 l",
    "1 salen, 1 NO3, 1 l", "1 salen, 1 NO3, 2 l", "1 salen, 1 dik, 1 l", "1 salen, 1 dik", "1 salen, 1 dik, 2 l",
    "1 salen, 1 coo, 1 l", "1 salen, 1 coo, 2 l", "1 salen, 3 l", "1 salen, 4 l", "1 salen, 1 OR, 2 l",
    "1 salen, 1 OR, 1 l", "1 salen, 1 x, 1 dii", "1 salen, 1 NO3, 1 dii", "1 salen, 1 dik, 1 dii", "1 salen, 2 NO3",
    "1 salen, 2 dik", "1 salen, 1 Cp", "1 salen, 1 NR2, 1 l", "1 salen, 1 Tp", "1 salen, 1 x, 1 L, 1 L",
    "1 salen, 1 X, 1 L", "1 salen, 2 X, 1 L", "1 outer, 3 NO3", "1 outer, 2 NO3, 2 l", "1 outer, 2 NO3, 1 x",
    "1 outer, 3 x, 1 l", "1 outer, 2 x, 2 l", "1 outer, 2 dik", "1 outer, 3 x, 2 l", "1 sandwich", "1 sandwich",
    "1 sandwich",
)  # fmt: skip
"""What stands beside a salen."""

SETTLING: Final = (
    "3 dik, 1 dii", "3 dik, 2 l", "4 dik", "3 dik, 1 l", "2 dik, 1 NO3, 2 l", "2 dik, 1 x, 2 l", "3 dik, 1 pair",
    "3 NO3, 1 dii", "3 NO3, 2 dii", "3 NO3, 3 l", "3 NO3, 4 l", "5 NO3", "4 NO3, 1 dii", "2 NO3, 5 l", "2 NO3, 4 l",
    "3 NO3, 1 pincer", "3 NO3, 2 L", "2 NO3, 1 x, 3 l", "3 NO3, 1 crown4",
    "3 coo, 1 dii", "3 coo, 2 l", "4 coo", "2 coo, 1 x, 3 l", "3 coo, 3 l",
    "8 flat", "9 aq", "8 aq", "6 L", "7 flat", "6 flat, 1 x", "7 aq, 1 x", "6 aq, 2 x", "6 aq, 3 l", "4 aq, 4 l",
    "6 Hal", "5 Hal, 1 OR", "4 Hal, 2 l", "3 Hal, 3 l", "2 Hal, 5 l", "3 Hal, 4 aq", "4 Hal, 3 aq", "6 x",
    "3 NR2", "3 OR", "3 NR2, 1 l", "3 OR, 1 l", "3 OR, 2 l", "4 OR", "2 NR2, 1 l", "2 NR2, 2 l", "2 OR, 1 l",
    "2 OR, 2 l", "2 OR, 3 l", "2 NR2, 1 x", "3 OR, 3 l", "4 NR2", "2 OR, 1 x, 2 l", "1 OR, 2 x, 3 l", "1 OR, 5 l",
    "2 Tp", "2 Tp, 1 x", "1 Tp, 2 dik", "1 Tp, 2 NO3", "3 pair-", "2 pair-, 1 x", "4 pair-", "3 pair-, 1 dii",
    "3 pair", "2 pair, 3 x", "4 pair", "3 ox", "2 ox, 3 aq", "4 dii", "2 dii, 3 x", "2 dii, 4 aq",
    "1 dota, 1 l", "1 dota, 1 x", "1 edta, 3 aq", "1 edta, 2 l", "3 oda", "3 dpa", "1 oda, 1 x, 4 aq",
    "1 dpa, 1 x, 3 l", "1 trensal", "1 trensal, 1 l", "1 bbpen, 1 X", "1 bbpen, 1 l", "1 bbpen, 1 NO3",
    "1 tacn, 3 x", "2 tacn",
    "1 pincer, 3 x", "1 pincer, 3 Hal", "2 pincer, 2 x", "3 pincer", "1 crown4, 3 x", "1 crown4, 4 aq", "2 crown4",
    "1 five, 3 x", "1 five, 2 NO3", "1 six, 3 x", "1 six, 2 NO3", "1 six, 2 l", "1 five, 3 aq",
    "2 Cp, 1 x", "2 Cp, 1 l", "2 Cp, 1 x, 1 l", "1 Cp, 1 Cp, 1 x", "2 Cp, 1 NR2", "2 Cp, 1 OR", "2 Cp, 1 dik",
    "2 Cp, 1 pair-", "1 Cp, 2 x, 2 l", "1 Cp, 2 NR2", "1 Cp, 2 OR", "1 Cp, 2 OR, 1 l", "3 Cp", "1 Cp, 2 NO3, 1 l",
    "2 COT", "1 COT, 1 Cp", "1 COT, 1 x, 2 l", "1 COT, 1 x, 3 l", "1 COT, 1 Tp", "1 COT, 1 dik, 1 l", "1 COT, 1 NR2",
    "1 COT, 1 OR, 1 l", "1 COT, 3 l",
    "2 deck", "1 deck, 1 deck", "1 deck, 1 dik, 2 l", "1 deck, 1 dik", "1 deck, 1 x, 2 l", "1 deck, 1 x, 1 l",
    "1 deck, 1 Tp", "1 deck, 1 coo", "1 deck, 1 COT", "1 deck, 1 Cp", "1 deck, 4 l", "1 deck, 1 NO3, 1 l",
    "1 deck, 1 OR", "1 deck, 1 NR2",
)  # fmt: skip
"""Ligands that settle where they are least crowded."""

SINGLES: Final = {
    3: ("3 X", "2 X, 1 x", "2 X, 1 l"), 4: ("4 X", "3 X, 1 L", "2 X, 2 L", "2 OR, 2 x"),
    5: ("2 X, 3 l", "3 X, 2 l", "1 X, 4 l", "5 x"),
    6: ("6 Hal", "2 X, 4 l", "3 x, 3 l", "1 X, 5 l", "6 l", "2 OR, 4 x"),
    7: ("7 flat", "2 x, 5 flat", "1 X, 6 flat", "3 x, 4 flat", "2 OR, 5 flat"),
    8: ("8 flat", "1 x, 7 flat", "2 x, 6 flat", "4 flat, 4 flat", "3 x, 5 flat"),
    9: ("9 aq", "8 aq, 1 x", "6 aq, 3 l", "7 aq, 2 x"),
}  # fmt: skip
"""Ligands of one donor for the corners of a polyhedron, by their number."""
