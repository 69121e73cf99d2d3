"""A molecule with several metals, judged once for each set of wishes, and what this visitor wishes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from app.shared.compute_slot import compute_slot
from core.chem.sphere.metal_sites import Stated
from core.schema.answers import CouplingRecord
from core.workflows.coupled_record import several_record
from core.workflows.several import Several, judge_several
from core.workflows.wishes import Wishes

HELD = 32
"""Molecules that the server holds."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value", int, float)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A molecule with its metals, and the record that the command line would print of it."""

    found: Several
    record: CouplingRecord

    @property
    def coupling(self) -> Mapping[str, Any] | None:
        """The coupled ions; None where one ion alone is magnetic."""
        return self.record["coupling"]


@dataclass(frozen=True, slots=True)
class Question:
    """A structure as it was chosen: bytes of its file, the (hostile) name, and the choice."""

    data: bytes
    file: str
    block: str | None = None
    component: int | None = None
    charge: int | None = None


def judge(question: Question, wishes: Wishes) -> Judged:
    """All its ions and their coupling.

    Raises:
        StructureError: the molecule is refused, or a wish is.
    """
    return _judged(_identity(question, wishes), question, wishes)


@st.cache_resource(show_spinner="Coupling the ions …", max_entries=HELD)
def _judged(identity: str, _question: Question, _wishes: Wishes) -> Judged:
    found = ions(_question, _wishes)
    with compute_slot():
        return Judged(found, several_record(found))


def ions(question: Question, wishes: Wishes) -> Several:
    """All its ions, not coupled yet; errors as of `judge`."""
    return _ions(_identity(question, wishes), question, wishes)


@st.cache_resource(show_spinner=False, max_entries=HELD)
def _ions(identity: str, _question: Question, _wishes: Wishes) -> Several:
    with compute_slot():
        return judge_several(
            _question.data,
            _question.file,
            _wishes,
            block=_question.block,
            component=_question.component,
            charge=_question.charge,
        )


def _identity(question: Question, wishes: Wishes) -> str:
    content = hashlib.sha256(question.data).hexdigest()
    choice = [content, question.file, question.block, question.component, question.charge, wishes.record()]
    return json.dumps(choice, sort_keys=True)


def wishes_of(key: str) -> Wishes:
    """What this visitor wishes of a molecule."""
    found: Wishes = st.session_state.get(_name(key), Wishes())
    return found


def wish_exchange(key: str, pairs: Mapping[tuple[str, str], float | None]) -> None:
    """J of some pairs [cm⁻¹]; None takes one away."""
    wishes = wishes_of(key)
    _keep(key, replace(wishes, exchange=_changed(wishes.exchange, pairs)))


def wish_g(key: str, label: str, value: float | None) -> None:
    """g of a spin; None takes it away."""
    wishes = wishes_of(key)
    _keep(key, replace(wishes, g=_changed(wishes.g, {label: value})))


def wish_zero_field(key: str, label: str, value: float | None) -> None:
    """D of a spin [cm⁻¹]; None takes it away."""
    wishes = wishes_of(key)
    _keep(key, replace(wishes, zero_field=_changed(wishes.zero_field, {label: value})))


def state(key: str, label: str, *, oxidation: int | None, two_s: int | None) -> None:
    """Oxidation state and 2S of an ion, None for as read. What was wished of the ion before is forgotten: it may not be
    magnetic any more."""
    wishes = wishes_of(key)
    stated = Stated(
        _changed(wishes.stated.oxidation, {label: oxidation}), _changed(wishes.stated.two_s, {label: two_s})
    )

    def keep(other: str) -> bool:
        return other.split("#")[0] != label

    _keep(
        key,
        replace(
            wishes,
            stated=stated,
            exchange={pair: j for pair, j in wishes.exchange.items() if all(map(keep, pair))},
            g={k: v for k, v in wishes.g.items() if keep(k)},
            zero_field={k: v for k, v in wishes.zero_field.items() if keep(k)},
        ),
    )


def _changed(values: Mapping[_Key, _Value], new: Mapping[_Key, _Value | None]) -> dict[_Key, _Value]:
    return {key: value for key, value in {**values, **new}.items() if value is not None}


def _keep(key: str, wishes: Wishes) -> None:
    st.session_state[_name(key)] = wishes


def _name(key: str) -> str:
    return f"several/wishes/{key}"
