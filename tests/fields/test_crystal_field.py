"""Levels, doublets and axes of the electrostatic model."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.angles import between_axes
from core.doubts import codes
from core.errors import DomainError
from core.fields.crystal_field import crystal_field
from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.ion_levels import Levels
from core.magnetism.ions import SYMBOLS, lanthanide
from core.magnetism.stevens import hamiltonian, rotate_parameters
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA, KELVIN_PER_CM1

SPLIT = tuple(s for s in SYMBOLS if s not in ("Eu", "Gd"))
KRAMERS = ("Ce", "Nd", "Sm", "Dy", "Er", "Yb")
NON_KRAMERS = ("Pr", "Pm", "Tb", "Ho", "Tm")
CUBE = 2.35 * np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / np.sqrt(3)
OCTAHEDRON = 2.2 * np.vstack([np.eye(3), -np.eye(3)])

ions = st.sampled_from(SPLIT)
seeds = st.integers(0, 2**31 - 1)


def donors(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """3 to 9 donors at 2.1–2.7 Å in directions without symmetry."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 10))
    directions = rng.normal(size=(n, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return directions * rng.uniform(2.1, 2.7, size=(n, 1)), -rng.uniform(0.4, 2.0, size=n)


def axial(ion: str, distance: float = 2.2) -> Levels:
    return crystal_field(ion, [[0, 0, distance], [0, 0, -distance]], [-1, -1])


def bipyramid(ion: str) -> Levels:
    """Two short anions on a tilted axis, five neutral donors around its equator."""
    angle = np.arange(5) * 2 * np.pi / 5
    equator = 2.45 * np.stack([np.cos(angle), np.sin(angle), np.zeros(5)], axis=1)
    positions = (
        np.vstack([[0, 0, 2.12], [0, 0, -2.15], equator]) @ Rotation.from_euler("xyz", [30, 50, 0], True).as_matrix()
    )
    return crystal_field(ion, positions, [-1.95, -1.95, *[-0.9] * 5])


# symmetry and invariance ----------------------------------------------------------------------------------------------


@given(ions, seeds)
def test_levels_do_not_depend_on_orientation(ion: str, seed: int) -> None:
    positions, charges = donors(seed)
    turned = positions @ Rotation.random(random_state=seed % 2**31).as_matrix().T
    np.testing.assert_allclose(
        crystal_field(ion, turned, charges).energies, crystal_field(ion, positions, charges).energies, atol=1e-8
    )


@given(ions, seeds)
def test_levels_do_not_depend_on_the_order_of_the_donors(ion: str, seed: int) -> None:
    positions, charges = donors(seed)
    order = np.random.default_rng(seed).permutation(len(charges))
    np.testing.assert_allclose(
        crystal_field(ion, positions[order], charges[order]).energies,
        crystal_field(ion, positions, charges).energies,
        atol=1e-8,
    )


@given(ions, seeds)
def test_g_and_axes_turn_with_the_molecule(ion: str, seed: int) -> None:
    positions, charges = donors(seed)
    rotation = Rotation.random(random_state=seed % 2**31).as_matrix()
    before, after = crystal_field(ion, positions, charges), crystal_field(ion, positions @ rotation.T, charges)
    assert (before.g is None) == (after.g is None)
    if before.g is None or before.easy_axis is None or after.easy_axis is None:
        return
    assert after.g == pytest.approx(before.g, abs=1e-6)
    assert abs(after.easy_axis @ rotation @ before.easy_axis) == pytest.approx(1, abs=1e-9)
    for first, second in zip(before.doublets, after.doublets, strict=True):
        assert [w for _, w in first.main_weights] == pytest.approx([w for _, w in second.main_weights], abs=1e-6)


@given(ions, seeds)
def test_parameters_in_the_magnetic_frame_rebuild_the_levels(ion: str, seed: int) -> None:
    field = crystal_field(ion, *donors(seed))
    energies = np.linalg.eigvalsh(hamiltonian(len(field.energies) - 1, field.stevens))
    np.testing.assert_allclose(energies - energies[0], field.energies, atol=1e-7)
    assert rotate_parameters(field.stevens_input, field.rotation) == pytest.approx(field.stevens, abs=1e-9)


@given(ions, seeds)
def test_the_rotation_is_proper_and_its_last_row_is_the_easy_axis(ion: str, seed: int) -> None:
    field = crystal_field(ion, *donors(seed))
    np.testing.assert_allclose(field.rotation @ field.rotation.T, np.eye(3), atol=1e-10)
    assert np.linalg.det(field.rotation) == pytest.approx(1)
    if field.easy_axis is not None:
        np.testing.assert_allclose(field.rotation[2], field.easy_axis, atol=1e-12)
        assert field.easy_axis[np.abs(field.easy_axis).argmax()] > 0


@given(st.sampled_from(KRAMERS), seeds)
def test_levels_of_kramers_ions_are_degenerate_in_pairs(ion: str, seed: int) -> None:
    """The eigenvalues themselves, not the averaged levels."""
    field = crystal_field(ion, *donors(seed))
    energies = np.linalg.eigvalsh(hamiltonian(len(field.energies) - 1, field.stevens_input))
    np.testing.assert_allclose(energies[::2], energies[1::2], atol=1e-9)
    assert field.tunnelling is None
    assert [d.states for d in field.doublets] == [(i, i + 1) for i in range(0, len(energies), 2)]
    assert all(d.splitting == 0 for d in field.doublets)


@given(ions, seeds, st.floats(0.3, 3.0))
def test_levels_scale_with_the_charges(ion: str, seed: int, scale: float) -> None:
    positions, charges = donors(seed)
    reference = crystal_field(ion, positions, charges).energies
    np.testing.assert_allclose(crystal_field(ion, positions, scale * charges).energies, scale * reference, atol=1e-8)


@given(ions, seeds)
def test_levels_move_little_when_the_donors_do(ion: str, seed: int) -> None:
    positions, charges = donors(seed)
    moved = positions + 1e-6 * np.random.default_rng(seed).normal(size=positions.shape)
    np.testing.assert_allclose(
        crystal_field(ion, moved, charges).energies, crystal_field(ion, positions, charges).energies, atol=0.02
    )


@given(ions, seeds)
def test_angles_to_the_ground_axis_lie_between_0_and_90_degrees(ion: str, seed: int) -> None:
    field = crystal_field(ion, *donors(seed))
    for line in field.doublets:
        if line.angle_to_ground is None or line.easy_axis is None or field.easy_axis is None:
            continue
        assert 0 <= line.angle_to_ground <= 90
        cosine = abs(line.easy_axis @ field.easy_axis)
        assert np.cos(np.radians(line.angle_to_ground)) == pytest.approx(cosine, abs=1e-9)
    if field.easy_axis is not None:
        assert field.doublets[0].angle_to_ground == 0


# an independent look at g ---------------------------------------------------------------------------------------------


def zeeman_splitting(field: Levels, direction: np.ndarray, tesla: float) -> float:
    """E₂ − E₁ [cm⁻¹] of the full multiplet in a magnetic field."""
    two_j = len(field.energies) - 1
    zeeman = (
        BOHR_MAGNETON_IN_CM1_PER_TESLA * tesla * field.g_J * np.tensordot(direction, angular_momentum(two_j), axes=1)
    )
    energies = np.linalg.eigvalsh(hamiltonian(two_j, field.stevens_input) + zeeman)
    return float(energies[1] - energies[0])


@pytest.mark.parametrize("ion", KRAMERS)
@pytest.mark.parametrize("seed", range(3))
def test_g_of_kramers_doublets_is_the_slope_of_the_zeeman_splitting(ion: str, seed: int) -> None:
    field = crystal_field(ion, *donors(seed))
    assert field.g is not None
    for direction in Rotation.random(random_state=seed).as_matrix():
        tesla = 1e-2
        effective = zeeman_splitting(field, direction, tesla) / (BOHR_MAGNETON_IN_CM1_PER_TESLA * tesla)
        expected = np.linalg.norm(np.array(field.g) * (field.rotation @ direction))
        assert effective == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("ion", NON_KRAMERS)
def test_a_pseudo_doublet_splits_with_g_z_and_its_tunnelling_splitting(ion: str) -> None:
    """ΔE² = Δ² + (g_z μ_B B cos θ)² (Griffith 1963)."""
    paired = [f for f in (crystal_field(ion, *donors(seed)) for seed in range(60)) if f.g is not None]
    assert paired
    for field in paired[:4]:
        assert field.g is not None
        assert field.tunnelling is not None
        assert field.easy_axis is not None
        assert field.g[:2] == pytest.approx((0, 0), abs=1e-9)
        # what higher states do is of second order in B, and bounded by `quadratic` over their distance
        tesla = 1e-2
        direct = zeeman_splitting(field, field.easy_axis, tesla) ** 2 - zeeman_splitting(field, field.easy_axis, 0) ** 2
        expected = (field.g[2] * BOHR_MAGNETON_IN_CM1_PER_TESLA * tesla) ** 2
        quadratic = 2 * field.tunnelling * (BOHR_MAGNETON_IN_CM1_PER_TESLA * tesla * field.g_J * field.J) ** 2
        assert direct == pytest.approx(expected, rel=1e-3, abs=quadratic / field.doublets[1].energy * 4 + 1e-9)


# chemistry ------------------------------------------------------------------------------------------------------------


def test_two_anions_on_a_line_make_dysprosium_a_perfect_ising_ion() -> None:
    field = axial("Dy")
    assert field.g == pytest.approx((0, 0, 20), abs=1e-9)
    assert field.doublets[0].main_weights == ((7.5, pytest.approx(1.0)),)
    assert field.axiality == pytest.approx(0, abs=1e-9)
    assert [d.main_weights[0][0] for d in field.doublets] == [7.5, 6.5, 5.5, 4.5, 3.5, 2.5, 1.5, 0.5]
    assert field.doublets[-1].g == pytest.approx((4 / 3, 32 / 3, 32 / 3))


def test_the_same_two_anions_give_erbium_an_easy_plane() -> None:
    field = axial("Er")
    assert field.doublets[0].main_weights == ((0.5, pytest.approx(1.0)),)
    assert field.g == pytest.approx((6 / 5, 48 / 5, 48 / 5))
    assert field.easy_axis is None
    assert "ground-easy-plane" in codes(field.doubts)


def test_a_ring_of_anions_suits_erbium_and_not_dysprosium() -> None:
    angle = np.arange(3) * 2 * np.pi / 3
    ring = 2.2 * np.stack([np.cos(angle), np.sin(angle), np.zeros(3)], axis=1)
    erbium, dysprosium = (crystal_field(ion, ring, [-1] * 3) for ion in ("Er", "Dy"))
    assert erbium.doublets[0].main_weights[0][0] == 7.5
    assert dysprosium.doublets[0].main_weights[0][0] < 7.5


@pytest.mark.parametrize("ion", ["Ce", "Pr", "Nd", "Tb", "Dy", "Ho"])
def test_oblate_ions_take_the_largest_projection_along_an_axial_field(ion: str) -> None:
    field = axial(ion)
    assert field.doublets[0].main_weights[0] == (field.J, pytest.approx(1.0))


@pytest.mark.parametrize("ion", ["Pm", "Sm", "Er", "Tm", "Yb"])
def test_prolate_ions_take_the_smallest(ion: str) -> None:
    """θ₂ > 0 (J. D. Rinehart, J. R. Long, Chem. Sci. 2011, 2, 2078), here as the sign of B₂⁰."""
    field = axial(ion)
    assert field.stevens_input[2, 0] > 0
    lowest = np.abs(np.linalg.eigh(hamiltonian(len(field.energies) - 1, field.stevens_input))[1][:, 0]).argmax()
    assert abs(field.J - lowest) <= 0.5


def test_the_easy_axis_of_dysprosium_runs_along_its_short_anionic_donors() -> None:
    """The rule of N. F. Chilton et al., Nat. Commun. 2013, 4, 2551."""
    field = bipyramid("Dy")
    axis = np.array([0, 0, 1]) @ Rotation.from_euler("xyz", [30, 50, 0], True).as_matrix()
    assert field.easy_axis is not None
    assert between_axes(field.easy_axis, axis) < 0.5
    assert field.g is not None
    assert field.g[2] > 19.5
    assert field.axiality is not None
    assert field.axiality < 1e-3


def test_a_bipyramid_is_worse_for_erbium_than_for_dysprosium() -> None:
    dysprosium, erbium = bipyramid("Dy"), bipyramid("Er")
    assert dysprosium.first_gap is not None
    assert erbium.first_gap is not None
    assert dysprosium.first_gap > 2 * erbium.first_gap


def test_positive_charges_turn_the_field_over() -> None:
    axis = [[0, 0, 3.5], [0, 0, -3.5]]
    assert crystal_field("Dy", axis, [1, 1]).stevens_input[2, 0] == pytest.approx(
        -crystal_field("Dy", axis, [-1, -1]).stevens_input[2, 0]
    )


# degenerate and special cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ion", SPLIT)
@pytest.mark.parametrize("shape", ["cube", "octahedron"])
def test_cubic_surroundings_never_give_a_frame_dependent_number(ion: str, shape: str) -> None:
    positions = CUBE if shape == "cube" else OCTAHEDRON
    rotation = Rotation.random(random_state=11).as_matrix()
    fields = [crystal_field(ion, p, [-1] * len(p)) for p in (positions, positions @ rotation.T)]
    assert fields[0].easy_axis is None
    assert fields[1].easy_axis is None
    for first, second in zip(*(f.doublets for f in fields), strict=True):
        assert (first.states, first.main_weights) == (second.states, second.main_weights) == (first.states, ())
        assert (first.g is None) == (second.g is None)
        if first.g is not None and second.g is not None:
            assert first.g == pytest.approx(second.g, abs=1e-6)
            assert np.ptp(first.g) == pytest.approx(0, abs=1e-6)
    assert fields[0].doubts
    np.testing.assert_array_equal(fields[0].rotation, np.eye(3))


def test_a_cubic_ytterbium_ground_doublet_has_the_known_isotropic_g() -> None:
    """Yb(III) in a cube: Γ₇ lowest with |g| = 3 g_J = 24/7 (A. Abragam, B. Bleaney, EPR of Transition Ions, 1970)."""
    field = crystal_field("Yb", CUBE, [-2] * 8)
    assert field.g == pytest.approx((24 / 7,) * 3)
    assert "ground-isotropic" in codes(field.doubts)


def test_a_threefold_ground_level_is_said_and_not_called_a_singlet() -> None:
    field = crystal_field("Pr", CUBE, [-1] * 8)
    np.testing.assert_allclose(field.energies[:3], 0, atol=1e-9)
    assert field.energies[3] > 1
    assert field.first_gap is None
    assert "ground-threefold" in codes(field.doubts)
    assert "ground-singlet" not in codes(field.doubts)


def test_cerium_in_an_octahedron_splits_into_a_doublet_and_a_quartet() -> None:
    field = crystal_field("Ce", OCTAHEDRON, [-1] * 6)
    gap = 360 * field.stevens_input[4, 0]
    np.testing.assert_allclose(field.energies, [0, 0, gap, gap, gap, gap], atol=1e-9)
    assert [d.g is None for d in field.doublets] == [False, True, True]
    assert "excited-degenerate" in codes(field.doubts)


def test_a_square_antiprism_leaves_every_level_a_pure_projection() -> None:
    azimuth = np.concatenate([np.arange(4) * np.pi / 2, np.arange(4) * np.pi / 2 + np.pi / 4])
    polar = np.radians(np.repeat([54.0, 126.0], 4))
    sphere = np.stack([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=1)
    for ion in ("Dy", "Tb"):
        field = crystal_field(ion, 2.35 * sphere, [-1] * 8)
        assert sorted(d.main_weights[0][0] for d in field.doublets) == np.arange(field.J % 1, field.J + 1).tolist()
        assert all(d.main_weights[0][1] == pytest.approx(1) for d in field.doublets)
        assert [q for (_, q), b in field.stevens.items() if abs(b) > 1e-9] == [0, 0, 0]


def test_a_singlet_ground_level_is_said_and_has_no_gap() -> None:
    fields = [crystal_field("Tm", *donors(seed)) for seed in range(20)]
    singlets = [f for f in fields if len(f.doublets[0].states) == 1]
    assert singlets
    for field in singlets:
        assert (field.g, field.easy_axis, field.first_gap, field.axiality) == (None, None, None, None)
        assert field.tunnelling == pytest.approx(field.energies[1])
        assert "ground-singlet" in codes(field.doubts)
        assert all(d.angle_to_ground is None for d in field.doublets)


@given(st.sampled_from(NON_KRAMERS), seeds)
def test_gap_and_tunnelling_of_a_pseudo_doublet_are_as_defined(ion: str, seed: int) -> None:
    field = crystal_field(ion, *donors(seed))
    assert field.tunnelling == pytest.approx(field.energies[1] - field.energies[0])
    if field.first_gap is not None:
        mean = field.energies[:2].mean()
        assert field.first_gap == pytest.approx(field.energies[2] - mean)
        assert field.tunnelling is not None
        assert field.tunnelling <= field.first_gap / 5


def test_europium_has_no_doublet_and_says_so() -> None:
    field = crystal_field("Eu", CUBE, [-1] * 8)
    assert field.energies.tolist() == [0.0]
    assert field.doublets == ()
    assert (field.first_gap, field.tunnelling, field.g, field.easy_axis) == (None, None, None, None)
    assert "J = 0" in field.doubts[0].text


def test_gadolinium_has_only_a_zero_field_splitting_and_says_so() -> None:
    field = crystal_field("Gd", CUBE, [-1] * 8)
    assert field.energies.tolist() == [0.0] * 8
    assert (field.first_gap, field.g) == (None, None)
    assert "zero-field splitting" in field.doubts[0].text


def test_samarium_warns_of_its_low_multiplets() -> None:
    assert "excited-multiplets" in codes(axial("Sm").doubts)


def test_what_is_reported_carries_its_level_of_theory_and_units() -> None:
    field = axial("Dy")
    assert field.level_of_theory == "electrostatic, calibrated on computed levels"
    assert (field.ion, field.multiplet, field.J) == ("Dy", "⁶H₁₅/₂", 7.5)
    np.testing.assert_allclose(field.energies_kelvin, field.energies * KELVIN_PER_CM1)
    assert field.first_gap == field.energies[2]
    with pytest.raises(ValueError, match="read-only"):
        field.energies[0] = 1.0


# bad input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ion,positions,charges,reason",
    [
        ("La", [[0, 0, 2.3]], [-1], "no 4f electron"),
        ("Lu", [[0, 0, 2.3]], [-1], "full 4f shell"),
        ("Y", [[0, 0, 2.3]], [-1], "not covered"),
        ("", [[0, 0, 2.3]], [-1], "not covered"),
        ("Dy", [], [], "no charge"),
        ("Dy", [[0, 0, 2.3]], [0.0], "no charge"),
        ("Dy", [[0, 0, 0.9]], [-1], "0.90 Å"),
        ("Dy", [[0, 0, 0.0]], [-1], "0.00 Å"),
        ("Dy", [[0, 0, np.nan]], [-1], "finite"),
        ("Dy", [[0, 0, 2.3]], [np.inf], "finite"),
        ("Dy", [[0, 0, 2.3]], [-1, -1], "belong together"),
        ("Dy", [[0, 2.3]], [-1], "belong together"),
        ("Dy", [[0, 0, 2.3]], [-1e9], "not that of an atom"),
    ],
)
def test_input_outside_the_model_is_refused_with_the_reason(
    ion: str, positions: list[list[float]], charges: list[float], reason: str
) -> None:
    with pytest.raises(DomainError, match=reason):
        crystal_field(ion, positions, charges)


# speed ----------------------------------------------------------------------------------------------------------------


def test_one_structure_takes_less_than_twenty_milliseconds() -> None:
    """Best of ten, warm: the largest multiplet (Ho, 17 states) with 60 charges. About 2 ms where it was written."""
    rng = np.random.default_rng(0)
    positions = rng.normal(size=(60, 3))
    positions *= rng.uniform(2.2, 6.0, size=(60, 1)) / np.linalg.norm(positions, axis=1)[:, None]
    charges = rng.uniform(-1, 0, size=60)
    crystal_field("Ho", positions, charges)
    times = []
    for _ in range(10):
        start = perf_counter()
        crystal_field("Ho", positions, charges)
        times.append(perf_counter() - start)
    assert min(times) < 0.02


def test_shielding_and_radial_values_are_used_as_published() -> None:
    """B₂⁰ of one charge on z by hand, from the printed Dy values ⟨r²⟩ = 0.849 a₀², σ₂ = 0.527, α = −2/315."""
    bohr, coulomb = 0.529177, 116_140.97  # Å; e²/(4πε₀) in cm⁻¹ Å
    expected = coulomb / 2.3**3 * (-2 / 315) * 0.849 * bohr**2 * (1 - 0.527) / 2
    found = crystal_field("Dy", [[0, 0, 2.3]], [-1]).stevens_input[2, 0]
    assert found == pytest.approx(expected, rel=1e-5)
    assert lanthanide("Dy").shielding[0] == 0.527


def test_a_hardly_axial_doublet_has_a_g_z_axis_and_no_easy_axis() -> None:
    """Er(III), prolate, between two charges on an axis has its moment across it: an easy plane but for a small term."""
    flat = crystal_field("Er", [[0, 0, 2.3], [0, 0, -2.3], [2.6, 0, 0]], [-1.0, -1.0, -0.02])
    axial = crystal_field("Dy", [[0, 0, 2.3], [0, 0, -2.3], [2.6, 0, 0]], [-1.0, -1.0, -0.02])
    assert flat.axiality is not None
    assert flat.axiality > 0.5
    assert flat.axis_name == "g_z axis"
    assert "ground-hardly-axial" in codes(flat.doubts)
    assert axial.axis_name == "easy axis"
    assert "ground-hardly-axial" not in codes(axial.doubts)
