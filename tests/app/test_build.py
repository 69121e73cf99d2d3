"""The Build page without a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
import streamlit as st
from rdkit import Chem
from streamlit.testing.v1 import AppTest

from app import page_file
from app.build.entry import EXAMPLES
from app.shared.handover import KEY
from core.chem.build.checks import Flaw, RejectedComplex
from core.chem.ligand.ligand import ligand_from_text
from core.workflows import build as module
from tests.app.test_pages import metrics, texts
from tests.app.test_verify import FILES
from tests.hostile import hostile_strings

SECONDS = 30


@pytest.fixture(autouse=True)
def empty_workshop() -> Iterator[None]:
    """What one test builds, no other finds built."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def build_page(smiles: str = "") -> AppTest:
    page = AppTest.from_file(str(page_file("build")), default_timeout=SECONDS).run()
    return page.text_input(key="axial/smiles").set_value(smiles).run() if smiles else page


def pressed(page: AppTest) -> AppTest:
    """The page after Build, once there is an outcome."""
    return once_built(page.button(key="build").click().run())


def once_built(page: AppTest) -> AppTest:
    """The page once there is an outcome."""
    end = time.monotonic() + SECONDS
    while page.session_state["job"].running and time.monotonic() < end:
        time.sleep(0.05)
    return page.run()


def test_the_empty_page_says_what_it_does_and_builds_nothing():
    page = build_page()
    assert not page.exception
    assert "Give a ligand" in texts(page)
    assert page.button(key="build").disabled


def test_a_ligand_is_read_and_drawn_while_nothing_is_built():
    page = build_page("CP(C)(C)=O")
    assert "phosphine oxide" in texts(page) and "C₃H₉OP" in texts(page) and "SA score" in texts(page)
    assert len(page.get("image")) == 1
    assert not page.button(key="build").disabled


def test_a_methoxide_becomes_a_card_with_levels_measures_and_files():
    page = pressed(build_page("C[O-]"))
    assert not page.exception
    assert page.subheader[0].value == "[Dy(H₂O)₅(CH₃O)₂]⁺"
    assert "not measured" in texts(page) and "fitted to" in page.info[0].value
    assert metrics(page)["First gap, electrostatic"].endswith("cm⁻¹")
    assert metrics(page)["Angle of easy axis to axial donors"].endswith("°")
    columns = [set(table.value.columns) for table in page.dataframe]
    for wanted in ("distance / Å", "angle / °", "CShM", "buried volume / %", "main |M_J⟩"):
        assert any(wanted in found for found in columns), wanted
    offered = [button.label for button in page.get("download_button")]
    assert offered == [*FILES, "MOL", "CIF", "JSON", "OpenMolcas", "ORCA", "PHI"]
    assert "Restraint energy" in texts(page) and "6b00371" in texts(page)


def test_a_ligand_on_its_way_to_verify_is_built_and_handed_on_without_a_click(monkeypatch):
    left: list[object] = []
    monkeypatch.setattr(st, "switch_page", left.append)
    page = AppTest.from_file(str(page_file("build")), default_timeout=SECONDS)
    page.session_state["axial/smiles"], page.session_state["build/due"] = "[F-]", True
    page.run()
    assert not left or not page.session_state["job"].running
    outcome = once_built(page).session_state["job"].outcome
    assert not page.exception and left == [page_file("verify")]
    sent = page.session_state[KEY]
    assert sent.meta["smiles"] == "[F-]" and sent.title == outcome.recipe.stem
    page.run()
    assert len(left) == 1  # a second look at the page shows the complex


def test_a_ligand_on_its_way_to_verify_that_is_not_built_stays_and_says_why(monkeypatch):
    monkeypatch.setattr(st, "switch_page", lambda path: pytest.fail("there is nothing to verify"))
    page = AppTest.from_file(str(page_file("build")), default_timeout=SECONDS)
    page.session_state["axial/smiles"], page.session_state["build/due"] = "not a ligand", True
    page.run()
    assert not page.exception and "not a ligand Kramers can take" in texts(page)


def test_a_metal_without_open_shell_has_no_inputs_and_the_page_says_why():
    page = build_page("[F-]")
    page.selectbox(key="metal").select("Lu").run()
    page = pressed(page)
    assert not page.exception
    assert [button.label for button in page.get("download_button")] == ["XYZ", "MOL", "CIF", "JSON"]
    assert "No inputs for OpenMolcas and ORCA: Lu(III) has a full 4f shell" in texts(page)


