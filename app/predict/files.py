"""The files on the Predict page: things of this visitor's desk that are open there, so they outlive page and server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from app.predict.batch import Batch, Choice, Shelf, Source
from app.shared import desk
from app.shared.examples import example_names, example_title, read_example
from core.desk.model import Item, Kind, New

PAGE = "predict"
UPLOADS = "uploads"
ROUND = "predict/round"
"""Number of the uploader: what it has taken goes to the desk, and an empty one comes in its place."""

WHAT = "Crystal structures (CIF) or molecules (XYZ, PDB, MOL2, SDF, outputs of ORCA and OpenMolcas), one or many"


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """One for all visitors."""
    return Shelf()


def session_batch() -> Batch:
    """Choices and results of this visitor."""
    if "batch" not in st.session_state:
        st.session_state.batch = Batch(shelf=shelf(), told=_keep_choice)
    batch: Batch = st.session_state.batch
    return batch


def _keep_choice(key: str, choice: Choice) -> None:
    desk.describe(key, choice=asdict(choice))


def choice_of(item: Item) -> Choice:
    """What was chosen for a file of the desk."""
    kept: Any = item.meta.get("choice", {})
    return Choice(**{field.name: kept.get(field.name) for field in fields(Choice)})


def open_items() -> list[Item]:
    """Structures of the desk that stand on the page."""
    return [item for item in desk.items(Kind.STRUCTURE) if item.meta.get("open", True)]


def sources_of(items: Sequence[Item], batch: Batch) -> list[Source]:
    """Files to judge, with what was chosen for them in an earlier visit."""
    for item in items:
        batch.choices.setdefault(item.id, choice_of(item))
    return [Source(item.id, item.name, partial(desk.body, item)) for item in items]


def put(things: Sequence[New]) -> None:
    """Put files on the page, and show the last of them."""
    kept = desk.keep(things)
    for item in kept:
        if not item.meta.get("open", True):
            desk.describe(item.id, open=True)
    if kept:
        show(kept[-1].id)


def take_off(*keys: str) -> None:
    """Take files off the page; they stay on the desk."""
    for key in keys:
        desk.describe(key, open=False)


def take_off_all() -> None:
    """An empty page for what is opened next."""
    take_off(*(item.id for item in open_items()))


def share_all(keys: Sequence[str]) -> None:
    """Keep the files of the page as a comparison that a link opens."""
    name = f"{len(keys)} structures of {datetime.now(UTC):%Y-%m-%d}"
    for item in desk.keep([New(Kind.COMPARISON, name, "\n".join(keys).encode(), {"structures": list(keys)})]):
        desk.share(item.id)


def comparison_of(keys: Sequence[str]) -> Item | None:
    """The shared comparison of these files, where there is one."""
    found = (item for item in desk.items(Kind.COMPARISON) if item.link and item.meta["structures"] == list(keys))
    return next(found, None)


def shown() -> str:
    """Key of the file whose card is open."""
    return str(desk.note(PAGE).get("shown", ""))


def show(key: str) -> None:
    """Open the card of a file."""
    desk.set_note(PAGE, shown=key)


def ask_for_files(batch: Batch, items: Sequence[Item]) -> None:
    """The uploader and the examples; what is chosen goes to the desk before the page is drawn."""
    key = f"{UPLOADS}/{st.session_state.setdefault(ROUND, 0)}"
    few = "Drop more files, or take examples" if items else WHAT
    left, right = st.columns([2, 3], gap="medium") if items else (st.container(), st.container())
    with left:
        st.file_uploader(few, accept_multiple_files=True, key=key, on_change=_take_uploads, args=(batch, key))
    with right:
        st.session_state.examples = _examples_among(items)
        st.pills(
            "or take an example",
            example_names(),
            selection_mode="multi",
            key="examples",
            on_change=_take_examples,
            args=(batch, items),
            format_func=example_title,
            help="Idealised models made for Kramers, not measured structures",
        )


def _examples_among(items: Sequence[Item]) -> list[str]:
    there = {item.meta.get("example") for item in items}
    return [name for name in example_names() if name in there]


def _take_uploads(batch: Batch, key: str) -> None:
    batch.resume()
    put([New(Kind.STRUCTURE, upload.name, upload.getvalue()) for upload in st.session_state[key] or []])
    st.session_state[ROUND] += 1


def _take_examples(batch: Batch, items: Sequence[Item]) -> None:
    batch.resume()
    wanted, there = set(st.session_state.examples), set(_examples_among(items))
    take_off(*(item.id for item in items if item.meta.get("example") in there - wanted))
    new = [name for name in st.session_state.examples if name not in there]
    put([New(Kind.STRUCTURE, name, read_example(name), {"example": name}) for name in new])
