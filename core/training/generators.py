"""Structures of our own for the training set: pentagonal bipyramids, salen complexes, and a wider choice of motifs.

    generated(seed, count) ──► Generated: ligands drawn, put around Dy, and kept only where `core.chem` reads them as
    they were meant

Endless and deterministic. Bond lengths are those of `motif_ligands` ± 0.025 Å, every ligand is turned a little (2°)
from where it is least crowded. The ion is Dy throughout; `Environment.of_ion` takes the ligands to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import Final

import numpy as np

from core.chem.coordination import CoordinationSphere
from core.chem.molecule import FloatArray
from core.chem.shape_references import references
from core.errors import DomainError
from core.smm.environment import Environment, environment_of
from core.training import motif_ligands as small
from core.training import motif_pockets as large
from core.training.motif_ligands import PER_SITE, Ligand
from core.training.motif_shapes import Shape, shapes
from core.training.motifs import Part, assembled, assembly_of, intended

METAL: Final = "Dy"
KINDS: Final = ("salen", "pbpy", "motif")

LENGTH_SPREAD: Final = 0.025
"""Standard deviation of a ligand's bond lengths [Å]."""

TURN: Final = 2.0
"""Standard deviation of a ligand's last turn about x, y and z [°]."""

USUAL_SITES: Final = 7
"""Coordination number to which the lengths of `motif_ligands` belong."""

CHARGES: Final = range(-5, 4)
"""Total charges that are built [e]; polyoxometalates may carry more."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is put together.

    Attributes:
        kind: ``salen``, ``pbpy`` or ``motif``.
        arrangement: in words, e.g. ``pentagonal bipyramid``.
        ligands: in the order of `sites`.
        sites: unit vector triples of the sites of each ligand, or None where it may settle.
    """

    kind: str
    arrangement: str
    ligands: tuple[Ligand, ...]
    sites: tuple[tuple[tuple[float, float, float], ...] | None, ...]

    @property
    def skeleton(self) -> str:
        """The arrangement and its ligands."""
        return f"{self.arrangement}: {' '.join(ligand.name for ligand in self.ligands)}"

    @property
    def family(self) -> str:
        """The ligands, however they are arranged."""
        return " ".join(sorted(ligand.name for ligand in self.ligands))


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """One structure.

    Attributes:
        name: unique within a seed.
        family: the ligands, however they are arranged: what must stay together in a split.
        skeleton: the arrangement and its ligands; structures that share it differ by conformers, lengths and turns.
        kind: ``salen``, ``pbpy`` or ``motif``.
        elements: (n,) symbols, Dy first.
        positions: (n, 3) [Å].
        charge: total [e].
        sphere: what `core.chem` makes of it.
    """

    name: str
    family: str
    skeleton: str
    kind: str
    elements: tuple[str, ...]
    positions: FloatArray
    charge: int
    sphere: CoordinationSphere

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, self.name)


def generated(seed: int, count: int) -> Iterator[Generated]:
    """`count` structures, the kinds by turns; what does not fit or reads otherwise is left out and drawn anew."""
    return islice(_endless(seed), count)


def _endless(seed: int) -> Iterator[Generated]:
    made = 0
    for number in range(10**9):
        random = np.random.default_rng((seed, number))
        recipe = _DRAW[KINDS[made % len(KINDS)]](random)
        try:
            structure = built(recipe, random, f"{recipe.kind}-{seed}-{number}")
        except DomainError:
            continue
        made += 1
        yield structure


def built(recipe: Recipe, random: np.random.Generator, name: str) -> Generated:
    """The structure of a recipe.

    Raises:
        DomainError: the ligands do not fit, or read otherwise than meant.
    """
    sites = sum(ligand.denticity for ligand in recipe.ligands)
    parts = []
    for ligand, wanted in zip(recipe.ligands, recipe.sites, strict=True):
        choice = usable(ligand)
        change = PER_SITE * (sites - USUAL_SITES) + random.normal(0.0, LENGTH_SPREAD)
        shape = choice[random.integers(len(choice))].stretched(change)
        parts.append(Part(shape, None if wanted is None else np.array(wanted)))
    whole = intended(assembled(METAL, parts, random, TURN))
    return Generated(
        name, recipe.family, recipe.skeleton, recipe.kind, whole.elements, whole.positions, whole.charge, whole.sphere
    )


