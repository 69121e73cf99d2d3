"""SIMDAVIS: read strictly, and what is amiss said by line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import InputError
from core.learned.descriptors import Donors, Kind
from core.learned.simdavis import SHOWN_FAULTS, read_simdavis
from tests.learned.simdavis_table import COLUMNS, line, made_up, sample, written

OWN = Path(
    os.environ.get("KRAMERS_SIMDAVIS") or Path(__file__).parents[3] / "shared/data/simdavis/SIMDAVIS_dataset.tsv"
)


def test_a_row_is_read_with_all_that_is_seen_of_it(tmp_path: Path) -> None:
    rows = [
        sample(7, chemical_family="LnPc2", Ln_ion="Tb3+", coordination_elements="Nitrogen", concentration="9.1"),
        sample(8, X_im_max="Not Measured", Ueff="NA", coordination_number="NA", T_hyst="1.8", concentration="NA"),
    ]
    first, second = read_simdavis(written(tmp_path / "t.tsv", rows))
    assert (first.number, first.sight.ion, first.sight.donors) == (7, "Tb", Donors.NITROGEN)
    assert first.sight.kind is Kind.DOUBLE_DECKER and first.sight.diluted is True
    assert first.slow is True and first.barrier == 100.0 and first.hysteresis is None
    assert second.slow is None and second.barrier is None and second.sight.sites is None
    assert second.hysteresis == 1.8 and second.sight.diluted is None


def test_the_field_of_a_barrier_is_read_where_the_table_has_that_column(tmp_path: Path) -> None:
    columns = (*COLUMNS, "H")
    rows = [sample(1, H="1500"), sample(2, H="NA")]
    assert [s.field for s in read_simdavis(written(tmp_path / "t.tsv", rows, columns))] == [1500.0, None]
    assert [s.field for s in read_simdavis(written(tmp_path / "u.tsv", rows))] == [None, None]
    with pytest.raises(InputError, match="H is “weak”, not a field above 0 Oe"):
        read_simdavis(written(tmp_path / "v.tsv", [sample(1, H="weak")], columns))


@pytest.mark.parametrize(
    ("column", "cell", "word"),
    [
        ("Ueff", "many", "Ueff is “many”, not a temperature above 0 K"),
        ("Ueff", "-3", "not a temperature above 0 K"),
        ("Ueff", "nan", "not a temperature above 0 K"),
        ("T_hyst", "0", "T_hyst is “0”"),
        ("Ln_ion", "Fe3+", "Ln_ion is “Fe3+”, not one of Pr3+"),
        ("coordination_number", "14", "from 2 to 9"),
        ("concentration", "101", "a percentage above 0"),
        ("X_im_max", "", "X_im_max is “”"),
        ("DOI", "NA", "a DOI, which begins with 10."),
        ("sample_ID", "0", "a whole number above 0"),
    ],
)
def test_a_cell_that_holds_what_it_should_not_is_named_by_line(
    tmp_path: Path, column: str, cell: str, word: str
) -> None:
    rows = [sample(1), {**sample(2), column: cell}]
    with pytest.raises(InputError) as caught:
        read_simdavis(written(tmp_path / "t.tsv", rows))
    assert caught.value.sentence.startswith("t.tsv: one line does not hold what SIMDAVIS has there: line 3: ")
    assert word in caught.value.sentence and "\n" not in caught.value.sentence


def test_many_faults_are_counted_and_the_first_quoted(tmp_path: Path) -> None:
    rows = [sample(k, Ueff="x") for k in range(1, SHOWN_FAULTS + 4)]
    with pytest.raises(InputError, match=r"8 lines do not.*line 2: .*line 6: .*; and 3 more\.") as caught:
        read_simdavis(written(tmp_path / "t.tsv", rows))
    assert "line 7" not in caught.value.sentence


def test_a_lacking_column_a_short_row_and_a_sample_twice_are_faults(tmp_path: Path) -> None:
    without = tuple(name for name in COLUMNS if name != "Ueff")
    with pytest.raises(InputError, match=r"amiss: Ueff\."):
        read_simdavis(written(tmp_path / "a.tsv", [sample(1)], without))
    file = written(tmp_path / "b.tsv", [sample(1)])
    file.write_text(file.read_text() + "2\tshort\n")
    with pytest.raises(InputError, match="line 3: 2 cells under 13 columns"):
        read_simdavis(file)
    with pytest.raises(InputError, match="line 3: sample_ID 1 stands there a second time"):
        read_simdavis(written(tmp_path / "c.tsv", [sample(1), sample(1)]))


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "amiss: sample_ID"), (b"\x89PNG\xff\xfe", "no UTF-8"), (b"a,b,c\n1,2,3\n", "amiss: sample_ID")],
)
def test_what_is_no_such_table_is_one_sentence(tmp_path: Path, data: bytes, word: str) -> None:
    (tmp_path / "t.tsv").write_bytes(data)
    with pytest.raises(InputError, match=word):
        read_simdavis(tmp_path / "t.tsv")
    with pytest.raises(InputError, match="no sample below"):
        read_simdavis(written(tmp_path / "u.tsv", []))
    with pytest.raises(InputError, match="cannot be read"):
        read_simdavis(tmp_path / "nowhere.tsv")


def test_line_ends_of_windows_a_byte_order_mark_and_odd_spaces_do_no_harm(tmp_path: Path) -> None:
    text = "\r\n".join(["\t".join(COLUMNS), line(sample(1, compound="a\u2028b\x0bc")), ""])
    (tmp_path / "t.tsv").write_bytes(text.encode("utf-8-sig"))
    (only,) = read_simdavis(tmp_path / "t.tsv")
    assert only.number == 1 and len(read_simdavis(written(tmp_path / "u.tsv", made_up()))) == 120


def test_the_table_itself_is_read_whole() -> None:
    if not OWN.exists():
        pytest.skip("SIMDAVIS is not at hand; KRAMERS_SIMDAVIS names a copy")
    samples = read_simdavis(OWN)
    slow = [one.slow for one in samples]
    assert (len(samples), slow.count(True), slow.count(False), slow.count(None)) == (1405, 606, 600, 199)
    assert sum(one.barrier is not None for one in samples) == 660
    assert sum(one.hysteresis is not None for one in samples) == 278
