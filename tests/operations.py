"""Symmetry operations in exact fractions, independent of the code under test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import gemmi

Matrix = Sequence[Sequence[Fraction]]
Vector = tuple[float, float, float]
Rational = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Operation:
    """Rotation (3 × 3) and translation (3) of a symmetry operation, fractional and exact."""

    rotation: tuple[Rational, Rational, Rational]
    translation: Rational

    @classmethod
    def read(cls, triplet: str) -> Operation:
        """From ``x,1/2-y,z``."""
        op = gemmi.Op(triplet)
        rows = [tuple(Fraction(v, op.DEN) for v in row) for row in op.rot]
        return cls((rows[0], rows[1], rows[2]), tuple(Fraction(v, op.DEN) for v in op.tran))

    @property
    def triplet(self) -> str:
        """As CIF writes it."""
        return ",".join(map(_row_text, self.rotation, self.translation))

    def apply(self, point: Vector) -> Vector:
        """Image of a fractional point."""
        x, y, z = (
            sum(float(r) * p for r, p in zip(row, point, strict=True)) + float(t)
            for row, t in zip(self.rotation, self.translation, strict=True)
        )
        return x, y, z

    def wrapped(self) -> Operation:
        """With the translation in [0, 1)."""
        return replace(self, translation=tuple(t % 1 for t in self.translation))


def _row_text(row: Rational, shift: Fraction) -> str:
    terms = "".join(_term(v, name) for v, name in zip(row, "xyz", strict=True) if v)
    return terms.removeprefix("+") + (f"{'-' if shift < 0 else '+'}{abs(shift)}" if shift else "")


def _term(factor: Fraction, name: str) -> str:
    """+x, -x, and +2*x as strongly sheared axes need it."""
    return ("-" if factor < 0 else "+") + (name if abs(factor) == 1 else f"{abs(factor)}*{name}")


def product_of(a: Matrix, b: Matrix) -> list[list[Fraction]]:
    """Matrix product."""
    return [[sum((a[i][k] * b[k][j] for k in range(3)), Fraction(0)) for j in range(3)] for i in range(3)]


def inverse_of(m: Matrix) -> list[list[Fraction]]:
    """By cofactors; raises ZeroDivisionError where the axes lie in a plane."""
    cofactor = [
        [
            m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3]
            - m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3]
            for j in range(3)
        ]
        for i in range(3)
    ]
    determinant = sum((m[0][j] * cofactor[0][j] for j in range(3)), Fraction(0))
    return [[cofactor[j][i] / determinant for j in range(3)] for i in range(3)]


def rows_of(matrix: Matrix) -> tuple[Rational, Rational, Rational]:
    """A 3 × 3 matrix as tuples."""
    first, second, third = ((row[0], row[1], row[2]) for row in matrix)
    return first, second, third
