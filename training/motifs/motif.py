"""Complexes put together by ourselves: rigid ligands around one lanthanide ion, turned until they are out of each
other's way.

    Part (shape, wanted sites) ──► assembled ──► Assembly ──► intended ──► Assembled, or DomainError

Where the ligands come to stand follows from `training.motifs.energy`; here it is looked whether they fit, and
whether `core.chem` reads what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray
from core.chem.crystal.hydrogens import with_neutron_distances
from core.chem.donor_class import DonorClass
from core.chem.lewis.donor_sites import agostic_carbons
from core.chem.lewis.fragments import Anatomy, Fragment
from core.chem.sphere.coordination import CoordinationSphere, coordination_sphere
from core.chem.sphere.isolated import dissect_isolated
from core.errors import DomainError
from core.fields.environment import Environment, environment_of
from training.motifs.energy import Body, Part, squared_distances
from training.motifs.shapes import Shape

TRIES: Final = 3
"""Starts before a set of ligands is given up as too crowded."""

_SETTLED: Final = frozenset({DonorClass.TETRAPYRROLE, DonorClass.POLYOXOMETALATE, DonorClass.HYDROXIDE})
"""Ligands that are doubted in a file because they take up electrons, or because a hydrogen may be missing; here it is
known what was put together."""

CLOSEST: Final = {0: 2.25, 1: 1.75, 2: 1.5}
"""Least distance between atoms of two ligands by the number of hydrogens among them [Å]."""

NEAREST_CARBON: Final = 2.9
"""No saturated carbon comes nearer to the ion [Å]: in chelate rings of five it stands at 3.0 to 3.4 Å, by the lengths
and angles of its bonds."""


@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """The ion at the origin, then the ligands.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: total [e].
        ligands: atoms of each ligand.
        charges: its charge [e].
        pieces: of how many separate ligands it consists.
        donors: its donors; all atoms of a π ring.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int
    ligands: tuple[tuple[int, ...], ...]
    charges: tuple[int, ...]
    pieces: tuple[int, ...]
    donors: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """An assembly that reads as it was meant.

    Attributes:
        elements: (n,) symbols, the ion first.
        positions: (n, 3) relative to the ion [Å], X–H at neutron distances.
        charge: total [e].
        sphere: what `core.chem` makes of it.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int
    sphere: CoordinationSphere

    def environment(self, name: str) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, name)


def assembled(metal: str, parts: Sequence[Part], random: np.random.Generator, turn: float = 0.0) -> Assembly:
    """The ligands around the ion.

    Args:
        metal: symbol.
        parts: the ligands.
        random: settles the start of every ligand that is free to turn.
        turn: standard deviation of the components of a last rotation of every ligand [°].

    Raises:
        DomainError: they do not fit around the ion.
    """
    for _ in range(TRIES):
        body = Body(parts)
        turns = body.settled(random)
        shaken = Rotation.from_rotvec(random.normal(0.0, max(turn, 1e-9), (len(parts), 3)), degrees=True) * turns
        placed = [part.shape.turned(shaken[k]) for k, part in enumerate(parts)]
        if not _clash(placed):
            return assembly_of(metal, placed)
    raise DomainError("These ligands do not fit around one ion.", advice="Choose fewer or smaller ones.")


def intended(assembly: Assembly) -> Assembled:
    """What `core.chem` makes of the bare atoms.

    Raises:
        DomainError: it finds other ligands, charges or donors than were meant, or doubts a charge.
    """
    found = dissect_isolated(assembly.elements, assembly.positions)
    if len(found) != 1 or found[0].metals != (0,):
        raise DomainError("The atoms fall into several molecules, or the ion is not the only metal.")
    anatomy = found[0]
    if not np.array_equal(anatomy.component.sites, np.arange(len(assembly.elements))):
        raise DomainError("The atoms were put into another order.")
    if not _same_ligands(assembly, anatomy):
        raise DomainError("The atoms read as other ligands or charges.")
    if any(_doubtful(fragment) for fragment in anatomy.fragments):
        raise DomainError("The charge of a ligand is in doubt.")
    sphere = coordination_sphere(anatomy, 0)
    if sphere.edge or sorted(a for d in sphere.donors for a in d.atoms) != sorted(sum(assembly.donors, ())):
        raise DomainError("Other atoms bind than were meant.")
    if any(length < NEAREST_CARBON for _, length in agostic_carbons(anatomy.component, 0, anatomy.ligand_atoms)):
        raise DomainError("Saturated carbons lie as near the ion as donors do: the shape is pressed onto it.")
    positions = with_neutron_distances(anatomy.component)[0]
    return Assembled(assembly.elements, positions - positions[0], assembly.charge, sphere)


def _same_ligands(assembly: Assembly, anatomy: Anatomy) -> bool:
    """Whether the ligands found are those put together, with the same charges."""
    recipes = zip(assembly.ligands, assembly.charges, assembly.pieces, strict=True)
    for atoms, charge, pieces in recipes:
        own = [fragment for fragment in anatomy.fragments if set(fragment.atoms) <= set(atoms)]
        if len(own) != pieces or sum(fragment.charges.total for fragment in own) != charge:
            return False
    return len(anatomy.fragments) == sum(assembly.pieces)


def _doubtful(fragment: Fragment) -> bool:
    """Whether the rules doubt a charge that the recipe does not settle."""
    charges = fragment.charges
    settled = set(fragment.classes.values()) <= _SETTLED
    return charges.radical or (not settled and bool(charges.doubts or charges.alternatives))


def assembly_of(metal: str, placed: Sequence[Shape]) -> Assembly:
    starts = np.cumsum([1, *(len(shape.elements) for shape in placed)]).tolist()
    pairs = list(zip(starts, placed, strict=False))
    return Assembly(
        elements=(metal, *(element for shape in placed for element in shape.elements)),
        positions=np.vstack([np.zeros((1, 3)), *(shape.positions for shape in placed)]),
        charge=3 + sum(shape.charge for shape in placed),
        ligands=tuple(tuple(range(start, start + len(shape.elements))) for start, shape in pairs),
        charges=tuple(shape.charge for shape in placed),
        pieces=tuple(shape.pieces for shape in placed),
        donors=tuple(tuple(start + donor for donor in shape.donors) for start, shape in pairs),
    )


def _clash(placed: Sequence[Shape]) -> bool:
    owner = np.repeat(np.arange(len(placed)), [len(shape.elements) for shape in placed])
    hydrogen = np.array([element == "H" for shape in placed for element in shape.elements]).astype(np.int64)
    positions = np.vstack([shape.positions for shape in placed])
    least = np.array([CLOSEST[k] for k in range(3)])[hydrogen[:, None] + hydrogen]
    return bool(((squared_distances(positions) < least**2) & (owner[:, None] != owner)).any())
