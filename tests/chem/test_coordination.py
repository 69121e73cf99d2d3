"""First spheres of textbook geometries: what binds, as what, with which charge. Expected answers are the textbook's."""

from __future__ import annotations

import numpy as np
import pytest

from core.chem.donor_class import DonorClass
from core.chem.lewis.fragments import dissect
from core.chem.sphere.coordination import CoordinationSphere, coordination_sphere
from core.doubts import codes
from tests.chem import geometry as g


def sphere_of(ligand: g.Atoms, metal: str = "Dy") -> CoordinationSphere:
    anatomy = dissect(g.component([(metal, (0.0, 0.0, 0.0)), *ligand]))
    return coordination_sphere(anatomy, 0)


@pytest.mark.parametrize(
    ("ligand", "sites", "hapticity", "donor_class", "charge"),
    [
        (g.kappa2_acetate(), 2, 1, DonorClass.CARBOXYLATE, -1),
        (g.kappa1_acetate(), 1, 1, DonorClass.CARBOXYLATE, -1),
        (g.kappa2_nitrate(), 2, 1, DonorClass.NITRATE, -1),
        (g.kappa1_nitrate(), 1, 1, DonorClass.NITRATE, -1),
        (g.acetylacetonate(), 2, 1, DonorClass.BETA_DIKETONATE, -1),
        (g.borohydride(), 1, 3, DonorClass.BOROHYDRIDE, -1),
        (g.cyclopentadienyl(), 1, 5, DonorClass.CYCLOPENTADIENYL, -1),
        (g.pentamethylcyclopentadienyl(), 1, 5, DonorClass.CYCLOPENTADIENYL, -1),
        (g.cyclooctatetraenyl(), 1, 8, DonorClass.CYCLOOCTATETRAENYL, -2),
        (g.water(2.37), 1, 1, DonorClass.WATER, 0),
        ([("Cl", (0.0, 0.0, 2.65))], 1, 1, DonorClass.CHLORIDE, -1),
    ],
    ids="κ²-acetate κ¹-acetate κ²-nitrate κ¹-nitrate acac BH4 Cp Cp* COT water chloride".split(),
)
def test_a_ligand_binds_through_its_donors_and_carries_its_charge(
    ligand: g.Atoms, sites: int, hapticity: int, donor_class: DonorClass, charge: int
) -> None:
    sphere = sphere_of(ligand)
    assert sphere.coordination_number == sites
    assert {d.hapticity for d in sphere.donors} == {hapticity}
    assert {d.donor_class for d in sphere.donors} == {donor_class}
    assert [bound.charge for bound in sphere.ligands] == [charge]


def test_the_carbon_of_a_chelating_carboxylate_and_the_nitrogen_of_a_nitrate_are_no_donors() -> None:
    for ligand in (g.kappa2_acetate(), g.kappa2_nitrate()):
        sphere = sphere_of(ligand)
        assert {d.element for d in (*sphere.donors, *sphere.edge)} == {"O"}


def test_the_boron_of_a_borohydride_is_no_donor_but_its_hydrogens_are_one_site() -> None:
    sphere = sphere_of(g.borohydride())
    assert [(d.element, d.hapticity) for d in sphere.donors] == [("H", 3)]


def test_the_charge_of_a_delocalised_ligand_is_shared_by_its_equivalent_atoms() -> None:
    assert [d.formal_charge for d in sphere_of(g.kappa2_acetate()).donors] == pytest.approx([-0.5, -0.5])
    assert [d.formal_charge for d in sphere_of(g.kappa2_nitrate()).donors] == pytest.approx([-1 / 3, -1 / 3])
    assert sphere_of(g.cyclopentadienyl()).donors[0].atom_charges == pytest.approx([-0.2] * 5)
    assert sphere_of(g.cyclooctatetraenyl()).donors[0].atom_charges == pytest.approx([-0.25] * 8)


def test_a_hapto_ligand_is_one_site_at_its_centroid_and_the_sphere_says_so() -> None:
    sphere = sphere_of(g.cyclopentadienyl())
    assert sphere.hapto_ligands == 1
    assert sphere.donors[0].position == pytest.approx([0.0, 0.0, 2.35])
    assert "hapto-one-site" in codes(sphere.doubts)


def test_a_sandwich_has_two_sites() -> None:
    flip = np.diag([1.0, -1.0, -1.0])
    sphere = sphere_of([*g.pentamethylcyclopentadienyl(), *g.turned(g.cyclopentadienyl(), flip)])
    assert (sphere.coordination_number, sphere.hapto_ligands) == (2, 2)