@cache
def usable(ligand: Ligand) -> tuple[Shape, ...]:
    """The shapes that alone around Dy read as they were meant.

    Raises:
        DomainError: none does.
    """
    found = tuple(shape for shape in shapes(ligand) if _reads_well(shape))
    if not found:
        raise DomainError(f"{ligand.name}: no shape reads as it was meant.")
    return found


def _reads_well(shape: Shape) -> bool:
    try:
        intended(assembly_of(METAL, [shape]))
    except DomainError:
        return False
    return True


# ---- drawing --------------------------------------------------------------------------------------------------------

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


def _picked(templates: Sequence[str], random: np.random.Generator) -> tuple[str, tuple[Ligand, ...]]:
    """A template and its ligands, of a charge that is built."""
    while True:
        template = templates[int(random.integers(len(templates)))]
        ligands = _drawn(template, random)
        if 3 + sum(ligand.charge for ligand in ligands) in CHARGES:
            return template, ligands


# ---- pentagonal bipyramids ------------------------------------------------------------------------------------------

_AXIAL: Final = ("1 X, 1 X", "1 X, 1 L", "1 L, 1 L", "2 X", "2 L", "2 OR", "1 OR, 1 x", "1 OR, 1 L",
                 "2 flat", "1 flat, 1 flat", "2 flat", "1 flat, 1 flat")  # fmt: skip
"""What stands on the axis: strong in two thirds, weak in one, so that the polyhedron alone does not tell."""

_EQUATOR: Final = {
    "5": ("5 flat", "5 flat", "5 flat", "4 flat, 1 x", "3 flat, 2 l", "3 flat, 2 x", "2 x, 1 flat, 1 x, 1 flat",
          "1 five", "1 five", "1 dii, 3 flat", "1 dik, 3 flat", "2 dik, 1 flat", "1 NO3, 3 flat", "2 NO3, 1 flat",
          "1 pincer, 2 flat", "1 pincer, 2 x", "1 dii, 1 NO3, 1 flat", "2 dii, 1 x"),
    "6": ("1 six", "1 six", "3 NO3", "2 NO3, 2 flat", "3 coo"),
    "4": ("4 flat", "4 x", "2 flat, 2 x", "2 dii", "3 flat, 1 x"),
}  # fmt: skip
"""What stands around it, by the number of donors."""

_SHARES: Final = (("5", 0.76), ("6", 0.12), ("4", 0.12))
_NAMES: Final = {"5": "pentagonal bipyramid", "6": "hexagonal bipyramid", "4": "octahedron"}


def _pentagonal_bipyramid(random: np.random.Generator) -> Recipe:
    """Axial ligands on ±z, the others in the plane; a few hexagonal bipyramids and octahedra among them."""
    around = str(random.choice([n for n, _ in _SHARES], p=[share for _, share in _SHARES]))
    while True:
        _, axial = _picked(_AXIAL, random)
        template, equator = _picked(_EQUATOR[around], random)
        if 3 + sum(ligand.charge for ligand in (*axial, *equator)) in CHARGES:
            break
    axes = (((0.0, 0.0, 1.0),), ((0.0, 0.0, -1.0),))
    return Recipe("pbpy", f"{_NAMES[around]} {template}", (*axial, *equator), (*axes, *_around(equator, int(around))))


def _around(ligands: Sequence[Ligand], count: int) -> list[tuple[tuple[float, float, float], ...]]:
    """Sites in the plane of z = 0, one after the other."""
    angles = 2.0 * np.pi * np.arange(count) / count
    places = [(float(np.cos(a)), float(np.sin(a)), 0.0) for a in angles]
    ends = np.cumsum([0, *(ligand.denticity for ligand in ligands)]).tolist()
    return [tuple(places[a:b]) for a, b in pairwise(ends)]


# ---- salens ---------------------------------------------------------------------------------------------------------

