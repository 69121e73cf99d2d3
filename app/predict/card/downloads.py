"""What can be taken home of one card."""

from __future__ import annotations

import json
from functools import partial

from app.shared.outcomes import of_prediction
from app.shared.take_home import File, Inputs, show_files, take_home
from app.text import file_stem
from core.chem.io.export import to_cif, to_xyz
from core.qc.hamiltonian import spec_of
from core.workflows.prediction import Prediction

PRESET = "standard"
"""Basis of the inputs for other programs."""

NO_ION = "there is no trivalent lanthanide that could be computed."
OPEN = "the total charge of the molecule is not certain; answer the question about it on this card first."


def show_downloads(key: str, prediction: Prediction) -> None:
    """The files that every page has, the molecule as CIF, everything as JSON."""
    outcome = of_prediction(prediction)
    more = [File("JSON", partial(_as_json, prediction), ".json", "application/json", "All that stands on the card.")]
    if prediction.molecule is not None:
        more = [File("CIF", partial(to_cif, prediction.molecule), "-molecule.cif", "chemical/x-cif"), *more]
    if outcome is not None:
        inputs, why_not = _inputs(prediction)
        take_home(key, outcome, inputs, more, why_not)
    elif prediction.molecule is not None:
        inputs, why_not = _inputs(prediction)
        xyz = File("XYZ", partial(to_xyz, prediction.molecule), ".xyz", "chemical/x-xyz")
        show_files(key, file_stem(prediction.file), [xyz, *more], inputs, why_not)
    else:
        show_files(key, file_stem(prediction.file), more)


def _inputs(prediction: Prediction) -> tuple[Inputs | None, str]:
    """The molecule for other programs, or why it cannot be handed on."""
    handed = prediction.complex
    if handed is None:
        return None, NO_ION
    return (None, OPEN) if handed.charge is None else (Inputs(spec_of(handed, PRESET)), "")


def _as_json(prediction: Prediction) -> str:
    return json.dumps(prediction.to_dict(), indent=2, ensure_ascii=False)
