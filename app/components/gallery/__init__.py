"""Ligands as cards on a page. All text arrives as text; pictures are those that Kramers drew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from app.components.latent_map import number_of

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sign:
    """A button at the foot of a card.

    Attributes:
        text: one character, or a word. title: what a click on it does.
    """

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Card:
    """One ligand.

    Attributes:
        picture: address of its image (``data:``). lines: words below it, the first the loudest.
        title: what a click on it does. signs: its buttons, none to many.
    """

    picture: str
    lines: tuple[str, ...]
    title: str
    signs: tuple[Sign, ...] = ()


def gallery(
    cards: Sequence[Card],
    *,
    key: str,
    on_open: Callable[[int], None],
    on_sign: Callable[[int, str], None],
    follows_map: bool = False,
) -> None:
    """Show cards; which are clicked is told before the page runs again.

    Args:
        on_open: number of a card. on_sign: number of a card, and the text of its sign.
        follows_map: while the handle of the map moves, they belong to what was there before, and are dimmed; the map
            tells them, for all of them are large to send again.
    """
    component = st.components.v2.component(
        "kramers_gallery", html='<div class="gallery"></div>', css=_text("gallery.css"), js=_text("gallery.js")
    )
    component(
        key=key,
        data={"cards": [asdict(card) for card in cards], "content": str(hash(tuple(cards))), "follows": follows_map},
        on_opened_change=lambda: _open(cards, _said(key, "opened"), on_open),
        on_signed_change=lambda: _sign(cards, _said(key, "signed"), on_sign),
    )


@cache
def _text(name: str) -> str:
    """A file of this folder, read once."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _said(key: str, name: str) -> object:
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, Mapping) else None


def _open(cards: Sequence[Card], said: object, act: Callable[[int], None]) -> None:
    number = number_of(said, len(cards))
    if number is not None:
        act(number)


def _sign(cards: Sequence[Card], said: object, act: Callable[[int, str], None]) -> None:
    place = sign_of(said, cards)
    if place is not None:
        act(*place)


def sign_of(said: object, cards: Sequence[Card]) -> tuple[int, str] | None:
    """Number of a card and the text of its sign, out of anything."""
    if not isinstance(said, list) or len(said) != 2:
        return None
    number = number_of(said[0], len(cards))
    which = None if number is None else number_of(said[1], len(cards[number].signs))
    return None if number is None or which is None else (number, cards[number].signs[which].text)
