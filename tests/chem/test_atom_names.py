"""Names of atoms: hers, once each, and nothing in them that a page would take for its own."""

from __future__ import annotations

import pytest

from core.chem.atom_names import label_of_hydrogen, safe_label, unique_names


def test_labels_stay_as_the_file_has_them() -> None:
    labels = ("Dy1", "O1W", "C12A", "N(3)", "C1'", "H1A*", "O1#")
    assert unique_names(labels, ("Dy", "O", "C", "N", "C", "H", "O")) == labels


def test_copies_by_symmetry_are_told_apart_as_journals_do() -> None:
    assert unique_names(("Dy1", "O1", "O1", "O1", "O1"), ("Dy", *"OOOO")) == ("Dy1", "O1", "O1_i", "O1_ii", "O1_iii")


def test_a_name_that_the_file_has_itself_is_not_given_twice() -> None:
    names = unique_names(("O1_i", "O1", "O1", "O1"), ("O",) * 4)
    assert names == ("O1_i", "O1", "O1_ii", "O1_iii")


def test_many_copies_keep_roman_numbers() -> None:
    names = unique_names(("C1",) * 50, ("C",) * 50)
    assert (names[4], names[9], names[40], names[49]) == ("C1_iv", "C1_ix", "C1_xl", "C1_xlix")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("</script><script>alert(1)</script>", "O/scriptscriptalert("),
        ("O1 \u202e\n", "O1"),
        ("12", "O12"),
        ("", "O7"),
        ("`O`", "O"),
        ("O&amp;", "Oamp;"),
        ("_loop", "O_loop"),
    ],
)
def test_signs_of_markup_are_left_out(label: str, expected: str) -> None:
    name = safe_label(label, "O", 7)
    assert name.startswith(expected[:20])
    assert not set(name) & set("<>&`\\ \n")


def test_an_added_hydrogen_is_called_after_its_oxygen() -> None:
    assert [label_of_hydrogen("O1W", "O", k) for k in (0, 1)] == ["H1WA", "H1WB"]
    assert label_of_hydrogen("Wat1", "O", 0) == "HWat1A"
