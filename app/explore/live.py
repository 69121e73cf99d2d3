"""What stands under the handle: the ligand, what the heads say of it, how far known ligands are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.explore.basket import Basket
from app.explore.pictures import formula, is_dark
from app.explore.sending import offer_sending
from app.explore.state import Exploration
from app.explore.values import label_of, number, properties_table
from app.shared import latent_model as model
from app.text import code_span, sentence, signed
from core.design.latent_inspection import LatentInspection, inspect_latent, inspect_place
from core.design.ranking import GAP
from core.design.scope import ScopedLigand
from core.design.search import Candidate

if TYPE_CHECKING:
    from core.design.heads import Head

TRUST_HELP = (
    "How far the model holds this place from the nearest ligand of the map (σ: standard deviations of all ligands), "
    "against how far the map's ligands lie from one another. Beyond 95 % you stand in a gap, at 100 % farther out than "
    "any of them: take neither structure nor numbers at their word."
)

HEIGHT = 200
"""Height of the drawing [px]."""


def look(visit: Exploration) -> LatentInspection:
    """What stands under the handle now."""
    generator, latent = model.the_generator(), visit.latent
    if visit.ligand is not None and visit.at_anchor:
        return inspect_place(generator, visit.atlas, visit.ligand, latent, model.the_library())
    return inspect_latent(generator, visit.atlas, latent, model.the_library())


def show_live(visit: Exploration, seen: LatentInspection, basket: Basket) -> None:
    """The panel beside the map; while a hand drags it follows, so it stays cheap."""
    candidate = seen.candidate
    with st.container(height=HEIGHT + 20, border=False):  # so that nothing below jumps from ligand to ligand
        if candidate is None:
            st.badge("no ligand here", color="orange")
            st.text(sentence(f"What the model writes here is not valid as a ligand: {seen.reason}."), width="stretch")
        else:
            _show_formula(candidate.ligand)
    st.caption(f"Handle at {visit.place[0]:.3f}, {visit.place[1]:.3f}")  # told once the structure is on its way
    st.markdown(_trust_line(seen, visit), help=_trust_help(seen))
    if candidate is None:
        return
    st.markdown(_facts(candidate.ligand, seen))
    st.markdown(properties_table(candidate, tuple(model.heads())))
    if doubts := doubts_about(model.heads()):
        st.caption(f"Orange: not to be relied on. {_gap_doubt(model.heads())}", help=doubts)
    with st.container(horizontal=True):
        st.button(
            "Keep", icon=":material/bookmark_add:", key="explore/keep", on_click=_keep, args=(visit, basket, candidate)
        )
        _offer_ends(visit, candidate)
        offer_sending(candidate.ligand)


def _keep(visit: Exploration, basket: Basket, candidate: Candidate) -> None:
    basket.add(candidate.ligand)
    visit.whole = True


def _offer_ends(visit: Exploration, candidate: Candidate) -> None:
    for end in ("start", "end"):
        st.button(f"Path {end}", key=f"explore/{end}", on_click=_mark, args=(visit, end, candidate))


def _mark(visit: Exploration, end: str, candidate: Candidate) -> None:
    visit.ends[end] = (candidate.ligand, candidate.latent)


def _show_formula(ligand: ScopedLigand) -> None:
    picture = formula(ligand, width=340, height=HEIGHT, dark=is_dark())
    st.image(picture, width=340, alt=f"Structural formula of the ligand under the handle, {ligand.donor_class.value}")


def _facts(ligand: ScopedLigand, seen: LatentInspection) -> str:
    """Class, charge, novelty and SMILES in a few lines of Markdown."""
    return (
        f"donor (disc): **{ligand.donor_class.value}** · charge {signed(ligand.charge)} · "
        f":green-badge[valid ligand] {novelty(seen)}  \n{code_span(ligand.smiles, 120)}"
    )


def novelty(seen: LatentInspection) -> str:
    """Whether the ligand is known, as a badge."""
    if seen.on_map is not None:
        return ":gray-badge[on the map]"
    if seen.in_library is None:
        return ":blue-badge[not on the map]"
    return ":gray-badge[in the library]" if seen.in_library else ":blue-badge[new: not in the library]"


def _trust_line(seen: LatentInspection, visit: Exploration) -> str:
    colour, words = trust_words(seen.trust.percentile)
    if seen.candidate is not None and seen.on_map == seen.trust.nearest:
        return f":{colour}-badge[{words}] a ligand of the map"
    nearest = visit.atlas.ligands[seen.trust.nearest]
    return f":{colour}-badge[{words}] nearest known ligand: {nearest.donor_class.value} {code_span(nearest.smiles, 40)}"


def _trust_help(seen: LatentInspection) -> str:
    """The number behind the words, and what it means."""
    trust = seen.trust
    return f"{trust.distance:.1f} σ; {trust.percentile:.0f} % of the map's ligands have a nearer one. {TRUST_HELP}"


def trust_words(percentile: float) -> tuple[str, str]:
    """Colour and words for a distance, as a percentile of the map's own."""
    if percentile <= 50:
        return "green", "among ligands of the map"
    if percentile <= 95:
        return "green", "between ligands of the map"
    if percentile < 100:
        return "orange", "in a gap of the map"
    return "red", "far from the map"


def _gap_doubt(heads: Sequence[Head]) -> str:
    """Of the head that matters most, in the open."""
    gap = next((head for head in heads if head.name == GAP and not head.reliable), None)
    return "" if gap is None else f"First gap: {gap.doubt or 'not reliable'}."


def doubts_about(heads: Sequence[Head]) -> str:
    """Which of the numbers not to rely on and why, as a list."""
    return "\n".join(
        f"- {label_of(head)}: {head.doubt or 'not reliable'}; the mean of the donor class errs by "
        f"{number(head.baseline_error)} {head.unit}".rstrip()
        for head in heads
        if not head.reliable
    )
