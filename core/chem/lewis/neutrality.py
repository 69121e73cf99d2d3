"""What makes a crystal neutral: oxidation states, ligands that may hold an electron more or less, in this order.

First the usual charges; then another common oxidation state, unless bond lengths speak against a divalent ion; then a
ligand that may be a radical or an oxygen without hydrogen; then Tb(IV) and Pr(IV). Each is taken only where it alone
does it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.chem.lewis.bond_valence import DIVALENT_BELOW, bond_valence_sum
from core.chem.lewis.donor_sites import COUNTED_WEIGHT
from core.chem.lewis.fragments import Anatomy, Fragment
from core.chem.radii import LANTHANIDES
from core.doubts import Doubt, doubt

OXIDATION_STATES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(["Li", "Na", "K", "Rb", "Cs", "Ag"], (1,)),
    **dict.fromkeys(["Be", "Mg", "Ca", "Sr", "Ba", "Zn", "Cd", "Ra"], (2,)),
    **dict.fromkeys(["Sc", "Y", "In", "Bi", "La", "Gd", "Lu"], (3,)),
    **dict.fromkeys(["Pr", "Nd", "Pm", "Tb", "Dy", "Ho", "Er", "Tm"], (3,)),
    **dict.fromkeys(["Sm", "Eu", "Yb"], (3, 2)),
    **dict.fromkeys(["Zr", "Hf", "Th"], (4,)),
    **dict.fromkeys(["Nb", "Ta"], (5, 4)),
    **dict.fromkeys(["Ni", "Pd", "Pt"], (2, 4)),
    **dict.fromkeys(["Rh", "Ir"], (3, 1)),
    **dict.fromkeys(["Fe", "Ru", "Os"], (2, 3)),
    "Ce": (3, 4), "Ti": (4, 3), "V": (4, 3, 5, 2), "Cr": (3, 2), "Mn": (2, 3, 4), "Co": (2, 3), "Cu": (2, 1),
    "Hg": (2, 1), "Au": (1, 3), "Tl": (1, 3), "Pb": (2, 4), "Mo": (6, 5, 4, 3), "W": (6, 5, 4), "U": (4, 3, 6, 5),
}  # fmt: skip
"""Oxidation states that occur in complexes, the usual one first (textbook values, e.g. Greenwood & Earnshaw,
Chemistry of the Elements, 2nd ed. 1997). A lanthanide is taken as II or IV by neutrality only where that is common: a
counter-ion missing from the file is likelier than Dy(II)."""

RARE_STATES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(["Nd", "Dy", "Ho", "Er", "Tm"], (2,)),
    "Tb": (2, 4),
    "Pr": (4,),
}
"""Rarer ones, listed as alternatives where the charges do not add up."""

_MOST_SITES_OF_FOUR = 6
"""Molecular Tb(IV) and Pr(IV) have six donors at most, siloxides or imidophosphoranes (from memory of the
literature since 2019): with more, a missing cation is likelier."""

_NEUTRAL = 0.1
"""A charge below this for each copy of the molecule comes from the rounding of occupancies [e]."""

_SOFT_KINDS = ("polyoxometalate", "phthalocyaninate", "porphyrinate", "porphyrazinate", "corrolate")
"""Ligands that may always hold electrons more or less: no reason to doubt another state of the metal."""


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Oxidation states, the molecules with their ligands' charges, how they were found, and doubts."""

    states: dict[str, int]
    anatomies: tuple[Anatomy, ...]
    how: str
    doubts: tuple[Doubt, ...] = ()


def charge_of(anatomy: Anatomy, states: dict[str, int]) -> int:
    """Charge of one molecule [e]."""
    return anatomy.ligand_charge + sum(states[anatomy.component.elements[m]] for m in anatomy.metals)


def cell_charge(anatomies: Sequence[Anatomy], states: dict[str, int]) -> float:
    """What the cell would carry, partly occupied ions by their occupancy [e]."""
    return sum(charge_of(a, states) * a.component.copies * a.component.share for a in anatomies)


def settle(anatomies: Sequence[Anatomy], chosen: int, usual: dict[str, int], wanted: int | None) -> Settled:
    """What makes the crystal neutral, the likeliest departure from the usual charges first.

    Args:
        anatomies: every independent molecule.
        chosen: index of the one that is judged.
        usual: usual oxidation states by element.
        wanted: charge of the cell [e], 0 for a crystal; None where a molecule alone comes without its charge.
    """
    every = tuple(anatomies)
    if wanted is None:
        return Settled(usual, every, "unstated")
    goal = _Goal(wanted, _NEUTRAL * anatomies[chosen].component.copies)
    if goal.met(every, usual):
        return Settled(usual, every, "neutral")
    states = _other_states(every, usual, goal)
    too_short = [e for e in usual if states and states[e] == 2 and e in LANTHANIDES and not _may_be_divalent(every, e)]
    if states and not too_short:
        return Settled(states, every, "unusual")
    doubts = tuple(
        doubt(
            "anion-missing",
            f"{e}(II) would make the crystal neutral, but the bonds are as short as those of {e}(III): an anion is "
            "probably missing from the file, or was removed with the solvent (SQUEEZE).",
        )
        for e in too_short
    )
    shifted = _other_ligands(every, usual, goal)
    if shifted is not None:
        return Settled(usual, *shifted)
    four = [e for e in usual if 4 in RARE_STATES.get(e, ()) and _fewest_sites(every, e) <= _MOST_SITES_OF_FOUR]
    tetravalent = [{**usual, e: 4} for e in four if goal.met(every, {**usual, e: 4})]
    if len(tetravalent) == 1 and not too_short:
        return Settled(tetravalent[0], every, "unusual")
    return Settled(usual, every, "unbalanced", doubts)


