"""The cheapest Lewis structure of a ligand, as an integer program.

Every atom takes one state (formal charge, valence), every bond one order from 1 to 3; the orders at an atom add up to
its valence; the sum of penalties is least. For the problem and other ways to solve it see "Automated simultaneous
assignment of bond orders and formal charges", J. Cheminform. 2019, 11, 18, doi:10.1186/s13321-019-0340-0. Solved here
with HiGHS through `scipy.optimize.milp`, without randomness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core import settings
from core.chem.lewis.graph import LigandGraph
from core.chem.lewis.program import MISSING_HYDROGEN, MISSING_VALENCE, TIE, Program, RingCharge
from core.chem.lewis.states import State, may_be_double, states
from core.errors import TooLarge


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

    Raises:
        TooLarge: a conjugated system beyond `settings.MAX_CONJUGATED_ATOMS`.
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
        elif len(atoms) > settings.MAX_CONJUGATED_ATOMS:
            raise TooLarge(
                f"a conjugated system of {len(atoms)} atoms, more than {settings.MAX_CONJUGATED_ATOMS}.",
                advice="Its charge cannot be worked out in reasonable time.",
            )
        elif not _plain_hexagon(graph, atoms, bonds, orders):
            Program(graph, options, atoms, bonds, demands, hydrogen_poor).solve(charges, orders, missing)
    _write_out_pentavalent_nitrogen(graph, charges, orders)
    return Lewis(tuple(charges), tuple(orders), tuple(missing))


def _strained(graph: LigandGraph, lewis: Lewis) -> bool:
    """Whether a bond that was thought too long for a double one left a carbanion, a cation or a gap near its ends."""
    full = {"C": 4, "N": 3, "O": 2}
    unsaturated = {a for a, e in enumerate(graph.elements) if graph.degree(a) < full.get(e, 0)}
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
