"""Complexes of the kinds in which the electrostatic model fails: what is drawn for each, and how it is put together.

    KINDS[kind](random) ──► Draw: ligands, their sites and distances ──► complex_of ──► Assembled

Ligands are small and rigid (`training.motifs.shapes`); what varies is which they are, how long their bonds are and at
which angles they stand. Ranges are round, chosen by us about what crystals of such complexes show. A polyoxometalate
there is none, since the engine has no basis for W and Mo: rings of four tetrahedra, P4O12⁴⁻ and (RSiO2)4⁴⁻, put a
square of four oxygens above the ion in its stead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.chem.radii import IONIC_RADII
from training.factory.motif_ligands import (
    ALKOXIDES,
    BORATABENZENES,
    CAPS,
    CARBONATE,
    CYCLOOCTATETRAENYLS,
    CYCLOPENTADIENYLS,
    DECKS,
    DIMETHYL_ETHER,
    NEUTRALS,
    NITROGENS,
    PHENOXIDES,
    SALICYLALDIMINATES,
    SINGLE_ANIONS,
    SMALL_RINGS,
    Site,
    named,
    square,
)
from training.motifs.energy import Part
from training.motifs.generators import METAL, USUAL_SITES, usable
from training.motifs.landmarks import LIGANDS
from training.motifs.ligands import PER_SITE, Ligand, fan
from training.motifs.motif import Assembled, assembled, intended

SPREAD: Final = 0.03
"""Standard deviation of the lengths of a ligand's bonds [Å]."""

TURN: Final = 3.0
"""Standard deviation of a ligand's last turn about x, y and z [°]."""

CP: Final = (2.28, 2.45)
COT: Final = (1.78, 1.95)
BORATABENZENE: Final = (2.25, 2.40)
"""Least and largest distance of a ring's centroid from Dy [Å]."""

BENT: Final = (125.0, 176.0)
"""Centroid–Dy–centroid of two rings and nothing else [°]."""

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Placed:
    """A ligand of a draw.

    Attributes:
        ligand: which.
        sites: unit vectors of its sites; None where it may settle.
        centroid: of a π ring, its distance from Dy [Å]; 0 for all others, whose bonds are as long as usual.
        longer: by how much the bonds of the others are longer [Å].
    """

    ligand: Ligand
    sites: tuple[Site, ...] | None = None
    centroid: float = 0.0
    longer: float = 0.0


Draw = tuple[Placed, ...]


def complex_of(ion: str, draw: Draw, random: Random) -> Assembled:
    """The atoms of a draw around an ion.

    Raises:
        DomainError: the ligands do not fit, or read otherwise than meant.
    """
    crowd = PER_SITE * max(sum(placed.ligand.denticity for placed in draw) - USUAL_SITES, 0)
    ionic = IONIC_RADII[ion] - IONIC_RADII[METAL]
    return intended(assembled(ion, [_part(placed, ionic, crowd, random) for placed in draw], random, TURN))


def _part(placed: Placed, ionic: float, crowd: float, random: Random) -> Part:
    choice = usable(placed.ligand)
    shape = choice[random.integers(len(choice))]
    if placed.centroid:
        middle = shape.positions[list(shape.donors)].mean(axis=0)
        distance = float(np.linalg.norm(middle))
        shape = replace(shape, positions=shape.positions + middle * ((placed.centroid + ionic) / distance - 1.0))
    else:
        shape = shape.stretched(ionic + crowd + placed.longer + random.normal(0.0, SPREAD))
    return Part(shape, None if placed.sites is None else np.array(placed.sites))


def _one(random: Random, group: tuple[Ligand, ...]) -> Ligand:
    return group[int(random.integers(len(group)))]


def _pi(random: Random, group: tuple[Ligand, ...], direction: Site | None = None) -> Placed:
    """A ring of a group, its centroid within the range of its kind."""
    ring = _one(random, group)
    least, most = {5: CP, 6: BORATABENZENE, 8: COT}[ring.ring]
    return Placed(ring, None if direction is None else (direction,), float(random.uniform(least, most)))


def _opposite(random: Random, least: float, most: float) -> tuple[Site, Site]:
    """Two directions, so far apart [°], their bisector along −x."""
    half = np.radians(random.uniform(least, most) / 2.0)
    x, z = -float(np.cos(half)), float(np.sin(half))
    return (x, 0.0, z), (x, 0.0, -z)


