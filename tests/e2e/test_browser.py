"""The app in a real browser: what AppTest cannot see."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urlparse

import pytest
from PIL import Image

from core.workflows.predict import predict
from tests.e2e.screen import EXAMPLES, FOUND, VIEWER, tick, upload, view

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

HANDED = Path(__file__).resolve().parents[1] / "chem" / "crystals"
STRUCTURE = EXAMPLES / "dy-otbu2-py5-bph4.cif"


def colours(png: bytes) -> int:
    return len(Image.open(io.BytesIO(png)).convert("RGB").getcolors(maxcolors=1 << 24) or [])


@pytest.fixture(scope="module")
def uploaded(shared, app):
    """The page of the structure."""
    upload(shared, app, STRUCTURE)
    return shared


def test_an_uploaded_crystal_structure_ends_in_a_3d_view_and_a_first_gap(uploaded, pytestconfig):
    page = uploaded
    gap = page.get_by_test_id("stMetric").filter(has_text="First gap")
    gap.wait_for(timeout=FOUND)
    assert re.search(r"\d+\.\d cm⁻¹", gap.inner_text())
    view(page)
    page.wait_for_timeout(500)  # the first frames of a software renderer
    assert colours(page.locator("iframe").first.screenshot()) > 200
    folder = pytestconfig.getoption("--screenshots", default=None)
    if folder:
        page.set_viewport_size({"width": 1360, "height": 1500})
        page.wait_for_timeout(1500)
        page.get_by_role("heading", name="Predict").scroll_into_view_if_needed()
        page.screenshot(path=Path(folder) / "screenshot.png")


def test_the_3d_view_is_saved_as_a_picture(uploaded):
    frame = view(uploaded)
    with uploaded.expect_download() as download:
        frame.locator("#png").click()
    assert download.value.suggested_filename == f"{STRUCTURE.stem.replace('.', '_')}.png"
    assert colours(Path(download.value.path()).read_bytes()) > 200


def test_camera_switches_and_card_survive_a_page_change_and_a_reload(uploaded):
    frame = view(uploaded)
    frame.evaluate(f"{VIEWER}.rotate(70, 'x')")
    turned = frame.evaluate(f"{VIEWER}.getView()")
    frame.get_by_role("button", name="distances").click()
    uploaded.get_by_role("link", name="About").first.click()
    uploaded.get_by_role("heading", name="Limits").wait_for(timeout=FOUND)
    uploaded.get_by_role("link", name="Predict").first.click()
    for again in (lambda: None, uploaded.reload):
        again()
        uploaded.get_by_role("heading", name=STRUCTURE.name).wait_for(timeout=FOUND)
        frame = view(uploaded)
        assert frame.evaluate(f"{VIEWER}.getView()") == pytest.approx(turned, abs=1e-3)
        assert frame.get_by_role("button", name="distances").get_attribute("aria-pressed") == "true"
        assert frame.evaluate(f"{VIEWER}.labels.some((label) => /^2\\.\\d\\d$/.test(label?.text))")


def test_the_ground_of_the_3d_view_is_that_of_a_dark_page(page, app):
    page.emulate_media(color_scheme="dark")
    upload(page, app, STRUCTURE)
    ground = "getComputedStyle(document.querySelector('{}')).backgroundColor"
    frame = view(page)
    assert frame.evaluate(ground.format("body")) == "rgb(20, 25, 28)"
    assert page.evaluate(ground.format("[data-testid=stApp]")) == "rgb(20, 25, 28)"


HOSTILE = "</script><script>top.pwned=1</script><img/src=x/onerror=top.pwned=1>"
HOSTILE_NAMES = (
    f"{HOSTILE.replace('/', '∕')}.cif",
    "![x](http://evil.example∕a) [y](javascript:top.pwned=1) $x^2$ :smile: `q.cif",
)


def hostile_cif() -> bytes:
    """The example with hostile names for its block and for one of its oxygens."""
    text = STRUCTURE.read_text(encoding="utf-8")
    block = f"data_{HOSTILE}![x](http://evil.example/b.png)$x^2$"
    label = re.search(r"^\s*(O\w+)\s+O\s", text, re.MULTILINE)
    assert label, "the example must have an oxygen to rename"
    text = re.sub(r"^data_\S+", block, text, count=1, flags=re.MULTILINE)
    return re.sub(rf"(?<!\S){label[1]}(?!\S)", f"{label[1]}{HOSTILE}", text).encode()


def test_hostile_names_of_files_blocks_and_atoms_arrive_as_text(page, app):
    data = hostile_cif()
    upload(page, app, *({"name": name, "mimeType": "text/plain", "buffer": data} for name in HOSTILE_NAMES))
    view(page)
    page.get_by_role("tab", name="From file to molecule").click()
    page.get_by_text("</script><script>top.pwned").locator("visible=true").first.wait_for(timeout=FOUND)
    assert page.evaluate("window.pwned") is None
    assert page.locator("h3 code").inner_text() == HOSTILE_NAMES[-1]
    assert page.locator("[data-testid=stMain] :is(img, script, b, .katex, a[href^=javascript])").count() == 0
    assert HOSTILE not in page.locator("iframe").first.get_attribute("srcdoc")


def test_stop_is_heard_while_a_batch_runs_and_continue_finishes_it(page, app):
    data = STRUCTURE.read_bytes()
    files = [{"name": f"{n}.cif", "mimeType": "text/plain", "buffer": data + b"\n#%d" % n} for n in range(40)]
    page.goto(app)
    page.get_by_text("worked example").wait_for(timeout=FOUND)  # it fades, and goes when all are judged
    page.locator("input[type=file]").set_input_files(files, timeout=FOUND)
    page.get_by_role("button", name="Stop").click(timeout=FOUND)
    page.get_by_text(re.compile(r"\d+ of 40 structures, stopped")).wait_for(timeout=FOUND)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").wait_for(state="detached", timeout=FOUND)
    page.get_by_test_id("stMetric").filter(has_text="First gap").first.wait_for(timeout=FOUND)


def test_about_opens_from_the_navigation(page, app):
    page.goto(app)
    page.get_by_role("link", name="About").first.click(timeout=FOUND)
    page.get_by_role("heading", name="Limits").wait_for(timeout=FOUND)
    assert urlparse(page.url).path == "/about"


def test_a_click_on_a_line_of_the_table_opens_its_card_beside_it(page, app):
    page.set_viewport_size({"width": 1440, "height": 900})
    others = [EXAMPLES / name for name in ("dy-acac3-phen.cif", "tb-pc2-pph4.cif")]
    upload(page, app, STRUCTURE, *others)
    page.get_by_role("heading", name="tb-pc2-pph4.cif").wait_for(timeout=FOUND)
    tick(page, 0, STRUCTURE.name)
    table, picture = (page.locator(what).first.bounding_box() for what in ("[data-testid=stDataFrame]", "iframe"))
    assert picture["x"] >= table["x"] + table["width"]
    assert picture["y"] + picture["height"] <= 900  # nothing to scroll for


def three_formats() -> list[dict[str, object]]:
    """One complex as an ORCA output and a PDB file, and a crystal with the minor atoms of the CSD's exports."""
    molecule = predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "a.cif").molecule
    assert molecule is not None
    atoms = [(e, *place) for e, place in zip(molecule.elements, molecule.relative_positions.tolist(), strict=True)]
    line = "-" * 33
    rows = "\n".join(f"  {e:<3s}{x:12.6f}  {y:12.6f}  {z:12.6f}" for e, x, y, z in atoms)
    orca = (
        "       * O   R   C   A *\n Total Charge           Charge          ....    3\n"
        f"{line}\nCARTESIAN COORDINATES (ANGSTROEM)\n{line}\n{rows}\n\n"
    )
    pdb = "".join(
        f"HETATM{k:5d} {name[:4]:<4s} UNL A   1    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {e.upper():>2s}\n"
        for k, (name, (e, x, y, z)) in enumerate(zip(molecule.names, atoms, strict=True), 1)
    )
    csd = (HANDED / "csd_question_mark_refused.cif").read_text(encoding="utf-8")
    texts = {"relaxed.out": orca, "complex.pdb": f"{pdb}END\n", "csd-export.cif": csd}
    return [{"name": n, "mimeType": "text/plain", "buffer": text.encode()} for n, text in texts.items()]


def test_an_orca_output_a_pdb_and_a_csd_export_dropped_at_once_have_a_card_each(page, app, pytestconfig):
    files = three_formats()
    upload(page, app, *files)
    page.get_by_role("heading", name="csd-export.cif").wait_for(timeout=2 * FOUND)
    assert page.get_by_label("Total charge").count() == 0
    for line, name, label in (
        (0, "relaxed.out", "Total charge"),
        (1, "complex.pdb", "Total charge (the file states none)"),
    ):
        tick(page, line, name)
        page.get_by_label(label, exact=True).wait_for(timeout=FOUND)
    unstated = page.get_by_text("states no total charge")
    unstated.wait_for(timeout=FOUND)
    folder = pytestconfig.getoption("--screenshots", default=None)
    if folder:
        view(page)
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(folder) / "predict-formats.png", full_page=False)
    page.get_by_label("Total charge (the file states none)", exact=True).fill("3")
    page.keyboard.press("Enter")
    unstated.wait_for(state="detached", timeout=FOUND)
