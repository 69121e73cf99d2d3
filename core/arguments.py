"""Options that several commands of ``kramers`` take."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def add_complex(parser: argparse.ArgumentParser) -> None:
    """Which complex is meant, where a file or a ligand leaves a choice, and how its doublets are computed."""
    parser.add_argument("--metal", metavar="LN", help="lanthanide to build with (default: Dy), or expected in a file")
    parser.add_argument("--charge", type=int, metavar="Q", help="total charge, where a file leaves it in doubt")
    parser.add_argument("--block", help="data block of a CIF (default: the first with atoms)")
    parser.add_argument("--component", type=positive, metavar="K", help="independent molecule of a CIF, from 1")
    parser.add_argument("--site", type=positive, metavar="K", help="magnetic site of a CIF, from 1")
    parser.add_argument("--preset", default="standard", choices=("fast", "standard", "fine"), help="basis sets")
    parser.add_argument("--multiplicities", default="all", choices=("all", "high-spin"), help="spins that interact")
