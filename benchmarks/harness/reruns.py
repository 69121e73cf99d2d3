"""How long a browser waits for Streamlit, read off the frames of its websocket.

The browser asks for a run of the script (BackMsg.rerun_script); the server announces one (ForwardMsg.new_session) and
says when it has ended (ForwardMsg.script_finished), both with the fragments that are run. A request is answered by the
first whole run that begins after it and ends by itself; the request of a fragment also by a run of that fragment. A
run that ended early for another one (st.rerun, or newer news from the browser) answers nothing: the wait goes on. What
stands on the page tells less: that some run goes on, and pages of ours look again by themselves.

A browser that lags behind may ask while a run has begun that it has not read of yet. Then the request seems answered by
that run, and at once another follows that nobody asked for: the newest answer is taken back until the end of that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession

_AT_ONCE = 5.0  # s, where the server is busy too

ENOUGH = 2.0
"""A rerun shall take no longer [s]."""

HOME = "Predict"
"""What the address without a page shows; the first run of a session does not name it."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A request for a run, and how long its answer took.

    Attributes:
        asked: by the browser's clock [s].
        action: what the visitor was doing.
        fragment: the part of the page that is asked for; empty for the whole.
        by_clock: asked by a part of the page that looks again by itself, not by a hand.
        begun: whether a run has begun that may answer it.
        page: what was answered. seconds: how long that took, until the browser heard of the end.
    """

    asked: float
    action: str
    fragment: str = ""
    by_clock: bool = False
    begun: bool = False
    page: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Conversation:
    """One websocket.

    Attributes:
        waiting: requests without an answer yet. answered: those with one.
        runs: time from each run's announcement to its end, early or not [s].
        taken_back: answers that were none, see above. unasked: runs that nobody asked for all the same.
        exceptions: what the server sent to be shown as one.
    """

    waiting: list[Rerun] = field(default_factory=list)
    answered: list[Rerun] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    asked: int = 0
    taken_back: int = 0
    unasked: int = 0
    exceptions: list[str] = field(default_factory=list)
    _pages: dict[str, str] = field(default_factory=dict)
    _page: str = ""
    _begun: float = 0.0
    _ended: float = 0.0
    _early: bool = False

    @property
    def by_hand(self) -> int:
        """Requests of a hand that wait."""
        return sum(not one.by_clock for one in self.waiting)

    def sent(self, data: bytes, time: float, action: str) -> None:
        """A frame of the browser [s]."""
        message = BackMsg.FromString(data)
        if message.WhichOneof("type") != "rerun_script":
            return
        state = message.rerun_script
        self.asked += not state.is_auto_rerun
        self.waiting.append(Rerun(time, action, state.fragment_id, state.is_auto_rerun))

    def received(self, data: bytes, time: float) -> None:
        """A frame of the server [s]."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message.new_session, set(message.metadata.run.fragment_ids), time)
        elif kind == "script_finished":
            self._end(message.script_finished, time)
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            shown = message.delta.new_element.exception
            self.exceptions.append(f"{shown.type}: {shown.message}"[:200])

    def _begin(self, session: NewSession, fragments: set[str], time: float) -> None:
        self._pages |= {page.page_script_hash: page.page_name for page in session.app_pages}
        self._page, self._begun = self._pages.get(session.page_script_hash, "").capitalize() or HOME, time
        if not self.waiting and not self._early:
            self._take_back(fragments, time)
        self.waiting = [replace(one, begun=not fragments or one.fragment in fragments) for one in self.waiting]

    def _take_back(self, fragments: set[str], time: float) -> None:
        fits = [one for one in self.answered if not fragments or one.fragment in fragments]
        if not fits or time - self._ended > _AT_ONCE:
            self.unasked += 1
            return
        newest = max(fits, key=lambda one: one.asked)
        self.answered.remove(newest)
        self.waiting.append(newest)
        self.taken_back += 1

    def _end(self, status: int, time: float) -> None:
        self.runs.append(time - self._begun)
        self._ended = time
        self._early = status == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ready = [] if self._early else [one for one in self.waiting if one.begun]
        self.answered += [replace(one, page=self._page, seconds=time - one.asked) for one in ready]
        self.waiting = [replace(one, begun=False) for one in self.waiting if one not in ready]


def figures(seconds: Sequence[float]) -> dict[str, Any]:
    """What is told of many waits [s]."""
    if not seconds:
        return {"count": 0}
    middle, most, nearly_all = np.percentile(seconds, (50, 95, 99))
    return {
        "count": len(seconds),
        "median_s": round(float(middle), 3),
        "95_percent_s": round(float(most), 3),
        "99_percent_s": round(float(nearly_all), 3),
        "longest_s": round(max(seconds), 3),
        "share_within_2_s": round(sum(one <= ENOUGH for one in seconds) / len(seconds), 4),
    }
