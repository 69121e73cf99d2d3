"""A molecule without a crystal as a crystal of its own: one copy in an empty box, so that one way serves both."""

from __future__ import annotations

import re

import numpy as np

from core.chem.crystal.cif import CrystalBlock, decode
from core.chem.crystal.sites import AtomSites
from core.chem.crystal.symmetry import Symmetry
from core.chem.io.geometry_file import GeometryFile, kind_of, read_geometry
from core.errors import UnreadableFile

_APART = 15.0
"""Empty space between the molecule and its images [Å]: no contact reaches across."""


def read_as_geometry(data: bytes, name: str) -> GeometryFile | None:
    """The molecule of a file that is no CIF by its name or its words; None for what may be one.

    Raises:
        UnreadableFile: damaged.
        TooLarge: past a limit of `core.settings`.
    """
    if name.lower().endswith((".cif", ".mcif")):
        return None
    text = decode(data)
    kind = kind_of(name, text)
    if not kind and name.lower().endswith((".out", ".log")) and not re.search(r"(?im)^\s*data_", text):
        raise UnreadableFile(
            "this output holds no geometry of ORCA or OpenMolcas.",
            advice="Outputs of these two programs are read; export what another program made as XYZ.",
        )
    return read_geometry(text, kind) if kind else None


def boxed(geometry: GeometryFile, charge: int | None) -> CrystalBlock:
    """The molecule in a P 1 box; `charge` [e] overrules what the file states."""
    low, size = geometry.positions.min(axis=0), np.ptp(geometry.positions, axis=0) + _APART
    a, b, c = size.tolist()
    count = len(geometry.elements)
    sites = AtomSites(
        labels=geometry.labels,
        elements=geometry.elements,
        fractional=(geometry.positions - low) / size,
        occupancy=np.ones(count),
        assembly=("",) * count,
        group=(0,) * count,
    )
    return CrystalBlock(
        name="",
        lattice=np.diag(size),
        cell=(a, b, c, 90.0, 90.0, 90.0),
        symmetry=_none(geometry.kind),
        sites=sites,
        formula_sum="",
        formula_moiety="",
        formula_units=1,
        skipped=0,
        doubts=(),
        charge=geometry.charge if charge is None else charge,
        alone=True,
    )


def _none(kind: str) -> Symmetry:
    identity = np.eye(3, dtype=np.int64)[None]
    return Symmetry(identity, np.zeros((1, 3)), f"none: a molecule without a crystal ({kind})")
