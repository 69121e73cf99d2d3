"""The trivalent lanthanide ions from Ce to Yb: ground multiplet, Landé factor, Stevens factors, ⟨r^k⟩.

All but ⟨r^k⟩ follow from Hund's rules and are computed here as fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

from core.errors import DomainError

SYMBOLS = ("Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb")
"""Ln(III) ions 4f¹ … 4f¹³."""

_LETTERS = "SPDFGHIKLMNOQ"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_SHELL: dict[str, tuple[float, float, float, float, float, float]] = {
    # σ₂, σ₄, σ₆, ⟨r²⟩, ⟨r⁴⟩, ⟨r⁶⟩
    "Ce": (0.510, 0.0132, -0.0294, 1.456, 5.437, 42.26),
    "Pr": (0.515, 0.0138, -0.0301, 1.327, 4.537, 32.65),
    "Nd": (0.518, 0.0130, -0.0310, 1.222, 3.875, 26.12),
    "Pm": (0.519, 0.0109, -0.0314, 1.135, 3.366, 21.46),
    "Sm": (0.519, 0.0077, -0.0317, 1.061, 2.964, 17.99),
    "Eu": (0.520, 0.0033, -0.0319, 0.997, 2.638, 15.34),
    "Gd": (0.521, -0.0031, -0.0318, 0.942, 2.381, 13.36),
    "Tb": (0.523, -0.0107, -0.0318, 0.893, 2.163, 11.75),
    "Dy": (0.527, -0.0199, -0.0316, 0.849, 1.977, 10.44),
    "Ho": (0.534, -0.0306, -0.0313, 0.810, 1.816, 9.345),
    "Er": (0.544, -0.0427, -0.0310, 0.773, 1.677, 8.431),
    "Tm": (0.554, -0.0567, -0.0306, 0.740, 1.555, 7.659),
    "Yb": (0.571, -0.0725, -0.0300, 0.710, 1.448, 7.003),
}
"""Shielding by the outer 5s²5p⁶ shell σ_k and 4f expectation values ⟨r^k⟩ [a₀^k], both from one set of calculations.

