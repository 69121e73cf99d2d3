"""Several metals: every lanthanide by itself, then all magnetic ions of the molecule together.

Each lanthanide is judged with the other metals as closed shells: where they share donors with it, point charges of
their oxidation state. Its multiplet, and the spins of 3d ions, are then coupled (`core.coupling`).

Alone (`core.workflows.predict`, with a site chosen) an ion feels bridging donors by the share of their charge that is
its own, and no other metal. On the asymmetric Dy₂ of tests/molecules that puts the axis of one ion 76° off the computed
one; point charges of +3 and whole donors put both within 4° (docs/several-metals.md; gaps are not better).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from core.arrays import FloatArray
from core.chem.io.structure import StructureError, take_apart
from core.chem.sphere.equivalent import kinds_of, operation
from core.chem.sphere.metal_sites import Metals, MetalSite, Role, metal_labels, read_metals
from core.chem.sphere.parts import Parts
from core.coupling.cluster import Cluster, Pair, cluster
from core.coupling.site import MagneticSite, lanthanide_site, spin_site
from core.doubts import Doubt, doubt, ordered
from core.errors import DomainError, InputError, KramersError, Refused
from core.magnetism.ion_levels import Levels
from core.schema.provenance import provenance
from core.schema.results import Provenance
from core.workflows.beside import alone
from core.workflows.prediction import Prediction
from core.workflows.wishes import Computed, Wishes

_Value = TypeVar("_Value", int, float)

SAME_PLACE: Final = 1e-3
"""Largest difference of an atom's coordinates in two readings of one file [Å]."""

SAME_DISTANCE: Final = 0.02
"""Pairs of ions with the same labels whose distances differ by less than this are equal by symmetry [Å]."""


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """A molecule with its metals.

    Attributes:
        file: name as given (hostile text).
        parts: the molecule, taken apart.
        metals: all metal ions.
        predictions: by label of each lanthanide.
        system: the magnetic ions with their couplings; None where there is only one.
        doubts: on the whole, those that cost the most first.
        levels: what was given in place of the electrostatic model's.
        provenance: version, key, hash of the input and date.
    """

    file: str
    parts: Parts
    metals: Metals
    predictions: Mapping[str, Prediction]
    system: Cluster | None
    doubts: tuple[Doubt, ...]
    levels: Mapping[str, Computed]
    provenance: Provenance


def judge_several(
    data: bytes,
    file: str,
    wishes: Wishes,
    *,
    block: str | None = None,
    component: int | None = None,
    charge: int | None = None,
) -> Several:
    """Every lanthanide of a molecule and the coupling of all its magnetic ions.

    Args:
        data: bytes of the structure.
        file: its name; the ending tells the format.
        wishes: what else is given.
        block, component, charge: as of `core.workflows.predict.predict`.

    Raises:
        StructureError: the file cannot be read, or the molecule is refused.
    """
    parts = take_apart(data, file, block=block, component=component, charge=charge)
    return several_of(parts, file, wishes, data, block=block, component=component, charge=charge)


def several_of(parts: Parts, file: str, wishes: Wishes, data: bytes, **chosen: object) -> Several:
    """The same of a molecule that has been taken apart.

    Args:
        parts: the molecule.
        file: its name (hostile text).
        wishes: what else is given.
        data: what the key of the result hashes.
        chosen: what else the key holds.

    Raises:
        StructureError: the molecule is refused.
    """
    try:
        metals = read_metals(parts, wishes.stated)
        wishes = replace(wishes, levels=with_images(parts, metals, wishes.levels))
        predictions = {s.label: alone(parts, metals, s, file) for s in metals.magnetic if s.role is Role.LANTHANIDE}
        doubts = [*parts.doubts, *metals.doubts, *(one for site in metals.sites for one in site.doubts)]
        system = _coupled(parts, metals, predictions, wishes) if len(metals.magnetic) > 1 else None
    except KramersError as error:
        raise StructureError(error, parts.report) from error
    if any(site.role is Role.SPIN and site.two_s and site.two_s > 1 for site in metals.magnetic):
        text = "Zero-field splitting of 3d ions is taken as zero where it is not given."
        doubts.append(doubt("zero-field-splitting-ignored", text))
    origin = provenance("couple", data, **chosen, wishes=wishes.record())
    return Several(file, parts, metals, predictions, system, ordered(doubts), wishes.levels, origin)


