"""Pentagonal-bipyramidal complexes built from a ligand."""

from __future__ import annotations

import threading
from itertools import combinations

import numpy as np
import pytest

from core.angles import between
from core.chem.build.checks import Flaw, RejectedComplex, anatomy_of, check_bonds, check_donors, check_shape
from core.chem.build.complex import EQUATORIAL, PROTOCOL, BuiltComplex, build_complex
from core.chem.build.start import BEND, STARTS, Binder, Part, displaced, starting_parts
from core.chem.donor_class import DonorClass
from core.chem.ligand.ligand import ligand_from_text
from core.chem.shape.references import references
from core.doubts import codes
from core.errors import DomainError
from core.progress import Stopped
from core.workflows.predict import judge

PYRIDINE, PHENOXIDE, SILOXIDE, ACETATE = "c1ccncc1", "[O-]c1ccccc1", "C[Si](C)(C)[O-]", "CC(=O)[O-]"


@pytest.fixture(scope="module")
def pyridines() -> BuiltComplex:
    return build_complex(ligand_from_text(PYRIDINE))


@pytest.fixture(scope="module")
def phenoxides() -> BuiltComplex:
    return build_complex(ligand_from_text(PHENOXIDE))


def distances(built: BuiltComplex, atoms: tuple[int, ...]) -> np.ndarray:
    return np.linalg.norm(built.molecule.relative_positions[list(atoms)], axis=1)


def angle(built: BuiltComplex, first: int, vertex: int, second: int) -> float:
    a = built.molecule.positions[first] - built.molecule.positions[vertex]
    b = built.molecule.positions[second] - built.molecule.positions[vertex]
    return float(between(a, b))


def test_a_neutral_ligand_gives_a_trication_with_two_axial_and_five_equatorial_donors(pyridines: BuiltComplex) -> None:
    molecule = pyridines.molecule
    assert molecule.formula == "C10H20DyN2O5"
    assert (molecule.charge, molecule.oxidation_state, molecule.metal) == (3, 3, 0)
    assert [molecule.elements[d] for d in pyridines.axial_donors] == ["N", "N"]
    assert [molecule.elements[d] for d in pyridines.equatorial_donors] == ["O"] * 5
    assert angle(pyridines, pyridines.axial_donors[0], 0, pyridines.axial_donors[1]) > 170
    assert np.ptp(distances(pyridines, pyridines.equatorial_donors)) < 0.1
    assert pyridines.shape_measure < 2.5


def test_every_result_names_its_protocol_and_says_how_its_distances_were_made(pyridines: BuiltComplex) -> None:
    assert pyridines.protocol == PROTOCOL == "gfn2-5"
    said = [doubt.text for doubt in pyridines.structure.doubts if doubt.code == "distances-corrected"]
    assert len(said) == 1 and "for waters" in said[0]  # five of them


def test_the_axis_is_held_near_linear_and_says_so(pyridines: BuiltComplex) -> None:
    first, second = pyridines.axial_donors
    assert angle(pyridines, first, 0, second) > 175
    assert 0.0 < pyridines.restraint_energy < 350.0  # 1 kcal/mol: the axis hardly needs to be held
    assert any("L–Dy–L is held" in one.text for one in pyridines.structure.doubts)
    assert not any("Dy–O–X" in one.text for one in pyridines.structure.doubts)


def test_an_aryloxide_is_held_near_linear_and_says_so(phenoxides: BuiltComplex) -> None:
    assert phenoxides.molecule.charge == 1
    for donor in phenoxides.axial_donors:
        carbon = next(b if a == donor else a for a, b in phenoxides.molecule.bonds.tolist() if donor in (a, b) and a)
        assert angle(phenoxides, 0, donor, carbon) > 170
    assert phenoxides.restraint_energy >= 0.0
    assert "angle-held" in codes(phenoxides.doubts)


def test_the_predictor_takes_a_built_complex_like_a_crystal(phenoxides: BuiltComplex) -> None:
    prediction = judge(phenoxides.structure, "built")
    assert prediction.levels is not None
    assert prediction.sphere is not None
    assert prediction.sphere.coordination_number == 7
    assert [d.donor_class for d in prediction.sphere.donors].count(DonorClass.ARYLOXIDE) == 2
    assert next(iter(prediction.shapes)) in ("PBPY-7", "JPBPY-7")
    assert prediction.axial_angle is not None
    assert prediction.axial_angle < 5.0  # the easy axis lies along the short bonds to the anions


