"""The Verify page end to end in a real browser: `python -m benchmarks.performance.verify_page --json --screenshots
docs`.

Twice, with the preset `fast`, on a ledger of its own that the app's own supervisor works off: from a SMILES on Build
([Dy(H2O)5F2]+, 18 atoms), and from a CIF on Predict ([Dy(H2O)5(OPMe3)2]3+, 44 atoms). Counts the plots, opens every
download, saves every plot as SVG and reloads the page while the run goes on. Writes
benchmarks/results/verify_page.json. Takes a few minutes; needs Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from core.jobs.service import supervisor_status
from tests.e2e import screen, test_build, verifying
from tests.e2e.conftest import FLAGS, chromium, served
from tests.e2e.screen import EXAMPLES, upload
from tests.e2e.verifying import DOWNLOADS, cell, choose_fast, compute, downloaded, plots, saved_svg, wait_for_result

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "verify_page.json"
_MOST_MS = 1_200_000
FOUND = 300_000  # ms; the machine is computing meanwhile
_ENDED = "() => [...document.querySelectorAll('[role=gridcell]')].every(({textContent}) => textContent !== 'running')"
_CRYSTAL = EXAMPLES / "dy-h2o5-opme3-2.cif"

Row = dict[str, Any]


def main() -> None:
    """Run both, print the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the record")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    starts: dict[str, Callable[[Page, str], None]] = {
        "CIF on Predict": lambda page, app: upload(page, app, _CRYSTAL),
        "SMILES on Build": built,
    }
    for steps in (screen, test_build, verifying):  # the tests of the suite are less patient
        vars(steps)["FOUND"] = FOUND
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["KRAMERS_DATA"] = folder
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with served("app/main.py") as app:
            for number, (name, start) in enumerate(starts.items()):
                page = browser.new_page(viewport={"width": 1360, "height": 1000}, accept_downloads=True)
                rows.append({"from": name, **verified(page, app, start, options.screenshots if number == 1 else None)})
                page.close()
        browser.close()
        _stop_supervisor(Path(folder))
    record = {"what": "the Verify page in Chromium, preset fast", "rows": rows}
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(record, ensure_ascii=False))


def built(page: Page, app: str) -> None:
    """[Dy(H2O)5F2]+ on Build; the first complex of a fresh app waits for the networks to be loaded."""
    test_build.typed(page, app, "[F-]")
    page.get_by_role("img", name="Structural formula").wait_for(timeout=FOUND)
    page.get_by_role("button", name="Build", exact=True).click(timeout=FOUND)
    page.get_by_role("button", name="XYZ").wait_for(timeout=_MOST_MS)


def verified(page: Page, app: str, start: Callable[[Page, str], None], screenshots: Path | None) -> Row:
    """From the start to a result that was looked at from all sides."""
    start(page, app)
    page.get_by_role("button", name="Verify", exact=True).click(timeout=FOUND)
    page.get_by_role("heading", name="Verify").wait_for(timeout=FOUND)
    choose_fast(page)
    compute(page)
    begun = time.perf_counter()
    cell(page, "running", FOUND)
    page.reload()
    cell(page, "orbitals", _MOST_MS)
    _picture(page, screenshots, "verify-queue.png", 1000)
    page.wait_for_function(_ENDED, timeout=_MOST_MS)
    seconds = time.perf_counter() - begun
    page.get_by_role("combobox", name="Results shown").click(timeout=FOUND)
    page.get_by_role("option", name=" · ").first.click()  # the newest; above it stands "Select all"
    page.keyboard.press("Escape")
    wait_for_result(page, FOUND)
    page.wait_for_timeout(8000)  # the first frames of a software renderer
    _picture(page, screenshots, "verify.png", 2300)
    return {"seconds_in_the_queue_and_running": round(seconds, 1), **_looked_at(page)}


def _looked_at(page: Page) -> Row:
    drawn = plots(page)
    saved = [saved_svg(page, number).lstrip().startswith("<svg") for number in range(drawn)]
    files = {label: downloaded(page, label) for label in DOWNLOADS}
    opened = {
        label: name for label, (name, text) in files.items() if text.startswith(DOWNLOADS[label]) or label == "Text"
    }
    record = json.loads(files["JSON"][1])
    return {
        "plots": drawn,
        "plots_saved_as_svg": sum(saved),
        "downloads_opened": opened,
        "first_gap_cm1": round(record["levels"]["first_gap_cm1"], 2),
        "run_s": round(record["timings_s"]["total"], 1),
    }


def _picture(page: Page, folder: Path | None, name: str, height: int) -> None:
    if folder is None:
        return
    page.set_viewport_size({"width": 1360, "height": height})
    page.wait_for_timeout(2500)
    page.get_by_role("heading", name="Verify").scroll_into_view_if_needed()
    page.screenshot(path=folder / name)
    page.set_viewport_size({"width": 1360, "height": 1000})


def _stop_supervisor(folder: Path) -> None:
    """The one that the app started for this ledger."""
    status = supervisor_status(folder)
    if status.pid is not None:
        os.kill(status.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
