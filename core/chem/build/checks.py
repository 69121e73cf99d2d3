"""What a relaxed complex must still be: its donors, its own protons, a pentagonal bipyramid or an octahedron."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.crystal.components import Component
from core.chem.lewis.donor_sites import COUNTED_WEIGHT
from core.chem.lewis.fragments import Anatomy, dissect
from core.chem.radii import COVALENT_RADII, bond_cutoff
from core.chem.shape.measure import shape_measures
from core.errors import Refused

LONGEST_OH: Final = 1.25
"""A proton further than this from the oxygen of its water has moved [Å]."""

BROKEN: Final = 1.35
"""A bond longer than this share of the sum of covalent radii is broken; a rule of ours."""

LARGEST_MEASURE: Final = 2.5
"""Largest continuous shape measure against PBPY-7 or OC-6 that still counts as that polyhedron."""


class Flaw(StrEnum):
    """Why a complex is rejected; the value is the word in a table."""

    DONOR_LOST = "donor lost"
    CHELATED = "κ² carboxylate"
    EXTRA_DONOR = "further donor bound"
    PROTON_MOVED = "proton moved"
    BOND_BROKEN = "bond broken"
    SHAPE = "no pentagonal bipyramid"
    OCTAHEDRON = "no octahedron"
    NOT_CONVERGED = "not converged"


POLYHEDRA: Final = {
    7: ("PBPY-7", "pentagonal bipyramid", Flaw.SHAPE),
    6: ("OC-6", "octahedron", Flaw.OCTAHEDRON),
}
"""What is built, by the number of donors: code, name, and the flaw of what ends elsewhere."""


class RejectedComplex(Refused):
    """The ligand was understood, but what it builds is not the complex that was asked for."""

    def __init__(self, flaw: Flaw, what: str, advice: str = "") -> None:
        super().__init__(what, advice=advice)
        self.flaw = flaw


def anatomy_of(
    elements: Sequence[str], positions: FloatArray, ligand_bonds: Sequence[tuple[int, int]], metal: int
) -> Anatomy:
    """The complex taken apart as a crystal structure would be: contacts to the metal are found anew by distance.

    As there (`bonds.bonded`), a hydrogen that has a parent other than boron binds no metal: C–H lies against a bare
    Dy(III) at 2.5 Å and is no donor.
    """
    distances = np.linalg.norm(positions - positions[metal], axis=1)
    owned = {a for pair in ligand_bonds for a, b in (pair, pair[::-1]) if elements[a] == "H" and elements[b] != "B"}
    contacts = [
        (min(metal, k), max(metal, k))
        for k, element in enumerate(elements)
        if k != metal and k not in owned and distances[k] < bond_cutoff(elements[metal], element)
    ]
    bonds = np.array(sorted([*ligand_bonds, *contacts]), dtype=np.int64)
    sites = np.arange(len(elements), dtype=np.int64)
    return dissect(Component(tuple(elements), positions, sites, bonds, copies=1, endless=False))


def check_bonds(
    elements: Sequence[str], positions: FloatArray, ligand_bonds: Sequence[tuple[int, int]], waters: Sequence[int]
) -> None:
    """Whether every ligand kept its bonds; `waters` are the oxygen atoms of water.

    Raises:
        RejectedComplex: a proton moved from water, or a bond broke.
    """
    for a, b in ligand_bonds:
        length = float(np.linalg.norm(positions[a] - positions[b]))
        if (a in waters or b in waters) and length > LONGEST_OH:
            text = f"a water ligand gave up a proton (O–H {length:.2f} Å): the axial ligand is too strong a base."
            raise RejectedComplex(Flaw.PROTON_MOVED, text, "Try its protonated form, or another equatorial ligand.")
        if length > BROKEN * (COVALENT_RADII[elements[a]] + COVALENT_RADII[elements[b]]):
            text = f"the {elements[a]}–{elements[b]} bond of a ligand broke ({length:.2f} Å)."
            raise RejectedComplex(Flaw.BOND_BROKEN, text)


def check_donors(anatomy: Anatomy, metal: int, donors: Sequence[int], carboxylates: Sequence[Sequence[int]]) -> None:
    """Whether the donors, and they alone, bind the metal; `carboxylates`: atoms of each carboxylate ligand.

    Raises:
        RejectedComplex: a donor was lost, a carboxylate chelates, or an atom more binds.
    """
    bound = {a for site in anatomy.sites[metal] if site.weight >= COUNTED_WEIGHT for a in site.atoms}
    elements, positions = anatomy.component.elements, anatomy.component.positions
    for donor in donors:
        if donor not in bound:
            away = float(np.linalg.norm(positions[donor] - positions[metal]))
            raise RejectedComplex(Flaw.DONOR_LOST, f"the donor {elements[donor]} left the metal ({away:.2f} Å away).")
    for atom in sorted(bound - set(donors)):
        if any(atom in ligand for ligand in carboxylates):
            text = (
                f"the carboxylate binds through both oxygens (κ²): {len(donors) + 1} donors or more, not {len(donors)}."
            )
            raise RejectedComplex(Flaw.CHELATED, text)
        raise RejectedComplex(Flaw.EXTRA_DONOR, f"a further atom of a ligand ({elements[atom]}) binds the metal.")


def check_shape(donor_positions: FloatArray) -> float:
    """Continuous shape measure of donors (7, 3) or (6, 3) relative to the metal [Å], against what is built of so many.

    Raises:
        RejectedComplex: above `LARGEST_MEASURE`.
    """
    measures = shape_measures(donor_positions)
    code, name, flaw = POLYHEDRA[len(donor_positions)]
    measure = measures[code]
    if measure > LARGEST_MEASURE:
        best = next(iter(measures))
        text = f"the donors end too far from the {name} (shape measure {measure:.1f}; nearest is {best})."
        raise RejectedComplex(flaw, text)
    return measure
