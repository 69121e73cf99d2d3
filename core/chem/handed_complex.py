"""One complex as a page or a command hands it on to be computed: Predict, Build, Explore and files alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.arrays import FloatArray
from core.chem.molecule import Molecule, hill_formula
from core.chem.sphere.computed_site import ComputedSite
from core.chem.sphere.coordination import CoordinationSphere
from core.doubts import Doubt, ordered


@dataclass(frozen=True, slots=True, eq=False)
class Complex:
    """A molecule with the ion that is meant. Arrays are read-only.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: total charge [e]; None where it is not certain and has to be asked for.
        metal: index of the ion.
        donors: indices of the atoms bound to it, ascending.
        origin: what made the coordinates: a protocol's name, ``crystal`` (X–H at neutron distances), ``given``.
        doubts: reasons to doubt it, those that cost the most first.
        site: what the ion is in its molecule, where diamagnetic ions stand in for others; else None.

    >>> import kramers
    >>> handed = kramers.predict(kramers.example("dy-h2o5-opme3-2.cif")).complex
    >>> handed.formula, handed.charge, len(handed.donors), handed.origin
    ('C6H28DyO7P2', 3, 7, 'crystal')
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int | None
    metal: int
    donors: tuple[int, ...]
    origin: str
    doubts: tuple[Doubt, ...] = ()
    site: ComputedSite | None = None

    def __post_init__(self) -> None:
        self.positions.setflags(write=False)

    @property
    def ion(self) -> str:
        """Element symbol of the ion."""
        return self.elements[self.metal]

    @property
    def formula(self) -> str:
        """In the Hill order."""
        return hill_formula(self.elements)

    def of_charge(self, charge: int) -> Complex:
        """The same with a charge that was asked for [e]."""
        return replace(self, charge=charge)


def complex_of(
    molecule: Molecule,
    donors: CoordinationSphere | tuple[int, ...],
    origin: str,
    doubts: tuple[Doubt, ...],
    *,
    certain: bool = True,
) -> Complex:
    """The complex of a molecule that has been perceived already.

    Args:
        molecule: with its charge.
        donors: of its ion: its first sphere, or atom indices.
        origin, doubts: as in `Complex`.
        certain: whether the charge of the molecule is; else it is left open.
    """
    bound = (
        tuple(atom for donor in donors.donors for atom in donor.atoms)
        if isinstance(donors, CoordinationSphere)
        else donors
    )
    return Complex(
        elements=molecule.elements,
        positions=molecule.positions.copy(),
        charge=molecule.charge if certain else None,
        metal=molecule.metal,
        donors=tuple(sorted(bound)),
        origin=origin,
        doubts=ordered(doubts),
    )
