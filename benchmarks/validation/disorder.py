"""Structures disordered on purpose: is the molecule still the one from before, and if not, is there a doubt?

    python -m benchmarks.validation.disorder --environments FOLDER [--structures 1000]

Into ordered crystals (the shipped examples, and molecules of a multi-frame ``structures.xyz.gz`` packed as rigid
bodies) a disorder is written as crystallographers write it: CF3, SiMe3 and tBu groups turned by 15 to 60°, methyl
groups of six half hydrogens, phenyl rings turned by 20 to 90°, waters with two half hydrogens, a half-occupied toluene
over an inversion centre, half lattice waters (alone, with the other half beside them, beside their image by inversion;
with hydrogens and without); up to three groups at once, with PARTs and without, occupancies 0.5 to 0.8, rows in any
order. Right is the formula of the ordered molecule.
Writes benchmarks/results/disorder.json.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import gemmi
import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks.harness.crystals import environments
from core.chem.io.structure import StructureError, read_structure
from tests import cifs

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "disorder.json"
_BOND = 0.30  # Å beyond the covalent radii

Points = np.ndarray
Group = tuple[int, int, tuple[int, ...]]
"""Two atoms of an axis, and the atoms that turn about it."""

_TOLUENE = [("C", 0.0, 0.0, 0.0), ("C", 1.51, 0.0, 0.0), ("C", 2.205, 1.21, 0.0), ("C", 3.595, 1.21, 0.0),
            ("C", 4.29, 0.0, 0.0), ("C", 3.595, -1.21, 0.0), ("C", 2.205, -1.21, 0.0), ("H", -0.36, 1.03, 0.0),
            ("H", -0.36, -0.51, 0.89), ("H", -0.36, -0.51, -0.89), ("H", 1.66, 2.15, 0.0), ("H", 4.14, 2.15, 0.0),
            ("H", 5.38, 0.0, 0.0), ("H", 4.14, -2.15, 0.0), ("H", 1.66, -2.15, 0.0)]  # fmt: skip


class Ordered:
    """An ordered crystal with the atoms of its asymmetric unit in space and their bonds."""

    def __init__(self, crystal: cifs.Crystal) -> None:
        self.crystal = crystal
        self.elements = [site.element for site in crystal.sites]
        self.points = np.array([site.fract for site in crystal.sites]) @ crystal.matrix.T
        radii = np.array([gemmi.Element(e).covalent_r for e in self.elements])
        metal = np.array([gemmi.Element(e).is_metal for e in self.elements])
        near = np.linalg.norm(self.points[:, None] - self.points[None], axis=2) < np.add.outer(radii, radii) + _BOND
        near &= ~(metal[:, None] | metal[None])
        np.fill_diagonal(near, False)
        self.on_symmetry = False  # whether the molecule needs symmetry to be whole
        self.bonds = [np.nonzero(row)[0].tolist() for row in near]

    def turned(self, group: Group, angle: float) -> list[cifs.Site]:
        """The sites of a group turned about its axis [°]."""
        start, end, members = group
        axis = self.points[end] - self.points[start]
        turn = Rotation.from_rotvec(np.radians(angle) * axis / np.linalg.norm(axis))
        places = turn.apply(self.points[list(members)] - self.points[end]) + self.points[end]
        fract = places @ np.linalg.inv(self.crystal.matrix).T
        return [
            replace(self.crystal.sites[m], label=f"{self.crystal.sites[m].label}z", fract=tuple(f))
            for m, f in zip(members, fract.tolist(), strict=True)
        ]

    def tripods(self, centre: str, arm: str) -> Iterator[Group]:
        """CF3, tBu, SiMe3 and CH3: a centre with three end groups of one element and one other neighbour."""
        for c, element in enumerate(self.elements):
            arms = [a for a in self.bonds[c] if self.elements[a] == arm and self._is_end(a, c)]
            rest = [a for a in self.bonds[c] if a not in arms]
            if element == centre and len(arms) == 3 and len(rest) == 1:
                yield rest[0], c, tuple(m for a in arms for m in (a, *(h for h in self.bonds[a] if h != c)))

    def _is_end(self, atom: int, centre: int) -> bool:
        return all(self.elements[b] == "H" for b in self.bonds[atom] if b != centre)

    def phenyls(self) -> Iterator[Group]:
        """Phenyl groups: the ring but the two atoms on the axis, with its hydrogens."""
        for ipso in range(len(self.elements)):
            ring = self._ring(ipso)
            if len(ring) == 6:
                ends = [
                    r for r in ring if len(self.bonds[r]) == 3 and "H" not in {self.elements[b] for b in self.bonds[r]}
                ]
                if ends == [ipso]:
                    para = ring[3]
                    turning = [m for r in ring if r not in (ipso, para)
                               for m in (r, *(h for h in self.bonds[r] if self.elements[h] == "H"))]  # fmt: skip
                    yield ipso, para, tuple(turning)

    def _ring(self, atom: int) -> list[int]:
        """The six-membered ring of three-connected carbons through an atom, in order; empty where there is none."""
        paths = [[atom]]
        for _ in range(5):
            paths = [[*p, b] for p in paths for b in self.bonds[p[-1]]
                     if b not in p and self.elements[b] == "C" and len(self.bonds[b]) == 3]  # fmt: skip
        return next((p for p in paths if self.elements[atom] == "C" and atom in self.bonds[p[-1]]), [])

    def waters(self) -> Iterator[Group]:
        """One O–H as the axis, the other hydrogen turns."""
        for o, element in enumerate(self.elements):
            if element == "O" and [self.elements[b] for b in self.bonds[o]] == ["H", "H"]:
                first, second = self.bonds[o]
                yield first, o, (second,)


Kind = Callable[[Ordered], Sequence[Group]]
KINDS: dict[str, tuple[Kind, tuple[float, float], bool]] = {
    "CF3 turned": (lambda o: list(o.tripods("C", "F")), (15.0, 60.0), False),
    "tBu turned": (lambda o: list(o.tripods("C", "C")), (15.0, 60.0), False),
    "SiMe3 turned": (lambda o: list(o.tripods("Si", "C")), (15.0, 60.0), False),
    "methyl of six half hydrogens": (lambda o: list(o.tripods("C", "H")), (60.0, 60.0), True),
    "phenyl turned": (lambda o: list(o.phenyls()), (20.0, 90.0), False),
    "water with two half hydrogens": (lambda o: list(o.waters()), (100.0, 140.0), True),
}
"""Groups that turn, by how much [°], and whether both settings are half occupied and never marked."""


HALF_WATERS = {"half lattice water": True, "half lattice water without hydrogens": False}
"""Whether its hydrogens are in the file."""


def disordered(ordered: Ordered, kind: str, marked: bool, chance: random.Random) -> cifs.Crystal | None:
    """Up to three groups of the crystal, each in two settings; None where it has none of the kind."""
    groups, (low, high), halves = KINDS[kind]
    found = groups(ordered)
    if not found:
        return None
    sites, more = list(ordered.crystal.sites), []
    taken: set[int] = set()
    for group in chance.sample(found, min(len(found), chance.randint(1, 3))):
        if not taken & {*group[2]}:
            taken |= {*group[2]}
            share = 0.5 if halves else round(chance.uniform(0.5, 0.8), 2)
            marks = ("1", "2") if marked and not halves else (".", ".")
            for k in group[2]:
                sites[k] = replace(sites[k], occupancy=share, group=marks[0])
            angle = chance.uniform(low, high) * chance.choice((-1, 1))
            more += [replace(s, occupancy=round(1 - share, 2), group=marks[1]) for s in ordered.turned(group, angle)]
    return replace(ordered.crystal, sites=(*sites, *more))


def with_toluene(ordered: Ordered, marked: bool, chance: random.Random) -> cifs.Crystal | None:
    """The crystal in a cell twice as large in each direction, P -1, with a half-occupied toluene over the origin."""
    crystal = ordered.crystal
    middle, size = ordered.points.mean(axis=0), float(np.ptp(ordered.points, axis=0).max()) + 14.0
    operations = tuple(type(crystal.operations[0]).read(t) for t in ("x,y,z", "-x,-y,-z"))
    turn = Rotation.random(random_state=chance.randrange(2**31))
    shift = np.array([-2.9 + chance.uniform(-0.3, 0.3), chance.uniform(-0.3, 0.3), chance.uniform(0.25, 0.4)])
    places = turn.apply([np.array([x, y, z]) + shift for _, x, y, z in _TOLUENE])
    side = 2 * size
    solvent = [cifs.Site(f"{e}9{k}", e, tuple((p / side).tolist()), 0.5, ".", "-1" if marked else ".")
               for k, ((e, *_), p) in enumerate(zip(_TOLUENE, places, strict=True))]  # fmt: skip
    hosts = [replace(s, fract=tuple(((p - middle) / side + 0.5).tolist()))
             for s, p in zip(crystal.sites, ordered.points, strict=True)]  # fmt: skip
    hosts = [replace(s, fract=(s.fract[0] - 0.25, s.fract[1] - 0.25, s.fract[2] - 0.25)) for s in hosts]
    return replace(crystal, cell=(side, side, side, 90.0, 90.0, 90.0), operations=operations, sites=(*hosts, *solvent))


def _roomy(crystal: cifs.Crystal, points: Points, side: float) -> tuple[cifs.Site, ...]:
    """The sites of a molecule around (1/4, 1/4, 1/4) of a cubic cell of this side [Å]."""
    middle = points.mean(axis=0)
    return tuple(
        replace(site, fract=tuple(((p - middle) / side + 0.25).tolist()))
        for site, p in zip(crystal.sites, points, strict=True)
    )


_INVERSION = ("x,y,z", "-x,-y,-z")
_PLACES = 400
"""Places that are tried for a water before a molecule is given up."""


def with_half_water(ordered: Ordered, hydrogens: bool, chance: random.Random) -> cifs.Crystal | None:
    """The crystal in a wide P -1 cell with a lattice water of occupancy 0.5, at the distance of a hydrogen bond from
    some atom and no nearer to any; None where there is no such place."""
    crystal, points = ordered.crystal, ordered.points
    side = 2 * (float(np.ptp(points, axis=0).max()) + 14.0)
    outside = [k for k, e in enumerate(ordered.elements) if e in ("O", "N", "F", "Cl")] or list(range(len(points)))
    least = np.array([1.8 if e == "H" else 2.7 if e in ("O", "N", "F") else 3.2 for e in ordered.elements])
    least[[gemmi.Element(e).is_metal for e in ordered.elements]] = 3.8
    random_ = np.random.default_rng(chance.randrange(2**31))
    for _ in range(_PLACES):
        anchor = points[chance.choice(outside)]
        places = _half_waters(anchor + 2.8 * _direction(random_), hydrogens, random_)
        oxygens = np.array([p for element, p in places if element == "O"])
        if (np.linalg.norm(points[:, None] - oxygens[None], axis=2) > least[:, None]).all():
            break
    else:
        return None
    if chance.random() < 1 / 3:  # on the inversion centre instead: its other half is its image, 0.7 to 1.3 Å away
        shift = points.mean(axis=0) - side / 4 - places[0][1] + chance.uniform(0.35, 0.65) * _direction(random_)
        places = [(element, p + shift) for element, p in places[: 3 if hydrogens else 1]]
    origin = points.mean(axis=0) - side / 4
    waters = [cifs.Site(f"{e}9{k}", e, tuple(((p - origin) / side).tolist()), 0.5) for k, (e, p) in enumerate(places)]
    operations = tuple(type(crystal.operations[0]).read(text) for text in _INVERSION)
    sites = (*_roomy(crystal, points, side), *waters)
    return replace(crystal, cell=(side, side, side, 90.0, 90.0, 90.0), operations=operations, sites=sites)


def _direction(random_: np.random.Generator) -> Points:
    vector = random_.normal(size=3)
    return np.asarray(vector / np.linalg.norm(vector))


def _half_waters(place: Points, hydrogens: bool, random_: np.random.Generator) -> list[tuple[str, Points]]:
    """A half water, and in half of the cases the other half 0.8 to 1.4 Å beside it."""
    found: list[tuple[str, Points]] = []
    other = [random_.uniform(0.8, 1.4) * _direction(random_)] if random_.random() < 0.5 else []
    for shift in (np.zeros(3), *other):
        found.append(("O", place + shift))
        if hydrogens:
            turn = Rotation.random(rng=random_)
            found += [("H", place + shift + turn.apply(h)) for h in ([0.76, 0.59, 0.0], [-0.76, 0.59, 0.0])]
    return found


def stated(crystal: cifs.Crystal) -> cifs.Crystal:
    """With the formula that its atoms give by their occupancies, as refinement programs write it, and one unit a site
    list."""
    counts: dict[str, float] = defaultdict(float)
    for site in crystal.sites:
        counts[site.element] += site.occupancy
    formula = " ".join(f"{e}{counts[e]:.4g}" for e in sorted(counts))
    return replace(crystal, formula=formula, moiety="")


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--structures", type=int, default=1000)
    parser.add_argument("--crystals", type=int, default=250, help="environments that are packed")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    pool = list(_pool(options))
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    cases = [(kind, marked) for kind, rule in KINDS.items() for marked in ((False,) if rule[2] else (False, True))]
    cases += [("toluene on an inversion centre", marked) for marked in (False, True)]
    cases += [(name, False) for name in HALF_WATERS]
    for kind, marked, crystal, right in _drawn(pool, cases, options.structures, chance):
        formula, doubts = _read(crystal)
        name = f"{kind}, {'marked' if marked else 'unmarked'}"
        tally[name]["of"] += 1
        tally[name]["right"] += formula == right
        if formula != right:
            tally[name]["wrong but doubted"] += bool(doubts)
            wrong.append({"kind": name, "crystal": crystal.block, "right": right, "found": formula, "doubt": doubts})
    every = {key: sum(count[key] for count in tally.values()) for key in ("of", "right", "wrong but doubted")}
    record = {"what": (__doc__ or "").split("\n")[0], "all": every, "by kind": {k: dict(v) for k, v in tally.items()},
              "wrong": wrong[:40]}  # fmt: skip
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({"all": every, "by kind": record["by kind"], "wrong": wrong[:12]}, indent=1, ensure_ascii=False))


def _pool(options: argparse.Namespace) -> Iterator[tuple[Ordered, str]]:
    """Ordered crystals with one magnetic ion in the judged molecule, and its formula."""
    examples = [cifs.from_cif(p.read_text()) for p in sorted((_ROOT / "assets" / "examples").glob("*.cif"))]
    for crystal in (*examples, *environments(options.environments, options.crystals, options.seed)):
        if all(site.occupancy == 1 for site in crystal.sites):
            formula, _ = _read(crystal)
            if formula:
                ordered = Ordered(crystal)
                alone, _ = _read(replace(crystal, operations=crystal.operations[:1]))
                ordered.on_symmetry = alone != formula
                yield ordered, formula


def _drawn(
    pool: list[tuple[Ordered, str]], cases: list[tuple[str, bool]], count: int, chance: random.Random
) -> Iterator[tuple[str, bool, cifs.Crystal, str]]:
    """`count` disordered structures, the kinds in turn, each from a crystal that has such a group."""
    having = {kind: [one for one in pool if rule[0](one[0])] for kind, rule in KINDS.items()}
    alone = [one for one in pool if not one[0].on_symmetry]
    having |= dict.fromkeys(("toluene on an inversion centre", *HALF_WATERS), alone)
    cases = [case for case in cases if having[case[0]]]
    for number in range(count):
        kind, marked = cases[number % len(cases)]
        one = None
        while one is None:  # not every molecule has room for a water
            ordered, right = chance.choice(having[kind])
            one = _written(ordered, kind, marked, chance)
        yield kind, marked, cifs.permuted(stated(one), number), right


def _written(ordered: Ordered, kind: str, marked: bool, chance: random.Random) -> cifs.Crystal | None:
    if kind in KINDS:
        return disordered(ordered, kind, marked, chance)
    if kind in HALF_WATERS:
        return with_half_water(ordered, HALF_WATERS[kind], chance)
    return with_toluene(ordered, marked, chance)


TELLING = {
    "disorder-parts",
    "disorder-overlap",
    "disorder-marks-ignored",
    "donors-disordered",
    "formula-differs",
    "formula-of-kept-atoms-differs",
}
"""Doubts that a reader of a wrong molecule would be warned by."""


def _read(crystal: cifs.Crystal) -> tuple[str, list[str]]:
    """Formula of the judged molecule, empty where it is refused, and what is said about disorder or formula."""
    try:
        structure = read_structure(cifs.spell(crystal, cifs.Spelling(decimals=5)))
    except StructureError as error:
        return "", [error.sentence]
    return structure.molecule.formula, [d.text for d in structure.doubts if d.code in TELLING]


if __name__ == "__main__":
    main()
