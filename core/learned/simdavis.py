"""SIMDAVIS, the table of lanthanide single-ion magnets reported up to 2019, as its authors publish it.

Y. Duan, L. E. Rosaleny, J. T. Coutinho et al., Nat. Commun. 2022, 13, 7626, doi:10.1038/s41467-022-35336-9. Kramers
ships no row of it: whoever has a copy names it. It is read strictly, for a shifted column would give figures that look
right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from core import settings
from core.errors import InputError, UnreadableFile
from core.learned.descriptors import IONS, SITES, ChemicalDescriptors, Donors, Kind

T = TypeVar("T")

SOURCE: Final = "Duan et al., Nat. Commun. 2022, 13, 7626"

COLUMNS: Final = (
    "sample_ID", "compound", "chemical_family", "Ln_ion", "concentration", "coordination_number", "number_of_ligands",
    "coordination_elements", "X_im_max", "Ueff", "T_hyst", "DOI",
)  # fmt: skip
"""Columns that are read; others may stand beside them, in any order."""

FIELD: Final = "H"
"""Column of the field that slow relaxation took [Oe]; read where it is there, as in the table of the paper."""

MISSING: Final = "NA"

SHOWN_FAULTS: Final = 5
"""Faults that are quoted; the others are counted."""

_ADVICE: Final = "Fetch the table of the paper again, tab-separated, or mend these lines."

_DONORS: Final = {
    "Oxygen": Donors.OXYGEN,
    "Nitrogen": Donors.NITROGEN,
    "Oxygen+Nitrogen": Donors.OXYGEN_NITROGEN,
    "Carbon (aromatic rings)": Donors.RINGS,
    "Others": Donors.OTHERS,
}
_FAMILIES: Final = {
    "LnPc2": Kind.DOUBLE_DECKER,
    "POM": Kind.POLYOXOMETALATE,
    "TM near Ln": Kind.OTHER_METAL,
    "Radical": Kind.RADICAL,
    "Metallocene": Kind.METALLOCENE,
    **dict.fromkeys(("Mixed Ligands", "Schiff Base", "Diketonate", "Other Families"), Kind.NONE),
}
_RELAXATION: Final = {
    "T_B3 > 2K": True,
    "Freq-dependent X''": True,
    "No Freq-dependent X''": False,
    "Not Measured": None,
}
_IONS: Final = {f"{ion}3+": ion for ion in IONS}


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured sample.

    Attributes:
        number: of the sample in the table.
        compound: as the authors write it (hostile text).
        sight: what is seen of it before any physics.
        slow: whether χ″ depends on the frequency in zero field; None where it was not measured.
        barrier: U_eff [K] as reported, in zero field or in a small one; None where none was.
        hysteresis: highest temperature with an open hysteresis loop [K]; None where none was reported.
        doi: of the paper (hostile text).
        field: in which the barrier was measured [Oe]; None for zero field, or where the table does not tell.
    """

    number: int
    compound: str
    sight: ChemicalDescriptors
    slow: bool | None
    barrier: float | None
    hysteresis: float | None
    doi: str
    field: float | None = None


def read_simdavis(path: Path) -> tuple[Sample, ...]:
    """All samples of a copy of the table.

    Raises:
        UnreadableFile: no such file, or no text.
        InputError: a column is missing, or rows hold what they should not; the first faults are quoted by line.
    """
    header, *lines = (line.rstrip("\r") for line in _text(path).split("\n"))  # not splitlines: cells hold odd spaces
    names = header.split("\t")
    lacking = [name for name in COLUMNS if names.count(name) != 1]
    if lacking:
        raise InputError(
            f"the first line should name the columns of SIMDAVIS once each, separated by tabs; amiss: "
            f"{', '.join(lacking)}.",
            where=path.name,
            advice="Fetch the table of the paper again, tab-separated.",
        )
    samples: dict[int, Sample] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        try:
            sample = _sample(_cells(names, line))
            if sample.number in samples:
                raise ValueError(f"sample_ID {sample.number} stands there a second time")
            samples[sample.number] = sample
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
    if faults:
        raise InputError(_complaint(faults), where=path.name, advice=_ADVICE)
    if not samples:
        raise InputError("there is no sample below the names of the columns.", where=path.name, advice=_ADVICE)
    return tuple(samples.values())


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > settings.MAX_FILE_BYTES:
            limit = settings.MAX_FILE_BYTES / 1e6
            raise InputError(f"the file has more than {limit:.0f} MB.", where=path.name, advice="SIMDAVIS has one.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"byte {error.start} is no UTF-8 text.", where=path.name, advice="Save the table as tab-separated UTF-8."
        ) from error


