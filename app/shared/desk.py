"""This visitor's desk: her things in the store of `core.desk`, found again by a cookie of her browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from app.components.cookie import set_cookie
from app.text import sentence
from core.desk.model import DeskError, Item, Kind, New, is_token, new_token
from core.desk.store import Desk
from core.jobs.store import data_folder

WORDS: Final = {
    "structure": Kind.STRUCTURE,
    "compare": Kind.COMPARISON,
    "ligand": Kind.LIGAND,
    "complex": Kind.BUILT,
}
"""Words of an address, with what they open."""

COOKIE = "kramers_desk"
TOKEN = "desk/token"
SAID = "desk/said"
"""What could not be done, a sentence."""


@st.cache_resource(show_spinner=False)
def _opened(folder: Path) -> tuple[Desk, str]:
    """The desks in a folder; where it cannot be used, desks in memory and the reason."""
    try:
        return Desk(folder / "desk.sqlite"), ""
    except DeskError as error:
        return Desk(None), error.sentence


def _desk() -> Desk:
    return _opened(data_folder())[0]


def _token() -> str:
    """What her browser sent, or a new one that it is given."""
    if TOKEN not in st.session_state:
        sent = st.context.cookies.get(COOKIE)
        st.session_state[TOKEN] = sent if is_token(sent) else new_token()
    return str(st.session_state[TOKEN])


def introduce() -> None:
    """Give the browser the cookie by which it is known again, and say what is amiss with the store."""
    if st.context.cookies.get(COOKIE) != _token():
        set_cookie(COOKIE, _token(), key="desk/cookie")
    if fault := _opened(data_folder())[1]:
        st.warning(f"Nothing outlives this visit: {sentence(fault)}", icon=":material/folder_off:")


@contextmanager
def heard() -> Iterator[None]:
    """What the store refuses is said on the page, until it is closed."""
    try:
        yield
    except DeskError as error:
        st.session_state[SAID] = error.sentence


def show_said() -> None:
    """What the store refused last."""
    if said := st.session_state.get(SAID, ""):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.badge("not done", color="orange")
            st.text(sentence(said), width="stretch")
            st.button("Close", key="desk/close", on_click=st.session_state.pop, args=(SAID, None))


def keep(things: Sequence[New]) -> list[Item]:
    """Put things on her desk; none where it is full, which is said."""
    with heard():
        return _desk().keep(_token(), things)
    return []


def items(*kinds: Kind) -> list[Item]:
    """Her things, the oldest first."""
    with heard():
        return _desk().items(_token(), *kinds)
    return []


def body(item: Item) -> bytes:
    """What is in one of her things; nothing where it is gone."""
    with heard():
        return _desk().body(_token(), item.id)
    return b""


def describe(name: str, **meta: Any) -> None:
    """Change what is kept beside a thing."""
    with heard():
        _desk().describe(_token(), name, meta)


def rename(name: str, called: str) -> None:
    """Call a thing otherwise."""
    with heard():
        _desk().rename(_token(), name, called)


def delete(*names: str) -> None:
    """Forget things."""
    with heard():
        _desk().delete(_token(), *names)


def share(name: str) -> None:
    """Let a link open it."""
    with heard():
        _desk().share(_token(), name)


def unshare(name: str) -> None:
    """Let its link open nothing any more."""
    with heard():
        _desk().unshare(_token(), name)


def link_of(item: Item) -> str:
    """The address that opens a shared thing, on the host that this page came from."""
    word = next(word for word, kind in WORDS.items() if kind is item.kind)
    here = urlsplit(st.context.url or "")
    return urlunsplit((here.scheme, here.netloc, "/", urlencode({word: item.link}), ""))


def contents(word: str, kind: Kind) -> list[New]:
    """What a word in an address opens; nothing where it opens nothing, which is said."""
    with heard():
        return _desk().contents(_token(), word, kind)
    return []


def note(page: str) -> dict[str, Any]:
    """How a page stood when she left it: of this session, else as it was kept."""
    key = f"desk/note/{page}"
    if key not in st.session_state:
        st.session_state[key] = {}
        with heard():
            st.session_state[key] = _desk().note(_token(), page)
    found: dict[str, Any] = st.session_state[key]
    return found


def set_note(page: str, **changes: Any) -> None:
    """Keep how a page stands; nothing is written where nothing changed."""
    before: Mapping[str, Any] = note(page)
    after = {**before, **changes}
    if after != before:
        st.session_state[f"desk/note/{page}"] = after
        with heard():
            _desk().set_note(_token(), page, after)
