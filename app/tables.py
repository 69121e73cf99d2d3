"""Rows of the tables on the page, as plain dictionaries, and their CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.text import ion_name, one_line, sentence, signed, subscripted
from core.chem.molecule import Molecule
from core.chem.radii import LANTHANIDES
from core.chem.shape import names as shape_names
from core.chem.sphere.coordination import CoordinationSphere
from core.doubts import Doubt, ordered
from core.learned.verdict import ModelEstimate
from core.magnetism.ion_levels import Levels
from core.magnetism.levels import weights_text
from core.units import KELVIN_PER_CM1
from core.workflows.coupled_record import headline
from core.workflows.coupled_words import leading_ion
from core.workflows.prediction import Prediction
from core.workflows.screen import safe_cell
from core.workflows.several import Several

Row = dict[str, str | int | float | None]

CELL_ANGLES = ("axis to a / °", "axis to b / °", "axis to c / °")
"""Columns with the angles between the easy axis and the cell axes."""


def site_name(molecule: Molecule, atoms: Sequence[int]) -> str:
    """Name of a donor site: its atom as the file calls it, or ``η5-C12`` with the first atom of a hapto ligand."""
    first = molecule.names[atoms[0]]
    return first if len(atoms) == 1 else f"η{len(atoms)}-{first}"


def nearest_shape(prediction: Prediction) -> tuple[str, float] | None:
    """Label and measure of the polyhedron with the smallest continuous shape measure; none of rings bound by their
    face, of which no chemist says a polyhedron."""
    if prediction.sphere is not None and prediction.sphere.hapto_ligands:
        return None
    return next(iter(prediction.shapes.items()), None)


def summary_row(prediction: Prediction) -> Row:
    """One line of the table over all files; figures of a model that is refused are left out."""
    return _line(prediction, prediction.levels if prediction.judged else None)


def several_row(found: Several) -> Row:
    """The line of a molecule with several metals: its leading lanthanide, how many there are, and what is doubted.

    The gap stands there however rough it is, as on the card; where it is too rough for a verdict there is none.
    """
    label = leading_ion(found)
    own = found.predictions[label]
    doubts = ordered((*own.doubts, *found.parts.added, *found.doubts))
    return {
        **_line(own, own.levels),
        "leading ion": label,
        "lanthanides": sum(site.element in LANTHANIDES for site in found.metals.sites),
        "message": sentence(headline(found)),
        **_doubted(doubts),
    }


def _line(prediction: Prediction, levels: Levels | None) -> Row:
    sphere, nearest = prediction.sphere, nearest_shape(prediction)
    molecule = prediction.molecule
    return {
        "file": one_line(prediction.file),
        "status": prediction.status.value,
        "formula": subscripted(molecule.formula) if molecule else "",
        "metal": ion_name(prediction.metal, prediction.oxidation_state),
        "leading ion": "",
        "lanthanides": sum(element in LANTHANIDES for element in molecule.elements) if molecule else None,
        "CN": sphere.number_by_atoms if sphere else None,
        "shape": nearest[0] if nearest else "",
        "CShM": nearest[1] if nearest else None,
        "first gap / cm⁻¹": levels.first_gap if levels else None,
        **_said(prediction),
        "g_z": levels.g[2] if levels and levels.g is not None else None,
        "tunnelling / cm⁻¹": round(levels.tunnelling, 6) if levels and levels.tunnelling is not None else None,
        "axis angle / °": prediction.axial_angle if prediction.opposite is not None else None,
        **dict(zip(CELL_ANGLES, prediction.cell_angles or (None, None, None), strict=True)),
        "message": sentence(prediction.message),
        **_doubted(prediction.doubts),
    }


def _doubted(doubts: Sequence[Doubt]) -> Row:
    """The first reason, which costs the most, and how many there are."""
    return {"first doubt": sentence(doubts[0].text) if doubts else "", "reasons to doubt": len(doubts)}


def _said(prediction: Prediction) -> Row:
    """Probability [%] and 90 % interval [cm⁻¹] of the model that stands first on the card, and both of the network."""
    said = prediction.verdict
    first, network = (None, None) if said is None else (said.electrostatic, said.voxel)
    return {
        "SMM-like / %": _percent(first),
        "90 % interval / cm⁻¹": _interval(first),
        "network: SMM-like / %": _percent(network),
        "network: gap / cm⁻¹": network.gap if network else None,
    }


def _percent(opinion: ModelEstimate | None) -> float | None:
    return None if opinion is None else round(100 * opinion.p_smm, 1)


def _interval(opinion: ModelEstimate | None) -> str:
    return "" if opinion is None else f"{opinion.interval[0]:.0f} to {opinion.interval[1]:.0f}"


def compared(rows: Sequence[Row]) -> list[Row]:
    """Structures of the table side by side: a line a quantity, a column a structure; what none has is left out."""
    names = unique([str(row["file"]) for row in rows])
    return [
        {"quantity": quantity, **{name: _cell(quantity, row[quantity]) for name, row in zip(names, rows, strict=True)}}
        for quantity in rows[0]
        if quantity not in ("file", "status", "message", "first doubt")
        and any(row[quantity] not in (None, "") for row in rows)
    ]


def unique(names: Sequence[str]) -> list[str]:
    """Names, those that came before with a number."""
    return [f"{name} ({k})" if (k := names[: i + 1].count(name)) > 1 else name for i, name in enumerate(names)]


def _cell(quantity: str, value: str | float | None) -> str:
    """A value as text, so that one column may hold numbers and words."""
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:.1f}" if quantity.endswith("°") else f"{value:.4g}"


def level_rows(levels: Levels) -> list[Row]:
    """One line a level: energy [cm⁻¹, K], g, main |M_J⟩ weights, angle of g_z to the ground level's."""
    return [
        {
            "level": number,
            "states": len(level.states),
            "E / cm⁻¹": level.energy,
            "E / K": level.energy * KELVIN_PER_CM1,
            **({"splitting / cm⁻¹": level.splitting} if levels.tunnelling is not None else {}),
            "g_x": level.g[0] if level.g else None,
            "g_y": level.g[1] if level.g else None,
            "g_z": level.g[2] if level.g else None,
            "main |M_J⟩": weights_text(level.main_weights),
            "angle / °": level.angle_to_ground,
        }
        for number, level in enumerate(levels.doublets, start=1)
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


def stevens_rows(levels: Levels) -> list[Row]:
    """One line a (k, q): B_kq [cm⁻¹] in the magnetic frame and in the frame of the input."""
    return [
        {"k": k, "q": q, "B_kq, magnetic frame": value, "B_kq, input frame": levels.stevens_input[k, q]}
        for (k, q), value in levels.stevens.items()
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