def test_a_bridging_phenoxide_is_shared_by_both_metals() -> None:
    oxygen = ("O", (0.0, 0.0, 1.45))
    ring = [("C", (0.0, 1.39 * np.sin(a), 2.79 + 1.39 + 1.39 * -np.cos(a))) for a in np.pi / 3 * np.arange(6)]
    hydrogens = [("H", (0.0, 2.47 * np.sin(a), 2.79 + 1.39 + 2.47 * -np.cos(a))) for a in np.pi / 3 * np.arange(1, 6)]
    atoms: g.Atoms = [("Dy", (1.8, 0.0, 0.0)), ("Dy", (-1.8, 0.0, 0.0)), oxygen, *ring, *hydrogens]  # type: ignore[list-item]
    sphere = coordination_sphere(dissect(g.component(atoms)), 0)
    donor = sphere.donors[0]
    assert (donor.donor_class, donor.bridges, donor.shared_by) == (DonorClass.ARYLOXIDE, 1, pytest.approx(2.0))
    assert sphere.ligands[donor.ligand].metals == 2


def test_a_contact_fades_out_and_never_jumps() -> None:
    cutoff = 1.92 + 0.66 + 0.45
    weights = []
    for distance in np.linspace(cutoff - 0.5, cutoff + 0.1, 601):
        sphere = sphere_of(g.water(float(distance)))
        weights.append(sum(d.weight for d in (*sphere.donors, *sphere.edge)))
    assert weights[0] == 1.0
    assert weights[-1] == 0.0
    assert np.abs(np.diff(weights)).max() < 0.01


def test_a_contact_at_the_edge_is_said() -> None:
    assert "edge-of-sphere" in codes(sphere_of(g.water(2.90)).doubts)
    assert not sphere_of(g.water(2.40)).doubts


def test_a_bond_too_short_to_be_true_is_said() -> None:
    assert "bond-too-short" in codes(sphere_of(g.water(1.98)).doubts)
    assert not sphere_of(g.water(2.03)).doubts


def kappa2_oxoanion(centre: str, bond: float, others: int) -> g.Atoms:
    """EO4 or EO3 with two oxygens at 2.45 Å of the metal, the tetrahedral angle at E."""
    half = np.radians(109.47 / 2)
    x, drop = bond * np.sin(half), bond * np.cos(half)
    z = np.sqrt(2.45**2 - x**2)
    e = float(z + drop)
    rest = [(centre, (0.0, 0.0, e)), ("O", (0.0, float(x), e + float(drop))), ("O", (0.0, -float(x), e + float(drop)))]
    return [("O", (float(x), 0.0, float(z))), ("O", (-float(x), 0.0, float(z))), *rest[: 1 + others]]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("centre", "bond", "others"),
    [("S", 1.48, 2), ("P", 1.54, 2), ("Cl", 1.44, 2), ("Se", 1.64, 2), ("I", 1.80, 1)],
    ids="sulfate phosphate perchlorate selenate iodate".split(),
)
def test_the_centre_of_a_chelating_oxoanion_is_no_donor(centre: str, bond: float, others: int) -> None:
    sphere = sphere_of(kappa2_oxoanion(centre, bond, others))
    assert [d.element for d in (*sphere.donors, *sphere.edge)] == ["O", "O"]


def allyl() -> g.Atoms:
    """η3-C3H5: carbons at 2.6 Å."""
    ends = [("C", (1.22, 0.0, 2.30)), ("C", (-1.22, 0.0, 2.30))]
    hydrogens = [("H", (x, y, 2.3)) for x, y in ((2.15, -0.55), (1.22, 1.09), (-2.15, -0.55), (-1.22, 1.09))]
    return [*ends, ("C", (0.0, -0.65, 2.40)), ("H", (0.0, -1.73, 2.45)), *hydrogens]


def test_carbon_donors_do_not_vanish_beside_nearer_donors() -> None:
    oxide = ("O", (0.0, 0.0, -2.05))
    methoxide: g.Atoms = [oxide, *g.methyl((0.0, 0.0, -3.42), (0.0, 0.0, -2.05))]
    sphere = sphere_of([*allyl(), *methoxide])
    assert sorted((d.element, d.hapticity) for d in sphere.donors) == [("C", 3), ("O", 1)]


def test_the_methyl_groups_of_a_tetramethylaluminate_bind_and_a_saturated_one_does_not() -> None:
    aluminium = (0.0, 0.0, 3.05)
    bridges = [g.methyl((x, 0.0, 1.75), (x / 2, 0.0, 1.0)) for x in (1.75, -1.75)]
    outer = [g.methyl((0.0, y, 4.2), aluminium) for y in (1.6, -1.6)]
    aluminate: g.Atoms = [("Al", aluminium), *(atom for group in (*bridges, *outer) for atom in group)]
    sphere = sphere_of(aluminate)
    assert [d.element for d in sphere.donors] == ["C", "C"]
    neopentane = [("C", (0.0, 0.0, -4.35)), *g.methyl((0.0, 0.0, -2.85), (0.0, 0.0, -1.0))]
    ends = [g.methyl((1.42 * np.cos(a), 1.42 * np.sin(a), -4.85), (0.0, 0.0, -4.35)) for a in (0.0, 2.09, 4.19)]
    hydrogens = [(e, (x, y, z)) for e, (x, y, z) in (atom for group in ends for atom in group)]
    touched = sphere_of([*aluminate, *neopentane, *hydrogens])
    assert [d.element for d in touched.donors] == ["C", "C"]
