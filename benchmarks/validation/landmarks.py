"""Environments whose answer the literature knows, put to the models: `python -m benchmarks.validation.landmarks`.

The landmarks (assets/landmarks) were never trained on, and their verdicts were committed before any model saw them. A
model says SMM where its probability is at least one half; a refusal counts as wrong. Writes
models_weights/landmarks.json, which the About page shows: each landmark with what every model says, shares of right
verdicts with Wilson's 95 % interval, and beside them what the metal alone and the majority would have had right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from core.chem.report import ParseReport
from core.learned.verdict import WEIGHTS, ModelEstimate, Verdict, models, refusal, verdict
from training.motifs.landmarks import Landmark, landmarks, metal_only

_RESULTS = WEIGHTS / "landmarks.json"
_MODELS = ("electrostatic", "voxel", "invariant")
_NORMAL = 1.96
"""Standard deviations from the middle to either end of a 95 % interval."""


def main() -> None:
    """Asks, counts, writes."""
    rows = [row(landmark) for landmark in landmarks()]
    record = {
        "what": "landmarks of the literature, never trained on",
        "set": models().card["set"],
        **summary(rows),
        "rows": rows,
    }
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in record.items() if key != "rows"}, indent=1, ensure_ascii=False))


def row(landmark: Landmark) -> dict[str, Any]:
    """One landmark: what is known, and what is said."""
    entry = landmark.entry
    said = verdict(landmark.environment, refusal(entry.ion, 3, landmark.sphere, ParseReport()))
    return {
        "id": entry.id,
        "ion": entry.ion,
        "smm": entry.verdict,
        "source": entry.source["kind"],
        "barrier_cm1": entry.barrier_cm1,
        "refused": said.reason,
        **{name: _figures(said, name) for name in _MODELS},
    }


def _figures(said: Verdict, name: str) -> dict[str, float] | None:
    opinion: ModelEstimate | None = getattr(said, name)
    return None if opinion is None else {"p_smm": round(opinion.p_smm, 3), "gap_cm1": round(opinion.gap, 1)}


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Shares of right verdicts; a refusal is not right."""
    entries = [landmark.entry for landmark in landmarks()]
    dysprosium, best = metal_only(entries)
    yes = sum(row["smm"] for row in rows)
    return {
        "landmarks": len(rows),
        "with_Dy": sum(row["ion"] == "Dy" for row in rows),
        "refused": {name: [row["id"] for row in rows if row[name] is None] for name in _MODELS},
        "right": {name: share(sum(_right(row, name) for row in rows), len(rows)) for name in _MODELS},
        "right_read": {
            name: share(sum(_right(row, name) for row in read), len(read))
            for read in [[row for row in rows if row["source"] == "read"]]
            for name in _MODELS
        },
        "metal_only_dy": round(dysprosium, 3),
        "metal_only_best": round(best, 3),
        "majority": round(max(yes, len(rows) - yes) / len(rows), 3),
    }


def _right(row: Mapping[str, Any], name: str) -> bool:
    said = row[name]
    return said is not None and (said["p_smm"] >= 0.5) == row["smm"]


def share(right: int, of: int) -> dict[str, Any]:
    """Share with Wilson's 95 % interval (E. B. Wilson, J. Am. Stat. Assoc. 1927, 22, 209)."""
    p, z = right / of, _NORMAL
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    ends = [round(middle - half, 3), round(middle + half, 3)]
    return {"right": right, "of": of, "share": round(p, 3), "interval": ends}


if __name__ == "__main__":
    main()
