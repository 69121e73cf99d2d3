"""All metal ions of one molecule: which are magnetic, with what oxidation state and spin, and with what doubt.

Lanthanides keep the oxidation state that the charges of the molecule give them. A 3d ion has two witnesses: the charges
and its bond lengths (bond-valence sums). Where they contradict one another that is said; where the lengths of two ions
of one element do, the molecule is of mixed valence and is refused until the states are given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.lewis.bond_valence import valence_as
from core.chem.lewis.donor_sites import COUNTED_WEIGHT
from core.chem.lewis.fragments import Anatomy
from core.chem.lewis.neutrality import OXIDATION_STATES
from core.chem.quoting import shown
from core.chem.radii import ALKALI, LANTHANIDES
from core.chem.sphere.bridges import Bridge, bridges_between
from core.chem.sphere.parts import Parts
from core.chem.sphere.spin_state import CLOSED, Spin, spin_of
from core.doubts import Doubt, doubt
from core.errors import InputError, Refused

MOST_SITES: Final = 8
"""Magnetic ions in one molecule; 2⁸ states are left of their ground doublets alone."""

CLEAR: Final = 0.35
"""By so much less than the next must the best bond-valence sum miss its oxidation state, or the lengths are silent."""

_ROMAN: Final = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}
_SAFE: Final = re.compile(r"[A-Za-z]{1,2}[A-Za-z0-9_']{1,8}")


class Role(StrEnum):
    """What an ion is in the coupling."""

    LANTHANIDE = "lanthanide"
    SPIN = "spin"
    DIAMAGNETIC = "diamagnetic"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the chemist says of single ions, by label.

    Attributes:
        oxidation: oxidation states.
        two_s: 2S.
    """

    oxidation: Mapping[str, int] = field(default_factory=dict)
    two_s: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetalSite:
    """One metal ion.

    Attributes:
        atom: index in the molecule.
        label: unique name, of safe characters.
        element: symbol.
        oxidation: oxidation state.
        role: what it is in the coupling.
        two_s: 2S of a 3d ion (7 of Eu(II)); None for a lanthanide, which has J.
        words: how the spin was found, ``high spin``, ``as stated``; empty where there was no choice.
        image_of: label of the ion that symmetry makes it of; empty for the first of its kind.
        doubts: reasons to doubt these.
    """

    atom: int
    label: str
    element: str
    oxidation: int
    role: Role
    two_s: int | None
    words: str
    image_of: str
    doubts: tuple[Doubt, ...]

    @property
    def name(self) -> str:
        """As ``Cu(II)``."""
        return f"{self.element}({_ROMAN.get(self.oxidation, str(self.oxidation))})"


@dataclass(frozen=True, slots=True)
class Metals:
    """All metal ions of a molecule, magnetic ones first, and what bridges them."""

    sites: tuple[MetalSite, ...]
    bridges: tuple[Bridge, ...]
    charge: int
    doubts: tuple[Doubt, ...]

    @property
    def magnetic(self) -> tuple[MetalSite, ...]:
        """Those with a moment."""
        return tuple(site for site in self.sites if site.role is not Role.DIAMAGNETIC)


def read_metals(parts: Parts, stated: Stated) -> Metals:
    """Every metal ion with oxidation state and spin.

    Args:
        parts: the molecule, taken apart.
        stated: what overrules our judgement.

    Raises:
        InputError: something is stated of an ion that is not there, or that cannot be.
        Refused: an ion that cannot be assigned, mixed valence, more than `MOST_SITES` magnetic ions.
    """
    anatomy = parts.anatomy
    labels = metal_labels(parts)
    said = Stated(_by_atom(labels, stated.oxidation), _by_atom(labels, stated.two_s))  # keys are labels as ours now
    states, doubts = _oxidation_states(parts, labels, said)
    sites = [_site(parts, atom, labels, states[atom], said) for atom in anatomy.metals]
    sites.sort(key=lambda site: (site.role is Role.DIAMAGNETIC, site.role is Role.SPIN))
    magnetic = [site for site in sites if site.role is not Role.DIAMAGNETIC]
    if len(magnetic) > MOST_SITES:
        counts = ", ".join(f"{n} {e}" for e, n in Counter(site.element for site in magnetic).items())
        raise Refused(
            f"the molecule has {len(magnetic)} magnetic ions ({counts}), more than the {MOST_SITES} that are coupled.",
            advice="Judge one ion (--site), or cut out a model of fewer.",
        )
    charge = anatomy.ligand_charge + sum(states.values())
    alone = len(parts.crystal.components) == 1  # what a file states is the charge of all its molecules
    expected = parts.charges.charge if parts.charges.confirmed else parts.crystal.block.charge if alone else None
    if expected is not None and charge != expected:
        text = (
            f"With these oxidation states the molecule carries {charge:+d}, but it should carry {expected:+d}: one of "
            "them, or a ligand's charge, is wrong. State them with --oxidation."
        )
        doubts.append(doubt("charge-differs", text))
    bridged = tuple(site.atom for site in sites if site.element not in ALKALI)
    return Metals(tuple(sites), bridges_between(anatomy, bridged), charge, tuple(doubts))


