"""What ships for the Predict page, from trained networks, with cards that say how good it is:

    python -m training.predictor.predictor --environments FOLDER --set FILE --voxel FOLDER … --date DATE
        [--beside NAME=FOLDER …]

Fits the invariant control, climbs the ladder twice (emulation: unmoved real environments of the test fold against their
electrostatic labels; truth: computed levels of the check half, see `training.predictor.reference_levels`), copies the
weights into models_weights, and writes beside them predictor.json (what the app loads), ladder.json, the SHA-256
manifest and the cards (`training.predictor.card`).
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.fields.donor_charges import calibration
from core.learned.field_levels import field_error, outlook
from core.learned.verdict import WEIGHTS
from core.learned.voxel_model import VoxelModel
from core.weights import CONFIG, write_manifest
from core.weights import WEIGHTS as WEIGHT_FILE
from training.common.splits import assert_together
from training.levels.structures import StructureSet
from training.predictor.baseline_models import Answers, Split, fitted, tested
from training.predictor.baselines import climbed, invariants, ladder
from training.predictor.card import write_cards
from training.predictor.reference_levels import RUNGS, TEST, answers_of, beside_it, learned_error, placed, truth_record


def main() -> None:
    """Writes models_weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--set", type=Path, required=True, help="what training.levels.structures made")
    parser.add_argument(
        "--voxel", type=Path, nargs="+", required=True, help="what training.predictor.voxel_network made"
    )
    parser.add_argument("--beside", nargs="*", default=[], help="NAME=FOLDER of other trainings, for the table only")
    parser.add_argument("--date", required=True, help="of the training, for the names")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    structures = StructureSet.load(options.set)
    assert_together(structures.family.tolist(), structures.fold)
    rows = invariants(structures)
    names = {f"voxel-{k}-electrostatic-{options.date}": folder for k, folder in enumerate(options.voxel, start=1)}
    control = f"invariant-electrostatic-{options.date}"
    for name, folder in names.items():
        _copied(folder, options.out / name)
    write_manifest(options.out)  # what is loaded below is held against it
    card = {"set": structures.fingerprint, "test_fold": TEST, "date": options.date}
    fitted(Split(structures, rows, TEST), card).save(options.out / control)
    networks = {"voxel": [options.out / name for name in names], **beside_it(options.beside)}
    emulated = emulation(structures, rows, networks)
    true = truth_record(options.environments, structures, networks, options.out / control)
    record = {"set": structures.fingerprint, "structures": len(structures), "emulation": emulated, "truth": true}
    _written(options.out / "ladder.json", record)
    _written(
        options.out / "predictor.json",
        {
            "voxel": list(names),
            "invariant": control,
            "metal_only": metal_only(structures),
            "log_gap_margin": calibration().known["log_gap_90"],
            "field_error": learned_error(VoxelModel.load(*networks["voxel"]), structures).round(4).tolist(),
            "set": structures.fingerprint,
        },
    )
    write_cards(options.out)
    write_manifest(options.out)


def emulation(structures: StructureSet, rows: Any, networks: Mapping[str, Sequence[Path]]) -> dict[str, Any]:
    """The ladder on labels of the test fold."""
    answers = climbed(structures, rows, [TEST], RUNGS)
    asked = np.flatnonzero(tested(structures) & (structures.fold == TEST))
    for name, folders in networks.items():
        answers[name] = placed(len(structures), asked, _imitated(VoxelModel.load(*folders), structures, asked))
    return ladder(structures, answers)


def _imitated(model: VoxelModel, structures: StructureSet, rows: Any) -> Answers:
    """What the network says of labels, with its own uncertainty alone."""
    moments = model.predict_field([structures.environment(int(k)) for k in rows]).moments
    errors = field_error(moments, learned_error(model, structures))
    return answers_of(outlook(structures.ion[rows].tolist(), moments, errors))


def metal_only(structures: StructureSet) -> dict[str, float]:
    """Share of SMM-like structures of each ion among the unmoved real ones outside the test fold."""
    known = tested(structures) & (structures.fold != TEST)
    return {
        str(ion): round(float(structures.smm[known & (structures.ion == ion)].mean()), 4)
        for ion in np.unique(structures.ion[known])
    }


def _copied(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in (WEIGHT_FILE, CONFIG):
        shutil.copyfile(source / name, target / name)


def _written(path: Path, record: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
