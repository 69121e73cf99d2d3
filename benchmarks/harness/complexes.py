"""The complexes on which the engine is measured: [M(H2O)5LL′] by core.chem.build.complex, and one of no symmetry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from benchmarks.harness.openmolcas import atoms_of
from core.chem.build.complex import build_complex
from core.chem.ligand.ligand import ligand_from_text
from core.qc.hamiltonian import Spec

_TINY = Path(__file__).resolve().parents[2] / "tests" / "reference" / "dy_oh_f_h2o.input"

TINY = "[Dy(OH)F(H2O)]+"
"""Small enough for all two-electron integrals; its geometry is that of tests/reference."""


@dataclass(frozen=True, slots=True)
class ComplexRecipe:
    """SMILES of the axial ligands, the second where it is another, and the ion."""

    axial: str
    second: str | None = None
    metal: str = "Dy"


RECIPES = {
    "[Dy(H2O)5F2]+": ComplexRecipe("[F-]"),
    "[Dy(H2O)5(OH)2]+": ComplexRecipe("[OH-]"),
    "[Dy(H2O)5(OPH3)2]3+": ComplexRecipe("O=[PH3]"),
    "[Dy(H2O)5(formamide)2]3+": ComplexRecipe("NC=O"),
    "[Dy(H2O)5(OMe)(DMF)]2+": ComplexRecipe("C[O-]", "CN(C)C=O"),
    "[Dy(H2O)5(OPMe3)2]3+": ComplexRecipe("CP(C)(C)=O"),
    "[Dy(H2O)5(OPh)2]+": ComplexRecipe("[O-]c1ccccc1"),
    "[Tb(H2O)5(OPH3)2]3+": ComplexRecipe("O=[PH3]", metal="Tb"),
    "[Er(H2O)5(OMe)2]+": ComplexRecipe("C[O-]", metal="Er"),
}


def spec_of(name: str, preset: str = "standard") -> Spec:
    """The molecule in a preset; building it takes seconds."""
    return replace(_built(name), preset=preset)


@lru_cache(maxsize=16)
def _built(name: str) -> Spec:
    if name == TINY:
        elements, positions = atoms_of(_TINY.read_text(encoding="utf-8"))
        return Spec(elements, positions, charge=1, donors=(1, 2, 4))
    recipe = RECIPES[name]
    second = None if recipe.second is None else ligand_from_text(recipe.second)
    built = build_complex(ligand_from_text(recipe.axial), second, recipe.metal)
    charge = built.molecule.charge
    if charge is None:
        raise ValueError(f"{name} has no charge")
    donors = (*built.axial_donors, *built.equatorial_donors)
    return Spec(built.molecule.elements, built.molecule.relative_positions, charge, donors)
