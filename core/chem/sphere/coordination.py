"""The first coordination sphere: which atoms bind the metal, as what, in how many sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.angles import between
from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.chem.lewis.donor_sites import COUNTED_WEIGHT, FADE, Site, agostic_carbons, smooth_step
from core.chem.lewis.fragments import Anatomy
from core.chem.radii import ALKALI, COVALENT_RADII, bond_cutoff
from core.doubts import Doubt, doubt
from core.words import raised, spelled

SHORTEST_BOND = 0.78
"""A bond shorter than this share of the covalent radii's sum is doubted: Dy–O below 2.01 Å, Dy–N below 2.05 Å. The
shortest known kinds of bond (alkoxides, Lu–O 2.0 Å) begin at 0.79; a rule of ours."""

_EDGE = 0.15  # a contact of a weight between this and its complement to 1 is doubted


_RING = 5
"""Hapticity from which on a π ligand is called a ring; fewer atoms may be an allyl or a diene."""


@dataclass(frozen=True, slots=True)
class BoundLigand:
    """A whole ligand: everything that stays together when all metals are taken out.

    Attributes:
        atoms: indices in the molecule.
        formula: Hill formula.
        kind: chemist's word ("β-diketonate"), empty when none fits.
        charge: formal charge [e].
        alternatives: other formal charges that are chemically plausible.
        denticity: number of sites it occupies at the chosen metal (a hapto ligand counts one).
        metals: number of metal ions it binds in all; two or more means bridging.
    """

    atoms: tuple[int, ...]
    formula: str
    kind: str
    charge: int
    alternatives: tuple[int, ...]
    denticity: int
    metals: int


@dataclass(frozen=True, slots=True, eq=False)
class Donor:
    """One site of the coordination sphere: a single donor atom or a hapto ligand.

    Attributes:
        atoms: indices in the molecule; several for a hapto ligand.
        element: element symbol of the donor atom(s), e.g. ``O``; the commonest for a hapto ring.
        donor_class: chemical class.
        ligand: index into `CoordinationSphere.ligands`.
        position: (3,) site relative to the metal [Å]; the centroid of the ring for a hapto ligand.
        distance: metal–site distance [Å].
        atom_charges: formal charge on each atom after delocalisation [e] (each oxygen of a carboxylate: −½).
        atom_weights: of each atom, 1 inside the sphere, falling smoothly to 0 at the bonding cut-off, so that a contact
            on the edge cannot make the levels jump.
        bridges: number of other metal ions this donor binds too, alkali ions not counted.
        shared_by: 1 plus the smooth weights of those other contacts: among how many metals the charge is shared.
    """

    atoms: tuple[int, ...]
    element: str
    donor_class: DonorClass
    ligand: int
    position: FloatArray
    distance: float
    atom_charges: tuple[float, ...]
    atom_weights: tuple[float, ...]
    bridges: int
    shared_by: float

    @property
    def hapticity(self) -> int:
        """Number of atoms of this site that touch the metal (η)."""
        return len(self.atoms)

    @property
    def formal_charge(self) -> float:
        """Formal charge of the site [e]."""
        return sum(self.atom_charges)

    @property
    def weight(self) -> float:
        """Mean weight of its atoms."""
        return sum(self.atom_weights) / len(self.atom_weights)


@dataclass(frozen=True, slots=True, eq=False)
class CoordinationSphere:
    """Donor sites of the chosen metal, nearest first, and the ligands they belong to.

    Attributes:
        metal: index of the metal in the molecule.
        donors: the sites that count.
        edge: contacts too long to count, which still act, with their small weight, in the electrostatic model.
        ligands: the ligands that bind this metal.
        doubts: about it.
    """

    metal: int
    donors: tuple[Donor, ...]
    edge: tuple[Donor, ...]
    ligands: tuple[BoundLigand, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def coordination_number(self) -> int:
        """Number of sites; a hapto ligand counts one."""
        return len(self.donors)

    @property
    def hapto_ligands(self) -> int:
        """Number of sites that are hapto ligands."""
        return sum(donor.hapticity > 1 for donor in self.donors)

    @property
    def words(self) -> str:
        """``coordination number 7``, ``two η⁵ rings, CN 10 by carbon``, ``one η⁸ ring and two more donors, CN 10 by
        atoms``."""
        faces = [donor for donor in self.donors if donor.hapticity > 1]
        if not faces:
            return f"coordination number {self.coordination_number}"
        kinds = Counter(
            f"η{raised(donor.hapticity)} {'ring' if donor.hapticity >= _RING else 'ligand'}" for donor in faces
        )
        parts = [f"{spelled(number)} {kind}{'s' * (number > 1)}" for kind, number in kinds.items()]
        single = len(self.donors) - len(faces)
        parts += [f"{spelled(single)} more donor{'s' * (single > 1)}"] if single else []
        by = "carbon" if not single and {donor.element for donor in faces} == {"C"} else "atoms"
        return f"{' and '.join(parts)}, CN {self.number_by_atoms} by {by}"

    @property
    def number_by_atoms(self) -> int:
        """Number of donor atoms, those of hapto ligands included."""
        return sum(donor.hapticity for donor in self.donors)

    def angle(self, first: int, second: int) -> float:
        """Donor–metal–donor angle of two sites [°]."""
        return float(between(self.donors[first].position, self.donors[second].position))

    @property
    def site_positions(self) -> FloatArray:
        """(n, 3) donor sites relative to the metal [Å]."""
        return np.array([donor.position for donor in self.donors]).reshape(-1, 3)


def coordination_sphere(anatomy: Anatomy, metal: int) -> CoordinationSphere:
    """Donors and ligands of one metal ion of a molecule that has been taken apart."""
    own = {
        site.atoms[0]: number
        for number, fragment in enumerate(anatomy.fragments)
        for site in _sites_in(anatomy, metal, fragment.atoms)
    }
    numbers = sorted(set(own.values()))
    donors = sorted(
        (_donor(anatomy, metal, site, numbers.index(own[site.atoms[0]])) for site in anatomy.sites[metal]),
        key=lambda donor: donor.distance,
    )
    counted = tuple(d for d in donors if d.weight >= COUNTED_WEIGHT)
    edge = tuple(d for d in donors if d.weight < COUNTED_WEIGHT)
    ligands = tuple(_ligand(anatomy, number, counted, numbers.index(number)) for number in numbers)
    doubts = (*_doubts(anatomy.component.elements[metal], counted, edge), *_agostic_doubts(anatomy, metal))
    return CoordinationSphere(metal, counted, edge, ligands, doubts)


def _sites_in(anatomy: Anatomy, metal: int, atoms: tuple[int, ...]) -> list[Site]:
    members = frozenset(atoms)
    return [site for site in anatomy.sites[metal] if site.atoms[0] in members]


def _donor(anatomy: Anatomy, metal: int, site: Site, ligand: int) -> Donor:
    component = anatomy.component
    fragment = next(f for f in anatomy.fragments if site.atoms[0] in f.shares)
    position = component.positions[list(site.atoms)].mean(axis=0) - component.positions[metal]
    others = _other_contacts(anatomy, metal, site)
    return Donor(
        atoms=site.atoms,
        element=Counter(component.elements[a] for a in site.atoms).most_common(1)[0][0],
        donor_class=fragment.classes[site.atoms],
        ligand=ligand,
        position=position,
        distance=float(np.linalg.norm(position)),
        atom_charges=tuple(fragment.shares[a] for a in site.atoms),
        atom_weights=site.weights,
        bridges=sum(weight >= COUNTED_WEIGHT for weight in others),
        shared_by=1.0 + sum(others),
    )


def _other_contacts(anatomy: Anatomy, metal: int, site: Site) -> list[float]:
    """Weight with which other metal ions hold the same atoms."""
    found = []
    for other, sites in anatomy.sites.items():
        if other != metal and anatomy.component.elements[other] not in ALKALI:
            weights = {a: w for s in sites for a, w in zip(s.atoms, s.weights, strict=True)}
            found.append(sum(weights.get(a, 0.0) for a in site.atoms) / len(site.atoms))
    return [weight for weight in found if weight > 0]


def _ligand(anatomy: Anatomy, number: int, donors: tuple[Donor, ...], index: int) -> BoundLigand:
    fragment = anatomy.fragments[number]
    return BoundLigand(
        atoms=fragment.atoms,
        formula=fragment.formula,
        kind=fragment.charges.kind,
        charge=fragment.charges.total,
        alternatives=fragment.charges.alternatives,
        denticity=sum(donor.ligand == index for donor in donors),
        metals=fragment.metals,
    )


def shortest_bond(metal: str, element: str, share: float = SHORTEST_BOND) -> float:
    """Length below which a bond of a metal to an element is doubted [Å]."""
    return share * (COVALENT_RADII[metal] + COVALENT_RADII[element])


def shorter_than(share: float, metal: str, donors: Iterable[Donor]) -> tuple[Donor, ...]:
    """Donors, hapto ligands aside, whose bond to a metal is shorter than a share of the covalent radii's sum."""
    return tuple(d for d in donors if d.hapticity == 1 and d.distance < shortest_bond(metal, d.element, share))


