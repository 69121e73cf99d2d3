"""Delocalised units whose charge a Lewis structure alone gets wrong: π-ligand rings, tetrapyrroles, boron cages.

Everything here is found before the integer program runs and becomes a demand on it (`RingCharge`) or atoms that it must
leave alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from core.chem.lewis.graph import BORON_CAGE_MINIMUM, LigandGraph, planarity
from core.chem.lewis.program import RingCharge

FLAT = 0.25
"""A ring whose atoms stay within this of a plane [Å] is flat (free COT is a tub: 0.4 Å)."""

FOLDED_ARENE = 0.12
"""An arene bound side-on whose atoms leave the plane by more than this [Å] has taken up two electrons."""


def ring_demands(graph: LigandGraph) -> list[RingCharge]:
    """Charges of the π-ligand rings: Cp⁻, COT²⁻, C₇H₇³⁻, C₄R₄²⁻, borolide²⁻, tetrolide²⁻, folded arenes²⁻."""
    found = []
    for ring in graph.rings:
        total = _ring_charge(graph, ring)
        if total:
            found.append(RingCharge(tuple(ring), total))
    return found


def _ring_charge(graph: LigandGraph, ring: Sequence[int]) -> int:
    """Charge of one ring by the Hückel rule (4n + 2 π electrons), 0 where no rule speaks."""
    others = [a for a in ring if graph.elements[a] != "C"]
    carbons = [a for a in ring if graph.elements[a] == "C"]
    bound = graph.count_bound(ring)
    if any(graph.degree(a) > 3 for a in carbons) or bound < (3 if len(ring) == 8 else 4):
        return 0
    if not others:
        return _carbocycle_charge(graph, ring, bound)
    if len(others) == 1 and len(ring) == 5:
        hetero, degree = graph.elements[others[0]], graph.degree(others[0])
        if (hetero == "B" and degree == 3) or (hetero in ("Si", "Ge", "Sn", "Pb") and degree == 2):
            return -2
    return 0


def _carbocycle_charge(graph: LigandGraph, ring: Sequence[int], bound: int) -> int:
    deviation = planarity(graph.positions[list(ring)])
    if len(ring) == 6:
        return -2 if deviation > FOLDED_ARENE else 0
    if deviation > FLAT and len(ring) != 8:  # four or more contacts to a metal tell COT²⁻ as well as flatness does
        return 0
    if len(ring) == 7 and bound < 6:
        return 0
    return {4: -2, 5: -1, 7: -3, 8: -2, 9: -1}.get(len(ring), 0)


def oxocarbon_demands(graph: LigandGraph) -> list[RingCharge]:
    """Deltate, squarate, croconate, rhodizonate: rings (CO)ₙ with two negative charges."""
    found = []
    for ring in graph.rings:
        ends = [j for a in ring for j in graph.neighbours[a] if graph.elements[j] == "O" and graph.degree(j) == 1]
        if len(ends) == len(ring) <= 6 and all(graph.elements[a] == "C" for a in ring):
            found.append(RingCharge((*ring, *ends), -2))
    return found


def flat_cot_demands(graph: LigandGraph) -> list[RingCharge]:
    """Flat C₈ rings that touch no metal here (a COT²⁻ counter-ion, or one bound to a metal that was not counted)."""
    return [
        RingCharge(tuple(ring), -2)
        for ring in graph.rings
        if len(ring) == 8
        and graph.count_bound(ring) < 4
        and all(graph.elements[a] == "C" and graph.degree(a) <= 3 for a in ring)
        and planarity(graph.positions[list(ring)]) < FLAT
    ]


def tropylium_demands(graph: LigandGraph) -> list[RingCharge]:
    """C₇H₇⁺ beside the complex: flat, with nothing but hydrogen on the ring, and no metal in touch."""
    return [
        RingCharge(tuple(ring), 1)
        for ring in graph.rings
        if len(ring) == 7 and len(graph.elements) == 14 and not graph.bound
        and all(graph.elements[a] == "C" and graph.degree(a) == 3 for a in ring)
        and graph.elements.count("H") == 7 and planarity(graph.positions[list(ring)]) < FLAT
    ]  # fmt: skip


def methanediide_demands(graph: LigandGraph) -> list[RingCharge]:
    """Bound carbons between two phosphorus(V) or sulfur(VI): C(PR₂NR)₂²⁻, C(PR₂S)₂²⁻. Both lone pairs stay on carbon;
    the short C–P bonds are ylidic."""
    return [
        RingCharge((a,), -2)
        for a, element in enumerate(graph.elements)
        if element == "C"
        and graph.is_bound(a)
        and graph.degree(a) == 2
        and all(graph.elements[j] in ("P", "S") and graph.degree(j) == 4 for j in graph.neighbours[a])
    ]


def tetrapyrroles(graph: LigandGraph) -> list[RingCharge]:
    """Conjugated macrocycles of four pyrroles without their N–H hydrogens: porphyrin²⁻, phthalocyanine²⁻, corrole³⁻.

    A Lewis structure of the neutral 16 π ring exists, so that matching alone would say 0. The macrocycle with one
    direct pyrrole–pyrrole bond (corrole) is a trianion. N–H or N–R nitrogens lower the charge by one each.
    """
    pyrroles = [ring for ring in graph.rings if _is_pyrrole(graph, ring)]
    links = {
        frozenset((a, b)): kind
        for a, b in combinations(range(len(pyrroles)), 2)
        if (kind := _link(graph, pyrroles[a], pyrroles[b]))
    }
    found = []
    for four in _cycles_of_four(len(pyrroles), links):
        direct = sum(kind == "direct" for pair, kind in links.items() if pair <= four)
        inner = _inner_ring(graph, [pyrroles[p] for p in sorted(four)])
        substituted = sum(graph.elements[a] == "N" and graph.degree(a) > 2 for a in inner)
        total = (-3 if direct == 1 else -2) + substituted
        if total <= 0:
            found.append(RingCharge(inner, total))
    return found


def texaphyrins(graph: LigandGraph) -> list[RingCharge]:
    """Macrocycles of three pyrroles and two imines without N–H hydrogens: aromatic with 22 π electrons, monoanions.

    The short outer bonds of the middle pyrrole would speak for a cation.
    """
    pyrroles = [ring for ring in graph.rings if _is_pyrrole(graph, ring)]
    found = []
    for middle in pyrroles:
        ends = [ring for ring in pyrroles if _link(graph, ring, middle) == "meso"]
        imines = [n for ring in ends for n in _imines_on(graph, ring)]
        if len(pyrroles) == 3 and len(ends) == 2 and len(imines) == 2:
            nitrogens = [a for ring in pyrroles for a in ring if graph.elements[a] == "N"]
            substituted = sum(graph.degree(a) > 2 for a in (*nitrogens, *imines))
            inside = {*_inner_ring(graph, pyrroles), *imines}
            found.append(RingCharge(tuple(sorted(inside)), substituted - 1))
    return found


def _imines_on(graph: LigandGraph, pyrrole: Sequence[int]) -> list[int]:
    """Nitrogens of C–C=N groups on the α carbons of a pyrrole."""
    return [
        n
        for alpha in _alphas(graph, pyrrole)
        for carbon in graph.neighbours[alpha]
        if carbon not in pyrrole and graph.elements[carbon] == "C" and graph.degree(carbon) == 3
        for n in graph.neighbours[carbon]
        if graph.elements[n] == "N" and n not in pyrrole
    ]


def _inner_ring(graph: LigandGraph, pyrroles: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Pyrrole nitrogens, their α carbons and the meso atoms between: the atoms whose charges add up."""
    alphas = [a for ring in pyrroles for a in _alphas(graph, ring)]
    nitrogens = [a for ring in pyrroles for a in ring if graph.elements[a] == "N"]
    inside = {a for ring in pyrroles for a in ring}
    around = [j for a in alphas for j in graph.neighbours[a] if j not in inside]
    return tuple(sorted({*alphas, *nitrogens, *(j for j in around if around.count(j) == 2)}))


