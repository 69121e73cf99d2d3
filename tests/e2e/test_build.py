"""The Build page in a real browser: a ligand in, a complex out, nothing sent anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page
from rdkit import Chem

from core.workflows.build import build_from_text
from tests.e2e.screen import FOUND, VIEWER, view

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

OXYGEN_BUTTON = (15, 135)  # px, in the frame of the editor
BUILT = 90_000  # ms; on a machine shared with other work


def typed(page: Page, app: str, smiles: str) -> None:
    page.goto(app)  # straight to /build, Streamlit's own script would first ask for files that are not there
    page.get_by_role("link", name="Build").first.click(timeout=FOUND)
    page.get_by_label("Axial ligand as SMILES").fill(smiles, timeout=FOUND)


def built(page, app, smiles):
    typed(page, app, smiles)
    page.get_by_role("img", name="Structural formula").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Build", exact=True).click(timeout=FOUND)
    page.get_by_role("button", name="XYZ").wait_for(timeout=BUILT)


def coordinates(xyz: str) -> np.ndarray:
    return np.array([[float(x) for x in line.split()[1:]] for line in xyz.splitlines()[2:]])


@pytest.fixture(scope="module")
def methoxide(shared, app):
    """A page with a complex built, and the way to another one."""
    built(shared, app, "C[O-]")
    return shared


def test_a_typed_ligand_becomes_a_complex_in_3d_whose_xyz_is_that_of_the_command_line(methoxide):
    frame = view(methoxide)
    expected = str(build_from_text("C[O-]").to_dict()["xyz"])
    with methoxide.expect_download() as download:
        methoxide.get_by_role("button", name="XYZ").click()
    assert download.value.suggested_filename == "Dy-water5-CH3O-CH3O.xyz"
    xyz = Path(download.value.path()).read_text(encoding="utf-8")
    assert xyz.splitlines()[:2] == expected.splitlines()[:2]
    assert coordinates(xyz) == pytest.approx(coordinates(expected), abs=1e-3)
    drawn = frame.evaluate(f"{VIEWER}.getModel().selectedAtoms({{}}).map((atom) => [atom.x, atom.y, atom.z])")
    assert np.array(drawn) == pytest.approx(coordinates(expected), abs=1e-3)


@pytest.mark.parametrize(
    ("program", "ending", "start"), [("OpenMolcas", ".input", "* Kramers"), ("ORCA", ".inp", "# Kramers")]
)
def test_the_inputs_for_other_programs_are_made_when_they_are_asked_for(methoxide, program, ending, start):
    with methoxide.expect_download() as download:
        methoxide.get_by_role("button", name=program).click(timeout=FOUND)
    assert download.value.suggested_filename == f"Dy-water5-CH3O-CH3O{ending}"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(start)


def test_the_page_says_what_was_not_measured_and_what_to_doubt(methoxide, app, pytestconfig):
    for text in ("not measured", "Reasons to doubt it", "Restraint energy"):
        assert methoxide.get_by_text(text).first.is_visible()
    folder = pytestconfig.getoption("--screenshots", default=None)
    if folder:
        built(methoxide, app, "CP(C)(C)=O")
        view(methoxide)
        methoxide.set_viewport_size({"width": 1360, "height": 2380})
        methoxide.wait_for_timeout(2500)  # the table and the first frames of a software renderer
        methoxide.get_by_role("heading", name="Build").scroll_into_view_if_needed()
        methoxide.screenshot(path=Path(folder) / "build.png")
        built(methoxide, app, "C[O-]")


def test_what_was_entered_and_built_is_still_there_after_a_look_at_another_page(methoxide):
    methoxide.get_by_role("link", name="About").first.click()
    methoxide.get_by_role("heading", name="Limits").wait_for(timeout=FOUND)
    methoxide.get_by_role("link", name="Build").first.click()
    methoxide.get_by_role("heading", name="[Dy(H₂O)₅(CH₃O)₂]⁺").wait_for(timeout=FOUND)
    assert methoxide.get_by_label("Axial ligand as SMILES").input_value() == "C[O-]"


def test_stop_is_heard_while_a_complex_is_relaxed_and_another_ligand_can_follow(page, app):
    typed(page, app, "O=P(c1ccccc1)(c1ccccc1)c1ccccc1")
    page.get_by_role("button", name="Build", exact=True).click(timeout=FOUND)
    page.get_by_text("relaxing, step").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing was built.").wait_for(timeout=FOUND)
    page.get_by_label("Axial ligand as SMILES").fill("[F-]")
    page.get_by_text("donor (disc): fluoride").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Build", exact=True).click()
    page.get_by_role("heading", name="[Dy(H₂O)₅(F)₂]⁺").wait_for(timeout=BUILT)


def test_what_is_drawn_in_the_editor_stands_in_the_field_and_beside_it(page, app):
    typed(page, app, "C[O-]")
    page.get_by_text("or draw it").click()
    editor = page.locator("iframe").element_handle(timeout=FOUND).content_frame()
    editor.wait_for_function("frameElement.editor?.smiles() === 'C[O-]'", timeout=FOUND)
    page.get_by_label("Axial ligand as SMILES").fill("")
    editor.wait_for_function("frameElement.editor.smiles() === ''", timeout=FOUND)
    box = page.locator("iframe").bounding_box()
    for x, y in (OXYGEN_BUTTON, (300, 200)):
        page.mouse.click(box["x"] + x, box["y"] + y)
    page.get_by_text("donor (disc): water").wait_for(timeout=FOUND)
    assert page.get_by_label("Axial ligand as SMILES").input_value() == "O"


def test_a_second_ligand_is_drawn_beside_the_first_while_it_is_typed(page, app):
    typed(page, app, "trimethylphosphine oxide")
    page.get_by_text("donor (disc): phosphine oxide").wait_for(timeout=FOUND)
    page.get_by_text("two different axial ligands").click()
    page.get_by_label("Second axial ligand").press_sequentially("tert-butoxide", delay=30, timeout=FOUND)
    page.get_by_text("donor (disc): alkoxide").wait_for(timeout=FOUND)  # no Enter, no click elsewhere
    first, second = (page.get_by_role("img", name="Structural formula").nth(k).bounding_box() for k in (0, 1))
    assert second["y"] == pytest.approx(first["y"], abs=2) and second["x"] > first["x"] + first["width"]
    assert second["y"] + second["height"] < 1000  # in sight


def test_a_file_fills_the_field_and_locks_nothing(page, app):
    typed(page, app, "[F-]")
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CC(C)(C)[O-]")).encode()
    page.get_by_text("or a MOL or SDF file").click(timeout=FOUND)
    chosen = page.locator("input[type=file]")
    chosen.set_input_files([{"name": "ligand.mol", "mimeType": "text/plain", "buffer": block}], timeout=FOUND)
    page.get_by_text("donor (disc): alkoxide").wait_for(timeout=FOUND)
    field = page.get_by_label("Axial ligand as SMILES")
    assert field.input_value() == "CC(C)(C)[O-]"
    field.fill("CC(C)[O-]")
    page.get_by_role("img", name="Structural formula, C3H7O").wait_for(timeout=FOUND)


def test_a_hostile_ligand_arrives_as_text(page, app):
    typed(page, app, "<img/src=x/onerror=top.pwned=1><b>$x^2$</b>")
    page.get_by_text("holds characters that no SMILES of a ligand has").wait_for(timeout=FOUND)
    page.get_by_label("Axial ligand as SMILES").fill("C[O-] |$<script>top.pwned=1</script>$| <b>name</b>")
    page.get_by_text("What stands behind the SMILES").wait_for(timeout=FOUND)
    assert page.evaluate("window.pwned") is None
    assert page.locator("[data-testid=stMain] :is(script, b, .katex, img[src=x])").count() == 0
