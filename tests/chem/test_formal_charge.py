"""Formal charges: RDKit's SMILES are the oracle where it can embed them, hand-built geometries elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chem.lewis.formal_charge import formal_charges
from core.doubts import codes
from core.errors import DomainError
from tests.chem.ligand_geometry import Geometry, embedded, from_points, icosahedron, ring
from tests.chem.ligand_table import COUNTER_IONS, LIGANDS

CH = ("C", 1.08)


def tetrahedron(centre: str, corner: str, length: float):
    corners = length * np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) / 3**0.5
    return from_points([centre, *[corner] * 4], [np.zeros(3), *corners])


@pytest.mark.parametrize(("name", "smiles"), [row[:2] for row in (*LIGANDS, *COUNTER_IONS)])
def test_the_charge_is_that_of_the_smiles(name, smiles):
    geometry, charge, _ = embedded(smiles)
    found = geometry.charges()
    assert found.total == charge
    assert sum(found.atoms) == found.total
    assert not found.radical
    assert charge not in found.alternatives


@pytest.mark.parametrize(("name", "smiles"), [row[:2] for row in LIGANDS])
def test_the_lewis_structure_gives_every_carbon_four_bonds_or_a_charge(name, smiles):
    geometry, _, _ = embedded(smiles)
    found = geometry.charges()
    for atom, element in enumerate(geometry.elements):
        orders = sum(o for ends, o in zip(geometry.bonds, found.bond_orders, strict=True) if atom in ends)
        carbene = element == "C" and orders == 2  # two lone electrons, no charge: N-heterocyclic carbene, CO, CNR
        if element == "C" and not carbene:
            assert orders == 4 - abs(found.atoms[atom])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(LIGANDS), st.randoms(use_true_random=False))
def test_the_charge_and_the_class_do_not_depend_on_the_order_of_the_atoms(row, random):
    geometry, charge, maps = embedded(row[1])
    order = list(range(len(geometry.elements)))
    random.shuffle(order)
    shuffled = geometry.permuted(order)
    assert shuffled.charges().total == charge
    assert shuffled.charges().kind == geometry.charges().kind
    assert shuffled.donor(order.index(maps[1])) == row[2]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(LIGANDS), st.integers(0, 2**32 - 1))
def test_crystallographic_noise_of_a_hundredth_of_an_angstrom_changes_nothing(row, seed):
    geometry, charge, _ = embedded(row[1])
    noise = np.random.default_rng(seed).normal(0, 0.01, geometry.positions.shape)
    noise = np.clip(noise, -0.02, 0.02)
    assert formal_charges(geometry.elements, geometry.positions + noise, geometry.bonds, geometry.bound).total == charge


@pytest.mark.parametrize(
    ("smiles", "kind"),
    [
        ("CC(=[O:1])C=C(C)[O-:2]", "β-diketonate"),
        ("[O-:1]c1ccccc1C=[N:2]CC[N:3]=Cc1ccccc1[O-:4]", "Schiff base"),
        ("CC(=O)[O-:1]", "carboxylate"),
        ("[O-:1]c1ccccc1", "phenolate"),
        ("[O-:1]c1ccccc1[O-:2]", "catecholate"),
        ("C1C[O:1]CC[O:2]CC[O:3]CC[O:4]CC[O:5]CC[O:6]1", "crown ether"),
        ("[BH-](n1ccc[n:1]1)(n1ccc[n:2]1)n1ccc[n:3]1", "tris(pyrazolyl)borate"),
        ("[O-:1][N+](=O)[O-:2]", "nitrate"),
        ("[O-:1]C1=C([O-:2])C(=O)C1=O", "squarate"),
        ("[O-:1]C(=O)C#CC(=O)[O-:2]", "carboxylate"),
        ("C[Si](C)(C)[N-:1][Si](C)(C)C", "silylamide"),
        ("CN1C=CN(C)[C:1]1", "N-heterocyclic carbene"),
    ],
)
def test_the_kind_is_the_word_a_chemist_uses(smiles, kind):
    assert embedded(smiles)[0].charges().kind == kind


# π ligands, bond lengths as in their lanthanide complexes: C–C 1.41 Å, C–H 1.08 Å
@pytest.mark.parametrize(
    ("members", "side", "charge", "kind"),
    [
        ("CCCC", 1.46, -2, ""),
        ("CCCCC", 1.41, -1, "cyclopentadienyl"),
        ("CCCCCC", 1.40, 0, "arene"),
        ("CCCCCCC", 1.41, -3, "cycloheptatrienyl"),
        ("CCCCCCCC", 1.41, -2, "cyclooctatetraenediide"),
        ("CCCCCCCCC", 1.40, -1, "cyclononatetraenyl"),
    ],
)
def test_a_flat_carbon_ring_on_a_metal_obeys_hueckel(members, side, charge, kind):
    found = ring(members, side, [("H", 1.08)] * len(members)).charges()
    assert (found.total, found.kind) == (charge, kind)


def test_pentamethylcyclopentadienyl_is_an_anion():
    found = ring("CCCCC", 1.42, [("C", 1.50)] * 5)
    points, elements = list(found.positions), list(found.elements)
    for k in range(5, 10):
        out = found.positions[k] / np.linalg.norm(found.positions[k])
        across = np.cross(out, (0, 0, 1))
        for angle in (0, 2 * np.pi / 3, 4 * np.pi / 3):
            points.append(
                points[k] + 0.36 * out + 1.03 * (np.cos(angle) * across + np.sin(angle) * np.array((0, 0, 1)))
            )
            elements.append("H")
    assert from_points(elements, points, range(5)).charges().total == -1


def test_indenyl_and_its_free_ion_are_anions():
    geometry, charge, _ = embedded("[CH-:1]1[CH:2]=[CH:3][c:4]2cccc[c:5]12")
    assert geometry.charges().total == charge == -1
    assert geometry.touching().charges().total == -1


@pytest.mark.parametrize(("hetero", "charge"), [("B", -2), ("Si", -2), ("Ge", -2), ("P", -1), ("As", -1), ("N", -1)])
def test_heteroles_on_a_metal_are_six_pi_rings(hetero, charge):
    on_hetero = ("C", 1.56) if hetero == "B" else None
    geometry = ring(["C", "C", "C", "C", hetero], 1.42, [("H", 1.08)] * 4 + [on_hetero])
    if hetero == "B":
        tip = geometry.positions[-1]
        out = tip / np.linalg.norm(tip)
        across = np.cross(out, (0, 0, 1))
        hydrogens = [
            tip + 0.36 * out + 1.03 * (np.cos(a) * across + np.sin(a) * np.eye(3)[2]) for a in (0, 2.094, 4.189)
        ]
        geometry = from_points([*geometry.elements, "H", "H", "H"], [*geometry.positions, *hydrogens], range(5))
    assert geometry.charges().total == charge


def test_an_arene_between_two_metals_is_said_to_be_doubtful():
    found = ring("CCCCCC", 1.40, [("H", 1.08)] * 6).touching(*range(6), metals=2).charges()
    assert found.total == 0
    assert -2 in found.alternatives and -4 in found.alternatives
    assert "redox-ligand" in codes(found.doubts)


@pytest.mark.parametrize(("charge", "name"), [(-2, "phthalocyaninate"), (-1, "phthalocyaninate")])
def test_phthalocyanine_without_its_inner_hydrogens_is_a_dianion(charge, name):
    smiles = "c1ccc2c(c1)c1nc3nc(nc4[nH]c(nc5nc(nc2[nH]1)c1ccccc15)c1ccccc14)c1ccccc13"
    geometry, _, _ = embedded(smiles)
    found = _deprotonated(geometry, -charge).charges()
    assert (found.total, found.kind) == (charge, name)


@pytest.mark.parametrize("charge", [-2, -1, 0])
def test_porphyrin_loses_a_charge_with_each_inner_hydrogen(charge):
    geometry, _, _ = embedded("c1cc2cc3ccc(cc4ccc(cc5ccc(cc1n2)[nH]5)n4)[nH]3")
    assert _deprotonated(geometry, -charge).charges().total == charge


def test_tetraphenylporphyrinate_is_a_dianion_and_its_radicals_are_alternatives():
    smiles = "c1ccccc1-c1c2ccc(n2)c(-c2ccccc2)c2ccc([nH]2)c(-c2ccccc2)c2ccc(n2)c(-c2ccccc2)c2ccc1[nH]2"
    geometry = _deprotonated(embedded(smiles)[0], 2)
    found = geometry.touching(*[a for a, e in enumerate(geometry.elements) if e == "N"]).charges()
    assert (found.total, found.kind) == (-2, "porphyrinate")
    assert found.alternatives == (-3, -1)


def test_corrole_without_its_inner_hydrogens_is_a_trianion():
    geometry, _, _ = embedded("c1cc2cc3ccc([nH]3)-c3ccc([nH]3)cc3ccc(cc1n2)[nH]3")
    found = _deprotonated(geometry, 3).charges()
    assert (found.total, found.kind) == (-3, "corrolate")


def _deprotonated(geometry, count):
    return geometry.without(*geometry.hydrogens_on_nitrogen()[:count])


@pytest.mark.parametrize(("centre", "corner", "length"), [("B", "H", 1.20), ("Al", "H", 1.60), ("B", "F", 1.40)])
def test_four_coordinate_boron_and_aluminium_are_anions(centre, corner, length):
    assert tetrahedron(centre, corner, length).charges().total == -1


def _boron_cage(elements: list[str], drop: int | None = None):
    """An icosahedron of 1.78 Å edges with hydrogens pointing out, one vertex removed on demand."""
    cage, hydrogens = icosahedron(1.69), icosahedron(2.80)
    keep = [k for k in range(12) if k != drop]
    chosen = [elements[k] for k in keep]
    return from_points([*chosen, *["H"] * len(keep)], [*cage[keep], *hydrogens[keep]])


def test_closo_dodecaborate_is_a_dianion():
    assert _boron_cage(["B"] * 12).charges().total == -2


def test_the_closo_carborane_anion_has_one_charge_and_ortho_carborane_none():
    neighbour = int(np.argsort(np.linalg.norm(icosahedron(1) - icosahedron(1)[0], axis=1))[1])
    one = ["C" if k == 0 else "B" for k in range(12)]
    two = ["C" if k in (0, neighbour) else "B" for k in range(12)]
    assert _boron_cage(one).charges().total == -1
    assert _boron_cage(two).charges().total == 0


def test_dicarbollide_is_a_dianion():
    around = np.argsort(np.linalg.norm(icosahedron(1) - icosahedron(1)[0], axis=1))
    first = int(around[1])
    second = next(int(k) for k in around[2:6] if np.linalg.norm(icosahedron(1)[k] - icosahedron(1)[first]) < 1.2)
    found = _boron_cage(["C" if k in (first, second) else "B" for k in range(12)], drop=0).charges()
    assert (found.total, found.kind) == (-2, "dicarbollide")


def test_closo_decaborate_is_a_dianion():
    # bicapped square antiprism, B–B 1.83 Å in the squares, 1.80 Å between them, 1.70 Å to the caps
    points = []
    for height, twist in ((0.751, 0.0), (-0.751, np.pi / 4)):
        for k in range(4):
            angle = twist + k * np.pi / 2
            points.append((1.294 * np.cos(angle), 1.294 * np.sin(angle), height))
    points += [(0, 0, 1.853), (0, 0, -1.853)]
    cage = np.array(points)
    out = cage / np.linalg.norm(cage, axis=1)[:, None]
    assert from_points(["B"] * 10 + ["H"] * 10, [*cage, *(cage + 1.1 * out)]).charges().total == -2


@pytest.mark.parametrize(("metal", "charge"), [("W", -2), ("Mo", -2), ("Nb", -8), ("Ta", -8)])
def test_a_lindqvist_ion_counts_its_addenda_atoms_as_ions(metal, charge):
    # M6O19: M–O 2.33 Å to the centre, 1.69 Å terminal, 1.91 Å bridging
    axes = [sign * axis for axis in np.eye(3) for sign in (1, -1)]
    bridges = [1.85 * (a + b) for k, a in enumerate(axes) for b in axes[k + 1 :] if abs(a @ b) < 0.5]
    points = [*(2.33 * a for a in axes), np.zeros(3), *(4.02 * a for a in axes), *bridges]
    found = from_points([metal] * 6 + ["O"] * 19, points).charges()
    assert (found.total, found.kind) == (charge, "polyoxometalate")
    assert found.doubts


def _nitronyl(length: float):
    smiles = "CC1(C)C(C)(C)[N+]([O-:1])=C(c2ccccc2)N1[O-:2]"
    geometry, _, maps = embedded(smiles)
    for oxygen in (maps[1], maps[2]):
        nitrogen = next(i if j == oxygen else j for i, j in geometry.bonds if oxygen in (i, j))
        geometry = geometry.with_length(nitrogen, oxygen, length)
    return geometry


def test_a_nitronyl_nitroxide_is_a_neutral_radical():
    found = _nitronyl(1.28).charges()
    assert (found.total, found.radical, found.kind) == (0, True, "nitronyl nitroxide")
    assert found.alternatives == (-1,)


@pytest.mark.parametrize(("length", "charge", "radical"), [(1.28, 0, True), (1.42, -1, False)])
def test_tempo_is_a_radical_and_its_hydroxylaminate_is_not(length, charge, radical):
    geometry, _, maps = embedded("CC1(C)CCCC(C)(C)N1[O-:1]")
    nitrogen = geometry.elements.index("N")
    found = geometry.with_length(nitrogen, maps[1], length).charges()
    assert (found.total, found.radical) == (charge, radical)


@pytest.mark.parametrize(
    ("smiles", "length", "charge", "radical"),
    [
        ("[O:1]=C1C=CC=CC1=[O:2]", 1.23, 0, False),
        ("[O:1]=C1C=CC=CC1=[O:2]", 1.29, -1, True),
        ("[O-:1]c1ccccc1[O-:2]", 1.35, -2, False),
    ],
)
def test_quinone_semiquinone_and_catecholate_differ_by_their_c_o_bonds(smiles, length, charge, radical):
    geometry, _, maps = embedded(smiles)
    for oxygen in (maps[1], maps[2]):
        carbon = next(i if j == oxygen else j for i, j in geometry.bonds if oxygen in (i, j))
        geometry = geometry.with_length(carbon, oxygen, length)
    found = geometry.charges()
    assert (found.total, found.radical) == (charge, radical)


@pytest.mark.parametrize(("length", "charge", "radical"), [(1.49, 0, False), (1.42, -1, True), (1.37, -2, False)])
def test_bipyridine_is_reduced_when_the_bond_between_its_rings_is_short(length, charge, radical):
    geometry, _, _ = embedded("[n:1]1ccccc1-c1cccc[n:2]1")
    found = geometry.with_length(5, 6, length).charges()
    assert (found.total, found.radical) == (charge, radical)
    assert bool(found.doubts) == (charge != 0)


@pytest.mark.parametrize(
    ("element", "length", "charge", "radical"),
    [
        ("N", 1.10, 0, False), ("N", 1.24, -2, False), ("N", 1.40, -3, True), ("N", 1.47, -4, False),
        ("O", 1.21, 0, False), ("O", 1.33, -1, True), ("O", 1.49, -2, False),
    ],
)  # fmt: skip
def test_diatomic_ligands_are_read_from_their_length(element, length, charge, radical):
    found = from_points([element] * 2, [(0, 0, 0), (0, 0, length)]).touching(0, 1, metals=2).charges()
    assert (found.total, found.radical) == (charge, radical)
    assert found.alternatives


def test_a_lone_terminal_oxygen_is_water_without_its_hydrogens_and_said_to_be_doubtful():
    found = formal_charges(["O"], np.zeros((1, 3)), [], {0: 1})
    assert (found.total, found.alternatives) == (0, (-2, -1))
    assert found.doubts[0].code == "water-or-hydroxide"


@pytest.mark.parametrize("metals", [2, 3, 4])
def test_a_lone_bridging_oxygen_is_oxide_with_hydroxide_as_alternative(metals):
    found = formal_charges(["O"], np.zeros((1, 3)), [], {0: metals})
    assert found.total == -2
    assert -1 in found.alternatives


def test_a_terminal_hydroxide_may_be_water_and_a_bridging_one_not():
    hydroxide = from_points(["O", "H"], [(0, 0, 0), (0, 0, 0.97)])
    assert hydroxide.touching(0).charges().alternatives == (0,)
    assert hydroxide.touching(0, metals=2).charges().alternatives == ()


@pytest.mark.parametrize(
    ("smiles", "charge"),
    [("C1CC[O:1]C1", 0), ("[O-:1]C(=O)c1ccccc1", -1), ("CC(=[O:1])C=C(C)[O-:2]", -1), ("CN(C)C=[O:1]", 0)],
)
def test_missing_hydrogens_are_said_and_the_charge_is_that_of_the_whole_ligand(smiles, charge):
    geometry, _, _ = embedded(smiles)
    bare = geometry.without(*[a for a, e in enumerate(geometry.elements) if e == "H"])
    found = bare.charges()
    assert "hydrogens-missing" in codes(found.doubts)
    assert found.total == charge
    assert found.alternatives


def test_no_hydrogen_is_called_missing_where_all_are_there():
    for _, smiles, _ in LIGANDS:
        found = embedded(smiles)[0].charges()
        assert not {"hydrogens-missing", "lewis-incomplete"} & codes(found.doubts), smiles


def test_a_hydrogen_with_two_contacts_keeps_the_shorter():
    geometry, _, _ = embedded("CC(=O)[O-:1]")
    hydrogen = geometry.elements.index("H")
    found = formal_charges(geometry.elements, geometry.positions, (*geometry.bonds, (2, hydrogen)), geometry.bound)
    assert found.total == -1
    assert found.bond_orders[-1] == 0


def test_a_metal_left_in_the_ligand_is_refused():
    with pytest.raises(DomainError, match="Fe"):
        formal_charges(["Fe"], np.zeros((1, 3)), [], {})


def test_an_addenda_metal_that_is_alone_still_counts_as_an_ion():
    # a tetrahedral tungstate: W–O 1.78 Å
    assert tetrahedron("W", "O", 1.78).charges().total == -2


@pytest.mark.parametrize(("length", "charge"), [(1.374, 0), (1.42, -1), (1.47, -2)])
def test_tcnq_is_read_from_its_exocyclic_bonds_and_doubted(length, charge):
    geometry, _, maps = embedded("N#C[C:2](C#[N:1])=[C:3]1C=C[C:4](=[C:5](C#N)C#N)C=C1")
    geometry = geometry.touching(maps[1]).with_length(maps[3], maps[2], length).with_length(maps[4], maps[5], length)
    found = geometry.charges()
    assert found.total == charge
    assert found.doubts


def test_sulfite_is_a_dianion():
    # pyramidal, S–O 1.51 Å, sulfur 0.55 Å above the oxygens
    flat = np.sqrt(1.51**2 - 0.55**2)
    angles = np.arange(3) * 2 * np.pi / 3
    oxygens = [(flat * np.cos(a), flat * np.sin(a), -0.55) for a in angles]
    assert from_points("SOOO", [(0, 0, 0), *oxygens], (1,)).charges().total == -2


def test_carbon_dioxide_is_neutral():
    assert from_points("COO", [(0, 0, 0), (0, 0, 1.16), (0, 0, -1.16)], (1,)).charges().total == 0


def test_a_diprotonated_bipyridine_keeps_its_two_charges():
    geometry, charge, _ = embedded("[nH+]1ccccc1-c1cccc[nH+]1")
    assert geometry.with_length(5, 6, 1.48).charges().total == charge == 2


def test_a_flat_ch2_that_lost_its_neighbour_is_said_to_be_doubtful():
    # ethanol bound by oxygen, whose CH3 is flattened to a CH2: the geometry alone does not call a hydrogen missing
    geometry, _, _ = embedded("C[CH2][OH:1]")
    gone, *others = [j for i, j in geometry.bonds if i == 0 and geometry.elements[j] == "H"]
    axis = geometry.positions[0] - geometry.positions[1]
    axis /= np.linalg.norm(axis)
    across = np.cross(axis, geometry.positions[2] - geometry.positions[1])
    across /= np.linalg.norm(across)
    positions = geometry.positions.copy()
    for sign, hydrogen in zip((1, -1), others, strict=True):
        positions[hydrogen] = positions[0] + 1.08 * (0.5 * axis + sign * 3**0.5 / 2 * across)
    flat = Geometry(geometry.elements, positions, geometry.bonds, geometry.bound).without(gone).charges()
    assert any("missing" in one.text for one in flat.doubts)
    assert 0 in flat.alternatives
