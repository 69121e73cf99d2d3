"""What a closed-shell Lewis structure cannot say: radicals, reduced ligands, hydrogens that the file forgot.

Each rule looks at the geometry and answers with a `Finding`: a change of charge where the lengths decide, other charges
that a chemist would consider, and sentences of doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np

from core.angles import between
from core.chem.lewis.graph import ADDENDA, LigandGraph
from core.chem.lewis.patterns import tetrapyrroles
from core.chem.lewis.structure import Lewis
from core.doubts import Doubt, doubt


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity.

    Attributes:
        changes: added to atom charges [e].
        others: alternatives relative to the changed total [e].
        doubts: about it.
        radical: whether it is one.
        open: whether the neutrality of the crystal may choose among `others`: electrons more or less, and what lies
            behind an oxygen without hydrogen.
    """

    changes: Mapping[int, int] = field(default_factory=dict)
    others: tuple[int, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    radical: bool = False
    open: bool = False


NOTHING: Final = Finding()

NITROXIDE_LENGTH = 1.335
"""N–O of a nitroxide is 1.27–1.30 Å, of a hydroxylaminate about 1.40 Å; the border is the mean, rounded down [Å]."""


def findings(graph: LigandGraph, lewis: Lewis) -> list[Finding]:
    """All oddities of a ligand."""
    rules: tuple[Callable[[LigandGraph, Lewis], Finding], ...] = (
        _nitroxides, _verdazyls, _diatomic, _lone_oxygen, _hydroxide, _diimines, _dioxolenes, _tcnq, _bridging_arene,
        _macrocycle, _polyoxometalate, _missing_hydrogens,
        _stranded_carbanions, _arenium,
    )  # fmt: skip
    return [found for rule in rules if (found := rule(graph, lewis)) is not NOTHING]


def _nitroxides(graph: LigandGraph, lewis: Lewis) -> Finding:
    """R₂N–O• (also in nitronyl nitroxides, neutral radicals): a short N–O on an N with two carbons and no π bond."""
    oxygens = [
        o
        for o, n, _, _ in graph.matches("[OX1]~[NX3](~[#6])~[#6]")
        if lewis.charges[o] == -1 and lewis.charges[n] == 0 and graph.length(o, n) < NITROXIDE_LENGTH
        and not _acyl_neighbour(graph, n)
    ]  # fmt: skip
    if not oxygens:
        return NOTHING
    text = "A nitroxide radical was recognised by its short N–O bond and counted as neutral."
    return Finding(dict.fromkeys(oxygens, 1), (-len(set(oxygens)),), (doubt("radical-ligand", text),), True, open=True)


def _verdazyls(graph: LigandGraph, lewis: Lewis) -> Finding:
    """Six-membered C–N–N–C–N–N rings with substituents on two nitrogens: neutral radicals."""
    for ring in graph.matches("[#6]1~[#7X3]~[#7X2]~[#6X3]~[#7X2]~[#7X3]~1"):
        charged = [a for a in ring if lewis.charges[a]]
        if abs(now := sum(lewis.charges[a] for a in ring)) == 1:
            text = "A verdazyl ring was counted as a neutral radical."
            return Finding({charged[0]: -now}, (now,), (doubt("radical-ligand", text),), True, open=True)
    return NOTHING


def _acyl_neighbour(graph: LigandGraph, nitrogen: int) -> bool:
    """Hydroxamates and N-oxidopyridones have a C=O beside N and are no radicals."""
    return any(
        graph.elements[x] in ("O", "S") and graph.degree(x) == 1
        for c in graph.neighbours[nitrogen]
        if graph.elements[c] == "C"
        for x in graph.neighbours[c]
    )


# Upper bounds of the bond length [Å] for each charge of an X₂ unit, set between typical lengths: O–O 1.21 in O₂, 1.28–
# 1.33 in superoxide, 1.49 peroxide; N–N 1.10 in N₂, about 1.23 in the (N₂)²⁻ and 1.40 in the (N₂)³⁻ bridges of the
# lanthanides, 1.45 in hydrazine.
# S–S 1.89, Se–Se 2.17, Te–Te 2.56 Å in the molecules, 2.05, 2.35 and 2.74 Å in the dianions.
_DIATOMICS: Final[dict[str, tuple[tuple[float, int], ...]]] = {
    "N": ((1.16, 0), (1.32, -2), (1.43, -3), (9.0, -4)),
    "O": ((1.24, 0), (1.38, -1), (9.0, -2)),
    "S": ((1.97, 0), (9.0, -2)),
    "Se": ((2.26, 0), (9.0, -2)),
    "Te": ((2.65, 0), (9.0, -2)),
}


def _diatomic(graph: LigandGraph, lewis: Lewis) -> Finding:
    if len(graph.elements) != 2 or graph.elements[0] != graph.elements[1] or graph.elements[0] not in _DIATOMICS:
        return NOTHING
    steps = _DIATOMICS[graph.elements[0]]
    charge = next(q for limit, q in steps if graph.length(0, 1) < limit)
    change = charge - sum(lewis.charges)
    changes = {0: change - change // 2, 1: change // 2}
    text = "The charge of a diatomic ligand was read from its bond length."
    radical = charge in (-1, -3)
    return Finding(
        changes,
        tuple(q - charge for _, q in steps if q != charge),
        (doubt("charge-by-length", text),),
        radical,
        open=True,
    )


def _lone_oxygen(graph: LigandGraph, lewis: Lewis) -> Finding:
    """Oxygen without hydrogen: no lanthanide has a terminal oxide, so that one is water whose hydrogens are missing."""
    if graph.elements != ("O",):
        return NOTHING
    metals = graph.bound.get(0, 0)
    if metals <= 1:
        text = "A lone oxygen on one metal was taken for water whose hydrogens are missing; it may be hydroxide."
        return Finding({0: 2}, (-1, -2), (doubt("water-or-hydroxide", text),), open=True)
    text = "A lone bridging oxygen was taken for oxide; hydroxide or water whose hydrogens are missing is possible."
    return Finding(others=(1, 2) if metals == 2 else (1,), doubts=(doubt("water-or-hydroxide", text),), open=True)


def _hydroxide(graph: LigandGraph, lewis: Lewis) -> Finding:
    if sorted(graph.elements) != ["H", "O"] or graph.count_bound((0, 1)) == 0 or max(graph.bound.values()) > 1:
        return NOTHING
    text = "A terminal hydroxide may be water with one hydrogen missing."
    return Finding(others=(1,), doubts=(doubt("water-or-hydroxide", text),))


# Bond between the rings of 2,2′-bipyridine, and between the C=N of 1,4-diazabutadienes: near 1.49 Å neutral, 1.42 Å in
# the radical anion, 1.37 Å in the dianion. Typical crystallographic values; borders halfway.
_DIIMINE_NEUTRAL, _DIIMINE_RADICAL = 1.455, 1.395


def _diimines(graph: LigandGraph, lewis: Lewis) -> Finding:
    """Bipyridines and diazabutadienes on a metal that took up electrons, told by the C–C bond between the C=N.

    Phenanthrolines and pyrazines, where that bond is part of a ring, and azoles are left alone.
    """
    changes: dict[int, int] = {}
    others: tuple[int, ...] = ()
    radical = False
    for n1, c1, c2, n2 in graph.matches("[#7X2]~[#6X3]~[#6X3]~[#7X2]"):
        length = graph.length(c1, c2)
        chelate = graph.is_bound(n1) and graph.is_bound(n2)
        ringed = any((c1 in ring and c2 in ring) or (len(ring) == 5 and {c1, c2} & set(ring)) for ring in graph.rings)
        if ringed or not chelate or length > _DIIMINE_NEUTRAL or {n1, n2} & changes.keys():
            continue
        now = sum(lewis.charges[a] for a in (n1, n2))
        target = -1 if length > _DIIMINE_RADICAL else -2
        if now not in (0, -2) or now == target:
            continue
        changes[n1] = target - now if now == 0 else 1
        radical, others = radical or target == -1, (0 - target, -3 - 2 * target if target == -1 else 1)
    if not changes:
        return NOTHING
    text = "The bond between two C=N groups is short: the ligand seems to be reduced."
    return Finding(changes, others, (doubt("redox-ligand", text),), radical, open=True)


# C–O of o-quinones 1.23 Å, o-semiquinonates 1.29 Å, catecholates 1.35 Å: S. N. Brown, Inorg. Chem. 2012, 51, 1251,
# doi:10.1021/ic202764j. A window of ±0.012 Å around the semiquinonate, and C–C alternation in the ring, call a radical.
_SEMIQUINONE = (1.272, 1.302)


def _dioxolenes(graph: LigandGraph, lewis: Lewis) -> Finding:
    """o-Quinone, semiquinonate or catecholate where the lengths do not agree with a closed shell."""
    ring = "[OX1]~[#6X3]1~[#6X3](~[OX1])~[#6X3]~[#6X3]~[#6X3]~[#6X3]~1"
    for o1, c1, c2, o2, *rest in graph.matches(ring):
        lengths = (graph.length(o1, c1), graph.length(o2, c2))
        if not (graph.is_bound(o1) and graph.is_bound(o2)) or any(_has_end_oxygen(graph, a) for a in rest):
            continue
        now = lewis.charges[o1] + lewis.charges[o2]
        if (
            all(_SEMIQUINONE[0] < d < _SEMIQUINONE[1] for d in lengths)
            and graph.length(c1, c2) > 1.425
            and now in (0, -2)
        ):
            text = "Two neighbouring C–O bonds have the length of a semiquinonate radical."
            return Finding({o1: -1 - now}, (1, -1), (doubt("radical-ligand", text),), True, open=True)
    return NOTHING


def _has_end_oxygen(graph: LigandGraph, atom: int) -> bool:
    return any(graph.elements[x] == "O" and graph.degree(x) == 1 for x in graph.neighbours[atom])


def _tcnq(graph: LigandGraph, lewis: Lewis) -> Finding:
    """7,7,8,8-Tetracyanoquinodimethane: the exocyclic C=C is 1.37 Å neutral, 1.42 Å in the radical anion."""
    pattern = "[#6X3](~[#6X2]~[#7X1])(~[#6X2]~[#7X1])~[#6X3;r6]"
    arms = graph.matches(pattern)
    if len(arms) != 2:
        return NOTHING
    length = float(np.mean([graph.length(arm[0], arm[5]) for arm in arms]))
    target = 0 if length < 1.395 else (-1 if length < 1.445 else -2)
    change = target - sum(lewis.charges)
    text = "The charge of TCNQ was read from its exocyclic bonds."
    others = tuple(q - target for q in (0, -1, -2) if q != target)
    return Finding(
        {arms[0][2]: change} if change else {}, others, (doubt("redox-ligand", text),), target == -1, open=True
    )


def _bridging_arene(graph: LigandGraph, lewis: Lewis) -> Finding:
    """An arene that touches metals with at least four carbons may hold two or four more electrons."""
    for ring in graph.rings:
        carbons = len(ring) == 6 and all(graph.elements[a] == "C" for a in ring)
        if not carbons or graph.count_bound(ring) < 4:
            continue
        reduced = sum(lewis.charges[a] for a in ring) <= -2
        sandwiched = max(graph.bound.get(a, 0) for a in ring) > 1
        text = "An arene bound side-on may be neutral or reduced; its charge was judged by how flat it is."
        return Finding(
            others=(2, -2) if reduced else ((-2, -4) if sandwiched else (-2,)), doubts=(doubt("redox-ligand", text),)
        )
    return NOTHING


def _macrocycle(graph: LigandGraph, lewis: Lewis) -> Finding:
    """Double-deckers often hold an oxidised, radical macrocycle; lengths do not show it."""
    found = tetrapyrroles(graph)
    if not found or all(graph.bound.get(a, 0) == 0 for a in found[0].atoms):
        return NOTHING
    return Finding(others=(1, -1), open=True)


def _polyoxometalate(graph: LigandGraph, lewis: Lewis) -> Finding:
    """Addenda atoms were counted in their highest oxidation state."""
    if sum(element in ADDENDA for element in graph.elements) < 2:
        return NOTHING
    text = "The polyoxometalate was counted fully oxidised, with the hydrogens that the file gives."
    return Finding(others=(-1, -2, 1), doubts=(doubt("polyoxometalate", text),))


def _stranded_carbanions(graph: LigandGraph, lewis: Lewis) -> Finding:
    """A localised carbanion that no metal touches is more likely a carbon that lost a neighbour in the file."""
    ends = {a for (i, j), order in zip(graph.bonds, lewis.orders, strict=True) if order > 1 for a in (i, j)}
    stranded = [
        a
        for a, element in enumerate(graph.elements)
        if element == "C" and lewis.charges[a] < 0 and a not in ends and not graph.is_bound(a)
        and {graph.elements[j] for j in graph.neighbours[a]} <= {"C", "H", "N", "O"}
        and not ends & set(graph.neighbours[a])
    ]  # fmt: skip
    if not stranded or not graph.bound:
        return NOTHING
    text = "A carbon away from the metal is left with a charge: an atom seems to be missing, the charge is uncertain."
    return Finding(others=(-sum(lewis.charges[a] for a in stranded),), doubts=(doubt("charge-carbon", text),))


# C–CH₂ is about 1.47 Å in the benzenium cation and 1.51 Å in the cyclohexadienyl anion (from memory); border between.
_ARENIUM = 1.49


def _arenium(graph: LigandGraph, lewis: Lewis) -> Finding:
    """A benzene ring that no metal touches, with a hydrogen more: a proton where the bonds to its CH₂ are short."""
    ring = "[CX4]1(~[#1])(~[#1])~[#6X3]~[#6X3]~[#6X3]~[#6X3]~[#6X3]~1"
    for saturated, _, _, *sp2 in graph.matches(ring):
        anions = [a for a in sp2 if lewis.charges[a] == -1]
        if len(anions) != 1 or graph.count_bound(sp2):
            continue
        short = max(graph.length(saturated, sp2[0]), graph.length(saturated, sp2[-1])) < _ARENIUM
        text = "A benzene ring has a hydrogen too many: a proton, or a reduced ring. The charge is uncertain."
        changes, others = ({anions[0]: 2}, (-2,)) if short else ({}, (2,))
        return Finding(changes, others, (doubt("charge-carbon", text),), open=True)
    return NOTHING


def _missing_hydrogens(graph: LigandGraph, lewis: Lewis) -> Finding:
    if not any(lewis.missing):
        return NOTHING
    carbon = any(n and graph.elements[a] == "C" for a, n in enumerate(lewis.missing))
    text = (
        "Hydrogens seem to be missing on carbon: the charge is uncertain."
        if carbon
        else "No complete Lewis structure was found for a ligand: its charge is uncertain."
    )
    return Finding(
        others=(1, -1) if carbon else (1, -1, 2, -2),
        doubts=(doubt("hydrogens-missing" if carbon else "lewis-incomplete", text),),
    )


def hydrogen_poor_carbons(graph: LigandGraph) -> frozenset[int]:
    """Carbons whose geometry asks for more neighbours than the file gives.

    Pyramidal with three neighbours or bent with two, and touching no metal; or in a ring that a metal binds side-on.
    """
    return frozenset(a for a, element in enumerate(graph.elements) if element == "C" and _is_poor(graph, a))


def _is_poor(graph: LigandGraph, atom: int) -> bool:
    degree = graph.degree(atom)
    if degree == 2 and _angle_sum(graph, atom) < 150:
        if not graph.is_bound(atom):
            return not _carbene_like(graph, atom)
        return any(graph.is_bound(j) and graph.elements[j] == "C" for j in graph.neighbours[atom])
    if graph.is_bound(atom):
        return False
    if degree == 3:
        return _angle_sum(graph, atom) < 345 and min(graph.length(atom, j) for j in graph.neighbours[atom]) > 1.2
    return degree == 1 and graph.length(atom, graph.neighbours[atom][0]) > 1.3


def _carbene_like(graph: LigandGraph, atom: int) -> bool:
    """A free N-heterocyclic carbene has two nitrogens with three neighbours each."""
    return all(graph.elements[j] == "N" and graph.degree(j) == 3 for j in graph.neighbours[atom])


def _angle_sum(graph: LigandGraph, atom: int) -> float:
    """Sum of the angles between the bonds of an atom [°]; all pairs at once, for it is asked of every carbon."""
    arms = graph.positions[list(graph.neighbours[atom])] - graph.positions[atom]
    one, other = (list(ends) for ends in zip(*combinations(range(len(arms)), 2), strict=True))
    return float(between(arms[one], arms[other]).sum())
