"""From the bytes of a CIF to one checked crystal block: cell, operators, sites. gemmi parses; the judgement is ours.

Source of the data names: the IUCr core dictionary (https://www.iucr.org/resources/cif/dictionaries/cif_core).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import gemmi
import numpy as np

from core import settings
from core.chem.cif_symmetry import Symmetry, read_symmetry
from core.chem.molecule import FloatArray
from core.chem.radii import COVALENT_RADII
from core.errors import InputError, TooLarge, UnreadableFile

_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a zip archive (or an office document)",
    b"%PDF": "a PDF document",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
}
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
_THINNEST_CELL = 1.0  # Å between lattice planes; a hydrogen atom alone takes more
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


@dataclass(frozen=True, slots=True, eq=False)
class CrystalBlock:
    """One data block that holds a crystal structure.

    Attributes:
        name: name of the block (hostile text).
        lattice: (3, 3) rows are the cell vectors a, b, c [Å].
        cell: a, b, c [Å], α, β, γ [°].
        symmetry: the operators.
        sites: the atom sites.
        formula_sum: ``_chemical_formula_sum`` as written, empty when absent.
        formula_moiety: ``_chemical_formula_moiety`` as written, empty when absent.
        formula_units: ``_cell_formula_units_Z``, None when absent or unreadable.
        skipped: sites without coordinates.
        doubts: sentences for the report.
    """

    name: str
    lattice: FloatArray
    cell: tuple[float, float, float, float, float, float]
    symmetry: Symmetry
    sites: AtomSites
    formula_sum: str
    formula_moiety: str
    formula_units: int | None
    skipped: int
    doubts: tuple[str, ...]


def decode(data: bytes) -> str:
    """Text of a CIF: UTF-8 (with or without byte-order mark), UTF-16 with one, else Latin-1; line ends made ``\\n``.

    Raises:
        TooLarge: more bytes than `settings.MAX_FILE_BYTES`.
        UnreadableFile: empty, an archive, a document or other binary data.
    """
    if len(data) > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // 1_000_000
        raise TooLarge(
            f"the file has {len(data) / 1e6:.0f} MB, more than the {limit} MB that are read.",
            advice="Remove embedded reflection data (_shelx_hkl_file, _refln loops) and try again.",
        )
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFile(f"this is {kind}, not a CIF.", advice="Unpack or export it as a plain CIF text file.")
    text = _text(data)
    if not text.strip():
        raise UnreadableFile("the file is empty.", advice="Export the structure again.")
    if "\x00" in text[:100_000]:
        raise UnreadableFile("the file holds binary data, not text.", advice="Export the structure as a CIF text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(data: bytes) -> str:
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parse(data: bytes) -> list[gemmi.cif.Block]:
    """Data blocks that hold atom sites, in file order.

    Raises:
        UnreadableFile: not a CIF, damaged, or without any atom site.
        TooLarge: past a limit of `core.settings`.
    """
    text = decode(data)
    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        raise UnreadableFile(_parser_sentence(str(error), text), advice="Export it again or mend that line.") from None
    if len(document) > settings.MAX_BLOCKS:
        raise TooLarge(
            f"the file has {len(document)} data blocks, more than {settings.MAX_BLOCKS}.", advice="Split it."
        )
    blocks = [block for block in document if _has_sites(block)]
    if not blocks:
        raise UnreadableFile(_no_atoms_sentence(document), advice="Upload the CIF of the refined structure.")
    return blocks


def _parser_sentence(message: str, text: str) -> str:
    if not re.search(r"(?im)^\s*data_", text):
        return "this is not a CIF: no line starts with data_."
    line = re.search(r"string:(\d+)", message)
    reason = re.sub(r"^string:?[\d:()]*\s*(in \S+:)?\s*", "", message).strip()
    reason = re.sub(r"[^\x20-\x7e]", "?", reason)[:120]
    version = " (it declares CIF 2, whose triple quotes and lists are not read)" if "#\\#CIF_2" in text[:200] else ""
    return f"the file is not valid CIF{version}: {reason}{f', line {line[1]}' if line else ''}."


def _no_atoms_sentence(document: gemmi.cif.Document) -> str:
    if any(block.find_loop("_atom_site.Cartn_x") for block in document):
        return "this is a macromolecular (mmCIF) file; Kramers reads small-molecule CIFs."
    if any(block.find_loop("_refln_index_h") for block in document):
        return "the file holds reflections (structure factors) but no atom sites."
    return "the file holds no atom sites with fractional coordinates (_atom_site_fract_x)."


def _prefix(block: gemmi.cif.Block) -> str | None:
    return next((p for p in ("_atom_site_", "_atom_site.") if block.find_loop(p + "fract_x")), None)


def _has_sites(block: gemmi.cif.Block) -> bool:
    return _prefix(block) is not None


def value(block: gemmi.cif.Block, *tags: str) -> str:
    """First of `tags` that has a value in `block`, unquoted; empty when none has."""
    for tag in tags:
        for name in (tag, _dotted(tag)):
            raw = block.find_value(name)
            if raw and raw not in ("?", "."):
                return gemmi.cif.as_string(raw).strip()
    return ""


def _dotted(tag: str) -> str:
    """DDLm spelling of a core data name: ``_cell_length_a`` is ``_cell.length_a``."""
    for category in ("_cell", "_space_group_symop", "_space_group", "_chemical_formula"):
        if tag.startswith(category + "_"):
            return f"{category}.{tag[len(category) + 1 :]}"
    return tag


def read_block(block: gemmi.cif.Block) -> CrystalBlock:
    """Check one block and turn it into a record.

    Raises:
        UnreadableFile: cell, coordinates, elements or occupancies that cannot be.
        BadSymmetry: operators that cannot be read or contradict the cell.
        TooLarge: sites × operators past the limit.
    """
    cell, lattice = _cell(block)
    symmetry = read_symmetry(block, lattice)
    formula = value(block, "_chemical_formula_sum")
    sites, skipped, doubts = _sites(block, formula)
    expanded = len(sites.labels) * len(symmetry.rotations)
    if expanded > settings.MAX_EXPANDED_ATOMS:
        raise TooLarge(
            f"{len(sites.labels)} sites × {len(symmetry.rotations)} symmetry operators make {expanded} atoms in the "
            f"cell, more than {settings.MAX_EXPANDED_ATOMS}.",
            advice="Kramers judges molecules, not nets or proteins.",
        )
    z = value(block, "_cell_formula_units_Z", "_cell_formula_units_z")
    return CrystalBlock(
        name=block.name,
        lattice=lattice,
        cell=cell,
        symmetry=symmetry,
        sites=sites,
        formula_sum=formula,
        formula_moiety=value(block, "_chemical_formula_moiety"),
        formula_units=int(z) if z.isdigit() and 0 < int(z) < 1000 else None,
        skipped=skipped,
        doubts=(*symmetry.doubts, *doubts),
    )


def _cell(block: gemmi.cif.Block) -> tuple[tuple[float, float, float, float, float, float], FloatArray]:
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    numbers = [gemmi.cif.as_number(value(block, f"_cell_{name}") or "?") for name in names]
    for name, number in zip(names, numbers, strict=True):
        if not math.isfinite(number) or not 0 < number < 1e4:
            raise UnreadableFile(f"the cell constant _cell_{name} is missing or not a number.", advice="Add it.")
    a, b, c, alpha, beta, gamma = numbers
    unit = gemmi.UnitCell(a, b, c, alpha, beta, gamma)
    if not math.isfinite(unit.volume) or not 10.0 <= unit.volume <= 1e6:
        raise UnreadableFile(
            f"the unit cell has a volume of {unit.volume:.3g} Å³; a molecular crystal has 10 to 1,000,000 Å³.",
            advice="Check the cell constants.",
        )
    lattice = np.array(unit.orth.mat.tolist(), dtype=float).T.copy()
    spacing = float(1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0).max())
    if spacing < _THINNEST_CELL:  # axes all but parallel: no crystal, and a search for contacts without end
        raise UnreadableFile(
            f"the cell constants leave lattice planes {spacing:.2g} Å apart; no molecule fits between them.",
            advice="Check the cell lengths and angles.",
        )
    return (a, b, c, alpha, beta, gamma), lattice


def _rows(block: gemmi.cif.Block) -> Iterator[dict[str, str]]:
    table = block.find(_prefix(block) or "", list(_SITE_TAGS))
    names = [tag.lstrip("?") for tag in _SITE_TAGS]
    present = [index for index in range(len(names)) if table.has_column(index)]
    for row in table:
        yield {names[index]: row.str(index) for index in present}


def _sites(block: gemmi.cif.Block, formula: str) -> tuple[AtomSites, int, tuple[str, ...]]:
    loop = block.find_loop((_prefix(block) or "") + "label")
    if not loop:
        raise UnreadableFile("the atom sites have no labels (_atom_site_label).", advice="Add the column.")
    if len(loop) > settings.MAX_SITES:
        raise TooLarge(f"{len(loop)} atom sites, more than {settings.MAX_SITES}.", advice="Kramers judges molecules.")
    known = frozenset(re.findall(r"[A-Z][a-z]?", formula))
    rows, skipped, dropped = [], 0, 0
    for row in _rows(block):
        if row.get("calc_flag", "").lower() == "dum" or row["label"] in ("", "?", "."):
            dropped += 1
        elif any(row[f"fract_{axis}"] in ("?", ".", "") for axis in "xyz"):
            skipped += 1
        else:
            rows.append(row)
    sites, empty = _checked(rows, known)
    doubts = []
    if skipped:
        doubts.append(f"{skipped} atom sites have no coordinates and are missing from the model.")
    if dropped or empty:
        doubts.append(f"{dropped + empty} dummy atoms or sites of zero occupancy were left out.")
    return sites, skipped, tuple(doubts)


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


def shown(text: str) -> str:
    """A piece of the file made fit for a sentence: printable ASCII, at most 24 characters, in quotes."""
    clean = re.sub(r"[^\x20-\x7e]", "?", text)
    return f"“{clean[:24]}{'…' if len(clean) > 24 else ''}”"


def element_of(type_symbol: str, label: str, known: frozenset[str] = frozenset()) -> str:
    """Element symbol of a site from its type symbol (``Dy3+``, ``Nd+3``), else from its label (``C12A``, ``Wat1``).

    `known` are the elements of the stated formula: they decide labels such as ``CO1`` (cobalt or a carbonyl C).

    Raises:
        UnreadableFile: no known element in either.
    """
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


def choose_block(blocks: list[gemmi.cif.Block], name: str | None) -> gemmi.cif.Block:
    """The block called `name`, or the first when `name` is None.

    Raises:
        InputError: no such block.
    """
    if name is None:
        return blocks[0]
    for block in blocks:
        if block.name == name:
            return block
    raise InputError(
        f"there is no data block {shown(name)} with atoms in the file.", advice="Choose one that it lists."
    )
