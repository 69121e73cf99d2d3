"""Which ion of a molecule with several metals was computed, and what stood in for the others: kept with the result, so
that results of sites can be put together without the file they came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.chem.radii import COVALENT_RADII
from core.errors import InputError

MOST: Final = 64
"""Metal ions of one molecule in a record."""

_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9_']{0,10}(#[1-9][0-9]?)?")


@dataclass(frozen=True, slots=True)
class Ion:
    """One metal ion of the molecule.

    Attributes:
        label: its name, as of `core.chem.sphere.metal_sites`.
        atom: its index.
        element: symbol of the ion itself, not of what stands in for it.
        oxidation: oxidation state.
        two_s: 2S where it was stated; None where it is read off the geometry, and for lanthanides.
        stand_in: element of the diamagnetic ion that was computed in its place; empty where it stayed.
    """

    label: str
    atom: int
    element: str
    oxidation: int
    two_s: int | None
    stand_in: str


@dataclass(frozen=True, slots=True)
class ComputedSite:
    """The ion whose levels are computed, and all metal ions of its molecule.

    Attributes:
        label: of the ion.
        ions: all metal ions, by atom.
    """

    label: str
    ions: tuple[Ion, ...]

    @property
    def own(self) -> Ion:
        """The ion whose levels are computed."""
        return next(ion for ion in self.ions if ion.label == self.label)

    def to_dict(self) -> dict[str, Any]:
        """JSON types, for `core.qc.request.Request` and the record of its run."""
        ions = [
            {
                "label": ion.label,
                "atom": ion.atom,
                "element": ion.element,
                "oxidation_state": ion.oxidation,
                "spin": None if ion.two_s is None else ion.two_s / 2,
                "stand_in": ion.stand_in or None,
            }
            for ion in self.ions
        ]
        return {"label": self.label, "ions": ions}


def computed_site(given: object, elements: tuple[str, ...]) -> ComputedSite:
    """Read from hostile JSON.

    Args:
        given: what `ComputedSite.to_dict` makes.
        elements: (n,) of the molecule that was computed, stand-ins in place.

    Raises:
        InputError: something is missing or of the wrong kind, or contradicts the atoms.
    """
    try:
        site = _read(given)
        found = [ion.stand_in or ion.element for ion in site.ions]
        sound = 0 < len(found) <= MOST and all(_LABEL.fullmatch(ion.label) for ion in site.ions)
        sound = sound and all(ion.element in COVALENT_RADII and 0 <= ion.oxidation <= 7 for ion in site.ions)
        sound = sound and min(ion.atom for ion in site.ions) >= 0 and len({i.label for i in site.ions}) == len(found)
        sound = sound and [elements[ion.atom] for ion in site.ions] == found and not site.own.stand_in
    except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
        sound = False
    if not sound:
        raise InputError("the ions of the molecule do not belong to its atoms.", where="site")
    return site


def _read(given: Any) -> ComputedSite:
    ions = tuple(
        Ion(
            label=str(one["label"]),
            atom=int(one["atom"]),
            element=str(one["element"]),
            oxidation=int(one["oxidation_state"]),
            two_s=None if one.get("spin") is None else round(2 * float(one["spin"])),
            stand_in=str(one.get("stand_in") or ""),
        )
        for one in given["ions"]
    )
    return ComputedSite(str(given["label"]), ions)


def own_elements(site: ComputedSite, elements: tuple[str, ...]) -> tuple[str, ...]:
    """(n,) symbols of the molecule itself, stand-ins undone."""
    own: Mapping[int, str] = {ion.atom: ion.element for ion in site.ions}
    return tuple(own.get(k, element) for k, element in enumerate(elements))
