"""The map of ligands on a page: a canvas of our own, since no chart of Streamlit's lets a point be dragged.

The browser owns the handle. It reports where it stands while it moves, once the page has answered the report before and
at most every `THROTTLE`, and once more when it is let go; the page moves it only by a new revision. What the browser
reports is hostile until it is read here.

Three components share the work, so that what stays the same is not sent again while a hand drags: the points, hundreds
of kilobytes; the map with its handle; the marks, small and last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
import streamlit as st

Place = tuple[float, float]
_T = TypeVar("_T")

HEIGHT: Final = 560
"""Height of the map [px], as in its style sheet."""

THROTTLE: Final = 70
"""Least time between two reports of a moving handle [ms]: shorter, and reports would wait for one another."""

FAR: Final = 1e6
"""Places beyond are none [map units]."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Chart:
    """What the map shows.

    Attributes:
        cloud: name of the points' layout; only a new one makes the browser read it anew.
        colouring: name of colours and lighting; likewise.
        points: columns x, y, value (float32; NaN for none) and lit (uint8).
        density: column share (float32), cells × cells, rows from low to high y.
        legend: label, unit, and either low and high, or names and colours of the classes that `value` counts.
        labels: x, y, text of names on the map.
    """

    cloud: str
    colouring: str
    points: pa.Table
    density: pa.Table
    legend: Mapping[str, Any]
    labels: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Thumb:
    """The picture of a point: its number, an image address (``data:``), words below it."""

    number: int
    picture: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Where the handle stands, and whether it was let go there."""

    place: Place
    final: bool


def draw_points(chart: Chart, *, key: str) -> None:
    """Give the map of this page its points; outside of what runs again while a hand drags, for they are large."""
    data = {
        "cloud": chart.cloud,
        "colouring": chart.colouring,
        "points": chart.points,
        "density": chart.density,
        "legend": chart.legend,
        "labels": list(chart.labels),
    }
    st.components.v2.component("kramers_cloud", js=_text("cloud.js"))(key=key, data=data)


def latent_map(
    count: int,
    place: Place,
    revision: int,
    *,
    key: str,
    on_handle: Callable[[Report], None],
    on_pick: Callable[[int], None],
    on_hover: Callable[[int], None],
    on_lasso: Callable[[Sequence[Place]], None],
    thumb: Thumb | None = None,
) -> None:
    """Show the map, with the points that `draw_points` gives it; what the hand does is told before the page runs again.

    Args:
        count: number of points.
        place: of the handle, taken over by the browser with every new `revision`; the same as long as that is the same,
            or the whole map is sent again.
        on_handle: the handle moved. on_pick: the number of a point that was clicked. on_hover: of one that is looked
            at. on_lasso: corners of a loop, none when it was let go.
        thumb: picture of the point that was looked at last.
    """
    data = {
        "handle": list(place),
        "revision": revision,
        "throttle": THROTTLE,
        "thumb": None if thumb is None else {"number": thumb.number, "picture": thumb.picture, "text": thumb.text},
    }
    said = _Said(key, count, revision)
    _component()(
        key=key,
        data=data,
        on_handle_change=lambda: said.pass_on(said.report(), on_handle),
        on_pick_change=lambda: said.pass_on(said.number("pick"), on_pick),
        on_hover_change=lambda: said.pass_on(said.number("hover"), on_hover),
        on_lasso_change=lambda: on_lasso(said.corners()),
    )


def mark_on_map(places: Sequence[Place], *, way: bool, moving: bool, heard: int, key: str) -> None:
    """Mark places on the map of this page, joined by a line where they are a way; those of before go.

    Apart from the map, so that it need not wait for what takes long to find, and the last of a run: the browser takes
    it as the answer to its report.

    Args:
        moving: whether the handle moves: what was found for another place of it is dimmed.
        heard: number of reports of the handle so far.
    """
    marks = [{"points": [list(place) for place in places], "line": way}] if places else []
    data = {"marks": marks, "moving": moving, "heard": heard}
    st.components.v2.component("kramers_marks", js=_text("marks.js"))(key=key, data=data)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the browser said of a map in this run, read with care."""

    key: str
    count: int
    revision: int

    def _value(self, name: str) -> object:
        state = st.session_state.get(self.key)
        return state.get(name) if isinstance(state, Mapping) else None

    def report(self) -> Report | None:
        """Where the handle stands; None when it says so of an older revision."""
        return report_of(self._value("handle"), self.revision)

    def number(self, name: str) -> int | None:
        return number_of(self._value(name), self.count)

    def corners(self) -> list[Place]:
        return corners_of(self._value("lasso"))

    @staticmethod
    def pass_on(value: _T | None, act: Callable[[_T], None]) -> None:
        if value is not None:
            act(value)


def report_of(value: object, revision: int) -> Report | None:
    """A report of the handle, out of anything."""
    if not isinstance(value, Mapping) or value.get("revision") != revision:
        return None
    place = _place([value.get("x"), value.get("y")])
    return None if place is None else Report(place, value.get("final") is True)


def number_of(value: object, count: int) -> int | None:
    """The number of one of `count` points, out of anything."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count else None


def corners_of(value: object) -> list[Place]:
    """Corners of a loop, out of anything; none unless there are three or more."""
    if not isinstance(value, list) or not 3 <= len(value) <= 1000:
        return []
    places = [_place(corner) for corner in value]
    return [place for place in places if place is not None] if None not in places else []


def _place(value: object) -> Place | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in value):
        return None
    x, y = (float(part) for part in value)
    return (x, y) if math.hypot(x, y) < FAR else None  # also not for infinities and NaN


def _component() -> Callable[..., object]:
    script = f"{_text('painter.js')}\n{_text('map.js')}"
    return st.components.v2.component("kramers_latent_map", html=_text("frame.html"), css=_text("map.css"), js=script)


@cache
def _text(name: str) -> str:
    """A file of this folder, read once."""
    return (_FOLDER / name).read_text(encoding="utf-8")