def _metallocenium(random: Random) -> Draw:
    up, down = _opposite(random, *BENT)
    first = _pi(random, CYCLOPENTADIENYLS, up)
    second = replace(first, sites=(down,)) if random.random() < 0.4 else _pi(random, CYCLOPENTADIENYLS, down)
    return first, second


def _bent_metallocene(random: Random) -> Draw:
    """Two Cp and one or two more on the open side."""
    up, down = _opposite(random, 124.0, 138.0)
    rings = _pi(random, SMALL_RINGS, up), _pi(random, SMALL_RINGS, down)
    chance = random.random()
    if chance < 0.4:
        others = [Placed(_one(random, SINGLE_ANIONS), ((1.0, 0.0, 0.0),))]
    elif chance < 0.6:
        others = [Placed(_one(random, NEUTRALS), ((1.0, 0.0, 0.0),))]
    elif chance < 0.7:
        others = [Placed(_one(random, named("NO3", "κ²-OAc", "acac")), fan(54.0))]
    else:
        pair = _one(random, SINGLE_ANIONS if chance < 0.85 else NEUTRALS), _one(random, NEUTRALS)
        others = [Placed(ligand, (site,)) for ligand, site in zip(pair, fan(84.0), strict=True)]
    return (*rings, *others)


def _mixed_sandwich(random: Random) -> Draw:
    """Boratabenzene and COT, or Cp and COT with a third ligand: Cp/COT alone is in the check half."""
    if random.random() < 0.5:
        up, down = _opposite(random, 155.0, 179.0)
        return _pi(random, BORATABENZENES, up), _pi(random, CYCLOOCTATETRAENYLS, down)
    up, down = _opposite(random, 134.0, 150.0)
    third = Placed(_one(random, (*named("H2O", "NH3", "MeCN", "thf", "F"), DIMETHYL_ETHER)), ((1.0, 0.0, 0.0),))
    return _pi(random, SMALL_RINGS, up), _pi(random, CYCLOOCTATETRAENYLS, down), third


def _sandwich(random: Random) -> Draw:
    up, down = _opposite(random, 168.0, 180.0)
    first = _pi(random, CYCLOOCTATETRAENYLS, up)
    return first, replace(_pi(random, CYCLOOCTATETRAENYLS, down), centroid=first.centroid + random.normal(0.0, 0.02))


def _carbonates(random: Random) -> Draw:
    count, others = ((4, 0), (4, 0), (3, 3), (3, 2), (3, 1), (2, 4), (2, 3), (1, 6), (1, 5))[int(random.integers(9))]
    change = float(random.uniform(-0.06, 0.06))
    carbonates = [Placed(CARBONATE, longer=change)] * count
    return (*carbonates, *_beside(random, others, named("NO3", "acac", "F", "Cl", "κ²-OAc")))


def _nitrates(random: Random) -> Draw:
    count, others = ((6, 0), (5, 0), (4, 2), (4, 1), (3, 4), (3, 3), (3, 2), (2, 5), (2, 4), (1, 6))[
        int(random.integers(10))
    ]
    change = float(random.uniform(-0.05, 0.06))
    nitrates = [Placed(LIGANDS["NO3"], longer=change)] * count
    return (*nitrates, *_beside(random, others, named("Cl", "bipy", "phen", "OAc", "dme", "NCS")))


