"""What the literature has of complexes by what a chemist sees of them, as counts and as two sets of trees:

    python -m training.predictor.literature --simdavis FILE

Reads the table of SIMDAVIS, climbs the ladder in cross-validation by paper (`training.predictor.literature_baselines`),
fits the trees to all samples, and writes models_weights/literature: weights, counts, card. No row of the table is
written.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.errors import KramersError
from core.learned.descriptors import BLOCKS, features
from core.learned.literature import FEWEST, FEWEST_BARRIERS, FOLDER, Literature, counted
from core.learned.simdavis import SOURCE, Sample, read_simdavis
from core.weights import write_manifest
from training.predictor.boosting import classifier, regressor
from training.predictor.literature_baselines import FOLDS, RECIPE, Known, known, ladder, text

QUARTILES: Final = (0.25, 0.75)


def main() -> None:
    """Writes models_weights/literature."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simdavis", type=Path, required=True, metavar="FILE", help="SIMDAVIS_dataset.tsv")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    try:
        samples = read_simdavis(options.simdavis)
    except KramersError as error:
        parser.exit(2, f"kramers train literature: {error.sentence}\n")
    trained = literature_of(samples, hashlib.sha256(options.simdavis.read_bytes()).hexdigest())
    trained.save(options.out)
    (options.out / "README.md").write_text(read_me(trained.card), encoding="utf-8")
    write_manifest(options.out.parent)
    print(text(trained.card["ladder"]))


def literature_of(samples: Sequence[Sample], digest: str) -> Literature:
    """Ladder, trees and counts of all samples."""
    relaxed, fitted = known(samples)
    climbed, missed = ladder(samples)
    rows = features([sample.sight for sample in samples])
    slow = classifier(rows[relaxed.rows], relaxed.truth > 0, RECIPE)
    barrier = regressor(rows[fitted.rows], fitted.truth, RECIPE)
    card = {
        "source": SOURCE,
        "sha256_of_the_table": digest,
        "samples": len(samples),
        "slow": _numbers(relaxed, samples),
        "barrier": _numbers(fitted, samples),
        "inputs": list(BLOCKS),
        "recipe": RECIPE.settings,
        "folds_by_paper": FOLDS,
        "fewest_of_a_group": FEWEST,
        "fewest_barriers": FEWEST_BARRIERS,
        "ladder": climbed,
    }
    return Literature(slow, barrier, np.quantile(missed, QUARTILES), counted(samples), card)


def _numbers(target: Known, samples: Sequence[Sample]) -> dict[str, int]:
    papers = {samples[row].doi for row in target.rows.tolist()}
    with_dy = sum(samples[row].sight.ion == "Dy" for row in target.rows.tolist())
    return {"samples": len(target.rows), "with_Dy": with_dy, "papers": len(papers)}


def read_me(card: Mapping[str, Any]) -> str:
    """The card in words."""
    slow, barrier = card["slow"], card["barrier"]
    return f"""# literature

What the literature up to 2019 has of lanthanide complexes, by what a chemist sees of them before any physics: counts,
and trees for slow relaxation in zero field and for log₁₀(U_eff/K). Apache-2.0. Made by `kramers train literature`.

- Counted and learned from SIMDAVIS ({card["source"]}, doi:10.1038/s41467-022-35336-9; SHA-256 of the table
  `{card["sha256_of_the_table"]}`), of which no row is here.
- Groups below {card["fewest_of_a_group"]} measured samples are not counted by themselves, quartiles of fewer than
  {card["fewest_barriers"]} barriers not given.
- Slow relaxation: {slow["samples"]} samples ({slow["with_Dy"]} of Dy) of {slow["papers"]} papers. U_eff:
  {barrier["samples"]} ({barrier["with_Dy"]}) of {barrier["papers"]}, some in a field.
- The literature reports successes more often than failures. What comes out is how often such complexes were reported
  to relax slowly, not whether this one will.
- Input: {", ".join(card["inputs"])}. A crystal is taken for undiluted; a radical is seen where a nitroxide binds.

## In {card["folds_by_paper"]}-fold cross-validation, no paper in two folds

```
{text(card["ladder"])}
```

95 % intervals by drawing whole papers. AUC and Spearman's ρ compare samples of one fold only; “less …” is the full
model without one input. Half of all samples are slow, so the mean of the other folds lies on the wrong side of ½ more
often than not: that is the accuracy of “majority”. The recipe was chosen after a look at some dozen variants in such
folds, other ones.
"""


if __name__ == "__main__":
    main()
