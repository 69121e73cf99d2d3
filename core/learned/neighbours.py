"""The reported complexes that look most like one, from a copy of SIMDAVIS that the user names ($KRAMERS_SIMDAVIS).

Kramers ships no row of that table (`core.learned.simdavis`). SIMDAVIS has no structures, so likeness is that of what is
seen before any physics (`core.learned.descriptors`); the rule stands in `unlikeness`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from core import settings
from core.chem.molecule import Molecule
from core.chem.sphere.coordination import CoordinationSphere
from core.errors import KramersError
from core.learned.descriptors import ChemicalDescriptors, sight_of
from core.learned.simdavis import SOURCE, Sample, read_simdavis
from core.schema.results import ReportedRecord

GAPS: Final = Path(__file__).with_name("tables") / "reported_gaps.json"

ION: Final = 100.0
DONORS: Final = 3.0
KIND: Final = 3.0
SITE: Final = 1.0
LIGAND: Final = 0.25
UNKNOWN: Final = 1.0
DILUTED: Final = 0.1

HOW_TO_GET: Final = (
    "The nearest reported complexes, with DOI, U_eff and T_hyst, are listed here once KRAMERS_SIMDAVIS names your own "
    f"copy of SIMDAVIS ({SOURCE}, doi:10.1038/s41467-022-35336-9, tab-separated), of which Kramers ships no row."
)


@dataclass(frozen=True, slots=True)
class Near:
    """A reported sample and how unlike it is (`unlikeness`)."""

    sample: Sample
    unlikeness: float


@dataclass(frozen=True, slots=True)
class Known:
    """A reported complex whose gap Kramers has computed from a structure (`benchmarks.validation.measured`).

    Attributes:
        name: ours, of the complex.
        gap: first gap by the electrostatic model [cm⁻¹].
        barrier: U_eff as the user's copy of the table has it [K].
        field: in which it was measured [Oe]; None for zero.
    """

    name: str
    gap: float
    barrier: float
    field: float | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a copy of the table has.

    Attributes:
        near: the nearest samples, the most alike first; empty for an ion that the table has not.
        known: complexes of the table with a gap of ours, to be plotted.
        fault: why the copy cannot be read, a sentence (hostile text); empty where it can.
    """

    near: tuple[Near, ...] = ()
    known: tuple[Known, ...] = ()
    fault: str = ""

    def records(self) -> list[ReportedRecord]:
        """For JSON."""
        return [_record(near) for near in self.near]


def nearest_reported(molecule: Molecule, sphere: CoordinationSphere) -> Nearest | None:
    """What the user's copy of the table has of complexes like a structure; None where no copy is named."""
    file = settings.simdavis_file()
    if file is None:
        return None
    try:
        samples = _samples(file, _version(file))
    except KramersError as error:
        return Nearest(fault=error.sentence)
    sight = sight_of(molecule, sphere)
    return Nearest(() if sight is None else nearest(sight, samples), known_gaps(samples))


def nearest(
    sight: ChemicalDescriptors, samples: Sequence[Sample], count: int = settings.MAX_NEAREST
) -> tuple[Near, ...]:
    """The samples that look most like a complex; of equals those first that report more, then by their number."""

    def order(near: Near) -> tuple[float, int, int]:
        sample = near.sample
        said = (sample.barrier is not None) + (sample.hysteresis is not None) + (sample.slow is not None)
        return near.unlikeness, -said, sample.number

    return tuple(sorted((Near(sample, unlikeness(sight, sample.sight)) for sample in samples), key=order)[:count])


def unlikeness(one: ChemicalDescriptors, other: ChemicalDescriptors) -> float:
    """How unlike two complexes look, 0 for no visible difference; the rule in words:

    - another ion weighs `ION`, more than all else together: the same ion comes first;
    - every step of the coordination number weighs `SITE`, one that is not known `UNKNOWN`;
    - other donor elements weigh `DONORS`, as much as three steps of the coordination number;
    - another family (`core.learned.descriptors.Kind`) weighs `KIND`;
    - every ligand more or less weighs `LIGAND`, so that denticity tells equals apart;
    - another dilution weighs `DILUTED`, so that of two samples of one compound the undiluted one comes first beside a
      crystal.

    The weights are a judgement, not fitted to anything.
    """
    return (
        ION * (one.ion != other.ion)
        + SITE * _steps(one.sites, other.sites)
        + DONORS * (one.donors is not other.donors)
        + KIND * (one.kind is not other.kind)
        + LIGAND * _steps(one.ligands, other.ligands)
        + DILUTED * (bool(one.diluted) is not bool(other.diluted))
    )


def _steps(one: int | None, other: int | None) -> float:
    return UNKNOWN if one is None or other is None else float(abs(one - other))


def known_gaps(samples: Sequence[Sample], table: Path = GAPS) -> tuple[Known, ...]:
    """Complexes whose gap we computed and whose barrier the table has: found by number, ion and DOI."""
    by_number = {sample.number: sample for sample in samples}
    found = []
    for row in json.loads(table.read_text(encoding="utf-8"))["rows"]:
        sample = by_number.get(row["sample"])
        if sample is None or sample.barrier is None or (sample.sight.ion, sample.doi) != (row["ion"], row["doi"]):
            continue
        found.append(Known(row["name"], row["gap_cm1"], sample.barrier, sample.field))
    return tuple(found)


@lru_cache(maxsize=2)
def _samples(file: Path, version: tuple[int, int]) -> tuple[Sample, ...]:
    """The copy, read again when it was changed."""
    return read_simdavis(file)


def _version(file: Path) -> tuple[int, int]:
    """Time and size of a file; zeros where there is none, which the reader then says."""
    try:
        known = file.stat()
    except OSError:
        return 0, 0
    return known.st_mtime_ns, known.st_size


def _record(near: Near) -> ReportedRecord:
    sample, sight = near.sample, near.sample.sight
    return {
        "sample": sample.number,
        "compound": sample.compound,
        "ion": sight.ion,
        "coordination_number": sight.sites,
        "donors": str(sight.donors),
        "kind": str(sight.kind),
        "diluted": sight.diluted,
        "slow_in_zero_field": sample.slow,
        "ueff_K": sample.barrier,
        "field_Oe": sample.field,
        "t_hyst_K": sample.hysteresis,
        "doi": sample.doi,
        "unlikeness": round(near.unlikeness, 2),
        "source": SOURCE,
    }