def _complaint(faults: list[str]) -> str:
    shown, more = "; ".join(faults[:SHOWN_FAULTS]), len(faults) - SHOWN_FAULTS
    count = "one line does" if len(faults) == 1 else f"{len(faults)} lines do"
    return f"{count} not hold what SIMDAVIS has there: {shown}{f'; and {more} more' if more > 0 else ''}."


def _cells(names: list[str], line: str) -> dict[str, str]:
    cells = line.split("\t")
    if len(cells) != len(names):
        raise ValueError(f"{len(cells)} cells under {len(names)} columns")
    return dict(zip(names, (cell.strip() for cell in cells), strict=True))


def _sample(cells: Mapping[str, str]) -> Sample:
    """One row.

    Raises:
        ValueError: which cell holds what it should not.
    """
    concentration = _known(cells, "concentration", _percent)
    sight = ChemicalDescriptors(
        ion=_word(cells, "Ln_ion", _IONS),
        sites=_known(cells, "coordination_number", _sites),
        donors=_word(cells, "coordination_elements", _DONORS),
        ligands=_known(cells, "number_of_ligands", _whole),
        kind=_word(cells, "chemical_family", _FAMILIES),
        diluted=None if concentration is None else concentration < 100,
    )
    return Sample(
        number=_cell(cells, "sample_ID", _whole),
        compound=cells["compound"],
        sight=sight,
        slow=_word(cells, "X_im_max", _RELAXATION),
        barrier=_known(cells, "Ueff", _positive),
        hysteresis=_known(cells, "T_hyst", _positive),
        doi=_cell(cells, "DOI", _doi),
        field=_known(cells, FIELD, _field) if FIELD in cells else None,
    )


def _word(cells: Mapping[str, str], column: str, words: Mapping[str, T]) -> T:
    if cells[column] not in words:
        raise ValueError(f"{column} is “{cells[column][:40]}”, not one of {', '.join(words)}")
    return words[cells[column]]


def _known(cells: Mapping[str, str], column: str, read: Callable[[str], T]) -> T | None:
    return None if cells[column] == MISSING else _cell(cells, column, read)


def _cell(cells: Mapping[str, str], column: str, read: Callable[[str], T]) -> T:
    try:
        return read(cells[column])
    except ValueError:
        wanted = {
            _whole: "a whole number above 0",
            _sites: f"a coordination number from {SITES[0]} to {SITES[-1]}",
            _percent: "a percentage above 0, up to 100",
            _positive: "a temperature above 0 K",
            _field: "a field above 0 Oe",
            _doi: "a DOI, which begins with 10.",
        }[read]  # type: ignore[index]
        raise ValueError(f"{column} is “{cells[column][:40]}”, not {wanted}") from None


def _positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise ValueError
    return value


def _field(text: str) -> float:
    return _positive(text)


def _percent(text: str) -> float:
    value = _positive(text)
    if value > 100:
        raise ValueError
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def _sites(text: str) -> int:
    value = _whole(text)
    if value not in SITES:
        raise ValueError
    return value


def _doi(text: str) -> str:
    if not text.startswith("10."):
        raise ValueError
    return text.lower()
