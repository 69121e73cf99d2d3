"""The report that stands on its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as tree

import pytest

from core.magnetism.levels import weights_text
from core.qc.html_report import barrier_sentence, to_html
from tests.outcomes import outcome
from tests.verified import verified

HOSTILE = "</title><script>alert(1)</script> & “x” <img src=//evil>"


@pytest.mark.parametrize("name", ["Dy(H2O)5F2", "TbF3"])
def test_the_page_holds_levels_plots_doubts_and_provenance_and_asks_nobody(name):
    record = verified(name)
    page = to_html(outcome(record, name, provenance=[("engine", "cahf-1")], doubts=["A doubt."]))
    assert page.count("<tr>") == 1 + len(record["levels"]["doublets"])
    assert page.count("<svg") == 4 and "A doubt." in page and "engine: cahf-1" in page
    assert "4f population of the seven active orbitals 7" in page
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_hostile_words_are_shown_and_do_nothing():
    page = to_html(outcome(title=HOSTILE, provenance=[(HOSTILE, HOSTILE)], doubts=[HOSTILE]))
    assert "<script" not in page and "<img" not in page
    body = page.replace("<!doctype html>", "").replace('<meta charset="utf-8">', "")
    assert "alert(1)" in "".join(tree.fromstring(body).itertext())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "1083 cm⁻¹"),
        ({"barrier_cm1": None}, "no doublet has"),
        ({"barrier_cm1": None, "transition_moments_muB": [[0.0, 0.9]]}, "ground doublet itself"),
    ],
)
def test_the_barrier_is_said_with_its_rule(change, says):
    assert says in barrier_sentence({**verified(), **change})


def test_an_ion_without_kramers_doublets_tunnels():
    assert "split by 10 cm⁻¹" in barrier_sentence(verified("TbF3"))


def test_weights_are_written_as_kets():
    assert weights_text([[7.5, 0.982], [0.0, 0.01]]) == "98 % |±15/2⟩, 1 % |0⟩"
