"""What loading a room brings with it: asked of a fresh interpreter, since import-linter only reads the source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "pyscf", "streamlit", "plotly", "py3Dmol")

SCRIPT = """
import importlib, pkgutil, sys
room = importlib.import_module({room!r})
for module in pkgutil.walk_packages(getattr(room, "__path__", []), {room!r} + "."):
    importlib.import_module(module.name)
print(*(name for name in {heavy!r} if name in sys.modules))
"""


@pytest.mark.parametrize(
    "room", ["core.cli", "core.chem", "core.magnetism", "core.workflows.predict", "core.workflows.build"]
)
def test_a_room_of_core_loads_no_heavy_library(room: str) -> None:
    command = [sys.executable, "-c", SCRIPT.format(room=room, heavy=HEAVY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
