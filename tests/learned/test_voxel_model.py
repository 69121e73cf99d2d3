"""The voxel model: the same answer however the structure is turned, alone or in company; weights that do not fit."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from core.errors import UnreadableFile
from core.fields.donor_charges import ion_factor
from core.learned.field_levels import outlook
from core.learned.network import NetworkConfig, VoxelNetwork
from core.learned.voxel_model import VoxelModel, predict_field, view_cells, view_fields
from core.learned.voxels import Grid, gather
from core.weights import save_weights
from tests.fields.environments import aquo_hydroxide

CONFIG = NetworkConfig(grid=Grid(points=16), width=16, blocks=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a network that has learned nothing but can say something."""
    torch.manual_seed(1)
    network = VoxelNetwork(CONFIG)
    torch.nn.init.constant_(network.trunk.blocks[0].share, 0.5)
    place = tmp_path_factory.mktemp("weights") / "model"
    save_weights(place, network.state_dict(), {"network": asdict(CONFIG)})
    return place


def test_the_field_does_not_turn_with_the_structure(folder: Path) -> None:
    environment = aquo_hydroxide()
    turns = Rotation.random(6, random_state=1).as_matrix()
    moments = VoxelModel.load(folder).predict_field([environment.turned(turn) for turn in turns]).moments
    said = outlook(["Dy"] * 6, moments, np.full((6, 3), 0.2))
    assert said.p_smm.std() < 0.01
    assert said.log_gap.std() < 0.01
    strength = np.linalg.norm(moments[:, :5], axis=1)
    assert strength.std() < 0.01 * strength.mean()


def test_the_field_does_not_depend_on_company_or_order(folder: Path) -> None:
    model = VoxelModel.load(folder)
    crowd = [aquo_hydroxide(ion, seed) for seed, ion in enumerate(("Dy", "Tb", "Er", "Gd"))]
    together, backwards = model.predict_field(crowd).moments, model.predict_field(crowd[::-1]).moments
    np.testing.assert_allclose(together, backwards[::-1], atol=0.02)
    np.testing.assert_allclose(model.predict_field(crowd[1:2]).moments[0], together[1], atol=0.02)


def test_one_picture_is_another_field_to_another_ion(folder: Path) -> None:
    moments = VoxelModel.load(folder).predict_field([aquo_hydroxide("Dy"), aquo_hydroxide("Ce")]).moments
    np.testing.assert_allclose(moments[1], ion_factor("Ce") * moments[0], rtol=1e-6, atol=1e-7)  # single precision


def test_views_turned_back_agree_where_the_network_is_its_harmonics() -> None:
    network = VoxelNetwork(CONFIG)
    for part in (network.trunk.charges, network.trunk.ranks):
        torch.nn.init.zeros_(part.weight)
        torch.nn.init.zeros_(part.bias)
    with torch.no_grad():
        fields, _ = view_fields(network, view_cells(gather([aquo_hydroxide()], CONFIG.grid), CONFIG.grid))
    assert fields.shape == (1, 24, 27)
    torch.testing.assert_close(fields, fields[:, :1].expand(1, 24, 27), atol=0.02 * float(fields[0, 0].norm()), rtol=0)


def test_the_scatter_tells_how_far_views_disagree() -> None:
    torch.manual_seed(1)
    network = VoxelNetwork(CONFIG)
    atoms = gather([aquo_hydroxide()], CONFIG.grid)
    scatter = []
    for width in (0.0, 2.0):
        torch.nn.init.normal_(network.trunk.charges.weight, std=width)
        scatter.append(float(predict_field(network, atoms).scatter[0]))
    assert 0.0 < 3 * scatter[0] < scatter[1]


def test_many_structures_are_seen_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    network = VoxelNetwork(CONFIG)
    atoms = gather([aquo_hydroxide(seed=n) for n in range(5)], CONFIG.grid)
    whole = predict_field(network, atoms, turns=2).moments
    monkeypatch.setattr("core.learned.voxel_model.BATCH", 2)
    np.testing.assert_allclose(predict_field(network, atoms, turns=2).moments, whole, rtol=0.02, atol=0.02)


def test_two_networks_answer_with_the_mean_of_their_fields(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(7)
    save_weights(tmp_path / "other", VoxelNetwork(CONFIG).state_dict(), {"network": asdict(CONFIG)})
    one, other, both = (
        VoxelModel.load(*folders).predict_field([aquo_hydroxide()]).moments
        for folders in ((folder,), (tmp_path / "other",), (folder, tmp_path / "other"))
    )
    np.testing.assert_allclose(both, (one + other) / 2, atol=0.02)


@pytest.mark.parametrize("change", [{"width": 24}, {"depth": 3}, {"grid": None}])
def test_weights_that_do_not_fit_their_configuration_are_refused(
    folder: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    record = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights.safetensors").write_bytes((folder / "weights.safetensors").read_bytes())
    record["network"] |= change
    (tmp_path / "model" / "config.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UnreadableFile, match="do not fit"):
        VoxelModel.load(tmp_path / "model")


def test_no_structures_no_answers(folder: Path) -> None:
    assert len(VoxelModel.load(folder).predict_field([]).moments) == 0
