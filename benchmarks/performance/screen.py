"""How fast and in how much memory `kramers screen` judges a folder: `python -m benchmarks.performance.screen [--count
20000]`.

Crystals of our own making (or, with --environments FOLDER, the molecules of a multi-frame ``structures.xyz.gz``) are
packed in P1, P-1, P2₁/c, P2₁/n, C2/c, P2₁2₁2₁ and Pbca. A packing takes a second, so `--distinct` of them are made and
each is written many times over in other descriptions (origin, axes, order, mates, labels), until `--count` files lie
in a folder. `kramers screen` then runs over it on two processes, verdicts of all models included; half-way it is
stopped as by Ctrl-C, and started again. Beside the wall clock, which other work on the machine slows down, stands what
the processor time amounts to on two cores of its own. Writes benchmarks/results/screen.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from csv import DictReader
from itertools import islice
from pathlib import Path

from benchmarks.harness.crystals import CHANGES, environments, generated
from core.learned.verdict import models
from tests import cifs

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "screen.json"
_SAMPLES = 20
_THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def main() -> None:
    """Makes the folder, times the command, writes the figures."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "in"
        folder.mkdir()
        atoms = _fill(folder, options)
        figures = _timed(folder, Path(scratch) / "table.csv", options)
    _RESULTS.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(_record(options, atoms, figures), indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="files in the folder")
    parser.add_argument("--distinct", type=int, default=100, help="distinct crystals behind them")
    parser.add_argument("--environments", type=Path, help="folder with structures.xyz.gz and index.csv")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, default=_RESULTS)
    return parser.parse_args()


def _fill(folder: Path, options: argparse.Namespace) -> list[int]:
    """Write the files; atoms of the asymmetric unit for each of them."""
    if options.environments:
        crystals = list(environments(options.environments, options.distinct, options.seed))
    else:
        crystals = list(generated(options.distinct, options.seed))
    changes = [change for name, change in CHANGES.items() if name != "P 1"]  # P 1 multiplies the atoms
    for number in range(options.count):
        crystal = crystals[number % len(crystals)]
        changed = changes[number // len(crystals) % len(changes)](crystal, number)
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.cif"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(cifs.spell(cifs.relabelled(changed, number), cifs.Spelling(decimals=5)))
    sizes = [len(crystal.sites) for crystal in crystals]
    return [sizes[number % len(sizes)] for number in range(options.count)]


def _timed(folder: Path, table: Path, options: argparse.Namespace) -> dict[str, object]:
    command = [sys.executable, "-m", "core.cli", "screen", str(folder), "--out", str(table)]
    command += ["--jobs", str(options.jobs)]
    before = _cpu_of_children()
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=_ROOT, env={**os.environ, **_THREADS}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        samples = _watched(process, table, options.count, start, stop_at=options.count // 2)
    with subprocess.Popen(
        command, cwd=_ROOT, env={**os.environ, **_THREADS}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        samples += _watched(process, table, options.count, start, done=len(samples))
    seconds, cpu = time.perf_counter() - start, _cpu_of_children() - before
    with table.open(encoding="utf-8", newline="") as rows:
        lines = list(DictReader(rows))
    statuses, files = Counter(row["status"] for row in lines), {row["file"] for row in lines}
    return {
        "exit_status": process.returncode,
        "seconds": round(seconds, 2),
        "outcomes": dict(statuses),
        "stopped_and_started_again": 1,
        "files_in_the_table": len(files),
        "rows_in_the_table": len(lines),
        "structures_per_second": round(sum(statuses.values()) / seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "structures_per_second_of_two_idle_cores": round(2 * sum(statuses.values()) / cpu, 1),
        "memory": samples,
    }


def _cpu_of_children() -> float:
    """Processor time of all that this process started and saw end, their own children included [s]."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watched(
    process: subprocess.Popen[bytes],
    table: Path,
    count: int,
    start: float,
    *,
    done: int = 0,
    stop_at: int | None = None,
) -> list[dict[str, float]]:
    """Memory of the command and its workers whenever another twentieth of the table is written, and time till then.

    Args:
        process: the command. table: what it writes. count: of all files. start: when the clock began.
        done: twentieths that were there before.
        stop_at: interrupt it when so many rows are there.
    """
    samples: list[dict[str, float]] = []
    while process.poll() is None:
        time.sleep(0.2)
        rows = table.read_bytes().count(b"\n") - 1 if table.exists() else 0
        if stop_at is not None and rows >= stop_at:
            process.send_signal(signal.SIGINT)
            stop_at = None
        if rows >= (done + len(samples) + 1) * count / _SAMPLES:
            samples.append({"rows": rows, "seconds": round(time.perf_counter() - start, 1), **_resident(process.pid)})
    return samples


def _resident(root: int) -> dict[str, float]:
    """Resident memory [MB]: of all processes together and of the largest, read from /proc (Linux)."""
    parents, sizes = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except OSError:  # it ended while we looked
            continue
        parents[int(entry.name)] = int(fields[1])
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    mine = [sizes[pid] for pid in family if pid in sizes]
    return {"total_mb": round(sum(mine)), "largest_mb": round(max(mine, default=0.0))}


def _record(options: argparse.Namespace, atoms: list[int], figures: dict[str, object]) -> dict[str, object]:
    return {
        "what": "kramers screen over a folder: from the file to the verdicts of all models",
        "set": models().card["set"],
        "files": options.count,
        "distinct_crystals": options.distinct,
        "crystals_from": "real environments, packed by us" if options.environments else "random complexes made by us",
        "median_atoms_listed": statistics.median(atoms),
        "processes": options.jobs,
        "cores_of_the_machine": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        **figures,
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next(islice((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), 1), "")


if __name__ == "__main__":
    main()
