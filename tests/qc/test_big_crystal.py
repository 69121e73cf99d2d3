"""One frame is found in a file of many."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

from benchmarks.performance.big_crystal import frames_of, summary
from core.qc.reading import from_xyz

FRAMES = """2
file=one.xyz refcode=ONE charge=+2 kind=ref
Ce 0 0 0
F 0 0 2.0
2
file=two.xyz refcode=TWO charge=+2 kind=ref
Dy 0 0 0
F 0 0 2.1
"""


def test_a_frame_is_an_xyz_file_with_its_charge(tmp_path: Path) -> None:
    path = tmp_path / "structures.xyz.gz"
    path.write_bytes(gzip.compress(FRAMES.encode()))
    frames = dict(frames_of(path))
    assert list(frames) == ["one.xyz", "two.xyz"]
    spec = from_xyz(frames["two.xyz"].encode(), "fast")
    assert (spec.elements, spec.charge, spec.positions[1, 2]) == (("Dy", "F"), 2, 2.1)


def test_without_data_it_says_so_and_computes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.performance.big_crystal", "--environments", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Skipped: no crystal") and "Traceback" not in done.stderr


def test_only_results_below_the_limit_are_named() -> None:
    rows = [{"key": str(mb), "status": "ok", "memory_mb": mb, "functions": 700} for mb in (7000, 9000)]
    assert summary(rows)["below_limit"] == ["7000"]
