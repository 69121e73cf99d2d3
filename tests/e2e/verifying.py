"""Steps on the Verify page that its browser tests and benchmarks/performance/verify_page.py share."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, TimeoutError, expect

from tests.e2e.screen import FOUND, view

PLOTS = 3  # double well, χT, M(H); the ladders of a comparison come on top
TRIES = 10
DOWNLOADS = {
    "Report": "<!doctype html>",
    "JSON": "{",
    "Levels": "level,",
    "χT(T)": "T / K",
    "M(H)": "H / T",
    "Text": "Levels",
    "XYZ": "",
    "OpenMolcas": "* Kramers",
    "ORCA": "# Kramers",
    "PHI": "****Crystal Field",
}
"""Label of each button and how its file begins; of text and XYZ only that they are not empty."""


def open_page(page: Page, app: str) -> None:
    page.goto(app)  # straight to /verify, Streamlit's own script would first ask for files that are not there
    page.get_by_role("link", name="Verify").first.click(timeout=FOUND)
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)


def choose_fast(page: Page) -> None:
    """The light preset, for one complex."""
    choose_preset(page, "fast")
    page.get_by_text("basis functions: about").wait_for(timeout=FOUND)


def choose_preset(page: Page, preset: str) -> None:
    """A list that is opened while the page reruns closes again, and a choice made then may be lost: both are repeated
    until the box shows it."""
    box, chosen = page.get_by_role("combobox", name="Preset"), re.compile(f"^{preset}: ")
    for _ in range(TRIES):
        box.click(timeout=FOUND)
        with suppress(TimeoutError, AssertionError):
            page.get_by_role("option", name=chosen).click(timeout=FOUND / TRIES)
            expect(box).to_have_value(chosen, timeout=FOUND / TRIES)
            break
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=FOUND)
    expect(box).to_have_value(chosen, timeout=FOUND)


def compute(page: Page) -> None:
    button = page.get_by_role("button", name="Compute")
    page.wait_for_function("button => !button.disabled", arg=button.element_handle(timeout=FOUND))
    button.click()


def cell(page: Page, text: str, milliseconds: float) -> None:
    """Wait for a cell of a table: drawn on a canvas, and kept beside it as a hidden grid."""
    found = page.get_by_role("gridcell", name=text, include_hidden=True)
    found.first.wait_for(state="attached", timeout=milliseconds)


def wait_for_result(page: Page, milliseconds: float) -> None:
    page.get_by_text("computed, not measured: preset").first.wait_for(timeout=milliseconds)


def plots(page) -> int:
    """Figures that are drawn, after a look at every tab."""
    view(page)
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=FOUND)
    page.get_by_role("tab", name="Magnetism").click()
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 6", timeout=FOUND)
    return page.locator(".js-plotly-plot").count()


def saved_svg(page, number: int) -> str:
    """What the camera of a figure saves, while SVG is chosen."""
    return _saved(page, number)[1].decode()


def saved_png(page, number: int) -> tuple[str, bytes, tuple[int, int]]:
    """Name and content of what the camera of a figure saves as PNG, and its size on the screen [px]."""
    page.get_by_role("radio", name="PNG").nth(number).click(timeout=FOUND)
    options = f"document.querySelectorAll('.js-plotly-plot')[{number}]?._context?.toImageButtonOptions"
    page.wait_for_function(f"() => {options}?.format === 'png'", timeout=FOUND)
    box = page.locator(".js-plotly-plot").nth(number).bounding_box()
    return *_saved(page, number), (round(box["width"]), round(box["height"]))


def _saved(page, number: int) -> tuple[str, bytes]:
    figure = page.locator(".js-plotly-plot").nth(number)
    figure.scroll_into_view_if_needed()
    figure.hover()
    with page.expect_download() as download:
        figure.locator(".modebar-btn").first.click(timeout=FOUND)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def downloaded(page, label: str) -> tuple[str, str]:
    """Name and content of a file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click(timeout=FOUND)
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8-sig")
