"""GFN2-xTB, the search for a minimum, and the restraint."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.chem.build.relax import LARGEST_GRADIENT, model_hessian, relax
from core.chem.build.restraint import STIFFNESS, TERMINAL, Restraints, flatness, openness, straightness
from core.chem.build.xtb import Gfn2
from core.errors import DomainError
from core.units import BOHR_IN_ANGSTROM

WATER = np.array([[0.0, 0.0, 0.0], [0.0, 0.76, 0.59], [0.0, -0.76, 0.59]])

# The example of tblite's documentation (class Calculator): atomic positions [a₀] and its GFN2 energy [E_h].
DOCUMENTED = "H H C B H P O Cl Al P B H F P H P".split()
DOCUMENTED_BOHR = np.array(
    [
        [+2.79274810283778, +3.82998228828316, -2.79287054959216],
        [-1.43447454186833, +0.43418729987882, +5.53854345129809],
        [-3.26268343665218, -2.50644032426151, -1.56631149351046],
        [+2.14548759959147, -0.88798018953965, -2.24592534506187],
        [-4.30233097423181, -3.93631518670031, -0.48930754109119],
        [+0.06107643564880, -3.82467931731366, -2.22333344469482],
        [+0.41168550401858, +0.58105573172764, +5.56854609916143],
        [+4.41363836635653, +3.92515871809283, +2.57961724984000],
        [+1.33707758998700, +1.40194471661647, +1.97530004949523],
        [+3.08342709834868, +1.72520024666801, -4.42666116106828],
        [-3.02346932078505, +0.04438199934191, -0.27636197425010],
        [+1.11508390868455, -0.97617412809198, +6.25462847718180],
        [+0.61938955433011, +2.17903547389232, -6.21279842416963],
        [-2.67491681346835, +3.00175899761859, +1.05038813614845],
        [-4.13181080289514, -2.34226739863660, -3.44356159392859],
        [+2.85007173009739, -2.64884892757600, +0.71010806424206],
    ]
)
DOCUMENTED_ENERGY = -31.716159156026254


def slope(surface, positions, atom, axis, step=1e-3):
    """Central difference of an energy."""
    plus, minus = positions.copy(), positions.copy()
    plus[atom, axis] += step
    minus[atom, axis] -= step
    return (surface(plus)[0] - surface(minus)[0]) / (2 * step)


def test_the_energy_is_that_of_the_documented_example() -> None:
    energy, _ = Gfn2(DOCUMENTED, 0).energy_and_gradient(DOCUMENTED_BOHR * BOHR_IN_ANGSTROM)
    assert energy == pytest.approx(DOCUMENTED_ENERGY, abs=1e-6)


@pytest.mark.parametrize("solvent", [None, "water"])
def test_the_gradient_is_the_slope_of_the_energy(solvent: str | None) -> None:
    gfn2 = Gfn2("OHH", 0, solvent)
    _, gradient = gfn2.energy_and_gradient(WATER)
    for atom, axis in ((0, 2), (1, 1), (2, 2)):
        assert gradient[atom, axis] == pytest.approx(slope(gfn2.energy_and_gradient, WATER, atom, axis), abs=7.5e-5)


def test_an_element_beyond_radon_is_refused() -> None:
    with pytest.raises(DomainError, match="radon"):
        Gfn2(["U"], 3)


@pytest.mark.parametrize(
    "restraints",
    [
        Restraints(straight=((0, 1, 2),)),
        Restraints(opened=((0, 1, 2),)),
        Restraints(upright=((2, 1, 0),)),
        Restraints(flat=((0, 1, 2),)),
        Restraints(flat=((0, 1, 3),), straight=((0, 1, 2),)),
    ],
)
def test_the_gradient_of_a_restraint_is_its_slope(restraints: Restraints) -> None:
    sharp = np.array([[0.0, 0.0, 2.1], [0.1, 0.0, 0.0], [0.9, 0.3, 1.0], [0.7, -0.3, -1.0]])
    energy, gradient = restraints.energy_and_gradient(sharp)
    assert energy > 1e-3
    for atom in range(4):
        for axis in range(3):
            expected = slope(restraints.energy_and_gradient, sharp, atom, axis)
            assert gradient[atom, axis] == pytest.approx(expected, abs=1e-6)


def bent(degrees: float) -> np.ndarray:
    theta = np.radians(degrees)
    return np.array([[0.0, 0.0, 2.1], [0.0, 0.0, 0.0], [1.4 * np.sin(theta), 0.0, 1.4 * np.cos(theta)]])


@pytest.mark.parametrize(("degrees", "felt"), [(TERMINAL - 1.0, True), (TERMINAL + 1.0, False), (175.0, False)])
def test_an_angle_is_kept_from_closing_and_not_from_opening(degrees: float, felt: bool) -> None:
    energy, gradient = openness(bent(degrees), [(0, 1, 2)], TERMINAL)
    assert (energy > 0.0, bool(np.abs(gradient).max() > 0.0)) == (felt, felt)


@pytest.mark.parametrize(("degrees", "felt"), [(79.0, True), (81.0, False), (99.0, False), (101.0, True)])
def test_the_equator_is_free_within_ten_degrees(degrees: float, felt: bool) -> None:
    assert (flatness(bent(degrees), [(0, 1, 2)])[0] > 0.0) == felt


def test_a_straight_angle_costs_nothing_and_a_small_bend_half_k_times_its_square() -> None:
    bend = 0.05
    assert straightness(bent(180.0), [(0, 1, 2)])[0] == pytest.approx(0.0, abs=1e-15)
    energy, _ = straightness(bent(180.0 - np.degrees(bend)), [(0, 1, 2)])
    assert energy == pytest.approx(0.5 * STIFFNESS * bend**2, rel=1e-3)


def test_the_model_hessian_is_symmetric_and_positive_definite_and_stiff_along_a_bond() -> None:
    hessian = model_hessian(["O", "H", "H"], WATER)
    assert np.allclose(hessian, hessian.T)
    assert np.linalg.eigvalsh(hessian).min() > 0
    along = WATER[1] / np.linalg.norm(WATER[1])
    across = np.array([1.0, 0.0, 0.0])
    block = hessian[3:6, 3:6]
    assert along @ block @ along > 5 * (across @ block @ across)


def test_a_stretched_water_finds_the_same_minimum_from_both_sides() -> None:
    found = []
    for scale in (0.85, 1.2):
        minimum = relax(Gfn2("OHH", 0).energy_and_gradient, "OHH", WATER * scale, most_steps=60)
        assert minimum.converged
        assert np.abs(Gfn2("OHH", 0).energy_and_gradient(minimum.positions)[1]).max() < LARGEST_GRADIENT * 1.01
        found.append(np.linalg.norm(minimum.positions[1] - minimum.positions[0]))
    assert found[0] == pytest.approx(found[1], abs=1e-3)
    assert found[0] == pytest.approx(0.958, abs=0.01)  # gas-phase water, textbook value


def test_a_search_cut_short_says_that_it_did_not_converge() -> None:
    assert not relax(Gfn2("OHH", 0).energy_and_gradient, "OHH", WATER * 1.4, most_steps=1).converged


def test_the_scaled_search_needs_fewer_steps_than_a_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    start = DOCUMENTED_BOHR * BOHR_IN_ANGSTROM
    scaled = relax(Gfn2(DOCUMENTED, 0).energy_and_gradient, DOCUMENTED, start, most_steps=300)
    monkeypatch.setattr("core.chem.build.relax.model_hessian", lambda elements, positions: np.eye(positions.size))
    plain = relax(Gfn2(DOCUMENTED, 0).energy_and_gradient, DOCUMENTED, start, most_steps=300)
    assert scaled.converged
    assert scaled.steps < plain.steps


def test_nothing_of_tblite_is_loaded_before_the_first_molecule() -> None:
    """What it loads takes the place of PyTorch's BLAS, which has to come first."""
    code = "import sys, app.build.page, core.chem.build.electronics; sys.exit('tblite' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL, timeout=60, check=False)
    assert run.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other wheels of PySCF bring other libraries")
def test_pyscf_brings_the_openblas_that_tblite_lacks() -> None:
    """In a process of its own: what is loaded stays."""
    told = "print(open('/proc/self/maps').read().count('/pyscf/lib/libopenblas'))"
    code = f"from core.chem.build import xtb; {told}; assert xtb.openblas(); {told}"
    before, after = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert before == "0" != after
