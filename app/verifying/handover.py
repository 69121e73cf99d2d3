"""A complex on its way from another page to Verify. Light: nothing here loads the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from core.chem.coordination import CoordinationSphere
from core.chem.molecule import FloatArray, Molecule
from core.smm.build import Built
from core.smm.electrostatic import thin_ground
from core.smm.environment import environment
from core.smm.predictor import Prediction

PAGE = Path(__file__).resolve().parents[1] / "views" / "verify.py"
KEY = "verify/candidate"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A complex that can be sent to the engine.

    Attributes:
        title: what the queue calls it (hostile text).
        elements, positions, donors: (n,) symbols, (n, 3) [Å], indices of the atoms bound to the ion.
        charge: total charge [e]; None where it has to be asked for.
        question: why it has to be asked for, a sentence (hostile text); empty where it is known.
        geometry: what made the coordinates: a protocol's name, ``crystal``, ``given``.
        doubts: reasons to doubt the structure, sentences (hostile text).
        meta: what the ledger keeps beside the question, JSON types.
    """

    title: str
    elements: tuple[str, ...]
    positions: FloatArray
    donors: tuple[int, ...]
    charge: int | None
    question: str
    geometry: str
    doubts: tuple[str, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def of_built(built: Built) -> Candidate:
    """A complex of the Build page."""
    roles, molecule, recipe = built.complex, built.complex.molecule, built.recipe
    meta: dict[str, Any] = {"source": "build", "metal": recipe.metal, "equatorial": recipe.equatorial}
    if recipe.second is None:  # only then is it one ligand's complex, and a label for that ligand
        ligand = recipe.axial
        meta |= {"smiles": ligand.smiles, "donor": ligand.donor, "donor_class": ligand.donor_class.value}
    return Candidate(
        title=recipe.stem,
        elements=molecule.elements,
        positions=molecule.positions,
        donors=tuple(sorted((*roles.axial_donors, *roles.equatorial_donors))),
        charge=molecule.charge or 0,
        question="",
        geometry=roles.protocol,
        doubts=roles.doubts,
        meta=meta,
    )


def of_prediction(prediction: Prediction) -> Candidate | None:
    """A complex cut out of a crystal; None where there is no molecule with a trivalent ion."""
    molecule, sphere, report = prediction.molecule, prediction.sphere, prediction.report
    if molecule is None or sphere is None or prediction.oxidation_state not in (3, None):
        return None
    certain = molecule.charge is not None and report.charge_confirmed and molecule.oxidation_state == 3
    return Candidate(
        title=prediction.file,
        elements=molecule.elements,
        positions=molecule.positions,
        donors=tuple(sorted(atom for donor in sphere.donors for atom in donor.atoms)),
        charge=molecule.charge if certain else None,
        question="" if certain else _question(prediction),
        geometry="crystal",
        doubts=_of_the_structure(prediction, molecule, sphere),
        meta={"source": "predict", "file": prediction.file, "metal": prediction.metal},
    )


def _of_the_structure(prediction: Prediction, molecule: Molecule, sphere: CoordinationSphere) -> tuple[str, ...]:
    """The doubts, less those about the electrostatic model."""
    notes = () if prediction.field is None else prediction.field.notes
    other = {*notes, *thin_ground(environment(molecule, sphere))}
    return tuple(doubt for doubt in prediction.warnings if doubt not in other)


def _question(prediction: Prediction) -> str:
    report = prediction.report
    found = "" if prediction.charge is None else f" It is probably {prediction.charge:+d}."
    others = ", ".join(f"{charge:+d}" for charge in report.charge_alternatives)
    return f"{report.charge_reasoning}{found}{f' It may also be {others}.' if others else ''}".strip()


def offer(candidate: Candidate | None, key: str) -> None:
    """The button that takes a complex to the Verify page."""
    if candidate is None:
        return
    pressed = st.button(
        "Verify",
        key=f"verify/{key}",
        icon=":material/verified:",
        help="Compute the levels of this complex ab initio: opens the Verify page, where the run is set up.",
    )
    if pressed:
        take(candidate)


def take(candidate: Candidate) -> None:
    """Open the Verify page with a complex."""
    st.session_state[KEY] = candidate
    st.switch_page(PAGE)
