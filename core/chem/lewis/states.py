"""What each element may be in a Lewis structure, and what that costs.

The penalties are in arbitrary units. Their order follows electronegativity (a negative charge is dearer on carbon than
on nitrogen than on oxygen, a positive one the reverse); their sizes were set by hand until the ligands of
`tests/chem/test_formal_charge.py` and a set of lanthanide complexes of known charge came out right. They are no
energies.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from core.chem.lewis.graph import LigandGraph
from core.errors import DomainError


class State(NamedTuple):
    """One way an atom can stand in a Lewis structure: formal charge, sum of its bond orders, penalty."""

    charge: int
    valence: int
    penalty: float


class LengthRule(NamedTuple):
    """How a bond length speaks for a double bond.

    Attributes:
        even: length at which single and double are equally likely [Å].
        width: half the distance between a typical single and a typical double bond in a conjugated system [Å].
        single: beyond this length the bond is single [Å].
    """

    even: float
    width: float
    single: float


_HALOGEN = (State(0, 1, 0), State(-1, 0, 2), State(-1, 2, 4), State(0, 3, 1), State(0, 5, 1), State(0, 7, 1))
_TETREL = (
    State(0, 4, 0), State(-1, 3, 6), State(-1, 5, 3), State(-2, 6, 6), State(0, 2, 6), State(-2, 2, 14),
    State(1, 3, 14),
)  # fmt: skip
_PNICTOGEN = (
    State(0, 3, 0), State(0, 5, 1), State(1, 4, 6), State(-1, 2, 5), State(-1, 6, 3), State(-1, 4, 9),
    State(-2, 1, 12), State(-3, 0, 20),
)  # fmt: skip
_CHALCOGEN = (
    State(0, 2, 0), State(-1, 1, 3), State(-2, 0, 8), State(1, 3, 8), State(0, 4, 1), State(0, 6, 1),
)  # fmt: skip
_TRIEL = (State(0, 3, 0), State(-1, 4, 1.5), State(-2, 5, 3), State(-3, 6, 4), State(-1, 2, 12))

STATES: Final[dict[str, tuple[State, ...]]] = {
    "H": (State(0, 1, 0), State(-1, 0, 2)),
    "B": (State(0, 3, 0), State(-1, 4, 1.5), State(-1, 2, 12)),
    "C": (
        State(0, 4, 0), State(-1, 3, 10), State(1, 3, 14), State(0, 2, 6), State(-2, 2, 22), State(-3, 1, 40),
        State(-4, 0, 60),
    ),
    # Five-valent nitrogen is shorthand for N⁺ beside X⁻ (nitro, N-oxide, azide); `lewis` writes it out at the end.
    "N": (State(0, 3, 0), State(-1, 2, 5), State(1, 4, 6), State(0, 5, 1.5), State(-2, 1, 12), State(-3, 0, 20)),
    "O": (State(0, 2, 0), State(-1, 1, 3), State(-2, 0, 8), State(1, 3, 9)),
    **dict.fromkeys(("F", "Cl", "Br", "I", "At"), _HALOGEN),
    **dict.fromkeys(("Si", "Ge", "Sn", "Pb"), _TETREL),
    **dict.fromkeys(("P", "As", "Sb", "Bi"), _PNICTOGEN),
    **dict.fromkeys(("S", "Se", "Te"), _CHALCOGEN),
    **dict.fromkeys(("Al", "Ga", "In", "Tl"), _TRIEL),
    **{metal: (State(charge, 0, 0),) for metal, charge in (("W", 6), ("Mo", 6), ("V", 5), ("Nb", 5), ("Ta", 5))},
    **dict.fromkeys(("Li", "Na", "K", "Rb", "Cs"), (State(1, 0, 0), State(0, 1, 5))),
}  # fmt: skip
"""Allowed states of each element."""

LENGTHS: Final[dict[frozenset[str], LengthRule]] = {
    # Even lengths lie between the conjugated single and double bonds of the crystallographic averages of
    # F. H. Allen et al., J. Chem. Soc. Perkin Trans. 2 1987, S1, doi:10.1039/P298700000S1, shifted where metals bind.
    frozenset("C"): LengthRule(1.40, 0.06, 1.475),
    frozenset("CN"): LengthRule(1.335, 0.05, 1.44),
    frozenset("CO"): LengthRule(1.285, 0.05, 1.40),
    frozenset("N"): LengthRule(1.33, 0.06, 1.46),
    frozenset("NO"): LengthRule(1.345, 0.06, 1.46),
    frozenset("CS"): LengthRule(1.715, 0.05, 1.81),
    frozenset(("C", "Se")): LengthRule(1.86, 0.05, 1.95),
    frozenset("CP"): LengthRule(1.77, 0.06, 1.90),
    frozenset("CB"): LengthRule(1.52, 0.05, 1.64),
    frozenset("BN"): LengthRule(1.44, 0.05, 1.58),
    frozenset("NS"): LengthRule(1.62, 0.06, 1.78),
    frozenset("S"): LengthRule(1.98, 0.06, 2.15),
    frozenset("P"): LengthRule(2.12, 0.06, 2.30),
}
"""How lengths speak for double bonds."""

TRIPLE_BELOW: Final[dict[frozenset[str], float]] = {
    frozenset("C"): 1.28, frozenset("CN"): 1.22, frozenset("N"): 1.18, frozenset("CO"): 1.16, frozenset("CP"): 1.62,
    frozenset(("C", "Si")): 1.68,
}  # fmt: skip
"""Lengths [Å] under which a bond may be triple at no cost; above them it costs, and 0.12 Å above it cannot be."""


LENGTH_WEIGHT: Final[float] = 3.0
"""Penalty of a double bond that is as long as a typical single one: as much as an O⁻."""


def states(graph: LigandGraph, atom: int) -> tuple[State, ...]:
    """The states open to an atom where it stands.

    Raises:
        DomainError: an element that no rule knows (a metal that should have been cut off).
    """
    element, degree = graph.elements[atom], graph.degree(atom)
    if element not in STATES:
        raise DomainError(f"A ligand with {element} in it is beyond the rules for formal charges.")
    found = tuple(s for s in STATES[element] if s.valence >= degree and _open_to(graph, atom, s))
    return tuple(_adjusted(graph, atom, s) for s in found)


def _open_to(graph: LigandGraph, atom: int, state: State) -> bool:
    """Whether the neighbours allow the unusual state."""
    element, around = graph.elements[atom], [graph.elements[j] for j in graph.neighbours[atom]]
    if element == "C" and state == State(0, 2, 6):
        return len(around) <= 2 and bool({"N", "O", "S", "P", "Si", "Ge"}.intersection(around))
    if element == "N" and state.valence == 5:
        return any(graph.elements[j] in "NO" and _is_end(graph, j) for j in graph.neighbours[atom])
    if element in ("S", "Se", "Te") and state.charge == 0 and state.valence > 2:
        if state.valence == 6:  # SO₃ is no ligand, sulfite is
            return len(around) > 3
        return len(around) > 2 or (bool(around) and set(around) <= {"O", "N"})
    if element in ("P", "As", "Sb", "Bi") and state == State(0, 5, 1):
        return len(around) > 2
    if state.charge < 0 and state.valence > 4:  # hypervalent anions (PF6⁻, SiF5⁻) have single bonds only
        return len(around) == state.valence
    if element in ("F", "Cl", "Br", "I", "At") and state.valence > 1:
        return len(around) == state.valence or "O" in around
    return True


def _is_end(graph: LigandGraph, atom: int) -> bool:
    """Whether the atom has one neighbour but hydrogen, as the O of a nitro group or the last N of an azide."""
    return sum(graph.elements[j] != "H" for j in graph.neighbours[atom]) == 1


def _has_end_oxygen(graph: LigandGraph, atom: int) -> bool:
    return any(graph.elements[j] == "O" and graph.degree(j) == 1 for j in graph.neighbours[atom])


def _free_and_open(graph: LigandGraph, atom: int) -> bool:
    """Whether the ion touches no metal at all and the atom is in no ring."""
    return not graph.bound and not any(atom in ring for ring in graph.rings)


def _adjusted(graph: LigandGraph, atom: int, state: State) -> State:
    """A metal beside the atom pays a third of the price of a negative charge."""
    trityl = graph.elements[atom] == "C" and graph.degree(atom) == 3 and _free_and_open(graph, atom)
    if state == State(1, 3, 14) and trityl:
        return state._replace(penalty=9.0)  # a common counter-ion; a free open-chain carbanion is none
    if graph.elements[atom] == "B" and state.charge == -1 and graph.degree(atom) == 3:
        return state._replace(penalty=5.0)
    if graph.elements[atom] == "N" and state == State(1, 4, 6) and _has_end_oxygen(graph, atom):
        return state._replace(penalty=12.0)  # oxoammonium and nitronium are no ligands; nitroxide and nitrite are
    if state.charge < 0 and graph.is_bound(atom) and graph.elements[atom] != "B":
        return state._replace(penalty=state.penalty * 2 / 3)
    return state


def double_bond_penalty(graph: LigandGraph, i: int, j: int) -> float:
    """Penalty of a second bond between two atoms, negative where the length asks for one."""
    rule = LENGTHS.get(frozenset((graph.elements[i], graph.elements[j])))
    if rule is None:
        return 0.0
    excess = (graph.length(i, j) - rule.even) / rule.width
    return LENGTH_WEIGHT * max(-1.5, min(1.5, excess))


def triple_bond_penalty(graph: LigandGraph, i: int, j: int) -> float | None:
    """Penalty of a third bond, None where the length forbids one."""
    limit = TRIPLE_BELOW.get(frozenset((graph.elements[i], graph.elements[j])), 0.0)
    excess = graph.length(i, j) - limit
    if excess > 0.12:
        return None
    return max(0.0, excess / 0.02)


def may_be_double(graph: LigandGraph, i: int, j: int) -> bool:
    """False where the length says single beyond doubt."""
    rule = LENGTHS.get(frozenset((graph.elements[i], graph.elements[j])))
    return rule is None or graph.length(i, j) < rule.single
