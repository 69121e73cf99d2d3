"""What the 3-D view and the level diagram are made of."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from app.components.viewer3d import frame
from app.components.viewer3d.polyhedron import polyhedron
from app.components.viewer3d.view import DARK, LIGHT, TILT_DEGREES, Shown, build_view, xyz_block
from app.diagram import level_diagram
from core.units import KELVIN_PER_CM1

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


def test_the_view_holds_the_checked_atoms_and_no_label_of_the_file(kramers):
    hostile = tuple(f"{label}</script><script>alert(1)</script>" for label in kramers.molecule.labels)
    prediction = replace(kramers, molecule=replace(kramers.molecule, labels=hostile), file="</script>.cif")
    html = frame(prediction, Shown(), LIGHT)
    assert html == frame(replace(kramers, file="script.cif"), Shown(), LIGHT)
    assert json.dumps(xyz_block(kramers.molecule)) in html
    assert html.count("</script>") == 1


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
    vector, axis = np.array([x, y, z]), kramers.field.easy_axis
    turned = axis + 2 * np.cross(vector, np.cross(vector, axis) + w * axis)  # rotation by a unit quaternion
    assert turned[0] == pytest.approx(0.0, abs=1e-5)
    assert abs(turned[1]) == pytest.approx(np.cos(np.radians(TILT_DEGREES)), abs=1e-5)


def test_each_arrow_of_the_easy_axis_ends_beyond_the_atoms_along_it(sandwich):
    axis, atoms = sandwich.field.easy_axis, sandwich.molecule.relative_positions
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


def test_levels_stand_at_half_their_g_z_and_singlets_in_the_middle(kramers, non_kramers):
    for field in (kramers.field, non_kramers.field):
        bars = level_diagram(field, ink="#000000", accent="#ff0000", ground="#ffffff").data
        for level, bar in zip(field.doublets, bars, strict=False):
            centres = {round((bar.x[i] + bar.x[i + 1]) / 2, 9) for i in range(0, len(bar.x), 3)}
            moment = level.g[2] / 2 if level.g else 0.0
            assert centres == {round(-moment, 9), round(moment, 9)}
            assert set(bar.y) - {None} == {level.energy}


def test_the_right_axis_of_the_diagram_is_the_left_one_in_kelvin(kramers):
    layout = level_diagram(kramers.field, ink="#000000", accent="#ff0000", ground="#ffffff").layout
    assert np.asarray(layout.yaxis2.range) == pytest.approx(KELVIN_PER_CM1 * np.asarray(layout.yaxis.range))
