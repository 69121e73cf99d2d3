"""The Build page without a browser, and the workshop behind it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from rdkit import Chem
from streamlit.testing.v1 import AppTest

from app.building.entry import EXAMPLES
from app.building.inputs import PROGRAMS, spec_of
from app.building.tables import angle_rows, complex_formula, distance_rows, ligand_rows
from app.building.workshop import KEPT, Job, Workshop
from app.verifying.handover import KEY
from core.chem.complex_checks import Flaw, RejectedComplex
from core.chem.ligand import ligand_from_text
from core.qc.hamiltonian import check
from core.smm import build as module
from core.smm.build import Built, NotBuilt, Recipe, build
from core.smm.predictor import Status
from tests.app.test_pages import APP, metrics, texts
from tests.hostile import hostile_strings

SECONDS = 30


@pytest.fixture(autouse=True)
def empty_workshop() -> Iterator[None]:
    """What one test builds, no other finds built."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def methoxide_fluoride() -> Built:
    return build(Recipe(ligand_from_text("C[O-]"), ligand_from_text("[F-]")))


def build_page(smiles: str = "") -> AppTest:
    page = AppTest.from_file(str(APP / "views" / "build.py"), default_timeout=SECONDS).run()
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
    assert offered == ["XYZ", "MOL", "CIF", "JSON", "OpenMolcas", "ORCA"]
    assert "Restraint energy" in texts(page) and "6b00371" in texts(page)


def test_the_inputs_are_those_of_the_complex_on_the_page(methoxide_fluoride):
    spec = spec_of(methoxide_fluoride)
    check(spec)
    assert spec.charge == 1 and spec.metal == 0
    assert sorted(spec.elements[donor] for donor in spec.donors) == ["F", "O", "O", "O", "O", "O", "O"]
    for _, write in PROGRAMS.values():
        assert re.search(r"n(act)?el *=? *9\b", write(spec), re.IGNORECASE)


def test_a_ligand_on_its_way_to_verify_is_built_and_handed_on_without_a_click(monkeypatch):
    left: list[object] = []
    monkeypatch.setattr(st, "switch_page", left.append)
    page = AppTest.from_file(str(APP / "views" / "build.py"), default_timeout=SECONDS)
    page.session_state["axial/smiles"], page.session_state["build/due"] = "[F-]", True
    page.run()
    assert not left or not page.session_state["job"].running
    outcome = once_built(page).session_state["job"].outcome
    assert not page.exception and [path.name for path in left] == ["verify.py"]
    sent = page.session_state[KEY]
    assert sent.meta["smiles"] == "[F-]" and sent.title == outcome.recipe.stem
    page.run()
    assert len(left) == 1  # a second look at the page shows the complex


def test_a_ligand_on_its_way_to_verify_that_is_not_built_stays_and_says_why(monkeypatch):
    monkeypatch.setattr(st, "switch_page", lambda path: pytest.fail("there is nothing to verify"))
    page = AppTest.from_file(str(APP / "views" / "build.py"), default_timeout=SECONDS)
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


def test_an_example_fills_the_field_and_typing_lets_go_of_it():
    page = build_page()
    page.button_group(key="axial/example").set_value("PhO⁻").run()
    assert page.text_input(key="axial/smiles").value == EXAMPLES["PhO⁻"]
    page.text_input(key="axial/smiles").set_value("[F-]").run()
    assert not page.button_group(key="axial/example").value


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_ligand(name):
    assert ligand_from_text(EXAMPLES[name]).formula


def test_another_donor_can_be_chosen_and_the_drawing_follows():
    page = build_page("NC(=O)c1cccnc1")
    assert "amide O" in texts(page)
    first = page.get("image")[0].proto.imgs[0].url
    page.selectbox[0].select_index(1).run()
    assert "**pyridine N**" in texts(page)
    assert page.get("image")[0].proto.imgs[0].url != first


def test_a_file_counts_while_it_is_there():
    page = build_page("[F-]")
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CP(C)(C)=O"))
    page.file_uploader[0].set_value([("ligand.mol", block.encode(), "text/plain")]).run()
    assert "C₃H₉OP" in texts(page)
    assert page.text_input(key="axial/smiles").disabled


def test_two_different_ligands_are_asked_for_and_built():
    page = build_page("C[O-]")
    page.toggle[0].set_value(True).run()
    assert page.button(key="build").disabled
    page.text_input(key="second/smiles").set_value("[F-]").run()
    page = pressed(page)
    assert page.subheader[0].value == "[Dy(H₂O)₅(CH₃O)(F)]⁺"


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


# The workshop ---------------------------------------------------------------------------------------------------------


