"""A running app and a real browser for the tests of this folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlparse

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60

# WebGL without a graphics card; no sandbox, since containers forbid it.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

LIGHTER = [*FLAGS, "--disable-gpu-compositing"]
"""The page itself is put together without that WebGL, which takes a third off every test. Benchmarks go without."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="FOLDER", help="write the README's screenshot there")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A wait of the browser that ran out, as beside other work, is tried once more; the summary counts it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


def chromium() -> str:
    """Path of the system's Chromium; skips where there is none, fails in CI."""
    names = [os.environ.get("KRAMERS_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on the PATH")
    return found


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the app did not start")


@contextmanager
def served(script: str | Path, **environment: str) -> Iterator[str]:
    """Address of a page started as `make app` starts the app, on a free port, with these variables besides."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    variables = {**os.environ, **environment}
    with subprocess.Popen(command, cwd=REPOSITORY, env=variables, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[str]]:
    return served


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """Where the app keeps its queue, which nobody works off."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def app(serve, folder) -> Iterator[str]:
    with serve("app/main.py", KRAMERS_DATA=str(folder), KRAMERS_SUPERVISOR="none") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    executable = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=LIGHTER)
        yield started
        started.close()


def is_error(message) -> bool:
    """Whether a line of the console is an error of ours.

    While a page reruns again and again, Streamlit's own button asks in advance for a file that the last run offered and
    the next one has replaced; it says so, and asks again.
    """
    replaced_file = "Download Button source error" in message.text or "/media/" in message.location.get("url", "")
    return message.type == "error" and not replaced_file


@contextmanager
def watched(browser) -> Iterator[object]:
    """A fresh page; at the end, no request may have left this machine and no script may have failed or complained."""
    context = browser.new_context(viewport={"width": 1360, "height": 1000}, accept_downloads=True)
    opened = context.new_page()
    requests, errors = [], []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("websocket", lambda socket: requests.append(socket.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
    yield opened
    context.close()
    outside = [url for url in requests if urlparse(url).hostname not in {"127.0.0.1", None}]
    assert requests, "the listener heard nothing"
    assert not outside
    assert not errors


@pytest.fixture
def page(browser, app):
    """See `watched`."""
    with watched(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(browser, app):
    """A page for several tests of a module, which would spend most of their time on opening their own."""
    with watched(browser) as opened:
        yield opened
