"""The app in a real browser: what AppTest cannot see."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlparse

import pytest
from PIL import Image
from playwright.sync_api import TimeoutError

from tests.e2e.screen import EXAMPLES, FOUND, VIEWER, upload, view

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

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


def test_the_camera_survives_a_rerun(uploaded):
    frame = view(uploaded)
    frame.evaluate(f"{VIEWER}.rotate(70, 'x')")
    turned = frame.evaluate(f"{VIEWER}.getView()")
    uploaded.get_by_role("button", name="distances").click()
    uploaded.wait_for_function("document.querySelector('iframe').srcdoc.includes('addLabel(\"2.')")
    assert view(uploaded).evaluate(f"{VIEWER}.getView()") == pytest.approx(turned, abs=1e-3)


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
    page.get_by_text("</script><script>top.pwned").first.wait_for(timeout=FOUND)
    assert page.evaluate("window.pwned") is None
    assert page.locator("h3 code").inner_text() == HOSTILE_NAMES[-1]
    assert page.locator("[data-testid=stMain] :is(img, script, b, .katex, a[href^=javascript])").count() == 0
    assert HOSTILE not in page.locator("iframe").first.get_attribute("srcdoc")


def test_stop_is_heard_while_a_batch_runs_and_continue_finishes_it(page, app):
    data = STRUCTURE.read_bytes()
    files = [{"name": f"{n}.cif", "mimeType": "text/plain", "buffer": data + b"\n#%d" % n} for n in range(40)]
    upload(page, app, *files)
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


def test_a_click_on_a_line_of_the_table_opens_its_card(page, app):
    others = [EXAMPLES / name for name in ("dy-acac3-phen.cif", "tb-pc2-pph4.cif")]
    upload(page, app, STRUCTURE, *others)
    page.get_by_role("heading", name="tb-pc2-pph4.cif").wait_for(timeout=FOUND)
    table, card = page.get_by_test_id("stDataFrame").first, page.get_by_role("heading", name=STRUCTURE.name)
    for _ in range(3):  # a click that falls into a rerun of the page is lost
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=FOUND)
        table.click(position={"x": 15, "y": 52})  # the selection box of the first line
        with suppress(TimeoutError):
            card.wait_for(timeout=FOUND / 2)
            break
    assert card.is_visible()
