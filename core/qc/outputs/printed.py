"""Tables of numbers out of the text of an output. The text is hostile: what is missing is said in a sentence."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.errors import UnreadableFile

NUMBER: Final = r"[-+]?\d{1,12}\.\d{0,20}(?:[EeDd][-+]?\d{1,3})?"
"""A printed real number; bounded, so that no text makes the search slow."""

ADVICE: Final = "Give the whole output, as the program wrote it."


def after(text: str, heading: str) -> str:
    """What follows the first place of a heading.

    Raises:
        UnreadableFile: it is not there.
    """
    _, found, rest = text.partition(heading)
    if not found:
        raise UnreadableFile(f"the output has no section “{heading}”.", advice=ADVICE)
    return rest


def after_last(text: str, heading: str) -> str:
    """What follows the last place of a heading.

    Raises:
        UnreadableFile: it is not there.
    """
    _, found, rest = text.rpartition(heading)
    if not found:
        raise UnreadableFile(f"the output has no section “{heading}”.", advice=ADVICE)
    return rest


def rows(pattern: str, text: str, what: str) -> list[list[float]]:
    """Numbers at each # of every match of a pattern.

    Raises:
        UnreadableFile: there is none, or one is past all bounds; `what` says what was looked for.
    """
    found = re.findall(pattern.replace("#", f"({NUMBER})"), text)
    if not found:
        raise UnreadableFile(f"the output has no {what}.", advice=ADVICE)
    return [[real(x) for x in ((row,) if isinstance(row, str) else row)] for row in found]


def real(text: str) -> float:
    """A finite number, Fortran's exponents too.

    Raises:
        UnreadableFile: it is not.
    """
    try:
        value = float(text.replace("D", "E").replace("d", "e"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e12:
        raise UnreadableFile("the output holds a number that cannot be.", advice=ADVICE)
    return value


def rotation(found: list[list[float]], what: str) -> FloatArray:
    """(3, 3) orthonormal rows.

    Raises:
        UnreadableFile: they are not.
    """
    matrix = np.array(found)
    if matrix.shape != (3, 3) or not np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-3):
        raise UnreadableFile(f"the {what} are not three axes at right angles.", advice=ADVICE)
    return matrix


def ascending(levels: list[float]) -> FloatArray:
    """(k,) energies from 0 upwards.

    Raises:
        UnreadableFile: they go down, or do not begin at 0.
    """
    values = np.array(levels)
    if abs(values[0]) > 0.01 or (np.diff(values) < -0.01).any():
        raise UnreadableFile("the spin-orbit levels do not ascend from 0.", advice=ADVICE)
    return values
