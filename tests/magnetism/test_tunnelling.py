"""The tunnelling criterion against the complexes it was made of.

Values of N. F. Chilton, Chem. Soc. Rev. 2025, 54, 11468, doi:10.1039/d5cs00493d, Supporting Information, Table S2, as
transcribed in github.com/jqChen1566/fblockkit (Apache-2.0).
"""

from __future__ import annotations

import csv

import pytest

from core.magnetism.tunnelling import THRESHOLD, first_tunnelling, transverse_g, tunnelling_criteria
from tests.measured import measured_file

GROUND = (0.0, 0.0, 19.9)

# complex: (g, θ₃, published g_T) of a doublet that leads on upwards, and of the one through which it relaxes
PUBLISHED = {
    "[Dy(tBuO)Cl(THF)5]+": (((0.06, 1.88, 12.10), 3.4, 0.886), ((0.70, 2.61, 7.29), 19.8, 1.926)),
    "[Dy(SCS)2]-, [Na(DME)3]+": (((0.04, 0.05, 14.15), 6.8, 0.588), ((0.30, 0.66, 14.40), 55.2, 4.262)),
    "[Dy(BC4Ph5)2]-": (((0.41, 0.44, 9.04), 9.52, 0.782), ((3.45, 3.73, 5.96), 17.58, 2.993)),
    "[Dy(Cp*)(PhF)6]+": (((0.10, 0.50, 9.00), 6.3, 0.529), ((3.20, 3.80, 6.10), 11.1, 2.725)),
}


def criterion(g: tuple[float, float, float], angle: float) -> float:
    """Of an excited doublet over an axial ground doublet."""
    found = tunnelling_criteria([GROUND, g], [0.0, angle])[1]
    assert found is not None
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_transverse_g_is_as_published_with_the_angle_in_degrees(name: str) -> None:
    for g, angle, printed in PUBLISHED[name]:
        assert transverse_g(g, angle) == pytest.approx(printed, abs=1e-3)  # g and θ₃ have two decimals


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_threshold_parts_the_doublet_that_leads_on_from_the_one_that_tunnels(name: str) -> None:
    (on, on_angle, _), (through, through_angle, _) = PUBLISHED[name]
    assert criterion(on, on_angle) < THRESHOLD <= criterion(through, through_angle)


def test_of_the_38_doublets_of_19_complexes_37_lie_on_the_right_side() -> None:
    with measured_file("chilton_s2_dy19.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 19
    wrong = [
        (row["compound"], kind)
        for row in rows
        for kind in ("safe", "qtm")
        if (_of_row(row, kind) >= THRESHOLD) != (kind == "qtm")
    ]
    assert wrong == [("[Dy(Cp^ttt)2]+", "qtm")]


def _of_row(row: dict[str, str], kind: str) -> float:
    x, y, z = (float(row[f"{kind}_g{axis}"]) for axis in (1, 2, 3))
    return criterion((x, y, z), float(row[f"{kind}_theta3_deg"]))


def test_the_source_misses_the_doublet_through_which_dysprosocenium_relaxes() -> None:
    """The one of 38 on the wrong side; whoever uses the criterion should know."""
    assert criterion((0.83, 1.01, 6.44), 3.4) == pytest.approx(2.52, abs=0.01)


def test_the_ground_doublet_has_zero_whatever_its_g() -> None:
    assert tunnelling_criteria([(3.0, 8.0, 12.0), None], [0.0, None]) == (0.0, None)


def test_without_a_main_axis_of_the_ground_doublet_there_is_nothing_to_measure_from() -> None:
    assert tunnelling_criteria([(0.9, 2.5, 2.5), (0.0, 0.0, 2.6)], [None, None]) == (None, None)
    assert tunnelling_criteria([], []) == ()


def test_a_doublet_with_an_easy_plane_counts_as_lying_across() -> None:
    """|±1/2⟩ of an axial field, and the same split by as little as can be."""
    plane, nearly = tunnelling_criteria([GROUND, (1.3, 10.6, 10.6), (1.3, 10.6, 10.6001)], [0.0, None, 90.0])[1:]
    assert plane == pytest.approx(675, abs=0.1) and nearly == pytest.approx(plane, rel=1e-5)


@pytest.mark.parametrize(
    ("criteria", "number"),
    [
        ((0.0, 19.99, 20.0, 500.0), 2),
        ((0.0, 3.0, 4.0), None),
        ((0.0, None, 500.0), None),
        ((None, None), None),
        ((0.0, 30.0, None), 1),
        ((), None),
    ],
)
def test_the_first_doublet_at_the_threshold_ends_the_ladder_unless_one_below_is_unknown(criteria, number) -> None:
    assert first_tunnelling(criteria) == number
