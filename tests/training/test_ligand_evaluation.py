"""Figures of the generator: what counts as valid, unique and novel, and distances that are zero only for the same."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.design.generator import Decoded
from training.ligands.curves import on_bits
from training.ligands.evaluation import DESCRIPTORS, described, distances, frechet, samples, similarity


def written(smiles: str, reason: str | None = None) -> Decoded:
    return Decoded(smiles, 0, DonorClass.ALKOXIDE, -1, 3, 0.5, reason)


def test_shares_are_of_draws_then_of_ligands_then_of_different_ones() -> None:
    drawn = [written("[O-]C"), written("[O-]C"), written("[O-]CC"), written("[O-]CCC"), written("NCCN", "chelating")]
    record = samples(drawn, {"[O-]CC"})
    assert (record["valid"], record["unique"], record["novel"]) == (0.8, 0.75, 0.6667)
    assert record["refused"] == {"chelating": 1}


def test_distances_vanish_for_the_same_and_grow_with_the_shift() -> None:
    real = described(["CCO", "CP(C)(C)=O", "c1ccncc1", "CN(C)C=O", "[O-]C(C)(C)C", "O=P(c1ccccc1)(C)C"] * 3)
    assert all(value == pytest.approx(0.0, abs=1e-3) for value in distances(real, real).values())
    shifted = real.copy()
    shifted[:, 0] += real[:, 0].std()
    apart = distances(shifted, real)
    assert apart["heavy_atoms"] == pytest.approx(1.0)
    assert apart["frechet"] == pytest.approx(1.0, abs=1e-3)
    assert set(apart) == {*DESCRIPTORS, "frechet"}


def test_the_frechet_distance_of_scaled_normals_is_that_of_the_formula() -> None:
    random = np.random.default_rng(0)
    a = random.standard_normal((4000, 2))
    assert frechet(3.0 * a, a) == pytest.approx(2 * (3 - 1) ** 2, rel=0.05)


def test_a_molecule_is_like_itself_and_less_like_others() -> None:
    assert similarity("CCO", "OCC") == 1.0
    assert similarity("CCO", "c1ccncc1") < 0.2


def test_baselines_learn_what_stands_in_the_bits() -> None:
    random = np.random.default_rng(0)
    bits = random.integers(0, 2, (200, 8)).astype(np.float32)
    true = np.stack([3.0 * bits[:, 0] + 1.0, -bits[:, 1]], axis=1)
    for name, said in on_bits(bits[:150], true[:150], bits[150:], trees=20, seed=0).items():
        assert said.shape == (50, 2), name
        lazy = np.abs(true[:150].mean(axis=0) - true[150:]).mean()
        assert np.abs(said - true[150:]).mean() < 0.6 * lazy, name
