"""Where charges rest: on equal atoms equally, and not across a benzene ring. Textbook answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from core.chem.crystal.components import Component
from core.chem.lewis.donor_sites import Site
from core.chem.lewis.fragments import Anatomy, Fragment, _fragment, dissect
from tests.chem import geometry as g
from tests.chem.ligand_geometry import Geometry, embedded, from_points


def ligand(smiles: str) -> tuple[Fragment, tuple[str, ...]]:
    """The ligand of a SMILES, its first atom 2.2 Å from a metal, and its elements."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=1)
    places = mol.GetConformer().GetPositions()
    atoms: g.Atoms = [(a.GetSymbol(), tuple(p)) for a, p in zip(mol.GetAtoms(), places.tolist(), strict=True)]  # type: ignore[misc]
    outward = places[0] - places.mean(axis=0)
    metal = places[0] + 2.2 * outward / np.linalg.norm(outward)
    (fragment,) = dissect(g.component([*atoms, ("Dy", tuple(metal.tolist()))])).fragments
    return fragment, tuple(e for e, _ in atoms)


def shares(smiles: str, element: str) -> list[float]:
    fragment, elements = ligand(smiles)
    return [fragment.shares[a] for a, e in enumerate(elements) if e == element]


def test_the_imine_of_a_salicylaldimine_shares_no_charge_with_the_phenolate() -> None:
    assert shares("[O-]c1ccccc1C=NC", "N") == pytest.approx([0.0])
    assert shares("[O-]c1ccccc1C=NC", "O") == pytest.approx([-1.0])


def test_a_beta_diketonate_still_shares_its_charge() -> None:
    assert shares("CC([O-])=CC(C)=O", "O") == pytest.approx([-0.5, -0.5])


def test_a_verdazyl_is_a_neutral_radical() -> None:
    fragment, _ = ligand("CN1N=C(c2ccccn2)N=[N+](C)C1=O")
    assert (fragment.charges.total, fragment.charges.radical) == (0, True)


@pytest.mark.parametrize(("element", "length"), [("S", 2.06), ("Se", 2.35), ("Te", 2.75)])
def test_a_dichalcogenide_carries_two_charges_in_equal_parts(element: str, length: float) -> None:
    (fragment,) = dissect(g.component([(element, (0.0, 0.0, 0.0)), (element, (0.0, 0.0, length))])).fragments
    assert list(fragment.shares.values()) == pytest.approx([-1.0, -1.0])


def test_a_cyanide_without_a_metal_is_an_anion() -> None:
    (fragment,) = dissect(g.component([("C", (0.0, 0.0, 0.0)), ("N", (0.0, 0.0, 1.15))])).fragments
    assert fragment.charges.total == -1


def test_the_bound_face_of_a_dicarbollide_carries_both_charges() -> None:
    """nido-C2B9H11 as an icosahedron of 1.7 Å edges with one corner for the metal."""
    golden = (1 + 5**0.5) / 2
    corners = [p for a in (-1, 1) for b in (-golden, golden) for p in ((0, a, b), (a, b, 0), (b, 0, a))]
    places = np.array(corners, dtype=float) * 0.87
    top = places[0]
    order = np.argsort(np.linalg.norm(places - top, axis=1))
    face, rest = order[1:6], order[6:]
    first = face[0]
    second = next(f for f in face[1:] if np.linalg.norm(places[f] - places[first]) < 1.8)
    atoms: g.Atoms = [("Dy", tuple((top * 1.45).tolist()))]  # type: ignore[list-item]
    for corner in (*face, *rest):
        element = "C" if corner in (first, second) else "B"
        for symbol, factor in ((element, 1.0), ("H", 1.69)):
            atoms.append((symbol, tuple((places[corner] * factor).tolist())))  # type: ignore[arg-type]
    anatomy = dissect(g.component(atoms))
    (fragment,) = anatomy.fragments
    (site,) = [s for s in anatomy.sites[0] if len(s.atoms) > 1]
    assert fragment.charges.total == -2
    assert sum(fragment.shares[a] for a in site.atoms) == pytest.approx(-2.0)


DELOCALISED = {
    "amidinate": ("C[N-:1]C(C)=[N:2]C", "amide N", -1 / 2),
    "guanidinate": ("C[N-:1]C(N(C)C)=[N:2]C", "amide N", -1 / 2),
    "β-diketiminate": ("[NH-:1]C=CC=[NH:2]", "amide N", -1 / 2),
    "iminophosphonamide": ("C[N-:1]P(C)(C)=[N:2]C", "amide N", -1 / 2),
    "sulfinamidinate": ("C[N-:1]S(C)=[N:2]C", "amide N", -1 / 2),
    "aminotroponiminate": ("C[N-:1]c1cccccc1=[N:2]C", "amide N", -1 / 2),
    "triazenide": ("C[N-:1]N=[N:2]C", "anionic N", -1 / 2),
    "pyrazolate": ("c1c[n-:1][n:2]c1", "azolate", -1 / 2),
    "triazolate": ("c1n[n-:1][n:2]c1", "azolate", -1 / 3),
    "urea dianion": ("C[N-:1]C(=O)[N-:2]C", "amide N", -2 / 3),
    "acetate": ("CC([O-:1])=[O:2]", "carboxylate", -1 / 2),
    "acac": ("CC([O-:1])=CC(C)=[O:2]", "β-diketonate", -1 / 2),
    "tropolonate": ("[O-:1]c1cccccc1=[O:2]", "anionic O", -1 / 2),
    "nitronate": ("CC=[N+]([O-:1])[O-:2]", "anionic O", -1 / 2),
    "carbonate": ("[O-:1]C([O-:2])=O", "oxoanion", -2 / 3),
    "sulfate": ("[O-:1]S([O-:2])(=O)=O", "oxoanion", -1 / 2),
    "phosphate": ("[O-:1]P([O-:2])([O-])=O", "oxoanion", -3 / 4),
    "dithiocarbamate": ("CN(C)C([S-:1])=[S:2]", "thiolate", -1 / 2),
}


