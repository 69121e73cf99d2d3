"""The head of the first gap, fitted anew to all gaps that there are: `python -m training.ligands.gap_head`.

A line through the donor class that the network tells and what its heads say of the free ligand, penalised; it is
judged by leaving out one scaffold after the other, beside the mean of the donor class judged alike. Gaps of scaffolds
put aside as test take no part. Writes models_weights/gap-head with its card, the manifest, and what it says of the
ligands of the map; takes a minute, needs nothing but the checkout.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from rdkit import Chem

from core.arrays import FloatArray, IntArray, TextArray
from core.design.atlas import Property
from core.design.atlas_file import FOLDER as MAP
from core.design.atlas_file import digest_of, load_atlas, save_property
from core.design.gap_line import FOLDER, GapLine
from core.design.generator import WEIGHTS, LigandGenerator, model_folder
from core.design.heads import judged
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.weights import WEIGHTS as WEIGHT_FILE
from core.weights import write_manifest
from training.ligands.labels import GAP, Site, gaps_to_learn_from
from training.ligands.reading import group_of
from training.ligands.regression import class_means, ridge, strength_of

BATCH: Final = 512


@dataclass(frozen=True, eq=False)
class Gaps:
    """First gaps with what the network says of their ligands.

    Attributes:
        ligands: n of them. values: (n,) [cm⁻¹]. classes: (n,) a number for each donor class. groups: (n,) scaffolds.
        latents: (n, Z). kinds: (n, C) probabilities of donor classes. said: (n, P) of the heads `through`.
    """

    ligands: tuple[ScopedLigand, ...]
    values: FloatArray
    classes: IntArray
    groups: TextArray
    latents: FloatArray
    kinds: FloatArray
    said: FloatArray
    through: tuple[str, ...]

    @classmethod
    def read(cls, model: LigandGenerator, gaps: Mapping[Site, float]) -> Gaps:
        """Those of ligands that the model can read."""
        known = dict(_readable(model, gaps))
        ligands = tuple(known)
        latents = model.encode(ligands)
        properties = model.properties(latents)
        through = tuple(name for name in properties if name != GAP)
        order = {kind: k for k, kind in enumerate(model.donor_classes)}
        return cls(
            ligands,
            np.array(list(known.values())),
            np.array([order[one.donor_class] for one in ligands]),
            np.array([group_of(Chem.MolFromSmiles(one.smiles)) for one in ligands]),
            latents.astype(float),
            model.donor_class(latents)[0],
            np.stack([properties[name].mean for name in through], axis=1),
            through,
        )

    def features(self, about: Gaps) -> FloatArray:
        """(n, C + P) what the line reads, with heads in units of their spread in `about`."""
        return np.concatenate([self.kinds, (self.said - about.said.mean(axis=0)) / about.said.std(axis=0)], axis=1)

    def part(self, rows: IntArray) -> Gaps:
        """Some of them."""
        return Gaps(
            tuple(self.ligands[row] for row in rows),
            self.values[rows],
            self.classes[rows],
            self.groups[rows],
            self.latents[rows],
            self.kinds[rows],
            self.said[rows],
            self.through,
        )

    def left_out(self) -> tuple[FloatArray, FloatArray]:
        """(n,) what the line says of each gap, and the mean of its donor class, fitted to the gaps of all other
        scaffolds."""
        line, usual = np.empty(len(self.values)), np.empty(len(self.values))
        for group in np.unique(self.groups):
            own = np.flatnonzero(self.groups == group)
            rest, asked = self.part(np.flatnonzero(self.groups != group)), self.part(own)
            line[own] = answers(rest, asked)
            usual[own] = class_means(rest.values, rest.classes, asked.classes)
        return line, usual


def _readable(model: LigandGenerator, gaps: Mapping[Site, float]) -> Iterable[tuple[ScopedLigand, float]]:
    for (smiles, donor), value in gaps.items():
        try:
            ligand = scoped(smiles, donor)
            model.vocabulary.rows([ligand])
        except OutOfScope:
            continue
        yield ligand, value


def answers(learned: Gaps, asked: Gaps) -> FloatArray:
    """(m,) what a line through some gaps says of others [cm⁻¹]."""
    features = learned.features(learned)
    slope, offset = ridge(features, learned.values, strength_of(features, learned.values))
    return asked.features(learned) @ slope + offset


def fitted(gaps: Gaps, network: str, protocol: str) -> GapLine:
    """The line through all gaps, with what it is worth."""
    features = gaps.features(gaps)
    slope, offset = ridge(features, gaps.values, strength_of(features, gaps.values))
    line, usual = gaps.left_out()
    off = line - gaps.values
    kinds = gaps.kinds.shape[1]
    slopes = slope[kinds:] / gaps.said.std(axis=0)
    error, baseline = (float(np.abs(said - gaps.values).mean()) for said in (line, usual))
    return GapLine(
        judged(GAP, len(gaps.values), error, baseline),
        gaps.through,
        torch.from_numpy(slope[:kinds]).float(),
        torch.from_numpy(slopes).float(),
        float(offset - gaps.said.mean(axis=0) @ slopes),
        float(np.sqrt(np.square(off).mean())),
        network,
        protocol,
    )


def card(line: GapLine, scaffolds: int) -> str:
    """What a user of the head has to know."""
    head = line.head
    return "\n".join(
        [
            "# gap-head",
            "",
            "First Kramers gap of [Dy(H2O)5L2] from a point of the latent space: a line through the donor class and",
            f"{', '.join(line.through)}, as the heads of the network say them. Apache-2.0.",
            "Made by `python -m training.ligands.gap_head`.",
            "",
            f"- {head.labels} gaps of the protocol `{line.protocol}`, {scaffolds} scaffolds; none of a scaffold put",
            "  aside as test. Computed, not measured.",
            f"- Mean absolute error, leaving one scaffold out: {head.error:.1f} cm⁻¹; the mean of the donor class",
            f"  {head.baseline_error:.1f} cm⁻¹.",
            f"- Verdict: {head.doubt or 'reliable by its rule'}.",
            "- Proxies, not physics; that it ranks ligands of one donor class is not shown.",
            "- On the scaffolds put aside, beside other models: `python -m benchmarks.validation.gap_head`.",
            "  Forms of the head were compared there too before this one was taken (by leaving scaffolds",
            "  out), so they are not blind for its form.",
            "",
        ]
    )


def main() -> None:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of models_weights")
    parser.add_argument("--map", type=Path, default=MAP, help="folder of the map")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, known = LigandGenerator.load(model_folder()), gaps_to_learn_from()
    gaps = Gaps.read(model, known.values)
    line = fitted(gaps, digest_of(model_folder() / WEIGHT_FILE), known.key)
    folder = options.out / FOLDER
    line.save(folder, {"scaffolds": len(np.unique(gaps.groups))})
    (folder / "README.md").write_text(card(line, len(np.unique(gaps.groups))), encoding="utf-8")
    write_manifest(options.out)
    atlas, grown = load_atlas(options.map), model.with_line(line)
    parts = np.array_split(atlas.latents, len(atlas.latents) // BATCH + 1)
    values = np.concatenate([grown.properties(part)[GAP].mean for part in parts]).astype(np.float32)
    head = line.head
    save_property(atlas, Property(head.name, head.label, head.unit, head.doubt or ""), values, options.map)
    print(f"{head.labels} gaps: error {head.error:.1f} cm⁻¹, mean of the donor class {head.baseline_error:.1f} cm⁻¹")


if __name__ == "__main__":
    main()
