"""The atom sites of a CIF block: elements, coordinates, occupancies and disorder marks, each checked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import gemmi
import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.quoting import shown
from core.chem.radii import COVALENT_RADII
from core.doubts import Doubt, doubt
from core.errors import TooLarge, UnreadableFile
from core.words import counted

_SITE_TAGS = (
    "label",
    "?type_symbol",
    "fract_x",
    "fract_y",
    "fract_z",
    "?occupancy",
    "?disorder_assembly",
    "?disorder_group",
    "?calc_flag",
)
_WATER_LABELS = re.compile(r"^(OW|WAT|HOH|H2O)", re.IGNORECASE)
_OCCUPANCY_SLACK = 0.02  # refined occupancies of 1.00(2) are honest


@dataclass(frozen=True, slots=True, eq=False)
class AtomSites:
    """The atom sites of one block as written, checked: n rows.

    Attributes:
        labels: labels of the file (hostile text).
        elements: element symbols, deuterium read as H.
        fractional: (n, 3) fractional coordinates.
        occupancy: (n,) in (0, 1].
        assembly: disorder assembly, empty for none.
        group: (n,) disorder group, 0 for none.
    """

    labels: tuple[str, ...]
    elements: tuple[str, ...]
    fractional: FloatArray
    occupancy: FloatArray
    assembly: tuple[str, ...]
    group: tuple[int, ...]


def site_prefix(block: gemmi.cif.Block) -> str | None:
    """How `block` spells the data names of its atom sites; None when it has none."""
    return next((p for p in ("_atom_site_", "_atom_site.") if block.find_loop(p + "fract_x")), None)


def _rows(block: gemmi.cif.Block) -> Iterator[dict[str, str]]:
    table = block.find(site_prefix(block) or "", list(_SITE_TAGS))
    names = [tag.lstrip("?") for tag in _SITE_TAGS]
    present = [index for index in range(len(names)) if table.has_column(index)]
    for row in table:
        yield {names[index]: row.str(index) for index in present}


def read_sites(block: gemmi.cif.Block, formula: str) -> tuple[AtomSites, int, tuple[Doubt, ...]]:
    """The sites, how many have no coordinates, and doubts; `formula` (stated) helps where only labels name elements.

    Raises:
        UnreadableFile: no labels, an unknown element, a coordinate or occupancy that cannot be.
        TooLarge: more than `settings.MAX_SITES` sites.
    """
    loop = block.find_loop((site_prefix(block) or "") + "label")
    if not loop:
        raise UnreadableFile("the atom sites have no labels (_atom_site_label).", advice="Add the column.")
    if len(loop) > settings.MAX_SITES:
        raise TooLarge(f"{len(loop)} atom sites, more than {settings.MAX_SITES}.", advice="Kramers judges molecules.")
    known = frozenset(re.findall(r"[A-Z][a-z]?", formula))
    rows, skipped, dropped, suppressed = [], 0, 0, 0
    for row in _rows(block):
        if row.get("calc_flag", "").lower() == "dum" or row["label"] in ("", "?", ".") or _is_no_atom(row):
            dropped += 1
        elif any(row[f"fract_{axis}"] in ("?", ".", "") for axis in "xyz"):
            skipped += 1
        elif row["label"].endswith("?"):  # exports of the CSD mark the minor atoms of a disordered group so
            suppressed += 1
        else:
            rows.append(row)
    sites, empty = _checked(rows, known)
    doubts = []
    if skipped:
        doubts.append(
            doubt(
                "sites-without-coordinates",
                f"Missing from the model: {counted(skipped, 'atom site')} without coordinates.",
            )
        )
    if suppressed:
        doubts.append(
            doubt(
                "sites-suppressed",
                f"Left out: {counted(suppressed, 'atom')} with a “?” after the label (the minor part of a disorder).",
            )
        )
    if dropped or empty:
        doubts.append(
            doubt("sites-dummy", f"Left out as dummies or of zero occupancy: {counted(dropped + empty, 'site')}.")
        )
    return sites, skipped, tuple(doubts)


def _is_no_atom(row: dict[str, str]) -> bool:
    """Whether a row without an element is a peak of the difference map (Q1) or the centre of a ring (Cg1)."""
    kind = _mark(row.get("type_symbol", "")).strip().capitalize()
    return kind in ("", "Q", "Cg") and re.fullmatch(r"(Q|Cg)\d+[A-Z]?", row["label"], re.IGNORECASE) is not None


def _checked(rows: list[dict[str, str]], known: frozenset[str]) -> tuple[AtomSites, int]:
    occupancy = np.array([_occupancy(row) for row in rows])
    kept = [row for row, share in zip(rows, occupancy, strict=True) if share > 0]
    if not kept:
        raise UnreadableFile("no atom site has coordinates.", advice="Upload the CIF of the refined structure.")
    sites = AtomSites(
        labels=tuple(row["label"] for row in kept),
        elements=tuple(element_of(row.get("type_symbol", ""), row["label"], known) for row in kept),
        fractional=np.array([[_coordinate(row, axis) for axis in "xyz"] for row in kept]),
        occupancy=np.minimum(occupancy[occupancy > 0], 1.0),
        assembly=tuple(_mark(row.get("disorder_assembly", "")) for row in kept),
        group=tuple(_group(row) for row in kept),
    )
    return sites, len(rows) - len(kept)


def _mark(text: str) -> str:
    return "" if text in ("?", ".") else text


def _group(row: dict[str, str]) -> int:
    text = _mark(row.get("disorder_group", ""))
    if re.fullmatch(r"[+-]?\d{1,4}", text):
        return int(text)
    return 1 + sum(ord(c) for c in text[:20]) if text else 0  # letters are allowed as group names


def _coordinate(row: dict[str, str], axis: str) -> float:
    number = gemmi.cif.as_number(row[f"fract_{axis}"])
    if not math.isfinite(number) or abs(number) > 1000:
        raise UnreadableFile(
            f"the {axis} coordinate of atom {shown(row['label'])} is not a number: {shown(row[f'fract_{axis}'])}.",
            advice="Mend that line.",
        )
    return number


def _occupancy(row: dict[str, str]) -> float:
    text = row.get("occupancy", ".")
    if text in ("?", ".", ""):
        return 1.0
    number = gemmi.cif.as_number(text)
    if not math.isfinite(number) or not 0 <= number <= 1 + _OCCUPANCY_SLACK:
        raise UnreadableFile(
            f"the occupancy of atom {shown(row['label'])} is {shown(text)}, outside 0 to 1.", advice="Mend that line."
        )
    return number


def element_of(type_symbol: str, label: str, known: frozenset[str] = frozenset()) -> str:
    """Element symbol of a site from its type symbol (``Dy3+``, ``Nd+3``), else from its label (``C12A``, ``Wat1``).

    `known` are the elements of the stated formula: they decide labels such as ``CO1`` (cobalt or a carbonyl C).

    Raises:
        UnreadableFile: no known element in either.
    """
    if type_symbol in COVALENT_RADII:  # nearly always
        return type_symbol
    plain = re.match(r"[A-Z][a-z](?![A-Za-z])", _mark(type_symbol).strip())
    if plain and plain[0] in COVALENT_RADII:  # a clear type symbol stands, whatever formula the file states
        return plain[0]
    for text in (_mark(type_symbol), label):
        element = _symbol(text, known)
        if element:
            return element
    raise UnreadableFile(
        f"atom {shown(label)} has no known element ({shown(type_symbol)}).", advice="Give _atom_site_type_symbol."
    )


def _symbol(text: str, known: frozenset[str]) -> str:
    letters = re.match(r"[A-Za-z]*", text.strip())
    run = letters[0] if letters else ""
    if _WATER_LABELS.match(run):
        return "O"
    candidates = [run[:2].capitalize(), run[:1].upper()]
    if len(run) > 1 and run[1].isupper() and len(run) > 2:
        candidates.reverse()  # "HOA", "CAB": a one-letter element with a suffix
    candidates = ["H" if c in ("D", "T") else c for c in candidates]
    valid = [c for c in candidates if c in COVALENT_RADII]
    return next((c for c in valid if c in known), valid[0] if valid else "")
