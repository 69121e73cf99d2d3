"""Total charge and oxidation state: formal charges of whole ligands against the neutrality of the crystal.

Every ligand brings its formal charge, every metal its usual oxidation state. The crystal as a whole must be neutral:
where it is, the charges are confirmed; where one departure from them alone makes it neutral (`neutrality`), that one is
taken and said; where none does, the charge is called uncertain and the alternatives are listed.
``_chemical_formula_moiety`` is the second witness.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.chem.lewis.fragments import Anatomy
from core.chem.lewis.neutrality import OXIDATION_STATES, RARE_STATES, Settled, cell_charge, charge_of, settle
from core.chem.radii import LANTHANIDES
from core.doubts import Doubt, doubt
from core.words import counted

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
        doubts: about it.
    """

    charge: int | None
    oxidation_states: dict[str, int]
    confirmed: bool
    alternatives: tuple[int, ...]
    reasoning: str
    doubts: tuple[Doubt, ...]


def balance(
    anatomies: Sequence[Anatomy], chosen: int, moiety: str, hydrogens_missing: int, wanted: int | None = 0
) -> tuple[ChargeBalance, Anatomy]:
    """Charge of molecule number `chosen` among all independent molecules of the crystal.

    Args:
        anatomies: every independent molecule, taken apart.
        chosen: index of the one that is judged.
        moiety: ``_chemical_formula_moiety``, empty when absent.
        hydrogens_missing: hydrogens that the stated formula has more than the atoms, per formula unit.
        wanted: charge of all molecules together [e]: 0 for a crystal; None for a molecule alone of unknown charge.

    Returns:
        What was found, and the chosen molecule with the charges that its ligands have then.
    """
    molecule = anatomies[chosen]
    elements = sorted({a.component.elements[m] for a in anatomies for m in a.metals})
    unknown = [e for e in elements if e not in OXIDATION_STATES]
    if unknown:
        text = f"The oxidation state of {', '.join(unknown)} is not known to Kramers."
        return ChargeBalance(None, {}, False, (), text, (doubt("oxidation-state-unknown", text),)), molecule
    usual = {e: OXIDATION_STATES[e][0] for e in elements}
    found = settle(anatomies, chosen, usual, wanted)
    states, anatomies = found.states, found.anatomies
    molecule = anatomies[chosen]
    own = {molecule.component.elements[m] for m in molecule.metals}
    charge = charge_of(molecule, states)
    stated = stated_charge(moiety, molecule)
    doubts = (
        *found.doubts,
        *_doubts(molecule, found, charge, stated, cell_charge(anatomies, states), wanted, hydrogens_missing),
    )
    confirmed = found.how not in ("unbalanced", "unstated") and not hydrogens_missing and stated in (None, charge)
    alternatives = _alternatives(molecule, charge, usual, confirmed, stated)
    reasoning = _reasoning(states, own, found.how, stated, charge, wanted)
    balanced = ChargeBalance(charge, {e: states[e] for e in own}, confirmed, alternatives, reasoning, doubts)
    return balanced, molecule


def stated_charge(moiety: str, anatomy: Anatomy) -> int | None:
    """Charge that ``_chemical_formula_moiety`` gives for a molecule of this composition; None when it names none such.

    The syntax is that of the core dictionary, ``C24 H40 Dy O7 1+, C24 H20 B 1-``, and what programs make of it:
    ``2(C24 H20 B 1-)``, ``(C24 H20 B 1-)2``, ``+3``. Several parts of which none has a sign state no charges.
    """
    wanted = Counter(anatomy.component.elements)
    parts = [_moiety_part(part) for part in re.split(r"[,;]", moiety[:2000].replace("'", " ")) if part.strip()]
    if len(parts) > 1 and all(charge is None for _, charge in parts):
        return None
    return next((charge or 0 for counts, charge in parts if counts == wanted), None)


_BRACKETS = str.maketrans("[]", "()")


