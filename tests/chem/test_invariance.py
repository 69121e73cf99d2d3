"""Same crystal, same answer: other settings, origins, asymmetric units, orders, wrappings and spellings of one crystal.

Levels must agree to 10⁻⁶ cm⁻¹ where the coordinates are written in full, and to 0.01 cm⁻¹ at eight decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.chem.radii import bond_cutoff
from core.workflows.predict import predict
from core.workflows.prediction import Prediction, Status
from tests import cifs
from tests.chem import geometry as g
from tests.cifs import Crystal, Spelling
from tests.operations import Operation

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
NAMES = sorted(path.name for path in EXAMPLES.glob("*.cif"))
FULL, EIGHT = Spelling(), Spelling(decimals=8)
THIRD, QUARTER, HALF = Fraction(1, 3), Fraction(1, 4), Fraction(1, 2)

Change = Callable[[Crystal], Crystal]
CHANGES: dict[str, Change] = {
    "origin": lambda c: cifs.shifted(c, (QUARTER, HALF, THIRD)),
    "cyclic axes": lambda c: cifs.rebased(c, ((0, 1, 0), (0, 0, 1), (1, 0, 0))),
    "sheared axes": lambda c: cifs.rebased(c, ((1, 0, 1), (0, 1, 0), (0, 0, 1))),
    "reversed axes": lambda c: cifs.rebased(c, ((-1, 0, 0), (0, -1, 0), (0, 0, 1))),
    "P 1": cifs.in_p1,
    "atom order": lambda c: cifs.permuted(c, 1),
    "operator order": lambda c: cifs.operators_permuted(c, 2),
    "labels": lambda c: cifs.relabelled(c, 3),
    "wrapped": cifs.wrapped,
    "unwrapped": lambda c: cifs.unwrapped(c, 4),
    "another asymmetric unit": lambda c: cifs.other_asymmetric_unit(c, 5, whole=True),
    "every atom from its own mate": lambda c: cifs.other_asymmetric_unit(c, 6, whole=False),
    "whole molecules listed": lambda c: cifs.with_copies(c, 3),
    "all at once": lambda c: cifs.permuted(
        cifs.unwrapped(cifs.other_asymmetric_unit(cifs.shifted(c, (HALF, THIRD, QUARTER)), 8, whole=False), 9), 10
    ),
}


@cache
def example(name: str) -> Crystal:
    return cifs.from_cif((EXAMPLES / name).read_text(encoding="utf-8"))


def judged(data: bytes) -> Prediction:
    prediction = predict(data, "x.cif")
    if prediction.status is Status.REFUSED and prediction.report.sites:
        prediction = predict(data, "x.cif", site=1)
    assert prediction.status is Status.OK, prediction.message
    return prediction


def written(crystal: Crystal, spelling: Spelling = FULL) -> bytes:
    try:
        return cifs.spell(crystal, spelling)
    except ValueError as error:  # e.g. 2x in an operator, or a setting without a name
        pytest.skip(f"this description cannot be written: {error}")


@cache
def reference(name: str) -> Prediction:
    return judged(cifs.spell(example(name), FULL))


def assert_same(found: Prediction, expected: Prediction, tolerance: float) -> None:
    assert found.molecule is not None and expected.molecule is not None
    assert found.levels is not None and expected.levels is not None
    assert found.molecule.formula == expected.molecule.formula
    assert (found.charge, found.oxidation_state) == (expected.charge, expected.oxidation_state)
    assert found.sphere is not None and expected.sphere is not None
    assert sorted(d.donor_class for d in found.sphere.donors) == sorted(d.donor_class for d in expected.sphere.donors)
    assert np.abs(found.levels.energies - expected.levels.energies).max() < tolerance
    for label, value in expected.shapes.items():
        assert found.shapes[label] == pytest.approx(value, abs=max(tolerance, 1e-4))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", NAMES)
def test_levels_do_not_depend_on_how_the_crystal_is_described(name: str, change: str) -> None:
    assert_same(judged(written(CHANGES[change](example(name)))), reference(name), 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_at_eight_decimals_levels_agree_within_what_they_allow(name: str) -> None:
    crystal = cifs.shifted(example(name), (QUARTER, THIRD, HALF))
    assert_same(judged(cifs.spell(crystal, EIGHT)), reference(name), 0.01)


@pytest.mark.parametrize(
    "spelling",
    [
        Spelling(newline="\r\n"),
        Spelling(bom=True),
        Spelling(encoding="latin-1", comment="# Ångström"),
        Spelling(symmetry=("hall",)),
        Spelling(symmetry=("hm",)),
        Spelling(old_names=True),
    ],
    ids=["CRLF", "BOM", "Latin-1", "Hall symbol", "H-M symbol", "old data names"],
)
@pytest.mark.parametrize("name", NAMES)
def test_levels_do_not_depend_on_the_spelling(name: str, spelling: Spelling) -> None:
    assert_same(judged(written(example(name), spelling)), reference(name), 1e-6)


def edge_crystal(excess: float) -> Crystal:
    """P 2₁/c, a DyCl3(H2O)3 with one water `excess` Å beyond the bonding cut-off from the metal."""
    turns = [np.array(rows, dtype=float) for rows in (
        ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 1), (1, 0, 0), (0, 1, 0)), ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    )]  # fmt: skip
    edge = bond_cutoff("Dy", "O") + excess
    waters = [atom for turn, d in zip(turns, (2.35, 2.40, edge), strict=True) for atom in g.turned(g.water(d), turn)]
    chlorides: g.Atoms = [("Cl", (-2.62, 0.1, 0.2)), ("Cl", (0.1, 2.66, -0.1)), ("Cl", (0.2, -2.64, 0.3))]
    atoms: g.Atoms = [("Dy", (0.0, 0.0, 0.0)), *chlorides, *waters]
    cell = (11.0, 12.0, 13.0, 90.0, 101.0, 90.0)
    inverse = np.linalg.inv(cifs._matrix(cell))
    sites = tuple(
        cifs.Site(f"{e}{n}", e, tuple((inverse @ np.array(p) + (0.2, 0.3, 0.25)).tolist()))
        for n, (e, p) in enumerate(atoms, 1)
    )
    operators = ("x,y,z", "-x,1/2+y,1/2-z", "-x,-y,-z", "x,1/2-y,1/2+z")
    return Crystal(cell, tuple(Operation.read(o) for o in operators), sites)


@pytest.mark.parametrize("excess", [-1e-3, -1e-9, 0.0, 1e-9, 1e-3, -0.15 - 1e-9, -0.15 + 1e-9])
@pytest.mark.parametrize("change", ["origin", "sheared axes", "P 1", "every atom from its own mate", "all at once"])
def test_a_contact_at_the_bonding_cut_off_does_not_make_the_levels_jump(excess: float, change: str) -> None:
    crystal = edge_crystal(excess)
    expected = judged(cifs.spell(crystal, FULL))
    found = judged(cifs.spell(CHANGES[change](crystal), FULL))
    rounded = judged(cifs.spell(CHANGES[change](crystal), EIGHT))
    assert expected.levels is not None and found.levels is not None and rounded.levels is not None
    assert np.abs(found.levels.energies - expected.levels.energies).max() < 1e-6
    assert np.abs(rounded.levels.energies - expected.levels.energies).max() < 0.01


def test_levels_pass_smoothly_through_the_cut_off() -> None:
    levels = [judged(cifs.spell(edge_crystal(e), FULL)).levels for e in np.linspace(-0.4, 0.1, 51)]
    stack = np.array([one.energies for one in levels if one is not None])
    assert len(stack) == 51
    assert np.abs(np.diff(stack, axis=0)).max() < 20.0
