"""The oracle: Debian's cod-tools cut molecules out of a CIF with code that shares nothing with ours."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import gemmi

from core.chem.molecule import hill_formula

PROGRAM = shutil.which("cif_molecule")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What cif_molecule says: Hill formulas of its molecules, whether it calls one polymeric, its complaints."""

    formulas: tuple[str, ...]
    polymer: bool
    complaint: str


def verdict(path: Path, *options: str, seconds: float = 120.0) -> Verdict:
    """Run cif_molecule on one file; disordered groups give one molecule for each alternative."""
    assert PROGRAM is not None
    done = subprocess.run([PROGRAM, *options, str(path)], capture_output=True, text=True, timeout=seconds, check=False)
    blocks = list(gemmi.cif.read_string(done.stdout)) if done.stdout.strip() else []
    polymer = any("yes" in (block.find_value("_cod_molecule_is_polymer") or "") for block in blocks)
    return Verdict(tuple(_formula(block) for block in blocks), polymer, _complaint(done.stderr))


def _complaint(messages: str) -> str:
    """The first error, without the file's name."""
    return next((line.partition("ERROR, ")[2] for line in messages.splitlines() if "ERROR, " in line), "")


def _formula(block: gemmi.cif.Block) -> str:
    elements: list[str] = []
    for part in gemmi.cif.as_string(block.find_value("_chemical_formula_sum") or "").split():
        symbol = part.rstrip("0123456789.")
        elements += [symbol] * int(float(part[len(symbol) :] or 1))
    return hill_formula(elements)
