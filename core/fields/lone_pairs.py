"""Where the effective charge of a donor stands: on its nucleus, but of an sp² nitrogen some way out on its lone pair.

A macrocycle's nitrogens point at the middle of the ring and not at an ion above it. From the four nuclei of a
phthalocyaninate, 54° from the axis, almost no field of rank 2 would come; that of [TbPc₂]⁻ is known to be large. The
REC model (J. J. Baldoví et al., J. Comput. Chem. 2013, 34, 1961) too displaces charges from nuclei, along the bond to
the metal; here they follow the ligand's own geometry.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.chem.radii import bond_cutoff
from core.fields.environment import Environment

SP2_NITROGEN: Final = frozenset({DonorClass.PYRIDINE, DonorClass.IMINE, DonorClass.AZOLATE, DonorClass.TETRAPYRROLE})
"""Classes whose lone pair lies on the bisector of two bonds. For other donors a displacement did not bring left-out
levels nearer."""

_NEIGHBOURS: Final = 2


def charge_positions(around: Environment, distance: float) -> FloatArray:
    """(m, 3) of the charges of all donor atoms relative to the metal [Å].

    Args:
        around: the environment.
        distance: of a lone pair's charge from its nucleus [Å].
    """
    positions = around.donor_positions.copy()
    for number, donor_class in enumerate(around.classes):
        if donor_class in SP2_NITROGEN:
            positions[number] += distance * _lone_pair(around, int(around.donors[number]))
    return positions


def _lone_pair(around: Environment, atom: int) -> FloatArray:
    """(3,) unit vector away from two bonds; zeros for an atom with fewer or more, or with two that are opposite."""
    bonds = around.positions - around.positions[atom]
    lengths = np.linalg.norm(bonds, axis=1)
    element = around.elements[atom]
    bound = [
        other
        for other in np.flatnonzero((around.ligand == around.ligand[atom]) & (lengths > 0)).tolist()
        if lengths[other] <= bond_cutoff(element, around.elements[other])
    ]
    if len(bound) != _NEIGHBOURS:
        return np.zeros(3)
    sum_of_bonds = (bonds[bound] / lengths[bound][:, None]).sum(axis=0)
    length = float(np.linalg.norm(sum_of_bonds))
    return np.zeros(3) if length < _STRAIGHT else -sum_of_bonds / length


_STRAIGHT: Final = 0.3
"""Two unit vectors with a shorter sum have no bisector to speak of."""
