"""The structure editor in a real browser, on a page with nothing but a text field and the answer."""

from __future__ import annotations

import io
import re
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

STATIC = Path(__file__).resolve().parents[2] / "app" / "static"
FOUND = 30_000  # ms
CELL = 30  # px, a button of the editor
CHARGE = (7.5 * CELL, 0.5 * CELL)
ABOUT = (13.5 * CELL, 0.5 * CELL)
OXYGEN = (0.5 * CELL, 4.5 * CELL)

PAGE = """
    import streamlit as st
    from app.components.sketcher import sketch

    text = st.text_input("SMILES", "CO", key="text")
    drawn = sketch(text, dark=st.context.theme.type == "dark", key="sketch")
    st.code(f"[{drawn}]", language=None)
    st.button("After")
"""


@pytest.fixture(scope="module")
def app(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.py").write_text(dedent(PAGE), encoding="utf-8")
    (folder / "static").symlink_to(STATIC)
    with serve(folder / "page.py") as address:
        yield address


@pytest.fixture(scope="module")
def opened(shared, app):
    shared.goto(app)
    return shared, editor_of(shared)


@pytest.fixture
def editor(opened):
    """The frame of the editor, once it holds the first molecule (again)."""
    page, frame = opened
    give(page, "")
    give(page, "CO")
    frame.wait_for_function("frameElement.editor.smiles() === 'CO'", timeout=FOUND)
    return frame


@pytest.fixture
def page(opened):
    return opened[0]


def editor_of(page):
    frame = page.locator("iframe").element_handle(timeout=FOUND).content_frame()
    frame.wait_for_function("frameElement.editor?.smiles() === 'CO'", timeout=FOUND)
    return frame


def answer(page, smiles):
    page.get_by_text(f"[{smiles}]", exact=True).wait_for(timeout=FOUND)


def give(page, smiles):
    field = page.get_by_label("SMILES", exact=True)
    field.fill(smiles)
    field.press("Enter")
    answer(page, smiles)


def click(page, place):
    box = page.locator("iframe").bounding_box()
    page.mouse.click(box["x"] + place[0], box["y"] + place[1])


def test_an_alkoxide_is_drawn_from_an_alcohol_and_arrives_in_python(page, editor):
    answer(page, "CO")
    click(page, CHARGE)
    label = editor.locator("svg text", has_text=re.compile("^(OH|HO)$"))
    box, oxygen = label.bounding_box(), 0.25 if label.text_content() == "OH" else 0.75
    page.mouse.click(box["x"] + oxygen * box["width"], box["y"] + 0.5 * box["height"])
    answer(page, "C[O-]")


def test_a_ligand_is_drawn_on_an_empty_sheet_and_text_replaces_it(page, editor):
    give(page, "")
    click(page, OXYGEN)
    click(page, (300, 200))
    answer(page, "O")
    give(page, "c1ccncc1")
    editor.wait_for_function("frameElement.editor.smiles() === 'c1ccncc1'")


@pytest.mark.parametrize("smiles", ["[O-][n+]1ccccc1", "CP(C)(C)=O", "CC(C)(C)[O-]", "CC[C]N(C)C"])
def test_charges_oxides_and_carbenes_stay_what_they_are(page, editor, smiles):
    give(page, smiles)
    editor.wait_for_function("smiles => frameElement.editor.smiles() === smiles", arg=smiles)


def test_the_keyboard_passes_through_the_editor(page, editor):
    click(page, (300, 200))
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name="After").evaluate("button => button === document.activeElement"):
            return
    pytest.fail("Tab does not leave the editor")


def test_markup_given_as_a_ligand_is_not_run(page, editor):
    give(page, "</script><img src=x onerror=top.pwned=1>")
    editor.get_by_text("Invalid or unsupported input").wait_for(timeout=FOUND)
    assert page.evaluate("window.pwned") is None


def test_the_sheet_of_a_dark_page_is_dark_and_help_on_the_network_stays_closed(browser, app):
    context = browser.new_context(color_scheme="dark")
    page, asked = context.new_page(), []
    context.on("page", lambda opened: asked.append(opened.url))
    context.on("request", lambda request: asked.append(request.url) if "127.0.0.1" not in request.url else None)
    page.goto(app)
    frame = editor_of(page)
    picture = Image.open(io.BytesIO(page.locator("iframe").screenshot())).convert("L")
    assert picture.getpixel((100, 300)) < 50
    click(page, ABOUT)
    with page.expect_console_message(lambda message: "allow-popups" in message.text):
        frame.get_by_text("JSME home").click(timeout=FOUND)
    context.close()
    assert not asked
