"""Finished results of single ions put together again: the molecule out of them alone, without the file it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.io.geometry_file import GeometryFile
from core.chem.io.structure import take_apart_geometry
from core.chem.sphere.computed_site import ComputedSite, computed_site, own_elements
from core.chem.sphere.metal_sites import Stated
from core.errors import InputError, KramersError, UnreadableFile
from core.magnetism.ions import lanthanide
from core.magnetism.stevens import from_names
from core.workflows.several import SAME_PLACE, Several, several_of
from core.workflows.wishes import Computed, Wishes

Record = Mapping[str, Any]

_DAMAGED: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What hostile JSON makes of a careless reader."""

NO_SITE: Final = "this result does not say which ion of which molecule it is."


def computed(record: Record, name: str = "") -> Computed:
    """Levels out of the record of ``kramers verify``, in the frame of its coordinates.

    Args:
        record: hostile JSON, of the present version (`core.schema.files.from_json`).
        name: of the file, for the sentence.

    Raises:
        UnreadableFile: no such record, or one without a result.
    """
    if record.get("kind") == "not-verified":
        raise UnreadableFile("this run has no result.", where=name)
    try:
        if record["kind"] != "verification":
            raise _no_verification(name)
        method = record["method"]
        return Computed(
            symbol=lanthanide(record["levels"]["ion"]).symbol,
            parameters=from_names(record["levels"]["crystal_field"]["input_frame_cm1"]),
            positions=_positions(record),
            source=f"{method['orbitals']}, preset {method['preset']}, {record['input']['geometry']}",
        )
    except (*_DAMAGED, KramersError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise _no_verification(name) from error


def site_of(record: Record, name: str = "") -> ComputedSite:
    """Which ion of its molecule a result is about.

    Raises:
        UnreadableFile: it does not say.
    """
    try:
        asked = record["input"]
        return computed_site(asked["site"], tuple(asked["elements"]))
    except (*_DAMAGED, InputError) as error:
        advice = "Compute it with kramers verify --all-sites, or --substitute; or give the structure, too."
        raise UnreadableFile(NO_SITE, where=name, advice=advice) from error


def molecule_key(record: Record) -> str:
    """Equal for results of ions of one molecule, whatever stood in for the others; empty where it is not known."""
    try:
        site, asked = site_of(record), record["input"]
        ions = [(ion.label, ion.atom, ion.element, ion.oxidation, ion.two_s) for ion in site.ions]
        elements = own_elements(site, tuple(asked["elements"]))
        whole = [ions, elements, _positions(record).round(3).tolist(), asked["charge"]]
    except (*_DAMAGED, KramersError):
        return ""
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:16]


def together(records: Sequence[Record], wishes: Wishes | None = None, names: Sequence[str] = ()) -> Several:
    """The molecule behind results of its ions, with their levels in place of the electrostatic model's.

    An ion without a result of its own gets that of another that the molecule's symmetry makes of it; what is left keeps
    the electrostatic model's levels, which the record says.

    Args:
        records: of ``kramers verify``, all of one molecule (hostile JSON, of the present version).
        wishes: exchange and the like; its `levels` are added to, what it states of ions goes before the results.
        names: of the files, for sentences.

    Raises:
        UnreadableFile: a record without a result, or that does not say which ion it is.
        InputError: no record, two of one ion, or of different molecules.
        StructureError, KramersError: as of `core.workflows.several.judge_several`.
    """
    if not records:
        raise InputError("there is no result to put together.", advice="Give the JSON of kramers verify --all-sites.")
    called = [*names, *[""] * len(records)][: len(records)]
    wishes, levels = wishes or Wishes(), {}
    sites = [site_of(record, name) for record, name in zip(records, called, strict=True)]
    for record, site, name in zip(records, sites, called, strict=True):
        own = computed(record, name)
        _check_same(records[0], sites[0], record, site, name)
        if site.label in levels:
            raise InputError(f"there are two results of {site.label}.", where=name, advice="Give one of each ion.")
        levels[site.label] = own
    first = sites[0]
    stated = Stated(
        {**{ion.label: ion.oxidation for ion in first.ions}, **wishes.stated.oxidation},
        {**{ion.label: ion.two_s for ion in first.ions if ion.two_s is not None}, **wishes.stated.two_s},
    )
    title = str(records[0].get("source") or called[0])[:200]
    parts = take_apart_geometry(_geometry(records[0], first))
    given = json.dumps([records[0]["input"], sorted(levels)], sort_keys=True).encode()
    return several_of(parts, title, replace(wishes, stated=stated, levels={**levels, **wishes.levels}), given)


def _geometry(record: Record, site: ComputedSite) -> GeometryFile:
    """The molecule itself, its metals by their labels; those of images are one, as in the file of a crystal."""
    elements = own_elements(site, tuple(record["input"]["elements"]))
    labels = [f"{element}{k + 1}" for k, element in enumerate(elements)]
    for ion in site.ions:
        labels[ion.atom] = ion.label.split("#")[0]
    return GeometryFile(
        tuple(labels), elements, _positions(record), int(record["input"]["charge"]), "result of kramers verify"
    )


def _positions(record: Record) -> FloatArray:
    asked = record["input"]
    positions = np.array(asked["positions_A"], dtype=np.float64)
    count = len(asked["elements"])
    if positions.shape != (count, 3) or not np.isfinite(positions).all() or count > settings.MAX_COMPONENT_ATOMS:
        raise ValueError("positions")
    return positions


def _check_same(one: Record, of_one: ComputedSite, other: Record, of_other: ComputedSite, name: str) -> None:
    same = own_elements(of_one, tuple(one["input"]["elements"])) == own_elements(
        of_other, tuple(other["input"]["elements"])
    )
    if not same or np.abs(_positions(one) - _positions(other)).max() > SAME_PLACE:
        raise InputError("this result is of another molecule than the first.", where=name)


def _no_verification(name: str) -> UnreadableFile:
    return UnreadableFile("this is no result of kramers verify.", where=name, advice="Give its JSON.")
