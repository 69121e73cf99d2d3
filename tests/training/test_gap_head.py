"""The head of the first gap, fitted to made gaps of real ligands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.design.generator import LigandGenerator, generator, model_folder
from training.ligands.gap_head import Gaps, answers, fitted
from training.ligands.labels import GAP

LIGANDS = (
    ["C" * n + "[O-]" for n in range(1, 7)]
    + ["C" * n + "C(=O)[O-]" for n in range(1, 7)]
    + ["C" * n + "C#N" for n in range(1, 7)]
    + ["C" * n + "P(C)(C)=O" for n in range(1, 7)]
)


@pytest.fixture(scope="module")
def made() -> Gaps:
    """Gaps that follow from the donor and its charge as the network says it, so that a line can learn them."""
    model = LigandGenerator.load(model_folder())
    sites = {(smiles, _donor(smiles)): 1.0 for smiles in LIGANDS}
    gaps = Gaps.read(model, sites)
    charge = gaps.said[:, gaps.through.index("donor_charge_e")]
    values = 500.0 * gaps.kinds[:, gaps.classes[0]] - 400.0 * charge
    return replace(gaps, values=values)


def _donor(smiles: str) -> int:
    symbols = [letter for letter in smiles if letter in "CNOP"]
    return len(symbols) - 1


def test_a_line_learns_gaps_that_follow_from_class_and_charge(made: Gaps) -> None:
    line, usual = made.left_out()
    off, usual_off = np.abs(line - made.values).mean(), np.abs(usual - made.values).mean()
    assert off < 0.8 * usual_off and len(set(made.groups)) > 10


def test_its_own_gap_does_not_help_a_ligand(made: Gaps) -> None:
    shifted = made.values.copy()
    shifted[0] += 500.0
    before, after = made.left_out()[0], replace(made, values=shifted).left_out()[0]
    assert abs(after[0] - before[0]) < 1e-6 < abs(after[7] - before[7])


def test_the_generator_says_what_the_line_was_fitted_to_say(made: Gaps) -> None:
    line = fitted(made, "a network", "a protocol")
    model = LigandGenerator.load(model_folder()).with_line(line)
    said = model.properties(made.latents.astype(np.float32))[GAP].mean
    assert said == pytest.approx(answers(made, made), abs=0.5)
    assert line.head.labels == len(LIGANDS) and not line.head.reliable


def test_the_shipped_generator_has_the_shipped_head_last() -> None:
    assert [head.name for head in generator().heads].count(GAP) == 1
    assert generator().heads[-1].name == GAP
