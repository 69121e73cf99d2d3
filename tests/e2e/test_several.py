"""Several metals in a real browser: from a file to the coupling with a J, and two ions in the queue."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.screen import EXAMPLES, FOUND, upload, view
from tests.e2e.verifying import cell, choose_preset, compute

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

MOLECULES = Path(__file__).parents[1] / "molecules"

PICTURES = {
    "dy2-alkoxide": EXAMPLES / "dy2-methoxide-acac4.cif",
    "dy2-asymmetric": MOLECULES / "dy2-asymmetric.xyz",
    "dy3-triangle": MOLECULES / "dy3-triangle.xyz",
    "zn-dy": EXAMPLES / "zn-dy-valen-nitrate3.cif",
    "cu-tb": MOLECULES / "cu-tb-valen.xyz",
    "cu-dy-cu": MOLECULES / "cu-dy-cu.xyz",
    "mn-dy": MOLECULES / "mn-dy.xyz",
    "dy4-cubane": MOLECULES / "dy4-cubane.xyz",
}
"""Of docs/several-metals.md."""


def test_two_ions_are_seen_coupled_with_a_j_and_sent_to_the_queue(page, app):
    upload(page, app, MOLECULES / "dy2-asymmetric.xyz")
    page.get_by_text("Dy1 Dy(III), Dy2 Dy(III)").wait_for(timeout=2 * FOUND)
    page.frame_locator("iframe").first.locator("body[data-ready=true]").wait_for(timeout=3 * FOUND)
    frame = view(page)
    assert "easy axis" in frame.locator("#legend").inner_text()
    page.wait_for_timeout(500)  # the first frames of a software renderer
    with Image.open(io.BytesIO(page.locator("iframe").first.screenshot())) as picture:
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 200
    number = page.get_by_test_id("stMetric").filter(has_text="Next level of the whole")
    before = number.inner_text()
    page.get_by_role("tab", name="Coupling").click(timeout=FOUND)
    field = page.get_by_label("J(Dy1–Dy2) / cm⁻¹", exact=True)
    field.fill("-0.2")
    field.press("Enter")
    page.get_by_text("No exchange constant was given").wait_for(state="detached", timeout=FOUND)
    assert number.inner_text() != before
    page.get_by_role("tab", name="Blocking").click()
    page.get_by_text("Each level is a configuration").locator("visible=true").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Verify these ions").click()
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)
    choose_preset(page, "fast")
    page.get_by_text("Closed shells stand in the places").wait_for(timeout=FOUND)
    compute(page)
    page.get_by_text("2 runs: 2 queued").wait_for(timeout=FOUND)
    for label in ("Dy1", "Dy2"):
        cell(page, f"dy2-asymmetric.xyz, {label}", FOUND)


@pytest.fixture
def pictures(pytestconfig):
    """Where pictures go; before a page is opened, which would have to ask for something."""
    return pytestconfig.getoption("--screenshots", default=None) or pytest.skip("drawn by make screenshot alone")


def test_pictures_of_the_documents(pictures, page, app):
    for name, path in PICTURES.items():
        upload(page, app, path)
        page.get_by_role("heading", name=path.name).wait_for(timeout=2 * FOUND)
        if name == "zn-dy":
            page.get_by_text("All metals of the molecule").click(timeout=FOUND)
        shown = page.locator("iframe").filter(visible=True).last
        shown.scroll_into_view_if_needed(timeout=FOUND)
        shown.content_frame.locator("body[data-ready=true]").wait_for(timeout=FOUND)
        page.wait_for_timeout(1500)
        target = Path(pictures) / f"several-{name}.png"
        shown.screenshot(path=target)
        with Image.open(target) as picture:  # 128 colours: a third of the size
            picture.convert("RGB").quantize(128).save(target, optimize=True)
