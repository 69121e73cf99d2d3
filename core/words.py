"""Numbers in sentences."""

from __future__ import annotations

from typing import Final

_SMALL: Final = ("no", "one", "two", "three", "four", "five", "six")

_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 ligand, 2 ligands, 1,200 ligands."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def spelled(number: int) -> str:
    """``two``; digits from seven on."""
    return _SMALL[number] if number < len(_SMALL) else str(number)


def raised(number: int) -> str:
    """``⁵``."""
    return str(number).translate(_SUPERSCRIPTS)


def percent(share: float) -> str:
    """A probability: ``98 %``, and neither 0 nor 100 % of what is not certain."""
    return "> 99 %" if share > 0.99 else "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"