def waited(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
    return until()


@pytest.fixture
def recipe() -> Recipe:
    return Recipe(ligand_from_text("[F-]"))


def answer(*_: object) -> NotBuilt:
    return NotBuilt(Status.REFUSED, "no.")


class Bench:
    """A builder that counts."""

    def __init__(self, outcome: NotBuilt) -> None:
        self.outcome, self.metals = outcome, []

    def __call__(self, recipe: Recipe, *_: object) -> NotBuilt:
        self.metals.append(recipe.metal)
        return self.outcome


def finished(workshop: Workshop, recipe: Recipe) -> Job:
    job = workshop.start(recipe)
    assert waited(lambda: not job.running)
    return job


def test_what_was_built_once_is_not_built_again(recipe):
    bench = Bench(answer())
    workshop = Workshop(bench)
    for _ in range(3):
        assert finished(workshop, recipe).outcome == answer()
    finished(workshop, Recipe(recipe.axial, metal="Tb"))
    assert bench.metals == ["Dy", "Tb"]


def test_an_error_is_not_kept_since_another_try_may_succeed(recipe):
    bench = Bench(NotBuilt(Status.ERROR, "out of memory."))
    workshop = Workshop(bench)
    assert finished(workshop, recipe).outcome == finished(workshop, recipe).outcome == bench.outcome
    assert bench.metals == ["Dy", "Dy"]


def test_stop_is_heard_at_once_and_reaches_the_builder(recipe):
    heard = threading.Event()

    def until_cancelled(_: Recipe, report: Callable[[str, float], None], cancelled: Callable[[], bool]) -> NotBuilt:
        report("relaxing", 0.5)
        assert waited(cancelled)
        heard.set()
        return answer()

    job = Workshop(until_cancelled).start(recipe)
    assert waited(lambda: job.stage == "relaxing") and job.fraction == 0.5
    job.stop()
    assert not job.running and heard.wait(5)
    assert job.outcome is None


def test_a_stopped_building_is_not_kept_and_can_be_asked_for_again(recipe):
    first = threading.Event()

    def builder(_: Recipe, __: object, cancelled: Callable[[], bool]) -> NotBuilt:
        if not first.is_set():
            first.set()
            waited(cancelled)
            return NotBuilt(Status.REFUSED, "stopped.")
        return answer()

    workshop = Workshop(builder)
    job = workshop.start(recipe)
    assert first.wait(5)
    job.stop()
    again = workshop.start(recipe)
    assert waited(lambda: again.outcome == answer())


def test_no_more_are_built_at_once_than_there_are_places(recipe):
    release, inside = threading.Event(), []

    def builder(asked: Recipe, *_: object) -> NotBuilt:
        inside.append(asked.metal)
        release.wait(5)
        return answer()

    workshop = Workshop(builder, places=1)
    jobs = [workshop.start(Recipe(recipe.axial, metal=metal)) for metal in ("Dy", "Tb")]
    assert waited(lambda: len(inside) == 1)
    assert "waiting" in jobs[1].stage and jobs[1].running
    release.set()
    assert waited(lambda: not any(job.running for job in jobs))


def test_only_so_many_complexes_are_kept(recipe):
    bench = Bench(answer())
    workshop = Workshop(bench)
    metals = [f"M{number}" for number in range(KEPT + 1)]
    for metal in [*metals, metals[-1], metals[0]]:
        finished(workshop, Recipe(recipe.axial, metal=metal))
    assert bench.metals == [*metals, metals[0]]


def test_a_job_that_is_finished_cannot_be_stopped(recipe):
    job = Job(recipe, outcome=answer())
    job.stop()
    assert not job.stopped and job.outcome == answer()


# The tables -----------------------------------------------------------------------------------------------------------


def test_the_tables_name_atoms_as_the_xyz_counts_them(methoxide_fluoride):
    molecule = methoxide_fluoride.complex.molecule
    rows = distance_rows(methoxide_fluoride)
    assert [row["role"] for row in rows] == ["axial"] * 2 + ["equatorial"] * 6
    for row in rows[:-1]:
        donor = int(str(row["bond"]).split("–")[1].lstrip("OF"))
        assert row["distance / Å"] == pytest.approx(
            float((molecule.relative_positions[donor - 1] ** 2).sum() ** 0.5), abs=1e-9
        )
    assert rows[-1]["distance / Å"] == pytest.approx(sum(row["distance / Å"] for row in rows[2:7]) / 5)
    assert len(angle_rows(methoxide_fluoride)) == 2  # the axis, and Dy–O–C; fluoride has no neighbour


def test_ligands_are_listed_from_plus_z_to_minus_z(methoxide_fluoride):
    first, second = ligand_rows(methoxide_fluoride)
    assert (first["donor"], second["donor"]) == ("alkoxide", "fluoride")
    assert second["frontier gap / eV"] is None
    assert complex_formula(methoxide_fluoride) == "[Dy(H₂O)₅(CH₃O)(F)]⁺"
