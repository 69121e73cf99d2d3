"""Desk: what this visitor keeps, to open, name, share and delete."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from app.desk.opening import HOW_IT_OPENS, open_named
from app.shared import desk
from app.text import code_span
from core.desk.model import Item, Kind
from core.words import counted

SHOWN_AT_ONCE = 50
"""Lines on the page; older things are found by the filter."""


def show_item(item: Item) -> None:
    """One line: what it is, and what can be done with it."""
    with st.container(border=True):
        words, buttons = st.columns([3, 4], vertical_alignment="center")
        day = datetime.fromtimestamp(item.created, UTC).strftime("%Y-%m-%d %H:%M UTC")
        words.markdown(f"{code_span(item.name)}  \n{item.kind.value} · {day}{' · shared' if item.link else ''}")
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Open", key=f"open/{item.id}", icon=":material/open_in_new:", help=HOW_IT_OPENS[item.kind]):
                open_named(item.id, item.kind)
            with st.popover("Rename", icon=":material/edit:"):
                name = st.text_input("Name", item.name, key=f"name/{item.id}", max_chars=200)
                st.button("Rename it", key=f"rename/{item.id}", on_click=desk.rename, args=(item.id, name))
            show_sharing(item)
            with st.popover("Delete", icon=":material/delete:"):
                st.caption("It is gone for good, and its link opens nothing any more.")
                st.button("Delete it", key=f"delete/{item.id}", type="primary", on_click=desk.delete, args=(item.id,))


def show_sharing(item: Item) -> None:
    """Its link, given and taken back."""
    with st.popover("Share", icon=":material/link:"):
        if not item.link:
            st.caption("Private: only this browser opens it.")
            st.button("Make a link", key=f"share/{item.id}", on_click=desk.share, args=(item.id,))
            return
        st.caption("Whoever has this link opens a copy of it on a desk of their own.")
        st.code(desk.link_of(item), language=None)
        st.button("Take the link back", key=f"unshare/{item.id}", on_click=desk.unshare, args=(item.id,))


def show_desk(items: list[Item]) -> None:
    """The list, the newest first, and what is done with all of it."""
    kinds = [kind for kind in Kind if any(item.kind is kind for item in items)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.pills("Show", kinds, format_func=lambda kind: kind.value, selection_mode="multi", key="desk/kinds")
        words = st.text_input("Name contains", key="desk/words", width=260)
    found = [item for item in reversed(items) if item.kind in (wanted or kinds) and words.lower() in item.name.lower()]
    st.caption(f"{counted(len(found), 'thing')}, {sum(item.size for item in found) / 1e6:.1f} MB.")
    for item in found[:SHOWN_AT_ONCE]:
        show_item(item)
    if len(found) > SHOWN_AT_ONCE:
        st.caption(f"The newest {SHOWN_AT_ONCE} are listed; a part of the name finds the others.")
    with st.popover("Delete all that is listed above", icon=":material/delete_sweep:"):
        ids = tuple(item.id for item in found[:SHOWN_AT_ONCE])
        st.caption(f"{counted(len(ids), 'thing')} would be gone for good.")
        st.button("Delete them", type="primary", key="desk/clear", on_click=desk.delete, args=ids)


st.title("Desk")
st.caption(
    "What you gave and made in this browser, kept on the server until you delete it. Only this browser sees it; a link "
    "that you make opens a copy for somebody else. If the browser forgets its cookies, the desk is lost to you."
)
if everything := desk.items():
    show_desk(everything)
else:
    st.info(
        "Nothing is kept yet. Files that you drop on Predict, complexes that Build makes and ligands in the basket of "
        "Explore lie here afterwards.",
        icon=":material/folder_open:",
    )
