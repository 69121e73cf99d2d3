"""Ligands to keep: a list that goes with the visitor from page to page and stays in her browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from app.components.gallery import Card, Sign, gallery
from app.components.memory import remember
from app.explore.pictures import thumbnail_of
from app.explore.sending import BUILD, HELP, VERIFY, send
from app.explore.state import Exploration
from app.shared import desk
from app.shared import latent_model as model
from app.text import signed
from core.design.ligand_files import to_csv, to_sdf
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.search import Candidate, candidates_of
from core.desk.model import Kind, New

if TYPE_CHECKING:
    from core.design.heads import Head

REMOVE = "×"
SIGNS = (Sign(BUILD, HELP[BUILD]), Sign(VERIFY, HELP[VERIFY]), Sign(REMOVE, "Remove from the basket"))

NAME = "kramers/basket"
"""Name of the list in the browser."""


@dataclass(slots=True, eq=False)
class Basket:
    """Ligands in the order in which they were kept.

    Attributes:
        recalled: whether the browser has said what it kept from the last visit.
    """

    ligands: list[ScopedLigand] = field(default_factory=list)
    recalled: bool = False

    def add(self, ligand: ScopedLigand) -> None:
        """Keep a ligand, once."""
        if ligand not in self.ligands:
            self.ligands.append(ligand)

    def remove(self, ligand: ScopedLigand) -> None:
        """Let go of one."""
        self.ligands = [kept for kept in self.ligands if kept != ligand]

    def recall(self, texts: Iterable[str]) -> None:
        """Take back what the browser kept: before what was kept since; what is no ligand is left out."""
        kept = [ligand for text in texts if (ligand := ligand_of(text)) is not None]
        self.ligands = [*dict.fromkeys([*kept, *self.ligands])]
        self.recalled = True

    @property
    def texts(self) -> list[str]:
        """The list as the browser keeps it: donor and SMILES."""
        return [f"{ligand.donor} {ligand.smiles}" for ligand in self.ligands]


def ligand_of(text: str) -> ScopedLigand | None:
    """A ligand out of what a browser kept; hostile text."""
    donor, _, smiles = text.partition(" ")
    try:
        return scoped(smiles, int(donor)) if donor.isascii() and donor.isdigit() else None
    except (OutOfScope, ValueError):
        return None


def basket_of_session() -> Basket:
    """The basket of this visitor."""
    if "basket" not in st.session_state:
        st.session_state.basket = Basket()
    basket: Basket = st.session_state.basket
    return basket


def show_basket(basket: Basket, visit: Exploration) -> None:
    """The basket with its files; a click on a card puts the handle there."""
    kept = remember(NAME, basket.texts if basket.recalled else None, key="explore/memory")
    if kept is not None:
        basket.recall(kept)
        basket.ligands = [
            candidate.ligand for candidate in _candidates(tuple(basket.ligands))
        ]  # what the model can read
        st.rerun()
    if basket.recalled:
        lay_on_desk(basket)
    st.subheader("Basket", anchor=False)
    if not basket.ligands:
        st.caption("Empty. Keep shows beside the map; what you keep stays in this browser, and on your desk.")
        return
    candidates = _candidates(tuple(basket.ligands))
    gallery(
        [_card(candidate.ligand) for candidate in candidates],
        key="explore/basket",
        on_open=lambda number: visit.open(candidates[number]),
        on_sign=lambda number, sign: _act(basket, candidates[number].ligand, sign),
    )
    offer_files(lambda: candidates, "kramers-basket", "basket")


def lay_on_desk(basket: Basket) -> None:
    """What is in the basket lies on the desk, where it is shared; what was taken out of it goes from there too."""
    before = desk.note("explore").get("basket", [])
    if before == basket.texts:
        return
    things = [
        New(Kind.LIGAND, one.smiles, text.encode(), {"smiles": one.smiles, "donor": one.donor})
        for text, one in zip(basket.texts, basket.ligands, strict=True)
    ]
    desk.keep(things)
    gone = set(before) - set(basket.texts)
    known = desk.items(Kind.LIGAND)
    desk.delete(*(item.id for item in known if f"{item.meta['donor']} {item.meta['smiles']}" in gone))
    desk.set_note("explore", basket=basket.texts)


def _act(basket: Basket, ligand: ScopedLigand, sign: str) -> None:
    """What the sign on a card says."""
    if sign == REMOVE:
        basket.remove(ligand)
    else:
        send(ligand, sign)


def _card(ligand: ScopedLigand) -> Card:
    lines = (f"{ligand.donor_class.value}, {signed(ligand.charge)}", ligand.smiles)
    return Card(thumbnail_of(ligand), lines, "Put the handle here", SIGNS)


@st.cache_resource(max_entries=16, show_spinner=False)
def _candidates(ligands: tuple[ScopedLigand, ...]) -> list[Candidate]:
    generator = model.the_generator()
    nowhere = np.zeros(generator.size, np.float32)
    return candidates_of(generator, [(ligand, nowhere) for ligand in ligands], nowhere)


def offer_files(candidates: Callable[[], list[Candidate]], stem: str, key: str) -> None:
    """Buttons for CSV and SDF; the candidates are asked for when one is pressed."""
    heads = model.heads()
    kinds = {"CSV": (".csv", "text/csv", to_csv), "SDF": (".sdf", "chemical/x-mdl-sdfile", to_sdf)}
    with st.container(horizontal=True):
        for kind, (ending, mime, write) in kinds.items():
            st.download_button(
                kind,
                partial(_written, write, candidates, heads),
                f"{stem}{ending}",
                mime,
                key=f"explore/{kind}/{key}",
                icon=":material/download:",
                on_click="ignore",
            )


def _written(
    write: Callable[[Sequence[Candidate], Sequence[Head]], bytes],
    candidates: Callable[[], list[Candidate]],
    heads: Sequence[Head],
) -> bytes:
    return write(candidates(), heads)
