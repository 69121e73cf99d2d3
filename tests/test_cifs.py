"""The test writer itself, checked with gemmi alone: every description is the same crystal."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product
from pathlib import Path

import gemmi
import numpy as np
import pytest

from tests.cifs import (
    Crystal,
    Spelling,
    from_cif,
    in_p1,
    operators_permuted,
    other_asymmetric_unit,
    permuted,
    rebased,
    relabelled,
    shifted,
    spell,
    unwrapped,
    wrapped,
)

EXAMPLES = Path(__file__).resolve().parents[1] / "assets" / "examples"
N_SETTING = ((-1, 0, -1), (0, 1, 0), (1, 0, 0))  # P 21/c -> P 21/n -> P 21/a


def crystal(stem: str) -> Crystal:
    return from_cif((EXAMPLES / f"{stem}.cif").read_text(encoding="ascii"))


def surroundings(data: bytes) -> list[tuple[str, float]]:
    """Elements and distances within 4 Å of the first lanthanide; gemmi reads cell, sites and operators."""
    small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(data.decode("utf-8-sig")).sole_block())
    steps = np.array(list(product(range(-4, 5), repeat=3)))
    sites = [site for site in small.sites if site.disorder_group < 2]
    metal = next(site for site in sites if 57 <= site.element.atomic_number <= 71)
    matrix = np.array(small.cell.orth.mat.tolist())
    operations = [gemmi.Op(triplet) for triplet in small.symops] or list(small.spacegroup.operations())
    found = set()
    for site, operation in product(sites, operations):
        image = np.array(operation.apply_to_xyz(site.fract.tolist())) - metal.fract.tolist()
        offsets = (image - np.round(image) + steps) @ matrix.T
        for offset, distance in zip(offsets, np.linalg.norm(offsets, axis=1), strict=True):
            if 0.1 < distance < 4.0:
                found.add((site.element.name, round(float(distance), 5), tuple(np.round(offset, 2).tolist())))
    return sorted((element, distance) for element, distance, _ in found)


DESCRIPTIONS = {
    "origin shift": lambda c: shifted(c, (F(1, 4), F(1, 2), F(5, 24))),
    "n setting": lambda c: rebased(c, N_SETTING),
    "a setting": lambda c: rebased(rebased(c, N_SETTING), N_SETTING),
    "sheared cell": lambda c: rebased(c, ((1, 0, 0), (0, 1, 0), (-2, 0, 1))),
    "doubled cell": lambda c: rebased(c, ((1, 0, 0), (0, 2, 0), (0, 0, 1))),
    "P1": in_p1,
    "permuted": lambda c: permuted(c, 1),
    "operators permuted": lambda c: operators_permuted(c, 1),
    "wrapped": wrapped,
    "unwrapped": lambda c: unwrapped(c, 2),
    "mates of molecules": lambda c: other_asymmetric_unit(c, 3, whole=True),
    "mates of atoms": lambda c: other_asymmetric_unit(c, 4, whole=False),
    "relabelled": lambda c: relabelled(c, 5),
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
@pytest.mark.parametrize("stem", ["dy-h2o5-opme3-2", "dy-acac3-phen"])
def test_another_description_leaves_the_surroundings_of_the_metal(stem: str, name: str) -> None:
    original = crystal(stem)
    expected = surroundings(spell(original))
    assert len(expected) > 10
    assert surroundings(spell(DESCRIPTIONS[name](original))) == expected


def test_the_settings_of_p21c_come_out_under_their_names() -> None:
    settings = [crystal("dy-h2o5-opme3-2")]
    for _ in range(2):
        settings.append(rebased(settings[-1], N_SETTING))
    names = [
        gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(o.triplet) for o in s.operations])).xhm()
        for s in settings
    ]
    assert names == ["P 1 21/c 1", "P 1 21/n 1", "P 1 21/a 1"]


def test_a_primitive_cell_of_a_centred_crystal_has_half_the_operators() -> None:
    centred = crystal("dy-acac3-phen")
    primitive = rebased(centred, ((F(1, 2), F(1, 2), F(0)), (F(-1, 2), F(1, 2), F(0)), (F(0), F(0), F(1))))
    assert (len(centred.operations), len(primitive.operations)) == (8, 4)
    assert surroundings(spell(primitive)) == surroundings(spell(centred))


@pytest.mark.parametrize("kind", ["hall", "hm"])
def test_symmetry_by_name_alone_is_the_same_crystal(kind: str) -> None:
    original = crystal("dy-h2o5-opme3-2")
    assert surroundings(spell(original, Spelling(symmetry=(kind,)))) == surroundings(spell(original))


def test_a_number_is_refused_for_a_setting_it_does_not_mean() -> None:
    with pytest.raises(ValueError, match="number"):
        spell(rebased(crystal("dy-h2o5-opme3-2"), N_SETTING), Spelling(symmetry=("number",)))
