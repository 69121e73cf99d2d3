"""Levels of fields in arrays, against the crystal field of one structure; and what is said of uncertain fields."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.fields.electrostatic import field_of, point_charges
from core.fields.smm_like import is_smm_like
from core.learned.field_levels import SPLIT, field_error, field_levels, outlook
from core.learned.network import charge_moments, moment_rotations
from tests.fields.environments import aquo_hydroxide


@pytest.mark.parametrize("ion", sorted(SPLIT - {"Pm"}))
def test_levels_are_those_of_the_crystal_field(ion: str) -> None:
    environments = [aquo_hydroxide(ion, seed) for seed in range(4)]
    levels = field_levels(ion, np.array([charge_moments(*point_charges(one)) for one in environments]))
    for n, one in enumerate(environments):
        field = field_of(one)
        assert bool(levels.paired[n]) == (field.first_gap is not None)
        assert bool(levels.smm_like()[n]) == is_smm_like(field)
        if field.first_gap is not None and field.g is not None:
            assert levels.gap[n] == pytest.approx(field.first_gap, rel=1e-6)
            assert levels.axiality[n] == pytest.approx(field.axiality, abs=1e-6)
            assert levels.g_share[n] * 2 * field.g_J * field.J == pytest.approx(field.g[2], rel=1e-6)
            assert levels.tunnelling[n] == pytest.approx(field.tunnelling or 0.0, abs=1e-6)


def seen(ion: str, seed: int = 0) -> np.ndarray:
    return charge_moments(*point_charges(aquo_hydroxide(ion, seed)))[None]


def test_a_certain_field_gives_the_levels_themselves() -> None:
    said = outlook(["Dy"], seen("Dy"), np.zeros((1, 3)))
    assert 10 ** said.log_gap[0] - 1 == pytest.approx(field_of(aquo_hydroxide()).first_gap, rel=1e-6)
    assert said.log_low[0] == pytest.approx(said.log_high[0], abs=1e-9)


def test_the_interval_holds_the_gap_and_grows_with_the_error() -> None:
    moments = np.repeat(seen("Dy"), 3, axis=0)
    said = outlook(["Dy"] * 3, moments, np.array([[0.01] * 3, [0.05] * 3, [0.2] * 3]))
    width = said.log_high - said.log_low
    assert width[0] < width[1] < width[2]
    assert (said.log_low <= said.log_gap).all() and (said.log_gap <= said.log_high).all()


def test_widening_stretches_the_interval_about_the_same_gap() -> None:
    narrow, wide = (outlook(["Dy"], seen("Dy"), np.full((1, 3), 0.05), widening=w) for w in (1.0, 1.5))
    assert wide.log_gap == narrow.log_gap
    assert wide.log_high - wide.log_gap == pytest.approx(1.5 * (narrow.log_high - narrow.log_gap))


def test_the_error_of_a_field_has_a_floor_and_a_share_of_its_size() -> None:
    moments = np.zeros((2, 27))
    moments[1, :5] = 3.0
    error = field_error(moments, np.array([0.4, 0.1, 0.1]), np.array([0.5, 0.2, 0.1]))
    assert error[0] == pytest.approx([0.5, 0.2, 0.1])
    assert error[1] == pytest.approx([1.3, 0.2, 0.1])


def test_ions_without_levels_are_not_smm_like_and_have_no_gap() -> None:
    said = outlook(["La", "Gd", "Dy"], np.repeat(seen("Dy"), 3, axis=0), np.full((3, 3), 0.05))
    assert said.p_smm[:2].tolist() == [0.0, 0.0]
    assert np.isnan(said.log_gap).tolist() == [True, True, False]


def test_strong_axial_charges_make_dysprosium_smm_like_and_equatorial_ones_do_not() -> None:
    axial = np.array([[0, 0, 2.1], [0, 0, -2.1]])
    ring = 2.4 * np.array([[np.cos(a), np.sin(a), 0] for a in np.arange(5) * 2 * np.pi / 5])
    positions = np.concatenate([axial, ring])
    charges = ([-2.0] * 2 + [-0.5] * 5, [-0.3] * 2 + [-2.0] * 5)
    fields = [charge_moments(positions, np.outer(q, np.ones(3))) for q in charges]
    said = outlook(["Dy"] * 2, np.array(fields), np.full((2, 3), 0.02))
    assert said.p_smm[0] > 0.95
    assert said.p_smm[1] < 0.05


def test_the_answer_does_not_depend_on_what_else_is_asked() -> None:
    both = outlook(["Dy", "Tb"], np.concatenate([seen("Dy"), seen("Tb", 1)]), np.full((2, 3), 0.1))
    alone = outlook(["Tb"], seen("Tb", 1), np.full((1, 3), 0.1))
    assert both.p_smm[1] == pytest.approx(alone.p_smm[0], abs=1e-12)
    assert both.log_gap[1] == pytest.approx(alone.log_gap[0], abs=1e-12)


def test_the_answer_does_not_hang_on_the_signs_of_the_axes() -> None:
    mirrors = moment_rotations(torch.diag_embed(torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, -1, 1]]))).numpy()
    moments = np.einsum("vij,j->vi", mirrors, seen("Dy")[0])
    said = outlook(["Dy"] * 3, moments, np.full((3, 3), 2.0))
    assert 0.01 < said.p_smm[0] < 0.99
    np.testing.assert_allclose(said.p_smm, said.p_smm[0], atol=1e-5)
    np.testing.assert_allclose(said.log_gap, said.log_gap[0], atol=1e-5)
