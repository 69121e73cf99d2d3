"""A built complex written for other programs, by the ending of the file's name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from core.chem.io.export import to_cif, to_xyz
from core.chem.io.molfile import to_molfile
from core.workflows.build import Built

WRITERS: Final[Mapping[str, Callable[[Built], str]]] = MappingProxyType(
    {
        ".xyz": lambda built: to_xyz(built.complex.molecule),
        ".mol": lambda built: to_molfile(built.complex.molecule, built.complex.anatomy),
        ".cif": lambda built: to_cif(built.complex.molecule),
        ".json": lambda built: json.dumps(built.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n",
    }
)
"""Geometry as XYZ, MOL (V3000 with dative bonds) and CIF (in an empty box), everything as JSON."""
