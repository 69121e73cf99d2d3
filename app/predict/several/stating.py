"""What the chemist states of single ions, where the file leaves it open or she knows better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from app.shared.several.judging import Judged, Question, state, wish_g, wish_zero_field, wishes_of
from app.text import half_integer, sentence
from core.chem.io.structure import StructureError
from core.chem.radii import LANTHANIDES
from core.errors import KramersError
from core.workflows.several import metal_ions

MOST_TWO_S: Final = 10
OXIDATION_STATES: Final = (1, 2, 3, 4, 5, 6)


def show_refusal(key: str, question: Question, error: StructureError) -> None:
    """Why the ions are not judged, and the fields that would settle it."""
    with st.container(border=True):
        st.badge("not judged", color="orange")
        st.text(sentence(error.error.what), width="stretch")
        try:
            ions = metal_ions(
                question.data,
                question.file,
                block=question.block,
                component=question.component,
                charge=question.charge,
            )
        except KramersError:  # what was said already
            return
        st.caption("State what you know of the ions; what is left open is read from the structure.")
        _fields(key, ions, {})


def ask_about_ions(key: str, judged: Judged) -> None:
    """Oxidation state and spin of every ion that has a choice; g and D of those that are coupled as spins."""
    sites = [site for site in judged.found.metals.sites if not site.image_of and site.element not in LANTHANIDES]
    if not sites:
        return
    with st.expander("State oxidation states, spins, g or D"):
        _fields(key, {site.label: site.element for site in sites}, {s.label: s.oxidation for s in sites})
        for site in sites:
            if site.two_s:
                _magnetic_fields(key, site.label)


def _fields(key: str, ions: Mapping[str, str], read: Mapping[str, int]) -> None:
    stated = wishes_of(key).stated
    for label in (label for label, element in ions.items() if "#" not in label and element not in LANTHANIDES):
        names = [f"several/{what}/{key}/{label}" for what in ("oxidation", "spin")]
        with st.container(horizontal=True):
            st.selectbox(
                f"Oxidation state of {label}",
                OXIDATION_STATES,
                _index(OXIDATION_STATES, stated.oxidation.get(label)),
                key=names[0],
                placeholder=f"as read: {read[label]}" if label in read else "as read",
                width=220,
                on_change=_state,
                args=(key, label, *names),
            )
            spins = tuple(range(MOST_TWO_S + 1))
            st.selectbox(
                f"Spin S of {label}",
                spins,
                _index(spins, stated.two_s.get(label)),
                format_func=lambda two_s: half_integer(two_s / 2),
                key=names[1],
                placeholder="as read",
                width=220,
                on_change=_state,
                args=(key, label, *names),
            )


def _index(options: tuple[int, ...], value: int | None) -> int | None:
    return options.index(value) if value in options else None


def _state(key: str, label: str, oxidation: str, spin: str) -> None:
    state(key, label, oxidation=st.session_state[oxidation], two_s=st.session_state[spin])


def _magnetic_fields(key: str, label: str) -> None:
    wishes = wishes_of(key)
    with st.container(horizontal=True):
        for what, words, given, start in (
            ("g", f"g of {label}", wishes.g.get(label), "2"),
            ("D", f"D of {label} / cm⁻¹", wishes.zero_field.get(label), "0"),
        ):
            widget = f"several/{what}/{key}/{label}"
            st.number_input(
                words,
                value=given,
                step=0.01,
                format="%.3f",
                key=widget,
                placeholder=start,
                width=220,
                on_change=_wish,
                args=(key, label, what, widget),
            )


def _wish(key: str, label: str, what: str, widget: str) -> None:
    wish = {"g": wish_g, "D": wish_zero_field}[what]
    wish(key, label, st.session_state[widget])
