"""The generator: arrays in, ligands out, and clear refusals; then the shipped model itself."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from core.design.generator import EMPTY, Frame, LigandGenerator, generator, model_folder
from core.design.heads import Classes, Regressions, judged
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.errors import InputError, UnreadableFile
from core.weights import CONFIG, WEIGHTS, save_weights, write_manifest

TOKENS = ("[C]", "[O-1]", "[O]", "[=O]", "[N]", "[Branch1]", "[=C]", "[P]", "[=P]", "[Ring1]")
NETWORK = VaeConfig(len(TOKENS) + 1, 14, size=5, encoder=8, decoder=9, classes=("alkoxide", "carbonyl"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generator that has learned nothing but writes something."""
    torch.manual_seed(3)
    network, regressions = LigandVae(NETWORK), Regressions(5, 2, 1, 2, 4)
    torch.nn.init.normal_(network.decoder.out.weight)
    torch.nn.init.normal_(regressions.line)
    torch.nn.init.normal_(regressions.out)
    frame = Frame.of(torch.randn(50, 5) @ torch.randn(5, 5) + 1.0)
    tensors = {f"network.{k}": v for k, v in network.state_dict().items()}
    tensors |= {f"regressions.{k}": v for k, v in regressions.state_dict().items()}
    tensors |= {f"classes.{k}": v for k, v in Classes(5, 2).state_dict().items()}
    tensors |= {f"frame.{name}": getattr(frame, name) for name in ("centre", "whiten", "colour")}
    config = {
        "network": asdict(NETWORK),
        "tokens": TOKENS,
        "regressions": {"heads": 1, "members": 2, "units": 4},
        "heads": [asdict(judged("sa", 5000, 0.2, 0.5))],
    }
    place = tmp_path_factory.mktemp("weights") / "model"
    save_weights(place, tensors, config)
    return place


@pytest.fixture(scope="module")
def small(folder: Path) -> LigandGenerator:
    return LigandGenerator.load(folder)


def draws(count: int, size: int = 5) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((count, size)).astype(np.float32)


def test_the_frame_makes_training_ligands_normal_and_goes_back() -> None:
    means = torch.randn(400, 5) @ torch.randn(5, 5) + 3.0
    frame = Frame.of(means)
    shown = frame.shown(means)
    torch.testing.assert_close(shown.mean(dim=0), torch.zeros(5), atol=1e-3, rtol=0.0)
    torch.testing.assert_close(torch.cov(shown.t()), torch.eye(5), atol=1e-2, rtol=0.0)
    torch.testing.assert_close(frame.meant(shown), means, atol=1e-3, rtol=1e-3)


def test_what_is_decoded_is_a_ligand_in_scope_or_says_why_not(small: LigandGenerator) -> None:
    found = small.decode(4 * draws(120), beams=())
    assert {one.reason is None for one in found} == {True, False}
    for one in found:
        if one.reason is None:
            assert one.ligand == scoped(one.smiles or "", one.donor)
        else:
            assert one.ligand is None
        assert 0 < one.confidence <= 1


def test_more_beams_find_more_ligands_and_change_none_that_was_one(small: LigandGenerator) -> None:
    latents = 4 * draws(120)
    first, searched = small.decode(latents, beams=()), small.decode(latents, beams=(8,))
    assert all(a == b for a, b in zip(first, searched, strict=True) if a.reason is None)
    assert sum(one.reason is None for one in searched) > sum(one.reason is None for one in first)


def test_nothing_written_is_called_empty(small: LigandGenerator) -> None:
    torch.manual_seed(0)
    mute = LigandVae(NETWORK)
    with torch.no_grad():
        mute.decoder.out.bias[0] = 1e4
    silent = LigandGenerator(mute, small.vocabulary, small.frame, Regressions(5, 2, 0, 1, 1), Classes(5, 2), ())
    assert [one.reason for one in silent.decode(draws(2), beams=())] == [EMPTY, EMPTY]
    assert silent.decode(draws(1), beams=())[0].smiles is None


def test_properties_have_a_mean_and_an_uncertainty_for_each_latent(small: LigandGenerator) -> None:
    said = small.properties(draws(7))
    assert set(said) == {"sa"} == {head.name for head in small.heads}
    assert said["sa"].mean.shape == said["sa"].sd.shape == (7,)
    assert (said["sa"].sd > 0).all()


def test_the_gradient_is_the_slope_of_the_property(small: LigandGenerator) -> None:
    at = draws(4)
    slope = small.gradient(at, "sa")
    step = 1e-2 * draws(1)
    rise = small.properties(at + step)["sa"].mean - small.properties(at - step)["sa"].mean
    np.testing.assert_allclose((2 * slope * step).sum(axis=1), rise, atol=1e-4)
    assert np.abs(slope).max() > 1e-3