def metal_labels(parts: Parts) -> dict[int, str]:
    """A unique name of safe characters for every metal: the file's where it is one, else element and number."""
    component = parts.anatomy.component
    names: dict[int, str] = {}
    bare: Counter[str] = Counter()
    for atom in parts.anatomy.metals:
        text = parts.crystal.block.sites.labels[int(component.sites[atom])]
        element = component.elements[atom]
        if not (_SAFE.fullmatch(text) and text.lower().startswith(element.lower())):
            bare[element] += 1
            text = f"{element}{bare[element]}"
        copies = sum(name.split("#")[0] == text for name in names.values())
        names[atom] = f"{text}#{copies + 1}" if copies else text
    return names


def _by_atom(labels: dict[int, str], given: Mapping[str, int]) -> dict[str, int]:
    """Statements by our label: one without # holds for all images, letters of either case."""
    found = {}
    for name, value in given.items():
        own = [label for label in labels.values() if name.lower() in (label.lower(), label.split("#")[0].lower())]
        if not own:
            known = ", ".join(labels.values())
            raise InputError(f"there is no metal ion {shown(name)}.", advice=f"The molecule has {known}.")
        found.update(dict.fromkeys(own, value))
    return found


def _oxidation_states(parts: Parts, labels: dict[int, str], said: Stated) -> tuple[dict[int, int], list[Doubt]]:
    """Oxidation state by atom, and doubts."""
    anatomy = parts.anatomy
    states: dict[int, int] = {}
    doubts: list[Doubt] = []
    lengths: dict[str, dict[int, list[str]]] = {}
    for atom in anatomy.metals:
        element, label = anatomy.component.elements[atom], labels[atom]
        by_charge = parts.charges.oxidation_states.get(element, _only_state(element))
        by_length = _by_length(anatomy, atom) if element not in LANTHANIDES else None
        if label in said.oxidation:
            states[atom] = said.oxidation[label]
            continue
        if by_length is not None:
            lengths.setdefault(element, {}).setdefault(by_length, []).append(label)
        states[atom] = _chosen(element, label, by_charge, by_length, parts.charges.confirmed, doubts)
    for element, found in lengths.items():
        if len(found) > 1:
            raise _mixed_valence(element, found)
    return states, doubts


def _only_state(element: str) -> int | None:
    """Oxidation state of an element that has one alone, and of lanthanides; None for others."""
    if element in LANTHANIDES:
        return 3
    states = OXIDATION_STATES.get(element, ())
    return states[0] if len(states) == 1 else None


def _chosen(
    element: str, label: str, by_charge: int | None, by_length: int | None, confirmed: bool, doubts: list[Doubt]
) -> int:
    """One oxidation state out of what the charges and the bond lengths say."""
    if by_charge is None and by_length is None:
        raise Refused(
            f"the oxidation state of {label} is not known.", advice=f"State it: --oxidation {label}=3, for example."
        )
    if by_charge is None or (by_length is not None and not confirmed):
        return by_length if by_length is not None else OXIDATION_STATES[element][0]
    if by_length is not None and by_length != by_charge:
        text = (
            f"The charges make {label} {element}({_ROMAN[by_charge]}), but its bonds are as long as those of "
            f"{element}({_ROMAN[by_length]})."
        )
        doubts.append(doubt("oxidation-state-lengths", text))
    elif by_length is None and not confirmed and len(OXIDATION_STATES[element]) > 1:
        text = (
            f"{label} is taken as {element}({_ROMAN[by_charge]}), its usual state: neither the charge of the molecule "
            "nor bond lengths confirm it."
        )
        doubts.append(doubt("oxidation-state-usual", text))
    return by_charge


