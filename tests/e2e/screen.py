"""What the browser tests share: an upload, and the frame of the 3-D view."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
FOUND = 30_000  # ms; the first page of a fresh app imports everything

VIEWER = "window[Object.keys(window).find((name) => /^viewer_[0-9a-f]{16}$/.test(name))]"


def upload(page, app, *files):
    page.goto(app)
    page.locator("input[type=file]").set_input_files(list(files), timeout=FOUND)


def view(page):
    """The frame of the 3-D view, once it is drawn."""
    frame = page.frame_locator("iframe").first
    frame.locator("body[data-ready=true]").wait_for(timeout=FOUND)
    return page.locator("iframe").first.element_handle().content_frame()