def _is_pyrrole(graph: LigandGraph, ring: Sequence[int]) -> bool:
    if len(ring) != 5 or sorted(graph.elements[a] for a in ring) != ["C", "C", "C", "C", "N"]:
        return False
    nitrogen = next(a for a in ring if graph.elements[a] == "N")
    return all(graph.degree(c) == 3 for c in graph.neighbours[nitrogen] if c in ring)


def _alphas(graph: LigandGraph, ring: Sequence[int]) -> list[int]:
    nitrogen = next(a for a in ring if graph.elements[a] == "N")
    return [c for c in graph.neighbours[nitrogen] if c in ring]


def _link(graph: LigandGraph, one: Sequence[int], other: Sequence[int]) -> str:
    """How the α carbons of two pyrroles are joined: "direct", "meso" (over an sp² C or N), or "" for not."""
    if set(one) & set(other):
        return ""
    for a in _alphas(graph, one):
        for b in _alphas(graph, other):
            if b in graph.neighbours[a]:
                return "direct"
            meso = set(graph.neighbours[a]) & set(graph.neighbours[b])
            if any(_is_sp2_bridge(graph, m) for m in meso):
                return "meso"
    return ""


def _is_sp2_bridge(graph: LigandGraph, atom: int) -> bool:
    return (graph.elements[atom] == "C" and graph.degree(atom) <= 3) or (
        graph.elements[atom] == "N" and graph.degree(atom) == 2
    )


