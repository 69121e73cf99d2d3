"""What the browser tests share: an upload, and the frame of the 3-D view."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
FOUND = 30_000  # ms; the first page of a fresh app imports everything

VIEWER = "window[Object.keys(window).find((name) => /^viewer_[0-9a-f]{16}$/.test(name))]"


def upload(page: Page, app: str, *files: Path) -> None:
    """Files dropped on a page that shows its worked example, which makes room for them."""
    page.goto(app)
    example = page.get_by_text("worked example")
    example.wait_for(timeout=FOUND)
    page.locator("input[type=file]").set_input_files(list(files), timeout=FOUND)
    example.wait_for(state="detached", timeout=FOUND)


def tick(page: Page, line: int, name: str) -> None:
    """Click a line of the table, from 0, whose card has this name; a click that falls into a rerun is lost."""
    card = page.get_by_role("heading", name=name)
    for _ in range(3):
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=FOUND)
        page.get_by_test_id("stDataFrame").first.click(position={"x": 15, "y": 52 + 35 * line})  # its selection box
        with suppress(TimeoutError):
            card.wait_for(timeout=FOUND / 2)
            return
    card.wait_for(timeout=FOUND)


def view(page):
    """The frame of the 3-D view, once it is drawn."""
    frame = page.frame_locator("iframe").first
    frame.locator("body[data-ready=true]").wait_for(timeout=FOUND)
    return page.locator("iframe").first.element_handle().content_frame()
