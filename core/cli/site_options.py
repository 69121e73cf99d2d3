"""Options of single ions and of pairs as they are typed: ``Fe1=5/2``, ``Dy1-Dy2=-0.05``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.arguments import positive
from core.chem.sphere.metal_sites import Stated

_Value = TypeVar("_Value", int, float)

_SITE = r"[A-Za-z][A-Za-z0-9_'#]{0,11}"
_PAIR = re.compile(rf"({_SITE})-({_SITE})")


def add_stated(parser: argparse.ArgumentParser) -> None:
    """Options that overrule what is read of single metal ions."""
    for name, kind, example, words in (
        ("--oxidation", site_oxidation, "Fe1=3", "oxidation state of a metal ion"),
        ("--spin", site_spin, "Fe1=5/2", "S of a 3d ion"),
    ):
        parser.add_argument(name, type=kind, action="append", default=[], metavar=example, help=words)


def stated(options: argparse.Namespace) -> Stated:
    """What these options say."""
    return Stated(dict(options.oxidation), dict(options.spin))


def add_substitution(parser: argparse.ArgumentParser) -> None:
    """Which ions of a molecule with several metals are computed, and what stands in for the others."""
    parser.add_argument(
        "--all-sites", action="store_true",
        help="every lanthanide of the molecule, equal ones once; Lu, Zn or Ga stand in for other magnetic ions",
    )  # fmt: skip
    parser.add_argument(
        "--stand-in", action="append", default=[], choices=("Lu", "Y", "Zn", "Mg", "Ga", "Sc"),
        help="what stands in for Ln(III) (Lu), M(II) (Zn) or M(III) (Ga)",
    )  # fmt: skip
    add_stated(parser)


def pair_name(text: str) -> tuple[str, str]:
    """``Dy1-Dy2``."""
    match = _PAIR.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no pair of ions such as Dy1-Dy2")
    return match[1], match[2]


def pair_value(text: str) -> tuple[tuple[str, str], float]:
    """``Dy1-Dy2=-0.05``."""
    name, _, value = text.rpartition("=")
    return pair_name(name), _number(value, text)


def site_number(text: str) -> tuple[str, float]:
    """``Cu1=2.1``."""
    return _site(text, lambda value: _number(value, text))


def site_file(text: str) -> tuple[str, Path]:
    """``Dy1=result.json``."""
    name, sign, value = text.partition("=")
    if not sign or not value or re.fullmatch(_SITE, name) is None:
        raise argparse.ArgumentTypeError(f"{text!r} does not name an ion and a file, such as Dy1=result.json")
    return name, Path(value)


def site_count(text: str) -> tuple[str, int]:
    """``Dy1=2``."""
    return _site(text, positive)


def site_oxidation(text: str) -> tuple[str, int]:
    """``Fe1=3``."""

    def state(value: str) -> int:
        if value.strip() not in ("1", "2", "3", "4", "5", "6"):
            raise argparse.ArgumentTypeError(f"{text!r}: an oxidation state is 1 to 6")
        return int(value)

    return _site(text, state)


def site_spin(text: str) -> tuple[str, int]:
    """``Fe1=5/2``; returned as 2S."""

    def double(value: str) -> int:
        match = re.fullmatch(r"([0-9])(/2|\.5|\.0)?", value.strip())
        if match is None or int(match[1]) > 7:
            raise argparse.ArgumentTypeError(f"{text!r}: a spin is 0, 1/2, 1, 3/2 and so on, up to 7/2")
        number, end = int(match[1]), match[2] or ""
        two_s = number if end == "/2" else 2 * number + (end == ".5")
        if two_s > 7:
            raise argparse.ArgumentTypeError(f"{text!r}: a spin is 7/2 at most")
        return two_s

    return _site(text, double)


def number(text: str) -> float:
    """A finite number."""
    return _number(text, text)


def temperature(text: str) -> float:
    """A temperature above zero [K]."""
    value = _number(text, text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no temperature above zero")
    return value


def _site(text: str, read: Callable[[str], _Value]) -> tuple[str, _Value]:
    name, sign, value = text.rpartition("=")
    if not sign or re.fullmatch(_SITE, name) is None:
        raise argparse.ArgumentTypeError(f"{text!r} does not name an ion and its value, such as Fe1=3")
    return name, read(value)


def _number(value: str, text: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in a number") from None
    if not np.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in a finite number")
    return number
