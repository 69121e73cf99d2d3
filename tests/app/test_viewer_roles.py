"""Who is axial and who equatorial in the 3-D view, and the colours that say so."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from app.components.viewer3d import frame, switches
from app.components.viewer3d.roles import MOST_PUCKERED, axial_sites, equatorial_plane, ligand_roles
from app.components.viewer3d.styles import Style, style_rules
from app.components.viewer3d.view import DARK, LIGHT, Shown, build_view
from tests.app.conftest import predicted

AXIAL = (1, 15)
"""The oxygens of both phosphine oxides in dy-h2o5-opme3-2.cif."""

WATERS = (29, 32, 35, 38, 41)

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE Trans. Vis. Comput. Graph. 2009, 15, 1291,
# doi:10.1109/TVCG.2009.113: full severity, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def moved(prediction, atom, shift):
    """The prediction with one donor site moved."""
    sphere = prediction.sphere
    donors = tuple(
        replace(donor, position=donor.position + shift) if atom in donor.atoms else donor for donor in sphere.donors
    )
    return replace(prediction, sphere=replace(sphere, donors=donors))


def test_each_atom_of_a_mononuclear_complex_has_one_role_and_the_metal_none(kramers):
    roles = ligand_roles(kramers)
    atoms = [*roles.axial[0], *roles.axial[1], *roles.equatorial]
    assert sorted(atoms) == [a for a in range(len(kramers.molecule.elements)) if a != kramers.molecule.metal]
    assert sorted(min(atoms) for atoms in roles.axial) == list(AXIAL)  # each begins with its donor
    assert set(WATERS) <= set(roles.equatorial)


def test_an_axial_pair_that_is_known_is_taken_in_its_order(kramers):
    forward, backward = ligand_roles(kramers, AXIAL), ligand_roles(kramers, AXIAL[::-1])
    assert AXIAL[0] in forward.axial[0]
    assert backward.axial == forward.axial[::-1]


@pytest.mark.parametrize("pair", [WATERS[:2], (1, 2), (1, 1)])
def test_what_is_no_straight_pair_of_donors_is_no_axis(kramers, pair):
    assert axial_sites(kramers, pair) is None
    assert ligand_roles(kramers, pair) is None
    assert equatorial_plane(kramers, pair) is None


def test_the_plane_runs_through_the_equatorial_donors_and_stands_on_the_axis(kramers):
    plane = equatorial_plane(kramers, AXIAL)
    waters = kramers.molecule.relative_positions[list(WATERS)]
    assert np.abs((waters - plane.centre) @ plane.normal).max() < 1e-2
    axis = np.subtract(*kramers.molecule.relative_positions[list(AXIAL)])
    assert abs(plane.normal @ axis) == pytest.approx(np.linalg.norm(axis), rel=1e-3)
    assert plane.radius == pytest.approx(np.linalg.norm(waters, axis=1).max(), abs=1e-2)


def test_an_equator_too_puckered_for_a_plane_has_none(kramers):
    normal = equatorial_plane(kramers).normal
    # The least-squares plane follows the one donor moved: five donors leave it less than the whole way off.
    assert equatorial_plane(moved(kramers, WATERS[0], 0.5 * MOST_PUCKERED * normal)) is not None
    assert equatorial_plane(moved(kramers, WATERS[0], 4.0 * MOST_PUCKERED * normal)) is None


@pytest.mark.parametrize(
    ("name", "plane", "roles"),
    [
        ("dy-h2o5-opme3-2.cif", True, True),
        ("dy-otbu2-py5-bph4.cif", True, True),
        ("dy-cp-ipr5-cp-star.cif", False, True),  # nothing but two π ligands
        ("dy-acac3-phen.cif", False, False),  # chelates: no ligand is only axial
        ("tb-pc2-pph4.cif", False, False),
        ("zn-dy-valen-nitrate3.cif", False, False),
    ],
)
def test_switches_are_offered_where_they_make_sense(name, plane, roles):
    offered = switches(predicted(name))
    assert ("plane" in offered, "roles" in offered) == (plane, roles)
    assert set(offered) <= set(Shown.__slots__)


def test_carbon_and_sticks_take_the_colour_of_the_role_and_donors_keep_their_elements(kramers):
    molecule = kramers.molecule
    rules = style_rules(Style.BALL_AND_STICK, molecule, {"#123456": range(1, 15)}, hydrogens=True)
    styles = {}
    for selection, style in rules:
        for atom in np.atleast_1d(selection.get("index", range(len(molecule.elements)))):
            styles[int(atom)] = style
    carbon = molecule.elements.index("C")
    assert styles[carbon]["sphere"]["color"] == styles[carbon]["stick"]["color"] == "#123456"
    assert styles[AXIAL[0]]["stick"]["color"] == "#123456"
    assert styles[AXIAL[0]]["sphere"]["colorscheme"] == "Jmol"
    assert "color" not in styles[AXIAL[1]]["stick"]


def test_roles_and_plane_are_drawn_when_asked_for(kramers):
    plain, coloured = (build_view(kramers, Shown(roles=on), axial=AXIAL).startjs for on in (False, True))
    for colour in (*LIGHT.axial, LIGHT.equatorial):
        assert colour not in plain
        assert colour in coloured
    bare, disc = (build_view(kramers, Shown(faces=False, plane=on)).startjs for on in (False, True))
    assert "addCustom" not in bare
    assert disc.count("addCustom") == 2  # both sides


def test_the_legend_names_the_axial_ligands_in_the_order_of_their_colours(kramers):
    legends = scene(frame(kramers, Shown(), LIGHT, AXIAL))["legends"]
    named = [f"axial ligand at {kramers.molecule.names[atom]}" for atom in AXIAL]
    assert legends["roles"] == [
        *map(list, zip(LIGHT.axial, named, strict=True)),
        [LIGHT.equatorial, "equatorial ligands"],
    ]
    assert legends["plain"] == []


def scene(html):
    """What the script of a frame knows."""
    return json.JSONDecoder().raw_decode(html[html.index("const scene = ") + len("const scene = ") :])[0]


def linear(colour):
    encoded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)  # IEC 61966-2-1


def lab(rgb):
    """CIELAB of linear sRGB under D65 (CIE 15:2004)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ np.clip(rgb, 0.0, 1.0) / to_xyz.sum(axis=1)
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("eye", EYES)
def test_colours_of_roles_differ_for_every_eye_and_from_the_ground(palette, eye):
    seen = [lab(np.array(EYES[eye]) @ linear(colour)) for colour in (*palette.axial, palette.equatorial)]
    ground = lab(np.array(EYES[eye]) @ linear(palette.background))
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 30
    assert min(np.linalg.norm(a - ground) for a in seen) > 30
