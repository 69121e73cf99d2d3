"""Crystal-field parameters B_k^q that reproduce an ab initio J multiplet.

The 2J+1 states are turned into pseudospin states |M⟩ along the ground doublet's g_z: eigenstates of a vector operator
there, phases such that its raising component is real and positive. In that basis the energies are a matrix, and its
projection on the Stevens operators gives the B_k^q (extended Stevens convention, Stevens factor included); what ranks
up to 6 leave is the residual. L. Ungur, L. F. Chibotaru, Chem. Eur. J. 2017, 23, 3708, doi:10.1002/chem.201605102.

The vector is the magnetic moment from Gd on, as in SINGLE_ANISO: on [Dy(OH)F(H2O)]⁺ its 27 parameters then come out
with their signs (tests/qc/test_against_openmolcas.py), where J gave B_6^0 70 % larger. In lighter ions orbit and spin
oppose each other, so that other J multiplets, mixed in, can outweigh the moment of the ground multiplet: there it is J.
Around Sm (with a spin-orbit coupling of one ζ, 1176 cm⁻¹) the same ligands gave B_2^q that point where those of Dy,
scaled by Stevens factors, do: their cosine was 0.99 with J, and −0.78 with the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.magnetism.ions import Ion
from core.magnetism.pseudospin import GTensor, magnetic_frame
from core.magnetism.stevens import Parameters, decompose, hamiltonian, rotate_parameters
from core.qc.determinants import ORBITALS
from core.qc.spin_orbit_states import CoupledStates


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


def pseudospin(ion: Ion, states: CoupledStates) -> ComplexArray:
    """(3, 2J+1, 2J+1) the vector operator whose eigenstates are |M⟩: moment [μ_B] or J [ħ], see above."""
    n = ion.two_j + 1
    return (states.moment if ion.electrons >= ORBITALS else states.total)[:, :n, :n]


def crystal_field_parameters(
    levels: FloatArray, vector: ComplexArray, ground: GTensor | None
) -> CrystalFieldParameters:
    """Project the multiplet on the Stevens operators.

    Args:
        levels: (2J+1,) energies [cm⁻¹].
        vector: (3, 2J+1, 2J+1) between the states, see `pseudospin`.
        ground: g tensor of the ground doublet; None for a singlet, whose frame is that of the coordinates.
    """
    in_input = decompose(_in_projections(levels, vector))
    rotation = None if ground is None else magnetic_frame(ground, in_input)
    frame = np.eye(3) if rotation is None else rotation
    matrix = _in_projections(levels, np.einsum("ab,bij->aij", frame, vector))
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


def _in_projections(levels: FloatArray, vector: ComplexArray) -> ComplexArray:
    """(2J+1, 2J+1) the energies in |J, M⟩, M = J … −J."""
    states = np.linalg.eigh(vector[2])[1][:, ::-1]
    plus = states.conj().T @ (vector[0] + 1j * vector[1]) @ states
    phases = np.ones(len(levels), dtype=complex)
    for k in range(1, len(levels)):
        step = plus[k - 1, k] * phases[k - 1].conjugate()
        phases[k] = np.conj(step) / abs(step)
    basis = states * phases
    return np.asarray(basis.conj().T @ (levels[:, None] * basis))