def _doubts(metal: str, donors: tuple[Donor, ...], edge: tuple[Donor, ...]) -> tuple[Doubt, ...]:
    near = [d for d in (*donors, *edge) if _EDGE < d.weight < 1.0 - _EDGE]
    doubts = [
        doubt(
            "edge-of-sphere",
            f"A contact to {d.element} ({d.donor_class}) at {d.distance:.2f} Å lies at the edge of the first sphere "
            f"and is {'counted' if d.weight >= COUNTED_WEIGHT else 'not counted'} as a bond.",
        )
        for d in near
    ]
    doubts += [
        doubt(
            "bond-too-short",
            f"A bond to {d.element} of only {d.distance:.2f} Å is shorter than any such bond known: check the "
            "structure.",
        )
        for d in shorter_than(SHORTEST_BOND, metal, donors)
    ]
    if any(d.hapticity > 1 for d in donors):
        text = ", ".join(f"η{raised(d.hapticity)}-{d.donor_class}" for d in donors if d.hapticity > 1)
        text = f"Each ring bound by its face counts as one site, at its centroid: {text}."
        doubts.append(doubt("hapto-one-site", text))
    return tuple(doubts)


def _agostic_doubts(anatomy: Anatomy, metal: int) -> tuple[Doubt, ...]:
    """Names the saturated carbons that a bond's length away are no donors."""
    longest = bond_cutoff(anatomy.component.elements[metal], "C")
    near = [
        distance
        for _, distance in agostic_carbons(anatomy.component, metal, anatomy.ligand_atoms)
        if smooth_step(longest - distance, FADE) > _EDGE
    ]
    if not near:
        return ()
    lengths = ", ".join(f"{distance:.2f}" for distance in near)
    text = f"Saturated carbon at {lengths} Å touches the metal (an agostic contact) and is not counted as a donor."
    return (doubt("agostic-contact", text),)
