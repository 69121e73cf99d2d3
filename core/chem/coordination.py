"""The first coordination sphere: which atoms bind the metal, as what, in how many sites."""

from __future__ import annotations

from dataclasses import dataclass

from core.chem.donor_class import DonorClass
from core.chem.molecule import FloatArray


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
        formal_charge: formal charge that the ligand's Lewis structure leaves to this site [e], averaged over
            equivalent donors of one delocalised group (carboxylate: −½ on each O).
        weight: 1 inside the sphere, falling smoothly to 0 at the bonding cut-off, so that a contact on the edge
            cannot make the levels jump.
        bridges: number of other metal ions this donor binds too.
    """

    atoms: tuple[int, ...]
    element: str
    donor_class: DonorClass
    ligand: int
    position: FloatArray
    distance: float
    formal_charge: float
    weight: float
    bridges: int

    @property
    def hapticity(self) -> int:
        """Number of atoms of this site that touch the metal (η)."""
        return len(self.atoms)


@dataclass(frozen=True, slots=True, eq=False)
class CoordinationSphere:
    """Donor sites of the chosen metal, nearest first, and the ligands they belong to."""

    metal: int
    donors: tuple[Donor, ...]
    ligands: tuple[BoundLigand, ...]
    doubts: tuple[str, ...] = ()

    @property
    def coordination_number(self) -> int:
        """Number of sites; a hapto ligand counts one."""
        return len(self.donors)

    @property
    def hapto_ligands(self) -> int:
        """Number of sites that are hapto ligands."""
        return sum(donor.hapticity > 1 for donor in self.donors)