S. Edvardsson, M. Klintenberg, J. Alloys Compd. 1998, 275–277, 230, doi:10.1016/S0925-8388(98)00309-0, read not from the
paper itself but from the reprint in PyCrystalField (RadialIntegrals.txt). Checked against that program's published
parameters of Yb(III) in a cube, which they reproduce in every figure (tests/fields/test_point_charges.py). The
Dirac–Fock values of A. J. Freeman, J. P. Desclaux (J. Magn. Magn. Mater. 1979, 12, 11), as McPhase and Mantid reprint
them, are smaller (Dy: 0.7814, 1.505, 6.048) and come without σ_k.
"""


@dataclass(frozen=True, slots=True)
class Ion:
    """One Ln(III) ion.

    Attributes:
        symbol: element symbol.
        electrons: n of 4fⁿ.
        L, S, J: quantum numbers of the ground multiplet by Hund's rules.
        g_J: Landé factor with g_e = 2, as in the operator-equivalent literature; 0 where J = 0.
        stevens_factors: θ₂ = α_J, θ₄ = β_J, θ₆ = γ_J.
        radial: ⟨r²⟩, ⟨r⁴⟩, ⟨r⁶⟩ of the 4f shell [a₀^k].
        shielding: σ₂, σ₄, σ₆, the fraction of each rank that the outer shell screens (negative: enhances).
    """

    symbol: str
    electrons: int
    L: int
    S: Fraction
    J: Fraction
    g_J: Fraction
    stevens_factors: tuple[Fraction, Fraction, Fraction]
    radial: tuple[float, float, float]
    shielding: tuple[float, float, float]

    @property
    def two_j(self) -> int:
        """2J."""
        return int(2 * self.J)

    @property
    def kramers(self) -> bool:
        """Whether every level is at least twofold by time reversal (odd number of electrons)."""
        return self.electrons % 2 == 1

    @property
    def multiplet(self) -> str:
        """Term symbol, e.g. ⁶H₁₅/₂."""
        spin = str(int(2 * self.S) + 1).translate(_SUPERSCRIPT)
        return f"{spin}{_LETTERS[self.L]}{str(self.J).translate(_SUBSCRIPT)}"


def diagonal_stevens(k: int, j: Fraction, m: Fraction) -> Fraction:
    """⟨J M|O_k^0|J M⟩ for k = 2, 4, 6; polynomials of Hutchings 1964, doi:10.1016/S0081-1947(08)60517-2."""
    x, y = j * (j + 1), m * m
    if k == 2:
        return 3 * y - x
    if k == 4:
        return 35 * y**2 - (30 * x - 25) * y + 3 * x**2 - 6 * x
    if k == 6:
        linear = 105 * x**2 - 525 * x + 294
        return 231 * y**3 - (315 * x - 735) * y**2 + linear * y - 5 * x**3 + 40 * x**2 - 60 * x
    raise DomainError(f"Stevens factors of an f shell have rank 2, 4 or 6, not {k}.")


def _one_electron_factor(k: int) -> Fraction:
    """θ_k of a single f electron in l = 3, from ⟨3 3|O_k^0(r̂)|3 3⟩ with |Y₃₃|² ∝ (1 − z²)³."""
    coefficients = {2: (3, -1), 4: (35, -30, 3), 6: (231, -315, 105, -5)}[k]
    powers = range(k, -1, -2)
    mean = sum((c * _mean_power(p) for c, p in zip(coefficients, powers, strict=True)), Fraction(0))
    return mean / diagonal_stevens(k, Fraction(3), Fraction(3))


def _mean_power(power: int) -> Fraction:
    """⟨z^power⟩ over the density (1 − z²)³ on −1 … 1."""

    def moment(p: int) -> Fraction:
        return sum((Fraction((-1) ** i * comb(3, i), p + 2 * i + 1) for i in range(4)), Fraction(0))

    return moment(power) / moment(0)


def _hund(n: int) -> tuple[int, Fraction, Fraction]:
    """L, S, J of 4fⁿ."""
    total_l = sum(_outer_shell(n))
    s = Fraction(min(n, 14 - n), 2)
    return total_l, s, abs(total_l - s) if n < 7 else total_l + s


def _outer_shell(n: int) -> list[int]:
    """m_l of the electrons beyond closed and half-filled shells, highest first: they alone are not spherical."""
    return [3 - i for i in range(n if n <= 7 else n - 7)]


def _stretched_weights(ell: int, s: Fraction, j: Fraction) -> dict[Fraction, Fraction]:
    """Squares of ⟨L M_L S (J−M_L)|J J⟩ by M_L, from J₊|J J⟩ = 0."""
    m = max(Fraction(-ell), j - s)
    weights = {m: Fraction(1)}
    while m + 1 <= min(Fraction(ell), j + s):
        ratio = (ell * (ell + 1) - m * (m + 1)) / (s * (s + 1) - (j - m - 1) * (j - m))
        weights[m + 1] = weights[m] * ratio
        m += 1
    total = sum(weights.values())
    return {key: w / total for key, w in weights.items()}


def stevens_factor(k: int, electrons: int) -> Fraction:
    """θ_k of the ground multiplet of 4fⁿ: Σ_i O_k^q(r̂_i) = θ_k O_k^q(J) within it.

    From the single determinant |L, M_L = L; S, M_S = S⟩ to the term, from the term to |J, J⟩; every step a fraction.
    Method of Stevens 1952, doi:10.1088/0370-1298/65/3/308. Zero where k > 2J or k > 2L.
    """
    ell, s, j = _hund(electrons)
    if k > 2 * j or k > 2 * ell:
        return Fraction(0)
    three = Fraction(3)
    orbital = _one_electron_factor(k) * sum(diagonal_stevens(k, three, Fraction(m)) for m in _outer_shell(electrons))
    of_term = orbital / diagonal_stevens(k, Fraction(ell), Fraction(ell))
    weights = _stretched_weights(ell, s, j)
    in_multiplet = sum((w * diagonal_stevens(k, Fraction(ell), m) for m, w in weights.items()), Fraction(0))
    return of_term * in_multiplet / diagonal_stevens(k, j, j)


def lande_factor(ell: int, s: Fraction, j: Fraction) -> Fraction:
    """g_J = 3/2 + [S(S+1) − L(L+1)] / 2J(J+1), with g_e = 2; 0 where J = 0."""
    if j == 0:
        return Fraction(0)
    return Fraction(3, 2) + (s * (s + 1) - ell * (ell + 1)) / (2 * j * (j + 1))


@lru_cache(maxsize=32)
def lanthanide(symbol: str) -> Ion:
    """The Ln(III) ion of an element symbol, in any case.

    Raises:
        DomainError: not one of Ce … Yb; La and Lu are told apart, as they have no open 4f shell.
    """
    name = symbol.strip().capitalize()
    if name in ("La", "Lu"):
        occupation = "no 4f electron" if name == "La" else "a full 4f shell"
        raise DomainError(f"{name}(III) has {occupation}: there is no crystal-field splitting to compute.")
    if name not in SYMBOLS:
        raise DomainError(f"{name or 'An empty symbol'} is not covered.", advice="The model covers Ce(III) to Yb(III).")
    n = SYMBOLS.index(name) + 1
    ell, s, j = _hund(n)
    factors = (stevens_factor(2, n), stevens_factor(4, n), stevens_factor(6, n))
    shell = _SHELL[name]
    return Ion(name, n, ell, s, j, lande_factor(ell, s, j), factors, shell[3:], shell[:3])
