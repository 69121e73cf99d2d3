"""The cards of the Predict page's models: `python -m training.predictor.card`.

Nothing in a card is written by hand: it is put together from the configuration that the training wrote, from
models_weights/ladder.json, and from whatever benchmarks have been run of these very models (rotations, landmarks, a
haystack, screening). `training.predictor.predictor` writes the cards; after a benchmark this command writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from core.fields.donor_charges import calibration
from core.learned.verdict import WEIGHTS
from core.resources import shipped
from core.weights import CONFIG, write_manifest
from training.predictor.baselines import table

RESULTS: Final = shipped("benchmarks/results")

LABELS: Final = (
    "Labels are levels of the calibrated electrostatic model, no measurements and no ab initio levels: on them a model "
    "can at best imitate that model. What it is worth shows under “Truth”."
)


def main() -> None:
    """Writes the cards of what ships."""
    write_cards(WEIGHTS)
    write_manifest(WEIGHTS)


def write_cards(root: Path) -> None:
    """README.md of every model that predictor.json of the folder names."""
    shipped = json.loads((root / "predictor.json").read_text(encoding="utf-8"))
    record = json.loads((root / "ladder.json").read_text(encoding="utf-8"))
    measured = [*also_measured(root, str(shipped["set"]))]
    for name in (*shipped["voxel"], shipped["invariant"]):
        lines = [*model_card(name, record, root / name), *measured]
        (root / name / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def model_card(name: str, record: Mapping[str, Any], folder: Path) -> list[str]:
    """Lines: what a user of the weights has to know."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    recipe = {key: config[key] for key in ("network", "recipe", "steps", "seconds") if key in config}
    return [
        f"# {name}",
        "",
        "Predicts, for one Ln(III) ion in its surroundings, the first gap and whether it is SMM-like in zero field",
        "(gap ≥ 100 cm⁻¹, axial ground doublet). Apache-2.0. Made by `python -m training.predictor.predictor`.",
        "",
        f"- Training set: {record['structures']} structures, SHA-256 `{record['set']}` (`training.levels.structures`).",
        f"- {LABELS}",
        f"- The electrostatic model itself: {_said(calibration().check or calibration().known)}.",
        "- Split by refcode family, ligand skeleton and donor signature; fold 0 tests, fold 1 calibrates, 2–4 train.",
        "- Domain: Ce, Pr, Nd, Sm, Tb–Yb(III); one magnetic ion; coordination number 3–10, or two hapto ligands; not",
        "  farther from the training environments than the stored limit.",
        f"- Recipe: `{_said(recipe)}`",
        "",
        "## Emulation: electrostatic labels of unseen groups",
        "",
        "```",
        table(record["emulation"]),
        "```",
        "",
        "## Truth: computed levels of complexes that neither calibration nor training has seen",
        "",
        "```",
        table(record["truth"]),
        "```",
        "",
        "## All models together",
        "",
    ]


def also_measured(root: Path, fingerprint: str) -> Iterator[str]:
    """A line for every benchmark of models that learned from this set."""
    for title, file, keys in _BENCHMARKS:
        path = root / file if file == "landmarks.json" else RESULTS / file
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if found.get("set") == fingerprint:
            yield f"- {title}: `{_said({key: found[key] for key in keys if key in found})}`"
        else:
            yield f"- {title}: not measured with these models."


_BENCHMARKS: Final = (
    (
        "Landmarks of the literature, never trained on (`benchmarks.validation.landmarks`)",
        "landmarks.json",
        ("landmarks", "refused", "right", "right_read", "metal_only_best", "majority"),
    ),
    (
        "The same hidden among structures of our own (`benchmarks.validation.enrichment`)",
        "enrichment.json",
        ("structures", "smm_landmarks", "rankings"),
    ),
    (
        "Rotations and speed (`benchmarks.validation.voxels`)",
        "voxels.json",
        ("networks", "structures_per_second", "spread_over_64_rotations"),
    ),
    (
        "Files screened, verdicts included (`benchmarks.performance.screen`)",
        "screen.json",
        ("files", "processes", "structures_per_second", "outcomes"),
    ),
)


def _said(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


if __name__ == "__main__":
    main()
