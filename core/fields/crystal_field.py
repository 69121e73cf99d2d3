"""The fast electrostatic crystal field of a Ln(III) ion: effective point charges on the ground J multiplet.

    positions, charges ──► B_k^q ──► (2J+1)² matrix ──► levels ──► doublets, g, easy axis, first gap

The model of Stevens (Proc. Phys. Soc. A 1952, 65, 209, doi:10.1088/0370-1298/65/3/308) as Hutchings writes it (Solid
State Phys. 1964, 16, 227, doi:10.1016/S0081-1947(08)60517-2), with effective charges on the donors in the spirit of
SIMPRE (J. J. Baldoví et al., J. Comput. Chem. 2013, 34, 1961). Only the ground multiplet: no
mixing of higher J, no covalency, no exchange. The charges that the pages use are fitted to computed levels
(`core.fields.donor_charges`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import FloatArray
from core.doubts import Doubt, doubt
from core.errors import DomainError
from core.fields.point_charges import point_charge_parameters
from core.magnetism.ion_levels import EASY_AXIS_LIMIT, Levels, levels_in_field
from core.magnetism.ions import Ion, lanthanide
from core.magnetism.levels import DEGENERATE_CM1, PAIRING_RATIO
from core.magnetism.pseudospin import GTensor
from core.magnetism.stevens import RANKS, Parameters

LEVEL = "electrostatic, calibrated on computed levels"
"""How far the numbers can be trusted, in the words of the page."""

NEAREST_CHARGE = 1.0
"""No nucleus of a donor comes this close to a lanthanide [Å]; a charge that does is an error of the input."""

LARGEST_CHARGE = 15.0
"""More than any atom's effective charge [e]; what is beyond is a slip of units or columns."""


def crystal_field(ion: str, positions: ArrayLike, charges: ArrayLike) -> Levels:
    """Levels, g tensor and easy axis of a Ln(III) ion among point charges.

    Args:
        ion: element symbol, Ce … Yb.
        positions: (m, 3) of the charges relative to the ion [Å].
        charges: (m,) effective charges [e], negative on donors, positive ones (bound metals) are allowed; or (m, 3) for
            the ranks 2, 4 and 6.

    Raises:
        DomainError: an ion that is not covered, no charges, a charge nearer than 1 Å, numbers that are not finite.
    """
    lanthanide_ion = lanthanide(ion)
    parameters = point_charge_parameters(lanthanide_ion, *_checked(positions, charges))
    if lanthanide_ion.symbol in ("Eu", "Gd"):
        return _unsplit(lanthanide_ion, parameters)
    return _split(lanthanide_ion, parameters)


def _checked(positions: ArrayLike, charges: ArrayLike) -> tuple[FloatArray, FloatArray]:
    xyz = np.asarray(positions, dtype=np.float64)
    q = np.asarray(charges, dtype=np.float64)
    if not np.any(q):
        raise DomainError("There is no charge around the ion.", advice="The model needs at least one donor.")
    if q.shape not in ((len(xyz),), (len(xyz), len(RANKS))) or xyz.shape != (len(q), 3):
        raise DomainError(f"Positions {xyz.shape} and charges {q.shape} do not belong together.")
    if not (np.isfinite(xyz).all() and np.isfinite(q).all()):
        raise DomainError("A position or a charge is not a finite number.")
    if np.abs(q).max() > LARGEST_CHARGE:
        raise DomainError(f"A charge of {q.flat[np.abs(q).argmax()]:g} e is not that of an atom.")
    nearest = float(np.linalg.norm(xyz, axis=1).min())
    if nearest < NEAREST_CHARGE:
        raise DomainError(f"A charge is {nearest:.2f} Å from the ion.", advice="Check for disorder.")
    return xyz, q


def _split(ion: Ion, parameters: Parameters) -> Levels:
    levels = levels_in_field(ion, parameters, LEVEL)
    return replace(levels, doubts=_notes(ion, levels))


def _notes(ion: Ion, levels: Levels) -> tuple[Doubt, ...]:
    notes = []
    energies, doublets = levels.energies, levels.doublets
    ground = doublets[0]
    if len(ground.states) == 1 and energies[2] < DEGENERATE_CM1:
        notes.append(
            doubt(
                "ground-threefold",
                "The ground level is threefold (high symmetry): it is no doublet, so it has no g tensor or first gap.",
            )
        )
    elif len(ground.states) == 1:
        notes.append(
            doubt(
                "ground-singlet",
                f"The ground level is a singlet: the two lowest states are {energies[1] - energies[0]:.2f} cm⁻¹ "
                f"apart, more than {PAIRING_RATIO:g} of the gap next to them, so there is no pseudo-doublet, g "
                "tensor or first gap.",
            )
        )
    elif ground.g is None:
        notes.append(
            doubt(
                "ground-degenerate",
                f"The ground doublet and the next lie within {DEGENERATE_CM1:g} cm⁻¹ (high symmetry): such a level has "
                "no g tensor and no easy axis of a doublet.",
            )
        )
    else:
        notes.extend(_axis_notes(GTensor(ground.g, np.eye(3))))  # where its axes point does not matter here
    if any(d.g is None and len(d.states) == 2 for d in doublets[1:]):
        text = "Some excited doublets coincide in energy: they have no g tensor each of their own."
        notes.append(doubt("excited-degenerate", text))
    if ion.symbol == "Sm":
        text = "Excited multiplets of Sm(III) lie low and mix in; this model leaves them out."
        notes.append(doubt("excited-multiplets", text))
    return tuple(notes)


def _axis_notes(tensor: GTensor) -> list[Doubt]:
    if not tensor.magnetic:
        text = "The ground pair carries no magnetic moment to first order (g = 0): it has no easy axis."
        return [doubt("ground-without-moment", text)]
    if tensor.main_axis is not None:
        ratio = tensor.values[1] / tensor.values[2]
        weak = f"The ground doublet is hardly axial (g_y/g_z = {ratio:.2f}): its g_z axis is not an easy axis."
        return [doubt("ground-hardly-axial", weak)] if ratio > EASY_AXIS_LIMIT else []
    if tensor.unique_axis is not None:
        text = "The ground doublet has an easy plane, no easy axis; |M_J⟩ weights are along its hard axis."
        return [doubt("ground-easy-plane", text)]
    text = "The g tensor of the ground doublet is isotropic: there is no easy axis, and no |M_J⟩ weights are given."
    return [doubt("ground-isotropic", text)]


def _unsplit(ion: Ion, parameters: Parameters) -> Levels:
    """Eu(III) and Gd(III), on which the crystal field does not act at this level."""
    note = (
        "The ground multiplet of Eu(III) has J = 0: one level without a moment, so no doublet and no first gap."
        if ion.symbol == "Eu"
        else "Gd(III) has no orbital moment: only a zero-field splitting, which this model does not describe."
    )
    return Levels(
        ion=ion.symbol,
        level_of_theory=LEVEL,
        energies=np.zeros(ion.two_j + 1),
        doublets=(),
        stevens=dict(parameters),
        stevens_input=dict(parameters),
        rotation=np.eye(3),
        doubts=(doubt("no-crystal-field", note),),
    )
