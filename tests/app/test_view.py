"""What the 3-D view and the level diagram are made of."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from app.components.viewer3d import frame
from app.components.viewer3d.packing import nearest_words
from app.components.viewer3d.polyhedron import polyhedron
from app.components.viewer3d.view import DARK, LIGHT, TILT_DEGREES, Shown, build_view, xyz_block
from app.shared.barrier import barrier_figure
from app.shared.curves import for_paper
from core.chem.io.surroundings import read_packing
from core.qc.barrier_diagram import barrier_diagram
from core.qc.field_record import field_record
from core.units import ENERGY_UNITS
from tests.app.test_pages import APP, EXAMPLES

OCTAHEDRON = np.vstack([np.eye(3), -np.eye(3)])
CUBE = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)])


@pytest.mark.parametrize(("sites", "triangles", "edges"), [(OCTAHEDRON, 8, 12), (CUBE, 12, 12)])
def test_a_polyhedron_has_its_edges_and_no_diagonals(sites, triangles, edges):
    solid = polyhedron(sites)
    assert solid is not None
    assert len(solid.vertices) == 3 * triangles
    assert len(solid.edges) == edges


def test_faces_turn_their_fronts_and_normals_outward():
    solid = polyhedron(CUBE)
    assert solid is not None
    a, b, c = solid.vertices.reshape(-1, 3, 3).transpose(1, 0, 2)
    normals = solid.normals[::3]
    assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) > 0).all()
    assert (np.einsum("ij,ij->i", (a + b + c) / 3, normals) > 0).all()


@pytest.mark.parametrize("sites", [OCTAHEDRON[:2], OCTAHEDRON[[0, 1, 3, 4]], np.empty((0, 3))])
def test_sites_on_a_line_or_in_a_plane_span_no_polyhedron(sites):
    assert polyhedron(sites) is None


def test_the_view_holds_the_checked_atoms_and_no_markup_of_their_labels(kramers):
    hostile = tuple(f"{label}</script><script>alert(1)</script>" for label in kramers.molecule.labels)
    prediction = replace(kramers, molecule=replace(kramers.molecule, labels=hostile), file="</script>.cif")
    html = frame(prediction, Shown(), LIGHT)
    assert "<script>alert" not in html
    assert json.dumps(xyz_block(kramers.molecule)) in html
    assert html.count("</script>") == 1


def test_a_view_in_a_notebook_holds_its_script_and_asks_no_network(kramers):
    html = build_view(kramers, Shown())._make_html()
    (address,) = re.findall(r"loadScriptAsync\('([^']*)'\)", html)
    kind, script = address.split(",", 1)
    assert kind == "data:text/javascript;base64"
    assert b64decode(script) == (APP / "static" / "3Dmol-min.js").read_bytes()
    assert not re.findall(r"https?://", html.replace(address, ""))


def test_an_atom_may_be_called_like_a_part_of_the_frame(kramers):
    labels = ("INK", "VIEW", "LEGEND", *kramers.molecule.labels[3:])
    prediction = replace(kramers, molecule=replace(kramers.molecule, labels=labels))
    html = frame(prediction, Shown(roles=True), LIGHT)
    assert '"names": ["INK", "VIEW", "LEGEND"' in html
    assert html.count("</script>") == 1


def test_donors_and_metal_are_called_as_in_the_file(kramers):
    labels = tuple(f"{label}W" for label in kramers.molecule.labels)
    html = frame(replace(kramers, molecule=replace(kramers.molecule, labels=labels)), Shown(), LIGHT)
    shown = set(re.findall(r'addLabel\("(\w+)"', html))
    donors = {labels[donor.atoms[0]] for donor in kramers.sphere.donors}
    assert {labels[kramers.molecule.metal], *donors} <= shown


def test_the_view_asks_only_our_own_server_for_its_script(kramers):
    html = frame(kramers, Shown(), DARK)
    assert re.findall(r"loadScriptAsync\('(.*?)'\)", html) == ["app/static/3Dmol-min.js"]
    assert "http" not in html


def test_an_element_that_is_none_is_not_drawn(kramers):
    elements = ("Dy</script>", *kramers.molecule.elements[1:])
    with pytest.raises(ValueError, match="no atom"):
        build_view(replace(kramers, molecule=replace(kramers.molecule, elements=elements)))


def test_switches_add_and_remove_what_they_name(kramers):
    everything = Shown(labels=True, distances=True, hydrogens=True, faces=True, axis=True)
    nothing = Shown(labels=False, distances=False, hydrogens=False, faces=False, axis=False)
    on, off = (build_view(kramers, shown).startjs for shown in (everything, nothing))
    shortest = f'"{kramers.sphere.donors[0].distance:.2f}"'
    for mark in ("easy axis", "addCustom", f'"Dy{kramers.molecule.metal + 1}"', shortest):
        assert mark in on
        assert mark not in off
    assert '"elem": "H"' in off
    assert '"elem": "H"' not in on


def test_the_easy_axis_stands_upright(kramers):
    numbers = re.search(r"concat\(\[(.*?)\]\)", build_view(kramers).startjs)
    assert numbers
    x, y, z, w = (float(number) for number in numbers[1].split(","))
    vector, axis = np.array([x, y, z]), kramers.levels.easy_axis
    turned = axis + 2 * np.cross(vector, np.cross(vector, axis) + w * axis)  # rotation by a unit quaternion
    assert turned[0] == pytest.approx(0.0, abs=1e-5)
    assert abs(turned[1]) == pytest.approx(np.cos(np.radians(TILT_DEGREES)), abs=1e-5)


def test_each_arrow_of_the_easy_axis_ends_beyond_the_atoms_along_it(sandwich):
    axis, atoms = sandwich.levels.easy_axis, sandwich.molecule.relative_positions
    ends = re.findall(r'addArrow\(.*?"end": (\{.*?\})', build_view(sandwich).startjs)
    assert len(ends) == 2
    heights = [np.array(list(json.loads(end).values())) @ axis for end in ends]
    carbons = atoms[[element == "C" for element in sandwich.molecule.elements]] @ axis
    ring = carbons[np.abs(carbons) < 2.6]
    assert max(heights) > ring.max() + 1.0
    assert min(heights) < ring.min() - 1.0


def test_a_pi_ligand_is_one_dashed_contact(sandwich):
    script = build_view(sandwich, Shown(faces=False)).startjs
    assert script.count('"dashed": true') == 2
    assert json.dumps("η5-")[1:-1] in script


def test_levels_stand_at_half_their_g_z_on_the_main_axis_and_singlets_in_the_middle(kramers, non_kramers):
    for field in (kramers.levels, non_kramers.levels):
        diagram = barrier_diagram(field_record(field))
        assert abs(diagram.moments[0]) == pytest.approx(field.g[2] / 2, abs=1e-2)  # g_z / 2 to first order
        assert all(abs(diagram.moments[line[0]]) < 0.5 for line in diagram.lines if len(line) == 1)


@pytest.mark.parametrize(("unit", "other"), [("cm⁻¹", "K"), ("K", "cm⁻¹"), ("meV", "K")])
def test_both_axes_of_the_double_well_show_the_same_energies_in_two_units(kramers, unit, other):
    layout = barrier_figure(barrier_diagram(field_record(kramers.levels)), LIGHT, unit).layout
    left, right = (np.asarray(axis.range) for axis in (layout.yaxis, layout.yaxis2))
    assert right / ENERGY_UNITS[other] == pytest.approx(left / ENERGY_UNITS[unit])
    assert layout.yaxis.title.text == f"E / {unit}" and layout.yaxis2.title.text == f"E / {other}"


def test_a_figure_for_a_column_of_a_journal_is_8_3_cm_wide_white_and_light(kramers):
    drawn = for_paper(barrier_figure(barrier_diagram(field_record(kramers.levels)), DARK), 8.3)
    assert drawn.layout.width == round(8.3 / 2.54 * 96) and drawn.layout.paper_bgcolor == "#ffffff"
    assert drawn.layout.font.size == pytest.approx(8 / 72 * 96)
    assert DARK.ink not in drawn.to_json() and LIGHT.ink in drawn.to_json()


def test_the_packing_has_a_switch_a_line_for_each_bond_and_says_the_nearest_ion(kramers):
    name = "dy-h2o5-opme3-2.cif"
    packing = read_packing((EXAMPLES / name).read_bytes(), name)
    assert packing is not None
    html = frame(kramers, Shown(), LIGHT, packing=packing)
    scene = json.loads(re.search(r"const scene = (.*);", html)[1])
    assert scene["switches"]["packing"] == "packing" and "packing" not in scene["shown"]
    assert scene["legends"]["plain"][-1][1:] == [nearest_words(packing, kramers.molecule), "packing"]
    assert "6.27 Å (−x+1, −y+1, −z+1)" in scene["legends"]["plain"][-1][1]
    bonds = sum(
        "H" not in (one.elements[i], one.elements[j]) for one in packing.neighbours for i, j in one.bonds.tolist()
    )
    neighbours, cell = (json.loads(ends) for ends in re.findall(r"const \[start, end\] of (\[.*\])\) lines", html))
    assert len(neighbours) == bonds and len(cell) == 12
    lengths = np.linalg.norm(np.diff(np.array(cell), axis=1)[:, 0], axis=1)
    assert sorted(lengths) == pytest.approx(sorted([*kramers.molecule.cell.constants[:3]] * 4), abs=0.02)
    corners = np.array(cell).reshape(-1, 3)
    assert (corners.min(axis=0) <= 0).all() and (corners.max(axis=0) >= 0).all()  # the metal is inside
    assert "packing" not in json.loads(re.search(r"const scene = (.*);", frame(kramers, Shown(), LIGHT))[1])["switches"]
