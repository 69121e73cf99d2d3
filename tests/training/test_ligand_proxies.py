"""GFN2-xTB descriptors of free ligands: they rank donors as chemists do, and a run can be ended and taken up."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.design.atlas_file import LIBRARY, read_ligands
from core.errors import DomainError, InputError
from training.ligands import descriptors as ligand_descriptors
from training.ligands import proxies as ligand_proxies
from training.ligands.descriptors import NAMES, FreeLigand, descriptors, embedded, has_room, metal_direction
from training.ligands.proxies import main, ordered

FEW = (("O", 0, "water"), ("[OH-]", 0, "hydroxide"), ("[F-]", 0, "fluoride"), ("N", 0, "amine"), ("C#N", 1, "nitrile"))


def of(smiles: str, donor: int, name: str) -> float:
    value = descriptors(smiles, donor)[name]
    assert value is not None
    return value


def test_basicity_orders_the_donors_as_their_acids_do() -> None:
    found = [of(*ligand, "proton_affinity_ev") for ligand in (("C[O-]", 1), ("CC(=O)[O-]", 3), ("CO", 1))]
    assert found == sorted(found, reverse=True)
    assert of("N", 0, "proton_affinity_ev") > of("O", 0, "proton_affinity_ev")
    assert of("C[S-]", 1, "lithium_affinity_ev") < of("C[O-]", 1, "lithium_affinity_ev")


def test_the_donor_of_a_phosphine_oxide_is_more_negative_than_that_of_an_ether_and_attracts_a_cation_more() -> None:
    oxide, ether = descriptors("CP(C)(C)=O", 4), descriptors("COC", 1)
    for name in ("donor_charge_e", "metal_potential_v"):
        assert (oxide[name] or 0.0) < (ether[name] or 0.0) < 0.0


def test_the_potential_is_that_of_the_charges_and_a_halide_has_no_frontier_gap() -> None:
    fluoride = descriptors("[F-]", 0)
    assert fluoride["donor_charge_e"] == pytest.approx(-1.0, abs=1e-6)
    assert fluoride["metal_potential_v"] == pytest.approx(-14.39964548 / 2.2, rel=1e-6)
    assert fluoride["frontier_gap_ev"] is None


def test_the_same_ligand_gives_the_same_numbers_again() -> None:
    assert descriptors("CC(=O)N(C)C", 2) == descriptors("CC(=O)N(C)C", 2)


def test_the_metal_stands_opposite_the_neighbours_in_line_with_a_terminal_bond_and_above_a_flat_donor() -> None:
    water = embedded("O", 0)
    bisector = (water.positions[1:] - water.positions[0]).sum(axis=0)
    assert metal_direction(water) @ bisector == pytest.approx(-np.linalg.norm(bisector))
    nitrile = embedded("CC#N", 2)
    bond = nitrile.positions[1] - nitrile.positions[2]
    assert metal_direction(nitrile) @ bond == pytest.approx(-np.linalg.norm(bond))
    corners = np.array([[0, 0, 0], [1, 0, 0], [-0.5, 0.75**0.5, 0], [-0.5, -(0.75**0.5), 0]], dtype=float)
    flat = FreeLigand(("N", "H", "H", "H"), corners, np.array([[0, 1], [0, 2], [0, 3]]), 0, 0)
    assert np.abs(metal_direction(flat)) == pytest.approx([0, 0, 1])


def test_where_the_ligand_itself_is_in_the_way_of_a_probe_there_is_no_affinity() -> None:
    """With lithium in a hydrogen of a tert-butyl group, protocol 1 gave −32 eV."""
    crowded = embedded("CCCC(=NC(C)(C)C)Nc1ccccc1", 4)
    assert not has_room(crowded, "Li")
    assert has_room(embedded("CC(=O)N(C)C", 2), "Li") and has_room(embedded("O", 0), "H")
    assert descriptors("CCC(O)(CC)c1c(C)cc(C)cc1C", 3)["lithium_affinity_ev"] is None


def test_a_ligand_that_does_not_keep_its_bonds_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(*_: object, **__: object) -> object:
        return type("Minimum", (), {"positions": np.diag([0.0, 5.0, 9.0])})

    monkeypatch.setattr(ligand_descriptors, "relax", torn)
    with pytest.raises(DomainError, match="a bond of the ligand broke"):
        descriptors("O", 0)


def test_any_prefix_of_the_order_is_stratified_and_does_not_depend_on_the_order_of_the_library() -> None:
    ligands, _ = read_ligands(LIBRARY)
    first, numbers = ordered(ligands)[:2000], Counter(ligand.donor_class for ligand in ligands)
    assert first[:50] == ordered(ligands[::-1])[:50]
    weight = sum(number**0.5 for number in numbers.values())
    counted = Counter(ligand.donor_class for ligand in first)
    for name, number in numbers.items():
        assert counted[name] == pytest.approx(2000 * number**0.5 / weight, abs=3)


def small_library(folder: Path) -> Path:
    path = folder / "library.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("smiles", "donor", "donor_class", "family", "charge", "heavy_atoms"))
        table.writerows((*ligand, "small", 0, 1) for ligand in FEW)
    return path


def test_a_run_that_was_ended_amid_a_line_goes_on_and_gives_the_same_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, work, out = small_library(tmp_path), tmp_path / "work.jsonl", tmp_path / "out.csv.gz"
    call = ["--library", str(library), "--work", str(work), "--out", str(out)]
    main(call)
    whole, lines = out.read_bytes(), work.read_text().splitlines()
    assert len(lines) == len(FEW)
    work.write_text("\n".join([*lines[:2], lines[2][:20]]))
    tried: list[str] = []
    monkeypatch.setattr(
        ligand_proxies, "descriptors", lambda smiles, donor: tried.append(smiles) or descriptors(smiles, donor)
    )
    main(call)
    assert len(tried) == 3
    assert out.read_bytes() == whole
    main([*call, "--limit", "5"])
    assert len(tried) == 3
    with gzip.open(out, "rt", encoding="utf-8", newline="") as file:
        table = {row["smiles"]: row for row in csv.DictReader(file)}
    assert table["[F-]"]["frontier_gap_ev"] == ""
    assert all(float(table["O"][name]) for name in NAMES)
    assert json.loads(capsys.readouterr().out.split("\n}\n")[0] + "}")["computed"] == len(FEW)


def test_a_ligand_that_fails_is_counted_with_its_reason_and_is_not_in_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(smiles: str, donor: int) -> dict[str, float | None]:
        if smiles == "N":
            raise DomainError("the GFN2-xTB wave function does not converge.")
        return dict.fromkeys(NAMES, 1.0)

    monkeypatch.setattr(ligand_proxies, "descriptors", failing)
    out = tmp_path / "out.csv.gz"
    main(["--library", str(small_library(tmp_path)), "--work", str(tmp_path / "w"), "--out", str(out)])
    said = json.loads(capsys.readouterr().out)
    assert (said["tried"], said["computed"]) == (len(FEW), len(FEW) - 1)
    assert said["failures"] == {"the GFN2-xTB wave function does not converge.": 1}
    assert b"\nN," not in gzip.decompress(out.read_bytes())


def test_results_of_another_protocol_and_files_that_are_no_library_are_refused(tmp_path: Path) -> None:
    work, library = tmp_path / "work.jsonl", small_library(tmp_path)
    work.write_text(json.dumps({"protocol": 0, "smiles": "O", "donor": 0}) + "\n")
    with pytest.raises(InputError, match="results of protocol 0"):
        main(["--library", str(library), "--work", str(work), "--out", str(tmp_path / "out")])
    for data in (b"no gzip", gzip.compress(b"a,b\n1,2\n"), gzip.compress(b"smiles,donor\n")):
        library.write_bytes(data)
        with pytest.raises(InputError, match="table of ligands is damaged"):
            main(["--library", str(library), "--work", str(tmp_path / "none"), "--out", str(tmp_path / "out")])