SPELLINGS = [
    ("[O-]c1ccccc1", "c1(ccccc1)[O-]", "C1=CC=CC=C1[O-]"),
    ("O=[PH3]", "[PH3]=O"),
    ("c1ccncc1", "n1ccccc1", "C1=CC=NC=C1"),
    ("C=[NH+][O-]", "[O-][NH+]=C", "C=[N+]([O-])[H]"),
    ("CC(=O)[O-]", "[O-]C(C)=O", "O=C([O-])C"),
    ("CC(C)[O-]", "[O-]C(C)C", "C([O-])(C)C"),
]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_the_same_ligand_written_differently_gives_the_same_complex(spellings: tuple[str, ...]) -> None:
    first, *others = (build_complex(ligand_from_text(text)) for text in spellings)
    for other in others:
        assert other.molecule.elements == first.molecule.elements
        assert np.abs(other.molecule.positions - first.molecule.positions).max() < 1e-3


def test_two_different_ligands_make_one_complex() -> None:
    built = build_complex(ligand_from_text(PYRIDINE), ligand_from_text(PHENOXIDE), metal="Lu")
    assert built.molecule.elements[0] == "Lu"
    assert built.molecule.charge == 2
    nitrogen, oxygen = distances(built, built.axial_donors)
    assert [built.molecule.elements[d] for d in built.axial_donors] == ["N", "O"]
    assert oxygen < nitrogen


@pytest.fixture(scope="module")
def acetates() -> BuiltComplex:
    return build_complex(ligand_from_text(ACETATE))


def test_an_acetate_is_kept_at_one_oxygen_and_says_that_this_is_no_minimum(acetates: BuiltComplex) -> None:
    for donor in acetates.axial_donors:
        carbon = next(b if a == donor else a for a, b in ligand_bonds(acetates) if donor in (a, b))
        assert 110 < angle(acetates, 0, donor, carbon) < 130
    assert acetates.restraint_energy > 100.0
    assert any("κ¹ is no minimum" in one.text for one in acetates.doubts)


def test_an_acetate_that_chelates_is_rejected_by_name(acetates: BuiltComplex) -> None:
    elements, positions = acetates.molecule.elements, acetates.molecule.positions.copy()
    ligand = next(f.atoms for f in acetates.anatomy.fragments if acetates.axial_donors[0] in f.atoms)
    free = next(a for a in ligand if elements[a] == "O" and a != acetates.axial_donors[0])
    positions[free] *= 2.4 / np.linalg.norm(positions[free])
    anatomy = anatomy_of(elements, positions, ligand_bonds(acetates), 0)
    donors = (*acetates.axial_donors, *acetates.equatorial_donors)
    with pytest.raises(RejectedComplex, match="both oxygens") as caught:
        check_donors(anatomy, 0, donors, [ligand])
    assert caught.value.flaw is Flaw.CHELATED


def test_a_phosphate_binds_through_one_oxygen() -> None:
    built = build_complex(ligand_from_text("O=P(O)(O)O"))
    assert built.shape_measure < 2.5
    assert built.structure.sphere.coordination_number == 7


def test_equatorial_donors_stay_near_their_plane() -> None:
    built = build_complex(ligand_from_text("CN(C)C=O"))
    for donor in built.equatorial_donors:
        assert 75 < angle(built, built.axial_donors[0], 0, donor) < 105


def test_what_fails_is_tried_from_every_start_and_the_first_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    monkeypatch.setattr("core.chem.build.complex.MOST_STEPS", 2)
    monkeypatch.setattr(
        "core.chem.build.complex.displaced",
        lambda positions, number: tried.append(number) or displaced(positions, number),
    )
    with pytest.raises(RejectedComplex) as caught:
        build_complex(ligand_from_text(PHENOXIDE))
    assert tried == list(range(STARTS))
    assert caught.value.flaw is Flaw.NOT_CONVERGED


