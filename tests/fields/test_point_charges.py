"""B_k^q of point charges against closed forms and published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from core.fields.point_charges import point_charge_parameters
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import RANKS, stevens_functions
from core.units import BOHR_IN_ANGSTROM, COULOMB_IN_CM1_ANGSTROM, HARTREE_IN_CM1

OCTAHEDRON = np.vstack([np.eye(3), -np.eye(3)])
CUBE = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / np.sqrt(3)
TETRAHEDRON = CUBE[[0, 3, 5, 6]]

# M. T. Hutchings, Solid State Phys. 1964, 16, 227, table XIV: B₄⁰ and B₆⁰ in units of |e|q/d⁵ β⟨r⁴⟩ and |e|q/d⁷ γ⟨r⁶⟩.
CLOSED_FORMS = {
    "octahedron": (OCTAHEDRON, -7 / 16, -3 / 64),
    "cube": (CUBE, 7 / 18, -1 / 9),
    "tetrahedron": (TETRAHEDRON, 7 / 36, -1 / 18),
}


@pytest.mark.parametrize("symbol", ["Ce", "Dy", "Yb", "Tm"])
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_cubic_surroundings_give_hutchings_closed_forms(name: str, symbol: str) -> None:
    positions, four, six = CLOSED_FORMS[name]
    ion, distance, charge = lanthanide(symbol), 2.37, -1.3
    found = point_charge_parameters(ion, distance * positions, np.full(len(positions), charge))
    for k, coefficient, ratio in ((4, four, 5.0), (6, six, -21.0)):
        index = RANKS.index(k)
        radial = ion.radial[index] * BOHR_IN_ANGSTROM**k * (1 - ion.shielding[index])
        unit = COULOMB_IN_CM1_ANGSTROM * charge / distance ** (k + 1) * float(ion.stevens_factors[index]) * radial
        assert found[k, 0] == pytest.approx(coefficient * unit, rel=1e-12, abs=1e-15)
        assert found[k, 4] == pytest.approx(ratio * coefficient * unit, rel=1e-12, abs=1e-15)
    others = [b for kq, b in found.items() if kq not in ((4, 0), (4, 4), (6, 0), (6, 4))]
    np.testing.assert_allclose(others, 0, atol=1e-12)


def test_a_tetrahedron_has_half_the_field_of_a_cube_of_the_same_donors() -> None:
    ion = lanthanide("Er")
    cube = point_charge_parameters(ion, 2.4 * CUBE, np.full(8, -1.0))
    half = point_charge_parameters(ion, 2.4 * TETRAHEDRON, np.full(4, -1.0))
    assert half == pytest.approx({kq: b / 2 for kq, b in cube.items()}, abs=1e-12)


def test_ytterbium_in_a_cube_of_oxide_has_the_published_parameters() -> None:
    """A. Scheie, J. Appl. Cryst. 2021, 54, 356, doi:10.1107/S160057672001554X, table 1 [meV]: Yb(III), O²⁻ at √3 Å."""
    mev = HARTREE_IN_CM1 / 27_211.386  # cm⁻¹ in one meV
    found = point_charge_parameters(lanthanide("Yb"), np.sqrt(3) * CUBE, np.full(8, -2.0))
    published = {(4, 0): 0.1515035, (4, 4): 0.7575173, (6, 0): 0.001604, (6, 4): -0.0336841}
    for kq, value in published.items():
        assert found[kq] / mev == pytest.approx(value, rel=3e-6, abs=5e-7)


def test_a_square_antiprism_has_no_q_unequal_zero_terms() -> None:
    polar, azimuth = np.radians(57.16), np.arange(4) * np.pi / 2
    ring = [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.full(4, np.cos(polar))]
    above = np.stack(ring, axis=1)
    turned = azimuth + np.pi / 4
    below = np.stack(
        [np.sin(polar) * np.cos(turned), np.sin(polar) * np.sin(turned), np.full(4, -np.cos(polar))], axis=1
    )
    found = point_charge_parameters(lanthanide("Dy"), 2.35 * np.vstack([above, below]), np.full(8, -1.0))
    np.testing.assert_allclose([b for (_, q), b in found.items() if q != 0], 0, atol=1e-12)
    assert all(abs(found[k, 0]) > 1e-6 for k in RANKS)


def test_a_twist_away_from_the_antiprism_brings_back_the_fourfold_term() -> None:
    azimuth = np.concatenate([np.arange(4) * np.pi / 2, np.arange(4) * np.pi / 2 + np.radians(40)])
    polar = np.radians(np.repeat([57.16, 180 - 57.16], 4))
    donors = np.stack([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=1)
    found = point_charge_parameters(lanthanide("Dy"), 2.35 * donors, np.full(8, -1.0))
    assert np.hypot(found[4, 4], found[4, -4]) > 1e-4
    np.testing.assert_allclose([b for (_, q), b in found.items() if q % 4 != 0], 0, atol=1e-12)


def test_the_energy_of_an_electron_is_that_of_coulombs_law() -> None:
    """Σ_k r^k n_kq O_k^q(u) O_k^q(R)/R^(k+1) must approach 1/|R − r|: its even part without rank 0, up to rank 6."""
    ion = lanthanide("Dy")
    charge, place, electron = -1.0, np.array([0.4, -1.1, 2.0]), np.array([0.02, 0.05, 0.03])
    distance, radius = np.linalg.norm(place), np.linalg.norm(electron)
    even = (1 / np.linalg.norm(place - electron) + 1 / np.linalg.norm(place + electron)) / 2 - 1 / distance
    found = point_charge_parameters(ion, place[None], np.array([charge]))
    total = 0.0
    for index, k in enumerate(RANKS):
        # undo what belongs to the shell: a classical electron has its own r^k in place of θ⟨r^k⟩(1 − σ)
        shell = float(ion.stevens_factors[index]) * ion.radial[index] * BOHR_IN_ANGSTROM**k * (1 - ion.shielding[index])
        functions = stevens_functions(k, electron[None] / radius)[0]
        total += sum(found[k, q] / shell * f for q, f in zip(range(-k, k + 1), functions, strict=True)) * radius**k
    assert total == pytest.approx(-charge * COULOMB_IN_CM1_ANGSTROM * even, rel=1e-8)
