"""The structure editor: what page and editor agree on, and what its frame may do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.components.sketcher import Sheet
from core.chem.ligand.ligand import ligand_from_text

APP = Path(__file__).resolve().parents[2] / "app"
JSME = APP / "static" / "jsme"
SKETCHER = APP / "components" / "sketcher"
START = Sheet(revision=0, given="CO", smiles="CO")


def drawn(smiles: object, revision: object = 0) -> dict[str, object]:
    return {"revision": revision, "smiles": smiles}


def test_the_given_smiles_stands_until_something_is_drawn():
    assert START.after("CO", None) == START
    assert START.after("CO", drawn("C[O-]")).smiles == "C[O-]"


def test_a_wiped_sheet_is_empty_and_not_the_given_ligand():
    assert START.after("CO", drawn("")).smiles == ""


def test_a_drawing_given_back_by_the_page_is_not_loaded_again():
    sheet = START.after("CO", drawn("C[O-]"))
    assert sheet.after("C[O-]", drawn("C[O-]")).revision == 0
    assert sheet.after("C[O-]", drawn("CC[O-]")).smiles == "CC[O-]"


def test_other_text_replaces_the_drawing_and_late_news_of_it_no_longer_counts():
    sheet = START.after("CO", drawn("C[O-]")).after("c1ccncc1", drawn("C[O-]"))
    assert sheet == Sheet(1, "c1ccncc1", "c1ccncc1")
    assert sheet.after("c1ccncc1", drawn("CC[O-]", revision=0)).smiles == "c1ccncc1"


def test_text_typed_back_to_what_the_drawing_started_from_replaces_it_too():
    fed_back = START.after("CO", drawn("C[O-]")).after("C[O-]", drawn("C[O-]"))
    assert fed_back.after("CO", drawn("C[O-]")) == Sheet(1, "CO", "CO")


@pytest.mark.parametrize("report", ["CC", 3, [], {}, {"smiles": "CC"}, drawn(None), drawn(["CC"]), drawn({}, 0)])
def test_a_report_that_is_no_drawing_is_not_heard(report):
    assert START.after("CO", report) == START


def test_the_editor_stands_on_a_page_and_returns_what_it_was_given():
    def page() -> None:
        import streamlit as st

        from app.components.sketcher import sketch

        st.code(sketch("CC(C)(C)[O-]", dark=False, key="sketch"))

    shown = AppTest.from_function(page).run(timeout=30)
    assert not shown.exception
    assert shown.code[0].value == "CC(C)(C)[O-]"


def test_the_carbene_that_jsme_writes_with_an_open_aromatic_ring_is_the_one_it_was_given():
    assert ligand_from_text("Cn1ccn(C)[C]1") == ligand_from_text("CN1C=CN(C)[C]1")


def test_the_frame_loads_from_our_own_server_only_and_opens_no_window():
    frame = (SKETCHER / "frame.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in frame
    assert "http" not in frame.replace('http-equiv="', "")
    assert 'sandbox="allow-scripts allow-same-origin"' in (SKETCHER / "__init__.py").read_text(encoding="utf-8")


def test_the_shipped_jsme_is_unchanged_complete_and_light():
    shipped = json.loads((JSME / "version.json").read_text(encoding="utf-8"))["sha256"]
    ours = {"version.json", "LICENSE.txt", "OpenChemLib-LICENSE.txt"}
    files = {path.relative_to(JSME).as_posix(): path.read_bytes() for path in JSME.rglob("*") if path.is_file()}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name not in ours} == shipped
    assert ours <= files.keys()
    assert sum(map(len, files.values())) < 2_000_000
    assert b"Novartis" in files["LICENSE.txt"]