_SALEN: Final = (
    "1 salen, 1 x, 1 l", "1 salen, 1 x, 2 l", "1 salen, 1 x, 3 l", "1 salen, 2 x, 1 l", "1 salen, 2 x, 2 l",
    "1 salen, 1 NO3, 1 l", "1 salen, 1 NO3, 2 l", "1 salen, 1 dik, 1 l", "1 salen, 1 dik", "1 salen, 1 dik, 2 l",
    "1 salen, 1 coo, 1 l", "1 salen, 1 coo, 2 l", "1 salen, 3 l", "1 salen, 4 l", "1 salen, 1 OR, 2 l",
    "1 salen, 1 OR, 1 l", "1 salen, 1 x, 1 dii", "1 salen, 1 NO3, 1 dii", "1 salen, 1 dik, 1 dii", "1 salen, 2 NO3",
    "1 salen, 2 dik", "1 salen, 1 Cp", "1 salen, 1 NR2, 1 l", "1 salen, 1 Tp", "1 salen, 1 x, 1 L, 1 L",
    "1 salen, 1 X, 1 L", "1 salen, 2 X, 1 L", "1 outer, 3 NO3", "1 outer, 2 NO3, 2 l", "1 outer, 2 NO3, 1 x",
    "1 outer, 3 x, 1 l", "1 outer, 2 x, 2 l", "1 outer, 2 dik", "1 outer, 3 x, 2 l", "1 sandwich", "1 sandwich",
    "1 sandwich",
)  # fmt: skip


def _salen_type(random: np.random.Generator) -> Recipe:
    template, ligands = _picked(_SALEN, random)
    return Recipe("salen", f"salen {template}", ligands, (None,) * len(ligands))


# ---- motifs ---------------------------------------------------------------------------------------------------------

_SETTLING: Final = (
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

_POLYHEDRA: Final = {
    3: ("TP-3", "vT-3"), 4: ("T-4", "SP-4", "SS-4"), 5: ("TBPY-5", "SPY-5", "PP-5"), 6: ("OC-6", "TPR-6", "PPY-6"),
    7: ("PBPY-7", "COC-7", "CTPR-7"), 8: ("SAPR-8", "TDD-8", "CU-8", "HBPY-8", "BTPR-8"),
    9: ("CSAPR-9", "TCTPR-9", "CCU-9", "HBPY-9"),
}  # fmt: skip
"""Polyhedra for ligands of one donor, by the labels of SHAPE."""

_SINGLES: Final = {
    3: ("3 X", "2 X, 1 x", "2 X, 1 l"), 4: ("4 X", "3 X, 1 L", "2 X, 2 L", "2 OR, 2 x"),
    5: ("2 X, 3 l", "3 X, 2 l", "1 X, 4 l", "5 x"),
    6: ("6 Hal", "2 X, 4 l", "3 x, 3 l", "1 X, 5 l", "6 l", "2 OR, 4 x"),
    7: ("7 flat", "2 x, 5 flat", "1 X, 6 flat", "3 x, 4 flat", "2 OR, 5 flat"),
    8: ("8 flat", "1 x, 7 flat", "2 x, 6 flat", "4 flat, 4 flat", "3 x, 5 flat"),
    9: ("9 aq", "8 aq, 1 x", "6 aq, 3 l", "7 aq, 2 x"),
}  # fmt: skip


def _motif(random: np.random.Generator) -> Recipe:
    chance = random.random()
    if chance < 0.25:
        return _polyhedron(random)
    if chance < 0.31:
        return _bent_metallocene(random)
    template, ligands = _picked(_SETTLING, random)
    return Recipe("motif", template, ligands, (None,) * len(ligands))


def _polyhedron(random: np.random.Generator) -> Recipe:
    """Ligands of one donor on the corners of a polyhedron, shuffled."""
    sites = int(random.choice(list(_POLYHEDRA)))
    label = str(random.choice(_POLYHEDRA[sites]))
    template, ligands = _picked(_SINGLES[sites], random)
    corners = references(sites)[label][:-1]
    units = (corners / np.linalg.norm(corners, axis=1)[:, None])[random.permutation(sites)]
    places = tuple(((float(x), float(y), float(z)),) for x, y, z in units)
    return Recipe("motif", f"{label} {template}", ligands, places)


def _bent_metallocene(random: np.random.Generator) -> Recipe:
    """Two Cp rings and nothing else, 130° to 180° apart."""
    _, ligands = _picked(("1 Cp, 1 Cp", "2 Cp"), random)
    angle = np.radians(random.uniform(130.0, 180.0))
    places = (((0.0, 0.0, 1.0),), ((float(np.sin(angle)), 0.0, float(np.cos(angle))),))
    return Recipe("motif", "metallocenium", ligands, places)


_DRAW: Final[dict[str, Callable[[np.random.Generator], Recipe]]] = {
    "salen": _salen_type,
    "pbpy": _pentagonal_bipyramid,
    "motif": _motif,
}