def _coupled(parts: Parts, metals: Metals, predictions: Mapping[str, Prediction], wishes: Wishes) -> Cluster:
    positions = parts.anatomy.component.positions
    sites = tuple(
        _magnetic_site(site, positions[site.atom], predictions.get(site.label), wishes) for site in metals.magnetic
    )
    exchange = exchange_by_pair(sites, wishes.exchange)
    if wishes.bridged is not None:
        exchange = exchange_by_pair(sites, dict.fromkeys(bridged_pairs(metals), wishes.bridged)) | exchange
    if not wishes.kept:
        return cluster(sites, exchange, dipolar=wishes.dipolar)
    chosen = cluster(sites, exchange, dipolar=wishes.dipolar).kept
    kept = tuple(_given(wishes.kept, site.label, n) for site, n in zip(sites, chosen, strict=True))
    return cluster(sites, exchange, kept=kept, dipolar=wishes.dipolar)


def with_images(parts: Parts, metals: Metals, given: Mapping[str, Computed]) -> dict[str, Computed]:
    """Levels that are given, and those of ions without any that the molecule's symmetry makes of one that has some.

    Raises:
        InputError: levels of another ion, or of other coordinates.
    """
    found = dict(given)
    for label in given:
        _check_levels(parts, metals, label, given[label])
    atoms = {site.label: site.atom for site in metals.magnetic if site.role is Role.LANTHANIDE}
    kinds, positions = kinds_of(parts, metals), parts.anatomy.component.positions
    for label, atom in atoms.items():
        for source in () if label in given else given:
            turn = operation(kinds, positions, atoms[source], atom)
            if turn is not None:
                found[label] = given[source].image(turn, source)
                break
    return found


def _magnetic_site(site: MetalSite, position: FloatArray, found: Prediction | None, wishes: Wishes) -> MagneticSite:
    if site.label in wishes.levels:
        return lanthanide_site(site.label, site.element, wishes.levels[site.label].parameters, position)
    if found is None:
        words = f"{site.name}, S = {_half(site.two_s or 0)}"
        g = _given(wishes.g, site.label, 2.0)
        return spin_site(
            site.label, words, site.two_s or 0, position, g=g, d=_given(wishes.zero_field, site.label, 0.0)
        )
    return lanthanide_site(site.label, site.element, _levels(site, found).stevens_input, position)


def _check_levels(parts: Parts, metals: Metals, label: str, given: Computed) -> None:
    """Refuse levels of another ion or of other coordinates, whose axes would point elsewhere."""
    own = next((site for site in metals.magnetic if site.label == label), None)
    if own is None or own.element != given.symbol:
        what = "no magnetic ion of the molecule" if own is None else f"{own.element}, not {given.symbol}"
        raise InputError(f"the levels given for {label} do not belong to it: {label} is {what}.")
    component = parts.anatomy.component
    heavy = [k for k, element in enumerate(component.elements) if element != "H"]  # X–H may have been set
    if not _same_places(component.positions, given.positions, own.atom, heavy):
        raise InputError(
            f"the levels given for {label} were computed at other coordinates.",
            advice="Compute them from the same file: kramers verify FILE --substitute --site K --json.",
        )


def _same_places(one: FloatArray, other: FloatArray, origin: int, atoms: Sequence[int]) -> bool:
    """Whether atoms lie alike about one of them."""
    if one.shape != other.shape:
        return False
    away = (one - one[origin]) - (other - other[origin])
    return float(np.abs(away[list(atoms)]).max()) <= SAME_PLACE


