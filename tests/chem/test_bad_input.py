"""Bad input: each a sentence that says what and where, in time and in little memory, and the batch goes on."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core import settings
from core.doubts import codes
from core.workflows.predict import predict
from core.workflows.prediction import Status
from tests.cifs import Crystal, Operation, Site, Spelling, from_cif, spell

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 500
GOOD = (ROOT / "assets" / "examples" / "dy-h2o5-opme3-2.cif").read_bytes()
DIMER = (ROOT / "assets" / "examples" / "dy2-methoxide-acac4.cif").read_bytes()


def crystal() -> Crystal:
    return from_cif(GOOD.decode())


def without_metal() -> bytes:
    whole = crystal()
    return spell(replace(whole, sites=tuple(s for s in whole.sites if s.element in "CHO"), formula="", moiety=""))


def cobalt() -> bytes:
    whole = crystal()
    return spell(
        replace(
            whole,
            sites=(replace(whole.sites[0], label="Co1", element="Co"), *whole.sites[1:]),
            formula=whole.formula.replace("Dy", "Co"),
            moiety="",
        )
    )


def chain() -> bytes:
    """Dy–O–Dy–O… along a, two waters on each metal."""
    sites = (
        Site("Dy1", "Dy", (0.0, 0.5, 0.5)),
        Site("O1", "O", (0.5, 0.5, 0.5)),
        Site("O2", "O", (0.0, 0.74, 0.5)),
        Site("O3", "O", (0.0, 0.26, 0.5)),
    )
    return spell(Crystal((4.5, 10.0, 10.0, 90.0, 90.0, 90.0), (Operation.read("x,y,z"),), sites))


def split_metal() -> bytes:
    whole = crystal()
    metal = whole.sites[0]
    x, y, z = metal.fract
    halves = (
        replace(metal, label="Dy1A", occupancy=0.5, group="1"),
        replace(metal, label="Dy1B", occupancy=0.5, group="2", fract=(x + 0.06, y, z)),
    )
    return spell(replace(whole, sites=(*halves, *whole.sites[1:])))


def in_cubic_cell(sites: int) -> bytes:
    """Random carbon and one Dy in Fm-3m, 192 operators: small file, millions of atoms."""
    generator = random.Random(1)
    symbols = ["Dy", *["C"] * (sites - 1)]
    rows = "\n".join(
        f"{symbol}{n} {symbol} " + " ".join(f"{generator.random():.4f}" for _ in range(3))
        for n, symbol in enumerate(symbols)
    )
    cell = "\n".join(
        f"_cell_{tag}"
        for tag in ("length_a 90", "length_b 90", "length_c 90", "angle_alpha 90", "angle_beta 90", "angle_gamma 90")
    )
    tags = "\n".join(f"_atom_site_{tag}" for tag in ("label", "type_symbol", "fract_x", "fract_y", "fract_z"))
    return f"data_big\n{cell}\n_space_group_name_H-M_alt 'F m -3 m'\nloop_\n{tags}\n{rows}\n".encode()


def zipped(name: str = "a.cif") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, GOOD)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Case:
    """What is fed, and what the sentence must speak of."""

    make: Callable[[], bytes]
    status: Status
    says: str


def changed(old: str, new: str) -> Callable[[], bytes]:
    def make() -> bytes:
        data = re.sub(old.encode(), new.encode(), GOOD, flags=re.M)
        assert data != GOOD
        return data

    return make


CASES = {
    "no metal": Case(without_metal, Status.REFUSED, "metal"),
    "no lanthanide": Case(cobalt, Status.REFUSED, "lanthanide|Co"),
    "several metals": Case(lambda: DIMER, Status.REFUSED, "several magnetic ions.*Dy1"),
    "polymer": Case(chain, Status.REFUSED, "endless|polymer"),
    "disorder at the metal": Case(split_metal, Status.REFUSED, "disorder"),
    "operator that is none": Case(changed(r"'-x,-y,-z'", "'-x,banana,-z'"), Status.ERROR, "operator 3"),
    "operator without z": Case(changed(r"'-x,-y,-z'", "'-x,-y'"), Status.ERROR, "operator 3"),
    "20,000 sites in Fm-3m": Case(lambda: in_cubic_cell(20_000), Status.ERROR, "20000|20,000|3840000"),
    "4,900 sites in Fm-3m": Case(lambda: in_cubic_cell(4_900), Status.ERROR, "940800|940,800|operators"),
    "random bytes": Case(lambda: random.Random(1).randbytes(50_000), Status.ERROR, "binary|not text|not a CIF"),
    "PNG": Case(lambda: b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(9_000), Status.ERROR, "PNG|binary|not a CIF"),
    "broken gzip": Case(lambda: gzip.compress(GOOD)[:200], Status.ERROR, "gzip or zip archive is damaged"),
    "broken zip": Case(lambda: zipped()[:200], Status.ERROR, "gzip or zip archive is damaged"),
    "zip without a structure": Case(lambda: zipped("notes.txt"), Status.ERROR, "holds no structure"),
    "100 MB": Case(lambda: GOOD + b"#" * 100_000_000, Status.ERROR, "MB"),
    "100 MB of quotes": Case(lambda: GOOD + b"'" * 100_000_000, Status.ERROR, "MB"),
    "empty": Case(lambda: b"", Status.ERROR, "empty"),
    "blank": Case(lambda: b" \r\n\t\n" * 100, Status.ERROR, "empty|no data block|no atom"),
    "comments only": Case(lambda: b"# nothing\n" * 100, Status.ERROR, "empty|no data block|no atom"),
    "no atoms": Case(lambda: b"data_a\n_cell_length_a 10\n", Status.ERROR, "atom"),
    "a PDB file": Case(
        lambda: b"HEADER    PROTEIN\nATOM      1  N   MET A   1      27.340  24.430   2.614\nEND\n",
        Status.ERROR,
        "CIF|parse|data",
    ),
    "no cell": Case(changed(r"^_cell_length_a .*\n", ""), Status.ERROR, "_cell_length_a"),
    "flat cell": Case(changed(r"^_cell_angle_beta .*", "_cell_angle_beta 180"), Status.ERROR, "cell|volume"),
    "metal without coordinates": Case(changed(r"^Dy1 Dy \S+", "Dy1 Dy ?"), Status.REFUSED, "metal|lanthanide"),
    "two atoms in one place": Case(
        changed(
            r"^(C1 C \S+ \S+ \S+.*)$",
            r"\1\nC99 C 0.1 0.1 0.1 1 . .\n"
            r"N99 N 0.1 0.1 0.1 1 . .",
        ),
        Status.ERROR,
        "N99.*C99|C99.*N99",
    ),
    "unknown element": Case(changed(r"^Cl1 Cl", "Xx1 Xx"), Status.ERROR, "Xx"),
    "number that is none": Case(changed(r"^O1 O \S+", "O1 O nan"), Status.ERROR, "O1"),
    "occupancy of two": Case(changed(r"^(O1 O \S+ \S+ \S+) 1 ", r"\1 2 "), Status.ERROR, "O1.*occupancy|occupancy.*O1"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_answered_by_a_sentence_that_says_what_is_wrong(name: str) -> None:
    case = CASES[name]
    data = case.make()
    start = time.process_time()
    prediction = predict(data, f"{name}.cif")
    assert time.process_time() - start < SECONDS
    assert prediction.status is case.status, prediction.message
    assert re.search(case.says, prediction.message), prediction.message
    assert prediction.message.endswith((".", "!")) and "\n" not in prediction.message
    assert prediction.levels is None


def test_missing_hydrogens_are_doubted_and_never_invented() -> None:
    whole = crystal()
    bare = predict(spell(replace(whole, sites=tuple(s for s in whole.sites if s.element != "H"))), "bare.cif")
    assert bare.status is Status.OK and bare.molecule is not None
    assert "H" not in bare.molecule.elements
    assert "hydrogens-added" in codes(bare.doubts) or "hydrogens-missing" in codes(bare.doubts)


def test_a_clear_type_symbol_outweighs_the_stated_formula() -> None:
    prediction = predict(GOOD.replace(b"\nDy1 Dy ", b"\nCo1 Co "), "cobalt.cif")
    assert prediction.status is Status.REFUSED
    assert "Co" in prediction.report.formula_found.split()
    assert prediction.report.formula_agrees is False


SPELLINGS = {
    "CRLF": Spelling(newline="\r\n"),
    "CR": Spelling(newline="\r"),
    "BOM": Spelling(bom=True),
    "BOM and CRLF": Spelling(bom=True, newline="\r\n"),
    "Latin-1": Spelling(encoding="latin-1", comment="Müller, Ångström"),
    "CIF2 header": Spelling(comment="\\#CIF_2.0"),
    "UTF-16": Spelling(encoding="utf-16"),
    "UTF-8 beyond Latin-1": Spelling(comment="結晶 Dy³⁺"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_harmless_spelling_is_read_as_the_same_crystal(name: str) -> None:
    plain, other = predict(spell(crystal()), "a.cif"), predict(spell(crystal(), SPELLINGS[name]), "a.cif")
    assert other.status is Status.OK, other.message
    assert plain.levels is not None and other.levels is not None
    assert abs(plain.levels.energies - other.levels.energies).max() < 1e-6


def test_cif2_syntax_is_read_or_named() -> None:
    data = b"#\\#CIF_2.0\n" + GOOD + b'_note """three\nquotes"""\n_list [1 2 3]\n_table {"a":1}\n'
    prediction = predict(data, "two.cif")
    assert prediction.status is Status.OK or re.search(r"CIF ?2", prediction.message), prediction.message


@pytest.mark.parametrize(
    "block",
    [
        "</script><script>alert(1)</script>",
        "<img/src=x/onerror=alert(1)>",
        "a" * 5_000,
        "=cmd|'/C_calc'!A0",
        "![x](http://x)",
    ],
)
def test_a_hostile_block_name_does_no_harm_to_the_record(block: str) -> None:
    prediction = predict(GOOD.replace(b"data_dy-h2o5-opme3-2", f"data_{block}".encode()), "a.cif")
    assert prediction.status is Status.OK, prediction.message
    assert "\n" not in prediction.message and len(prediction.message) < 1_000
    json.dumps(prediction.to_dict(), allow_nan=False)


HOSTILE_NAMES = (
    "<script>.cif",
    "$(touch pwned).cif",
    "a b;c&d.cif",
    "-rf.cif",
    "=1+1.cif",
    "\u202efic.cif",
    "new\nline.cif",
    "quote'\".cif",
    "x" * 200 + ".cif",
)


def test_a_batch_with_hostile_names_and_bad_files_goes_on_to_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in HOSTILE_NAMES:
        (folder / name).write_bytes(GOOD)
    small = {name: case for name, case in CASES.items() if "MB" not in name}
    for number, case in enumerate(small.values()):
        (folder / f"bad{number}.cif").write_bytes(case.make())
    with (folder / "huge.cif").open("wb") as huge:
        huge.truncate(100_000_000)
    (folder / "folder.cif").mkdir()
    (folder / "dangling.cif").symlink_to(folder / "nowhere")
    table = tmp_path / "table.csv"
    command = [sys.executable, "-m", "core.cli", "screen", str(folder), "--out", str(table), "--jobs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    ok = [row for row in rows if row["status"] == "ok" and not row["site"]]  # two lines are the ions of one molecule
    assert len(ok) == len(HOSTILE_NAMES)
    assert len(rows) >= len(HOSTILE_NAMES) + len(small) + 1
    assert all(row["message"] for row in rows)
    assert not (ROOT / "pwned").exists()


def test_the_command_line_refuses_a_huge_file_without_reading_it(tmp_path: Path) -> None:
    huge = tmp_path / "huge.cif"
    with huge.open("wb") as file:
        file.truncate(20 * settings.MAX_FILE_BYTES)
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", "predict", str(huge), "--json"],
        cwd=ROOT,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    (record,) = json.loads(done.stdout)
    assert done.returncode == 1
    assert record["status"] == "error" and "MB" in record["message"]


PEAK = """
from pathlib import Path
from core.workflows.predict import predict
from tests.chem.test_bad_input import CASES
for name, case in CASES.items():
    predict(case.make(), name)
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux' /proc")
def test_all_bad_input_together_stays_below_the_memory_limit() -> None:
    """VmHWM, not ru_maxrss: the latter starts at the peak of the process that forked this one."""
    command = [sys.executable, "-c", PEAK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) / 1000 < MEGABYTES