def _moiety_part(part: str) -> tuple[Counter[str], int | None]:
    """Composition and charge of one part of the moiety formula; None where no sign is written."""
    text = re.sub(r"^\s*\d*\.?\d*\s*\(|\)\s*(\d*\.?\d*)?\s*$", " ", part.strip().translate(_BRACKETS))
    text = re.sub(r"(?<=[A-Za-z])(?=[+-]\s*$)", " ", re.sub(r"[()]", " ", text))
    match = re.search(r"(?:\s|^)(?:(?P<n>\d*)(?P<sign>[+-])|(?P<before>[+-])(?P<m>\d+))\s*$", text)
    body = text[: match.start()] if match else text
    counts: Counter[str] = Counter()
    for element, number in re.findall(r"\b([A-Z][a-z]?)(\d*)(?=\s|$)", body):
        counts["H" if element == "D" else element] += int(number or 1)
    if match is None:
        return counts, None
    size = int(match["n"] or match["m"] or 1)
    return counts, size if "+" in (match["sign"], match["before"]) else -size


def _doubts(
    molecule: Anatomy,
    found: Settled,
    charge: int,
    stated: int | None,
    total: float,
    wanted: int | None,
    hydrogens_missing: int,
) -> tuple[Doubt, ...]:
    doubts = list(dict.fromkeys(d for f in molecule.fragments for d in f.charges.doubts))
    rare = sorted(f"{e}({_ROMAN[q]})" for e, q in found.states.items() if e in LANTHANIDES and q != 3)
    if rare:
        doubts.append(
            doubt(
                "oxidation-state-rare",
                f"{', '.join(rare)} was taken because it alone makes the crystal neutral; a counter-ion or hydrogen "
                "missing from the file would mean the trivalent ion.",
            )
        )
    if found.how == "unstated":
        doubts.append(
            doubt(
                "charge-unstated",
                f"The file states no total charge; the formal charges of the ligands give {total:+.3g}. Give the total "
                "charge where it is known.",
            )
        )
    elif found.how == "unbalanced" and wanted:
        doubts.append(
            doubt(
                "charge-unbalanced",
                f"The total charge is stated as {wanted:+d}, but the formal charges of the ligands give {total:+.3g}.",
            )
        )
    elif found.how == "unbalanced":
        doubts.append(
            doubt(
                "charge-unbalanced",
                f"The charges do not add up: the cell would carry {total:+.3g}. A counter-ion or hydrogen may be "
                "missing from the file, or a ligand is charged otherwise; the total charge is uncertain.",
            )
        )
    if stated is not None and stated != charge:
        doubts.append(
            doubt(
                "charge-differs",
                f"The file states a charge of {stated:+d} for this molecule; its ligands give {charge:+d}.",
            )
        )
    if hydrogens_missing:
        doubts.append(
            doubt(
                "hydrogens-missing",
                f"{counted(hydrogens_missing, 'hydrogen atom')} of the stated formula without coordinates: the "
                "charge is uncertain.",
            )
        )
    return tuple(doubts)


def _alternatives(
    molecule: Anatomy, charge: int, usual: dict[str, int], confirmed: bool, stated: int | None
) -> tuple[int, ...]:
    if confirmed:
        return ()
    shifts = {q - f.charges.total for f in molecule.fragments for q in f.charges.alternatives}
    for metal in {molecule.component.elements[m] for m in molecule.metals}:
        rare = RARE_STATES.get(metal, ())
        shifts |= {q - usual[metal] for q in (*OXIDATION_STATES[metal][1:], *rare)}
    others = {charge + shift for shift in shifts} | ({stated} if stated is not None else set())
    return tuple(sorted(others - {charge}))


def _reasoning(
    states: dict[str, int], own: set[str], how: str, stated: int | None, charge: int, wanted: int | None
) -> str:
    metals = ", ".join(f"{e}({_ROMAN[states[e]]})" for e in sorted(own)) or "No metal"
    given = f"{charge:+d}" if charge else "a neutral molecule"
    ends = {
        "neutral": "the stated total charge agrees" if wanted else "the crystal is neutral with it",
        "unusual": "this oxidation state is the one that makes the crystal neutral",
        "ligand": "this charge of a ligand is the one that makes the crystal neutral",
        "unbalanced": "the stated total charge differs" if wanted else "the crystal is not neutral with it",
        "unstated": "the file states no charge to compare it with",
    }
    witness = "" if stated is None else f"; the stated moiety {'agrees' if stated == charge else f'says {stated:+d}'}"
    return f"{metals} and the formal charges of the ligands give {given}; {ends[how]}{witness}."
