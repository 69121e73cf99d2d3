"""Names of the elements."""

from __future__ import annotations

import pytest

from core.chem.element_names import element_name
from core.chem.radii import COVALENT_RADII
from core.errors import DomainError


@pytest.mark.parametrize(("symbol", "name"), [("Dy", "dysprosium"), ("O", "oxygen"), ("Cm", "curium")])
def test_a_symbol_has_its_name(symbol, name):
    assert element_name(symbol) == name


def test_every_element_that_kramers_knows_has_a_name_of_its_own():
    assert len({element_name(symbol) for symbol in COVALENT_RADII}) == len(COVALENT_RADII)


@pytest.mark.parametrize("symbol", ["", "Xx", "dy", "</script>"])
def test_what_is_no_element_is_refused(symbol):
    with pytest.raises(DomainError):
        element_name(symbol)
