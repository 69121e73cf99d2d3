"""Extended Stevens operators O_k^q of any J, as matrices and as functions on the sphere, and what is done with them.

One convention throughout. As a function, O_k^q is the homogeneous polynomial ::

    O_k^{+q} = Q_kq(z, r) Re (x + iy)^q        O_k^{−q} = Q_kq(z, r) Im (x + iy)^q        q ≥ 0

where Q_kq is the q-th derivative of the Legendre polynomial P_k with its common factor c_kq taken out, so that its
coefficients are coprime integers (O₂⁰ = 3z² − r², O₄³ = z(x³ − 3xy²), O₆⁴ = (11z² − r²)(x⁴ − 6x²y² + y⁴) …). As a
matrix, O_k^q is the operator equivalent of that function: products symmetrised, x, y, z replaced by J_x, J_y, J_z.

Sources: K. W. H. Stevens, Proc. Phys. Soc. A 1952, 65, 209, doi:10.1088/0370-1298/65/3/308; M. T. Hutchings, Solid
State Phys. 1964, 16, 227, doi:10.1016/S0081-1947(08)60517-2; for q < 0: C. Rudowicz, C. Y. Chung, J. Phys.: Condens.
Matter 2004, 16, 5825, doi:10.1088/0953-8984/16/32/018. The lowering used for the matrices is that of I. D. Ryabov,
J. Magn. Reson. 1999, 140, 141, doi:10.1006/jmre.1999.1783.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, gcd, lcm

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.magnetism.angular_momentum import raising

RANKS = (2, 4, 6)
"""Ranks of the crystal field of an f shell."""

KQ: tuple[tuple[int, int], ...] = tuple((k, q) for k in RANKS for q in range(-k, k + 1))
"""The 27 pairs (k, q), in the order in which stacked operators and parameters stand."""

Parameters = dict[tuple[int, int], float]
"""B_k^q [cm⁻¹] by (k, q)."""

_NAME = re.compile(r"B([246])([+-][0-6])\Z")


def named(parameters: Mapping[tuple[int, int], float]) -> dict[str, float]:
    """By the names that JSON has for them, ``B2+0``, ``B4-3``: the sign is always written, so none is mistaken."""
    return {f"B{k}{q:+d}": float(value) for (k, q), value in sorted(parameters.items())}


def from_names(values: Mapping[str, float]) -> Parameters:
    """The inverse of `named`; other names are passed over."""
    found = ((_NAME.match(name), value) for name, value in values.items())
    return {(int(name[1]), int(name[2])): float(value) for name, value in found if name}


@lru_cache(maxsize=256)
def _primitive_derivative(k: int, q: int) -> tuple[Fraction, tuple[int, ...]]:
    """c_kq and the integer coefficients of Q_kq, of z^(k−q), z^(k−q−2) r², … in turn."""
    terms = []
    for s in range((k - q) // 2 + 1):
        legendre = Fraction((-1) ** s * comb(k, s) * comb(2 * k - 2 * s, k), 2**k)
        power = k - 2 * s
        terms.append(legendre * Fraction(factorial(power), factorial(power - q)))
    denominator = lcm(*(t.denominator for t in terms))
    content = Fraction(gcd(*(int(t * denominator) for t in terms)), denominator)
    return content, tuple(int(t / content) for t in terms)


@lru_cache(maxsize=64)
def addition_coefficient(k: int, q: int) -> float:
    """n_kq in the addition theorem P_k(cos ω) = Σ_q n_kq O_k^q(u) O_k^q(v), for unit vectors u, v at the angle ω."""
    q = abs(q)
    content = _primitive_derivative(k, q)[0]
    return float((1 if q == 0 else 2) * content**2 * Fraction(factorial(k - q), factorial(k + q)))


def stevens_functions(k: int, directions: FloatArray) -> FloatArray:
    """(m, 2k+1) values O_k^q(u), q = −k … k, at the unit vectors `directions` (m, 3)."""
    z = directions[:, 2]
    planar = directions[:, 0] + 1j * directions[:, 1]
    values = np.empty((len(directions), 2 * k + 1))
    for q in range(k + 1):
        # on the unit sphere r = 1, so Q_kq is a polynomial in z alone
        polynomial = sum(c * z ** (k - q - 2 * s) for s, c in enumerate(_primitive_derivative(k, q)[1]))
        term = polynomial * planar**q
        values[:, k - q] = term.imag
        values[:, k + q] = term.real
    return values


@lru_cache(maxsize=512)
def stevens_operator(two_j: int, k: int, q: int) -> ComplexArray:
    """(2J+1, 2J+1) the Hermitian matrix of O_k^q in |J, M⟩, M = J … −J.

    The symmetrised (x + iy)^k is J₊^k; each commutator with J₋ lowers q by one. The constant is what k − q lowerings
    make of (x + iy)^k: (−1)^(k+q) 2^k k! (k−q)!/(k+q)! c_kq Q_kq (x + iy)^q.
    """
    plus = raising(two_j)
    tensor = np.linalg.matrix_power(plus, k)
    for _ in range(k - abs(q)):
        tensor = plus.T @ tensor - tensor @ plus.T
    content = _primitive_derivative(k, abs(q))[0]
    scale = (-1) ** (k + q) * 2**k * factorial(k) * Fraction(factorial(k - abs(q)), factorial(k + abs(q))) * content
    tensor = tensor / float(scale)
    operator = (tensor + tensor.T) / 2 if q >= 0 else (tensor - tensor.T) / 2j
    matrix: ComplexArray = np.asarray(operator, dtype=np.complex128)
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=64)
def stevens_operators(two_j: int) -> ComplexArray:
    """(27, 2J+1, 2J+1) all O_k^q in the order of `KQ`; zero where k > 2J."""
    stack = np.array([stevens_operator(two_j, k, q) for k, q in KQ])
    stack.setflags(write=False)
    return stack


def hamiltonian(two_j: int, parameters: Mapping[tuple[int, int], float]) -> ComplexArray:
    """(2J+1, 2J+1) Σ B_k^q O_k^q [cm⁻¹]; pairs that are missing count as zero."""
    vector = np.array([parameters.get(kq, 0.0) for kq in KQ])
    matrix: ComplexArray = np.tensordot(vector, stevens_operators(two_j), axes=1)
    return matrix


def decompose(matrix: ComplexArray) -> Parameters:
    """B_k^q [cm⁻¹], k = 2, 4, 6, of a Hamiltonian given in |J, M⟩: its projection on each O_k^q.

    The operators are orthogonal under Tr(A†B), so other ranks (a trace, odd k, k > 6) do not disturb the result.

    Args:
        matrix: (2J+1, 2J+1) Hermitian, in the order M = J … −J [cm⁻¹].
    """
    operators = stevens_operators(len(matrix) - 1)
    overlaps = np.einsum("nij,ij->n", operators.conj(), matrix).real
    norms = np.einsum("nij,nij->n", operators.conj(), operators).real
    values = np.divide(overlaps, norms, out=np.zeros_like(overlaps), where=norms > 0)
    return {kq: float(b) for kq, b in zip(KQ, values, strict=True)}


@lru_cache(maxsize=16)
def _quadrature(k: int) -> tuple[FloatArray, FloatArray]:
    """Directions (m, 3) and the matrix (2k+1, m) that reads B_k^q off a function's values there, exact for degree k."""
    z, weight = np.polynomial.legendre.leggauss(k + 1)
    phi = 2 * np.pi * np.arange(2 * k + 1) / (2 * k + 1)
    sine = np.sqrt(1 - z**2)
    columns = [np.outer(sine, np.cos(phi)), np.outer(sine, np.sin(phi)), np.outer(z, np.ones_like(phi))]
    directions = np.stack([c.ravel() for c in columns], axis=1)
    weights = np.repeat(weight, 2 * k + 1)
    functions = stevens_functions(k, directions)
    norms = (weights[:, None] * functions**2).sum(axis=0)
    return directions, (weights[:, None] * functions / norms).T


def rotate_parameters(parameters: Mapping[tuple[int, int], float], rotation: FloatArray) -> Parameters:
    """B_k^q of the same Hamiltonian in another frame.

    Operators and functions of one rank turn alike, so the turning is done on functions, by an exact quadrature.

    Args:
        rotation: (3, 3) proper rotation whose rows are the new x, y, z axes in the old frame.
    """
    turned: Parameters = {}
    for k in RANKS:
        directions, reader = _quadrature(k)
        old = np.array([parameters.get((k, q), 0.0) for q in range(-k, k + 1)])
        # a point with new coordinates u has old coordinates Rᵀu, in rows: u R
        values = stevens_functions(k, directions @ rotation) @ old
        new = reader @ values
        turned.update({(k, q): float(b) for q, b in zip(range(-k, k + 1), new, strict=True)})
    return turned
