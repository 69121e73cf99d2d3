"""A ligand built into its complex and judged: the record that ``kramers build`` prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from core import __version__
from core.chem.complex import BuiltComplex, Progress, build_complex
from core.chem.complex_checks import RejectedComplex
from core.chem.export import to_xyz
from core.chem.ligand import Ligand, ligand_from_text
from core.chem.molecule import FloatArray
from core.errors import KramersError, Refused
from core.settings import SCHEMA_VERSION
from core.smm.predictor import Prediction, Status, judge


def build_record(
    axial: str,
    second: str | None = None,
    metal: str = "Dy",
    equatorial: str = "water",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Build [M(eq)₅LL′] from text and judge it; every error of Kramers becomes a record that says why.

    Args:
        axial, second, metal, equatorial, progress, cancelled: as in `build_complex`; ligands as SMILES, MOL or SDF
            (hostile text).

    Returns:
        JSON types only; ``status`` is ok, refused or error, ``flaw`` the short reason of a rejected complex.
    """
    record: dict[str, object] = {"schema": SCHEMA_VERSION, "kramers_version": __version__}
    try:
        first = ligand_from_text(axial)
        other = None if second is None else ligand_from_text(second)
        built = build_complex(first, other, metal, equatorial, progress, cancelled)
    except KramersError as error:
        status = Status.REFUSED if isinstance(error, Refused) else Status.ERROR
        flaw = error.flaw.value if isinstance(error, RejectedComplex) else ""
        return {**record, "status": str(status), "message": error.sentence, "flaw": flaw}
    return {**record, **_accepted(built, judge(built.structure, ""), (first, first if other is None else other))}


def _accepted(built: BuiltComplex, prediction: Prediction, ligands: tuple[Ligand, Ligand]) -> dict[str, object]:
    judged = prediction.to_dict()
    positions = built.molecule.relative_positions
    return {
        "status": str(Status.OK),
        "message": prediction.message,
        "protocol": built.protocol,
        "donor": [
            {"smiles": x.smiles, "atom": x.donor, "class": x.donor_class.value, "charge": x.charge} for x in ligands
        ],
        "alternatives": [[asdict(choice) for choice in ligand.alternatives] for ligand in ligands],
        "charge": built.molecule.charge,
        "shape": judged["shape"],
        "distances_A": {
            "axial": _lengths(positions, built.axial_donors),
            "equatorial": _lengths(positions, built.equatorial_donors),
        },
        "angles_deg": {
            "donor_metal_donor": _angle(positions, built.axial_donors[0], 0, built.axial_donors[1]),
            "metal_donor_neighbour": [
                [_angle(positions, 0, d, x) for x in _neighbours(built, d)] for d in built.axial_donors
            ],
        },
        "steps": built.steps,
        "energy_hartree": built.energy,
        "restraint_energy_cm-1": built.restraint_energy,
        "xyz": to_xyz(built.molecule),
        "crystal_field": judged["crystal_field"],
        "warnings": judged["warnings"],
    }


def _lengths(positions: FloatArray, atoms: tuple[int, ...]) -> list[float]:
    return [round(float(np.linalg.norm(positions[a])), 4) for a in atoms]


def _neighbours(built: BuiltComplex, donor: int) -> list[int]:
    pairs = built.molecule.bonds.tolist()
    return sorted(b if a == donor else a for a, b in pairs if donor in (a, b) and built.molecule.metal not in (a, b))


def _angle(positions: FloatArray, first: int, vertex: int, second: int) -> float:
    a, b = positions[first] - positions[vertex], positions[second] - positions[vertex]
    cosine = float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b))
    return round(float(np.degrees(np.arccos(min(1.0, max(-1.0, cosine))))), 2)