@dataclass(frozen=True, slots=True)
class _Goal:
    """The charge that the cell must carry, and how far off a sum of occupancies may be [e]."""

    charge: int
    slack: float

    def met(self, anatomies: tuple[Anatomy, ...], states: dict[str, int], change: float = 0.0) -> bool:
        """Whether these charges, with a change of the whole, give it."""
        return abs(cell_charge(anatomies, states) + change - self.charge) < self.slack


def _other_states(anatomies: tuple[Anatomy, ...], usual: dict[str, int], goal: _Goal) -> dict[str, int] | None:
    """Oxidation states that alone make the crystal neutral with the fewest departures from the usual ones."""
    elements = list(usual)
    options = [OXIDATION_STATES[e] for e in elements]
    if sum(len(o) > 1 for o in options) > 4:
        return None
    neutral = []
    for choice in itertools.product(*options):
        states = dict(zip(elements, choice, strict=True))
        if goal.met(anatomies, states):
            neutral.append((sum(states[e] != usual[e] for e in elements), states))
    fewest = min((n for n, _ in neutral), default=0)
    best = [states for n, states in neutral if n == fewest]
    ligand_doubt = any(
        f.charges.alternatives and not any(kind in f.charges.kind for kind in _SOFT_KINDS)
        for a in anatomies
        for f in a.fragments
    )
    lanthanide_moved = best and any(best[0][e] != usual[e] for e in elements if e in LANTHANIDES)
    return best[0] if len(best) == 1 and not (ligand_doubt and lanthanide_moved) else None


def _may_be_divalent(anatomies: tuple[Anatomy, ...], element: str) -> bool:
    """False where the bond lengths of an ion of this element say that it is trivalent."""
    sums = [bond_valence_sum(a, m) for a in anatomies for m in a.metals if a.component.elements[m] == element]
    return all(total is None or total < DIVALENT_BELOW for total in sums)


def _fewest_sites(anatomies: tuple[Anatomy, ...], element: str) -> int:
    return min(
        sum(site.weight >= COUNTED_WEIGHT for site in a.sites[m])
        for a in anatomies
        for m in a.metals
        if a.component.elements[m] == element
    )


def _other_ligands(
    anatomies: tuple[Anatomy, ...], usual: dict[str, int], goal: _Goal
) -> tuple[tuple[Anatomy, ...], str, tuple[Doubt, ...]] | None:
    """Other charges of one kind of ligand that alone make the crystal neutral; None where none or several do."""
    kinds = {
        (f.formula, f.charges.total, q) for a in anatomies for f in a.fragments if f.metals for q in f.charges.open
    }
    found: list[tuple[tuple[Anatomy, ...], Fragment, int]] = []
    for formula, now, other in sorted(kinds):
        most = max(_count(a, formula, now) for a in anatomies)
        for n in range(1, most + 1):
            per_cell = sum(min(n, _count(a, formula, now)) * a.component.copies * a.component.share for a in anatomies)
            if goal.met(anatomies, usual, (other - now) * per_cell):
                example = next(
                    f for a in anatomies for f in a.fragments if (f.formula, f.charges.total) == (formula, now)
                )
                found.append((tuple(_with_charge(a, formula, now, other, n) for a in anatomies), example, other))
    if len(found) != 1:
        return None
    changed, example, other = found[0]
    word = "a radical" if (other - example.charges.total) % 2 and example.formula != "O" else "charged otherwise"
    text = (
        f"The ligand {example.charges.kind or example.formula} was taken as {word} ({other:+d}), because that alone "
        "makes the crystal neutral; a counter-ion missing from the file would mean its usual charge."
    )
    return changed, "ligand", (doubt("charge-by-neutrality", text),)


def _count(anatomy: Anatomy, formula: str, charge: int) -> int:
    return sum((f.formula, f.charges.total) == (formula, charge) and f.metals > 0 for f in anatomy.fragments)


def _with_charge(anatomy: Anatomy, formula: str, now: int, other: int, number: int) -> Anatomy:
    """The molecule with `number` of its equal ligands charged otherwise; all of them share what they act with."""
    equal = [f for f in anatomy.fragments if (f.formula, f.charges.total) == (formula, now) and f.metals]
    if not equal:
        return anatomy
    mean = (other - now) * min(number, len(equal)) / len(equal)
    fragments = []
    for fragment in anatomy.fragments:
        if any(fragment is f for f in equal):
            changed = any(fragment is f for f in equal[:number])
            radical = fragment.charges.radical or (changed and bool((other - now) % 2) and formula != "O")
            total = other if changed else now
            others = tuple(sorted({now, *fragment.charges.alternatives} - {total}))
            charges = replace(fragment.charges, total=total, alternatives=others, radical=radical)
            fragment = replace(fragment, charges=charges, shares=_shifted(fragment, mean))
        fragments.append(fragment)
    return replace(anatomy, fragments=tuple(fragments))


def _shifted(fragment: Fragment, change: float) -> dict[int, float]:
    """Charges of the atoms when the ligand holds `change` more [e]: in proportion, or on the bound atoms if none is
    charged."""
    total = sum(fragment.shares.values())
    if abs(total) > 0.5:
        return {atom: share * (1 + change / total) for atom, share in fragment.shares.items()}
    bound = [atom for atoms in fragment.classes for atom in atoms]
    return {a: share + (change / len(bound) if a in bound else 0.0) for a, share in fragment.shares.items()}