def test_an_ion_whose_levels_no_model_here_gives_has_inputs_for_other_programs_all_the_same():
    page = build_page("[F-]")
    page.selectbox(key="metal").select("Gd").run()
    page = pressed(page)
    assert not page.exception
    offered = [button.label for button in page.get("download_button")]
    assert offered == ["XYZ", "MOL", "CIF", "JSON", "OpenMolcas", "ORCA"]


def test_an_example_fills_the_field_and_typing_lets_go_of_it():
    page = build_page()
    page.button_group(key="axial/example").set_value("PhO⁻").run()
    assert page.text_input(key="axial/smiles").value == EXAMPLES["PhO⁻"]
    page.text_input(key="axial/smiles").set_value("[F-]").run()
    assert not page.button_group(key="axial/example").value


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_ligand(name):
    assert ligand_from_text(EXAMPLES[name]).formula


@pytest.mark.parametrize(("name", "formula"), [("HMPA", "C₆H₁₈N₃OP"), ("Triphenylphosphine oxide", "C₁₈H₁₅OP")])
def test_a_common_name_is_read_and_the_page_says_as_what(name, formula):
    page = build_page(name)
    assert formula in texts(page) and f"Read as `{ligand_from_text(name).smiles}`" in texts(page)
    assert page.text_input(key="axial/smiles").value == name and not page.button(key="build").disabled


def test_an_unknown_name_is_answered_with_near_ones():
    page = build_page("triphenylphosphin oxide")
    assert "Did you mean triphenylphosphine oxide" in texts(page)
    assert page.button(key="build").disabled


@pytest.mark.parametrize("name", ["2,2'-bipyridine", "phen", "acac", "nitrate"])
def test_a_chelate_is_drawn_and_refused_with_a_way_out_before_anything_is_built(name):
    page = build_page(name)
    assert len(page.get("image")) == 1 and "takes two places at the metal" in texts(page)
    assert "Predict" in texts(page) and page.button(key="build").disabled


def test_another_donor_can_be_chosen_and_the_drawing_follows():
    page = build_page("NC(=O)c1cccnc1")
    assert "amide O" in texts(page)
    first = page.get("image")[0].proto.imgs[0].url
    page.selectbox[0].select_index(1).run()
    assert "**pyridine N**" in texts(page)
    assert page.get("image")[0].proto.imgs[0].url != first


def uploaded(page: AppTest, text: str, name: str = "ligand.mol") -> AppTest:
    return page.file_uploader[0].set_value([(name, text.encode(), "text/plain")]).run()


def block_of(smiles: str) -> str:
    return Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))


@pytest.mark.parametrize("smiles", ["CP(C)(C)=O", "CC(C)(C)[O-]", "C[C@H](O)c1ccccc1"])
def test_a_file_fills_the_field_with_its_charge_and_everything_can_still_be_changed(smiles):
    page = build_page()
    page.button_group(key="axial/example").set_value("PhO⁻").run()
    page = uploaded(page, block_of(smiles))
    field = page.text_input(key="axial/smiles")
    assert field.value == Chem.CanonSmiles(smiles) and not field.disabled
    assert not page.button_group(key="axial/example").value and not page.button_group(key="axial/example").disabled
    page = field.set_value("[F-]").run()
    assert "fluoride" in texts(page) and page.text_input(key="axial/smiles").value == "[F-]"
    page.button_group(key="axial/example").set_value("tBuO⁻").run()
    assert page.text_input(key="axial/smiles").value == EXAMPLES["tBuO⁻"]


def test_a_file_of_several_ligands_says_that_the_first_was_taken():
    page = uploaded(build_page(), f"{block_of('CP(C)(C)=O')}$$$$\n{block_of('[F-]')}$$$$\n", "two.sdf")
    assert page.text_input(key="axial/smiles").value == "CP(C)(C)=O"
    assert "only the first was read" in texts(page)