def test_a_later_start_serves_where_the_first_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    measures, told = [], []

    def first_fails(donors: np.ndarray) -> float:
        measures.append(check_shape(donors))
        if len(measures) == 1:
            raise RejectedComplex(Flaw.SHAPE, "no bipyramid.")
        return measures[-1]

    monkeypatch.setattr("core.chem.build.complex.check_shape", first_fails)
    build_complex(ligand_from_text(PHENOXIDE), progress=lambda what, fraction: told.append(fraction))
    assert len(measures) == 2
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_starts_differ_but_each_is_always_the_same() -> None:
    ligand = ligand_from_text("CCOP(=O)(OCC)OCC")
    binder = Binder(ligand.smiles, ligand.donor, ligand.donor_class)
    starts = [[starting_parts("Dy", (binder, binder), EQUATORIAL["water"], k)[0] for _ in "ab"] for k in range(STARTS)]
    for start, again in starts:
        assert np.array_equal(start.positions, again.positions)
    assert all(np.abs(a[0].positions - b[0].positions).max() > 0.5 for a, b in combinations(starts, 2))


def test_a_hydrogen_of_a_ligand_against_the_metal_is_no_donor(pyridines: BuiltComplex) -> None:
    positions = pyridines.molecule.positions.copy()
    ligand = next(f.atoms for f in pyridines.anatomy.fragments if pyridines.axial_donors[0] in f.atoms)
    hydrogen = next(a for a in ligand if pyridines.molecule.elements[a] == "H")
    positions[hydrogen] *= 2.3 / np.linalg.norm(positions[hydrogen])
    checked_donors(pyridines, positions)


