"""Crystal-field parameters B_k^q that reproduce an ab initio J multiplet.

The 2J+1 states are turned into pseudospin states |M⟩ along the ground doublet's g_z: eigenstates of the magnetic moment
there, phases such that its raising component is real and positive. In that basis the energies are a matrix, and its
projection on the Stevens operators gives the B_k^q (extended Stevens convention, Stevens factor included); what ranks
up to 6 leave is the residual. L. Ungur, L. F. Chibotaru, Chem. Eur. J. 2017, 23, 3708, doi:10.1002/chem.201605102.

Why the moment and not J: other multiplets are mixed in, so the two differ a little, and SINGLE_ANISO takes the moment.
On [Dy(OH)F(H2O)]⁺ its 27 parameters then come out with their signs (tests/qc/test_against_openmolcas.py), where the
states of J gave B_6^0 70 % larger. Where the moment of the multiplet is small (Sm) the mixing weighs more; the residual
tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.magnetism.angular_momentum import ComplexArray, FloatArray
from core.magnetism.pseudospin import GTensor, magnetic_frame
from core.magnetism.stevens import Parameters, decompose, hamiltonian, rotate_parameters


@dataclass(frozen=True, slots=True, eq=False)
class CrystalFieldParameters:
    """B_k^q of one multiplet.

    Attributes:
        magnetic: B_k^q [cm⁻¹] in the ground doublet's magnetic frame.
        input: the same in the frame of the coordinates.
        rotation: (3, 3) rows are the magnetic x, y, z axes in the input frame.
        residual: what is left of the traceless Hamiltonian, as a share of its norm.
    """

    magnetic: Parameters
    input: Parameters
    rotation: FloatArray
    residual: float


def crystal_field_parameters(
    levels: FloatArray, moment: ComplexArray, ground: GTensor | None
) -> CrystalFieldParameters:
    """Project the multiplet on the Stevens operators.

    Args:
        levels: (2J+1,) energies [cm⁻¹].
        moment: (3, 2J+1, 2J+1) L + g_e S between the states [μ_B].
        ground: g tensor of the ground doublet; None for a singlet, whose frame is that of the coordinates.
    """
    in_input = decompose(_in_projections(levels, moment))
    rotation = None if ground is None else magnetic_frame(ground, in_input)
    frame = np.eye(3) if rotation is None else rotation
    matrix = _in_projections(levels, np.einsum("ab,bij->aij", frame, moment))
    parameters = decompose(matrix)
    traceless = matrix - np.eye(len(levels)) * np.trace(matrix) / len(levels)
    left = traceless - hamiltonian(len(levels) - 1, parameters)
    norm = float(np.linalg.norm(traceless))
    return CrystalFieldParameters(
        magnetic=parameters,
        input=rotate_parameters(parameters, frame.T),
        rotation=frame,
        residual=float(np.linalg.norm(left)) / norm if norm > 0 else 0.0,
    )


def _in_projections(levels: FloatArray, moment: ComplexArray) -> ComplexArray:
    """(2J+1, 2J+1) the energies in |J, M⟩, M = J … −J."""
    states = np.linalg.eigh(moment[2])[1][:, ::-1]
    plus = states.conj().T @ (moment[0] + 1j * moment[1]) @ states
    phases = np.ones(len(levels), dtype=complex)
    for k in range(1, len(levels)):
        step = plus[k - 1, k] * phases[k - 1].conjugate()
        phases[k] = np.conj(step) / abs(step)
    basis = states * phases
    return np.asarray(basis.conj().T @ (levels[:, None] * basis))
