"""Published figures of others that are no part of this repository: a folder of their files, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("KRAMERS_MEASURED") or Path(__file__).parents[2] / "shared" / "data" / "measured")
"""Named by the environment, or beside the project."""


def measured_file(name: str) -> Path:
    """A file of the folder by its name; the test that asks is skipped without it."""
    found = sorted(FOLDER.rglob(name))
    if not found:
        pytest.skip(f"{name} is not at hand; KRAMERS_MEASURED names a folder that holds it")
    return found[0]