def test_progress_never_falls_and_ends_at_one() -> None:
    told: list[tuple[str, float]] = []
    build_complex(ligand_from_text(PHENOXIDE), progress=lambda what, fraction: told.append((what, fraction)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] < fractions[-1] == 1.0


def test_a_build_stops_between_two_steps_when_asked() -> None:
    stop, told = threading.Event(), []

    def progress(what: str, fraction: float) -> None:
        told.append(what)
        if what == "relaxing, step 2":
            stop.set()

    with pytest.raises(Stopped):
        build_complex(ligand_from_text(PHENOXIDE), progress=progress, cancelled=stop.is_set)
    assert told[-1] == "relaxing, step 2"


def test_a_metal_that_is_no_lanthanide_is_refused() -> None:
    with pytest.raises(DomainError, match="lanthanide"):
        build_complex(ligand_from_text(PYRIDINE), metal="Fe")


def test_an_unknown_equatorial_ligand_is_refused() -> None:
    with pytest.raises(DomainError, match="water, pyridine, thf"):
        build_complex(ligand_from_text(PYRIDINE), equatorial="ammonia")


def closest(parts: tuple[Part, ...]) -> float:
    return min(
        float(np.linalg.norm(a.positions[:, None] - b.positions[None], axis=2).min()) for a, b in combinations(parts, 2)
    )


RINGS = [
    *((smiles, ring) for smiles in (PHENOXIDE, SILOXIDE, "CN(C)C=O", "CP(C)(C)=O") for ring in sorted(EQUATORIAL)),
    ("C1CCC(CC1)P(=O)(C1CCCCC1)C1CCCCC1", "water"),
]


@pytest.mark.parametrize(("smiles", "equatorial"), RINGS)
def test_no_two_ligands_of_a_start_touch(smiles: str, equatorial: str) -> None:
    ligand = ligand_from_text(smiles)
    binder = Binder(ligand.smiles, ligand.donor, ligand.donor_class)
    parts = starting_parts("Dy", (binder, binder), EQUATORIAL[equatorial])
    assert closest(parts) > 1.5


def test_the_donors_of_a_start_stand_on_a_pentagonal_bipyramid() -> None:
    binder = Binder(PYRIDINE, 3, DonorClass.PYRIDINE)
    parts = starting_parts("Dy", (binder, binder), EQUATORIAL["water"])
    donors = np.array([part.positions[part.donor] for part in parts])
    assert check_shape(donors) < 0.2
    assert donors[0, 2] > 0 > donors[1, 2]
    assert np.abs(donors[2:, 2]).max() < 1e-9


def test_four_equatorial_donors_of_a_start_stand_on_an_octahedron() -> None:
    binder = Binder(PYRIDINE, 3, DonorClass.PYRIDINE)
    parts = starting_parts("Dy", (binder, binder), EQUATORIAL["thf4"])
    donors = np.array([part.positions[part.donor] for part in parts])
    assert donors.shape == (6, 3) and check_shape(donors) < 0.2
    assert np.abs(donors[2:, 2]).max() < 1e-9


@pytest.fixture(scope="module")
def octahedron() -> BuiltComplex:
    return build_complex(ligand_from_text("[Cl-]"), equatorial="pyridine4")


def test_two_chlorides_and_four_pyridines_make_an_octahedron(octahedron: BuiltComplex) -> None:
    assert (octahedron.molecule.formula, octahedron.molecule.charge) == ("C20H20Cl2DyN4", 1)
    assert [octahedron.molecule.elements[d] for d in octahedron.equatorial_donors] == ["N"] * 4
    assert octahedron.shape_measure < 1.0
    assert next(iter(judge(octahedron.structure, "octahedron").shapes)) == "OC-6"
    ring = octahedron.equatorial_donors
    opposite = sorted(angle(octahedron, ring[0], 0, other) for other in ring[1:])
    assert opposite == pytest.approx([90, 90, 180], abs=12)


def test_an_octahedron_says_that_its_bonds_were_corrected_by_other_complexes(octahedron: BuiltComplex) -> None:
    said = " ".join(doubt.text for doubt in octahedron.structure.doubts)
    assert "with seven donors at the metal, not with six" in said
    assert "may leave the octahedron" in said and "bipyramid" not in said


def test_a_trigonal_prism_is_no_octahedron() -> None:
    with pytest.raises(RejectedComplex, match="octahedron") as caught:
        check_shape(references(6)["TPR-6"][:-1])
    assert caught.value.flaw is Flaw.OCTAHEDRON


def test_a_terminal_donor_starts_bent() -> None:
    binder = Binder("CP(C)(C)=O", 4, DonorClass.PHOSPHINE_OXIDE)
    upper = starting_parts("Dy", (binder, binder), EQUATORIAL["water"])[0]
    to_metal, to_phosphorus = -upper.positions[4], upper.positions[1] - upper.positions[4]
    assert between(to_metal, to_phosphorus) == pytest.approx(BEND, abs=0.1)


def ligand_bonds(built: BuiltComplex) -> list[tuple[int, int]]:
    return [(a, b) for a, b in built.molecule.bonds.tolist() if a != built.molecule.metal]


def checked_donors(built: BuiltComplex, positions: np.ndarray) -> None:
    anatomy = anatomy_of(built.molecule.elements, positions, ligand_bonds(built), 0)
    check_donors(anatomy, 0, (*built.axial_donors, *built.equatorial_donors), ())


def test_a_water_that_drifted_off_is_a_lost_donor(pyridines: BuiltComplex) -> None:
    oxygen = pyridines.equatorial_donors[0]
    positions = pyridines.molecule.positions.copy()
    checked_donors(pyridines, positions)
    positions[oxygen : oxygen + 3] += 1.2 * positions[oxygen] / np.linalg.norm(positions[oxygen])
    with pytest.raises(RejectedComplex) as caught:
        checked_donors(pyridines, positions)
    assert caught.value.flaw is Flaw.DONOR_LOST


@pytest.mark.parametrize(("length", "moved"), [(1.24, False), (1.26, True)])
def test_a_proton_has_moved_from_water_beyond_1_25_angstrom(
    pyridines: BuiltComplex, length: float, moved: bool
) -> None:
    oxygen = pyridines.equatorial_donors[0]
    positions = pyridines.molecule.positions.copy()
    bond = positions[oxygen + 1] - positions[oxygen]
    positions[oxygen + 1] = positions[oxygen] + length * bond / np.linalg.norm(bond)
    flaw = None
    try:
        check_bonds(pyridines.molecule.elements, positions, ligand_bonds(pyridines), pyridines.equatorial_donors)
    except RejectedComplex as error:
        flaw = error.flaw
    assert (flaw is Flaw.PROTON_MOVED) == moved


def test_a_torn_ligand_is_rejected(pyridines: BuiltComplex) -> None:
    nitrogen = pyridines.axial_donors[0]
    positions = pyridines.molecule.positions.copy()
    positions[nitrogen] += [0.0, 0.0, -1.0]
    with pytest.raises(RejectedComplex) as caught:
        check_bonds(pyridines.molecule.elements, positions, ligand_bonds(pyridines), pyridines.equatorial_donors)
    assert caught.value.flaw is Flaw.BOND_BROKEN


def test_a_capped_octahedron_is_no_pentagonal_bipyramid() -> None:
    with pytest.raises(RejectedComplex) as caught:
        check_shape(references(7)["COC-7"][:-1])
    assert caught.value.flaw is Flaw.SHAPE
