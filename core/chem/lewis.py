"""The cheapest Lewis structure of a ligand, as an integer program.

Every atom takes one state (formal charge, valence), every bond one order from 1 to 3; the orders at an atom add up to
its valence; the sum of penalties is least. For the problem and other ways to solve it see "Automated simultaneous
assignment of bond orders and formal charges", J. Cheminform. 2019, 11, 18, doi:10.1186/s13321-019-0340-0. Solved here
with HiGHS through `scipy.optimize.milp`, without randomness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

from core.chem.lewis_states import (
    State,
    double_bond_penalty,
    may_be_double,
    states,
    triple_bond_penalty,
)
from core.chem.ligand_graph import LigandGraph, planarity
from core.chem.molecule import FloatArray

MISSING_VALENCE = 25.0
"""Penalty of a valence that nothing fills, dearer than a carbanion (10) or two: only where all else fails."""

MISSING_HYDROGEN = 0.5
"""The same at a carbon whose geometry says that a hydrogen is missing."""

SEXTET = 4.0
"""Reward of a six-membered ring with three double bonds and even lengths: quinoid structures must earn their bonds."""

TIE = 1e-3
"""Penalty per positive charge that decides between totals of the same cost, whatever the order of the atoms."""


@dataclass(frozen=True, slots=True)
class RingCharge:
    """A demand that the charges of some atoms add up to `total` (COT²⁻, tetrapyrroles)."""

    atoms: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Lewis:
    """One Lewis structure: charges per atom, orders per bond of the graph, valences left open per atom."""

    charges: tuple[int, ...]
    orders: tuple[int, ...]
    missing: tuple[int, ...]


def lewis_structure(
    graph: LigandGraph,
    fixed: Mapping[int, int],
    demands: Sequence[RingCharge],
    hydrogen_poor: frozenset[int] = frozenset(),
) -> Lewis:
    """Find the cheapest Lewis structure.

    Args:
        graph: the ligand.
        fixed: atoms that take no part (boron cages), with their charges.
        demands: charges that rings must carry.
        hydrogen_poor: carbons that miss hydrogens; their open valences cost little.
    """
    first = _solve(graph, fixed, demands, hydrogen_poor, believe_lengths=True)
    if not _strained(graph, first):
        return first
    return _solve(graph, fixed, demands, hydrogen_poor, believe_lengths=False)


def _solve(
    graph: LigandGraph,
    fixed: Mapping[int, int],
    demands: Sequence[RingCharge],
    hydrogen_poor: frozenset[int],
    *,
    believe_lengths: bool,
) -> Lewis:
    """Cut the ligand at bonds that can only be single, and solve the pieces."""
    n = len(graph.elements)
    options = {a: states(graph, a) for a in range(n) if a not in fixed}
    active = _active_bonds(graph, options, demands, believe_lengths)
    charges, missing, orders = [fixed.get(a, 0) for a in range(n)], [0] * n, [1] * len(graph.bonds)
    for atoms, bonds in _components(graph, options, active, demands):
        if len(atoms) == 1 and not any(atoms[0] in demand.atoms for demand in demands):
            _settle_alone(graph, options, atoms[0], hydrogen_poor, charges, missing)
        elif not _plain_hexagon(graph, atoms, bonds, orders):
            _Program(graph, options, atoms, bonds, demands, hydrogen_poor).solve(charges, orders, missing)
    _write_out_pentavalent_nitrogen(graph, charges, orders)
    return Lewis(tuple(charges), tuple(orders), tuple(missing))


def _strained(graph: LigandGraph, lewis: Lewis) -> bool:
    """Whether a bond that was thought too long for a double one left a carbanion, a cation or a gap near its ends."""
    unsaturated = {a for a, e in enumerate(graph.elements) if e == "C" and graph.degree(a) < 4}
    ends = {a for i, j in graph.bonds if {i, j} <= unsaturated and not may_be_double(graph, i, j) for a in (i, j)}
    near = ends | {j for a in ends for j in graph.neighbours[a]}
    return any(
        lewis.missing[a] > 0
        or (lewis.charges[a] > 0 and graph.degree(a) < 3)
        or (lewis.charges[a] != 0 and graph.elements[a] == "C")
        for a in near
    )


def _active_bonds(
    graph: LigandGraph,
    options: Mapping[int, tuple[State, ...]],
    demands: Iterable[RingCharge],
    believe_lengths: bool,
) -> list[int]:
    """Bonds that may be multiple: room for it at both ends, and not too long."""
    in_demand = {a for demand in demands for a in demand.atoms}
    room = {a: any(s.valence > graph.degree(a) for s in found) for a, found in options.items()}
    return [
        k
        for k, (i, j) in enumerate(graph.bonds)
        if room.get(i) and room.get(j) and (not believe_lengths or may_be_double(graph, i, j) or {i, j} <= in_demand)
    ]


def _components(
    graph: LigandGraph,
    options: Mapping[int, tuple[State, ...]],
    active: Sequence[int],
    demands: Iterable[RingCharge],
) -> list[tuple[list[int], list[int]]]:
    """Sets of atoms joined by active bonds or by a common demand, with those bonds."""
    parent = {a: a for a in options}

    def root(a: int) -> int:
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    links = [graph.bonds[k] for k in active]
    links += [(demand.atoms[0], other) for demand in demands for other in demand.atoms[1:]]
    for i, j in links:
        parent[root(i)] = root(j)
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for a in options:
        groups.setdefault(root(a), ([], []))[0].append(a)
    for k in active:
        groups[root(graph.bonds[k][0])][1].append(k)
    return list(groups.values())


def _settle_alone(
    graph: LigandGraph,
    options: Mapping[int, tuple[State, ...]],
    atom: int,
    hydrogen_poor: frozenset[int],
    charges: list[int],
    missing: list[int],
) -> None:
    """Give an atom with single bonds only its cheapest state."""
    price = MISSING_HYDROGEN if atom in hydrogen_poor else MISSING_VALENCE
    degree = graph.degree(atom)
    if not options[atom]:
        missing[atom] = 1
        return
    best = min(options[atom], key=lambda s: s.penalty + price * (s.valence - degree) + TIE * s.charge)
    charges[atom], missing[atom] = best.charge, best.valence - degree


def _plain_hexagon(graph: LigandGraph, atoms: Sequence[int], bonds: Sequence[int], orders: list[int]) -> bool:
    """Write an isolated benzene or pyridine ring as Kekulé did, without a program; False if it is none."""
    if len(atoms) != 6 or len(bonds) != 6:
        return False
    neutral = {"C": 4, "N": 3}
    if any(neutral.get(graph.elements[a]) != graph.degree(a) + 1 for a in atoms):
        return False
    inside = {a: [k for k in bonds if a in graph.bonds[k]] for a in atoms}
    if any(len(found) != 2 for found in inside.values()):
        return False
    here, bond = atoms[0], inside[atoms[0]][0]
    for step in range(6):
        orders[bond] = 2 if step % 2 == 0 else 1
        i, j = graph.bonds[bond]
        here = j if here == i else i
        bond = next(k for k in inside[here] if k != bond)
    return True


class _Program:
    """The integer program of one component; columns are states, second bonds, third bonds, open valences, sextets."""

    def __init__(
        self,
        graph: LigandGraph,
        options: Mapping[int, tuple[State, ...]],
        atoms: Sequence[int],
        bonds: Sequence[int],
        demands: Iterable[RingCharge],
        hydrogen_poor: frozenset[int],
    ) -> None:
        self.graph, self.options, self.atoms, self.bonds = graph, options, atoms, bonds
        self.hydrogen_poor = hydrogen_poor
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.entries: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._add_atoms()
        self._add_bonds()
        self._add_sextets()
        for demand in demands:
            if set(demand.atoms) <= self.state_columns.keys():
                self._add_demand(demand)

    def _column(self, cost: float, upper: float = 1.0) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def _row(self, entries: Iterable[tuple[int, float]], low: float, high: float) -> int:
        row = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.entries += [(row, column, value) for column, value in entries]
        return row

    def _add_atoms(self) -> None:
        """One state each; Σ valence·state − (extra bonds) − open valence = single bonds."""
        self.state_columns: dict[int, list[tuple[int, State]]] = {}
        self.open_columns: dict[int, int] = {}
        self.valence_rows: dict[int, int] = {}
        for a in self.atoms:
            columns = [(self._column(s.penalty + TIE * s.charge), s) for s in self.options[a]]
            self.state_columns[a] = columns
            self.open_columns[a] = self._column(MISSING_HYDROGEN if a in self.hydrogen_poor else MISSING_VALENCE, 8.0)
            self._row(((c, 1.0) for c, _ in columns), 1, 1)
            valences = [(c, float(s.valence)) for c, s in columns]
            degree = self.graph.degree(a)
            self.valence_rows[a] = self._row([*valences, (self.open_columns[a], -1.0)], degree, degree)

    def _add_bonds(self) -> None:
        """A second bond where there is room; a third on top of the second where the length allows it."""
        self.second: dict[int, int] = {}
        self.third: dict[int, int] = {}
        for k in self.bonds:
            i, j = self.graph.bonds[k]
            self.second[k] = self._column(double_bond_penalty(self.graph, i, j))
            self._fill_valence((i, j), self.second[k])
            triple = triple_bond_penalty(self.graph, i, j)
            if triple is not None:
                self.third[k] = self._column(triple)
                self._fill_valence((i, j), self.third[k])
                self._row([(self.third[k], 1.0), (self.second[k], -1.0)], -np.inf, 0)

    def _fill_valence(self, ends: tuple[int, int], column: int) -> None:
        self.entries += [(self.valence_rows[a], column, -1.0) for a in ends]

    def _add_sextets(self) -> None:
        at = {frozenset(self.graph.bonds[k]): k for k in self.bonds}
        for ring in self.graph.rings:
            sides = [at.get(frozenset((a, b))) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
            if len(ring) != 6 or None in sides:
                continue
            reward = SEXTET * evenness(self.graph, ring)
            if reward > 0:
                column = self._column(-reward)
                self._row([(column, 3.0), *((self.second[k], -1.0) for k in sides if k is not None)], -np.inf, 0)

    def _add_demand(self, demand: RingCharge) -> None:
        terms = [(c, float(s.charge)) for a in demand.atoms for c, s in self.state_columns[a] if s.charge]
        self._row(terms, demand.total, demand.total)

    def _optimum(self, matrix: csc_array) -> FloatArray | None:
        """The best column values. The relaxation is tried first: where it is integral it is the answer, and faster."""
        for integrality in (0, 1):
            found = milp(
                np.array(self.cost),
                integrality=np.full(len(self.cost), integrality),
                bounds=Bounds(0, np.array(self.upper)),
                constraints=LinearConstraint(matrix, self.low, self.high),
                options={"mip_rel_gap": 0.0},
            )
            if found.x is None or np.abs(found.x - np.rint(found.x)).max() < 1e-6:
                break
        return None if found.x is None else np.asarray(found.x)

    def solve(self, charges: list[int], orders: list[int], missing: list[int]) -> None:
        """Write the best structure of the component into the lists."""
        rows, columns, values = zip(*self.entries, strict=True)
        matrix = coo_array((values, (rows, columns)), shape=(len(self.low), len(self.cost))).tocsc()
        found = self._optimum(matrix)
        if found is None:  # a demand that the graph cannot meet; without demands there is always a solution
            missing[self.atoms[0]] += 1
            return
        chosen = np.rint(found).astype(int)
        for a, found_states in self.state_columns.items():
            charges[a] = next(s.charge for c, s in found_states if chosen[c])
            missing[a] = int(chosen[self.open_columns[a]])
        for k in self.bonds:
            orders[k] = 1 + int(chosen[self.second[k]]) + (int(chosen[self.third[k]]) if k in self.third else 0)


def evenness(graph: LigandGraph, ring: Sequence[int]) -> float:
    """1 for a flat ring whose C–C bonds are alike as in benzene, 0 where they spread as in a quinone."""
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    lengths = [graph.length(a, b) for a, b in sides if graph.elements[a] == graph.elements[b] == "C"]
    if planarity(graph.positions[list(ring)]) > 0.15:
        return 0.0
    # Spread of a quinone about 0.14 Å (1.34 and 1.48), of a catecholate up to 0.05 Å.
    spread = max(lengths) - min(lengths) if lengths else 0.0
    return float(min(1.0, max(0.0, (0.13 - spread) / 0.06)))


def _write_out_pentavalent_nitrogen(graph: LigandGraph, charges: list[int], orders: list[int]) -> None:
    """Turn N(V) into N⁺ with a neighbouring X⁻, as the octet rule wants it."""
    sums = [0] * len(graph.elements)
    for (i, j), order in zip(graph.bonds, orders, strict=True):
        sums[i] += order
        sums[j] += order
    for a, element in enumerate(graph.elements):
        if element == "N" and sums[a] == 5:
            multiple = [k for k, ends in enumerate(graph.bonds) if a in ends and orders[k] > 1]
            bond = min(multiple, key=lambda k: (*_partner_rank(graph, k, a), k))
            orders[bond] -= 1
            charges[a] += 1
            charges[_other(graph.bonds[bond], a)] -= 1


def _partner_rank(graph: LigandGraph, bond: int, atom: int) -> tuple[bool, int]:
    """Oxygen takes the charge first, then an end, then the rest."""
    partner = _other(graph.bonds[bond], atom)
    return graph.elements[partner] != "O", graph.degree(partner)


def _other(ends: tuple[int, int], atom: int) -> int:
    return ends[1] if ends[0] == atom else ends[0]
