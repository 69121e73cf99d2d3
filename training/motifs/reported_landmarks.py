"""Landmarks of the second list: reported complexes whose structure a recipe gives without doubt; never trained on.

The rule by which they were chosen from SIMDAVIS (`core.learned.simdavis`), written down before any model saw one of
them. A sample is taken if

1. it is undiluted, and χ″ was measured in zero field;
2. its ion is one that the models know (not Gd);
3. its formula in the table names one mononuclear complex whose ligands all stand in
   `training.motifs.landmarks.LIGANDS`, homoleptic or of at most three kinds, none of them bridging, no other metal;
4. no choice between isomers is left open (no cis/trans, no fac/mer of monodentate ligands in an octahedron);
5. all undiluted samples of the table with this formula and ion agree about slow relaxation;
6. it is not among the 36 of the first list;
7. its atoms fit together as `training.motifs.motif` builds them, and read back with the coordination number and donor
   elements of the table. Left out for that: [Ln(Cp′)₃], [Ln(Cpttt)₂Cl], [Tb(CpiPr₅)₂]⁺, [Dy(12-crown-4)(H₂O)₅]³⁺.

Of one compound at most four ions are taken, in the order Dy, Tb, Er, Ho, Tm, Yb, Nd, Sm, Pr. Distances are no one's
measurement: the mean of `training.motifs.ligands` for Dy and the difference of ionic radii. π ligands stand
opposite each other, three of them in a plane; all other ligands settle or take the corners of the polyhedron named.

The file names number and DOI of a sample; its verdict is read from the user's copy of the table and stands nowhere
here. Half of the list is put aside: compounds in the order of the SHA-256 of their formula, but for those that
`benchmarks.validation.measured` computes, until half of all entries are unseen. They are to be opened once, when a
network is chosen that was not chosen with them in view.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.chem.sphere.coordination import CoordinationSphere
from core.errors import InputError
from core.fields.environment import Environment, environment_of
from core.learned.descriptors import ChemicalDescriptors, sight_of
from core.learned.simdavis import Sample
from core.resources import shipped
from training.motifs.landmarks import Landmark, Step, atoms_of, steps_of

FILE: Final = shipped("assets/landmarks") / "reported.json"

MEASURED: Final = frozenset(
    {
        "[Ln(W5O18)2]9-", "[Ln(COT)2]-", "[Ln(Cp*)(COT)]", "[Ln(C5H5BH)(COT)]", "[Ln(Cpttt)2]+",
        "[Ln(Cy3PO)2(H2O)5]3+", "[Ln(tBuPO(NHiPr)2)2(H2O)5]3+",
    }
)  # fmt: skip
"""Compounds that `benchmarks.validation.measured` computes: always in the open half."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportedEntry:
    """What is known before anything is built.

    Attributes:
        id: ion and compound.
        compound: formula with Ln for the ion; the ions of one compound stand in one half.
        ion: element symbol.
        sample, doi: of SIMDAVIS.
        polyhedron, steps, charge: as in `training.motifs.landmarks.Entry`.
    """

    id: str
    compound: str
    ion: str
    sample: int
    doi: str
    polyhedron: str
    steps: tuple[Step, ...]
    charge: int


@dataclass(frozen=True, slots=True, eq=False)
class ReportedLandmark:
    """An entry and its atoms: (n,) symbols, the ion first at the origin, and (n, 3) positions [Å]."""

    entry: ReportedEntry
    elements: tuple[str, ...]
    positions: FloatArray
    sphere: CoordinationSphere

    @property
    def environment(self) -> Environment:
        """As the models read it."""
        return environment_of(self.elements, self.positions, self.sphere, self.entry.id)


def reported_entries(path: Path = FILE) -> tuple[ReportedEntry, ...]:
    """The whole list, both halves."""
    rows = json.loads(path.read_text(encoding="utf-8"))["landmarks"]
    return tuple(
        ReportedEntry(
            **{name: row[name] for name in ("id", "compound", "ion", "sample", "doi", "charge")},
            polyhedron=row["recipe"].get("polyhedron", ""),
            steps=steps_of(row["recipe"]),
        )
        for row in rows
    )


def halves(entries: Sequence[ReportedEntry]) -> tuple[tuple[ReportedEntry, ...], tuple[ReportedEntry, ...]]:
    """The open half and the one put aside."""
    aside: set[str] = set()
    compounds = sorted({entry.compound for entry in entries} - MEASURED, key=_hash)
    for compound in compounds:
        if 2 * sum(entry.compound in aside for entry in entries) < len(entries):
            aside.add(compound)
    opened = tuple(entry for entry in entries if entry.compound not in aside)
    return opened, tuple(entry for entry in entries if entry.compound in aside)


def _hash(compound: str) -> str:
    return hashlib.sha256(compound.encode()).hexdigest()


def built_reported(entry: ReportedEntry) -> ReportedLandmark:
    """The atoms of one entry.

    Raises:
        DomainError: see `training.motifs.landmarks.built`.
    """
    whole = atoms_of(entry)
    return ReportedLandmark(entry, whole.elements, whole.positions, whole.sphere)


def sight_of_landmark(landmark: Landmark | ReportedLandmark) -> ChemicalDescriptors | None:
    """What is seen of it before any physics; None for an ion that the literature's table has not."""
    elements, sphere = landmark.elements, landmark.sphere
    bonds = np.zeros((0, 2), dtype=np.int64)
    charge = landmark.entry.charge
    return sight_of(Molecule(elements, landmark.positions, bonds, elements, sphere.metal, charge, 3), sphere)


def verdicts(entries: Iterable[ReportedEntry], samples: Sequence[Sample]) -> dict[str, bool]:
    """Slow relaxation in zero field of each entry, by its id.

    Raises:
        InputError: the table has another sample there, or says nothing of slow relaxation.
    """
    by_number = {sample.number: sample for sample in samples}
    return {entry.id: _verdict(entry, by_number.get(entry.sample)) for entry in entries}


def _verdict(entry: ReportedEntry, sample: Sample | None) -> bool:
    if sample is None or (sample.doi, sample.sight.ion) != (entry.doi, entry.ion) or sample.slow is None:
        raise InputError(
            f"sample {entry.sample} is not {entry.id} of doi:{entry.doi} with a measured χ″.",
            where="SIMDAVIS",
            advice="Take the table of the paper, unchanged.",
        )
    return sample.slow
