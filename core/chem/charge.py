"""Total charge and oxidation state: formal charges of whole ligands against the neutrality of the crystal.

Every ligand brings its formal charge, every metal its usual oxidation state. The crystal as a whole must be neutral:
where it is, the charges are confirmed; where another oxidation state, alone, makes it neutral, that one is taken and
said; where neither, the charge is called uncertain and the alternatives are listed. ``_chemical_formula_moiety`` is
the second witness.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.chem.fragments import Anatomy
from core.chem.radii import LANTHANIDES

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

RARE_STATES: dict[str, int] = {**dict.fromkeys(["Nd", "Tb", "Dy", "Ho", "Er", "Tm"], 2), "Pr": 4}
"""Rarer ones, listed as alternatives where the charges do not add up."""


_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}


@dataclass(frozen=True, slots=True)
class ChargeBalance:
    """What could be established about the chosen molecule.

    Attributes:
        charge: total charge [e]; None where the metals' oxidation states are unknown.
        oxidation_states: element of each metal of the molecule -> oxidation state.
        confirmed: whether the neutrality of the crystal or the stated moieties confirm it.
        alternatives: other plausible total charges.
        reasoning: one sentence for the report.
        doubts: sentences for the page.
    """

    charge: int | None
    oxidation_states: dict[str, int]
    confirmed: bool
    alternatives: tuple[int, ...]
    reasoning: str
    doubts: tuple[str, ...]


def balance(anatomies: Sequence[Anatomy], chosen: int, moiety: str, hydrogens_missing: int) -> ChargeBalance:
    """Charge of molecule number `chosen` among all independent molecules of the crystal.

    Args:
        anatomies: every independent molecule, taken apart.
        chosen: index of the one that is judged.
        moiety: ``_chemical_formula_moiety``, empty when absent.
        hydrogens_missing: hydrogens that the stated formula has more than the atoms, per formula unit.
    """
    molecule = anatomies[chosen]
    elements = sorted({a.component.elements[m] for a in anatomies for m in a.metals})
    unknown = [e for e in elements if e not in OXIDATION_STATES]
    if unknown:
        text = f"The oxidation state of {', '.join(unknown)} is not known to Kramers."
        return ChargeBalance(None, {}, False, (), text, (text,))
    usual = {e: OXIDATION_STATES[e][0] for e in elements}
    states, how = _neutral_states(anatomies, usual)
    own = {molecule.component.elements[m] for m in molecule.metals}
    charge = _charge(molecule, states)
    stated = stated_charge(moiety, molecule)
    doubts = _doubts(molecule, states, charge, how, stated, _sum(anatomies, states), hydrogens_missing)
    confirmed = how != "unbalanced" and not hydrogens_missing and stated in (None, charge)
    alternatives = _alternatives(molecule, charge, usual, confirmed, stated)
    return ChargeBalance(
        charge,
        {e: states[e] for e in own},
        confirmed,
        alternatives,
        _reasoning(states, own, how, stated, charge),
        doubts,
    )


def _charge(anatomy: Anatomy, states: dict[str, int]) -> int:
    return anatomy.ligand_charge + sum(states[anatomy.component.elements[m]] for m in anatomy.metals)


def _sum(anatomies: Sequence[Anatomy], states: dict[str, int]) -> int:
    return sum(_charge(a, states) * a.component.copies for a in anatomies)


def _neutral_states(anatomies: Sequence[Anatomy], usual: dict[str, int]) -> tuple[dict[str, int], str]:
    """Oxidation states that make the crystal neutral with the fewest departures from the usual ones."""
    if _sum(anatomies, usual) == 0:
        return usual, "neutral"
    elements = list(usual)
    options = [OXIDATION_STATES[e] for e in elements]
    if sum(len(o) > 1 for o in options) > 4:
        return usual, "unbalanced"
    neutral = []
    for choice in itertools.product(*options):
        states = dict(zip(elements, choice, strict=True))
        if _sum(anatomies, states) == 0:
            neutral.append((sum(states[e] != usual[e] for e in elements), states))
    fewest = min((n for n, _ in neutral), default=0)
    best = [states for n, states in neutral if n == fewest]
    ligand_doubt = any(f.charges.alternatives for a in anatomies for f in a.fragments)
    lanthanide_moved = best and any(best[0][e] != usual[e] for e in elements if e in LANTHANIDES)
    if len(best) == 1 and not (ligand_doubt and lanthanide_moved):
        return best[0], "unusual"
    return usual, "unbalanced"


def stated_charge(moiety: str, anatomy: Anatomy) -> int | None:
    """Charge that ``_chemical_formula_moiety`` gives for a molecule of this composition; None when it names none such.

    The syntax is that of the core dictionary: ``C24 H40 Dy O7 1+, C24 H20 B 1-``.
    """
    wanted = Counter(anatomy.component.elements)
    for part in re.split(r"[,;]", moiety[:2000].replace("'", " ")):
        text = re.sub(r"^\s*\d*\.?\d*\s*\(|\)\s*$", " ", part.strip())
        match = re.fullmatch(r"(?P<body>.*?)(?:\s+(?P<n>\d*)(?P<sign>[+-]))?\s*", text)
        if match is None:
            continue
        counts: Counter[str] = Counter()
        for element, number in re.findall(r"\b([A-Z][a-z]?)(\d*)(?=\s|$)", match["body"]):
            counts["H" if element == "D" else element] += int(number or 1)
        if counts == wanted:
            if match["sign"] is None:
                return 0
            return int(match["n"] or 1) * (1 if match["sign"] == "+" else -1)
    return None


def _doubts(
    molecule: Anatomy,
    states: dict[str, int],
    charge: int,
    how: str,
    stated: int | None,
    total: int,
    hydrogens_missing: int,
) -> tuple[str, ...]:
    doubts = list(dict.fromkeys(d for f in molecule.fragments for d in f.charges.doubts))
    rare = sorted(f"{e}({_ROMAN[q]})" for e, q in states.items() if e in LANTHANIDES and q != 3)
    if rare:
        doubts.append(
            f"{', '.join(rare)} was taken because it alone makes the crystal neutral; a counter-ion or hydrogen "
            "missing from the file would mean the trivalent ion."
        )
    if how == "unbalanced":
        doubts.append(
            f"The charges do not add up: the cell would carry {total:+d}. A counter-ion or hydrogen may be missing "
            "from the file, or a ligand is charged otherwise; the total charge is uncertain."
        )
    if stated is not None and stated != charge:
        doubts.append(f"The file states a charge of {stated:+d} for this molecule; its ligands give {charge:+d}.")
    if hydrogens_missing:
        doubts.append(
            f"{hydrogens_missing} hydrogen atoms of the stated formula have no coordinates: the charge is uncertain."
        )
    return tuple(doubts)


def _alternatives(
    molecule: Anatomy, charge: int, usual: dict[str, int], confirmed: bool, stated: int | None
) -> tuple[int, ...]:
    if confirmed:
        return ()
    shifts = {q - f.charges.total for f in molecule.fragments for q in f.charges.alternatives}
    for metal in {molecule.component.elements[m] for m in molecule.metals}:
        rare = (RARE_STATES[metal],) if metal in RARE_STATES else ()
        shifts |= {q - usual[metal] for q in (*OXIDATION_STATES[metal][1:], *rare)}
    others = {charge + shift for shift in shifts} | ({stated} if stated is not None else set())
    return tuple(sorted(others - {charge}))


def _reasoning(states: dict[str, int], own: set[str], how: str, stated: int | None, charge: int) -> str:
    metals = ", ".join(f"{e}({_ROMAN[states[e]]})" for e in sorted(own)) or "No metal"
    given = f"{charge:+d}" if charge else "a neutral molecule"
    ends = {
        "neutral": "the crystal is neutral with it",
        "unusual": "this oxidation state is the one that makes the crystal neutral",
        "unbalanced": "the crystal is not neutral with it",
    }
    witness = "" if stated is None else f"; the stated moiety {'agrees' if stated == charge else f'says {stated:+d}'}"
    return f"{metals} and the formal charges of the ligands give {given}; {ends[how]}{witness}."