def _levels(site: MetalSite, found: Prediction) -> Levels:
    if found.levels is None:
        why = next((one.text for one in found.doubts if one.code == "no-levels"), "")
        raise Refused(f"{site.label} has no levels to couple. {why}".strip())
    return found.levels


def _given(values: Mapping[str, _Value], label: str, default: _Value) -> _Value:
    """What is given for an ion, or for the ion that it is an image of."""
    return values.get(label, values.get(label.split("#")[0], default))


def exchange_by_pair(sites: tuple[MagneticSite, ...], given: Mapping[tuple[str, str], float]) -> dict[Pair, float]:
    """J by indices; a pair that is given stands for all that symmetry makes of it.

    Raises:
        InputError: an ion that is not coupled, or a pair that would get two values.
    """
    found: dict[Pair, float] = {}
    for (one, other), strength in given.items():
        for pair in equal_pairs(sites, one, other):
            if found.setdefault(pair, strength) != strength:
                raise InputError(f"the pair {one}–{other} is given twice, with different J.")
    return found


def equal_pairs(sites: tuple[MagneticSite, ...], one: str, other: str) -> tuple[Pair, ...]:
    """Indices of the pair of two labels and of all pairs that are equal to it by label and distance.

    Raises:
        InputError: a label that no coupled ion has.
    """
    i, j = (_index(sites, label) for label in (one, other))
    if i == j:
        raise InputError(f"{one}–{other} is no pair.", advice=f"The coupled ions are {_names(sites)}.")

    def kind(a: int, b: int) -> tuple[list[str], float]:
        labels = sorted(sites[k].label.split("#")[0] for k in (a, b))
        return labels, float(np.linalg.norm(sites[a].position - sites[b].position))

    labels, distance = kind(i, j)
    pairs = [(a, b) for a in range(len(sites)) for b in range(a + 1, len(sites))]
    return tuple(p for p in pairs if kind(*p)[0] == labels and abs(kind(*p)[1] - distance) < SAME_DISTANCE)


def _index(sites: tuple[MagneticSite, ...], label: str) -> int:
    for k, site in enumerate(sites):
        if site.label.lower() == label.lower():
            return k
    raise InputError(f"no coupled ion is called {label!r:.30}.", advice=f"They are {_names(sites)}.")


def _names(sites: tuple[MagneticSite, ...]) -> str:
    return ", ".join(site.label for site in sites)


def _half(two_s: int) -> str:
    return str(two_s // 2) if two_s % 2 == 0 else f"{two_s}/2"


def require_coupled(found: Several) -> Cluster:
    """The coupled ions.

    Raises:
        DomainError: there is only one magnetic ion.
    """
    if found.system is None:
        names = ", ".join(f"{s.label} ({s.name}) is diamagnetic" for s in found.metals.sites[1:]) or "no other metal"
        raise DomainError(f"the molecule has one magnetic ion, so there is nothing to couple: {names}.")
    return found.system


def metal_ions(
    data: bytes, file: str, *, block: str | None = None, component: int | None = None, charge: int | None = None
) -> dict[str, str]:
    """Label and element of every metal ion of a molecule, assigned or not.

    Args:
        data, file, block, component, charge: as of `judge_several`.

    Raises:
        StructureError: the file cannot be read.
    """
    parts = take_apart(data, file, block=block, component=component, charge=charge)
    elements = parts.anatomy.component.elements
    return {label: elements[atom] for atom, label in metal_labels(parts).items()}


def bridged_pairs(metals: Metals) -> tuple[tuple[str, str], ...]:
    """Labels of pairs of magnetic ions that something bridges, the only ones with an exchange to speak of.

    Raises:
        InputError: there is none.
    """
    labels = {site.atom: site.label for site in metals.magnetic}
    pairs = [bridge.metals for bridge in metals.bridges if set(bridge.metals) <= labels.keys()]
    if not pairs:
        raise InputError("no bridge joins two magnetic ions.", advice="Name the pair: --site-J Dy1-Dy2=…, --fit-pair.")
    return tuple(dict.fromkeys((labels[i], labels[j]) for i, j in pairs))