def _beside(random: Random, count: int, special: tuple[Ligand, ...]) -> list[Placed]:
    """So many sites' worth of neutral ligands of one or two kinds, at times with one of the special ones."""
    found = [Placed(_one(random, special))] if count > 1 and random.random() < 0.3 else []
    count -= sum(placed.ligand.denticity for placed in found)
    kinds = _one(random, NEUTRALS), _one(random, named("H2O", "MeOH", "NH3"))
    found += [Placed(kinds[0] if k < (count + 1) // 2 or random.random() < 0.5 else kinds[1]) for k in range(count)]
    return found


def _trans_pair(random: Random, anions: tuple[Ligand, ...], equator: tuple[Ligand, ...]) -> Draw:
    """Two anions on the axis, alike or not, four or five of one or two neutral ligands around it."""
    first = _one(random, anions)
    second = first if random.random() < 0.6 else _one(random, anions)
    count = int(random.choice([4, 5]))
    one, other = _one(random, equator), _one(random, equator)
    change = float(random.uniform(-0.05, 0.05))
    axis = [Placed(ligand, (site,), longer=change) for ligand, site in zip((first, second), _axis(random), strict=True)]
    mixed = random.random() < 0.5
    around = fan(*(360.0 / count,) * (count - 1))
    return (*axis, *(Placed(other if mixed and k % 2 else one, (site,)) for k, site in enumerate(around)))


def _axis(random: Random) -> tuple[Site, Site]:
    """Two directions near ±z, 160° to 180° apart."""
    tilt = np.radians(180.0 - random.uniform(160.0, 180.0))
    return (0.0, 0.0, 1.0), (float(np.sin(tilt)), 0.0, -float(np.cos(tilt)))


def _phenoxides(random: Random) -> Draw:
    if random.random() < 0.3:
        return _salicylaldimines(random)
    return _trans_pair(random, PHENOXIDES, NITROGENS)


def _salicylaldimines(random: Random) -> Draw:
    """Two phenoxide–imine chelates, their oxygens trans, the imines and two or three more in the equator."""
    bite = np.radians(74.0)
    count = int(random.choice([2, 3]))
    plane = np.radians(360.0 / (count + 2)) * np.arange(count + 2)
    sites: list[Site] = [(float(np.cos(a)), float(np.sin(a)), 0.0) for a in plane]
    up, down = _leaning(sites[0], float(bite)), _leaning(sites[1], float(bite))
    first = _one(random, SALICYLALDIMINATES)
    pair = Placed(first, (up, sites[0])), Placed(first, ((down[0], down[1], -down[2]), sites[1]))
    return (*pair, *(Placed(_one(random, NITROGENS), (site,)) for site in sites[2:]))


def _leaning(site: Site, angle: float) -> Site:
    """Nearly along z, at an angle [rad] from a site in the plane."""
    cosine = float(np.cos(angle))
    return site[0] * cosine, site[1] * cosine, float(np.sin(angle))


def _alkoxides(random: Random) -> Draw:
    return _trans_pair(random, ALKOXIDES, (*named("py", "thf"), DIMETHYL_ETHER, *named("im")))


def _tetrapyrroles(random: Random) -> Draw:
    """Two tetrapyrroles, twisted against each other, or one with another face or chelate on the other side."""
    change = float(random.uniform(-0.04, 0.08))
    deck = Placed(_one(random, DECKS), square(0.0, 0.715), longer=change)
    if random.random() < 0.5:
        return deck, _below(replace(deck, ligand=_one(random, DECKS)), random, 0.715)
    if random.random() < 0.3:
        deck = replace(deck, ligand=LIGANDS["Pc"])
    return deck, *_other_face(random)


def _oxide_caps(random: Random) -> Draw:
    """Two squares of oxygens, twisted against each other, or one and another face or chelates."""
    cap = Placed(_one(random, CAPS), square(0.0, 0.6), longer=float(random.uniform(-0.04, 0.10)))
    chance = random.random()
    if chance < 0.5:
        return cap, _below(replace(cap, ligand=_one(random, CAPS)), random, 0.6)
    if chance < 0.7:
        return cap, *(Placed(LIGANDS["H2O"]) for _ in range(int(random.choice([4, 5]))))
    return cap, *_other_face(random)


def _below(placed: Placed, random: Random, height: float) -> Placed:
    sites = tuple((x, y, -z) for x, y, z in square(float(random.uniform(0.0, 45.0)), height))
    return replace(placed, sites=sites)


def _other_face(random: Random) -> list[Placed]:
    """What stands opposite a square of donors."""
    chance = random.random()
    if chance < 0.5:
        return [_pi(random, CYCLOOCTATETRAENYLS[:3] if chance < 0.25 else SMALL_RINGS, (0.0, 0.0, -1.0))]
    pair = _one(random, named("acac", "NO3", "κ²-OAc"))
    return [Placed(pair), Placed(_one(random, named("H2O", "MeOH", "NH3")))] if chance < 0.75 else [Placed(pair)] * 2


KINDS: Final[dict[str, Callable[[Random], Draw]]] = {
    "metallocenium": _metallocenium,
    "bent metallocene": _bent_metallocene,
    "Cp/COT": _mixed_sandwich,
    "COT sandwich": _sandwich,
    "carbonate": _carbonates,
    "nitrate": _nitrates,
    "phenoxide pair": _phenoxides,
    "alkoxide pair": _alkoxides,
    "tetrapyrrole": _tetrapyrroles,
    "oxide caps": _oxide_caps,
}
"""What draws a complex of a kind."""