def _cycles_of_four(n: int, links: Iterable[frozenset[int]]) -> set[frozenset[int]]:
    around: dict[int, set[int]] = {a: set() for a in range(n)}
    for pair in links:
        a, b = pair
        around[a].add(b)
        around[b].add(a)
    return {
        frozenset((a, b, c, d))
        for a, c in combinations(range(n), 2)
        for b, d in combinations(sorted(around[a] & around[c]), 2)
    }


def boron_cages(graph: LigandGraph) -> list[tuple[tuple[int, ...], int]]:
    """Boron and carborane cages with their charges, by the Wade–Mingos rules.

    A closo cage of n vertices holds 2n + 2 skeletal electrons, nido 2n + 4, arachno 2n + 6; a vertex with v valence
    electrons and one exo bond (or lone pair) gives v − 1. A triangulated cage has 3n − 6 edges; nido cages miss some.

    Source: K. Wade, Adv. Inorg. Chem. Radiochem. 1976, 18, 1.
    """
    cages = []
    for vertices in _cage_vertices(graph):
        inside = set(vertices)
        edges = sum(i in inside and j in inside for i, j in graph.bonds)
        bridges = _bridging_hydrogens(graph, inside)
        n, gap = len(vertices), 3 * len(vertices) - 6 - edges
        family = 0 if gap <= 0 else (1 if gap <= 4 else 2)
        electrons = sum(3 if graph.elements[a] == "C" else 2 for a in vertices) + len(bridges)
        naked = sum(not set(graph.neighbours[a]) - inside - bridges for a in vertices)
        cages.append(((*vertices, *sorted(bridges)), electrons - (2 * n + 2 + 2 * family) - naked))
    return cages


def _bridging_hydrogens(graph: LigandGraph, cage: set[int]) -> set[int]:
    return {
        h for h, element in enumerate(graph.elements) if element == "H" and len(set(graph.neighbours[h]) & cage) > 1
    }


def _cage_vertices(graph: LigandGraph) -> list[tuple[int, ...]]:
    """Connected sets of at least five cage atoms."""
    candidates = {
        a
        for a, element in enumerate(graph.elements)
        if (element in ("B", "C") and sum(graph.elements[j] == "B" for j in graph.neighbours[a]) >= BORON_CAGE_MINIMUM)
        or (element == "C" and _touches_two_borons_and_cage_carbon(graph, a))
    }
    found: list[tuple[int, ...]] = []
    while candidates:
        stack, cage = [min(candidates)], set()
        while stack:
            a = stack.pop()
            if a in candidates:
                candidates.discard(a)
                cage.add(a)
                stack += graph.neighbours[a]
        if len(cage) >= 5:
            found.append(tuple(sorted(cage)))
    return found


def _touches_two_borons_and_cage_carbon(graph: LigandGraph, atom: int) -> bool:
    """A carbon in the open face of a nido carborane has two or three boron neighbours and a carbon one."""
    borons = sum(graph.elements[j] == "B" for j in graph.neighbours[atom])
    return borons >= 2 and graph.degree(atom) >= 4 and any(graph.elements[j] == "C" for j in graph.neighbours[atom])
