"""What stands below the map: neighbours, a path, a way uphill, what the lasso caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from app.components.gallery import Card, Sign, gallery
from app.components.latent_map import mark_on_map
from app.exploring import model
from app.exploring.basket import Basket
from app.exploring.pictures import is_dark, thumbnail_of
from app.exploring.state import Exploration
from app.exploring.values import label_of, value_of
from app.text import code_span, sentence
from app.turns import in_turn
from core.design.ranking import ranked
from core.design.search import Candidate, Floats, Found, Generator, candidates_of, neighbours, path, uphill

if TYPE_CHECKING:
    from core.design.heads import Head

KINDS = {"neighbours": "Neighbours", "path": "Path", "uphill": "Uphill", "lasso": "Lasso"}

KEEP = (Sign("+", "Keep in the basket"),)

NEIGHBOURS = 32
"""Ligands around the handle that are wanted."""

CARDS = 64
"""Most cards of a lasso; all that it caught is told in numbers."""


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
        with in_turn():
            known = visit.found[kind] = (question, search())
    return known[1]


def _show_neighbours(visit: Exploration, basket: Basket) -> None:
    latent, order = visit.latent, model.ranking()
    found = _answer(visit, "neighbours", latent.tobytes(), lambda: around(model.the_generator(), latent))
    st.caption(f"{len(found.candidates)} ligands around the handle. {sentence(order.reason)} {left_out(found)}")
    _show_cards(visit, ranked(found.candidates, order), basket)


def around(generator: Generator, latent: Floats) -> Found:
    """Neighbours of a latent (size,), sought once for all visitors: they all begin at the same."""
    return _around(latent.tobytes(), generator, latent)


@st.cache_resource(max_entries=64, show_spinner=False)
def _around(place: bytes, _generator: Generator, _latent: Floats) -> Found:
    return neighbours(_generator, _latent, NEIGHBOURS)


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
        f"space: {len(found.candidates)} different ligands on {steps} steps. {left_out(found)}"
    )
    _show_cards(visit, found.candidates, basket)


def _show_uphill(visit: Exploration, basket: Basket) -> None:
    heads = {head.name: head for head in model.heads()}
    name = st.selectbox(
        "Property that shall rise",
        list(heads),
        format_func=lambda name: label_of(heads[name]),
        key="explore/head",
        width=320,
    )
    if not heads[name].reliable:
        st.warning(
            sentence(f"{label_of(heads[name])}: {heads[name].doubt or 'not reliable'}."), icon=":material/warning:"
        )
    latent = visit.latent
    found = _answer(visit, "uphill", (name, latent.tobytes()), lambda: uphill(model.the_generator(), latent, name))
    st.caption(
        f"Along the gradient of the head from the handle on: {len(found.candidates)} different ligands. The numbers "
        f"are those of the ligands that came out, and need not rise. {left_out(found)}"
    )
    _show_cards(visit, found.candidates, basket, name)


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
    st.caption(
        f"{len(visit.selected):,} ligands in the lasso, most of them {', '.join(parts)}; "
        f"{len(found.candidates)} of them are shown."
    )
    _show_cards(visit, found.candidates, basket)


def _selected(visit: Exploration) -> Found:
    atlas = visit.atlas
    some = visit.selected[:: 1 + (len(visit.selected) - 1) // CARDS]
    pairs = [(atlas.ligands[one], atlas.latents[one]) for one in some]
    return Found(tuple(candidates_of(model.the_generator(), pairs, visit.latent)))


def left_out(found: Found) -> str:
    """How many latents gave nothing new, by reason."""
    if not found.rejected:
        return ""
    reasons = ", ".join(
        f"{count} {reason}" for reason, count in sorted(found.rejected.items(), key=lambda one: -one[1])
    )
    return f"Of {found.decoded} decoded, left out: {reasons}."


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


def _card(visit: Exploration, candidate: Candidate, head: Head | None) -> Card:
    lines = [candidate.ligand.donor_class.value]
    if head is not None:
        lines.append(value_of(candidate, head))
    known = visit.atlas.number_of(candidate.ligand.smiles) is not None or candidate.ligand.smiles in model.the_library()
    lines.append(f"{candidate.distance:.1f} σ away, {'known' if known else 'new'}")
    return Card(thumbnail_of(candidate.ligand), tuple(lines), "Put the handle here", KEEP)
