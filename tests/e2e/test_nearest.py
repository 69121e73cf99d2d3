"""The nearest reported complexes beside a verdict, from a table that is made up: no row of it was ever measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import watched
from tests.e2e.screen import EXAMPLES, FOUND, upload
from tests.learned.simdavis_table import COLUMNS, sample, written

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

INVENTED = [
    sample(
        k,
        compound=f"[Dy(made-up ligand {k})2(H2O)5]Cl3",
        Ueff=str(90 * k),
        T_hyst=str(2 * k),
        H="NA" if k % 3 else "1000",
        concentration="100" if k % 4 else "5",
        DOI=f"10.0/made.up.{k}",
    )
    for k in range(1, 9)
]


def test_the_nearest_reported_complexes_stand_below_the_models(browser, serve, folder, pytestconfig, tmp_path):
    table = written(tmp_path / "made-up.tsv", INVENTED, (*COLUMNS, "H"))
    own = {"KRAMERS_SIMDAVIS": str(table), "KRAMERS_DATA": str(folder), "KRAMERS_SUPERVISOR": "none"}
    with serve("app/main.py", **own) as address, watched(browser) as page:
        upload(page, address, EXAMPLES / "dy-h2o5-opme3-2.cif")
        page.get_by_text("Nearest reported complexes", exact=True).wait_for(timeout=FOUND)
        plot = page.locator(".js-plotly-plot").filter(has_text="this complex").first
        plot.wait_for(timeout=2 * FOUND)
        assert plot.get_by_text("predicted first gap").count() == 1
        shots = pytestconfig.getoption("--screenshots", default=None)
        if shots:
            page.set_viewport_size({"width": 1360, "height": 2020})
            page.wait_for_timeout(1500)
            page.screenshot(path=Path(shots) / "predict-nearest.png")
