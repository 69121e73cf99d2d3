"""A finished run read again from its record: what was asked, the molecule, and what is taken home."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from core.chem.molecule import Molecule, numbered
from core.qc.hamiltonian import Spec
from core.qc.methods import of_run
from core.qc.outcome import Outcome
from core.qc.request import Request, read_request
from core.qc.stored_levels import Record


def request_of(record: Record) -> Request:
    """What was asked.

    Raises:
        InputError: the record is damaged.
    """
    return read_request(json.dumps(record["input"]))


def molecule_of(record: Record) -> Molecule:
    """The complex, with the bonds of its ion."""
    return molecule(request_of(record).spec)


def molecule(spec: Spec) -> Molecule:
    """The complex of a run, with the bonds of its ion."""
    bonds = np.array(sorted(sorted((spec.metal, donor)) for donor in spec.donors), dtype=np.int64)
    labels = numbered(spec.elements)
    return Molecule(spec.elements, spec.positions.copy(), bonds, labels, spec.metal, spec.charge, 3)


def outcome_of(
    record: Record,
    title: str,
    stem: str,
    provenance: Sequence[tuple[str, str]] = (),
    doubts: Iterable[str] = (),
) -> Outcome:
    """What is taken home of a finished run.

    Args:
        record: of a run with a result.
        title: what was computed (hostile text).
        stem: harmless beginning of the names of files.
        provenance: (name, value) lines, hostile text allowed.
        doubts: reasons to doubt it (hostile text).
    """
    methods, references = of_run(record)
    return Outcome(
        title=title,
        stem=stem,
        record=record,
        molecule=molecule_of(record),
        charge=record["input"]["charge"],
        theory=f"{record['levels']['level_of_theory']}: computed ab initio, not measured",
        methods=methods,
        references=references,
        doubts=tuple(doubts),
        provenance=tuple(provenance),
    )
