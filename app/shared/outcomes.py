"""What is taken home of a page's levels: from a crystal, a built complex, a run, one and the same record."""

from __future__ import annotations

from dataclasses import replace

from app.text import file_stem
from core.qc.field_record import field_record
from core.qc.methods import of_model
from core.qc.outcome import Outcome
from core.workflows.build import Built
from core.workflows.prediction import Prediction, trust


def of_prediction(prediction: Prediction) -> Outcome | None:
    """Of a molecule cut out of a crystal, or read as it stands; None where there are no levels."""
    handed, molecule = prediction.complex, prediction.molecule
    if molecule is None or prediction.levels is None or not prediction.levels.doublets:
        return None
    record = field_record(prediction.levels)
    origin = "crystal" if prediction.report.symmetry else "given"
    methods, references = of_model(record, origin, trust())
    return Outcome(
        title=prediction.file,
        stem=file_stem(prediction.file),
        record=record,
        molecule=molecule,
        charge=None if handed is None else handed.charge,
        theory=f"{prediction.levels.level_of_theory}, a calibrated model; nothing here is a measurement",
        methods=methods,
        references=references,
        doubts=tuple(doubt.text for doubt in prediction.doubts),
        provenance=tuple((name, str(value)) for name, value in prediction.provenance.items()),
        facts=_facts(prediction),
    )


def of_built(built: Built) -> Outcome | None:
    """Of a complex of the Build page."""
    found = of_prediction(built.prediction)
    if found is None:
        return None
    methods, references = of_model(found.record, built.complex.protocol, trust())
    return replace(
        found,
        title=built.recipe.stem,
        stem=built.recipe.stem,
        molecule=built.complex.molecule,
        charge=built.complex.molecule.charge,
        methods=methods,
        references=references,
        provenance=tuple((name, str(value)) for name, value in built.provenance.items()),
    )


def _facts(prediction: Prediction) -> tuple[tuple[str, str], ...]:
    facts = []
    if prediction.sphere is not None:
        facts.append(("coordination number", str(prediction.sphere.coordination_number)))
    if prediction.shapes:
        label, measure = next(iter(prediction.shapes.items()))
        facts.append(("nearest polyhedron", f"{label}, continuous shape measure {measure:.3f}"))
    if prediction.cell_angles is not None and prediction.levels is not None:
        a, b, c = prediction.cell_angles
        facts.append(
            (f"{prediction.levels.axis_name} to the cell axes", f"{a:.1f}° to a, {b:.1f}° to b, {c:.1f}° to c")
        )
    return tuple(facts)
