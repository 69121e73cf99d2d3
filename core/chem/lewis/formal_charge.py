"""The formal charge of one ligand cut out of a crystal structure, from its Lewis structure.

A ligand comes without its metals: elements, positions, bonds from distances, and which atoms a metal touches. The
cheapest Lewis structure (`lewis`) gives the charge; delocalised units that a Lewis structure gets wrong are found
before (`ligand_patterns`), radicals and missing hydrogens after (`ligand_oddities`). Where more than one charge is
plausible the others are listed, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import FloatArray
from core.chem.lewis.graph import ADDENDA, LigandGraph, canonical_order, lewis_molecule, ligand_graph
from core.chem.lewis.kind import kind_of
from core.chem.lewis.noninnocent import Finding, findings, hydrogen_poor_carbons
from core.chem.lewis.patterns import (
    boron_cages,
    flat_cot_demands,
    methanediide_demands,
    oxocarbon_demands,
    ring_demands,
    tetrapyrroles,
    texaphyrins,
    tropylium_demands,
)
from core.chem.lewis.program import RingCharge
from core.chem.lewis.structure import lewis_structure
from core.doubts import Doubt


@dataclass(frozen=True, slots=True)
class FormalCharges:
    """The charge of a ligand and one Lewis structure that carries it.

    Attributes:
        total: formal charge of the whole ligand [e].
        atoms: (n,) formal charges of one Lewis structure [e]; they add up to `total`.
        bond_orders: (m,) per bond in the order given; 0 for a contact that is no bond.
        kind: the chemist's word for the ligand, "" where there is none.
        alternatives: other totals that are chemically plausible, ascending, without `total`.
        doubts: for the chemist.
        radical: whether the ligand holds an unpaired electron.
        open: those of `alternatives` among which the neutrality of the crystal may choose.
    """

    total: int
    atoms: tuple[int, ...]
    bond_orders: tuple[int, ...]
    kind: str
    alternatives: tuple[int, ...]
    doubts: tuple[Doubt, ...]
    radical: bool
    open: tuple[int, ...] = ()


def formal_charges(
    elements: Sequence[str],
    positions: FloatArray,
    bonds: Sequence[tuple[int, int]],
    bound: Mapping[int, int],
) -> FormalCharges:
    """Find the formal charge of a ligand, whatever the order in which its atoms are given.

    Args:
        elements: (n,) element symbols, metals removed except the addenda atoms of polyoxometalates.
        positions: (n, 3) [Å].
        bonds: (m, 2) atom pairs closer than covalent radii + 0.35 Å.
        bound: ligand atom -> number of metals that it touches.

    Raises:
        DomainError: an element that the rules do not cover.
        TooLarge: a conjugated system beyond `settings.MAX_CONJUGATED_ATOMS`.
    """
    order = canonical_order(elements, positions, bonds, bound)
    place = {atom: k for k, atom in enumerate(order)}
    pairs = [(place[int(i)], place[int(j)]) for i, j in bonds]
    turn = sorted(range(len(pairs)), key=lambda k: sorted(pairs[k]))
    graph = ligand_graph(
        [elements[a] for a in order],
        np.asarray(positions, dtype=float)[order],
        [pairs[k] for k in turn],
        {place[a]: n for a, n in bound.items()},
    )
    found = _of_graph(graph, [pairs[k] for k in turn])
    orders = dict(zip(turn, found.bond_orders, strict=True))
    return replace(
        found,
        atoms=tuple(found.atoms[place[a]] for a in range(len(order))),
        bond_orders=tuple(orders[k] for k in range(len(pairs))),
    )


def _of_graph(graph: LigandGraph, bonds: Sequence[tuple[int, int]]) -> FormalCharges:
    """The answer in the order of the graph's atoms and of the bonds that it was built from."""
    cages = boron_cages(graph)
    lewis = lewis_structure(graph, _cage_charges(cages), _demands(graph), hydrogen_poor_carbons(graph))
    found = findings(graph, lewis)
    atoms = _changed(lewis.charges, found)
    total = sum(atoms)
    kind = _kind(graph, atoms, lewis.orders, total)
    others = sorted({total + q for finding in found for q in finding.others} - {total})
    doubts = tuple(dict.fromkeys(doubt for finding in found for doubt in finding.doubts))
    orders = _given_orders(graph, lewis.orders, bonds)
    free = sorted({total + q for finding in found if finding.open for q in finding.others} - {total})
    radical = any(finding.radical for finding in found)
    return FormalCharges(total, atoms, orders, kind, tuple(others), doubts, radical, tuple(free))


def _cage_charges(cages: Sequence[tuple[tuple[int, ...], int]]) -> dict[int, int]:
    """The charge of a cage stands on its first atom; all its atoms are settled."""
    return {a: (charge if a == atoms[0] else 0) for atoms, charge in cages for a in atoms}


def _demands(graph: LigandGraph) -> list[RingCharge]:
    cage = {a for atoms, _ in boron_cages(graph) for a in atoms}
    rules = (
        ring_demands, oxocarbon_demands, flat_cot_demands, tropylium_demands, methanediide_demands, tetrapyrroles,
        texaphyrins,
    )  # fmt: skip
    return [demand for rule in rules for demand in rule(graph) if not cage & set(demand.atoms)]


def _changed(charges: Sequence[int], found: Sequence[Finding]) -> tuple[int, ...]:
    atoms = list(charges)
    for finding in found:
        for atom, change in finding.changes.items():
            atoms[atom] += change
    return tuple(atoms)


def _kind(graph: LigandGraph, atoms: Sequence[int], orders: Sequence[int], total: int) -> str:
    if sum(element in ADDENDA for element in graph.elements) >= 2:
        return "polyoxometalate"
    return kind_of(graph, lewis_molecule(graph, atoms, orders), total)


def _given_orders(graph: LigandGraph, orders: Sequence[int], bonds: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Orders in the caller's order; bonds to addenda atoms count as single."""
    answer = [int(graph.elements[i] in ADDENDA or graph.elements[j] in ADDENDA) for i, j in bonds]
    for k, order in zip(graph.given, orders, strict=True):
        answer[k] = order
    return tuple(answer)
