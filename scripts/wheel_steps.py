"""Build the wheel, install it in an environment outside the checkout, and use it there as a stranger would.

Every command runs in an empty folder, with a home of its own and nothing of the checkout on its path. Dependencies come
from the package index in the versions of ``requirements.lock``.

    python scripts/wheel_steps.py [--keep]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from dockerfile_steps import HEALTH_SECONDS, REPOSITORY, free_port

EXAMPLE = "dy-h2o5-opme3-2.cif"
LIGAND = "CP(C)(C)=O"
CE_F = "2\ncharge=2\nCe 0 0 0\nF 0 0 2.1\n"

SHIPPED = ("app", "core", "kramers", ".streamlit", "assets/atlas", "assets/examples", "models_weights")
LEFT_OUT = "training/"
INSIDE = {".streamlit/": "app/.streamlit/", "assets/": "core/assets/", "models_weights/": "core/models_weights/"}
"""Where the build puts folders of the checkout."""


class Stranger:
    """Someone with a wheel: an environment, an empty folder, a home."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.work = folder / "venv" / "bin", folder / "work"
        hidden = ("PYTHON", "KRAMERS_", "STREAMLIT_", "VIRTUAL_ENV", "XDG_")
        own = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment = {**own, "HOME": str(folder / "home"), "PYTHONNOUSERSITE": "1"}
        self.work.mkdir()
        (folder / "home").mkdir()

    def run(self, command: str, *arguments: str) -> str:
        """Standard output of a command of the environment; ends everything if it fails."""
        print("==>", command, *(argument.partition("\n")[0] for argument in arguments), flush=True)
        done = subprocess.run(
            [self.bin / command, *arguments], cwd=self.work, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise SystemExit(f"this failed with status {done.returncode}: {command} {' '.join(arguments)}")
        return done.stdout

    def kramers(self, *arguments: str) -> Any:
        """What ``kramers … --json`` prints."""
        return json.loads(self.run("kramers", *arguments, "--json"))

    def python(self, script: str) -> str:
        """What a script prints, as a notebook would run it."""
        return self.run("python", "-c", script).strip()


def need(true: bool, sentence: str) -> None:
    """End with a sentence unless it is so."""
    if not true:
        raise SystemExit(sentence)


def built(folder: Path) -> Path:
    """The wheel of this checkout."""
    print("==> pip wheel", flush=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return next(folder.glob("kramers-*.whl"))


def check_files(wheel: Path) -> None:
    """It holds every tracked file that is of use at run time, and no training."""
    tracked = subprocess.run(["git", "ls-files", "-z", *SHIPPED], cwd=REPOSITORY, check=True, capture_output=True)
    names = [name for name in tracked.stdout.decode().split("\0") if name and (REPOSITORY / name).is_file()]
    wanted = {inside(name) for name in names if not name.startswith(LEFT_OUT)}
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    need(wanted <= held, f"the wheel lacks {sorted(wanted - held)}")
    need(not any(name.startswith((LEFT_OUT, "tests/", "benchmarks/")) for name in held), "the wheel holds too much")


def inside(name: str) -> str:
    """The path in the wheel of a path in the checkout."""
    top = next((top for top in INSIDE if name.startswith(top)), "")
    return INSIDE[top] + name.removeprefix(top) if top else name


def install(wheel: Path, folder: Path) -> None:
    """A fresh environment with the wheel and what it asks for."""
    print("==> pip install", wheel.name, flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(REPOSITORY / "requirements.lock"), str(wheel)], cwd=folder, check=True)


def use_the_commands(stranger: Stranger) -> None:
    """Each command once; what it prints shows that weights, map and tables are there."""
    shutil.copy(stranger.python(f"import kramers; print(kramers.example({EXAMPLE!r}))"), stranger.work / "example.cif")
    (stranger.work / "ce-f.xyz").write_text(CE_F, encoding="utf-8")
    found = stranger.kramers("predict", "example.cif", "--json")[0]
    need(found["voxel"]["p_smm"] > 0.5 and found["levels"] is not None, f"predict says {found}")
    stranger.run("kramers", "screen", ".", "--out", "table.csv", "--jobs", "1")
    need(len((stranger.work / "table.csv").read_text(encoding="utf-8").splitlines()) == 2, "screen wrote no table")
    need(stranger.kramers("build", "[F-]", "--json")["status"] == "ok", "build built nothing")
    need(stranger.kramers("verify", "ce-f.xyz", "--preset", "fast")["status"] == "ok", "verify computed nothing")
    need(stranger.kramers("design", "reconstruct", LIGAND)["exact_rate"] == 1, "the ligand came back as another")
    need(stranger.kramers("jobs", "list") == [], "a queue that is new holds jobs")


def use_the_face(stranger: Stranger) -> None:
    """The lines of README, and the map and the page as the app loads them."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        stranger.python(block)
    stranger.python(
        "from importlib.resources import files; from streamlit.testing.v1 import AppTest; "
        "page = AppTest.from_file(str(files('app') / 'main.py')).run(timeout=120); "
        "assert not page.exception and page.title, page.exception; "
        "from core.design.atlas_file import check_model, library_smiles, load_atlas; "
        "from core.design.generator import model_folder; "
        "check_model(load_atlas(), model_folder()); assert library_smiles()"
    )


def serve_the_page(stranger: Stranger) -> None:
    """``kramers app`` answers its health check, which nobody did before."""
    port = free_port()
    need(not healthy(port), "the health check succeeds although nothing runs")
    print("==> kramers app --port", port, flush=True)
    command = [stranger.bin / "kramers", "app", "--port", port]
    with subprocess.Popen(command, cwd=stranger.work, env=stranger.environment) as process:
        try:
            end = time.monotonic() + HEALTH_SECONDS
            while not healthy(port):
                need(process.poll() is None, f"the app ended by itself with status {process.returncode}")
                need(time.monotonic() < end, f"not healthy after {HEALTH_SECONDS} s")
                time.sleep(0.5)
            print("==> healthy", flush=True)
        finally:
            process.terminate()


def healthy(port: str) -> bool:
    """Whether the app says that it is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=4) as answer:
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, ConnectionError):
        return False


def installed(stranger: Stranger) -> set[Path]:
    """Files of the installation, compiled ones left out."""
    places = stranger.python("import app, core, kramers; print(*(m.__path__[0] for m in (app, core, kramers)))").split()
    need(not any(place.startswith(str(REPOSITORY)) for place in places), f"the checkout is on the path: {places}")
    return {file for place in places for file in Path(place).rglob("*") if "__pycache__" not in file.parts}


def main() -> None:
    """Build, install, use, clean up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    keep = parser.parse_args().keep
    folder = Path(tempfile.mkdtemp(prefix="kramers-wheel-"))
    try:
        wheel = built(folder)
        check_files(wheel)
        install(wheel, folder)
        stranger = Stranger(folder)
        before = installed(stranger)
        use_the_commands(stranger)
        use_the_face(stranger)
        serve_the_page(stranger)
        need(installed(stranger) == before, "using Kramers wrote into its installation")
    finally:
        if keep:
            print(f"left in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