@pytest.mark.parametrize("text", ["", "no molecule\nat all\n", f"{block_of('[O-]C(=O)C(=O)[O-]')}", "M  END\n"])
def test_a_file_without_a_ligand_says_so_and_leaves_the_field_alone(text):
    page = uploaded(build_page("C[O-]"), text)
    assert not page.exception
    assert "Not taken: " in texts(page)
    assert page.text_input(key="axial/smiles").value == "C[O-]"
    page = uploaded(page, block_of("[F-]"))
    assert "Not taken" not in texts(page) and page.text_input(key="axial/smiles").value == "[F-]"


def test_two_different_ligands_are_asked_for_and_built():
    page = build_page("C[O-]")
    page.toggle[0].set_value(True).run()
    assert page.button(key="build").disabled
    page.text_input(key="second/smiles").set_value("[F-]").run()
    page = pressed(page)
    assert page.subheader[0].value == "[Dy(H₂O)₅(CH₃O)(F)]⁺"


def test_two_ligands_are_drawn_side_by_side_while_nothing_is_built():
    page = build_page("C[O-]")
    page.toggle[0].set_value(True).run()
    assert page.text_input(key="axial/smiles").value == "C[O-]" and len(page.get("image")) == 1
    page.text_input(key="second/smiles").set_value("HMPA").run()
    assert len(page.columns[0].get("image")) == len(page.columns[1].get("image")) == 1
    assert "job" not in page.session_state
    page.text_input(key="second/smiles").set_value("HMP").run()
    assert len(page.columns[0].get("image")) == 1 and not page.columns[1].get("image")
    assert page.button(key="build").disabled


def test_four_equatorial_ligands_make_an_octahedron_and_its_formula_says_so():
    page = build_page("[Cl-]")
    page.button_group(key="plane").set_value("pyridine4").run()
    page = pressed(page)
    assert not page.exception
    assert page.subheader[0].value == "[Dy(py)₄(Cl)₂]⁺"
    assert any("OC-6" in str(table.value) for table in page.dataframe)
    assert any("mean of four" in str(table.value) for table in page.dataframe)


def test_an_acid_is_offered_without_its_proton():
    page = build_page("CO")
    offer = next(button for button in page.button if "without its proton" in button.label)
    offer.click().run()
    assert page.text_input(key="axial/smiles").value == "C[O-]"


def test_a_rejected_complex_is_answered_with_its_flaw_and_advice(monkeypatch):
    def rejected(*_: object, **__: object) -> None:
        raise RejectedComplex(Flaw.DONOR_LOST, "the donor O left the metal (3.10 Å away).")

    monkeypatch.setattr(module, "build_complex", rejected)
    page = pressed(build_page("[OH-]"))
    assert not page.exception and not page.metric
    assert "donor lost" in texts(page)
    assert "left the metal" in texts(page) and "choose another donor" in texts(page)


def test_a_fault_of_ours_is_a_sentence(monkeypatch):
    monkeypatch.setattr(module, "build_complex", lambda *_, **__: 1 / 0)
    page = pressed(build_page("[OH-]"))
    assert not page.exception
    assert "please report" in texts(page)


def test_the_page_says_when_what_stands_above_is_not_what_is_shown():
    page = pressed(build_page("[F-]"))
    assert "press Build" not in texts(page)
    page.text_input(key="axial/smiles").set_value("C[O-]").run()
    assert page.subheader[0].value.startswith("[Dy(H₂O)₅(F)₂]")
    assert "press Build" in texts(page)


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/a.png)",
    "$x^2$:smile:",
    "C[O-] |$<script>alert(1)</script>$|",
    "CCC",
    "C" * 10_000,
    "[" * 300,
    "\x00\u202e`#",
    "M  END\n" * 2_000,
)


def test_hostile_text_is_answered_at_once_and_never_read_as_markdown():
    page = build_page("C[O-]")  # loads the table of the SA score
    for text in [*HOSTILE, *hostile_strings(list(EXAMPLES.values()))]:
        if "\ud800" in text:
            continue  # no browser can send half a surrogate pair
        started = time.process_time()
        page.text_input(key="axial/smiles").set_value(text).run()
        assert time.process_time() - started < 1.0, repr(text[:80])
        assert not page.exception, repr(text[:80])
        marked = " ".join(element.value for element in [*page.markdown, *page.caption, *page.info, *page.subheader])
        assert not re.search("evil|onerror|script|smile|jndi", marked), repr(text[:80])
