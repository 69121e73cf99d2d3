"""The line that says of a built complex what the engine would: `python -m training.ligands.built_gap`.

Learns from every gap of the label factory whose scaffold is not put aside, in the geometry that the engine was given:
a penalised line through the donor class and the descriptors of `core.learned.built_gap`, judged by leaving out one
scaffold after the other beside the mean of the donor class and the electrostatic model. Writes
models_weights/built-gap with its card, and the manifest; takes a second a gap and needs nothing but the checkout.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rdkit import Chem

from core.arrays import BoolArray, FloatArray, IntArray, TextArray
from core.errors import DomainError
from core.learned.built_gap import FOLDER, NAMES, BuiltGapLine, Worth, descriptors
from core.resources import shipped
from core.weights import write_manifest
from core.workflows.predict import predict
from training.common.level_labels import CONVERGED, GAPS, LevelLabel, labels
from training.ligands.reading import group_of
from training.ligands.regression import class_means, ridge, strength_of

WEIGHTS: Final = shipped("models_weights")
SHARE: Final = 0.9
SMALLEST_SPREAD: Final = 0.05
"""Of a standardised column: the one of a rare donor class would else weigh without bound."""


@dataclass(frozen=True, slots=True, eq=False)
class BuiltGaps:
    """Gaps of built complexes with what the line reads.

    Attributes:
        values: (n,) [cm⁻¹]. classes, groups: (n,) donor classes and scaffolds. read: (n, 12) descriptors.
        protocol: of the gaps.
    """

    values: FloatArray
    classes: TextArray
    groups: TextArray
    read: FloatArray
    protocol: str

    @classmethod
    def of(cls, rows: Iterable[LevelLabel]) -> BuiltGaps:
        """Of rows of the table, one recipe; those without an electrostatic gap or a wave function are left out."""
        pairs = [(row, told) for row in rows if (told := told_of(row)) is not None]
        protocols = {"/".join(row.recipe) for row, _ in pairs}
        if len(protocols) != 1:
            raise ValueError(f"gaps of {len(protocols)} protocols")
        return cls(
            np.array([row.levels[1] for row, _ in pairs]),
            np.array([row.source["donor_class"] for row, _ in pairs]),
            np.array([group_of(Chem.MolFromSmiles(row.source["smiles"])) for row, _ in pairs]),
            np.stack([told for _, told in pairs]),
            protocols.pop(),
        )

    def columns(self, about: BuiltGaps) -> FloatArray:
        """(n, C + 12) donor classes of `about` and descriptors, in units of their spread there."""
        own, known = self.raw(about), about.raw(about)
        return np.asarray((own - known.mean(axis=0)) / np.maximum(known.std(axis=0), SMALLEST_SPREAD))

    def raw(self, about: BuiltGaps) -> FloatArray:
        """(n, C + 12) the same in their own units."""
        return np.concatenate([self.classes[:, None] == np.unique(about.classes), self.read], axis=1, dtype=np.float64)

    def part(self, rows: BoolArray | IntArray) -> BuiltGaps:
        """Some of them, by a mask or numbers."""
        return BuiltGaps(self.values[rows], self.classes[rows], self.groups[rows], self.read[rows], self.protocol)


def told_of(row: LevelLabel) -> FloatArray | None:
    """(12,) descriptors of the complex of a row."""
    elements, positions = row.elements.split(), row.coordinates
    lines = [f"{e} {x:.3f} {y:.3f} {z:.3f}" for e, (x, y, z) in zip(elements, positions, strict=True)]
    text = f"{len(elements)}\n\n" + "\n".join(lines)
    found = predict(text.encode(), "complex.xyz", charge=row.charge)
    if found.levels is None or found.levels.first_gap is None:
        return None
    axial, ring = (row.donors[0], row.donors[1]), row.donors[2:]
    try:
        return descriptors(elements, positions, row.charge, axial, ring, found.levels.first_gap)
    except DomainError:
        return None


def answers(learned: BuiltGaps, asked: BuiltGaps) -> FloatArray:
    """(m,) what a line through some gaps says of others [cm⁻¹]."""
    own = learned.columns(learned)
    slope, offset = ridge(own, learned.values, strength_of(own, learned.values))
    return asked.columns(learned) @ slope + offset


def left_out(gaps: BuiltGaps) -> tuple[FloatArray, FloatArray]:
    """(n,) what the line says of each gap, and the mean of its donor class, learned from all other scaffolds."""
    line, usual = np.empty(len(gaps.values)), np.empty(len(gaps.values))
    numbers = np.unique(gaps.classes, return_inverse=True)[1]
    for group in np.unique(gaps.groups):
        own = gaps.groups == group
        line[own] = answers(gaps.part(~own), gaps.part(own))
        usual[own] = class_means(gaps.values[~own], numbers[~own], numbers[own])
    return line, usual


def fitted(gaps: BuiltGaps) -> BuiltGapLine:
    """The line through all gaps, with what it is worth."""
    own = gaps.columns(gaps)
    slope, offset = ridge(own, gaps.values, strength_of(own, gaps.values))
    raw = gaps.raw(gaps)
    slope = slope / np.maximum(raw.std(axis=0), SMALLEST_SPREAD)
    names, counts = np.unique(gaps.classes, return_counts=True)
    off = [np.abs(said - gaps.values) for said in (*left_out(gaps), gaps.read[:, 0])]
    worth = Worth(
        labels=len(gaps.values),
        scaffolds=len(np.unique(gaps.groups)),
        error=round(float(off[0].mean()), 2),
        class_mean_error=round(float(off[1].mean()), 2),
        electrostatic_error=round(float(off[2].mean()), 2),
        within=round(float(np.quantile(off[0], SHARE)), 2),
        highest=float(gaps.values.max()),
        protocol=gaps.protocol,
    )
    return BuiltGapLine(
        worth,
        dict(zip(names.tolist(), counts.tolist(), strict=True)),
        slope[: len(names)],
        slope[len(names) :],
        float(offset - raw.mean(axis=0) @ slope),
        gaps.read.mean(axis=0),
        gaps.read.std(axis=0),
    )


def card(line: BuiltGapLine) -> str:
    """What a user of the line has to know."""
    worth = line.worth
    return "\n".join(
        [
            "# built-gap",
            "",
            "First Kramers gap of a built [Dy(H2O)5L2], as the engine would say: a penalised line through the donor",
            f"class and {len(NAMES)} descriptors of the complex (GFN2-xTB charges and bond orders, bonds, the",
            "electrostatic model's gap). Apache-2.0. Made by `python -m training.ligands.built_gap`. Its form is ours.",
            "",
            f"- {worth.labels} gaps of the protocol `{worth.protocol}`, {worth.scaffolds} scaffolds; none of a",
            "  scaffold put aside as test. Computed, not measured.",
            f"- Mean absolute error, leaving one scaffold out: {worth.error:.1f} cm⁻¹; the mean of the donor class",
            f"  {worth.class_mean_error:.1f}, the electrostatic model, not fitted to these gaps,",
            f"  {worth.electrostatic_error:.1f}.",
            f"- Nine of ten such errors are below {worth.within:.0f} cm⁻¹: the interval that is shown.",
            "- Says nothing of other ions or equators, of two different ligands, of donor classes with fewer than",
            "  three gaps, or where a descriptor lies far from those of the labels.",
            "- On the scaffolds put aside, beside other models: `python -m benchmarks.validation.built_gap`.",
            "",
        ]
    )


def known_gaps(half: str) -> BuiltGaps:
    """Gaps of the label factory: ``train``, or ``test``, which is for judging alone."""
    return BuiltGaps.of(row for row in labels(GAPS) if row.status == CONVERGED and row.half == half)


def main() -> None:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of models_weights")
    options = parser.parse_args()
    line = fitted(known_gaps("train"))
    line.save(options.out / FOLDER)
    (options.out / FOLDER / "README.md").write_text(card(line), encoding="utf-8")
    write_manifest(options.out)
    print(line.worth)


if __name__ == "__main__":
    main()
