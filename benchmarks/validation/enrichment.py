"""Known magnets hidden in a haystack: `python -m benchmarks.validation.enrichment --set FILE`.

The landmarks (assets/landmarks) are hidden among 20,000 structures of our own that no model was trained on: a thousand
complexes drawn anew by `training.motifs.generators` with a seed of their own, each with ten ions, as it is and moved a
little. Everything is ranked by the probability of being SMM-like and then by the gap, as `kramers screen` ranks, and
the landmarks that the literature calls SMMs are looked for near the top, as Takiguchi, Nakane and Akitsu (IUCrJ 2024,
11, 182) screened 20,000 structures. What else stands near the top may be just as good: nobody knows. Writes
benchmarks/results/enrichment.json: for every ranking the share of the SMM landmarks within its top 1 % and 5 %, that
share over the one of chance (the enrichment), and the same of the landmarks that are none.

--set is the training set (`training.levels.structures`), from which the rankings by metal and by donors learn.
Structures
that share a family, a skeleton or a donor signature with a training structure are counted, not left out: the generator
draws from the same ligands.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import FloatArray
from core.fields.environment import Environment
from core.learned.verdict import WEIGHTS, electrostatic_outlook, models, voxel_outlook
from training.common.scores import auc
from training.levels.structures import IONS, Source, StructureSet, generated_sources, skeleton_of, structure_set
from training.motifs.landmarks import landmarks
from training.predictor.baseline_models import donors, metal
from training.predictor.baselines import climbed, invariants
from training.predictor.reference_levels import TEST, beside, chosen_rows

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "enrichment.json"

SEED = 20
"""Of the haystack; the training set has another."""

TOPS = (0.01, 0.05)
AT_ONCE = 500


def main() -> None:
    """Hides, ranks, counts, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="what training.levels.structures made")
    parser.add_argument("--count", type=int, default=20_000, help="structures in the haystack, about")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    options = parser.parse_args()
    training = StructureSet.load(options.set)
    hidden = haystack(options.count // (2 * len(IONS)))
    begun = time.perf_counter()
    scores = {**by_rungs(training, hidden), **by_models([hidden.environment(k) for k in range(len(hidden))])}
    record = {
        "what": "landmarks of the literature hidden among structures of our own",
        "set": training.fingerprint,
        **enrichments(hidden, scores),
        "known_signatures": known_signatures(training, hidden),
        "seconds": round(time.perf_counter() - begun),
    }
    options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


def haystack(count: int) -> StructureSet:
    """`count` complexes of our own with every ion, as they are and moved; landmarks as they are, with their own.
    All in the test fold."""
    known = [landmark.environment for landmark in landmarks()]
    needles = [Source(a, f"landmark {a.name}", f"landmark {a.name}", skeleton_of(a), "landmark") for a in known]
    made = structure_set([*generated_sources(count, SEED), *needles], 1, SEED)
    kept = chosen_rows(made, np.flatnonzero((made.kind != "landmark") | (made.native & ~made.moved)))
    # the same family in other hands: what is learned from its like is no fault here, and counted (known_signatures)
    return replace(kept, fold=np.full(len(kept), TEST, dtype=np.int8), family=np.char.add("hidden ", kept.family))


def by_rungs(training: StructureSet, hidden: StructureSet) -> dict[str, FloatArray]:
    """(S,) probability by the metal alone and by the donors."""
    joined = beside(training, hidden)
    answers = climbed(joined, invariants(joined), [TEST], {"metal alone": metal, "donors": donors})
    # what a rung has no answer for stands last
    return {name: np.nan_to_num(found.p_smm[joined.fold == TEST], nan=-1.0) for name, found in answers.items()}


def by_models(arounds: Sequence[Environment]) -> dict[str, FloatArray]:
    """(S,) probability by the models that ship, `AT_ONCE` structures at a time."""
    asked = models(WEIGHTS)
    parts: dict[str, list[FloatArray]] = {"electrostatic": [], "voxel": [], "invariant": []}
    for start in range(0, len(arounds), AT_ONCE):
        some = arounds[start : start + AT_ONCE]
        for name, outlook in (("electrostatic", electrostatic_outlook(some)), ("voxel", voxel_outlook(asked, some))):
            parts[name].append(as_screened(outlook.p_smm, outlook.log_gap))
        control = asked.invariant.predict(some)
        parts["invariant"].append(as_screened(control.p_smm, control.log_gap))
        print(f"{start + len(some)} of {len(arounds)}", flush=True)
    return {name: np.concatenate(part) for name, part in parts.items()}


def as_screened(p_smm: FloatArray, log_gap: FloatArray) -> FloatArray:
    """(n,) scores that rank by probability and, where that is the same, by the gap, as `kramers screen` does.

    Probabilities are shares of draws, so they are the same for many; no share lies between two that differ by 1e-6.
    """
    return np.round(p_smm, 6) + 1e-7 * np.nan_to_num(log_gap)


def enrichments(hidden: StructureSet, scores: Mapping[str, FloatArray]) -> dict[str, Any]:
    """Of every ranking."""
    verdicts = {f"landmark {mark.environment.name}": mark.entry.verdict for mark in landmarks()}
    known = np.array([verdicts.get(name, False) for name in hidden.name.tolist()])
    others = (hidden.kind == "landmark") & ~known
    return {
        "structures": int((hidden.kind != "landmark").sum()),
        "smm_landmarks": int(known.sum()),
        "other_landmarks": int(others.sum()),
        "rankings": {name: ranking(score, known, others) for name, score in scores.items()},
    }


def ranking(scores: FloatArray, known: np.ndarray[Any, Any], others: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Shares within the top, enrichment, and the AUC of SMM landmarks against the haystack."""
    record: dict[str, Any] = {}
    for top in TOPS:
        share = captured(scores, known, top)
        record[f"top_{top:.0%}"] = {
            "smm_landmarks": round(share, 3),
            "enrichment": round(share / top, 1),
            "other_landmarks": round(captured(scores, others, top), 3),
        }
    record["auc_against_haystack"] = round(auc(known[~others], scores[~others]), 3)
    return record


def captured(scores: FloatArray, wanted: np.ndarray[Any, Any], top: float) -> float:
    """Share of the wanted within the top of a ranking, ties broken by chance (their mean)."""
    places = top * len(scores)
    edge = np.sort(scores)[::-1][int(places)]
    above, level = scores > edge, scores == edge
    within = (places - above.sum()) / level.sum()
    return float((wanted & above).sum() + within * (wanted & level).sum()) / float(wanted.sum())


def known_signatures(training: StructureSet, hidden: StructureSet) -> float:
    """Share of the haystack whose donor signature occurs in the training set."""
    seen = {training.environment(k).signature for k in range(0, len(training), 10)}
    drawn = [hidden.environment(int(k)).signature for k in np.flatnonzero(hidden.kind != "landmark")]
    return round(float(np.mean([signature in seen for signature in drawn])), 3)


if __name__ == "__main__":
    main()
