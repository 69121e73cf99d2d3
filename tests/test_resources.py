"""Where the shipped files are found, in a checkout and in an installation; scripts/wheel_steps.py takes a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import cli, resources
from core.cli import train
from core.errors import InputError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Programs that were to take the place of this one, with their environments."""
    seen: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda program, command, environment: seen.append((command, environment)))
    return seen


def test_a_checkout_is_known_by_where_its_files_stand() -> None:
    assert resources.CHECKOUT == ROOT
    assert resources.shipped("models_weights") == ROOT / "models_weights"


def test_an_installation_is_known_by_the_files_in_the_package(tmp_path: Path) -> None:
    (tmp_path / "core" / "models_weights").mkdir(parents=True)
    for name in ("__init__", "errors", "resources"):
        shutil.copy(ROOT / "core" / f"{name}.py", tmp_path / "core")
    script = (
        "from core.resources import *; print(CHECKOUT, shipped('models_weights'), own_environment().get('PYTHONPATH'))"
    )
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=clean, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["None", str(tmp_path / "core" / "models_weights"), "None"]


def test_an_example_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no example '\.\./x.cif'\. There are: dy-acac3-phen\.cif, "):
        resources.example("../x.cif")


def test_the_app_is_started_with_the_port_and_address_that_were_asked_for(
    asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    cli.main(["app", "--port", "9000", "--address", "0.0.0.0"])
    command, environment = asked[0]
    assert command[1:4] == ["-P", "-m", "streamlit"]
    assert command[4:] == ["run", str(ROOT / "app" / "main.py"), "--server.port=9000", "--server.address=0.0.0.0"]
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
    assert Path.cwd() == ROOT  # for its settings in .streamlit


def test_training_is_started_in_a_checkout(asked) -> None:
    cli.main(["train", "levels", "--help"])
    assert asked[0][0][1:] == ["-P", "-m", "training.levels.computed_levels", "--help"]


def test_training_without_a_checkout_is_refused(asked, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    monkeypatch.setattr(train, "CHECKOUT", None)
    assert cli.main(["train", "levels"]) == 2
    assert not asked and "needs a checkout" in caplog.text