def test_a_head_that_does_not_exist_and_latents_of_another_size_are_refused(small: LigandGenerator) -> None:
    with pytest.raises(InputError, match="Choose one of: sa"):
        small.gradient(draws(1), "colour")
    for wrong in (draws(2, 4), draws(1)[0], np.full((1, 5), np.nan, np.float32)):
        with pytest.raises(InputError, match="5 finite numbers"):
            small.decode(wrong)


def test_an_empty_batch_is_answered_with_nothing(small: LigandGenerator) -> None:
    none = small.encode([])
    assert none.shape == (0, 5)
    assert small.decode(none) == []


def test_a_ligand_with_an_unknown_symbol_is_out_of_scope(small: LigandGenerator) -> None:
    with pytest.raises(OutOfScope):
        small.encode([scoped("CS(C)=O")])


@pytest.mark.parametrize("harm", ["missing", "cut", "other", "exchanged"])
def test_damaged_weights_give_one_sentence(folder: Path, tmp_path: Path, harm: str) -> None:
    place = tmp_path / "model"
    place.mkdir()
    for name in (WEIGHTS, CONFIG):
        (place / name).write_bytes((folder / name).read_bytes())
    write_manifest(tmp_path)
    if harm == "missing":
        (place / WEIGHTS).unlink()
    elif harm == "cut":
        (place / WEIGHTS).write_bytes((place / WEIGHTS).read_bytes()[:500])
    else:
        config = json.loads((place / CONFIG).read_text(encoding="utf-8"))
        (place / CONFIG).write_text(json.dumps(config | {"network": {"tokens": 3}}), encoding="utf-8")
        if harm == "other":
            write_manifest(tmp_path)
    with pytest.raises(UnreadableFile) as error:
        LigandGenerator.load(place)
    assert "models_weights" in error.value.sentence


KNOWN = (
    "CP(C)(C)=O",
    "O=P(c1ccccc1)(c1ccccc1)c1ccccc1",
    "CN(C)P(=O)(N(C)C)N(C)C",
    "[O-]C(C)(C)C",
    "[O-]c1ccccc1",
    "[O-][Si](C)(C)C",
    "c1ccncc1",
    "CN(C)C=O",
    "CS(C)=O",
    "C1CCOC1",
    "CC#N",
    "CC(=O)[O-]",
)


@pytest.fixture(scope="module")
def shipped() -> LigandGenerator:
    return generator()


def test_the_shipped_model_knows_the_ligands_of_everyday_chemistry(shipped: LigandGenerator) -> None:
    ligands: list[ScopedLigand] = [scoped(smiles) for smiles in KNOWN]
    back = [one.ligand for one in shipped.decode(shipped.encode(ligands))]
    missed = [a.smiles for a, b in zip(ligands, back, strict=True) if a != b]
    assert len(missed) <= 2, missed


def test_the_shipped_model_writes_ligands_for_draws_of_its_prior(shipped: LigandGenerator) -> None:
    found = shipped.decode(draws(64, shipped.size))
    assert sum(one.reason is None for one in found) >= 54
    assert len({one.smiles for one in found}) >= 62


def test_the_shipped_heads_say_what_they_are_worth(shipped: LigandGenerator) -> None:
    heads = {head.name: head for head in shipped.heads}
    assert {"sa", "heavy_atoms", "donor_charge_e", "first_gap_cm1"} <= set(heads)
    gap = heads["first_gap_cm1"]
    assert gap.reliable == (gap.labels >= 200 and gap.error < gap.baseline_error)
    size = shipped.properties(shipped.encode([scoped(KNOWN[0]), scoped(KNOWN[1])]))["heavy_atoms"].mean
    np.testing.assert_allclose(size, [5, 20], atol=2.5)
    assert len(shipped.donor_classes) == shipped.donor_class(draws(1, shipped.size))[0].shape[1]


def test_thirty_two_latents_are_decoded_in_a_tenth_of_a_second(shipped: LigandGenerator) -> None:
    torch.set_num_threads(1)
    start = shipped.encode([scoped(smiles) for smiles in KNOWN[:8] * 4])
    near = start + 0.3 * draws(32, shipped.size)
    shipped.decode(near)
    times = []
    for _ in range(5):
        began = time.process_time()
        shipped.decode(near)
        times.append(time.process_time() - began)
    assert min(times) < 0.2  # 0.1 s on a quiet machine; caches are shared on a busy one


def test_the_vocabulary_of_the_shipped_model_is_in_its_configuration(shipped: LigandGenerator) -> None:
    config = json.loads((model_folder() / CONFIG).read_text(encoding="utf-8"))
    assert shipped.vocabulary == Vocabulary(tuple(config["tokens"]), config["network"]["longest"])
    assert len(config["tokens"]) < 256
