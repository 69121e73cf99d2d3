"""Rows of the tables on the page, as plain dictionaries, and their CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.text import half_integer, ion_name, one_line, sentence, signed, subscripted
from core.chem import shape_names
from core.chem.coordination import CoordinationSphere
from core.chem.molecule import Molecule
from core.smm.crystal_field import CrystalField, Doublet
from core.smm.predictor import Prediction
from core.smm.screen import safe_cell
from core.units import KELVIN_PER_CM1

Row = dict[str, str | int | float | None]


def atom_name(molecule: Molecule, index: int) -> str:
    """Element and number as the 3-D view and the XYZ file count (from 1), e.g. ``Dy1``: never the file's own label."""
    return f"{molecule.elements[index]}{index + 1}"


def site_name(molecule: Molecule, atoms: Sequence[int]) -> str:
    """Name of a donor site: its atom, or ``η5-C12`` with the first atom of a hapto ligand."""
    first = atom_name(molecule, atoms[0])
    return first if len(atoms) == 1 else f"η{len(atoms)}-{first}"


def nearest_shape(prediction: Prediction) -> tuple[str, float] | None:
    """Label and measure of the polyhedron with the smallest continuous shape measure."""
    return next(iter(prediction.shapes.items()), None)


def summary_row(prediction: Prediction) -> Row:
    """One line of the table over all files."""
    field, sphere = prediction.field, prediction.sphere
    nearest = nearest_shape(prediction)
    return {
        "file": one_line(prediction.file),
        "status": prediction.status.value,
        "metal": ion_name(prediction.metal, prediction.oxidation_state),
        "CN": sphere.coordination_number if sphere else None,
        "shape": nearest[0] if nearest else "",
        "CShM": nearest[1] if nearest else None,
        "first gap / cm⁻¹": field.first_gap if field else None,
        "SMM-like / %": _percent(prediction),
        "g_z": field.g[2] if field and field.g is not None else None,
        "tunnelling / cm⁻¹": round(field.tunnelling, 6) if field and field.tunnelling is not None else None,
        "axis angle / °": prediction.axial_angle,
        "message": sentence(prediction.message),
        "reasons to doubt": len(prediction.warnings),
    }


def _percent(prediction: Prediction) -> float | None:
    """Probability of the model that stands first on the card [%]."""
    said = prediction.verdict
    return None if said is None or said.electrostatic is None else round(100 * said.electrostatic.p_smm, 1)


def main_weights(doublet: Doublet) -> str:
    """Largest |M_J⟩ weights, e.g. ``98 % |±15/2⟩, 1 % |±11/2⟩``."""
    parts = [
        f"{100 * weight:.0f} % |{'±' if size else ''}{half_integer(size)}⟩" for size, weight in doublet.main_weights
    ]
    return ", ".join(parts)


def level_rows(field: CrystalField) -> list[Row]:
    """One line a level: energy [cm⁻¹, K], g, main |M_J⟩ weights, angle of g_z to the ground level's."""
    return [
        {
            "level": number,
            "states": len(level.states),
            "E / cm⁻¹": level.energy,
            "E / K": level.energy * KELVIN_PER_CM1,
            **({"splitting / cm⁻¹": level.splitting} if field.tunnelling is not None else {}),
            "g_x": level.g[0] if level.g else None,
            "g_y": level.g[1] if level.g else None,
            "g_z": level.g[2] if level.g else None,
            "main |M_J⟩": main_weights(level),
            "angle / °": level.angle_to_ground,
        }
        for number, level in enumerate(field.doublets, start=1)
    ]


def shape_rows(shapes: dict[str, float]) -> list[Row]:
    """One line a reference polyhedron, nearest first."""
    return [{"label": k, "polyhedron": shape_names.NAMES.get(k, ""), "CShM": v} for k, v in shapes.items()]


def donor_rows(molecule: Molecule, sphere: CoordinationSphere) -> list[Row]:
    """One line a donor site, nearest first; then the contacts too long to count, which still act with their weight."""
    counted = [(donor, "yes") for donor in sphere.donors]
    return [
        {
            "site": site_name(molecule, donor.atoms),
            "label in file": one_line(molecule.labels[donor.atoms[0]], 20),
            "class": donor.donor_class.value,
            "distance / Å": donor.distance,
            "formal charge / e": donor.formal_charge,
            "weight": donor.weight,
            "counts": counts,
            "bridges": donor.bridges,
        }
        for donor, counts in [*counted, *((donor, "no") for donor in sphere.edge)]
    ]


def ligand_rows(sphere: CoordinationSphere) -> list[Row]:
    """One line a ligand."""
    return [
        {
            "formula": subscripted(ligand.formula),
            "kind": ligand.kind,
            "charge": signed(ligand.charge),
            "could also be": ", ".join(signed(c) for c in ligand.alternatives),
            "denticity": ligand.denticity,
            "metals bound": ligand.metals,
        }
        for ligand in sphere.ligands
    ]


def stevens_rows(field: CrystalField) -> list[Row]:
    """One line a (k, q): B_kq [cm⁻¹] in the magnetic frame and in the frame of the input."""
    return [
        {"k": k, "q": q, "B_kq, magnetic frame": value, "B_kq, input frame": field.stevens_input[k, q]}
        for (k, q), value in field.stevens.items()
    ]


def csv_cell(value: str | int | float | None) -> str:
    """A cell that no spreadsheet takes for a formula: text that begins like one is led by an apostrophe."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    return safe_cell(value)


def to_csv(rows: Sequence[Row]) -> bytes:
    """CSV with a byte-order mark, without which spreadsheets misread cm⁻¹."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0] if rows else [])
    writer.writerows([[csv_cell(value) for value in row.values()] for row in rows])
    return out.getvalue().encode("utf-8-sig")
