"""A ligand built, judged and measured: the record, its files, and ``kramers build``."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from core import cli
from core.chem.build.checks import Flaw, RejectedComplex
from core.chem.build.complex import PROTOCOL
from core.chem.io.structure import read_structure
from core.chem.ligand.ligand import ligand_from_text
from core.errors import DomainError
from core.settings import MAX_MOLFILE_CHARACTERS
from core.workflows import build as module
from core.workflows.build import ADVICE, Built, ComplexRequest, NotBuilt, build_from_text
from core.workflows.build_files import WRITERS
from core.workflows.learned_gap import in_words, learned_gap, record_of
from core.workflows.prediction import Status
from tests.hostile import hostile_strings

SECONDS = 1.0

_DATE = re.compile(r'"date": "[^"]*"')
"""Of the two runs, a second apart."""


@pytest.fixture(scope="module")
def phenoxides() -> Built:
    built = build_from_text("[O-]c1ccccc1")
    assert isinstance(built, Built)
    return built


@pytest.fixture(scope="module")
def mixed() -> Built:
    """Methoxide on +z, fluoride on −z."""
    built = build_from_text("C[O-]", "[F-]")
    assert isinstance(built, Built)
    return built


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    status = cli.main(["build", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_gap_that_the_engine_would_find_stands_beside_the_electrostatic_one(phenoxides: Built) -> None:
    said = phenoxides.to_dict()["learned_gap"]
    low, high = said["interval_90_cm1"]
    assert low < said["gap_cm1"] < high
    assert said["gap_cm1"] == pytest.approx(phenoxides.learned.gap, abs=0.05)
    assert said["labels"] >= 100
    assert said["error_cm1"] < said["class_mean_error_cm1"]


def test_no_gap_is_learned_of_two_different_ligands_or_other_ions(mixed: Built) -> None:
    said = mixed.to_dict()["learned_gap"]
    assert said["gap_cm1"] is None
    assert said["reason"] == "it learned from complexes with two equal axial ligands alone"


def test_the_gap_is_said_with_what_it_is_worth_and_its_lack_with_a_reason(
    phenoxides: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(
        r"First gap, learned from \d+ runs of the engine, not measured: \d+ cm⁻¹ \(90 %: \d+ to \d+; on scaffolds left "
        r"out \d+ off on average, the mean of the donor class \d+\)\.( It lies above .*)?",
        in_words(record_of(phenoxides.learned)),
    )

    def failing(*_: object) -> None:
        raise DomainError("the GFN2-xTB wave function does not converge.")

    monkeypatch.setattr("core.learned.built_gap.descriptors", failing)
    recipe, levels = phenoxides.recipe, phenoxides.prediction.levels
    said = learned_gap(phenoxides.complex, recipe.ligands, recipe.metal, recipe.equatorial, levels)
    words = in_words(record_of(said))
    assert words == "No gap learned from the engine: the GFN2-xTB wave function does not converge."


def lengths(xyz: str) -> np.ndarray:
    rows = np.array([[float(x) for x in line.split()[1:]] for line in xyz.splitlines()[2:]])
    return np.linalg.norm(rows, axis=1)


def test_a_phenoxide_becomes_a_judged_complex_with_its_geometry(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "complex.xyz"
    status, record = run(capsys, "[O-]c1ccccc1", "--out", str(out))
    assert (status, record["status"], record["charge"]) == (0, "ok", 1)
    assert record["protocol"] == PROTOCOL
    assert next(iter(record["shape"])) == "PBPY-7"  # type: ignore[call-overload]
    axial, equatorial = record["distances_A"]["axial"], record["distances_A"]["equatorial"]  # type: ignore[index]
    assert (len(axial), len(equatorial)) == (2, 5)
    assert max(axial) < min(equatorial)
    assert record["angles_deg"]["donor_metal_donor"] > 170  # type: ignore[index]
    assert record["levels"] is not None
    assert record["doubts"]
    assert out.read_text(encoding="utf-8") == record["xyz"]
    assert out.read_text(encoding="utf-8").splitlines()[0] == "40"


def test_the_command_takes_a_common_name_and_writes_its_smiles(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = run(capsys, "fluoride")
    assert (status, record["axial"][0]["smiles"]) == (0, "[F-]")  # type: ignore[index]
    status, record = run(capsys, "tert-butoxid")
    assert (status, record["status"]) == (1, "error") and "tert-butoxide" in str(record["message"])


def test_the_record_has_every_field_and_says_that_nothing_was_measured(phenoxides: Built) -> None:
    record = phenoxides.to_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    for name in ("buried_volume_percent", "donor_charge_e", "frontier_gap_eV", "sa_score", "axial"):
        assert len(record[name]) == 2  # type: ignore[arg-type]
    assert "not measured" in str(record["message"])
    assert "GFN2-xTB geometry" in str(record["message"])


def test_the_distances_of_the_record_are_those_of_its_xyz(phenoxides: Built) -> None:
    record = phenoxides.to_dict()
    distances = record["distances_A"]
    seven = sorted(distances["axial"] + distances["equatorial"])  # type: ignore[index]
    assert np.sort(lengths(str(record["xyz"])))[1:8] == pytest.approx(seven, abs=1e-4)


def test_two_different_ligands_are_each_measured_on_their_own_side(mixed: Built) -> None:
    first, second = mixed.complex.axial_donors
    elements, positions = mixed.complex.molecule.elements, mixed.complex.molecule.relative_positions
    assert (elements[first], elements[second]) == ("O", "F")
    assert positions[first][2] > 0 > positions[second][2]
    assert mixed.buried[0] > mixed.buried[1]
    methoxide, fluoride = mixed.electronics
    assert methoxide is not None and fluoride is not None
    assert fluoride.donor_charge == pytest.approx(-1, abs=1e-6)
    assert fluoride.frontier_gap is None
    assert mixed.recipe.stem == "Dy-water5-CH3O-F"


def test_the_cif_of_a_complex_reads_back_as_the_same_complex(phenoxides: Built) -> None:
    structure = read_structure(WRITERS[".cif"](phenoxides).encode())
    molecule = phenoxides.complex.molecule
    assert (structure.molecule.formula, structure.molecule.charge) == (molecule.formula, molecule.charge)
    assert structure.molecule.oxidation_state == 3
    assert structure.report.left_out == ()
    read = sorted(donor.distance for donor in structure.sphere.donors)
    assert read == pytest.approx(sorted((*phenoxides.geometry.axial, *phenoxides.geometry.equatorial)), abs=1e-4)


def test_the_mol_file_of_a_complex_reads_back_with_seven_dative_bonds(phenoxides: Built) -> None:
    block = WRITERS[".mol"](phenoxides)
    mol = Chem.MolFromMolBlock(block, removeHs=False)
    molecule = phenoxides.complex.molecule
    assert "V3000" in block
    assert [atom.GetSymbol() for atom in mol.GetAtoms()] == list(molecule.elements)
    assert mol.GetConformer().GetPositions() == pytest.approx(molecule.relative_positions, abs=1e-5)
    dative = [bond for bond in mol.GetBonds() if bond.GetBondType() == Chem.BondType.DATIVE]
    donors = {*phenoxides.complex.axial_donors, *phenoxides.complex.equatorial_donors}
    assert {bond.GetBeginAtomIdx() for bond in dative} == donors
    assert {bond.GetEndAtomIdx() for bond in dative} == {molecule.metal}
    assert Chem.GetFormalCharge(mol) == molecule.charge
    assert sum(atom.GetIsAromatic() for atom in mol.GetAtoms()) == 12


def test_every_file_is_written_by_its_ending(capsys: pytest.CaptureFixture[str], tmp_path: Path, mixed: Built) -> None:
    for ending, write in WRITERS.items():
        out = tmp_path / f"complex{ending.upper()}"
        assert run(capsys, "C[O-]", "--second", "[F-]", "--out", str(out))[0] == 0
        written, expected = (_DATE.sub("", text) for text in (out.read_text(encoding="utf-8"), write(mixed)))
        assert written == expected


def test_a_donor_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    ligand = ligand_from_text("NC(=O)c1cccnc1")
    other = ligand.alternatives[0].atom
    outcome = build_from_text("NC(=O)c1cccnc1", donor=other, cancelled=lambda: True)
    assert isinstance(outcome, NotBuilt) and "stopped" in outcome.message
    status, record = run(capsys, "C[O-]", "--donor", "0")
    assert (status, record["status"]) == (1, "error")
    assert "cannot bind" in str(record["message"])
    status, record = run(capsys, "C[O-]", "--donor", "1", "--second", "[F-]", "--second-donor", "0")
    assert [donor["donor"] for donor in record["axial"]] == [1, 0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("flaw", Flaw)
def test_a_rejected_complex_names_its_flaw_and_says_what_to_do(
    flaw: Flaw, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rejected(*_: object, **__: object) -> None:
        raise RejectedComplex(flaw, "it is not the complex that was asked for.")

    monkeypatch.setattr(module, "build_complex", rejected)
    status, record = run(capsys, "CC(=O)[O-]")
    assert (status, record["status"], record["flaw"]) == (1, "refused", flaw.value)
    assert str(record["message"]).endswith(ADVICE[flaw])


def test_a_fault_of_ours_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "build_complex", lambda *_, **__: 1 / 0)
    outcome = build_from_text("C[O-]")
    assert isinstance(outcome, NotBuilt) and outcome.status is Status.ERROR
    assert "ZeroDivisionError" in outcome.message


@pytest.mark.parametrize("text", ["", "not a molecule", "<script>alert(1)</script>", "C" * 10_000, "CCCC"])
def test_text_that_is_no_ligand_becomes_a_record_that_says_so(capsys: pytest.CaptureFixture[str], text: str) -> None:
    status, record = run(capsys, text)
    assert status == 1
    assert record["status"] in ("error", "refused")
    assert 0 < len(str(record["message"])) < 400


def test_no_hostile_string_brings_a_build_down_or_holds_it_up() -> None:
    build_from_text("CO", cancelled=lambda: True)  # the table of the SA score is read once
    strings = hostile_strings(["CP(C)(C)=O", "CC(C)(C)[O-]", "O=C([O-])c1ccccc1", "c1ccncc1", "[N-]=[N+]=[N-]"])
    for text in strings:
        start = time.process_time()
        record = build_from_text(text, cancelled=lambda: True).to_dict()
        assert time.process_time() - start < SECONDS, repr(text[:80])
        assert record["status"] in ("error", "refused")
        assert "please report" not in str(record["message"]), repr(text[:80])
        assert str(record["message"]).isprintable() and len(str(record["message"])) < 400
        assert "alert(1)</script>" not in json.dumps(record)
    assert len(strings) >= 500


@pytest.mark.parametrize(
    ("option", "value"), [("--out", "complex.docx"), ("--out", "complex"), ("--donor", "-1"), ("--donor", "first")]
)
def test_wrong_usage_is_told_before_anything_is_built(option: str, value: str) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["build", "C[O-]", option, value])
    assert stop.value.code == 2


def test_a_metal_that_is_no_lanthanide_becomes_a_record_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = run(capsys, "[O-]c1ccccc1", "--metal", "Fe")
    assert (status, record["status"]) == (1, "error")
    assert "lanthanide" in str(record["message"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert cli.main(["build", "[F-]"]) == 0
    drawn = terminal.getvalue()
    assert "%" in drawn and "relaxing" in drawn and "\n" not in drawn.split("DyF2")[0]
    assert drawn.count("\r") > 3
    monkeypatch.undo()
    assert cli.main(["build", "[F-]"]) == 0
    assert "relaxing" not in capsys.readouterr().err


def test_a_recipe_is_the_same_however_its_ligand_was_written() -> None:
    one, other = (ComplexRequest(ligand_from_text(smiles)) for smiles in ("CC(C)(C)[O-]", "[O-]C(C)(C)C"))
    assert one == other and hash(one) == hash(other)
    assert one != ComplexRequest(one.axial, metal="Tb")
    assert len({one, other, ComplexRequest(one.axial, ligand_from_text("[F-]"))}) == 2


def test_a_record_never_carries_the_text_of_a_molfile() -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("[F-]")).replace("RDKit", "<b>me</b>")
    assert len(block) < MAX_MOLFILE_CHARACTERS
    outcome = build_from_text(f"<img src=x>{block}")
    assert isinstance(outcome, Built)
    assert "<" not in json.dumps(outcome.to_dict())
