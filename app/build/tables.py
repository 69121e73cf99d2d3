"""Rows of the tables about a built complex, and its formula, as plain dictionaries and text."""

from __future__ import annotations

from app.tables import Row
from app.text import signed, subscripted
from core.words import spelled
from core.workflows.build import Built

_SUPERSCRIPTS = str.maketrans("0123456789+−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")

EQUATORIAL_NAMES = {
    "water": "(H₂O)₅",
    "pyridine": "(py)₅",
    "thf": "(thf)₅",
    "pyridine4": "(py)₄",
    "thf4": "(thf)₄",
}
"""How formulas write the equatorial ligands."""


def complex_formula(built: Built) -> str:
    """``[Dy(H₂O)₅(C₃H₉OP)₂]³⁺``."""
    first, second = (f"({subscripted(ligand.formula)})" for ligand in built.recipe.ligands)
    axial = f"{first}₂" if first == second else first + second
    return f"[{built.recipe.metal}{EQUATORIAL_NAMES[built.recipe.equatorial]}{axial}]{_charge(built)}"


def _charge(built: Built) -> str:
    """``³⁺``, ``⁺``, nothing for a neutral complex: the number comes before the sign."""
    charge = built.complex.molecule.charge or 0
    size = "" if abs(charge) == 1 else str(abs(charge))
    return f"{size}{signed(charge)[0]}".translate(_SUPERSCRIPTS) if charge else ""


def distance_rows(built: Built) -> list[Row]:
    """One line a bond to the metal: the axial ones, the equatorial ones, their mean."""
    metal, geometry, roles = _name(built, built.complex.molecule.metal), built.geometry, built.complex
    bonds = [(donor, "axial", length) for donor, length in zip(roles.axial_donors, geometry.axial, strict=True)]
    bonds += [(d, "equatorial", length) for d, length in zip(roles.equatorial_donors, geometry.equatorial, strict=True)]
    mean = sum(geometry.equatorial) / len(geometry.equatorial)
    return [
        *(_bond_row(f"{metal}–{_name(built, donor)}", role, length) for donor, role, length in bonds),
        _bond_row(f"mean of {spelled(len(geometry.equatorial))}", "equatorial", mean),
    ]


def _bond_row(bond: str, role: str, length: float) -> Row:
    return {"bond": bond, "role": role, "distance / Å": length}


def angle_rows(built: Built) -> list[Row]:
    """L–M–L, then M–D–X of each axial ligand."""
    metal, (upper, lower) = _name(built, built.complex.molecule.metal), built.complex.axial_donors
    held = _angle_row(f"{_name(built, upper)}–{metal}–{_name(built, lower)}", built.geometry.axial_angle)
    at_donors = (
        _angle_row(f"{metal}–{_name(built, angle.donor)}–{_name(built, angle.neighbour)}", angle.degrees)
        for angle in built.geometry.donor_angles
    )
    return [held, *at_donors]


def _angle_row(atoms: str, degrees: float) -> Row:
    return {"atoms": atoms, "angle / °": degrees}


def ligand_rows(built: Built) -> list[Row]:
    """One line an axial ligand: donor, bulk, proxies."""
    return [
        {
            "axial ligand at": _name(built, donor),
            "formula": subscripted(ligand.formula),
            "donor": ligand.donor_class.value,
            "charge / e": ligand.charge,
            "buried volume / %": buried,
            "donor charge / e": None if proxies is None else proxies.donor_charge,
            "frontier gap / eV": None if proxies is None else proxies.frontier_gap,
            "SA score": ligand.synthetic_accessibility,
        }
        for donor, ligand, buried, proxies in zip(
            built.complex.axial_donors, built.recipe.ligands, built.buried, built.electronics, strict=True
        )
    ]


def _name(built: Built, atom: int) -> str:
    return built.complex.molecule.names[atom]
