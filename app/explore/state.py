"""What one visitor has before her: where the handle stands, where a drag started, what was found, what to keep."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from app.components.gallery import Card
from app.components.latent_map import Place, Report
from core.arrays import SingleArray
from core.design.atlas import Anchor, Atlas
from core.design.latent_inspection import Reconstruction
from core.design.scope import ScopedLigand
from core.design.search import Candidate, Found

STARTS = ("CP(C)(C)=O", "CN(C)P(=O)(N(C)C)N(C)C", "[O-]c1ccccc1")
"""The ligand under the handle at first: the first of these that the map has."""


@dataclass(slots=True, eq=False)
class Exploration:
    """A visit; changed by what the hand does, read by what is shown.

    Attributes:
        atlas: the map.
        anchor: where drags start. ligand: the known ligand that stands there.
        place: of the handle. final: whether it is at rest.
        revision: number of times that the page moved the handle.
        told: the place that the browser was told; it does not follow a hand, so what is sent meanwhile stays the same.
        heard: number of reports of the handle.
        hovered: number of the point that is looked at. selected: of those inside the lasso.
        found: outcome by what it answers to; the one of a kind that was asked last.
        placed: her own ligand there and back, or why it cannot be placed.
        ends: of a path, where she marked them.
        cards: what the cards below the map show, and how they look.
        whole: whether the page around the map is due too.
    """

    atlas: Atlas
    anchor: Anchor
    ligand: ScopedLigand | None
    place: Place
    final: bool = True
    revision: int = 0
    told: Place = (0.0, 0.0)
    heard: int = 0
    hovered: int | None = None
    selected: tuple[int, ...] = ()
    found: dict[str, tuple[object, Found]] = field(default_factory=dict)
    placed: Reconstruction | str | None = None
    ends: dict[str, tuple[ScopedLigand, SingleArray]] = field(default_factory=dict)
    cards: tuple[object, list[Card]] = (None, [])
    whole: bool = False

    @property
    def at_anchor(self) -> bool:
        """Whether the handle stands where drags start."""
        return bool(np.allclose(self.place, self.anchor.point, atol=1e-5))

    @property
    def latent(self) -> SingleArray:
        """(size,) under the handle."""
        return self.anchor.latent if self.at_anchor else self.atlas.latent_at(self.anchor, self.place)

    def move(self, report: Report) -> None:
        """The handle was moved by hand."""
        self.place, self.final = report.place, report.final
        self.heard += 1

    def tell(self) -> None:
        """The browser is told where the handle stands: it may have forgotten, on another page."""
        self.told = self.place

    def take(self, number: int) -> None:
        """A point of the map was clicked."""
        atlas = self.atlas
        self._stand(atlas.ligands[number], atlas.anchor(atlas.latents[number], atlas.points[number]))

    def put(self, ligand: ScopedLigand, latent: SingleArray) -> None:
        """Put the handle to a ligand whose latent is known: on its point if it is on the map."""
        number = self.atlas.number_of(ligand.smiles)
        place = None if number is None else self.atlas.points[number]
        self._stand(ligand, self.atlas.anchor(latent, place))

    def open(self, candidate: Candidate) -> None:
        """Put the handle to a ligand that a search found."""
        self.put(candidate.ligand, candidate.latent)

    def _stand(self, ligand: ScopedLigand, anchor: Anchor) -> None:
        self.anchor, self.ligand = anchor, ligand
        self.place, self.final = (float(anchor.point[0]), float(anchor.point[1])), True
        self.revision += 1
        self.tell()


def first_of(atlas: Atlas) -> int:
    """Number of the ligand that every visit begins at."""
    return next((found for smiles in STARTS if (found := atlas.number_of(smiles)) is not None), 0)


def exploration(atlas: Atlas) -> Exploration:
    """The visit of this session."""
    if "exploration" not in st.session_state:
        number = first_of(atlas)
        anchor = atlas.anchor(atlas.latents[number], atlas.points[number])
        place = (float(anchor.point[0]), float(anchor.point[1]))
        st.session_state.exploration = Exploration(atlas, anchor, atlas.ligands[number], place)
    visit: Exploration = st.session_state.exploration
    return visit
