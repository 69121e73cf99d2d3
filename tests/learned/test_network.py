"""The voxel network: moments and their rotations, what it sees before it has learned, bfloat16 against float32."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from core.fields.electrostatic import point_charges
from core.learned import network as network_module
from core.learned.network import (
    UNIT_DISTANCE,
    NetworkConfig,
    VoxelNetwork,
    charge_moments,
    moment_rotations,
    normalised_functions,
)
from core.learned.voxels import Atoms, Grid, cube_rotations, gather, turned_grid, voxels
from core.magnetism.stevens import KQ, RANKS
from tests.fields.environments import aquo_hydroxide, strengths

GRID = Grid(points=16)
SLICES = {k: [n for n, (rank, _) in enumerate(KQ) if rank == k] for k in RANKS}


def small(**options: int) -> VoxelNetwork:
    torch.manual_seed(0)
    return VoxelNetwork(NetworkConfig(grid=GRID, width=16, **{"blocks": 1, **options})).eval()


def random_charges(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    directions = random.normal(size=(6, 3))
    positions = 2.3 * directions / np.linalg.norm(directions, axis=1)[:, None]
    return positions, -random.uniform(0.5, 2.0, size=(6, 1)) * np.ones(3)


def test_the_functions_obey_the_addition_theorem() -> None:
    u, v = np.random.default_rng(1).normal(size=(2, 5, 3))
    u, v = (x / np.linalg.norm(x, axis=1)[:, None] for x in (u, v))
    products = normalised_functions(u) * normalised_functions(v)
    for k, columns in SLICES.items():
        legendre = np.polynomial.legendre.Legendre.basis(k)((u * v).sum(axis=1))
        np.testing.assert_allclose(products[:, columns].sum(axis=1), legendre, atol=1e-12)


def test_moments_have_the_strengths_of_the_electrostatic_model() -> None:
    environment = aquo_hydroxide()
    moments = charge_moments(*point_charges(environment))
    found = [np.linalg.norm(moments[SLICES[k]]) / UNIT_DISTANCE ** (k + 1) for k in RANKS]
    np.testing.assert_allclose(found, strengths(environment), rtol=1e-9)


@pytest.mark.parametrize("mirrored", [False, True])
def test_moments_of_turned_charges_are_turned_moments(mirrored: bool) -> None:
    rotations = Rotation.random(4, random_state=2).as_matrix() * (-1 if mirrored else 1)
    matrices = moment_rotations(torch.tensor(rotations)).numpy()
    positions, charges = random_charges(3)
    moments = charge_moments(positions, charges)
    for rotation, matrix in zip(rotations, matrices, strict=True):
        np.testing.assert_allclose(matrix @ moments, charge_moments(positions @ rotation.T, charges), atol=1e-10)
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(27), atol=1e-10)


def test_before_it_learns_the_network_sees_equal_charges_on_equal_densities() -> None:
    network = small()
    for part in (network.trunk.charges, network.trunk.ranks):
        torch.nn.init.zeros_(part.weight)
        torch.nn.init.zeros_(part.bias)
    positions, charges = random_charges(4)
    weights = torch.zeros(1, 6, 6)
    weights[0, :, 0] = torch.tensor(-charges[:, 0])
    atoms = Atoms(torch.tensor(positions[None], dtype=torch.float32), weights)
    with torch.no_grad():
        seen = network(voxels(atoms, GRID)).moments[0].numpy()
    true = charge_moments(positions, charges)
    for k, least in ((2, 0.999), (4, 0.995), (6, 0.95)):
        a, b = seen[SLICES[k]], true[SLICES[k]]
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > least


def test_bfloat16_and_float32_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network = small()
    densities = voxels(gather([aquo_hydroxide(seed=n) for n in range(3)], GRID), GRID)
    answers = []
    for quick in (True, False):
        monkeypatch.setattr(network_module, "fast", lambda device, quick=quick: quick)
        with torch.no_grad():
            answers.append(network(densities).moments)
    size = answers[1].norm(dim=1)
    assert ((answers[0] - answers[1]).norm(dim=1) / size < 0.02).all()
    assert not torch.equal(answers[0], answers[1])


def test_a_row_of_a_batch_does_not_depend_on_the_others() -> None:
    network = small()
    densities = voxels(gather([aquo_hydroxide(seed=n) for n in range(3)], GRID), GRID)
    with torch.no_grad():
        together, alone = network(densities).moments[1], network(densities[1:2]).moments[0]
    torch.testing.assert_close(together, alone, rtol=1e-2, atol=1e-2)


def test_a_turned_picture_is_seen_as_a_turned_field() -> None:
    """A head that pooled over the grid would see the same in every view."""
    network = small()
    grid = voxels(gather([aquo_hydroxide()], GRID), GRID)
    rotation = next(r for r in cube_rotations() if np.trace(r) == 0)  # exchanges all three axes
    with torch.no_grad():
        still, turned = (network(g).moments[0] for g in (grid, turned_grid(grid, rotation)))
    expected = moment_rotations(torch.tensor(rotation[None], dtype=torch.float32))[0] @ still
    assert (still - turned).norm() > 0.5 * still.norm()
    assert (expected - turned).norm() < 0.25 * still.norm()  # nothing but the grid's harmonics is equivariant yet


def test_every_weight_learns() -> None:
    network = small()
    torch.nn.init.ones_(network.trunk.blocks[0].share)
    field = network(voxels(gather([aquo_hydroxide()], GRID), GRID))
    (field.moments.square().sum() + field.log_error.sum()).backward()
    still = [name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert still == []


def test_the_error_may_not_bend_the_features() -> None:
    network = small()
    network(voxels(gather([aquo_hydroxide()], GRID), GRID)).log_error.sum().backward()
    assert network.trunk.stem.weight.grad is None
    assert network.error.weight.grad is not None
