"""A finished run read again from its record: the molecule, and the files that other programs take."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.chem.export import to_xyz
from core.chem.molecule import Molecule
from core.magnetism.ions import Ion, lanthanide
from core.magnetism.stevens import Parameters
from core.qc.export import to_openmolcas, to_orca, to_phi
from core.qc.request import Request, read_request

Record = Mapping[str, Any]

_NAME = re.compile(r"B(\d)([+-]\d)\Z")


def request_of(record: Record) -> Request:
    """What was asked.

    Raises:
        InputError: the record is damaged.
    """
    return read_request(json.dumps(record["input"]))


def molecule_of(record: Record) -> Molecule:
    """The complex, with the bonds of its ion."""
    spec = request_of(record).spec
    bonds = np.array(sorted(sorted((spec.metal, donor)) for donor in spec.donors), dtype=np.int64)
    labels = tuple(f"{element}{number}" for number, element in enumerate(spec.elements, start=1))
    return Molecule(spec.elements, spec.positions.copy(), bonds, labels, spec.metal, spec.charge, 3)


def ion_of(record: Record) -> Ion:
    """The trivalent ion."""
    return lanthanide(record["ion"])


def parameters_of(record: Record, frame: str = "magnetic_frame_cm1") -> Parameters:
    """B_k^q [cm⁻¹] with the Stevens factor included; `frame` is an entry of ``crystal_field``."""
    named = ((_NAME.match(name), value) for name, value in record["crystal_field"][frame].items())
    return {(int(found[1]), int(found[2])): float(value) for found, value in named if found}


def xyz_file(record: Record) -> str:
    """The complex as XYZ."""
    return to_xyz(molecule_of(record))


def openmolcas_input(record: Record, title: str = "") -> str:
    """The same calculation for OpenMolcas."""
    return to_openmolcas(request_of(record).spec, title)


def orca_input(record: Record, title: str = "") -> str:
    """The same calculation for ORCA."""
    request = request_of(record)
    return to_orca(request.spec, request.multiplicities, title)


def phi_block(record: Record) -> str:
    """Crystal-field block of a PHI input.

    Raises:
        DomainError: Eu and Gd, whose ground multiplets have no Stevens factors.
    """
    return to_phi(parameters_of(record), ion_of(record))
