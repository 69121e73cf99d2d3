"""What axe-core finds on the five pages, light and dark, and whether a phone can show them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

FOUND = 90_000  # ms

PAGES = {
    "": "worked example",
    "explore": "around the handle",
    "build": "Give a ligand with one donor atom",
    "verify": "No run yet",
    "about": "Landmarks of the literature",
}
"""Addresses, and words that stand there once the page is drawn."""

SERIOUS = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """What is serious in the page and in its frames, in lines for a person."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for frame in page.frames:
        for one in Axe().run(frame).response["violations"]:
            if one["impact"] in SERIOUS:
                found += [f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:200]}" for node in one["nodes"]]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault_and_all_fit_a_phone(browser, app, scheme):
    context = browser.new_context(viewport={"width": 1360, "height": 1000}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(FOUND)
    faults = {}
    for address, words in PAGES.items():
        page.goto(f"{app}/{address}")
        page.get_by_text(words).first.wait_for()
        page.wait_for_timeout(1500)
        if found := violations(page):
            faults[address or "predict"] = found
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        page.set_viewport_size({"width": 1360, "height": 1000})
    context.close()
    assert not faults, "\n".join(f"{name}: {line}" for name, lines in faults.items() for line in lines[:6])
