"""Which metals a molecule has, on models of our own making (tests/molecules) and the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.chem.io.structure import take_apart
from core.chem.sphere.metal_sites import Metals, Role, Stated, read_metals
from core.errors import InputError, Refused
from tests.chem import geometry as g

MOLECULES = Path(__file__).parents[1] / "molecules"
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


def metals(path: Path, stated: Stated | None = None) -> Metals:
    return read_metals(take_apart(path.read_bytes(), path.name), stated or Stated())


def summary(found: Metals) -> list[tuple[str, str, int | None]]:
    return [(site.name, str(site.role), site.two_s) for site in found.sites]


@pytest.mark.parametrize(
    ("name", "ions", "charge"),
    [
        ("dy2-asymmetric", [("Dy(III)", "lanthanide", None)] * 2, 0),
        ("dy3-triangle", [("Dy(III)", "lanthanide", None)] * 3, 4),
        ("dy4-cubane", [("Dy(III)", "lanthanide", None)] * 4, 0),
        ("cu-tb-valen", [("Tb(III)", "lanthanide", None), ("Cu(II)", "spin", 1)], 0),
        ("cu-dy-cu", [("Dy(III)", "lanthanide", None), *[("Cu(II)", "spin", 1)] * 2], 2),
        ("mn-dy", [("Dy(III)", "lanthanide", None), ("Mn(III)", "spin", 4)], 0),
    ],
)
def test_the_metals_of_a_molecule(name: str, ions: list[tuple[str, str, int | None]], charge: int) -> None:
    found = metals(MOLECULES / f"{name}.xyz")
    assert summary(found) == ions and found.charge == charge and not found.doubts


def test_zinc_is_named_as_diamagnetic() -> None:
    found = metals(EXAMPLES / "zn-dy-valen-nitrate3.cif")
    assert summary(found) == [("Dy(III)", "lanthanide", None), ("Zn(II)", "diamagnetic", 0)]
    assert [bridge.kind for bridge in found.bridges] == ["µ-phenoxide"] * 2


def test_an_ion_that_symmetry_makes_is_the_image_of_its_first() -> None:
    found = metals(EXAMPLES / "dy2-methoxide-acac4.cif")
    assert [(site.label, site.image_of) for site in found.sites] == [("Dy1", ""), ("Dy1#2", "Dy1")]


def test_bridges_have_their_kind_their_distance_and_their_angle() -> None:
    found = metals(EXAMPLES / "dy2-methoxide-acac4.cif")
    assert [bridge.kind for bridge in found.bridges] == ["µ-alkoxide", "µ-alkoxide"]
    assert all(bridge.distance == pytest.approx(3.640, abs=1e-3) for bridge in found.bridges)
    assert all(bridge.angle == pytest.approx(106.59, abs=0.01) for bridge in found.bridges)
    kinds = [bridge.kind for bridge in metals(MOLECULES / "dy3-triangle.xyz").bridges]
    assert sorted(kinds) == ["µ-OH"] * 6 + ["µ-alkoxide"] * 3


def test_a_carboxylate_that_holds_two_metals_by_its_two_oxygens_is_a_bridge() -> None:
    chlorides = [("Cl", (x, y, 0.0)) for x, y in ((-2.6, 0.0), (-0.5, 2.5), (-0.5, -2.5))]
    other = [("Cl", (4.4 - x, y, z)) for _, (x, y, z) in chlorides]
    acetate = [("O", (1.10, 0.0, 2.05)), ("O", (3.30, 0.0, 2.05)), ("C", (2.2, 0.0, 2.64))]
    methyl = g.methyl((2.2, 0.0, 4.15), (2.2, 0.0, 2.64))
    atoms = [("Dy", (0.0, 0.0, 0.0)), ("Dy", (4.4, 0.0, 0.0)), *chlorides, *other, *acetate, *methyl]
    found = read_metals(take_apart(g.cif(atoms).encode(), "x.cif"), Stated())
    assert [(bridge.kind, bridge.angle) for bridge in found.bridges] == [("µ-carboxylate (1,3)", None)]


def test_mixed_valence_is_refused_until_it_is_stated() -> None:
    path = MOLECULES / "mn-dy-mn-mixed-valence.xyz"
    with pytest.raises(Refused, match="mixed valence: Mn3 as Mn\\(II\\); Mn2 as Mn\\(III\\)") as refused:
        metals(path)
    assert "--oxidation Mn3=2 --oxidation Mn2=3" in refused.value.advice
    found = metals(path, Stated({"Mn3": 2, "Mn2": 3}))
    assert summary(found)[1:] == [("Mn(III)", "spin", 4), ("Mn(II)", "spin", 5)]
    assert found.charge == 1 and not found.doubts


def test_what_is_stated_overrules_what_is_read_and_the_charge_is_compared() -> None:
    found = metals(MOLECULES / "mn-dy.xyz", Stated({"mn2": 4}, {"Mn2": 3}))
    assert summary(found)[1] == ("Mn(IV)", "spin", 3)
    assert found.charge == 1
    assert [one.code for one in found.doubts] == ["charge-differs"]
    assert "carries +1, but it should carry +0" in found.doubts[0].text


def test_a_spin_of_zero_can_be_stated() -> None:
    found = metals(MOLECULES / "mn-dy.xyz", Stated({}, {"Mn2": 0}))
    assert found.sites[1].role is Role.DIAMAGNETIC and len(found.magnetic) == 1


@pytest.mark.parametrize(
    ("stated", "words"),
    [(Stated({"Fe1": 3}), "no metal ion “Fe1”"), (Stated({}, {"Dy1": 5}), "whose moment is not its spin alone")],
)
def test_a_statement_that_makes_no_sense_is_an_input_error(stated: Stated, words: str) -> None:
    with pytest.raises(InputError, match=words):
        metals(MOLECULES / "mn-dy.xyz", stated)


def test_an_ion_whose_spin_no_rule_knows_is_refused() -> None:
    text = (MOLECULES / "mn-dy.xyz").read_text(encoding="utf-8").replace("Mn ", "Ru ")
    parts = take_apart(text.encode(), "ru.xyz")
    with pytest.raises(Refused, match=r"Ru2 is Ru\(III\), whose spin Kramers does not know"):
        read_metals(parts, Stated({"Ru2": 3}))
    assert read_metals(parts, Stated({"Ru2": 3}, {"Ru2": 1})).magnetic[1].words == "as stated"


def test_more_than_eight_magnetic_ions_are_refused() -> None:
    atoms = [("Dy", (3.9 * k, 0.0, 0.0)) for k in range(9)]
    atoms += [("Cl", (3.9 * k + 1.95, y, 0.0)) for k in range(9) for y in (1.8, -1.8)]
    parts = take_apart(
        "\n".join([str(len(atoms)), ""] + [f"{e} {x} {y} {z}" for e, (x, y, z) in atoms]).encode(), "x.xyz"
    )
    with pytest.raises(Refused, match=r"9 magnetic ions \(9 Dy\), more than the 8"):
        read_metals(parts, Stated())


def test_europium_is_not_coupled_and_that_is_said() -> None:
    text = (MOLECULES / "dy2-asymmetric.xyz").read_text(encoding="utf-8").replace("Dy ", "Eu ", 1)
    found = read_metals(take_apart(text.encode(), "eu.xyz"), Stated())
    assert [site.name for site in found.magnetic] == ["Dy(III)"]
    assert [one.code for site in found.sites for one in site.doubts] == ["ion-without-moment"]
