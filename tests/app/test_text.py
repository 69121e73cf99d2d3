"""Hostile text on its way to the page."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.tables import csv_cell, to_csv
from app.text import code_span, file_stem, half_integer, ion_name, literal, one_line, signed, subscripted
from core.words import counted

hostile = st.text(st.sampled_from(list("`![]()<>$*_:\\&;/ab\n\t\r\u202e\u2028\x00")), max_size=60) | st.text(
    max_size=60
)


@given(hostile)
def test_a_code_span_is_all_that_markdown_sees(text: str) -> None:
    tokens = MarkdownIt().parse(f"### {code_span(text)}")
    inline = next(token for token in tokens if token.type == "inline")
    assert [child.type for child in inline.children or []] == ["code_inline"]


@given(hostile)
def test_one_line_holds_nothing_invisible_and_keeps_what_can_be_seen(text: str) -> None:
    shown = one_line(text, 10_000)
    assert not any(unicodedata.category(c).startswith("C") and unicodedata.category(c) != "Cn" for c in shown)
    assert [c for c in text if c.isalnum()] == [c for c in shown if c.isalnum()]


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    shown = one_line("a" * 100 + "b" * 100, 20)
    assert len(shown) == 20
    assert re.fullmatch("a+…b+", shown)


@given(st.text())
def test_a_download_is_named_harmlessly(name: str) -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{1,60}", file_stem(name))


def test_a_download_keeps_the_name_of_its_file() -> None:
    assert file_stem("../../etc/Dy-acac.CIF.gz") == "Dy-acac"
    assert file_stem("<script>.cif") == "script"
    assert file_stem("…") == "structure"


@given(hostile)
def test_no_csv_cell_is_a_formula(text: str) -> None:
    assert not csv_cell(text).lstrip().startswith(("=", "+", "-", "@"))


def test_numbers_of_the_csv_stay_numbers() -> None:
    rows = [{"file": "=cmd()", "first gap / cm⁻¹": -1.5, "CN": None, "message": 'a "b", c'}]
    assert to_csv(rows).decode("utf-8-sig").splitlines() == [
        "file,first gap / cm⁻¹,CN,message",
        '\'=cmd(),-1.5,,"a ""b"", c"',
    ]


def test_chemists_notation() -> None:
    assert [signed(charge) for charge in (-2, 0, 1, None)] == ["−2", "0", "+1", "?"]
    assert subscripted("C12H10DyO2") == "C₁₂H₁₀DyO₂"
    assert [half_integer(value) for value in (7.5, 6.0, 0.5)] == ["15/2", "6", "1/2"]
    assert [ion_name("Dy", state) for state in (3, None)] == ["Dy(III)", "Dy"]


def test_a_number_has_the_noun_that_goes_with_it() -> None:
    assert [counted(number, "ligand") for number in (0, 1, 2, 1200)] == [
        "0 ligands",
        "1 ligand",
        "2 ligands",
        "1,200 ligands",
    ]


def test_signs_of_markdown_are_escaped_one_by_one():
    assert literal("O1*–Dy1–η5-C1") == r"O1\*–Dy1–η5\-C1"
    assert literal("$[a](b)_c:d:") == r"\$\[a\]\(b\)\_c\:d\:"
