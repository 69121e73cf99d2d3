"""The rungs of the ladder on computed levels that neither calibration nor training has seen:

    python -m training.predictor.reference_levels --environments FOLDER --set FILE --voxel FOLDER … [--out JSON]

Truth are the levels of the check half (`training.levels.computed_levels`). The rungs learn from the training set, as in
`training.predictor.baselines`, and are asked about the whole environments, untruncated, as a page would ask. Beside
them stand
the shipped models: the calibrated electrostatic model with the uncertainty that its calibration leaves, and the voxel
network with its own on top. Intervals of all figures are of a bootstrap over the environments.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.fields.donor_charges import calibration
from core.fields.environment import Environment
from core.fields.smm_like import GAP_CM1, LARGEST_AXIALITY, LARGEST_TUNNELLING_CM1, LEAST_FRACTION_OF_G
from core.learned.field_levels import GapDistribution
from core.learned.invariant_model import InvariantModel
from core.learned.verdict import calibrated_outlook, electrostatic_outlook
from core.learned.voxel_model import VoxelModel
from core.magnetism.ions import lanthanide
from core.magnetism.levels import first_gap
from core.magnetism.stevens import KQ, RANKS
from training.factory.level_samples import Sample, samples
from training.levels.computed_levels import TABLE
from training.levels.environments import frames
from training.levels.structures import Source, StructureSet, skeleton_of, structure_set
from training.predictor.baseline_models import Answers, donors, formula, invariant, majority, metal
from training.predictor.baselines import climbed, invariants, ladder, table
from training.predictor.voxel_samples import CHECK_FOLD, field_moments, judged_rows

RUNGS: Final = {"majority": majority, "metal": metal, "formula": formula, "donors": donors, "invariant": invariant}

TEST: Final = 0


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--set", type=Path, required=True, help="what training.levels.structures made")
    parser.add_argument("--voxel", type=Path, nargs="*", default=[], help="weight folders of the voxel network")
    parser.add_argument("--beside", nargs="*", default=[], help="NAME=FOLDER of other trainings")
    parser.add_argument("--invariant", type=Path, help="weight folder of the shipped invariant model")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    networks = ({"voxel": options.voxel} if options.voxel else {}) | beside_it(options.beside)
    record = truth_record(options.environments, StructureSet.load(options.set), networks, options.invariant)
    if options.out:
        options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(record))


def beside_it(named: Iterable[str]) -> dict[str, list[Path]]:
    """Rungs from NAME=FOLDER, such as ``RGB=…``; several folders of one name are averaged."""
    found: dict[str, list[Path]] = {}
    for one in named:
        name, _, folder = one.partition("=")
        found.setdefault(f"voxel, {name}", []).append(Path(folder))
    return found


def truth_record(
    environments: Path, structures: StructureSet, networks: Mapping[str, Sequence[Path]], control: Path | None
) -> dict[str, Any]:
    """All figures.

    Args:
        environments: folder with structures.xyz.gz.
        structures: what the rungs learn from.
        networks: weight folders of voxel networks by the name of their rung.
        control: weight folder of the shipped invariant model.
    """
    known = whole(samples(TABLE, environments), environments / "structures.xyz.gz")
    joined = beside(structures, truth_set(known))
    asked = np.flatnonzero(joined.fold == TEST)
    arounds = [joined.environment(int(k)) for k in asked]
    answers = climbed(joined, invariants(joined), [TEST], RUNGS)
    answers["electrostatic"] = placed(len(joined), asked, electrostatic_answers(arounds))
    for name, folders in networks.items():
        model = VoxelModel.load(*folders)
        answers[name] = placed(len(joined), asked, voxel_answers(model, arounds, learned_error(model, structures)))
    if control is not None:
        answers["invariant, shipped"] = placed(len(joined), asked, control_answers(control, arounds))
    return {"what": "rungs on computed levels of the check half", **ladder(joined, answers)}


def whole(known: Iterable[Sample], path: Path) -> list[Sample]:
    """The check half with whole ligands instead of truncated ones."""
    by_name = {frame.name: frame.environment for frame in frames(path)}
    return [
        replace(sample, environment=by_name[sample.environment.name].of_ion(sample.environment.metal))
        for sample in known
        if sample.half == "check"
    ]


def truth_set(known: Sequence[Sample]) -> StructureSet:
    """Environments labelled by their computed levels, all in the test fold."""
    sources = [
        Source(s.environment, s.environment.name, f"truth {s.environment.name}", skeleton_of(s.environment), "ref")
        for s in known
    ]
    made = structure_set(sources, 0, seed=0)
    ions = np.array([sample.environment.metal for sample in known])
    own = {(s.environment.name, s.environment.metal): k for k, s in enumerate(known)}
    rows = np.array([own.get((str(n), str(i)), -1) for n, i in zip(made.name, made.ion, strict=True)])
    kept = chosen_rows(made, np.flatnonzero(rows >= 0))
    order = rows[rows >= 0]
    labels = [label(known[k]) for k in order]
    count = len(kept)
    return replace(
        kept,
        gap=np.array([entry["gap"] for entry in labels], dtype=np.float32),
        g=np.array([entry["g"] for entry in labels], dtype=np.float32),
        tunnelling=np.array([entry["tunnelling"] for entry in labels], dtype=np.float32),
        axiality=np.array([entry["axiality"] for entry in labels], dtype=np.float32),
        smm=np.array([entry["smm"] for entry in labels], dtype=np.bool_),
        fold=np.full(count, TEST, dtype=np.int8),
        ion=ions[order],
    )


def label(sample: Sample) -> dict[str, Any]:
    """Gap, g and SMM-like of computed levels, by the rule of `core.fields.smm_like`."""
    ion = lanthanide(sample.environment.metal)
    first = float(first_gap(sample.levels))
    tunnelling = np.nan if ion.kramers else float(sample.levels[1] - sample.levels[0])
    if sample.g is None:
        return {"gap": np.nan, "g": (np.nan,) * 3, "tunnelling": tunnelling, "axiality": np.nan, "smm": False}
    axiality = sample.g[1] / sample.g[2]
    quiet = axiality <= LARGEST_AXIALITY if ion.kramers else tunnelling <= LARGEST_TUNNELLING_CM1
    large = sample.g[2] >= LEAST_FRACTION_OF_G * 2 * float(ion.g_J * ion.J)
    smm = bool(quiet and large and first >= GAP_CM1)
    return {"gap": first, "g": sample.g, "tunnelling": tunnelling, "axiality": axiality, "smm": smm}


def chosen_rows(structures: StructureSet, rows: np.ndarray[Any, Any]) -> StructureSet:
    """Some structures of a set."""
    atoms = np.concatenate([np.arange(structures.atoms[k], structures.atoms[k + 1]) for k in rows])
    contacts = np.concatenate([np.arange(structures.contacts[k], structures.contacts[k + 1]) for k in rows])
    sizes = {"atoms": np.diff(structures.atoms)[rows], "contacts": np.diff(structures.contacts)[rows]}
    parts: dict[str, Any] = {name: np.concatenate([[0], np.cumsum(size)]) for name, size in sizes.items()}
    for field in fields(structures):
        if field.name not in parts:
            array = getattr(structures, field.name)
            places = {"positions": atoms, "elements": atoms, "ligand": atoms}.get(
                field.name, contacts if field.name in _OF_CONTACTS else rows
            )
            parts[field.name] = array[places]
    return StructureSet(**parts)


_OF_CONTACTS: Final = ("donors", "sites", "classes", "formal_charges", "weights")


def beside(training: StructureSet, truth: StructureSet) -> StructureSet:
    """The learning and calibrating folds of a training set, and the truth as its test fold."""
    kept = chosen_rows(training, np.flatnonzero(training.fold != TEST))
    parts: dict[str, Any] = {}
    for field in fields(kept):
        one, other = getattr(kept, field.name), getattr(truth, field.name)
        if field.name in ("atoms", "contacts"):
            other = other[1:] + one[-1]
        elif field.name == "group":
            other = np.arange(len(truth)) + int(one.max()) + 1
        parts[field.name] = np.concatenate([one, other])
    return StructureSet(**parts)


def learned_error(model: VoxelModel, structures: StructureSet) -> FloatArray:
    """(3,) what networks miss of ranks 2, 4, 6 on unmoved real structures of the fold that watched their training,
    relative to the root mean square. Their own account of it is far too small: they overfit."""
    rows = judged_rows(structures, CHECK_FOLD)
    arounds = [structures.environment(int(row)) for row in rows]
    seen = model.predict_field(arounds).moments
    off = seen - field_moments(arounds, framed=model.networks[0].config.framed)
    ranks = np.array([k for k, _ in KQ])
    squares = [((off[:, ranks == k] ** 2).sum(), (seen[:, ranks == k] ** 2).sum()) for k in RANKS]
    return np.sqrt([wrong / whole for wrong, whole in squares])


def electrostatic_answers(arounds: Sequence[Environment]) -> Answers:
    """The calibrated model with the uncertainty that its calibration leaves."""
    return answers_of(electrostatic_outlook(arounds))


def voxel_answers(model: VoxelModel, arounds: Sequence[Environment], error: FloatArray) -> Answers:
    """The network with its own error (3,) on top of that."""
    return answers_of(
        calibrated_outlook([around.metal for around in arounds], model.predict_field(arounds).moments, error)
    )


def answers_of(found: GapDistribution) -> Answers:
    """As the ladder takes them."""
    return Answers(found.p_smm, found.log_gap, found.log_low, found.log_high)


def control_answers(folder: Path, arounds: Sequence[Environment]) -> Answers:
    """The shipped control, its interval widened by what the calibration of its labels leaves."""
    found = InvariantModel.load(folder).predict(arounds)
    margin = float(calibration().known["log_gap_90"])
    return Answers(found.p_smm, found.log_gap, found.log_low - margin, found.log_high + margin)


def placed(size: int, rows: np.ndarray[Any, Any], answers: Answers) -> Answers:
    """Answers about some of `size` structures, as answers about all."""

    def spread(values: FloatArray) -> FloatArray:
        column = np.full(size, np.nan)
        column[rows] = values
        return column

    return Answers(*(spread(getattr(answers, field.name)) for field in fields(answers)))


if __name__ == "__main__":
    main()
