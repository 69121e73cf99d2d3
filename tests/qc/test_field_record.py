"""Levels of a crystal field under the names of a run's record, against the run that the field came from."""

from __future__ import annotations

import numpy as np
import pytest

from core.magnetism.ion_levels import levels_in_field
from core.magnetism.ions import lanthanide
from core.qc.barrier_diagram import barrier_diagram
from core.qc.field_record import field_record
from core.qc.multiplet_magnetism import chi_t_curve, difference
from core.qc.stored_levels import ion_of, parameters_of
from core.units import ENERGY_UNITS
from tests.verified import verified


def test_the_crystal_field_of_a_run_gives_its_moments_and_barrier_again():
    """But for what higher ranks and multiplets do: 2 % of a moment, a third of a per cent of the barrier."""
    run = verified()
    model = field_record(levels_in_field(ion_of(run), parameters_of(run), "of the run"))
    ours, theirs = (np.abs(np.array(r["moments_along_axis_muB"])) for r in (model, run))
    assert ours == pytest.approx(theirs, rel=0.03, abs=0.03)
    assert barrier_diagram(model).lines == barrier_diagram(run).lines
    assert model["barrier_cm1"] == pytest.approx(run["barrier_cm1"], rel=0.005)


def test_moments_of_a_pure_axial_field_are_those_of_the_kets():
    """B_20 O_20 alone: |±M⟩ are the states, ⟨M|g_J J_z|M⟩ = g_J M, and J_± joins neighbours by √(J(J+1) − M(M+1))."""
    ion = lanthanide("Dy")
    parameters = {(k, q): 0.0 for k in (2, 4, 6) for q in range(-k, k + 1)} | {(2, 0): -1.0}
    record = field_record(levels_in_field(ion, parameters, "axial"))
    moments = np.array(record["moments_along_axis_muB"])
    assert sorted(moments) == pytest.approx([float(ion.g_J) * m for m in np.arange(-7.5, 8)])
    up = record["transition_moments_muB"][0][2]  # |15/2⟩ to |13/2⟩: |μ_x| = |μ_y| = g_J √15 / 2, μ_z = 0
    assert up == pytest.approx(float(ion.g_J) * np.sqrt(15) / 2 * 2 / 3, abs=1e-6)
    assert record["transition_moments_muB"][0][1] == 0 and record["barrier_cm1"] == pytest.approx(3 * (7.5**2 - 0.25))
    assert difference(record) < 1e-12


def test_the_curve_goes_through_the_temperatures_of_the_run():
    run = verified()
    temperatures, values = chi_t_curve(run)
    known = dict(zip(temperatures.tolist(), values.tolist(), strict=True))
    assert [known[t] for t in run["chiT"]["T_K"]] == pytest.approx(run["chiT"]["cm3_K_per_mol"])
    assert len(known) > 100 and np.abs(np.diff(values)).max() < 0.2


def test_a_wavenumber_is_so_much_in_each_unit():
    """CODATA 2022: 1 cm⁻¹ = 1.438776877 K = 0.1239841984 meV."""
    assert dict(ENERGY_UNITS) == pytest.approx({"cm⁻¹": 1.0, "K": 1.438776877, "meV": 0.1239841984}, rel=1e-9)
