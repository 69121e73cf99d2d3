"""Ground multiplets and Stevens factors against the printed tables."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest

from core.errors import DomainError
from core.magnetism.ions import SYMBOLS, lanthanide

# K. W. H. Stevens, Proc. Phys. Soc. A 1952, 65, 209, doi:10.1088/0370-1298/65/3/308, as Hutchings' table VI and (Pm)
# Abragam and Bleaney's table 20 give them; numbers as reprinted in libmcphase (cfpars.cpp) and Mantid (PointCharge).
PUBLISHED = {
    "Ce": (F(-2, 5 * 7), F(2, 3**2 * 5 * 7), F(0)),
    "Pr": (F(-(2**2) * 13, 3**2 * 5**2 * 11), F(-(2**2), 3**2 * 5 * 11**2), F(2**4 * 17, 3**4 * 5 * 7 * 11**2 * 13)),
    "Nd": (F(-7, 3**2 * 11**2), F(-(2**3) * 17, 3**3 * 11**3 * 13), F(-5 * 17 * 19, 3**3 * 7 * 11**3 * 13**2)),
    "Pm": (
        F(2 * 7, 3 * 5 * 11**2),
        F(2**3 * 7 * 17, 3**3 * 5 * 11**3 * 13),
        F(2**3 * 17 * 19, 3**3 * 7 * 11**3 * 13**2),
    ),
    "Sm": (F(13, 3**2 * 5 * 7), F(2 * 13, 3**3 * 5 * 7 * 11), F(0)),
    "Eu": (F(0), F(0), F(0)),
    "Gd": (F(0), F(0), F(0)),
    "Tb": (F(-1, 3**2 * 11), F(2, 3**3 * 5 * 11**2), F(-1, 3**4 * 7 * 11**2 * 13)),
    "Dy": (F(-2, 3**2 * 5 * 7), F(-(2**3), 3**3 * 5 * 7 * 11 * 13), F(2**2, 3**3 * 7 * 11**2 * 13**2)),
    "Ho": (F(-1, 2 * 3**2 * 5**2), F(-1, 2 * 3 * 5 * 7 * 11 * 13), F(-5, 3**3 * 7 * 11**2 * 13**2)),
    "Er": (F(2**2, 3**2 * 5**2 * 7), F(2, 3**2 * 5 * 7 * 11 * 13), F(2**3, 3**3 * 7 * 11**2 * 13**2)),
    "Tm": (F(1, 3**2 * 11), F(2**3, 3**4 * 5 * 11**2), F(-5, 3**4 * 7 * 11**2 * 13)),
    "Yb": (F(2, 3**2 * 7), F(-2, 3 * 5 * 7 * 11), F(2**2, 3**3 * 7 * 11 * 13)),
}

MULTIPLETS = {
    "Ce": ("²F₅/₂", F(6, 7)),
    "Pr": ("³H₄", F(4, 5)),
    "Nd": ("⁴I₉/₂", F(8, 11)),
    "Pm": ("⁵I₄", F(3, 5)),
    "Sm": ("⁶H₅/₂", F(2, 7)),
    "Eu": ("⁷F₀", F(0)),
    "Gd": ("⁸S₇/₂", F(2)),
    "Tb": ("⁷F₆", F(3, 2)),
    "Dy": ("⁶H₁₅/₂", F(4, 3)),
    "Ho": ("⁵I₈", F(5, 4)),
    "Er": ("⁴I₁₅/₂", F(6, 5)),
    "Tm": ("³H₆", F(7, 6)),
    "Yb": ("²F₇/₂", F(8, 7)),
}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_stevens_factors_are_those_of_the_printed_table(symbol: str) -> None:
    assert lanthanide(symbol).stevens_factors == PUBLISHED[symbol]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_ground_multiplet_and_lande_factor_are_hunds(symbol: str) -> None:
    ion = lanthanide(symbol)
    assert (ion.multiplet, ion.g_J) == MULTIPLETS[symbol]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_kramers_ions_are_those_of_half_integral_j(symbol: str) -> None:
    ion = lanthanide(symbol)
    assert ion.kramers == (ion.J.denominator == 2)


@pytest.mark.parametrize("rank", range(3))
def test_radial_values_fall_smoothly_along_the_row(rank: int) -> None:
    """A digit swapped in the table would break the convex fall of ⟨r^k⟩ with atomic number (rounding: 0.5 %)."""
    values = [lanthanide(s).radial[rank] for s in SYMBOLS]
    steps = [b / a for a, b in pairwise(values)]
    assert all(s < 1 for s in steps)
    assert all(later > earlier - 0.005 for earlier, later in pairwise(steps))


def test_symbols_are_read_in_any_case() -> None:
    assert lanthanide(" dy ") == lanthanide("Dy")


@pytest.mark.parametrize("symbol,reason", [("La", "no 4f electron"), ("Lu", "full 4f shell"), ("Fe", "not covered")])
def test_ions_without_an_open_4f_shell_are_refused_with_the_reason(symbol: str, reason: str) -> None:
    with pytest.raises(DomainError, match=reason):
        lanthanide(symbol)
