"""The buried volume of a ligand: the share of a sphere around the metal that the ligand fills, %V_bur.

L. Falivene et al., Organometallics 2016, 35, 2286, doi:10.1021/acs.organomet.6b00371, as morfeus computes it, with that
paper's conventions: a sphere of 3.5 Å, Bondi radii times 1.17, hydrogens left out. The bond to the metal is as long as
in the complex, not the standard length that tables of ligands use: such tables do not compare with these numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.chem.molecule import Molecule

SPHERE_RADIUS: Final = 3.5
"""[Å]"""

RADII_SCALE: Final = 1.17
"""On Bondi's van der Waals radii."""


def buried_volume(molecule: Molecule, ligand: Sequence[int]) -> float:
    """Share of the sphere around the molecule's metal that the atoms `ligand` fill [%]."""
    from morfeus import BuriedVolume  # here: it loads matplotlib where that is installed, which takes a second

    centre = [molecule.metal, *ligand]
    filled = BuriedVolume(
        [molecule.elements[atom] for atom in centre],
        molecule.positions[centre],
        metal_index=1,  # morfeus counts atoms from 1
        include_hs=False,
        radius=SPHERE_RADIUS,
        radii_type="bondi",
        radii_scale=RADII_SCALE,
    )
    return 100.0 * float(filled.fraction_buried_volume)