def _by_length(anatomy: Anatomy, atom: int) -> int | None:
    """Oxidation state whose bond-valence sum comes nearest to itself; None where two are about as near."""
    sums = {q: valence_as(anatomy, atom, q) for q in range(2, 6)}
    misses = sorted((abs(total - q), q) for q, total in sums.items() if total is not None)
    if not misses or (len(misses) > 1 and misses[1][0] - misses[0][0] < CLEAR):
        return None
    return misses[0][1] if misses[0][0] < 0.5 else None


def _mixed_valence(element: str, found: dict[int, list[str]]) -> Refused:
    words = "; ".join(f"{', '.join(names)} as {element}({_ROMAN[q]})" for q, names in sorted(found.items()))
    options = " ".join(f"--oxidation {name}={q}" for q, names in sorted(found.items()) for name in names)
    return Refused(f"the bonds speak for mixed valence: {words}.", advice=f"State the oxidation states: {options}.")


def donor_vectors(anatomy: Anatomy, metal: int) -> FloatArray:
    """(n, 3) donor sites of one metal relative to it [Å]."""
    positions = anatomy.component.positions
    sites = [s for s in anatomy.sites[metal] if s.weight >= COUNTED_WEIGHT]
    return np.array([positions[list(s.atoms)].mean(axis=0) - positions[metal] for s in sites]).reshape(-1, 3)


def _site(parts: Parts, atom: int, labels: dict[int, str], oxidation: int, said: Stated) -> MetalSite:
    element, label = parts.anatomy.component.elements[atom], labels[atom]
    role, spin, doubts = _magnetism(parts.anatomy, atom, label, oxidation, said)
    return MetalSite(
        atom=atom,
        label=label,
        element=element,
        oxidation=oxidation,
        role=role,
        two_s=None if spin is None else spin.two_s,
        words="" if spin is None else spin.words,
        image_of=label.split("#")[0] if "#" in label else "",
        doubts=tuple(doubts),
    )


def _magnetism(
    anatomy: Anatomy, atom: int, label: str, oxidation: int, said: Stated
) -> tuple[Role, Spin | None, list[Doubt]]:
    """Role, spin and doubts of one ion."""
    element = anatomy.component.elements[atom]
    ion = f"{element}({_ROMAN.get(oxidation, str(oxidation))})"
    if element in LANTHANIDES and oxidation == 3 and (element, oxidation) not in CLOSED:
        if label in said.two_s:
            raise InputError(f"{label} is {ion}, whose moment is not its spin alone.", advice="Leave --spin away.")
        if element == "Eu":
            text = f"{label} is Eu(III): its ground level has J = 0 and is not coupled."
            return Role.DIAMAGNETIC, Spin(0), [doubt("ion-without-moment", text)]
        return Role.LANTHANIDE, None, []
    if label in said.two_s:
        two_s = said.two_s[label]
        return (Role.SPIN if two_s else Role.DIAMAGNETIC), Spin(two_s, "as stated"), []
    spin = spin_of(element, oxidation, donor_vectors(anatomy, atom))
    if spin is None:
        raise Refused(
            f"{label} is {ion}, whose spin Kramers does not know.",
            advice=f"State it: --spin {label}=1/2, for example, or --oxidation {label}=… if that is wrong.",
        )
    doubts = []
    if spin.doubt:
        text = f"{label} is taken as {spin.words} {ion}, but {spin.doubt}. State it with --spin {label}=…."
        doubts.append(doubt("spin-open", text))
    if (element, oxidation) == ("Co", 2) and spin.two_s == 3:
        text = f"{label} is Co(II), whose orbital moment a spin alone leaves out: read its part as rough."
        doubts.append(doubt("orbital-moment-ignored", text))
    return (Role.SPIN if spin.two_s else Role.DIAMAGNETIC), spin, doubts
