"""The Explore page in a real browser: a hand drags, a ligand changes, nothing leaves this machine."""

from __future__ import annotations

import re

import pytest

from core.design.atlas_file import FOLDER, NUMBERS
from tests.e2e.screen import FOUND

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not (FOLDER / NUMBERS).is_file(), reason="this checkout has no map of ligands"),
]

LARGE = 30_000
"""Bytes of a message beyond which nothing shall be sent at every step of a drag."""

PICTURE = "[data-testid=stImage] img"
FACTS = re.compile("^donor \\(disc\\)")


def explored(page, app):
    page.goto(app)  # straight to /explore, Streamlit's own script would first ask for files that are not there
    page.get_by_role("link", name="Explore").first.click(timeout=FOUND)
    page.locator(".map[data-points]").wait_for(timeout=FOUND)
    page.get_by_text("ligands around the handle").wait_for(timeout=FOUND)


def middle(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def below(page, lower, upper) -> bool:
    """Whether the first of the one begins where the first of the other ends, and so hides nothing of it."""
    over, under = (page.locator(selector).first.bounding_box() for selector in (upper, lower))
    return under["y"] >= over["y"] + over["height"] - 1


def smiles(page) -> str:
    return page.locator("p", has_text=FACTS).locator("code").inner_text()


def drag(page, dx, dy, steps=12, shots=None):
    """Takes the handle and moves it, without letting go; three pictures of the way for the README, if asked for."""
    x, y = middle(page, ".handle")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, steps + 1):
        page.mouse.move(x + dx * step / steps, y + dy * step / steps)
        page.wait_for_timeout(25)
        if shots and step % 4 == 0:
            page.wait_for_timeout(800)
            page.screenshot(path=f"{shots}/explore-drag-{step // 4}.png")


def test_a_drag_shows_other_ligands_while_it_lasts_and_neighbours_when_it_ends(page, app, pytestconfig):
    heard: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(len(data))))
    explored(page, app)
    assert max(heard) > LARGE  # the points
    heard.clear()
    start, seen = middle(page, ".handle"), {page.locator(PICTURE).first.get_attribute("src")}
    before = page.get_by_text("Handle at").inner_text()
    page.evaluate(
        f"""() => {{ window.seen = new Set(); new MutationObserver(() => window.seen.add(
            document.querySelector("{PICTURE}")?.src)).observe(document.body,
            {{ subtree: true, childList: true, attributes: true }}); }}"""
    )
    frame = page.locator(".map").bounding_box()
    towards = -1 if start[0] > frame["x"] + frame["width"] / 2 else 1
    folder = pytestconfig.getoption("--screenshots", default=None)
    drag(page, 260 * towards, 40, shots=folder)
    page.wait_for_function("window.seen.size > 1", timeout=FOUND)
    assert page.locator(".gallery.stale").count() == 1  # the hand has not let go
    assert set(page.evaluate("[...window.seen]")) - seen
    assert heard and max(heard) < LARGE  # neither points nor cards are sent again
    page.mouse.up()
    page.locator(".gallery:not(.stale)").first.wait_for(timeout=FOUND)
    assert page.get_by_text("Handle at").inner_text() != before
    assert middle(page, ".handle")[0] - start[0] == pytest.approx(260 * towards, abs=2)
    assert page.locator(".gallery .card").count() >= 8
    assert below(page, ".legend", ".map") and below(page, ".gallery .signs", ".gallery img")
    if folder:
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{folder}/explore.png", full_page=True)


def test_arrow_keys_move_the_handle_and_a_click_on_a_point_starts_from_it(page, app):
    explored(page, app)
    before = page.get_by_text("Handle at").inner_text()
    page.locator(".handle").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("(old) => !document.body.textContent.includes(old)", arg=before, timeout=FOUND)
    x, y = middle(page, ".handle")
    page.mouse.move(x + 60, y)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(200)
    assert x + 60 - middle(page, ".handle")[0] > 90  # what lay beside the pointer is farther from it now
    frame = page.locator(".map").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.locator(".gallery:not(.stale)").first.wait_for(timeout=FOUND)
    assert smiles(page)


def test_what_is_kept_is_still_there_after_a_reload_and_goes_to_build(page, app):
    explored(page, app)
    page.get_by_label("Find or place a ligand").fill("CC(C)(C)[O-]", timeout=FOUND)
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("given back")).locator("visible=true").first.wait_for(timeout=FOUND)
    assert smiles(page) == "CC(C)(C)[O-]"
    page.locator(".st-key-explore-keep button").click()
    page.get_by_role("button", name="SDF").wait_for(timeout=FOUND)
    page.wait_for_function("localStorage.getItem('kramers/basket')?.includes('CC(C)(C)[O-]')", timeout=FOUND)
    explored(page, app)  # a new session, which knows nothing
    page.get_by_role("button", name="SDF").wait_for(timeout=FOUND)
    basket = page.locator(".gallery").last
    basket.get_by_text("CC(C)(C)[O-]", exact=True).click()
    page.locator("p", has_text=FACTS).filter(has_text="CC(C)(C)[O-]").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Send to Build").click()
    page.get_by_role("heading", name="Build").wait_for(timeout=FOUND)
    page.get_by_text("donor (disc): alkoxide").wait_for(timeout=FOUND)
    assert page.get_by_label("Axial ligand as SMILES").input_value() == "CC(C)(C)[O-]"


def test_a_hostile_ligand_and_a_hostile_basket_arrive_as_text(page, app):
    hostile = "<img/src=x/onerror=top.pwned=1>"
    page.goto(app)
    page.evaluate(
        "(text) => localStorage.setItem('kramers/basket', JSON.stringify([text, `0 ${text}`, '1 CO']))", hostile
    )
    explored(page, app)
    page.get_by_role("button", name="SDF").wait_for(timeout=FOUND)  # of the honest one
    page.get_by_label("Find or place a ligand").fill(hostile)
    page.keyboard.press("Enter")
    page.get_by_text("cannot be placed").wait_for(timeout=FOUND)
    assert page.evaluate("window.pwned") is None
    assert page.locator("[data-testid=stMain] img[src=x]").count() == 0


def test_two_fingers_zoom_the_map_and_one_drags_the_handle(page, app):
    explored(page, app)
    session = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    (x, _), (hx, hy) = middle(page, ".map"), middle(page, ".handle")
    y = hy - 45  # above the handle, which then stays in view
    touch("touchStart", (x - 30, y))
    touch("touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 5):
        touch("touchMove", (x - 30 - 8 * step, y), (x + 30 + 8 * step, y))
    touch("touchEnd")
    page.wait_for_timeout(300)
    zoomed, before = middle(page, ".handle"), page.get_by_text("Handle at").inner_text()
    assert abs(zoomed[0] - x) == pytest.approx(124 / 60 * abs(hx - x), rel=0.1, abs=3)
    touch("touchStart", zoomed)
    for step in range(1, 5):
        touch("touchMove", (zoomed[0] - 8 * step, zoomed[1]))
    touch("touchEnd")
    page.wait_for_function("(old) => !document.body.textContent.includes(old)", arg=before, timeout=FOUND)
    assert middle(page, ".handle")[0] == pytest.approx(zoomed[0] - 32, abs=2)
