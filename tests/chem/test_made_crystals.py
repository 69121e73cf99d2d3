"""Crystals of the kinds that crystallographers hand in, made from textbook geometry: the answer is known beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from core.workflows.predict import predict
from core.workflows.prediction import Prediction, Status
from tests.chem.made_crystals import (
    OCTAHEDRON,
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

CP = "[cH:1]1[cH:2][cH:3][cH:4][cH-:5]1"
THF, WATER, CHLORIDE = ("C1CC[O:1]C1", 2.42), ("[OH2:1]", 2.37), ("[Cl-:1]", 2.60)
ACAC = "C/C([O-:1])=C/C(C)=[O:2]"
CUBE = [np.array(v) for v in ((1, 0.6, -0.1), (1, -0.7, -0.1), (-1, 0.6, -0.1), (-1, -0.7, -0.1), (0.45, 0, -1))]


def octahedron(metal: str, *six: tuple[str, float]) -> Atoms:
    return complex_of(metal, *(Ligand(s, d, v) for (s, d), v in zip(six, OCTAHEDRON, strict=True)))


def metallocene(metal: str, one: tuple[str, float], other: tuple[str, float], carbon: float = 2.65) -> Atoms:
    tilt, wedge = np.deg2rad(68.0), np.deg2rad(48.0)
    rings = [Ligand(CP, carbon, np.array([s * np.sin(tilt), 0, np.cos(tilt)])) for s in (1, -1)]
    arms = [np.array([0, s * np.sin(wedge), -np.cos(wedge)]) for s in (1, -1)]
    return complex_of(metal, *rings, Ligand(*one, arms[0]), Ligand(*other, arms[1]))


def three(smiles: str, distance: float, *axial: tuple[str, float]) -> Atoms:
    return complex_of(
        "Dy",
        *(Ligand(smiles, distance, v) for v in TRIANGLE),
        *(Ligand(s, d, v) for (s, d), v in zip(axial, (Z, -Z), strict=False)),
    )


def four(metal: str, smiles: str, distance: float) -> Atoms:
    return complex_of(metal, *(Ligand(smiles, distance, v) for v in TETRAHEDRON))


def hydrate(chelate: str, distance: float = 2.42) -> Atoms:
    waters = [Ligand(*WATER, v) for v in (*CUBE, np.array([-0.45, 0, -1]))]
    return complex_of("Dy", Ligand(chelate, distance, Z), *waters)


def anion() -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, CHLORIDE, CHLORIDE, THF, THF)


def cation(third: tuple[str, float] = THF) -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, third, THF, THF, THF)


def neutral() -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, CHLORIDE, THF, THF, THF)


def answer(text: str, **options: int) -> Prediction:
    return predict(text.encode(), "made.cif", **options)


def said(found: Prediction) -> str:
    return " ".join(one.text for one in found.doubts)


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


# Files -------------------------------------------------------------------------------------------------------------

OLD_NAMES = ["P2(1)/c", "P2_1/c", "P 2_1/c", "P21/c (No. 14)", "P2<sub>1</sub>/c", "p21/c", "P121/c1", "P 1 21/c 1"]
HKL = "   1   0   0   12.34    0.56   1\n" * 800_000


def plain(operators: tuple[str, ...] = ("x,y,z", "-x,-y,-z")) -> str:
    return cif(rows(neutral()), operators=operators)


@pytest.mark.parametrize("name", OLD_NAMES)
def test_a_space_group_is_read_by_its_name_however_it_is_written(name: str) -> None:
    text = plain(("x,y,z", "-x,1/2+y,1/2-z", "-x,-y,-z", "x,1/2-y,1/2+z"))
    start, end = text.index("loop_\n_space"), text.index("loop_\n_atom")
    found = answer(f"{text[:start]}_symmetry_space_group_name_H-M '{name}'\n{text[end:]}")
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.report.symmetry.split()[0]) == ("C12H24Cl3DyO3", "4")


FILES: dict[str, Callable[[], str]] = {
    "no data_ line": lambda: plain().replace("data_made\n", ""),
    "words before, no data_ line": lambda: "Supporting information\n" + plain().replace("data_made\n", ""),
    "text never closed": lambda: plain() + "_publ_section_comment\n;\nnever closed\n",
    "words with data_ in front": lambda: "data for compound 1 (collected at 100 K)\n\n" + plain(),
    "an organic block first": lambda: plain().replace("Dy", "C") + plain().replace("data_made", "data_dy"),
    "lutetium first": lambda: plain().replace("Dy", "Lu").replace("data_made", "data_lu") + plain(),
    "a cell length twice": lambda: plain() + "_cell_length_a 12.0\n",
    "line ends of old Macs": lambda: plain().replace("\n", "\r"),
    "embedded reflections": lambda: f"{plain()}_shelx_hkl_file\n;\n{HKL};\n",
    "embedded reflections first": lambda: plain().replace("made\n", f"made\n_shelx_hkl_file\n;\n{HKL};\n", 1),
    "reflections of a journal": lambda: f"{plain()}_iucr_refine_reflections_details\n;\n{HKL};\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_it_comes(name: str) -> None:
    found = answer(FILES[name]())
    assert found.molecule is not None, found.message
    assert (found.molecule.formula, found.charge) == ("C12H24Cl3DyO3", 0)


def test_a_text_that_is_never_closed_and_holds_the_atoms_is_no_crystal() -> None:
    found = answer(plain().replace("loop_\n_atom", "_publ_section_comment\n;\nloop_\n_atom"))
    assert found.status is Status.ERROR
    assert "text field" in found.message


@pytest.mark.parametrize("element", ["Mn", "Re", "Co", "Rh", "Pt", "Bi"])
def test_an_ion_bonded_to_another_metal_is_refused_by_name(element: str) -> None:
    carbonyls = complex_of(element, *(Ligand("carbonyl", 1.85, v) for v in (X, -X, Y, -Y, Z)))
    metal = complex_of("Dy", Ligand(CP, 2.65, X), Ligand(CP, 2.65, -X), Ligand(*THF, -Z))
    found = answer(cif(rows([*metal, *((e, (x, y, z + 3.0)) for e, (x, y, z) in carbonyls)])))
    assert found.status is Status.REFUSED
    assert f"Dy–{element}" in found.message
