"""How fast the Explore page follows a hand: `python -m benchmarks.performance.drag [--seconds 6]`.

Starts the app, opens the page in a headless Chromium and drags the handle over the shipped map with the browser's own
mouse. A round trip begins at the pointer event whose place is reported, and ends with the frame after the panel beside
the map has named that place below its structure. Each full run of the script leaves a line in a log, so that the runs
during the drag can be counted. First paint: from the click that opens the page until the points are drawn, for the
first visitor of a fresh server, who waits for all imports, and for the next ones. Then decodes 32 latents, in this
process. Writes benchmarks/results/drag.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.performance.screen import _processor as processor
from core.design.atlas_file import load_atlas
from core.design.generator import generator
from core.design.search import neighbours

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "drag.json"
_VISITORS = 4
_PATIENCE = 60_000  # ms

_COUNTED = """
import runpy
with open({log!r}, "a") as log:
    log.write("run\\n")
runpy.run_path({main!r}, run_name="__main__")
"""

_WATCH = """() => {
  window.heard = []; window.shown = []; let pointer = 0, last = "";
  window.addEventListener("pointermove", (event) => { pointer = event.timeStamp; }, true);
  window.addEventListener("kramers-handle", ({ detail }) => {
    const text = `Handle at ${detail.x.toFixed(3)}, ${detail.y.toFixed(3)}`;
    window.heard.push({ text, pointer, sent: performance.now(), final: detail.final });
  });
  const look = () => {
    const said = [...document.querySelectorAll("[data-testid=stCaptionContainer]")];
    const text = said.map((one) => one.textContent.trim()).find((one) => one.startsWith("Handle at"));
    if (!text || text === last) return;
    last = text;
    const picture = document.querySelector("[data-testid=stImage] img")?.src ?? "";
    requestAnimationFrame((time) => window.shown.push({ text, time: performance.now(), picture }));
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""

_PAINTED = """async () => {
  const find = (root) => {
    for (const one of root.querySelectorAll("*")) {
      const map = one.matches(".map[data-points]") ? one : one.shadowRoot && find(one.shadowRoot);
      if (map) return map;
    }
  };
  while (!find(document)) await new Promise(requestAnimationFrame);
  return performance.now() - window.clicked;
}"""


def main() -> None:
    """Starts, drags, decodes, writes."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "runs"
        script = Path(scratch) / "counted.py"
        script.write_text(_COUNTED.format(log=str(log), main=str(options.app)), encoding="utf-8")
        with _served(script) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
            figures = _visits(browser, address, log, options.seconds)
            browser.close()
    record = {"what": "drag over the map of ligands in headless Chromium", **figures, **_decoding(), **_machine()}
    options.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of the drag")
    parser.add_argument("--app", type=Path, default=_ROOT / "app" / "main.py")
    parser.add_argument("--out", type=Path, default=_RESULTS)
    return parser.parse_args()


def _chromium() -> str:
    names = [os.environ.get("KRAMERS_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next(path for name in names if name and (path := shutil.which(name)))


@contextmanager
def _served(script: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the app did not start")


def _visits(browser: Browser, address: str, log: Path, seconds: float) -> dict[str, Any]:
    """First paints of some visitors, and the drag of the last."""
    paints, outside = [], set()
    for visitor in range(_VISITORS):
        page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
        page.on("request", lambda request: outside.add(urlparse(request.url).hostname))
        paints.append(_open(page, address))
        if visitor + 1 == _VISITORS:
            figures = _drag(page, log, seconds)
        page.context.close()
    figures["first_paint_ms"] = {"of_a_fresh_server": paints[0], "then": paints[1:]}
    figures["hosts_asked"] = sorted(str(host) for host in outside if host)
    return figures


def _open(page: Page, address: str) -> int:
    """Milliseconds from the click on Explore until the points are drawn."""
    page.goto(address)
    link = page.get_by_role("link", name="Explore").first
    link.wait_for(timeout=_PATIENCE)
    page.evaluate("window.addEventListener('click', (event) => { window.clicked = event.timeStamp; }, true)")
    link.click()
    return round(float(page.evaluate(_PAINTED)))


def _drag(page: Page, log: Path, seconds: float) -> dict[str, Any]:
    page.get_by_text("ligands around the handle").wait_for(timeout=_PATIENCE)
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH)
    before = _runs(log)
    box = page.locator(".handle").bounding_box()
    frame = page.locator(".map").bounding_box()
    assert box and frame
    start = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    middle = np.array([frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2])
    page.mouse.move(*start)
    page.mouse.down()
    moves = 0
    begin = time.perf_counter()
    while (now := time.perf_counter() - begin) < seconds:
        page.mouse.move(*_way(start, middle, frame, now / seconds))
        page.wait_for_timeout(16)
        moves += 1
    page.mouse.up()
    page.wait_for_timeout(3000)
    heard, shown = page.evaluate("window.heard"), page.evaluate("window.shown")
    points = int(page.locator(".map").get_attribute("data-points") or 0)
    return {"points": points, "mouse_moves": moves, **_round_trips(heard, shown), "script_runs": _runs(log) - before}


def _way(start: np.ndarray, middle: np.ndarray, frame: Any, share: float) -> tuple[float, float]:
    """From the start on a widening loop around the middle of the map, at the pace of a hand."""
    size = 0.36 * min(frame["width"], frame["height"]) * np.array([1.3, 1.0])
    turned = middle + size * np.array([np.cos(4 * np.pi * share), np.sin(4 * np.pi * share)])
    blend = min(1.0, 6 * share)
    x, y = (1 - blend) * start + blend * turned
    return float(x), float(y)


def _round_trips(heard: Sequence[dict[str, Any]], shown: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Times from pointer to screen [ms], of what was reported and shown; the rest was overtaken by newer news."""
    pointers = {report["text"]: report["pointer"] for report in heard if not report["final"]}
    trips = sorted(one["time"] - pointers[one["text"]] for one in shown if one["text"] in pointers)
    return {
        "reports": len(heard),
        "reports_shown": len(trips),
        "different_structures": len({one["picture"] for one in shown}),
        "round_trip_ms": {
            "median": round(statistics.median(trips)),
            "90_percent": round(float(np.percentile(trips, 90))),
            "longest": round(trips[-1]),
        },
    }


def _runs(log: Path) -> int:
    return log.read_text(encoding="utf-8").count("run")


def _decoding() -> dict[str, Any]:
    """Times of 32 latents around known ligands [ms]: decoded alone, and as a whole neighbourhood with its filter."""
    model, atlas = generator(), load_atlas()
    random = np.random.default_rng(0)
    decode, whole = [], []
    for number in random.integers(len(atlas), size=20):
        latent = atlas.latents[number]
        around = (latent + 0.5 * random.standard_normal((32, len(latent)))).astype(np.float32)
        decode.append(_timed(lambda around=around: model.decode(around)))
        whole.append(_timed(lambda latent=latent: neighbours(model, latent)))
    return {
        "decode_32_ms": {"median": round(statistics.median(decode), 1), "longest": round(max(decode), 1)},
        "neighbourhood_ms": {"median": round(statistics.median(whole), 1), "longest": round(max(whole), 1)},
    }


def _timed(act: Any) -> float:
    start = time.perf_counter()
    act()
    return 1e3 * (time.perf_counter() - start)


def _machine() -> dict[str, Any]:
    return {
        "cores_of_the_machine": os.cpu_count(),
        "processor": processor(),
        "load_of_other_work": round(os.getloadavg()[2], 1),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
