"""What the pages spare: bytes while a hand drags, drawing unseen, searching twice, and what somebody is typing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from unittest.mock import Mock
from urllib.parse import unquote

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import warm
from app.components import viewer3d
from app.components.latent_map import Report
from app.components.viewer3d.view import LIGHT, Shown
from app.explore import explorer, finding, pictures
from app.explore.state import Exploration, first_of
from app.shared import pictures as card_pictures
from app.shared.compute_slot import compute_slot, places
from app.verify import queue
from app.verify.access import AWAITED
from app.verify.queue import ACTED, SEEN, Seen
from app.verify.runs import CLICKED
from core.chem.ligand.drawing import draw
from core.design.scope import scoped
from core.jobs.model import State
from tests.app.test_explore import ATLAS, TOY, explore_page, toys
from tests.app.test_pages import with_examples
from tests.app.test_verify import answered, asked, ended

__all__ = ["toys"]  # a fixture


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, object]]:
    """Name and data of every component that is put on a page."""
    found: list[tuple[str, object]] = []

    def component(name: str, **_: object) -> Callable[..., None]:
        return lambda data=None, **_: found.append((name, data))

    monkeypatch.setattr(st.components.v2, "component", component)
    return found


@pytest.fixture
def visit() -> Exploration:
    opened: Exploration = explore_page().session_state["exploration"]
    return opened


def test_the_map_is_sent_the_same_while_a_hand_drags_and_anew_when_the_page_moves_the_handle(visit, sent):
    explorer._show_map(visit)
    visit.move(Report((1.5, 2.5), False))
    explorer._show_map(visit)
    visit.take(3)
    explorer._show_map(visit)
    (_, before), (_, dragged), (_, taken) = sent
    assert before == dragged and visit.place == (float(ATLAS.points[3][0]), float(ATLAS.points[3][1]))
    assert taken["handle"] == list(visit.place) and taken["revision"] == before["revision"] + 1


def test_a_page_that_is_drawn_anew_tells_where_the_hand_has_left_the_handle():
    page = explore_page()
    visit = page.session_state["exploration"]
    visit.move(Report((1.5, 2.5), True))
    assert visit.told != (1.5, 2.5)
    page.run()
    assert visit.told == (1.5, 2.5)


def test_points_go_to_the_browser_outside_of_what_follows_a_hand(visit, sent):
    explorer._show_map(visit)
    finding.mark_found(visit, "neighbours")
    assert not any("points" in data for _, data in sent if isinstance(data, dict))
    assert sent[-1][0] == "kramers_marks" and sent[-1][1]["heard"] == 0 and not sent[-1][1]["moving"]
    visit.move(Report((1.5, 2.5), False))
    finding.mark_found(visit, "neighbours")
    assert sent[-1][1] == {"marks": [], "moving": True, "heard": 1}


def test_visitors_who_begin_at_the_same_ligand_share_its_neighbours():
    first, second = (explore_page().session_state["exploration"].found["neighbours"][1] for _ in range(2))
    assert first is second and first.candidates
    other = finding.around(TOY, ATLAS.latents[20])
    assert other is not first and other is finding.around(TOY, ATLAS.latents[20])


def test_cards_are_made_once_for_what_they_show(visit):
    candidates = visit.found["neighbours"][1].candidates
    cards = finding._cards(visit, candidates, None)
    assert finding._cards(visit, candidates, None) is cards
    assert finding._cards(visit, candidates[1:], None) == cards[1:]


@pytest.mark.parametrize("smiles", ["CP(C)(C)=O", "O=P(c1ccccc1)(CC)C(C)C", "[O-]c1c(C)cccc1C(C)C"])
def test_a_formula_is_sent_at_two_thirds_of_its_length_with_every_line_where_it_was(smiles):
    ligand = scoped(smiles)
    whole, spare = (make(ligand, width=150, height=110, dark=False) for make in (draw, pictures.formula))
    assert re.findall(" d='[^']*'", spare) == re.findall(" d='[^']*'", whole) and "<path" in spare
    assert re.findall("(?:fill|stroke):[^;']*", spare) == re.findall("(?:fill|stroke):[^;']*", whole)
    assert len(spare) < len(whole) * 2 / 3 and spare.startswith("<svg")
    assert spare in unquote(pictures.thumbnail(ligand.smiles, ligand.donor, False, ligand))


def test_a_view_draws_nothing_before_all_of_it_is_set_up(kramers):
    html = viewer3d.frame(kramers, Shown(), LIGHT)
    quiet, first = html.index(".show = () => {};"), html.index("parts.draw(scene.shown)")
    zoom = re.search(r"viewer_[0-9a-f]{16}\.zoomTo\(\)", html)  # not that of a function which waits for a switch
    assert zoom is not None
    assert quiet < html.index(".addLabel(") < html.rindex(".addLabel(") < first < zoom.start()
    assert first < html.rindex(".render();") < html.index("startFrame(viewer_")
    assert card_pictures.viewer3d is viewer3d


def test_no_more_files_are_judged_at_a_time_than_there_are_places(monkeypatch):
    held = []
    monkeypatch.setattr("app.predict.batch.predict_guarded", lambda *_, **__: held.append(free()) or Mock())
    with_examples("dy-acac3-phen.cif")
    assert held == [places() - 1] and free() == places() and compute_slot() is compute_slot()


def free() -> int:
    """How many more could compute now."""
    taken = 0
    while compute_slot().acquire(blocking=False):
        taken += 1
    for _ in range(taken):
        compute_slot().release()
    return taken


def test_loading_ahead_happens_once_and_says_nothing_when_it_fails():
    done: list[str] = []
    ready = threading.Event()

    def broken() -> None:
        done.append("broken")
        raise OSError("no weights")

    loading = warm.Ahead((broken, lambda: done.append("whole"), ready.set), quiet=0.01)
    loading.begin()
    loading.begin()
    assert ready.wait(10) and done == ["broken", "whole"]
    assert warm.ahead() is warm.ahead()


def test_nothing_is_loaded_ahead_while_a_page_is_made_even_if_that_fails():
    ready = threading.Event()
    loading = warm.Ahead((ready.set,), quiet=0.05)
    with pytest.raises(ValueError), loading.making():  # as Streamlit ends a run with an exception
        loading.begin()
        assert not ready.wait(0.3)
        raise ValueError
    assert ready.wait(10)


def test_what_is_loaded_ahead_is_what_the_pages_use(monkeypatch):
    monkeypatch.setattr("app.shared.latent_model.loaded_generator", lambda: TOY)
    warm.load_generator()
    ahead = finding.around(TOY, ATLAS.latents[first_of(ATLAS)])
    assert explore_page().session_state["exploration"].found["neighbours"][1] is ahead


@pytest.mark.parametrize("load", [warm.load_predictor, warm.load_map, warm.load_results])
def test_each_part_loads(load):
    load()


def changed(monkeypatch, seen: Seen, **state: object) -> tuple[AppTest, list[object]]:
    """The part that is drawn by the clock, after the whole page with `seen` was; and how often it asks for that."""
    asked_for: list[object] = []
    monkeypatch.setattr(st, "rerun", lambda: asked_for.append(1))
    page = AppTest.from_string("from app.verify.queue import _show_change\n_show_change()", default_timeout=30)
    for name, value in ({SEEN: seen} | state).items():
        page.session_state[name.replace("__", "/")] = value
    return page.run(), asked_for


def test_a_run_of_others_that_ends_is_only_offered_for_somebody_may_be_typing(store, monkeypatch):
    answered(store)
    page, asked_for = changed(monkeypatch, Seen(1, 1, False))
    assert not page.button and not asked_for
    ended_job = asked(store, "TbF3")
    ended(store, State.DONE, "")
    page, asked_for = changed(monkeypatch, Seen(1, 1, False), **{AWAITED: ended_job.id})
    assert [button.key for button in page.button] == ["verify/update"] and not asked_for
    page.button(key="verify/update").click().run()
    assert not page.exception and asked_for


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(0, 0, False), {}),
        (Seen(0, 1, True), {}),
        (Seen(0, 1, False), {ACTED: True}),
        (Seen(1, 1, False), {CLICKED: True}),
    ],
)
def test_the_whole_page_is_drawn_for_a_first_result_ones_own_run_and_ones_own_doing(store, monkeypatch, seen, state):
    answered(store)
    assert changed(monkeypatch, seen, **state)[1]


def test_a_run_that_this_visitor_waits_for_is_seen_to_end(store, monkeypatch):
    job = asked(store)
    monkeypatch.setattr(st, "session_state", {AWAITED: job.id})
    assert queue._look() == Seen(0, 0, True)
    ended(store, State.FAILED, "no memory")
    assert queue._look() == Seen(1, 0, False)
