"""Crystals of the kinds that crystallographers hand in, made from textbook geometry: the answer is known beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.chem.made_complexes import (
    ACAC,
    CHLORIDE,
    CP,
    THF,
    WATER,
    anion,
    answer,
    cation,
    four,
    hydrate,
    metallocene,
    neutral,
    octahedron,
    said,
    three,
)
from tests.chem.made_crystals import (
    TETRAHEDRON,
    TRIANGLE,
    Atoms,
    Ligand,
    Row,
    X,
    Y,
    Z,
    around,
    beside,
    cif,
    complex_of,
    in_two_places,
    rows,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A crystal and what is right of it: number of donor sites by class, charge, oxidation state, beside what."""

    atoms: Callable[[], Atoms]
    donors: dict[str, int]
    charge: int = 0
    state: int = 3
    ions: tuple[str, ...] = ()
    says: str = ""


SANDWICH = {"cyclopentadienyl": 2, "ether": 1}
NHC = "CN1C=CN(C)[C:1]1"
MADE = {
    # carbon donors
    "allyl": Made(lambda: three("[CH2:1]=[CH:2][CH2-:3]", 2.65, THF), {"allyl": 3, "ether": 1}),
    "AlMe4": Made(lambda: three("[CH3:1][Al-]([CH3:2])(C)C", 2.55), {"alkyl": 6}),
    "carbene beside alkoxides": Made(
        lambda: complex_of(
            "Dy",
            *(Ligand("CC(C)(C)[O-:1]", 2.10, v) for v in TETRAHEDRON[1:]),
            Ligand(NHC, 2.62, TETRAHEDRON[0]),
        ),
        {"carbene": 1, "alkoxide": 3},
    ),
    "isocyanide": Made(
        lambda: metallocene("Dy", ("CC(C)(C)[N+]#[C-:1]", 2.55), CHLORIDE),
        {"cyclopentadienyl": 2, "chloride": 1, "cyanide C": 1},
    ),
    "acetylide": Made(lambda: metallocene("Dy", ("acetylide", 2.40), THF), {**SANDWICH, "cyanide C": 1}),
    "cyanide": Made(lambda: metallocene("Dy", ("cyanide", 2.48), THF), {**SANDWICH, "cyanide C": 1}),
    "phenyl": Made(lambda: metallocene("Dy", ("[c-:1]1ccccc1", 2.42), THF), {**SANDWICH, "aryl": 1}),
    "carbodiphosphorane": Made(
        lambda: complex_of(
            "Dy",
            Ligand("C[P+](C)(C)[C-2:1][P+](C)(C)C", 2.55, Z),
            *(Ligand(*CHLORIDE, v) for v in (X, -X, Y)),
            Ligand(*THF, -Y),
        ),
        {"alkyl": 1, "chloride": 3, "ether": 1},
    ),
    "ylide": Made(
        lambda: metallocene("Dy", ("[CH2-:1][P+](C)(C)C", 2.55), CHLORIDE),
        {"cyclopentadienyl": 2, "chloride": 1, "alkyl": 1},
    ),
    "gallyl": Made(
        lambda: [
            *complex_of("Dy", Ligand(CP, 2.65, X), Ligand(CP, 2.65, -X), Ligand(*THF, -Z)),
            ("Ga", (0.0, 0.0, 3.05)),
            *(
                (e, (x, y, z + 3.05))
                for e, (x, y, z) in complex_of("Ga", *(Ligand("[CH3-:1]", 2.0, v + 0.4 * Z) for v in (Y, -Y)))[1:]
            ),
        ],
        {**SANDWICH, "other, anionic": 1},
    ),
    # oxoanions by two oxygens
    "selenate": Made(lambda: hydrate("[O-:1][Se]([O-:2])(=O)=O"), {"water": 6, "oxoanion": 2}, 1, ions=("[Cl-]",)),
    "carbonate": Made(lambda: hydrate("[O-:1]C([O-:2])=O"), {"water": 6, "oxoanion": 2}, 1, ions=("[Cl-]",)),
    "phosphate": Made(lambda: hydrate("[O-:1]P([O-])([O-:2])=O"), {"water": 6, "oxoanion": 2}),
    "iodate": Made(lambda: hydrate("[O-:1]I(=O)=[O:2]"), {"water": 6, "oxoanion": 2}, 2, ions=("[Cl-]", "[Cl-]")),
    "bromate": Made(lambda: hydrate("bromate"), {"water": 6, "oxoanion": 2}, 2, ions=("[Cl-]", "[Cl-]")),
    "dithiophosphate": Made(lambda: three("[S-:1]P(=[S:2])(OC)OC", 2.85, WATER, WATER), {"thiolate": 6, "water": 2}),
    # borohydride
    "κ1-BH4": Made(lambda: metallocene("Dy", ("κ1-BH4", 2.30), THF), {**SANDWICH, "borohydride H": 1}),
    "κ2-BH4": Made(lambda: metallocene("Dy", ("κ2-BH4", 2.40), THF), {**SANDWICH, "borohydride H": 1}),
    # oxidation states
    "Pr(IV)": Made(lambda: four("Pr", "C[Si](C)(C)[O-:1]", 2.15), {"siloxide": 4}, state=4),
    "Ce(IV)": Made(lambda: four("Ce", ACAC, 2.33), {"β-diketonate": 8}, state=4),
    "Ce(III)": Made(lambda: four("Ce", ACAC, 2.45), {"β-diketonate": 8}, -1, ions=("C[N+](C)(C)C",)),
    "Yb(II)": Made(
        lambda: metallocene("Yb", ("C1CC[O:1]C1", 2.45), ("C1CC[O:1]C1", 2.45), 2.70),
        {"cyclopentadienyl": 2, "ether": 2},
        state=2,
    ),
    "Eu(II)": Made(
        lambda: octahedron("Eu", *[("[I-:1]", 3.2)] * 2, *[("C1CC[O:1]C1", 2.6)] * 4),
        {"iodide": 2, "ether": 4},
        state=2,
    ),
    # charges of ligands
    "semiquinonate": Made(
        lambda: complex_of(
            "Dy",
            *(Ligand(ACAC, 2.34, v) for v in TRIANGLE[:2]),
            Ligand("semiquinonate", 2.36, TRIANGLE[2]),
            Ligand(*WATER, Z),
        ),
        {"β-diketonate": 4, "aryloxide": 2, "water": 1},
        says="semiquinonate",
    ),
    "zwitterion": Made(
        lambda: octahedron("Dy", *[CHLORIDE] * 3, ("[O-:1]c1ccccc1/C=[NH+]/C", 2.28), THF, THF),
        {"chloride": 3, "aryloxide": 1, "ether": 2},
    ),
    "betaine": Made(
        lambda: hydrate("C[N+](C)(C)CC([O-:1])=[O:2]", 2.45),
        {"water": 6, "carboxylate": 2},
        3,
        ions=("[Cl-]", "[Cl-]", "[Cl-]"),
    ),
    "triazenide": Made(lambda: three("c1ccccc1[N-:1]N=[N:2]c1ccccc1", 2.42), {"anionic N": 6}),
    "tropolonate": Made(
        lambda: four("Dy", "[O-:1]c1cccccc1=[O:2]", 2.38), {"anionic O": 8}, -1, ions=("C[N+](C)(C)C",)
    ),
    "pseudohalides": Made(
        lambda: octahedron("Dy", ("azide", 2.35), ("isothiocyanate", 2.37), ("isocyanate", 2.33), WATER, WATER, THF),
        {"pseudohalide N": 3, "water": 2, "ether": 1},
    ),
    "COT": Made(
        lambda: complex_of("Dy", Ligand("COT", 2.62, Z), Ligand("COT", 2.62, -Z)),
        {"cyclooctatetraenyl": 2},
        -1,
        ions=("C[N+](C)(C)C",),
    ),
}
IONS = {
    "tropylium": (anion, -1), "c1ccccc1[C+](c1ccccc1)c1ccccc1": (anion, -1), "[OH3+]": (anion, -1),
    "c1ccccc1[P+](c1ccccc1)(c1ccccc1)N=P(c1ccccc1)(c1ccccc1)c1ccccc1": (anion, -1), "c1cc[nH+]cc1": (anion, -1),
    "NC(N)=[NH2+]": (anion, -1), "[Na+]": (anion, -1), "PF6": (cation, 1), "SbF6": (cation, 1), "I[I-]I": (cation, 1),
    "FC(F)(F)S(=O)(=O)[N-]S(=O)(=O)C(F)(F)F": (cation, 1), "c1ccccc1[B-](c1ccccc1)(c1ccccc1)c1ccccc1": (cation, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_a_made_crystal_is_read_as_it_was_made(name: str) -> None:
    made = MADE[name]
    found = answer(cif(rows(beside(made.atoms(), *made.ions))))
    assert found.sphere is not None, found.message
    assert Counter(str(d.donor_class) for d in found.sphere.donors) == made.donors
    assert (found.charge, found.oxidation_state) == (made.charge, made.state)
    assert "do not add up" not in said(found)
    assert made.says in said(found)


@pytest.mark.parametrize("ion", IONS)
def test_a_counter_ion_makes_the_crystal_neutral(ion: str) -> None:
    complex_ion, charge = IONS[ion]
    found = answer(cif(rows(beside(complex_ion(), ion))))
    assert (found.charge, found.report.charge_confirmed) == (charge, True)


# Disorder ----------------------------------------------------------------------------------------------------------


def rotor(kind: str, angle: float, occupancy: float, groups: tuple[str, str]) -> tuple[list[Row], str]:
    """A crystal with one group in two places, and the formula of the molecule."""
    if kind == "CF3":
        listed = rows(metallocene("Dy", ("FC(F)(F)C([O-:1])=[O:2]", 2.42), ("C1CC[O:1]C1", 2.45)))
        first, formula = next(r.label for r in listed if r.element == "F"), "C16H18DyF3O3"
        pivot = around(listed, first, 1.5)[0]
        moved = [label for label in around(listed, pivot, 1.5) if label.startswith("F")]
    else:
        listed = rows(three("C[Si](C)(C)[N-:1][Si](C)(C)C", 2.22))
        pivot, formula = next(r.label for r in listed if r.element == "Si"), "C18H54DyN3Si6"
        methyls = [label for label in around(listed, pivot, 2.0) if label.startswith("C")]
        moved = [*methyls, *(h for c in methyls for h in around(listed, c, 1.2) if h.startswith("H"))]
    at = {r.label: np.array(r.place) for r in listed}
    (held,) = [label for label in around(listed, pivot, 2.0) if label not in moved and label[0] in "CN"]
    return in_two_places(listed, moved, pivot, at[pivot] - at[held], angle, occupancy, groups), formula


@pytest.mark.parametrize("groups", [(".", "."), ("1", "2"), ("-1", "-2")], ids=["unmarked", "PART 1", "PART -1"])
@pytest.mark.parametrize(("kind", "angle"), [("CF3", 60), ("CF3", 35), ("SiMe3", 60), ("SiMe3", 30)])
def test_a_group_in_two_places_stands_in_one(kind: str, angle: float, groups: tuple[str, str]) -> None:
    listed, formula = rotor(kind, angle, 0.6, groups)
    found = answer(cif(listed))
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.charge) == (formula, 0)


@pytest.mark.parametrize(("ion", "angle", "axis"), [("ClO4", 45, X), ("BF4", 60, X + Y + Z), ("PF6", 45, Z)])
@pytest.mark.parametrize("occupancy", [0.5, 0.65])
def test_a_counter_ion_in_two_orientations_counts_once(
    ion: str, angle: float, axis: np.ndarray, occupancy: float
) -> None:
    complex_ion = cation()
    listed = rows(beside(complex_ion, ion))
    own = listed[len(complex_ion) :]
    held = [r for r in own[1:] if np.linalg.norm(np.cross(np.array(r.place) - own[0].place, axis)) < 0.1]
    moved = [r.label for r in own[1:] if r not in held]
    found = answer(cif(in_two_places(listed, moved, own[0].label, axis, angle, occupancy)))
    assert (found.charge, found.report.charge_confirmed) == (1, True)


@pytest.mark.parametrize("other", ["Y", "Lu", "La"])
@pytest.mark.parametrize("groups", [(".", "."), ("1", "2")], ids=["unmarked", "PART 1"])
def test_a_diluted_crystal_is_judged_as_the_magnetic_ion(other: str, groups: tuple[str, str]) -> None:
    metal, *rest = rows(neutral())
    diluted = [
        replace(metal, occupancy=0.1, group=groups[0]),
        replace(metal, label=f"{other}1", element=other, occupancy=0.9, group=groups[1]),
    ]
    found = answer(cif([*diluted, *rest]))
    assert (found.metal, found.charge) == ("Dy", 0)
    assert "shared by" in said(found)


@pytest.mark.parametrize(
    ("row", "groups"), [("Q1 Q", ". ."), ("Q1 ?", ". ."), ("Cg1 ?", ". ."), ("Cg1 Cg", ". ."), ("H99 H", "? ?")]
)
def test_what_is_no_atom_is_left_out(row: str, groups: str) -> None:
    place = "? ? ?" if row.startswith("H") else "0.7 0.5 0.5"
    found = answer(f"{cif(rows(neutral()))}{row} {place} 1 {groups}\n")
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.charge) == ("C12H24Cl3DyO3", 0)
    assert "Left out" in said(found) or "without coordinates" in said(found)
