"""The formula that the atoms give against the one that the file states: the best single check of a parse."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.chem.crystal.cell import CellAtoms
from core.chem.crystal.cif import CrystalBlock
from core.chem.crystal.components import Component
from core.chem.radii import COVALENT_RADII
from core.doubts import Doubt, doubt

_TOLERANCE = 0.03  # relative, or atoms per formula unit: refined occupancies and rounded formulas


@dataclass(frozen=True, slots=True)
class FormulaCheck:
    """Formula per formula unit from the atoms, the stated one, and the verdict.

    Attributes:
        found: Hill order, occupancies included, e.g. ``C24 H40 Dy O7``.
        stated: as the file has it, empty when absent.
        agrees: None when the file states none that can be read.
        units: formula units in the cell.
        counts: the stated formula, atoms by element; empty when there is none that can be read.
        hydrogens_missing: hydrogens per formula unit that are stated but have no atoms; 0 when there are none.
        doubts: about it.
    """

    found: str
    stated: str
    agrees: bool | None
    units: float
    counts: dict[str, float]
    hydrogens_missing: int
    doubts: tuple[Doubt, ...]


def check_formula(block: CrystalBlock, atoms: CellAtoms) -> FormulaCheck:
    """Compare the occupancy-weighted contents of the cell (all disorder parts) with ``_chemical_formula_sum``."""
    cell: Counter[str] = Counter()
    for element, share in zip(atoms.elements.tolist(), atoms.occupancy.tolist(), strict=True):
        cell[element] += share
    stated = parse_formula(block.formula_sum)
    units = _formula_units(block, cell, stated)
    found = {e: n / units for e, n in cell.items()}
    text = _written(found)
    if not stated:
        return FormulaCheck(text, block.formula_sum[:200], None, units, {}, 0, ())
    wrong = _differences(found, stated)
    missing = max(0, round(-wrong.get("H", 0.0)))
    doubts = (doubt("formula-differs", _sentence(wrong, units)),) if wrong else ()
    return FormulaCheck(text, _written(stated), not wrong, units, stated, missing, doubts)


def _differences(found: dict[str, float], stated: dict[str, float]) -> dict[str, float]:
    """Atoms too many (too few: negative) per formula unit, by element."""
    return {
        e: found.get(e, 0.0) - stated.get(e, 0.0)
        for e in sorted(set(found) | set(stated))
        if abs(found.get(e, 0.0) - stated.get(e, 0.0)) > max(0.06, _TOLERANCE * stated.get(e, 0.0))
    }


def kept_differs(check: FormulaCheck, components: Sequence[Component]) -> dict[str, float]:
    """Atoms that the molecules have too many or too few per formula unit once one setting of each disorder is chosen.

    Nothing where the file states no formula, or where its atoms do not give it in the first place.
    """
    if not check.agrees:
        return {}
    cell: dict[str, float] = defaultdict(float)
    for component in components:
        for element, count in Counter(component.elements).items():
            cell[element] += count * component.copies * component.share
    return _differences({e: n / check.units for e, n in cell.items()}, check.counts)


def kept_sentence(wrong: dict[str, float]) -> str:
    """What to say of `kept_differs`."""
    return (
        f"The setting that was chosen of the disorder does not give the formula that the file states ({_listed(wrong)} "
        "per formula unit): look whether the molecule is whole."
    )


def parse_formula(text: str) -> dict[str, float]:
    """``C24 H40 Dy O7.5`` → counts; deuterium counts as H; empty for anything else."""
    counts: dict[str, float] = {}
    for part in text[:500].split():
        match = re.fullmatch(r"([A-Z][a-z]?)(\d*\.?\d*)", part)
        element = "H" if match and match[1] == "D" else match[1] if match else ""
        if not match or element not in COVALENT_RADII:
            return {}
        counts[element] = counts.get(element, 0.0) + (float(match[2]) if match[2] not in ("", ".") else 1.0)
    return counts


def _formula_units(block: CrystalBlock, cell: Counter[str], stated: dict[str, float]) -> float:
    """Formula units in the cell: the ratio that most heavy elements agree on; else Z of the file; else one."""
    ratios = sorted(cell[e] / stated[e] for e in stated if e != "H" and stated[e] > 0 and cell[e] > 0)
    z = block.formula_units
    if z and (not ratios or any(abs(r - z) < 0.05 * z for r in ratios)):
        return float(z)
    return ratios[len(ratios) // 2] if ratios else 1.0


def _written(counts: dict[str, float]) -> str:
    first = [e for e in ("C", "H") if e in counts] if "C" in counts else []
    order = [*first, *sorted(e for e in counts if e not in first)]
    return " ".join(e + _number(counts[e]) for e in order if counts[e] > 0.004)


def _number(count: float) -> str:
    return "" if abs(count - 1) < 0.005 else f"{count:.2f}".rstrip("0").rstrip(".")


def _sentence(wrong: dict[str, float], units: float) -> str:
    return (
        f"The atoms do not give the formula that the file states ({_listed(wrong)} per formula unit, {units:.3g} units "
        "in the cell): atoms may be missing (solvent removed in the refinement, hydrogens not placed) or disordered."
    )


def _listed(wrong: dict[str, float]) -> str:
    return ", ".join(f"{abs(n):.3g} {e} too {'many' if n > 0 else 'few'}" for e, n in wrong.items())
