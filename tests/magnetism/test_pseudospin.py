"""g tensors and magnetic frames."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.pseudospin import GTensor, g_tensor, magnetic_frame, oriented
from core.magnetism.stevens import rotate_parameters


def kramers_moments(values: tuple[float, float, float], axes: np.ndarray) -> np.ndarray:
    """(3, 2, 2) moments of a spin ½ with these g values along these axes (rows)."""
    spin = angular_momentum(1)
    along_axes = np.array(values)[:, None, None] * spin
    return np.einsum("ia,ijk->ajk", axes, along_axes)


def test_a_free_spin_one_half_has_g_two() -> None:
    assert g_tensor(2 * angular_momentum(1)).values == pytest.approx((2, 2, 2))


@pytest.mark.parametrize("seed", range(5))
def test_principal_values_and_axes_come_back(seed: int) -> None:
    axes = Rotation.random(random_state=seed).as_matrix()
    tensor = g_tensor(kramers_moments((0.3, 2.0, 17.0), axes))
    assert tensor.values == pytest.approx((0.3, 2.0, 17.0))
    np.testing.assert_allclose(abs(tensor.axes @ axes.T), np.eye(3), atol=1e-12)


def test_the_choice_of_states_within_a_doublet_does_not_matter() -> None:
    moments = kramers_moments((0.3, 2.0, 17.0), Rotation.random(random_state=1).as_matrix())
    rng = np.random.default_rng(2)
    mix = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))[0]
    turned = g_tensor(mix.conj().T @ moments @ mix)
    reference = g_tensor(moments)
    assert turned.values == pytest.approx(reference.values)
    assert turned.main_axis is not None
    np.testing.assert_allclose(turned.main_axis, reference.main_axis, atol=1e-12)


def test_an_isotropic_doublet_has_no_axis_and_no_frame() -> None:
    tensor = g_tensor(6.8 * angular_momentum(1))
    assert tensor.main_axis is None
    assert tensor.unique_axis is None
    assert magnetic_frame(tensor, {(4, 0): 1.0, (4, 4): 5.0}) is None


def test_an_easy_plane_has_a_hard_axis_but_no_easy_axis() -> None:
    tensor = g_tensor(kramers_moments((1.0, 9.0, 9.0), np.eye(3)))
    assert tensor.main_axis is None
    assert tensor.unique_axis is not None
    np.testing.assert_allclose(tensor.unique_axis, [1, 0, 0], atol=1e-12)


def test_the_sign_of_an_axis_makes_its_largest_component_positive() -> None:
    np.testing.assert_array_equal(oriented(np.array([0.6, -0.8, 0.0])), [-0.6, 0.8, 0.0])
    equal = np.array([-1.0, 1.0, 1.0]) / np.sqrt(3)
    np.testing.assert_array_equal(oriented(equal), -equal)


@pytest.mark.parametrize("seed", range(8))
def test_the_frame_is_a_proper_rotation_with_the_g_axes_as_rows(seed: int) -> None:
    axes = Rotation.random(random_state=seed).as_matrix()
    frame = magnetic_frame(g_tensor(kramers_moments((0.3, 2.0, 17.0), axes)), {(2, 0): 1.0})
    assert frame is not None
    np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(frame) == pytest.approx(1)
    np.testing.assert_allclose(abs(frame @ axes.T), np.eye(3), atol=1e-9)


@pytest.mark.parametrize("angle", [0.1, 0.9, 2.0])
@pytest.mark.parametrize("values", [(0.0, 0.0, 20.0), (1.0, 9.0, 9.0)])
def test_where_g_is_axial_the_field_fixes_the_frame(values: tuple[float, float, float], angle: float) -> None:
    """The same crystal, turned about its axis by any angle, has the same B_k^q in its magnetic frame."""
    # the axis of the field, z, is that of g_z in the first case and of g_x in the second
    axes = np.eye(3) if values[0] == 0 else np.eye(3)[[2, 0, 1]]
    tensor = GTensor(values, axes)
    field = {(2, 0): -3.0, (4, 0): 0.02, (4, 4): 0.1, (4, -4): -0.05}
    turned = rotate_parameters(field, Rotation.from_rotvec([0, 0, angle]).as_matrix())
    frames = [magnetic_frame(tensor, p) for p in (field, turned)]
    assert frames[0] is not None
    assert frames[1] is not None
    first, second = (rotate_parameters(p, f) for p, f in zip((field, turned), frames, strict=True) if f is not None)
    assert second == pytest.approx(first, abs=1e-12)
