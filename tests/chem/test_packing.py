"""What stands around a molecule in its crystal."""

from __future__ import annotations

from pathlib import Path

import gemmi
import numpy as np
import pytest

from core.chem.crystal.packing import TOUCH
from core.chem.io.structure import read_structure
from core.chem.io.surroundings import read_packing

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
CRYSTALS = sorted(path.name for path in EXAMPLES.glob("*.cif"))


def by_gemmi(data: bytes) -> float:
    """The shortest distance between lanthanides of two molecules: all images that gemmi makes of the sites of the file,
    in 125 cells [Å]."""
    small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(data.decode()).sole_block())
    ions = [site.fract.tolist() for site in small.sites if site.element.name in {"Dy", "Tb", "Er"}]
    operations = list(gemmi.find_spacegroup_by_name(small.spacegroup_hm).operations())
    cells = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    images = np.concatenate([np.mod(one.apply_to_xyz(ion), 1.0) + cells for ion in ions for one in operations])
    away = np.array([image - np.mod(ion, 1.0) for ion in ions for image in images])
    matrix = np.array(small.cell.orth.mat.tolist())
    distances = np.linalg.norm(away @ matrix.T, axis=1)
    return float(distances[distances > 4.5].min())  # within a molecule two of them are nearer


@pytest.mark.parametrize("name", CRYSTALS)
def test_the_nearest_lanthanide_of_another_molecule_is_where_its_operator_says(name):
    data = (EXAMPLES / name).read_bytes()
    packing, molecule = read_packing(data, name), read_structure(data, name, site=1).molecule
    assert packing is not None and packing.nearest is not None and molecule.cell is not None
    near = packing.nearest
    operator = gemmi.Op(near.neighbour.operator)
    fractional = molecule.cell.fractional(molecule.positions)
    assert near.neighbour.component == packing.component  # one independent complex in each of these
    image = operator.apply_to_xyz(fractional[near.other].tolist())
    there = np.array(image) @ molecule.cell.lattice
    assert np.linalg.norm(there - molecule.positions[near.atom]) == pytest.approx(near.distance, abs=1e-3)
    assert near.distance == pytest.approx(by_gemmi(data), abs=1e-3)


@pytest.mark.parametrize("name", CRYSTALS)
def test_neighbours_touch_the_molecule_and_overlap_neither_it_nor_one_another(name):
    data = (EXAMPLES / name).read_bytes()
    packing, molecule = read_packing(data, name), read_structure(data, name, site=1).molecule
    assert packing is not None and packing.nearest is not None
    places = [molecule.positions, *(one.positions for one in packing.neighbours)]
    for k, one in enumerate(places):
        for other in places[:k]:
            assert np.linalg.norm(one[:, None] - other[None], axis=2).min() > 1.0
    for one in packing.neighbours:
        away = np.linalg.norm(one.positions[:, None] - molecule.positions[None], axis=2)
        assert away.min() < TOUCH or one is packing.nearest.neighbour


def test_another_independent_complex_counts_as_a_neighbour():
    """In P1 with two ions in the cell, the nearest is the other one, not a translation of the first."""
    text = (EXAMPLES / "dy-h2o5-opme3-2.cif").read_text(encoding="utf-8")
    data = with_a_second_complex(text)
    packing = read_packing(data, "two.cif", component=1)
    assert packing is not None and packing.nearest is not None
    assert packing.nearest.neighbour.component != packing.component
    assert packing.nearest.distance == pytest.approx(10.0, abs=1e-3)


def with_a_second_complex(text: str) -> bytes:
    """The molecule of a file twice in a cell of 20 × 30 × 40 Å without symmetry, the second 10 Å along a."""
    molecule = read_structure(text.encode(), "a.cif").molecule
    edges = np.array([20.0, 30.0, 40.0])
    rows = []
    for copy, shift in enumerate((0.0, 10.0)):
        for k, (element, place) in enumerate(zip(molecule.elements, molecule.relative_positions, strict=True)):
            x, y, z = (place + np.array([shift, 0.0, 0.0])) / edges + 0.25
            rows.append(f"{element}{k}{'ab'[copy]} {element} {x:.6f} {y:.6f} {z:.6f}")
    head = "data_two\n_cell_length_a 20\n_cell_length_b 30\n_cell_length_c 40\n" + "".join(
        f"_cell_angle_{name} 90\n" for name in ("alpha", "beta", "gamma")
    )
    columns = ("label", "type_symbol", "fract_x", "fract_y", "fract_z")
    loop = "_space_group_name_H-M_alt 'P 1'\nloop_\n" + "".join(f"_atom_site_{name}\n" for name in columns)
    return (head + loop + "\n".join(rows) + "\n").encode()


def test_a_molecule_without_a_crystal_has_no_surroundings():
    path = EXAMPLES.parents[1] / "tests" / "molecules" / "dy2-asymmetric.xyz"
    assert read_packing(path.read_bytes(), path.name) is None
