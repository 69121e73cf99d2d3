"""From the bytes of a CIF to one checked crystal block: cell, operators, sites. gemmi parses; the judgement is ours.

Source of the data names: the IUCr core dictionary (https://www.iucr.org/resources/cif/dictionaries/cif_core).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import gemmi
import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.crystal.repair import read_document
from core.chem.crystal.sites import AtomSites, read_sites, site_prefix
from core.chem.crystal.symmetry import Symmetry, read_symmetry
from core.chem.quoting import shown
from core.chem.radii import MAGNETIC_LANTHANIDES
from core.doubts import Doubt
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
CHARGE_TAG = "_kramers_cell_charge"
"""Data name of our own: charge of all molecules in the cell of an exported CIF [e]."""

_THINNEST_CELL = 1.0  # Å between lattice planes; a hydrogen atom alone takes more


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
        charge: of the whole cell [e]: 0 for a crystal; of a molecule alone what is stated, None where nothing is.
        doubts: about it.
        alone: whether this is a molecule without a crystal, in a box of our own.
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
    doubts: tuple[Doubt, ...]
    charge: int | None = 0
    alone: bool = False


def decode(data: bytes) -> str:
    """Text of a CIF: UTF-8 (with or without byte-order mark), UTF-16 with one, else Latin-1; line ends made ``\\n``.

    Raises:
        TooLarge: more bytes than `settings.MAX_FILE_BYTES`.
        UnreadableFile: empty, an archive, a document or other binary data.
    """
    if settings.MAX_FILE_BYTES < len(data) <= settings.MAX_RAW_BYTES:
        data = without_reflections(data)
    if len(data) > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // 1_000_000
        raise TooLarge(
            f"the file has {len(data) / 1e6:.0f} MB, more than the {limit} MB that are read.",
            advice="Embedded reflections are left out already; split the file and try again.",
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


_REFLECTION_TEXT = re.compile(rb"^(_\w*(?:hkl|fab|res|fcf|refln|reflections)\w*)\s*\n;.*?^;", re.MULTILINE | re.DOTALL)
_REFLECTION_LOOP = re.compile(rb"^loop_\s*\n(?:\s*_refln_\S+\s*\n)+(?:[ \t]*[^\s_#;ld].*\n)+", re.MULTILINE)


def without_reflections(data: bytes) -> bytes:
    """The file without the reflections and refinement files that programs embed in it."""
    return _REFLECTION_LOOP.sub(b"", _REFLECTION_TEXT.sub(rb"\1 ?", data.replace(b"\r\n", b"\n")))


def _text(data: bytes) -> str:
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Data blocks that hold atom sites, in file order, and doubts about the file."""

    blocks: list[gemmi.cif.Block]
    doubts: tuple[Doubt, ...]


def parse(data: bytes) -> Parsed:
    """Data blocks that hold atom sites, in file order.

    Raises:
        UnreadableFile: not a CIF, damaged, or without any atom site.
        TooLarge: past a limit of `core.settings`.
    """
    text = decode(data)
    try:
        document, doubts = read_document(text)
    except (ValueError, RuntimeError) as error:
        raise UnreadableFile(_parser_sentence(str(error), text), advice="Export it again or mend that line.") from None
    if len(document) > settings.MAX_BLOCKS:
        raise TooLarge(
            f"the file has {len(document)} data blocks, more than {settings.MAX_BLOCKS}.", advice="Split it."
        )
    blocks = [block for block in document if site_prefix(block)]
    if not blocks:
        raise UnreadableFile(_no_atoms_sentence(document), advice="Upload the CIF of the refined structure.")
    return Parsed(blocks, doubts)


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
    if any(block.find_loop("_atom_site_Cartn_x") for block in document):
        return "the file gives Cartesian coordinates (_atom_site_Cartn_x) only; fractional ones are read."
    if any(block.find_loop("_refln_index_h") for block in document):
        return "the file holds reflections (structure factors) but no atom sites."
    return "the file holds no atom sites with fractional coordinates (_atom_site_fract_x)."


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
    sites, skipped, doubts = read_sites(block, formula)
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
        charge=_charge(block),
    )


def _charge(block: gemmi.cif.Block) -> int | None:
    """Charge of the cell [e] where Kramers wrote the file, which leaves counter-ions out; else 0, as of any crystal."""
    text = block.find_value(CHARGE_TAG)
    if not text:
        return 0
    return int(text) if re.fullmatch(r"[+-]?\d{1,4}", text) else None


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


def choose_block(blocks: list[gemmi.cif.Block], name: str | None) -> gemmi.cif.Block:
    """The block called `name`; when `name` is None, the first with a magnetic lanthanide, or the first of all.

    Raises:
        InputError: no such block.
    """
    if name is None:
        return next((block for block in blocks if len(blocks) > 1 and _is_magnetic(block)), blocks[0])
    for block in blocks:
        if block.name == name:
            return block
    raise InputError(
        f"there is no data block {shown(name)} with atoms in the file.", advice="Choose one that it lists."
    )


def _is_magnetic(block: gemmi.cif.Block) -> bool:
    """Whether the atom sites of a block name a lanthanide with an open 4f shell; a block that cannot be read names
    none."""
    try:
        sites, _, _ = read_sites(block, value(block, "_chemical_formula_sum"))
    except InputError:
        return False
    return not MAGNETIC_LANTHANIDES.isdisjoint(sites.elements)
