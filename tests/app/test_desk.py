"""What a visitor keeps, through the pages: come back, share, open, rename, delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import page_file
from app.shared import desk as shared
from core.desk.model import DeskError, Item, Kind, New, new_token
from core.desk.store import Desk
from tests.app.test_pages import APP, EXAMPLES, SECONDS, metrics, texts

NAMES = ("dy-h2o5-opme3-2.cif", "tb-pc2-pph4.cif")
TWO_METALS = "dy2-methoxide-acac4.cif"
HOSTILE = "![x](http://evil.example/a.png)<script>.cif"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desks of the server that these pages come from."""
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path))
    return Desk(tmp_path / "desk.sqlite")


def visit(token: str, page: str = "predict", **asked: str) -> AppTest:
    """A page as a browser with this cookie opens it."""
    script = APP / "main.py" if asked else page_file(page)
    opened = AppTest.from_file(str(script), default_timeout=SECONDS)
    opened.session_state[shared.TOKEN] = token
    for word, value in asked.items():
        opened.query_params[word] = value
    return opened.run()


def structures(store: Desk, token: str, *names: str) -> list[Item]:
    return store.keep(token, [New(Kind.STRUCTURE, name, (EXAMPLES / name).read_bytes()) for name in names])


def test_files_choices_and_the_open_card_are_there_again_in_a_new_session(store: Desk) -> None:
    token = new_token()
    page = visit(token)
    page.file_uploader[0].set_value([(n, (EXAMPLES / n).read_bytes(), "text/plain") for n in (TWO_METALS, NAMES[0])])
    page.run()
    assert NAMES[0] in page.subheader[0].value  # what came last
    keys = [item.id for item in store.items(token)]
    store.set_note(token, "predict", {"shown": keys[0]})
    store.describe(token, keys[0], {"choice": {"site": 1}})
    again = visit(token)
    assert not again.exception
    assert list(again.dataframe[0].value["file"]) == [TWO_METALS, NAMES[0]]
    assert TWO_METALS in again.subheader[0].value and "of one ion, as if the others" in texts(again)
    stranger = visit(new_token())
    assert not any(TWO_METALS in subheader.value for subheader in stranger.subheader)


def test_a_card_that_is_closed_stays_on_the_desk_and_opens_again(store: Desk) -> None:
    token = new_token()
    first, second = structures(store, token, *NAMES)
    page = visit(token)
    page.button(key=f"close/{second.id}").click().run()
    assert NAMES[0] in page.subheader[0].value and len(store.items(token)) == 2
    assert not store.item(token, second.id).meta["open"]
    again = visit(token, structure=second.id)
    assert not again.exception and NAMES[1] in again.subheader[0].value
    assert first.id in [key for key, *_ in again.session_state.batch.results]


def test_a_shared_structure_opens_for_another_visitor_and_nothing_else_does(store: Desk) -> None:
    hers, his = new_token(), new_token()
    item, private = structures(store, hers, *NAMES)
    for forged in (item.id, private.id, new_token(), hers, "../desk.sqlite", HOSTILE):
        refused = visit(his, structure=forged)
        assert not refused.exception and store.items(his) == []
        assert "This link opens nothing" in texts(refused)
        assert not refused.subheader
    opened = visit(his, structure=store.share(hers, item.id))
    assert not opened.exception and NAMES[0] in opened.subheader[0].value
    assert [kept.name for kept in store.items(his)] == [NAMES[0]] and len(store.items(hers)) == 2


def test_a_shared_comparison_opens_its_structures_beside_one_another(store: Desk) -> None:
    hers, his = new_token(), new_token()
    structures(store, his, TWO_METALS)
    ids = [item.id for item in structures(store, hers, *NAMES)]
    page = visit(hers)
    page.button(key="share").click().run()
    assert not page.exception
    (pair,) = store.items(hers, Kind.COMPARISON)
    assert pair.meta["structures"] == ids and page.code[0].value.endswith(f"/?compare={pair.link}")
    opened = visit(his, compare=pair.link)
    assert not opened.exception
    assert list(opened.dataframe[0].value["file"]) == list(NAMES)
    assert [kept.name for kept in store.items(his)] == [TWO_METALS, *NAMES]


def test_a_shared_ligand_and_a_complex_stand_in_the_fields_of_build(store: Desk) -> None:
    hers, his = new_token(), new_token()
    (ligand,) = store.keep(hers, [New(Kind.LIGAND, "Me3PO", b"L", {"smiles": "CP(C)(C)=O", "donor": 4})])
    opened = visit(his, ligand=store.share(hers, ligand.id))
    assert not opened.exception and opened.title[0].value == "Build"
    assert opened.text_input(key="axial/smiles").value == "CP(C)(C)=O"


def test_the_desk_lists_renames_and_deletes_and_shows_hostile_names_as_text(store: Desk) -> None:
    token = new_token()
    (item,) = store.keep(token, [New(Kind.STRUCTURE, HOSTILE, b"data_")])
    page = visit(token, "desk")
    assert not page.exception
    assert f"`{HOSTILE}`" in texts(page)
    assert not any("evil" in caption.value for caption in page.caption)
    page.text_input(key=f"name/{item.id}").set_value("mine").run()
    page.button(key=f"rename/{item.id}").click().run()
    assert store.item(token, item.id).name == "mine.cif" and "`mine.cif`" in texts(page)
    page.button(key=f"share/{item.id}").click().run()
    assert store.item(token, item.id).link in page.code[0].value
    page.button(key=f"unshare/{item.id}").click().run()
    assert not store.item(token, item.id).link
    page.button(key=f"delete/{item.id}").click().run()
    assert store.items(token) == [] and "Nothing is kept yet" in page.info[0].value
    with pytest.raises(DeskError):
        store.item(token, item.id)


def test_a_full_desk_says_so_and_the_page_goes_on(store: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.settings.DESK_MOST_ITEMS", 0)
    page = AppTest.from_file(str(APP / "main.py"), default_timeout=SECONDS).run()
    page.file_uploader[0].set_value([("a.cif", b"data_", "text/plain")]).run()
    assert not page.exception and "A desk holds 0 things" in texts(page)
    page.button(key="desk/close").click().run()
    assert "A desk holds" not in texts(page)


def test_without_a_folder_the_pages_work_and_say_that_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path / "blocked"))
    page = AppTest.from_file(str(APP / "main.py"), default_timeout=SECONDS).run()
    page.button_group(key="examples").set_value([NAMES[0]]).run()
    assert not page.exception and "First gap, electrostatic" in metrics(page)
    assert any("Nothing outlives this visit" in warning.value for warning in page.warning)
