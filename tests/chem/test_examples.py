"""The shipped examples: made by the script as they stand, chemically sane, and each telling its story."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import gemmi
import numpy as np
import pytest
import rdkit
from scipy.spatial import cKDTree

from core.doubts import codes
from core.workflows.predict import predict
from core.workflows.prediction import Status
from tests.cifs import Crystal, from_cif, in_p1

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "assets" / "examples").glob("*.cif"))
MADE_WITH = "2026.09.1"  # RDKit: another version's UFF or embedding may move atoms by a thousandth of an ångström

# What a chemist reads off the name: metal, coordination number, charge, best shape ("" where the sphere has none).
STORIES = {
    "dy-h2o5-opme3-2": ("Dy", 7, 3, "PBPY-7"),
    "dy-otbu2-py5-bph4": ("Dy", 7, 1, "PBPY-7"),
    "dy-cp-ipr5-cp-star": ("Dy", 2, 1, ""),
    "er-cot2-k-crown": ("Er", 2, -1, ""),
    "dy-acac3-phen": ("Dy", 8, 0, "SAPR-8"),
    "tb-pc2-pph4": ("Tb", 8, -1, "SAPR-8"),
    "zn-dy-valen-nitrate3": ("Dy", 10, 0, None),
    "dy-nitrate3-thf3-disordered": ("Dy", 9, 0, None),
}


def crystal_of(path: Path) -> Crystal:
    return from_cif(path.read_text(encoding="ascii"))


def test_there_is_an_example_for_every_story_and_one_with_two_magnetic_ions() -> None:
    assert {path.stem for path in FILES} == {*STORIES, "dy2-methoxide-acac4"}


def test_the_script_makes_the_examples_byte_for_byte(tmp_path: Path) -> None:
    if rdkit.__version__ != MADE_WITH:
        pytest.skip(f"the examples were made with RDKit {MADE_WITH}, this is {rdkit.__version__}")
    subprocess.run([sys.executable, "scripts/make_examples.py", "--out", str(tmp_path)], cwd=ROOT, check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.cif")}
    assert made == {path.name: path.read_bytes() for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_says_that_it_is_no_measured_structure(path: Path) -> None:
    name = gemmi.cif.read(str(path)).sole_block().find_value("_chemical_name_systematic")
    assert "idealised model made for Kramers, not a measured structure" in name


Contact = tuple[int, int, tuple[int, ...], float]


def contacts(crystal: Crystal, reach: float) -> list[Contact]:
    """Pairs that do not exclude each other: first in the cell, second in cell (n1, n2, n3), distance [Å]."""
    points = np.array([site.fract for site in crystal.sites]) % 1.0
    steps = list(product((-1, 0, 1), repeat=3))
    images = np.vstack([(points + step) @ crystal.matrix.T for step in steps])
    home = cKDTree(points @ crystal.matrix.T)
    found = []
    for row, hits in enumerate(cKDTree(images).query_ball_tree(home, reach)):
        step, second = steps[row // len(points)], row % len(points)
        for first in hits:
            distance = float(np.linalg.norm(images[row] - points[first] @ crystal.matrix.T))
            parts = {crystal.sites[first].group, crystal.sites[second].group} - {"."}
            if distance > 0.1 and len(parts) < 2:
                found.append((first, second, step, distance))
    return found


def molecules(crystal: Crystal, pairs: list[Contact]) -> list[tuple[int, tuple[int, ...]]]:
    """For every atom of the cell the number of its molecule and the cell its molecule's copy of it lies in."""
    radius = [gemmi.Element(site.element).covalent_r for site in crystal.sites]
    bonded: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for first, second, step, distance in pairs:
        hydrogens = [crystal.sites[i].element for i in (first, second)].count("H")
        if hydrogens < 2 and distance < (1.3 if hydrogens else radius[first] + radius[second] + 0.3):
            bonded.setdefault(first, []).append((second, step))
    place: dict[int, tuple[int, tuple[int, ...]]] = {}
    for start in range(len(crystal.sites)):
        if start in place:
            continue
        place[start], stack = (start, (0, 0, 0)), [start]
        while stack:
            atom = stack.pop()
            for neighbour, step in bonded.get(atom, []):
                if neighbour not in place:
                    place[neighbour] = start, tuple(np.add(place[atom][1], step).tolist())
                    stack.append(neighbour)
    return [place[atom] for atom in range(len(crystal.sites))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_two_molecules_of_an_example_come_closer_than_2_2_angstrom(path: Path) -> None:
    crystal = in_p1(crystal_of(path))
    pairs = contacts(crystal, 3.2)
    place = molecules(crystal, pairs)
    between = [
        distance
        for first, second, step, distance in pairs
        if (place[second][0], tuple(np.subtract(place[second][1], step).tolist())) != place[first]
    ]
    assert min(between) > 2.2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_atoms_of_an_example_add_up_to_its_formula(path: Path) -> None:
    crystal = in_p1(crystal_of(path))
    block = gemmi.cif.read(str(path)).sole_block()
    units = int(block.find_value("_cell_formula_units_Z"))
    weights: Counter[str] = Counter()
    for site in crystal.sites:
        weights[site.element] += site.occupancy / units
    found = " ".join(f"{e}{'' if round(n) == 1 else round(n)}" for e, n in sorted(weights.items()))
    assert all(abs(n - round(n)) < 1e-6 for n in weights.values())
    assert found.split() == sorted(crystal.formula.split())


@pytest.mark.parametrize("stem", STORIES)
def test_an_example_is_read_as_the_complex_its_name_promises(stem: str) -> None:
    metal, number, charge, shape = STORIES[stem]
    prediction = predict((ROOT / "assets" / "examples" / f"{stem}.cif").read_bytes(), f"{stem}.cif")
    assert prediction.status is Status.OK, prediction.message
    assert prediction.sphere is not None and prediction.levels is not None
    assert (prediction.metal, prediction.sphere.coordination_number, prediction.charge) == (metal, number, charge)
    assert prediction.report.formula_agrees
    if shape is not None:
        assert next(iter(prediction.shapes), "") == shape


def test_the_dinuclear_example_asks_for_a_site_and_then_gives_levels() -> None:
    data = (ROOT / "assets" / "examples" / "dy2-methoxide-acac4.cif").read_bytes()
    assert predict(data, "dimer.cif").status is Status.REFUSED
    chosen = predict(data, "dimer.cif", site=1)
    assert chosen.status is Status.OK and chosen.levels is not None
    assert "exchange-ignored" in codes(chosen.doubts)
