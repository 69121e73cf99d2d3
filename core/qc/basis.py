"""ANO-RCC basis sets: PySCF's, but for ytterbium.

B. O. Roos, R. Lindh, P.-Å. Malmqvist, V. Veryazov, P.-O. Widmark, A. C. Borin, J. Phys. Chem. A 2008, 112, 11431,
doi:10.1021/jp803213j (lanthanides). PySCF 2.14 has another set for Yb than the library of OpenMolcas 22.10 (other
diffuse s and p exponents, other g and h, every column), and in its 1s function the two steepest primitives have
coefficients that cannot be: the lowest level of the bare nucleus comes out 10 % too high, the ion 624 E_h, the levels
of YbCl₃ 15–21 % too low. So Yb comes from tables/ano_rcc.json, as distributed with OpenMolcas. Column by column, the
two libraries agree for all other elements of H–Ca, Sc, Zn, Ga, As–Kr, Y, Sb–Xe and La–Lu but Eu, whose filled shells
are turned among themselves: the space of its first 6s4p2d functions is the same.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pyscf import gto

from core.errors import DomainError

LETTERS: Final = "spdfghi"

TABLE: Final = Path(__file__).parent / "tables" / "ano_rcc.json"

Shell = list[Any]
"""PySCF's internal format: [ℓ, [exponent, coefficient, …], …], exponents in a₀⁻², of normalised primitives."""


def ano_rcc(element: str, contraction: str) -> list[Shell]:
    """The first contracted functions of every angular momentum.

    Args:
        element: symbol.
        contraction: how many, in the order of s, p, d, …, e.g. ``7s6p4d2f1g``.

    Raises:
        DomainError: more functions than the element has.
    """
    left = {LETTERS.index(letter): int(number) for number, letter in re.findall(r"(\d+)([spdfghi])", contraction)}
    shells = []
    for momentum, *rows in _library(element):
        taken = min(left.get(momentum, 0), len(rows[0]) - 1)
        if taken:
            shells.append([momentum, *(row[: taken + 1] for row in rows)])
            left[momentum] -= taken
    if any(left.values()):
        raise DomainError(f"ANO-RCC of {element} has no {contraction} functions.")
    return shells


def highest_momentum(element: str) -> int:
    """ℓ of the element's highest functions."""
    return int(max(momentum for momentum, *_ in _library(element)))


@lru_cache(maxsize=128)
def _library(element: str) -> tuple[Shell, ...]:
    return tuple(_own().get(element) or gto.basis.load("ano", element))


@lru_cache(maxsize=1)
def _own() -> dict[str, list[Shell]]:
    return dict(json.loads(TABLE.read_text(encoding="utf-8"))["elements"])
