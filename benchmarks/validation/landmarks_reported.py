"""Landmarks of both lists, put to every model: `python -m benchmarks.validation.landmarks_reported --simdavis FILE`.

The first list (`training.motifs.landmarks`) has its verdicts in it, the second (`training.motifs.reported_landmarks`)
takes them from FILE, SIMDAVIS, which is not part of this repository. A model says SMM where its probability is at least
one half; a refusal counts as wrong. Of the second list the open half alone is judged: the other is put aside until a
network is chosen that was not chosen with it in view, and is judged with --open-unseen only, once. Writes
models_weights/landmarks_reported.json, which the About page shows: what the models say of each, and how often each is
right (Wilson's 95 % interval), but no verdict.

“literature” are the trees that learned from SIMDAVIS itself: of the second list they have seen every answer.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.validation.landmarks import share
from core.chem.report import ParseReport
from core.errors import KramersError
from core.learned.literature import literature
from core.learned.simdavis import Sample, read_simdavis
from core.learned.verdict import WEIGHTS, models, refusal, verdict
from training.motifs.landmarks import Landmark, landmarks
from training.motifs.reported_landmarks import (
    ReportedLandmark,
    built_reported,
    halves,
    reported_entries,
    sight_of_landmark,
    verdicts,
)

RESULTS: Final = WEIGHTS / "landmarks_reported.json"
MODELS: Final = ("electrostatic", "voxel", "invariant", "literature")

Row = dict[str, Any]


def main() -> None:
    """Asks, counts, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simdavis", type=Path, required=True, metavar="FILE", help="SIMDAVIS_dataset.tsv")
    parser.add_argument("--open-unseen", action="store_true", help="judge the half that was put aside, too: once")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    try:
        record = judged(read_simdavis(options.simdavis), open_unseen=options.open_unseen)
    except KramersError as error:
        parser.exit(2, f"landmarks: {error.sentence}\n")
    options.out.write_text(text(record), encoding="utf-8")
    shown = {name: {**part, "rows": len(part["rows"])} for name, part in record["lists"].items()}
    print(json.dumps({**record, "lists": shown}, indent=1, ensure_ascii=False))


def judged(samples: Sequence[Sample], *, open_unseen: bool) -> Row:
    """Both lists; of the half that was put aside nothing but its size, unless it is to be opened."""
    first = landmarks()
    opened, aside = halves(reported_entries())
    lists: dict[str, tuple[Sequence[Landmark | ReportedLandmark], Mapping[str, bool]]] = {
        "first": (first, {landmark.entry.id: landmark.entry.verdict for landmark in first}),
        "open": (tuple(map(built_reported, opened)), verdicts(opened, samples)),
    }
    if open_unseen:
        lists["unseen"] = (tuple(map(built_reported, aside)), verdicts(aside, samples))
    return {
        "what": "landmarks of the first list, and of the second the open half; verdicts are not part of this file",
        "set": models().card["set"],
        "put_aside": 0 if open_unseen else len(aside),
        "lists": {name: summary([asked(one) for one in found], truth) for name, (found, truth) in lists.items()},
    }


def asked(landmark: Landmark | ReportedLandmark) -> Row:
    """What every model says of one."""
    entry = landmark.entry
    said = verdict(landmark.environment, refusal(entry.ion, 3, landmark.sphere, ParseReport()))
    opinions = {name: getattr(said, name) for name in MODELS[:3]}
    sight = sight_of_landmark(landmark)
    return {
        "id": entry.id,
        "ion": entry.ion,
        "refused": said.reason,
        **{
            name: None if one is None else {"p": round(one.p_smm, 3), "gap_cm1": round(one.gap, 1)}
            for name, one in opinions.items()
        },
        "literature": None if sight is None else {"p": round(literature().about(sight).p_slow, 3)},
    }


def summary(rows: Sequence[Row], truth: Mapping[str, bool]) -> Row:
    """Shares of right verdicts; a refusal is not right."""
    yes = sum(truth.values())
    ions: Counter[tuple[str, bool]] = Counter((row["ion"], truth[row["id"]]) for row in rows)
    best = sum(max(ions[ion, True], ions[ion, False]) for ion in {row["ion"] for row in rows})
    return {
        "landmarks": len(rows),
        "with_Dy": sum(row["ion"] == "Dy" for row in rows),
        "refused": {name: sum(row[name] is None for row in rows) for name in MODELS},
        "right": {name: share(sum(right(row, name, truth) for row in rows), len(rows)) for name in MODELS},
        "majority": share(max(yes, len(rows) - yes), len(rows)),
        "best_rule_on_the_ion": share(best, len(rows)),
        "rows": list(rows),
    }


def right(row: Mapping[str, Any], name: str, truth: Mapping[str, bool]) -> bool:
    """Whether a model's word is the answer; a refusal is not."""
    said = row[name]
    return said is not None and (said["p"] >= 0.5) == truth[row["id"]]


def text(record: Row) -> str:
    """The file, of one line a row."""
    lists = {}
    for name, part in record["lists"].items():
        lines = ",\n   ".join(json.dumps(row, ensure_ascii=False) for row in part["rows"])
        head = json.dumps({key: value for key, value in part.items() if key != "rows"}, ensure_ascii=False)
        lists[name] = f'{head[:-1]}, "rows": [\n   {lines}\n  ]}}'
    body = ",\n  ".join(f'"{name}": {part}' for name, part in lists.items())
    head = json.dumps({key: value for key, value in record.items() if key != "lists"}, ensure_ascii=False)
    return f'{head[:-1]},\n "lists": {{\n  {body}\n }}}}\n'


if __name__ == "__main__":
    main()
