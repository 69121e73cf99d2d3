"""Where J of each pair is given, and where it is fitted to what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from app.shared.several.judging import Judged, wish_exchange
from core.workflows.several import equal_pairs

PLACES: Final = "%.4f"
HELP: Final = "J of −J S₁·S₂ in cm⁻¹; it holds for all pairs that symmetry makes equal. Empty: dipoles alone."


def show_exchange(key: str, judged: Judged, coupling: Mapping[str, Any]) -> None:
    """One field for each inequivalent pair, those without a bridge folded away."""
    named = pairs_by_bridge(judged, coupling)
    bridged = [pair for pair, bridge in named.items() if bridge]
    others = [pair for pair, bridge in named.items() if not bridge]
    if bridged:
        with st.container(horizontal=True):
            _fields(key, bridged, coupling)
    if others:
        with st.expander("Exchange of pairs without a bridge"), st.container(horizontal=True):
            _fields(key, others, coupling)


def pairs_by_bridge(judged: Judged, coupling: Mapping[str, Any]) -> dict[tuple[str, str], bool]:
    """The first pair of each set of equal ones, and whether a bridge joins one of them."""
    system = judged.found.system
    assert system is not None  # `coupling` is of it
    labels = [site.label for site in system.sites]
    joined = {frozenset(bridge["between"]) for bridge in judged.record["bridges"]}
    found: dict[tuple[str, str], bool] = {}
    seen: set[tuple[int, int]] = set()
    for pair in coupling["pairs"]:
        one, other = pair["sites"]
        equal = equal_pairs(system.sites, one, other)
        if not seen.intersection(equal):
            seen.update(equal)
            found[one, other] = any(frozenset((labels[i], labels[j])) in joined for i, j in equal)
    return found


def _fields(key: str, pairs: list[tuple[str, str]], coupling: Mapping[str, Any]) -> None:
    known = {tuple(pair["sites"]): pair["J_cm1"] for pair in coupling["pairs"]}
    for one, other in pairs:
        widget = f"several/J/{key}/{one}-{other}"
        if widget not in st.session_state:
            st.session_state[widget] = known[one, other] or None
        st.number_input(
            f"J({one}–{other}) / cm⁻¹",
            value=None,
            step=0.01,
            format=PLACES,
            key=widget,
            placeholder="none",
            width=220,
            help=HELP,
            on_change=_given,
            args=(key, one, other, widget),
        )


def _given(key: str, one: str, other: str, widget: str) -> None:
    wish_exchange(key, {(one, other): st.session_state[widget]})


def take(key: str, values: Mapping[tuple[str, str], float]) -> None:
    """Put J of some pairs into their fields."""
    for (one, other), strength in values.items():
        st.session_state[f"several/J/{key}/{one}-{other}"] = strength
    wish_exchange(key, values)
