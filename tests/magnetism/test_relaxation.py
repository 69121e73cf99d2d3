"""Known parameters come back from made ac data, within the errors that the fit states."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import DomainError, InputError
from core.magnetism.ac import AcPoint, fit_debye, fit_isotherms, generalised_debye, isotherms
from core.magnetism.fitting import Estimate
from core.magnetism.relaxation import Rate, Term, fit_rates, log_rate, rates_of
from core.units import KELVIN_PER_CM1
from tests.made_ac import FREQUENCIES, TERMS, TRUE, WIDTH, cole_cole, rows, time_at

CHOSEN = tuple(Term(name) for name in TERMS)


def points(seed: int, *, errors: bool = True) -> list[AcPoint]:
    return [AcPoint(t, f, a, b, *((e, e) if errors else (None, None))) for t, f, a, b, e in rows(seed)]


def off(found: Estimate, true: float) -> float:
    """In stated errors."""
    assert found.error is not None
    return (found.value - true) / found.error


def test_the_complex_form_of_the_model_is_that_of_cole_and_cole():
    for width in (0.0, 0.2, 0.7):
        ours = generalised_debye(FREQUENCIES, 3.0, 0.4, math.log(0.02), width)
        theirs = [cole_cole(float(f), 0.02, 3.0, 0.4, width) for f in FREQUENCIES]
        assert np.column_stack([ours.real, -ours.imag]) == pytest.approx(np.array(theirs))


@pytest.mark.parametrize("errors", [True, False])
def test_one_temperature_returns_its_parameters_within_their_errors(errors):
    """40 noisy copies: about 68 % within one error, all within five, whether the errors are given or estimated."""
    close = []
    for seed in range(40):
        fit = fit_debye([point for point in points(seed, errors=errors) if point.temperature == 30])
        scores = [
            off(fit.log_time, math.log(time_at(30))),
            off(fit.width, WIDTH),
            off(fit.isothermal, 11 / 30),
            off(fit.adiabatic, 0.3 / 30),
        ]
        close += [abs(score) for score in scores]
    assert max(close) < 5
    assert 0.55 < np.mean(np.array(close) < 1) < 0.80


def test_all_temperatures_together_return_barrier_raman_and_tunnelling_within_their_errors():
    scores = []
    for seed in range(4):
        fits, missing = fit_isotherms(points(seed))
        assert len(fits) + len(missing) == 19
        fit = fit_rates(rates_of(fits), CHOSEN)
        scores += [
            off(fit.logarithms["log_tau0"], math.log(TRUE["tau0_s"])),
            off(fit.parameters["U_K"], TRUE["U_K"]),
            off(fit.logarithms["log_c"], math.log(TRUE["C"])),
            off(fit.parameters["n"], TRUE["n"]),
            off(fit.logarithms["log_tau_qtm"], math.log(TRUE["tau_qtm_s"])),
        ]
        assert fit.parameters["U_K"].error < 20
        assert fit.barrier_cm1.value == pytest.approx(fit.parameters["U_K"].value / KELVIN_PER_CM1)
    assert np.abs(scores).max() < 3.5 and np.mean(np.abs(scores) < 1) > 0.4


def test_arrhenius_alone_is_the_straight_line():
    rates = [Rate(t, Estimate(math.log(1e-9) + 100 / t, None)) for t in (5.0, 6.0, 8.0, 10.0, 12.0)]
    fit = fit_rates(rates, [Term.ORBACH])
    assert fit.parameters["U_K"].value == pytest.approx(100, rel=1e-4)
    assert fit.parameters["tau0_s"].value == pytest.approx(1e-9, rel=1e-3)


def test_the_direct_process_is_proportional_to_temperature():
    rates = [Rate(t, Estimate(-math.log(30 * t), 0.02)) for t in (2.0, 3.0, 4.0, 5.0)]
    assert fit_rates(rates, [Term.DIRECT]).parameters["A"].value == pytest.approx(30, rel=1e-4)


def test_rates_add_up():
    values = {"log_tau0": -20.0, "barrier": 50.0, "log_tau_qtm": 1.0}
    both = np.exp(log_rate([Term.ORBACH, Term.QTM], values, np.array([4.0])))
    assert both == pytest.approx(math.exp(20 - 12.5) + math.exp(-1))


def test_a_maximum_outside_the_frequencies_is_not_used():
    hot = [AcPoint(60.0, f, *cole_cole(float(f), 1e-7, 0.2, 0.0, 0.05)) for f in FREQUENCIES]
    fits, _ = fit_isotherms([*points(0), *hot])
    assert "outside" in fits[-1].why_not and len(rates_of(fits)) < len(fits)


def test_a_term_that_is_not_there_is_said_to_be_undetermined():
    rates = [Rate(float(t), Estimate(math.log(1e-9) + 300 / t, 0.02)) for t in range(20, 40, 2)]
    assert fit_rates(rates, [Term.ORBACH, Term.QTM]).notes


def test_temperatures_that_a_controller_holds_apart_are_one():
    near = [AcPoint(t, f, 1.0, 0.1) for f, t in enumerate((2.001, 1.998, 2.004, 2.102, 2.1), start=1)]
    assert [len(group) for group in isotherms(near)] == [3, 2]


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(DomainError, match="fewer than 5 frequencies"):
        fit_debye(points(0)[:4])
    with pytest.raises(DomainError, match="2 static fields"):
        fit_isotherms([AcPoint(2.0, 1.0, 1.0, 0.1, field=0.0), AcPoint(2.0, 1.0, 1.0, 0.1, field=0.1)])
    with pytest.raises(DomainError, match="no temperature"):
        fit_isotherms([])
    with pytest.raises(DomainError, match="too few"):
        fit_rates([Rate(2.0, Estimate(1.0, 0.1))], CHOSEN)
    with pytest.raises(DomainError, match="no way"):
        fit_rates([], [])


def test_the_command_line_knows_its_words():
    from core.cli.relax import terms_of

    assert terms_of("raman, orbach") == (Term.RAMAN, Term.ORBACH)
    with pytest.raises(InputError, match="no ways"):
        terms_of("magic")
