"""The queue is light: a run starts in some hundredths of a second, and pages may import it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SCRIPT = """
import importlib, pkgutil, sys
import core.jobs
for module in pkgutil.walk_packages(core.jobs.__path__, "core.jobs."):
    importlib.import_module(module.name)
print(*(name for name in ("numpy", "torch", "pyscf", "rdkit", "gemmi", "streamlit") if name in sys.modules))
"""


def test_the_queue_loads_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
