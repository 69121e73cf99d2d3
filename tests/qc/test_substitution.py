"""One ion of several for the engine, the others as diamagnetic ions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.chem.sphere.metal_sites import MetalSite, Role, Stated
from core.doubts import codes
from core.errors import InputError, Refused
from core.qc.command import Source, read
from core.qc.hamiltonian import basis_of, contraction, spec_of
from core.qc.request import requested
from core.qc.substitution import USUAL, every_site, from_several, geometry_name, stand_in, stand_ins

MOLECULES = Path(__file__).parents[1] / "molecules"
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


@pytest.mark.parametrize(
    ("name", "site", "elements", "geometry"),
    [
        ("dy2-asymmetric", 2, {"Dy": 1, "Lu": 1}, "given, 1 Dy as Lu"),
        ("dy3-triangle", 1, {"Dy": 1, "Lu": 2}, "given, 2 Dy as Lu"),
        ("cu-dy-cu", 1, {"Dy": 1, "Zn": 2, "Cu": 0}, "given, 2 Cu as Zn"),
        ("mn-dy", 1, {"Dy": 1, "Ga": 1, "Mn": 0}, "given, 1 Mn as Ga"),
    ],
)
def test_other_magnetic_ions_become_diamagnetic_ones(
    name: str, site: int, elements: dict[str, int], geometry: str
) -> None:
    source = Source(MOLECULES / f"{name}.xyz", None, preset="fast", site=site, substitute=True)
    found = read(source)
    counts = Counter(found.elements)
    assert {element: counts[element] for element in elements} == elements
    assert requested(found, "fast").key["geometry"] == geometry
    assert "ion-replaced" in codes(found.doubts)


def test_the_two_sites_of_a_dimer_are_two_molecules() -> None:
    one, other = (
        from_several((MOLECULES / "dy2-asymmetric.xyz").read_bytes(), "x.xyz", "fast", site=k) for k in (1, 2)
    )
    assert one.metal != other.metal
    assert one.charge == other.charge == 0


def test_every_site_is_asked_once_and_says_which_it_is() -> None:
    def asked(path: Path, **more: Any) -> list[tuple[str, str]]:
        found = every_site(path.read_bytes(), path.name, "fast", **more)
        return [(given.site.label, given.origin) for given in found if given.site is not None]

    assert asked(MOLECULES / "dy2-asymmetric.xyz") == [("Dy1", "given, 1 Dy as Lu"), ("Dy2", "given, 1 Dy as Lu")]
    assert asked(MOLECULES / "dy3-triangle.xyz") == [("Dy1", "given, 2 Dy as Lu")]
    assert asked(EXAMPLES / "dy2-methoxide-acac4.cif", labels=["Dy1#2"]) == [("Dy1", "given, 1 Dy as Lu")]
    others = stand_ins(["Y", "Mg", "Sc"])
    assert asked(MOLECULES / "dy2-asymmetric.xyz", labels=["Dy2"], chosen=others) == [("Dy2", "given, 1 Dy as Y")]
    assert asked(MOLECULES / "cu-dy-cu.xyz", chosen=others) == [("Dy1", "given, 2 Cu as Mg")]
    assert asked(MOLECULES / "mn-dy.xyz", chosen=others) == [("Dy1", "given, 1 Mn as Sc")]
    assert stand_ins([]) == USUAL
    with pytest.raises(InputError, match="no lanthanide is called"):
        asked(MOLECULES / "mn-dy.xyz", labels=["Mn2"])


def test_images_of_the_ion_are_replaced_too() -> None:
    data = (EXAMPLES / "dy2-methoxide-acac4.cif").read_bytes()
    assert from_several(data, "x.cif", "fast").origin == "given, 1 Dy as Lu"


def test_a_diamagnetic_ion_stays() -> None:
    data = (EXAMPLES / "zn-dy-valen-nitrate3.cif").read_bytes()
    found = from_several(data, "x.cif", "fast")
    assert found.origin == "given" and "Zn" in found.elements


def test_an_uncertain_charge_and_a_missing_site_are_refused() -> None:
    text = (MOLECULES / "cu-dy-cu.xyz").read_text(encoding="utf-8").replace("charge=2", "")
    with pytest.raises(Refused, match="the total charge is uncertain: ligands and metals give \\+2"):
        from_several(text.encode(), "x.xyz", "fast")
    assert from_several(text.encode(), "x.xyz", "fast", charge=2).charge == 2
    with pytest.raises(Refused, match="uncertain"):
        from_several(text.encode(), "x.xyz", "fast", charge=1)
    with pytest.raises(InputError, match="no metal site 2"):
        from_several(text.encode(), "x.xyz", "fast", charge=2, site=2)


def test_mixed_valence_is_computed_once_it_is_stated() -> None:
    data = (MOLECULES / "mn-dy-mn-mixed-valence.xyz").read_bytes()
    found = from_several(data, "x.xyz", "fast", stated=Stated({"Mn2": 3, "Mn3": 2}))
    assert found.origin == "given, 1 Mn as Ga, 1 Mn as Zn"


def test_a_tetravalent_ion_has_no_stand_in() -> None:
    manganese = MetalSite(3, "Mn1", "Mn", 4, Role.SPIN, 3, "", "", ())
    with pytest.raises(Refused, match=r"no diamagnetic ion stands in for Mn1 Mn\(IV\)"):
        stand_in(manganese)
    assert geometry_name(Counter()) == "given"


@pytest.mark.parametrize(
    ("element", "wanted"),
    [("Sc", "5s4p2d1f"), ("Zn", "5s4p2d1f"), ("Ga", "5s4p2d"), ("Y", "6s5p3d1f"), ("As", "5s4p2d"), ("I", "6s5p3d1f")],
)
def test_contractions_are_those_of_openmolcas(element: str, wanted: str) -> None:
    """As basis_library/basis.tbl of OpenMolcas 22.10 spells ANO-RCC-VDZP."""
    assert contraction(element, "VDZP") == wanted


def test_a_stand_in_has_the_small_basis_of_what_is_no_donor() -> None:
    found = from_several((MOLECULES / "cu-tb-valen.xyz").read_bytes(), "x.xyz", "fast")
    levels = dict(zip(found.elements, basis_of(spec_of(found, "fast")), strict=True))
    assert levels["Zn"] == "MB" and levels["Tb"] == "VDZP"
