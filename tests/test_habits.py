"""What stands in more than one file says the same: versions of tools, what the public workflow runs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_hooks_use_the_ruff_of_the_lock() -> None:
    locked = re.findall(r"^ruff==(\S+)", read("requirements-dev.lock"), re.MULTILINE)
    hooks = re.findall(r"ruff==([\d.]+)", read(".pre-commit-config.yaml"))
    assert len(hooks) == 2
    assert set(hooks) == set(locked)


def test_the_public_workflow_runs_what_has_to_hold() -> None:
    steps = re.findall(r"^ +- run: (.*)$", read(".github/workflows/ci.yml"), re.MULTILINE)
    assert steps == ["bash .ci/run", "make docs"]


def test_the_site_is_built_from_pinned_packages() -> None:
    asked = [line for line in read("requirements-docs.txt").splitlines() if line and not line.startswith("#")]
    locked = re.findall(r"^\S+==\S+", read("requirements-docs.lock"), re.MULTILINE)
    assert asked and set(asked) <= set(locked)
