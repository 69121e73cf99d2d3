"""``kramers verify`` as a user runs it: table, JSON, files of a folder, exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.chem.handed_complex import Complex
from core.qc import command
from core.qc.command import Source, verify
from core.qc.export import to_openmolcas
from core.qc.hamiltonian import PRESETS
from core.qc.report import as_text
from core.qc.request import MEMORY_MB, read_request
from core.qc.spin_orbit_states import Multiplicities
from core.qc.tunnelling_barrier import criteria_of, criterion_barrier
from tests.schema.valid import valid

ROOT = Path(__file__).parents[2]
FILES = ["checkpoint.npz", "complex.xyz", "crystal_field.crf", "molcas.input", "orca.inp", "request.json"]
FLUORIDE = "2\n{comment}\nCe 0 0 0\nF 0 0 {distance}\n"


def fluoride(folder: Path, comment: str = "CeF charge=+2", distance: str = "2.1") -> Path:
    """CeF²⁺."""
    path = folder / "ce-f.xyz"
    path.write_text(FLUORIDE.format(comment=comment, distance=distance), encoding="utf-8")
    return path


pytestmark = pytest.mark.xdist_group("qc run")  # so that what they share is computed once


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """A run in a process of its own that prints JSON."""
    folder = tmp_path_factory.mktemp("verify")
    command = [sys.executable, "-m", "core.cli", "verify", str(fluoride(folder)), "--preset", "fast", "--threads", "1"]
    arguments = [*command, "--json", "--out", str(folder / "out")]
    yield folder / "out", subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def record(done) -> dict[str, Any]:
    return dict(json.loads(done[1].stdout))


def test_standard_output_is_one_json_object(done, record) -> None:
    assert done[1].returncode == 0, done[1].stderr
    assert done[1].stdout.count("\n") == 1
    assert (
        record["status"] == "ok"
        and record["source"] == "ce-f.xyz"
        and valid(record, "VerificationRecord")["schema"] == 2
    )


def test_the_object_has_the_entries_that_are_promised(record) -> None:
    promised = "method energy_hartree converged checks levels spin_free_cm1 chiT timings_s"
    assert {*promised.split(), "memory_mb", "recipe", "provenance", "input", "versions", "doubts"} <= set(record)
    doublet = record["levels"]["doublets"][0]
    assert {"energy_cm1", "g", "easy_axis", "mj_weights", "tunnelling_criterion_deg"} <= set(doublet)
    assert doublet["tunnelling_criterion_deg"] == criteria_of(record)[0]
    assert record["criterion_barrier_cm1"] == criterion_barrier(record)
    assert len(record["levels"]["doublets"]) == 3
    assert set(record["chiT"]) == {"T_K", "cm3_K_per_mol"} and "total" in record["timings_s"]


def test_the_folder_holds_result_inputs_and_complex(done, record) -> None:
    folder, _ = done
    assert sorted(path.name for path in folder.iterdir()) == [*FILES, "result.json", "result.txt"]
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == record
    assert (folder / "result.txt").read_text(encoding="utf-8") == as_text(record)
    request = read_request((folder / "request.json").read_text(encoding="utf-8"))
    assert (folder / "molcas.input").read_text(encoding="utf-8") == to_openmolcas(request.spec, "ce-f.xyz")
    assert "charge=+2" in (folder / "complex.xyz").read_text(encoding="utf-8")
    assert (folder / "crystal_field.crf").read_text(encoding="utf-8").startswith("****Crystal")


def test_the_table_has_a_line_for_every_doublet_and_says_that_it_is_computed(record) -> None:
    lines = as_text(record).splitlines()
    assert "Computed, not measured" in lines[0] and "CeF, charge +2" in lines[0]
    energies = [float(line.split()[1]) for line in lines if line[:3].strip().isdigit()]
    assert energies == pytest.approx([d["energy_cm1"] for d in record["levels"]["doublets"]], abs=0.05)
    assert "100 % |±5/2⟩" in as_text(record) and "rule of thumb" in as_text(record)
    assert all(len(line) <= 120 for line in lines)


def test_without_json_the_table_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], done: tuple[Path, object]
) -> None:
    arguments = ["verify", str(fluoride(tmp_path)), "--preset", "fast", "--threads", "1", "--out", str(done[0])]
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert "E/cm⁻¹" in out and "Traceback" not in out
    assert json.loads((done[0] / "result.json").read_text(encoding="utf-8"))["resumed"]


@pytest.mark.parametrize(
    ("comment", "distance", "arguments", "message"),
    [
        ("", "2.1", ["--charge", "1"], "odd number of electrons"),
        ("", "3.97", ["--charge", "2"], "not in bohr"),
        ("", "0.1", ["--charge", "2"], "Å apart"),
        ("", "2.1", ["--charge", "2", "--metal", "Dy"], "no “Dy” in the file"),
        ("", "2.1", ["--charge", "2", "--memory", "50"], "too little"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(
    comment: str,
    distance: str,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = fluoride(tmp_path, comment, distance)
    assert cli.main(["verify", str(path), "--preset", "fast", "--json", "--out", str(tmp_path / "o"), *arguments]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["status"] == "refused" and message in record["reason"]
    assert not (tmp_path / "o").exists()


def test_a_failed_run_leaves_its_reason_and_the_inputs(tmp_path: Path) -> None:
    source = Source(fluoride(tmp_path), None, "fast", charge=0)
    record = verify(source, "all", MEMORY_MB, 1, tmp_path / "out")
    assert record["status"] == "failed" and "charge" in record["reason"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"result.json", "result.txt", "molcas.input", "orca.inp"} <= names and "crystal_field.crf" not in names
    assert "No result: " in as_text(record) and "formal charges" in as_text(record)


@pytest.mark.parametrize("name", ["none.xyz", "none.cif", "molecule.pdb", "."])
def test_a_file_that_is_not_there_or_of_another_kind_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "molecule.pdb").write_text("ATOM", encoding="utf-8")
    assert cli.main(["verify", str(tmp_path / name)]) == 1
    assert "No result: " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["x.xyz", "--smiles", "[F-]"]])
def test_neither_or_both_of_file_and_ligand_is_wrong_usage(arguments: list[str]) -> None:
    assert cli.main(["verify", *arguments]) == 2


@pytest.mark.parametrize("arguments", [["--preset", "huge"], ["--multiplicities", "low"], ["--charge", "one"]])
def test_options_that_do_not_exist_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["verify", "x.xyz", *arguments])
    assert stop.value.code == 2


def test_a_folder_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    arguments = ["verify", str(fluoride(tmp_path)), "--preset", "fast", "--out", str(tmp_path / "file" / "out")]
    assert cli.main(arguments) == 2


def test_the_command_line_offers_what_the_engine_has() -> None:
    """Written out there, since asking the engine would load PySCF for every command."""
    text = cli._parser().format_help()
    assert "verify" in text
    for preset in PRESETS:
        assert cli._parser().parse_args(["verify", "x", "--preset", preset]).preset == preset
    for spins in Multiplicities:
        assert cli._parser().parse_args(["verify", "x", "--multiplicities", spins]).multiplicities == spins.value
    assert cli._parser().parse_args(["verify", "x"]).memory == MEMORY_MB


def test_all_sites_are_computed_one_after_the_other_each_into_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engine itself is left out; what it is asked is what counts here."""
    asked: list[tuple[str, str, Path]] = []

    def verify_complex(source: object, given: Complex, *more: Any) -> dict[str, Any]:
        assert given.site is not None
        asked.append((given.site.label, given.origin, more[3]))
        return {"status": "ok"}

    monkeypatch.setattr(command, "verify_complex", verify_complex)
    molecule = str(Path(__file__).parents[1] / "molecules" / "dy2-asymmetric.xyz")
    assert cli.main(["verify", molecule, "--all-sites", "--json", "--out", str(tmp_path)]) == 0
    assert asked == [(f"Dy{k}", "given, 1 Dy as Lu", tmp_path / f"Dy{k}") for k in (1, 2)]
    assert capsys.readouterr().out == '{"status": "ok"}\n' * 2
    assert cli.main(["verify", molecule, "--all-sites", "--site", "1"]) == 2
    assert cli.main(["verify", str(tmp_path / "none.xyz"), "--all-sites", "--json"]) == 1
