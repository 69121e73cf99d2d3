"""The Verify page in a real browser, with nobody to work its queue off.

A real run from Build and from Predict takes a minute or more: benchmarks/performance/verify_page.py does both.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from core.chem.io.export import to_xyz
from core.design.atlas_file import FOLDER, NUMBERS
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, State
from core.jobs.store import Store
from core.qc.job import verification_job
from core.qc.reading import from_xyz
from core.qc.request import requested
from core.qc.stored_result import molecule_of
from tests.e2e.screen import EXAMPLES, FOUND, upload
from tests.e2e.test_build import BUILT, built
from tests.e2e.test_explore import explored
from tests.e2e.verifying import (
    DOWNLOADS,
    PLOTS,
    cell,
    choose_fast,
    compute,
    downloaded,
    open_page,
    plots,
    saved_png,
    saved_svg,
    wait_for_result,
)
from tests.verified import verified

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

REFERENCE = Path(__file__).parents[1] / "reference"
XYZ = to_xyz(molecule_of(verified())).encode()


@pytest.fixture(scope="module", autouse=True)
def known(folder) -> None:
    """The ledger knows the answer for the complex of `XYZ`."""
    store = Store(folder)
    asked = requested(from_xyz(XYZ, "fast"), "fast")
    job = store.submit(verification_job(asked, "known.xyz", meta={"source": "xyz"}))
    store.prioritise(job.id, 9)  # before what other tests have left in the queue
    ledger = Ledger(store)
    claim = ledger.claim(folder / "runs", Room(1, 1, True))
    assert claim is not None and claim.job.id == job.id and ledger.finish(claim.key, State.DONE, "", verified(), 651.0)


def give_file(page, data=XYZ, name="dyf2.xyz"):
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": data}, timeout=FOUND
    )


@pytest.fixture
def visitor(browser, app):
    """A page that may be loaded anew under /verify, where Streamlit's own script first asks for files that are not
    there and says so on the console."""
    context = browser.new_context(viewport={"width": 1360, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def answered(shared, app, known):
    """A page with the answer on it."""
    open_page(shared, app)
    give_file(shared)
    shared.get_by_text("DyF₂H₁₀O₅").locator("visible=true").first.wait_for(timeout=FOUND)
    choose_fast(shared)
    compute(shared)
    wait_for_result(shared, FOUND)
    return shared


def test_a_question_that_was_answered_is_answered_at_once_with_every_plot_and_file(answered):
    page = answered
    assert plots(page) == PLOTS
    saved = [saved_svg(page, number) for number in range(PLOTS)]
    assert all(picture.lstrip().startswith("<svg") for picture in saved)
    for picture, axes in zip(
        saved, (("E / cm⁻¹", "E / K"), ("T / K", "χT / cm³ K mol⁻¹"), ("H / T", "M / μ")), strict=True
    ):
        assert all(words in picture for words in axes)
    name, data, (width, height) = saved_png(page, 1)
    assert name.startswith("known-") and name.endswith("-chiT.png")
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()  # whole, not cut off
        assert picture.format == "PNG" and picture.size == pytest.approx((3 * width, 3 * height), abs=6)
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 20  # curves, letters, their edges
    for label, start in DOWNLOADS.items():
        name, text = downloaded(page, label)
        assert name.startswith("known-") and len(text) > 100
        assert text.startswith(start) if label not in ("Text", "XYZ") else text
    for tab, words in {
        "Crystal field": "Wybourne",
        "Prediction against verification": "The networks were trained on levels",
        "Where it comes from": "SHA-256",
    }.items():
        page.get_by_role("tab", name=tab).click()
        if tab != "Where it comes from":  # a table is drawn on a canvas, where no text is found
            page.get_by_text(words).locator("visible=true").first.wait_for(timeout=FOUND)


def test_what_is_shown_outlives_a_reload(answered, visitor):
    answered.wait_for_url(re.compile(r"/verify\?runs=\w+"))
    visitor.goto(answered.url)  # a new session, which has nothing but the address
    wait_for_result(visitor, FOUND)


def test_a_click_on_a_run_opens_its_result_which_stays_open_while_runs_come_and_go(visitor, app, folder):
    page = visitor
    open_page(page, app)
    name = page.get_by_label("Name or id")
    name.fill("known")
    name.press("Enter")
    cell(page, "known.xyz", FOUND)
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 200, "y": 52})  # a cell of the first line
    wait_for_result(page, FOUND)
    name.fill("")
    name.press("Enter")
    store = Store(folder)
    waits = store.submit(verification_job(requested(from_xyz(XYZ, "fine"), "fine"), "later.xyz"))
    page.reload()
    wait_for_result(page, FOUND)
    name.press_sequentially("lat")  # not sent: what she types outlives the table's reruns, and so does the result
    cell(page, "queued", FOUND)
    page.wait_for_timeout(5000)
    assert name.input_value() == "lat" and page.get_by_text("computed, not measured: preset").first.is_visible()
    store.cancel(waits.id)


def test_the_result_of_a_run_that_was_sent_opens_by_itself_when_it_ends(page, app, folder):
    open_page(page, app)
    give_file(page, name="mine.xyz")
    page.get_by_text("basis functions: about").wait_for(timeout=FOUND)
    compute(page)
    cell(page, "queued", FOUND)
    store = Store(folder)
    (sent,) = store.jobs(Filter(text="mine.xyz"))
    store.prioritise(sent.id, 9)  # before what other tests have left in the queue
    ledger = Ledger(store)
    claim = ledger.claim(folder / "runs", Room(1, 1, True))
    assert claim is not None and claim.job.title == "mine.xyz"
    cell(page, "running", FOUND)
    assert not page.get_by_text("computed, not measured: preset").count()
    record = verified()
    record["input"]["preset"] = record["recipe"]["preset"] = "standard"
    assert ledger.finish(claim.key, State.DONE, "", record, 651.0)
    wait_for_result(page, FOUND)
    page.get_by_role("button", name="Compute it with preset fine").wait_for(timeout=FOUND)


def test_a_built_complex_is_sent_waits_in_the_queue_and_is_cancelled(page, app):
    built(page, app, "[F-]")
    page.get_by_role("button", name="Verify", exact=True).click()
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)
    choose_fast(page)
    compute(page)
    page.get_by_text("Nobody runs jobs now").wait_for(timeout=FOUND)
    cell(page, "Dy-water5-F-F", FOUND)
    page.get_by_role("button", name="Cancel", exact=True).click(timeout=FOUND)
    cell(page, "Cancelled before it started", FOUND)


@pytest.mark.skipif(not (FOLDER / NUMBERS).is_file(), reason="this checkout has no map of ligands")
def test_a_ligand_of_the_basket_is_sent_to_verify_with_one_click(page, app):
    page.goto(app)
    page.evaluate("localStorage.setItem('kramers/basket', JSON.stringify(['1 CO']))")
    explored(page, app)
    page.locator(".gallery").last.get_by_text("Verify", exact=True).click(timeout=FOUND)
    page.get_by_text("C₂H₁₈DyO₇").wait_for(timeout=BUILT)
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)


def test_a_crystal_is_sent_from_predict_with_its_charge(page, app):
    upload(page, app, EXAMPLES / "dy-h2o5-opme3-2.cif")
    page.get_by_role("button", name="Verify", exact=True).click(timeout=FOUND)
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)
    page.get_by_text("charge +3").wait_for(timeout=FOUND)
    page.get_by_text("basis functions: about").wait_for(timeout=FOUND)


def test_measured_points_are_laid_over_and_a_bad_file_is_a_sentence(answered):
    page = answered
    page.get_by_role("tab", name="Magnetism").click()
    field = page.get_by_role("tabpanel").locator("visible=true").locator("input[type=file]").first
    field.set_input_files({"name": "<img src=x>.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2"}, timeout=FOUND)
    page.get_by_text("neither T and chiT nor H and M").wait_for(timeout=FOUND)
    assert page.locator("[data-testid=stMain] img[src=x]").count() == 0
    field.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"T,chiT\n2,11\n300,13"}, timeout=FOUND)
    # A table keeps its cells hidden for screen readers: what is looked for is what is seen.
    page.get_by_text("measured", exact=True).locator("visible=true").first.wait_for(timeout=FOUND)


def test_an_output_of_another_program_stands_beside_the_result_and_alone(answered):
    page, log = answered, (REFERENCE / "dy_oh_f_h2o_doublets.log").read_bytes()
    page.get_by_role("tab", name="Compare with another program").click()
    field = page.get_by_test_id("stFileUploader").filter(has_text="Output of OpenMolcas").locator("input[type=file]")
    field.set_input_files({"name": "<img src=x>.log", "mimeType": "text/plain", "buffer": b"no output"}, timeout=FOUND)
    page.get_by_text("no output of OpenMolcas or ORCA").locator("visible=true").first.wait_for(timeout=FOUND)
    assert page.locator("[data-testid=stMain] img[src=x]").count() == 0
    field.set_input_files({"name": "a.log", "mimeType": "text/plain", "buffer": log}, timeout=FOUND)
    page.get_by_text("Largest difference of a level").locator("visible=true").first.wait_for(timeout=FOUND)
    page.get_by_text("Look at an output of OpenMolcas or ORCA").click()
    alone = page.get_by_test_id("stExpander").filter(has_text="Look at an output").locator("input[type=file]")
    alone.set_input_files({"name": "a.log", "mimeType": "text/plain", "buffer": log}, timeout=FOUND)
    page.get_by_text("the ground multiplet of Dy(III)").wait_for(timeout=FOUND)
