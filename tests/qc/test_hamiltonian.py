"""What is known to be wrong before anything is computed."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DomainError, InputError
from core.qc.hamiltonian import Spec, basis_of, check

POSITIONS = np.array([[0, 0, 0], [0, 0, 2.2], [0, 0, 3.16], [2.3, 0, 0], [2.9, 0.7, 0], [2.9, -0.7, 0]], dtype=float)


def _spec(**changes: object) -> Spec:
    """[Dy(OH)(H2O)]²⁺."""
    known = {"elements": ("Dy", "O", "H", "O", "H", "H"), "positions": POSITIONS, "charge": 2, "donors": (1, 3)}
    return Spec(**{**known, **changes})


def test_a_sound_complex_passes_and_has_its_basis_by_role() -> None:
    check(_spec())
    assert basis_of(_spec()) == ("VDZP", "VDZP", "VDZ", "VDZP", "VDZ", "VDZ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"charge": 1}, "odd number of electrons"),
        ({"elements": ("Dy", "O", "H", "Dy", "H", "H")}, "2 lanthanides"),
        ({"elements": ("C", "O", "H", "O", "H", "H")}, "0 lanthanides"),
        ({"positions": POSITIONS * [1, 1, 0.1]}, "Å apart"),
        ({"positions": POSITIONS / 0.529177}, "not in bohr"),
        ({"donors": ()}, "no donor"),
        ({"positions": np.where(POSITIONS == 2.2, np.nan, POSITIONS)}, "no number"),
        ({"positions": POSITIONS[:5]}, "missing"),
    ],
)
def test_bad_input_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(_spec(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"elements": ("Lu", "O", "H", "O", "H", "H")}, "full 4f shell"),
        ({"elements": ("Dy", "O", "H", "Fe", "H", "H")}, "no basis chosen for Fe"),
        ({"preset": "magic"}, "preset"),
    ],
)
def test_what_is_not_covered_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        check(_spec(**changes))
