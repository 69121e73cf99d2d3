"""Which atoms drive the gap: what counts, what does not, and that a network of random weights knows nothing of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.fields.environment import Environment
from core.learned.verdict import models
from core.learned.voxel_model import VoxelModel
from core.workflows.explanation import atom_influence, influence
from core.workflows.predict import predict
from tests.learned.test_verdict import environment_of
from tests.workflows.test_predict import EXAMPLES


@pytest.fixture(scope="module")
def around() -> Environment:
    return environment_of("dy-otbu2-py5-bph4")


def randomised(model: VoxelModel) -> VoxelModel:
    """The same network with weights drawn anew, each tensor with the spread that it had."""
    from core.learned.network import VoxelNetwork

    torch.manual_seed(5)
    network = VoxelNetwork(model.networks[0].config)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=float(parameter.detach().std()) if parameter.numel() > 1 else 0.1)
    return VoxelModel([network.eval()], model.record)


def test_the_axial_alkoxides_raise_the_gap_more_than_anything_else(around: Environment) -> None:
    change = atom_influence(models().voxel, around)
    donors = around.donors[np.array([str(c) == "alkoxide" for c in around.classes])]
    assert len(donors) == 2
    assert (change[donors] > 0.1).all()
    assert set(np.argsort(-change)[:2].tolist()) == set(donors.tolist())


def test_atoms_out_of_the_picture_have_no_influence(around: Environment) -> None:
    grid = models().voxel.networks[0].config.grid
    far = np.linalg.norm(around.positions, axis=1) > grid.reach
    change = atom_influence(models().voxel, around, views=1)
    assert far.any() and not change[far].any()


def test_random_weights_destroy_the_explanation(around: Environment) -> None:
    """The sanity check of J. Adebayo et al., NeurIPS 2018, arXiv:1810.03292."""
    trained, drawn = (atom_influence(model, around, views=2) for model in (models().voxel, randomised(models().voxel)))
    near = trained != 0.0
    assert abs(np.corrcoef(trained[near], drawn[near])[0, 1]) < 0.5


def test_every_atom_of_a_prediction_has_its_number_and_the_ion_has_none() -> None:
    prediction = predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "x")
    change = influence(prediction)
    assert change is not None and prediction.molecule is not None
    assert len(change) == len(prediction.molecule.elements)
    assert change[prediction.molecule.metal] == 0.0
