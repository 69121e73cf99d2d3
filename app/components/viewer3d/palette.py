"""Colours of the 3-D view on a light page and on a dark one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of what is not an atom, of the ground, and of the roles of ligands.

    The three colours of roles differ by at least 30 in CIELAB for normal and for colour-blind eyes; a test holds it.
    """

    background: str
    ink: str
    face: str
    axis: str
    contact: str
    axial: tuple[str, str]
    equatorial: str


LIGHT = Palette(
    background="#fbfbf9",
    ink="#0e171a",
    face="#4f9a97",
    axis="#c2410c",
    contact="#8a9599",
    axial=("#2b5c9e", "#d07a92"),
    equatorial="#9a9430",
)
DARK = Palette(
    background="#14191c",
    ink="#e4e9e8",
    face="#63b3b1",
    axis="#fb923c",
    contact="#7d8b91",
    axial=("#4f86d0", "#efa3b8"),
    equatorial="#b9bb55",
)
