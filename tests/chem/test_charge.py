"""Charge and oxidation state: what confirms them, what leaves them open. Formulas and charges are those of real
families (aqua ions, halides, bis(pentamethylcyclopentadienyl) complexes), geometries are idealised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.chem.crystal.components import Component
from core.chem.lewis.charge import ChargeBalance, balance, stated_charge
from core.chem.lewis.fragments import dissect
from core.doubts import codes
from tests.chem import geometry as g

DY: g.Atoms = [("Dy", (0.0, 0.0, 0.0))]
AXES = [np.eye(3)[[0, 1, 2]], np.eye(3)[[2, 0, 1]], np.eye(3)[[1, 2, 0]]]


def halide(element: str) -> Component:
    return g.component([(element, (0.0, 0.0, 0.0))])


def aqua(metal: str, waters: int) -> Component:
    return aqua_at(metal, waters, 2.4)


def atoms_of(molecule: Component) -> g.Atoms:
    return [(e, (x, y, z)) for e, (x, y, z) in zip(molecule.elements, molecule.positions.tolist(), strict=True)]


def aqua_at(metal: str, waters: int, distance: float) -> Component:
    signs = (np.eye(3), np.diag([1.0, -1.0, -1.0]), np.diag([-1.0, -1.0, 1.0]))
    turns = [sign @ turn for turn in AXES for sign in signs]
    directions = list({tuple(np.round(t @ [0, 0, 1], 6)): t for t in turns}.values())
    atoms: g.Atoms = [(metal, (0.0, 0.0, 0.0))]
    for turn in directions[:waters]:
        atoms += g.turned(g.water(distance), turn)
    return g.component(atoms)


def metallocene(metal: str) -> Component:
    lower = g.turned(g.pentamethylcyclopentadienyl(), np.diag([1.0, -1.0, -1.0]))
    return g.component([(metal, (0.0, 0.0, 0.0)), *g.pentamethylcyclopentadienyl(), *lower])


def judged(parts: list[Component], moiety: str = "", missing: int = 0) -> ChargeBalance:
    return balance([dissect(part) for part in parts], 0, moiety, missing)[0]


def test_a_neutral_crystal_confirms_the_charge() -> None:
    result = judged([aqua("Dy", 6), *[halide("Cl") for _ in range(3)]])
    assert (result.charge, result.oxidation_states, result.confirmed) == (3, {"Dy": 3}, True)
    assert not result.doubts


def test_a_missing_counter_ion_leaves_the_charge_open_and_lists_alternatives() -> None:
    result = judged([aqua("Dy", 6), halide("Cl")])
    assert (result.charge, result.confirmed) == (3, False)
    assert 2 in result.alternatives
    assert "charge-unbalanced" in codes(result.doubts)


def test_ytterbium_two_is_found_where_it_alone_makes_the_crystal_neutral() -> None:
    result = judged([metallocene("Yb")])
    assert (result.charge, result.oxidation_states) == (0, {"Yb": 2})
    assert any("Yb(II)" in one.text for one in result.doubts)


def test_dysprosium_two_is_never_assumed() -> None:
    result = judged([metallocene("Dy")])
    assert result.oxidation_states == {"Dy": 3}
    assert (result.charge, result.confirmed) == (1, False)
    assert 0 in result.alternatives


def test_a_water_without_hydrogens_is_doubted_with_its_alternatives() -> None:
    bare = g.component([*DY, ("O", (0.0, 0.0, 2.40)), *g.turned(g.water(2.4), np.diag([1.0, -1.0, -1.0]))])
    result = judged([bare, *[halide("Cl") for _ in range(3)]])
    assert "water-or-hydroxide" in codes(result.doubts)


def test_hydrogens_missing_from_the_file_leave_the_charge_unconfirmed() -> None:
    result = judged([aqua("Dy", 6), *[halide("Cl") for _ in range(3)]], missing=2)
    assert not result.confirmed
    assert "hydrogens-missing" in codes(result.doubts)


def test_the_stated_moiety_is_a_second_witness() -> None:
    cation = aqua("Dy", 6)
    parts = [cation, *[halide("Cl") for _ in range(3)]]
    assert "stated moiety agrees" in judged(parts, "H12 Dy O6 3+, 3(Cl 1-)").reasoning
    doubtful = judged(parts, "H12 Dy O6 2+, 3(Cl 1-)")
    assert not doubtful.confirmed
    assert any("states a charge of +2" in one.text for one in doubtful.doubts)


def test_a_moiety_is_matched_by_composition() -> None:
    anatomy = dissect(aqua("Dy", 6))
    assert stated_charge("3(Cl -), H12 Dy O6 3+", anatomy) == 3
    assert stated_charge("'H12 Dy O6 +', Cl -", anatomy) == 1
    assert stated_charge("H12 Dy O6", anatomy) == 0
    assert stated_charge("C6 H6", anatomy) is None
    assert stated_charge("((((", anatomy) is None


def test_charges_are_read_in_the_spellings_that_programs_use() -> None:
    anatomy = dissect(aqua("Dy", 6))
    for text in ("(H12 Dy O6 3+)2, 6(Cl 1-)", "H12 Dy O6 +3, 3(Cl -)", "[H12 Dy O6]3+, 3(Cl-)", "(H12 Dy O6)3+, Cl -"):
        assert stated_charge(text, anatomy) == 3, text


def test_several_parts_without_any_sign_state_no_charges() -> None:
    assert stated_charge("H12 Dy O6, 3(Cl)", dissect(aqua("Dy", 6))) is None


def test_partly_occupied_counter_ions_count_by_their_occupancy() -> None:
    result = judged([aqua("Dy", 6), *[replace(halide("Cl"), share=0.75) for _ in range(4)]])
    assert (result.charge, result.confirmed) == (3, True)


def test_short_bonds_veto_a_divalent_ion_and_long_ones_do_not() -> None:
    trivalent = judged([aqua_at("Yb", 6, 2.24), halide("Cl"), halide("Cl")])
    assert (trivalent.charge, trivalent.oxidation_states, trivalent.confirmed) == (3, {"Yb": 3}, False)
    assert "anion-missing" in codes(trivalent.doubts)
    divalent = judged([aqua_at("Yb", 6, 2.45), halide("Cl"), halide("Cl")])
    assert (divalent.charge, divalent.oxidation_states) == (2, {"Yb": 2})


def test_a_bare_oxygen_is_hydroxide_where_that_alone_makes_the_crystal_neutral() -> None:
    oxygen = g.component([*atoms_of(aqua("Dy", 6)), ("O", (1.4, 1.4, 1.4))])
    result = judged([oxygen, halide("Cl"), halide("Cl")])
    assert (result.charge, result.confirmed) == (2, True)
    assert "charge-by-neutrality" in codes(result.doubts)


def test_an_exotic_metal_makes_the_charge_unknown_rather_than_wrong() -> None:
    result = judged([g.component([*DY, ("Cl", (0.0, 0.0, 2.65)), ("U", (0.0, 0.0, 5.4))]), halide("Np")])
    assert result.charge is None
    assert "Np" in result.reasoning
