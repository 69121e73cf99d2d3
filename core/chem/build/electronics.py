"""Cheap proxies for how a ligand gives its electrons, free (donor charge, frontier gap) and bound. No observables.

The former come from one GFN2-xTB single point of the ligand alone, as it stands in the complex, in the protocol's
implicit solvent (Bannwarth, Ehlert, Grimme, doi:10.1021/acs.jctc.8b01176). The charge is GFN2's Mulliken charge; the
gap is the difference of its orbital energies, which is no excitation energy. Both serve to compare ligands with each
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray
from core.chem.build.complex import SOLVENT
from core.chem.build.xtb import Gfn2
from core.units import HARTREE_IN_EV


@dataclass(frozen=True, slots=True)
class Electronics:
    """Proxies of the ligand without its metal.

    Attributes:
        donor_charge: charge of the donor atom [e].
        frontier_gap: from the highest occupied to the lowest empty orbital [eV]; None where GFN2's small basis has no
            empty one (halides).
    """

    donor_charge: float
    frontier_gap: float | None


def electronics(elements: Sequence[str], positions: FloatArray, charge: int, donor: int) -> Electronics:
    """Solve GFN2-xTB for a free ligand.

    Args:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: of the ligand [e]; the shell is closed.
        donor: index of the donor atom.

    Raises:
        DomainError: an element without parameters, or the wave function does not converge.
    """
    result = Gfn2(elements, charge, SOLVENT).solved(positions)
    charges = np.asarray(result.get("charges"))
    energies, filled = np.asarray(result.get("orbital-energies")), np.asarray(result.get("orbital-occupations")) > 1.0
    gap = None if filled.all() else float(energies[~filled].min() - energies[filled].max()) * HARTREE_IN_EV
    return Electronics(float(charges[donor]), gap)


@dataclass(frozen=True, slots=True, eq=False)
class Bonding:
    """The wave function of a whole complex, as it stands.

    Attributes:
        charges: (n,) Mulliken charges [e].
        orders: (n,) Wiberg order of each atom's bond to the metal; 0 for the metal itself.
    """

    charges: FloatArray
    orders: FloatArray


def bonding(elements: Sequence[str], positions: FloatArray, charge: int) -> Bonding:
    """Solve GFN2-xTB for a complex whose metal is the first atom, in the solvent of the protocol.

    Args:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: total charge [e]; the shell is closed.

    Raises:
        DomainError: an element without parameters, or the wave function does not converge.
    """
    result = Gfn2(elements, charge, SOLVENT).solved(positions)
    orders = np.array(result.get("bond-orders"), dtype=np.float64)[0]
    orders[0] = 0.0
    return Bonding(np.array(result.get("charges"), dtype=np.float64), orders)
