"""Pictures of environments: what an atom leaves on the grid, rotations of the cube, the frame of the first sphere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from core.errors import DomainError
from core.learned.voxels import (
    CHANNELS,
    Atoms,
    Grid,
    cube_rotations,
    first_sphere_frame,
    gather,
    turned_grid,
    views,
    voxels,
)
from tests.fields.environments import aquo_hydroxide

GRID = Grid(points=12)


def one_atom(place: tuple[float, float, float]) -> Atoms:
    weights = torch.zeros(1, 1, 6)
    weights[0, 0, 0] = 1.0
    return Atoms(torch.tensor([[place]]), weights)


def test_an_atom_lies_where_it_is_and_in_its_channel_only() -> None:
    picture = voxels(one_atom((1.1, -0.7, 0.3)), GRID)[0].double()
    middles = (torch.arange(12) - 5.5) * GRID.spacing
    density = picture[0] / picture[0].sum()
    centre = [(density.sum(dim=[a for a in range(3) if a != axis]) * middles).sum().item() for axis in range(3)]
    np.testing.assert_allclose(centre, (1.1, -0.7, 0.3), atol=1e-3)
    assert picture[1:].abs().max() == 0.0


def test_no_voxel_jumps_when_an_atom_crosses_its_border() -> None:
    steps = torch.stack([voxels(one_atom((0.9 + 0.01 * n, 0.0, 0.0)), GRID)[0] for n in range(30)])
    largest = (steps[1:] - steps[:-1]).abs().max()
    assert 0.0 < largest < 0.02  # a peak is 1


def test_the_content_does_not_depend_on_where_between_voxels_an_atom_lies() -> None:
    total = [voxels(one_atom((x, 0.1, -0.2)), GRID).sum().item() for x in np.linspace(0, 0.5, 7)]
    np.testing.assert_allclose(total, total[0], rtol=1e-5)
    assert total[0] == pytest.approx((2 * np.pi) ** 1.5 * (GRID.width / GRID.spacing) ** 3, rel=1e-5)


def test_a_batch_gives_what_each_gives_alone() -> None:
    few, many = replace(aquo_hydroxide(), elements=("N",) * 19), aquo_hydroxide(seed=1)
    together = voxels(gather([few, many], GRID), GRID)
    for row, one in enumerate((few, many)):
        torch.testing.assert_close(together[row], voxels(gather([one], GRID), GRID)[0])


def test_the_views_of_a_grid_are_the_pictures_of_the_turned_atoms() -> None:
    atoms = gather([aquo_hydroxide()], GRID)
    seen = views(voxels(atoms, GRID))
    assert len(seen) == 24
    for view, rotation in zip(seen, cube_rotations(), strict=True):
        turned = atoms.turned(torch.tensor(rotation[None], dtype=torch.float32))
        torch.testing.assert_close(view, voxels(turned, GRID), atol=1e-6, rtol=0)


def test_turning_a_grid_is_exact_and_no_two_views_are_equal() -> None:
    grid = voxels(gather([aquo_hydroxide()], GRID), GRID)
    rotations = cube_rotations()
    back = turned_grid(turned_grid(grid, rotations[7]), rotations[7].T)
    assert torch.equal(back, grid)
    flat = views(grid).flatten(1)
    assert (torch.cdist(flat, flat) + torch.eye(24) > 0.1).all()


def test_the_rotations_are_the_24_of_the_cube() -> None:
    rotations = cube_rotations()
    assert rotations.shape == (24, 3, 3)
    np.testing.assert_array_equal(rotations[0], np.eye(3))
    np.testing.assert_allclose(np.linalg.det(rotations), 1.0)
    assert len({tuple(matrix.flatten()) for matrix in rotations}) == 24


def test_in_the_frame_of_the_first_sphere_a_turned_structure_gives_one_of_four_pictures() -> None:
    environment = aquo_hydroxide()
    still = gather([environment], GRID).positions.numpy()
    for turn in Rotation.random(5, random_state=3).as_matrix():
        seen = gather([environment.turned(turn)], GRID).positions.numpy()
        signs = np.sign((still * seen).sum(axis=(0, 1)))
        assert np.prod(signs) == 1.0
        np.testing.assert_allclose(seen, still * signs, atol=1e-5)


def test_the_strongest_donors_lie_along_the_last_axis_of_the_frame() -> None:
    environment = aquo_hydroxide()
    axes = first_sphere_frame(environment)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    hydroxides = environment.donor_positions[:2] @ axes.T
    assert (np.abs(hydroxides[:, 2]) > 2.1).all()


def test_channels_are_the_kinds_of_atoms() -> None:
    weights = gather([aquo_hydroxide()], GRID).weights[0].numpy()
    within = np.count_nonzero(weights, axis=0)
    counts = dict(zip(CHANNELS, within.tolist(), strict=True))
    assert counts["O"] == 7
    assert counts["metal"] == 1
    assert counts["N"] == counts["C"] == counts["halogen, S, P"] == 0
    assert 0 < counts["H"] <= 12


def test_colours_are_those_of_the_elements() -> None:
    grid = Grid(mode="rgb", points=12)
    weights = gather([aquo_hydroxide()], grid).weights[0].numpy()
    np.testing.assert_allclose(weights[0], np.array([0x1F, 0xFF, 0xC7]) / 255, rtol=1e-6)  # Dy
    np.testing.assert_allclose(weights[1], np.array([0xFF, 0x0D, 0x0D]) / 255, rtol=1e-6)  # O
    assert voxels(gather([aquo_hydroxide()], grid), grid).shape == (1, 3, 12, 12, 12)


def test_without_hydrogens_only_hydrogen_is_missing() -> None:
    bare = gather([aquo_hydroxide()], replace(GRID, hydrogens=False)).weights[0]
    full = gather([aquo_hydroxide()], GRID).weights[0]
    assert bare[:, 4].abs().max() == 0.0
    torch.testing.assert_close(bare[:, [0, 1, 2, 3, 5]], full[:, [0, 1, 2, 3, 5]])


def test_an_atom_fades_out_before_it_leaves_the_sphere() -> None:
    far = aquo_hydroxide()
    weight = []
    for distance in (2.4, 2.7, 2.99, 3.01):
        positions = far.positions.copy()
        positions[0] = (0.0, 0.0, distance)
        moved = replace(far, positions=positions)
        weight.append(float(gather([moved], GRID, framed=False).weights[0, :, 0].sum()))
    others = weight[3]
    assert weight[0] == pytest.approx(others + 1.0)
    assert others < weight[2] < weight[1] < weight[0]
    assert weight[2] == pytest.approx(others, abs=2e-3)


@pytest.mark.parametrize("wrong", [{"mode": "grey"}, {"points": 13}])
def test_a_grid_that_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DomainError):
        Grid(**wrong)  # type: ignore[arg-type]
