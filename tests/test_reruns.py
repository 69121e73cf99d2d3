"""The waits of a browser, from the frames of its websocket."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.harness.reruns import HOME, Conversation, figures


def asks(fragment: str = "", by_clock: bool = False) -> bytes:
    message = BackMsg()
    message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = fragment, by_clock
    return bytes(message.SerializeToString())


def begins(*fragments: str, page: str = "") -> bytes:
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    message.new_session.app_pages.add(page_script_hash="b", page_name="build")
    message.metadata.run.fragment_ids.extend(fragments)
    return bytes(message.SerializeToString())


def ends(status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> bytes:
    return bytes(ForwardMsg(script_finished=status).SerializeToString())


PART = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def talk(*frames: tuple[float, bytes, bool]) -> Conversation:
    found = Conversation()
    for time, data, sent in frames:
        if sent:
            found.sent(data, time, "press")
        else:
            found.received(data, time)
    return found


def waits(found: Conversation) -> Sequence[float]:
    return [one.seconds for one in found.answered]


def test_a_wait_lasts_from_the_request_to_the_end_of_the_run_and_belongs_to_its_page():
    found = talk((1, asks(), True), (1.5, begins(page="b"), False), (3, ends(), False))
    assert waits(found) == [2] and found.runs == [1.5]
    assert (found.answered[0].page, found.answered[0].action) == ("Build", "press")
    assert talk((1, asks(), True), (2, begins(), False), (3, ends(), False)).answered[0].page == HOME


def test_a_run_that_ends_early_for_another_answers_nothing():
    found = talk((1, asks(), True), (2, begins(), False), (3, ends(EARLY), False))
    assert found.by_hand == 1 and not found.answered
    for time, data in ((3.1, begins()), (5, ends())):
        found.received(data, time)
    assert waits(found) == [4] and found.unasked == 0


def test_a_run_that_began_before_the_request_does_not_answer_it():
    found = talk((1, asks(), True), (2, begins(), False), (3, asks(), True), (4, ends(), False))
    assert waits(found) == [3] and found.by_hand == 1
    for time, data in ((4.1, begins()), (9, ends())):
        found.received(data, time)
    assert waits(found) == [3, 6]


def test_the_run_of_a_fragment_answers_its_own_requests_alone_and_a_whole_run_all():
    asked = [(1, asks("map"), True), (1.1, asks("queue", by_clock=True), True), (1.2, asks(), True)]
    found = talk(*asked, (2, begins("map"), False), (3, ends(PART), False))
    assert [one.fragment for one in found.answered] == ["map"] and len(found.waiting) == 2 and found.by_hand == 1
    whole = talk(*asked, (2, begins(), False), (3, ends(), False))
    assert not whole.waiting and [one.by_clock for one in whole.answered] == [False, True, False]


def test_an_answer_is_taken_back_when_another_run_follows_at_once_that_nobody_asked_for():
    lagging = [(1, asks(), True), (1.4, asks(), True), (1.5, begins(), False), (2, ends(), False)]
    found = talk(*lagging, (2.1, begins(), False), (5, ends(), False))
    assert sorted(waits(found)) == pytest.approx([1, 3.6]) and (found.taken_back, found.unasked) == (1, 0)
    later = talk(*lagging, (19, begins(), False), (20, ends(), False))
    assert sorted(waits(later)) == pytest.approx([0.6, 1]) and (later.taken_back, later.unasked) == (0, 1)


def test_a_run_that_nobody_asked_for_and_an_exception_on_the_page_are_noted():
    shown = ForwardMsg()
    shown.delta.new_element.exception.type = "ValueError"
    found = talk((1, begins(), False), (1.5, bytes(shown.SerializeToString()), False), (2, ends(), False))
    assert found.unasked == 1 and found.exceptions == ["ValueError: "]


def test_figures_tell_the_share_within_two_seconds():
    told = figures([0.5] * 95 + [2.5] * 5)
    assert (told["count"], told["share_within_2_s"], told["longest_s"]) == (100, 0.95, 2.5)
    assert told["median_s"] == pytest.approx(0.5)
    assert figures([]) == {"count": 0}
