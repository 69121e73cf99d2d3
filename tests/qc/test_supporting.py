"""The supporting information: what stands in the archive, and that it says at which level of theory."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as tree
import zipfile

import pytest

from core import __version__
from core.qc.supporting import PARTS, methods_text, supporting_information
from core.units import KELVIN_PER_CM1
from tests.outcomes import outcome
from tests.verified import verified

HOSTILE = "../../etc\n=cmd|' /C calc'!A0 <script>"


def files(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


@pytest.mark.parametrize("name", ["Dy(H2O)5F2", "TbF3"])
def test_the_archive_holds_coordinates_tables_pictures_and_inputs(name):
    record = verified(name)
    found = files(supporting_information(outcome(record, HOSTILE), {"inputs/phi.crf": "x"}))
    assert set(found) == {f"run/{part}" for part in (*PARTS, "inputs/phi.crf")}
    rows = list(csv.DictReader(io.StringIO(found["run/levels.csv"])))
    assert len(rows) == len(record["levels"]["doublets"])
    for row, level in zip(rows, record["levels"]["doublets"], strict=True):
        assert float(row["E / cm⁻¹"]) == level["energy_cm1"]
        assert float(row["E / K"]) == pytest.approx(KELVIN_PER_CM1 * level["energy_cm1"])
    assert found["run/coordinates.xyz"].split()[0] == str(len(record["input"]["elements"]))
    for picture in ("barrier", "chiT", "magnetisation"):
        assert tree.fromstring(found[f"run/{picture}.svg"]).get("width") == "8.3cm"
    assert len(found["run/magnetisation.csv"].splitlines()) > 20


def test_the_methods_say_program_version_level_of_theory_and_citations():
    text = " ".join(methods_text(outcome(title=HOSTILE, doubts=["A doubt."])).split())
    for said in (
        f"Kramers {__version__}",
        "CAHF(9,7)",
        "ANO-RCC",
        "Dynamic correlation and the surroundings of the complex were not included",
        "doi:10.1063/1.4739763",
        "doi:10.1039/d5cs00493d",
        "A doubt.",
        "pyscf",
    ):
        assert said in text
    assert "GFN2-xTB in implicit water" in text  # the geometry of this run was built
    tb = methods_text(outcome(verified("TbF3")))
    assert "d5cs00493d" not in tb and "used as they were given" in tb


def test_the_same_levels_give_the_same_archive():
    assert supporting_information(outcome()) == supporting_information(outcome())
