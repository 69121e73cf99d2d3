"""What stands below the map: neighbours, a path, a way uphill, what the lasso caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from app.components.gallery import Card, Sign, gallery
from app.components.latent_map import mark_on_map
from app.explore.basket import Basket, offer_files
from app.explore.pictures import is_dark, thumbnail_of
from app.explore.sorting import ask_for_order, is_known
from app.explore.state import Exploration
from app.explore.values import label_of, value_of
from app.shared import latent_model as model
from app.shared.compute_slot import compute_slot
from app.text import code_span, sentence
from core.arrays import SingleArray
from core.design.ranking import ranked
from core.design.scope import Reason
from core.design.search import (
    DUPLICATE,
    EMPTY,
    UNREADABLE,
    Candidate,
    Found,
    Generator,
    candidates_of,
    gradient_ascent,
    neighbours,
    path,
)
from core.words import counted

if TYPE_CHECKING:
    from core.design.heads import Head

KINDS = {"neighbours": "Neighbours", "path": "Path", "uphill": "Up or down", "lasso": "Lasso"}

KEEP = (Sign("+", "Keep in the basket"),)

NEIGHBOURS = 32
"""Ligands around the handle that are wanted."""

CARDS = 64
"""Most cards of a lasso; all that it caught is told in numbers, kept and written into files."""

MOST_KEPT = 500
"""Ligands of a lasso that are kept or exported at once: a browser holds no more comfortably, and each is encoded."""


def ask_for_kind() -> str:
    """What is shown below the map."""
    kind = st.segmented_control(
        "Below the map",
        list(KINDS),
        default="neighbours",
        format_func=KINDS.__getitem__,
        key="explore/kind",
        required=True,
    )
    return str(kind)


def mark_found(visit: Exploration, kind: str) -> None:
    """Where what was found lies on the map, while the handle is at rest; a lasso shows that itself."""
    found = visit.found.get(kind) if visit.final and kind != "lasso" else None
    latents = [candidate.latent for candidate in found[1].candidates] if found else []
    places = [visit.atlas.place(latent) for latent in latents]
    marks = [(float(x), float(y)) for x, y in places]
    mark_on_map(marks, way=kind != "neighbours", moving=not visit.final, heard=visit.heard, key="explore/marks")


def show_found(visit: Exploration, kind: str, basket: Basket) -> None:
    """The cards of a kind; while the handle moves, those of before, dimmed."""
    {"neighbours": _show_neighbours, "path": _show_path, "uphill": _show_uphill, "lasso": _show_lasso}[kind](
        visit, basket
    )


def _answer(visit: Exploration, kind: str, question: object, search: Callable[[], Found]) -> Found:
    """What was found for a question; sought once, and not while the handle moves."""
    known = visit.found.get(kind)
    if known is None or (visit.final and known[0] != question):
        with compute_slot():
            known = visit.found[kind] = (question, search())
    return known[1]


def _show_neighbours(visit: Exploration, basket: Basket) -> None:
    latent, order = visit.latent, model.ranking()
    found = _answer(visit, "neighbours", latent.tobytes(), lambda: around(model.the_generator(), latent))
    st.caption(
        f"{counted(len(found.candidates), 'ligand')} around the handle. {sentence(order.reason)} {left_out(found)}"
    )
    _show_cards(visit, ask_for_order(visit, ranked(found.candidates, order), "neighbours"), basket)


def around(generator: Generator, latent: SingleArray) -> Found:
    """Neighbours of a latent (size,), sought once for all visitors: they all begin at the same."""
    return _around(latent.tobytes(), generator, latent)


@st.cache_resource(max_entries=64, show_spinner=False)
def _around(place: bytes, _generator: Generator, _latent: SingleArray) -> Found:
    atlas = model.the_atlas()
    nearest, _ = atlas.nearest(_latent, NEIGHBOURS)
    known = [(atlas.ligands[one], atlas.latents[one]) for one in nearest]
    return neighbours(_generator, _latent, NEIGHBOURS, known=known)


def _show_path(visit: Exploration, basket: Basket) -> None:
    missing = [end for end in ("start", "end") if end not in visit.ends]
    if missing:
        st.caption(
            f"Mark the path’s {' and '.join(missing)} with the buttons beside the map, at ligands of your choice."
        )
        return
    (start, first), (end, last) = visit.ends["start"], visit.ends["end"]
    steps = st.slider("Steps", 3, 32, 12, key="explore/steps", width=320)
    question = (start.smiles, end.smiles, steps)
    found = _answer(visit, "path", question, lambda: path(model.the_generator(), first, last, steps))
    st.caption(
        f"From {code_span(start.smiles, 60)} to {code_span(end.smiles, 60)}, in a straight line through the latent "
        f"space: {counted(len(found.candidates), 'ligand')} on {steps} steps. {left_out(found)}"
    )
    _show_cards(visit, ask_for_order(visit, found.candidates, "path"), basket)


def _show_uphill(visit: Exploration, basket: Basket) -> None:
    heads = {head.name: head for head in model.heads()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Property", list(heads), format_func=lambda name: label_of(heads[name]), key="explore/head", width=320
        )
        ways = ["raise it", "lower it"]
        down = st.segmented_control("Way", ways, default=ways[0], key="explore/down", required=True) == ways[1]
        steps = int(st.number_input("Steps", 4, 60, 12, key="explore/ascent", width=110))
    if not heads[name].reliable:
        st.warning(
            sentence(f"{label_of(heads[name])}: {heads[name].doubt or 'not reliable'}."), icon=":material/warning:"
        )
    latent = visit.latent
    found = _answer(
        visit,
        "uphill",
        (name, down, steps, latent.tobytes()),
        lambda: gradient_ascent(model.the_generator(), latent, name, steps, down=down),
    )
    st.caption(
        f"Where the predicted value {'falls' if down else 'rises'} fastest, from the handle on: "
        f"{counted(len(found.candidates), 'ligand')}. {found.stopped} Numbers are those of the ligands that came out, "
        f"and need not {'fall' if down else 'rise'} all the way. {left_out(found)}"
    )
    _show_cards(visit, ask_for_order(visit, found.candidates, "uphill"), basket, name)


def _show_lasso(visit: Exploration, basket: Basket) -> None:
    if not visit.selected:
        st.caption(
            "Press the circle at the map’s right edge, then draw around ligands. Press it twice to let go of them."
        )
        return
    classes = np.array([visit.atlas.ligands[one].donor_class.value for one in visit.selected])
    names, counts = np.unique(classes, return_counts=True)
    parts = [f"{counts[one]:,} {names[one]}" for one in np.argsort(-counts, kind="stable")[:6]]
    found = _answer(visit, "lasso", visit.selected, lambda: _selected(visit))
    shown = "" if len(found.candidates) == len(visit.selected) else f"; {len(found.candidates)} of them are shown"
    st.caption(f"{counted(len(visit.selected), 'ligand')} in the lasso, most of them {', '.join(parts)}{shown}.")
    _offer_all(visit, basket)
    _show_cards(visit, ask_for_order(visit, found.candidates, "lasso"), basket)


def _offer_all(visit: Exploration, basket: Basket) -> None:
    """All that the lasso caught, into the basket or a file; the first of very many."""
    some = visit.selected[:MOST_KEPT]
    words = "all" if len(some) == len(visit.selected) else f"the first {MOST_KEPT:,}"
    with st.container(horizontal=True):
        st.button(
            f"Keep {words}",
            icon=":material/bookmark_add:",
            key="explore/keep-all",
            on_click=_keep_all,
            args=(visit, basket, some),
        )
        offer_files(partial(_of_map, visit, some), "kramers-lasso", "lasso")


def _keep_all(visit: Exploration, basket: Basket, some: Sequence[int]) -> None:
    for one in some:
        basket.add(visit.atlas.ligands[one])
    visit.whole = True


def _of_map(visit: Exploration, some: Sequence[int]) -> list[Candidate]:
    pairs = [(visit.atlas.ligands[one], visit.atlas.latents[one]) for one in some]
    return candidates_of(model.the_generator(), pairs, visit.latent)


def _selected(visit: Exploration) -> Found:
    return Found(tuple(_of_map(visit, visit.selected[:: 1 + (len(visit.selected) - 1) // CARDS])))


def left_out(found: Found) -> str:
    """How many latents gave nothing new, by reason."""
    if not found.rejected:
        return ""
    counts = sorted(found.rejected.items(), key=lambda one: -one[1])
    reasons = ", ".join(f"{count} {_REFUSED.get(reason, reason)}" for reason, count in counts)
    return f"The model wrote {found.decoded}; of these, {reasons}."


_REFUSED: Final = {
    DUPLICATE: "came more than once",
    EMPTY: "are empty",
    UNREADABLE: "cannot be read back",
    Reason.UNREADABLE: "are no molecules",
    Reason.FRAGMENTS: "are more than one molecule",
    Reason.ELEMENT: "hold another element",
    Reason.SIZE: "are too large",
    Reason.CHARGE: "carry another charge",
    Reason.RADICAL: "are radicals",
    Reason.ZWITTERION: "are zwitterions",
    Reason.NO_DONOR: "have no donor atom",
    Reason.DONOR_ELEMENT: "bind through another element",
    Reason.DONOR_NOT_KEPT: "have no free donor",
    Reason.CHARGE_ELSEWHERE: "carry their charge away from the donor",
    Reason.CHELATING: "would chelate",
    Reason.UNSEEN: "are like nothing that the model knows",
}
"""Why something that the model wrote is not shown, after a number."""


def _show_cards(visit: Exploration, candidates: Sequence[Candidate], basket: Basket, head: str | None = None) -> None:
    def keep(chosen: int, _: str) -> None:
        basket.add(candidates[chosen].ligand)
        visit.whole = True

    named = head or model.ranking().head
    shown = next((entry for entry in model.heads() if entry.name == named), None)
    gallery(
        _cards(visit, candidates, shown),
        key="explore/cards",
        on_open=lambda chosen: visit.open(candidates[chosen]),
        on_sign=keep,
        follows_map=True,
    )


def _cards(visit: Exploration, candidates: Sequence[Candidate], head: Head | None) -> list[Card]:
    """The same as before while the same is shown, as it is at every step of a drag."""
    shown = (*((one.ligand.smiles, one.distance) for one in candidates), head and head.name, is_dark())
    if visit.cards[0] != shown:
        visit.cards = (shown, [_card(visit, candidate, head) for candidate in candidates])
    return visit.cards[1]


def closeness(visit: Exploration, distance: float) -> str:
    """A distance from the handle [σ] in words, against how far the map's ligands lie from one another: up to the half
    of them near, up to 95 % of them farther."""
    spacing = visit.atlas.spacing
    return "near" if distance <= spacing[50] else "farther" if distance <= spacing[95] else "far"


def _card(visit: Exploration, candidate: Candidate, head: Head | None) -> Card:
    lines = [candidate.ligand.donor_class.value]
    if head is not None:
        lines.append(value_of(candidate, head))
    lines.append(f"{'known' if is_known(visit, candidate) else 'new'}, {closeness(visit, candidate.distance)}")
    return Card(thumbnail_of(candidate.ligand), tuple(lines), "Put the handle here", KEEP)
