"""The integer program behind a Lewis structure: columns, rows and penalties of one conjugated piece of a ligand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

from core.arrays import FloatArray
from core.chem.lewis.graph import LigandGraph, planarity
from core.chem.lewis.states import State, double_bond_penalty, triple_bond_penalty

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


class Program:
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
