"""The JSON record of a built complex: what ``kramers build`` prints and the page offers for download."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from core import __version__
from core.chem.export import to_xyz
from core.settings import SCHEMA_VERSION

if TYPE_CHECKING:
    from core.smm.build import Built, NotBuilt


def as_record(built: Built) -> dict[str, object]:
    """JSON types only, units in the keys; lists of two follow the axial ligands, the one on +z first."""
    judged = built.prediction.to_dict()
    complex_, geometry, ligands = built.complex, built.geometry, built.recipe.ligands
    return {
        **_head(),
        "status": str(built.status),
        "message": f"{built.prediction.message} {built.level}.",
        "protocol": complex_.protocol,
        "metal": built.recipe.metal,
        "equatorial": built.recipe.equatorial,
        "donor": [
            {"smiles": x.smiles, "atom": x.donor, "class": x.donor_class.value, "charge": x.charge} for x in ligands
        ],
        "alternatives": [[asdict(choice) for choice in ligand.alternatives] for ligand in ligands],
        "charge": complex_.molecule.charge,
        "shape": judged["shape"],
        "distances_A": {
            "axial": [round(length, 4) for length in geometry.axial],
            "equatorial": [round(length, 4) for length in geometry.equatorial],
        },
        "angles_deg": {
            "donor_metal_donor": round(geometry.axial_angle, 2),
            "metal_donor_neighbour": [
                [round(angle.degrees, 2) for angle in geometry.donor_angles if angle.donor == donor]
                for donor in complex_.axial_donors
            ],
        },
        "buried_volume_percent": [round(share, 2) for share in built.buried],
        "donor_charge_e": [None if x is None else round(x.donor_charge, 4) for x in built.electronics],
        "frontier_gap_eV": [
            None if x is None or x.frontier_gap is None else round(x.frontier_gap, 3) for x in built.electronics
        ],
        "sa_score": [round(ligand.synthetic_accessibility, 2) for ligand in ligands],
        "steps": complex_.steps,
        "energy_hartree": complex_.energy,
        "restraint_energy_cm-1": complex_.restraint_energy,
        "xyz": to_xyz(complex_.molecule),
        "crystal_field": judged["crystal_field"],
        "warnings": judged["warnings"],
    }


def failure_record(failure: NotBuilt) -> dict[str, object]:
    """What is printed where there is no complex."""
    return {**_head(), "status": str(failure.status), "message": failure.message, "flaw": failure.flaw}


def _head() -> dict[str, object]:
    return {"schema": SCHEMA_VERSION, "kramers_version": __version__}
