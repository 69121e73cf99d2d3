"""Ligands as cards on a page. All text arrives as text; pictures are those that Kramers drew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Card:
    """One ligand.

    Attributes:
        picture: address of its image (``data:``). lines: words below it, the first the loudest.
        title: what a click on it does. sign: one character to click, none without. signTitle: what that does.
    """

    picture: str
    lines: tuple[str, ...]
    title: str
    sign: str
    signTitle: str


def gallery(
    cards: Sequence[Card],
    *,
    key: str,
    on_open: Callable[[int], None],
    on_sign: Callable[[int], None],
    stale: bool = False,
) -> None:
    """Show cards; numbers of those that are clicked are told before the page runs again.

    Args:
        stale: they belong to what was there before, and are dimmed.
    """
    component = st.components.v2.component(
        "kramers_gallery",
        html='<div class="gallery"></div>',
        css=(_FOLDER / "gallery.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "gallery.js").read_text(encoding="utf-8"),
    )
    component(
        key=key,
        data={"cards": [asdict(card) for card in cards], "content": str(hash(tuple(cards))), "stale": stale},
        on_opened_change=lambda: _tell(key, "opened", len(cards), on_open),
        on_signed_change=lambda: _tell(key, "signed", len(cards), on_sign),
    )


def _tell(key: str, name: str, count: int, act: Callable[[int], None]) -> None:
    state = st.session_state.get(key)
    number = state.get(name) if isinstance(state, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < count:
        act(number)
