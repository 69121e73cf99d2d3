"""Small plots as SVG text, for files that have to stand on their own: the double well, and χT against T.

All text in them is ours or a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from core.arrays import FloatArray
from core.qc.barrier_diagram import Way, barrier_diagram
from core.qc.multiplet_magnetism import FIELDS, TEMPERATURES, chi_t_curve, magnetisation_of
from core.qc.stored_levels import Record

WIDTH: Final = 420
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 12, 44

_INK: Final = "#1f2a2e"
_COLOURS: Final = {Way.THROUGH: "#c2410c", Way.UP: "#2f6f73", Way.ACROSS: "#8a9599"}
_LINE: Final = _COLOURS[Way.UP]
_DASHES: Final = ("none", "6 3", "6 3 1 3", "1 3")
_BAR: Final = 0.6
"""Half width of a level [μ_B]."""


class _Frame:
    """From values to pixels."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._x, self._y = x, y

    def x(self, value: float) -> float:
        low, high = self._x
        return _LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self._y
        return HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    def line(self, points: Iterable[tuple[float, float]], colour: str, more: str = "") -> str:
        path = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        return f'<polyline points="{path}" fill="none" stroke="{colour}" {more}/>'

    def axes(self, x_title: str, y_title: str, x_ticks: Sequence[float], y_ticks: Sequence[float]) -> list[str]:
        low, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
        marks = [f'<path d="M{_LEFT},{_TOP} V{low} H{right}" fill="none" stroke="{_INK}"/>']
        for tick in x_ticks:
            marks.append(f'<text x="{self.x(tick):.1f}" y="{low + 16}" text-anchor="middle">{tick:g}</text>')
        for tick in y_ticks:
            marks.append(f'<text x="{_LEFT - 6}" y="{self.y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        marks.append(f'<text x="{(_LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{x_title}</text>')
        middle = (_TOP + low) / 2
        turned = f'transform="rotate(-90 14 {middle})"'
        return [*marks, f'<text x="14" y="{middle}" text-anchor="middle" {turned}>{y_title}</text>']


def _picture(title: str, parts: Iterable[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="8.3cm" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}" '
        f'font-family="system-ui, DejaVu Sans, sans-serif" font-size="11" fill="{_INK}">'
    )
    return "\n".join([head, *parts, "</svg>"])


def barrier_svg(record: Record) -> str:
    """Energies against moments, with the mean transition moments [μ_B] on the arrows."""
    diagram = barrier_diagram(record)
    top = max(diagram.energies) or 1.0
    side = max(map(abs, diagram.moments)) + 1.5
    frame = _Frame((-side, side), (-0.05 * top, 1.05 * top))
    drawn = []
    for step in diagram.transitions:
        ends = [(diagram.moments[state], diagram.energies[state]) for state in (step.first, step.second)]
        width = min(2.0, 0.6 + step.moment / 2)
        drawn.append(frame.line(ends, _COLOURS[step.way], f'stroke-width="{width:.2f}" stroke-dasharray="4 3"'))
    for moment, energy in zip(diagram.moments, diagram.energies, strict=True):
        drawn.append(frame.line([(moment - _BAR, energy), (moment + _BAR, energy)], _INK, 'stroke-width="2.4"'))
    return _picture(
        "Double well",
        [*frame.axes("moment along the main axis / μ_B", "E / cm⁻¹", _ticks(-side, side), _ticks(0.0, top)), *drawn],
    )


def chi_t_svg(record: Record) -> str:
    """χT against T: a line, and the temperatures of the record.

    Raises:
        DomainError: an ion whose ground multiplet has no moment (Eu).
    """
    curve = list(zip(*(column.tolist() for column in chi_t_curve(record)), strict=True))
    top = 1.1 * max(value for _, value in curve) or 1.0
    frame = _Frame((0.0, 310.0), (0.0, top))
    known = zip(record["chiT"]["T_K"], record["chiT"]["cm3_K_per_mol"], strict=True)
    dots = [f'<circle cx="{frame.x(t):.1f}" cy="{frame.y(v):.1f}" r="2.2" fill="{_LINE}"/>' for t, v in known]
    axes = frame.axes("T / K", "χT / cm³ K mol⁻¹", (0, 50, 100, 150, 200, 250, 300), _ticks(0.0, top))
    return _picture("χT against T", [*axes, frame.line(curve, _LINE, 'stroke-width="1.4"'), *dots])


def magnetisation_svg(record: Record) -> str:
    """M against H at some temperatures, named below the curves.

    Raises:
        DomainError: as `chi_t_svg`.
    """
    curves: FloatArray = magnetisation_of(record)
    top = 1.1 * float(curves.max()) or 1.0
    frame = _Frame((0.0, 8.0), (0.0, top))
    drawn = [*frame.axes("H / T", "M / μ_B", range(8), _ticks(0.0, top))]
    for dashes, values in zip(_DASHES, curves.tolist(), strict=True):
        points = list(zip(FIELDS.tolist(), values, strict=True))
        drawn.append(frame.line(points, _LINE, f'stroke-width="1.4" stroke-dasharray="{dashes}"'))
    named = [f"{kelvin:g}" for kelvin in TEMPERATURES]
    words = f"{', '.join(named[:-1])} and {named[-1]} K: full, dashed, dash-dotted, dotted line"
    drawn.append(f'<text x="{_LEFT + 30}" y="{HEIGHT - _BOTTOM - 12}">{words}</text>')
    return _picture("M against H", drawn)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers within, four to nine of them."""
    span = high - low
    step = next(10.0**power * base for power in range(-4, 6) for base in (1, 2, 5) if span / (10.0**power * base) <= 8)
    first = int(low // step)
    return [k * step for k in range(first, int(high // step) + 1) if low <= k * step <= high]
