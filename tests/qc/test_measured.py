"""Measured points out of hostile files."""

from __future__ import annotations

import pytest

from core.errors import KramersError
from core.qc.measured import MOST_BYTES, MOST_POINTS, read_measured
from tests.hostile import hostile_strings


@pytest.mark.parametrize(
    "text",
    [
        "T,chiT\n2,11.5\n300,14.1\n",
        "\ufeffT/K;χT/cm³ K mol⁻¹\r\n2;11,5\r\n300;14,1\r\n",
        "Temperature (K)\tXmT (emu K/mol)\n2\t11.5\n300\t14.1",
        "# SQUID\nn,T [K],chi_T\n1,2,11.5\n2,300,14.1",
    ],
)
def test_chi_t_is_read_however_the_columns_are_called(text):
    assert read_measured(text.encode()).chi_t == ((2.0, 11.5), (300.0, 14.1))


@pytest.mark.parametrize(("head", "field"), [("H", "1"), ("H/T", "1"), ("H (Oe)", "10000"), ("B/mT", "1000")])
def test_fields_are_tesla_unless_the_name_says_otherwise(head, field):
    ((tesla, moment, kelvin),) = read_measured(f"{head},M,T\n{field},4.2,2\n".encode()).magnetisation
    assert (tesla, moment, kelvin) == (pytest.approx(1.0), 4.2, 2.0)


def test_a_curve_may_come_without_temperature():
    assert read_measured(b"H,M\n1,4.2").magnetisation == ((1.0, 4.2, None),)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no table"),
        (b"T,chiT\n", "no table"),
        (b"\x00\x01T,chiT\n1,2", "no table"),
        (b"a,b\n1,2", "neither T and chiT nor H and M"),
        (b"T,M\n1,2", "neither"),
        (b"T,chiT\n2,eleven", "is no number"),
        (b"T,chiT\n2,nan", "is no number"),
        (b"T,chiT\n2", "is no number"),
        (b"T,chiT\n-2,11", "is no T in K"),
        (b"H,M\n10000,4", "H/Oe"),
        (b"H/parsec,M\n1,4", "unit of the field"),
        (b"T,chiT\n" + b"2,11\n" * (MOST_POINTS + 1), "points"),
        (b"T,chiT\n" + b" " * MOST_BYTES, "MB"),
    ],
)
def test_a_bad_file_is_answered_with_a_sentence(data, says):
    with pytest.raises(KramersError, match=says):
        read_measured(data)


def test_hostile_cells_come_back_short_and_harmless():
    for text in hostile_strings(["T,chiT", "2"]):
        data = f"T,chiT\n2,{text}".encode("utf-8", errors="replace")
        try:
            assert read_measured(data).chi_t
        except KramersError as error:
            assert len(error.sentence) < 400 and error.sentence.isprintable()
