"""Where charges rest: on equal atoms equally, and not across a benzene ring. Textbook answers."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from core.chem.lewis.fragments import Fragment, dissect
from tests.chem import geometry as g


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