@pytest.mark.parametrize("name", DELOCALISED)
def test_both_ends_of_a_delocalised_ligand_are_alike_in_any_order_of_the_atoms(name: str) -> None:
    smiles, donor_class, share = DELOCALISED[name]
    geometry, charge, ends = embedded(smiles)
    n = len(geometry.elements)
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(n).tolist()
        anatomy = alone(geometry.permuted(order))
        (fragment,) = anatomy.fragments
        assert fragment.charges.total == charge
        places = [order.index(ends[1]), order.index(ends[2])]
        assert [str(fragment.classes[(a,)]) for a in places] == [donor_class] * 2
        assert [fragment.shares[a] for a in places] == pytest.approx([share] * 2)


@pytest.mark.parametrize(
    ("smiles", "bond", "length", "total", "donor_class"),
    [
        ("C[N:1]=[CH:3][CH:4]=[N:2]C", (3, 4), 1.42, -1, "amide N"),
        ("C[N:1]=[CH:3][CH:4]=[N:2]C", (3, 4), 1.36, -2, "amide N"),
        ("c1ccc[n:1][c:3]1-[c:4]1cccc[n:2]1", (3, 4), 1.42, -1, "pyridine N"),
    ],
)
def test_equal_nitrogens_of_a_reduced_diimine_are_of_one_class(
    smiles: str, bond: tuple[int, int], length: float, total: int, donor_class: str
) -> None:
    geometry, _, ends = embedded(smiles)
    geometry = geometry.with_length(ends[bond[0]], ends[bond[1]], length)
    geometry = replace(geometry, bound=dict.fromkeys((ends[1], ends[2]), 1))
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(len(geometry.elements)).tolist()
        (fragment,) = alone(geometry.permuted(order)).fragments
        places = [order.index(ends[1]), order.index(ends[2])]
        assert fragment.charges.total == total
        assert [str(fragment.classes[(a,)]) for a in places] == [donor_class] * 2
        assert [fragment.shares[a] for a in places] == pytest.approx([total / 2] * 2)


def alone(geometry: Geometry) -> Anatomy:
    """The ligand taken apart as one of a molecule, with its bound atoms as the donor sites of a metal far away."""
    n = len(geometry.elements)
    component = Component(
        (*geometry.elements, "Dy"),
        np.vstack([geometry.positions, geometry.positions.mean(axis=0) + 50.0]),
        np.arange(n + 1),
        np.array(geometry.bonds, dtype=np.int64).reshape(-1, 2),
        1,
        False,
    )
    sites = {n: tuple(Site((a,), (1.0,)) for a in sorted(geometry.bound))}
    return Anatomy(component, (n,), sites, (_fragment(component, tuple(range(n)), sites),))


@pytest.mark.parametrize(("bond", "charge"), [(1.46, 1), (1.52, -1)])
def test_a_benzene_ring_with_one_hydrogen_more_is_doubted_and_its_sign_told_by_its_bonds(
    bond: float, charge: int
) -> None:
    """C₆H₇ on the arm of an amine whose nitrogen binds: a proton on the ring, or a hydride."""
    ring = 1.40 * np.array([(np.sin(a), np.cos(a), 0.0) for a in np.deg2rad(60.0 * np.arange(6))])
    ring[0, 1] = ring[1, 1] + np.sqrt(bond**2 - ring[1, 0] ** 2)
    outward = ring / np.linalg.norm(ring, axis=1)[:, None]
    hydrogens = [ring[0] + 1.09 * np.array([0.0, 0.55, s * 0.83]) for s in (1, -1)]
    hydrogens += [ring[k] + 1.09 * outward[k] for k in (1, 2, 4, 5)]
    nitrogen = ring[3] + 1.45 * outward[3]
    amine = [nitrogen + 1.01 * np.array([s * 0.82, -0.58, 0.0]) for s in (1, -1)]
    elements = ["C"] * 6 + ["H"] * 6 + ["N", "H", "H"]
    geometry = from_points(elements, [*ring, *hydrogens, nitrogen, *amine], bound=(12,))
    (fragment,) = alone(geometry).fragments
    assert fragment.charges.total == charge
    assert -charge in fragment.charges.open
    assert [one.code for one in fragment.charges.doubts] == ["charge-carbon"]
