"""One run in a process of its own: ``python -m core.qc.run SPEC.json --out FOLDER``, or ``… FOLDER`` for the queue.

The folder holds ``request.json`` (what was asked), ``checkpoint.npz`` (orbitals after every step), ``progress.jsonl``
and, once there is an outcome, ``result.json``; each is replaced as a whole. A process that was killed goes on from its
checkpoint when it is started again with the same spec. Standard output repeats the progress, one JSON object a line.

For the queue the folder is that of an attempt, see `core.jobs.attempt`: what is asked lies in it, progress goes to
``events.jsonl`` with the energies, and nothing to standard output.

Exit status: 0 a result; 1 no result, its reason in ``result.json``; 2 a spec that cannot be run; 130 stopped by SIGTERM
or SIGINT, between steps.
"""

from __future__ import annotations

import argparse
import json
import logging
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyscf
import scipy
from pyscf import lib
from threadpoolctl import threadpool_limits

from core import __version__
from core.doubts import records
from core.errors import KramersError
from core.jobs.attempt import STOPPED, Attempt, stop_signals
from core.jobs.model import canonical
from core.progress import Progress, Stopped
from core.qc.asked import BUILDING, ORBITALS, complex_of
from core.qc.engine import Verification, Watch, verify
from core.qc.hamiltonian import check
from core.qc.record import to_dict
from core.qc.request import Request, read_request
from core.schema.provenance import provenance
from core.schema.results import SCHEMA_VERSION, Provenance

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folder:
    """Where one run keeps its files."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Orbitals of the last step."""
        return self.path / "checkpoint.npz"

    def prepare(self, request: Request) -> None:
        """Make room for an outcome; a checkpoint of another request is thrown away."""
        self.path.mkdir(parents=True, exist_ok=True)
        asked = json.dumps(request.to_dict(), ensure_ascii=False) + "\n"
        known = self.path / "request.json"
        if not known.exists() or known.read_text(encoding="utf-8", errors="replace") != asked:
            self.checkpoint.unlink(missing_ok=True)
            self.write("request.json", asked)
        (self.path / "result.json").unlink(missing_ok=True)

    def write(self, name: str, text: str) -> None:
        """Replace a file as a whole."""
        unfinished = self.path / f"{name}.part"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self.path / name)

    def write_record(self, record: dict[str, Any]) -> None:
        """The outcome as ``result.json``."""
        self.write("result.json", json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def run(
    request: Request,
    *,
    progress: Progress = lambda stage, fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
    checkpoint: Path | None = None,
    watch: Watch = lambda step, energy, gradient: None,
) -> tuple[Verification, dict[str, Any]]:
    """The result and its record; arguments and errors as in `core.qc.engine.verify`."""
    resumed, begun = checkpoint is not None and checkpoint.exists(), time.process_time()
    with _threads(request.threads):
        result = verify(
            request.spec,
            request.multiplicities,
            progress=progress,
            cancelled=cancelled,
            checkpoint=checkpoint,
            memory_mb=request.memory_mb,
            watch=watch,
        )
    spent = {"cpu_s": round(time.process_time() - begun, 3), "resumed": resumed, "builds": result.orbitals.builds}
    return result, {**to_dict(result), **_circumstances(request), **spent}


def failure(request: Request, reason: str) -> dict[str, Any]:
    """The record of a run without result."""
    return {**not_verified("failed", reason), **_circumstances(request)}


def _circumstances(request: Request) -> dict[str, Any]:
    return {
        "provenance": _origin(request),
        "recipe": request.key,
        "input": request.to_dict(),
        "versions": {
            "kramers": __version__,
            "pyscf": pyscf.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": platform.python_version(),
        },
    }


def not_verified(status: str, reason: str, given: bytes = b"") -> dict[str, Any]:
    """The record of a question that was refused or failed, before there was a complex; `given` is the input."""
    head = {"schema": SCHEMA_VERSION, "kind": "not-verified", "provenance": provenance("verify", given)}
    return {**head, "status": status, "reason": reason}


def _origin(request: Request) -> Provenance:
    """The input is the complex; the key adds the recipe."""
    complex_ = {
        name: value for name, value in request.to_dict().items() if name in ("elements", "positions_A", "charge")
    }
    return provenance("verify", canonical(complex_).encode(), **request.key)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """PySCF's own threads and those of BLAS, for as long as the run takes."""
    before = lib.num_threads()
    with threadpool_limits(number):
        lib.num_threads(number)
        try:
            yield
        finally:
            lib.num_threads(before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m core.qc.run", description="Verify one complex.")
    parser.add_argument("spec", type=Path, metavar="SPEC.json", help="or the folder of an attempt of the queue")
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    if options.out is None and options.spec.is_dir():
        return _as_job(Attempt.begin(options.spec))
    if options.out is None:
        parser.error("the following arguments are required: --out")
    folder = Folder(options.out)
    try:
        request = read_request(options.spec.read_text(encoding="utf-8", errors="replace"))
        check(request.spec)
        folder.prepare(request)
    except (KramersError, OSError) as error:
        _log.error("%s: %s", options.spec, error)
        return 2
    try:
        return _in_folder(request, folder)
    except OSError as error:
        _log.error("%s cannot be written: %s.", folder.path, error.strerror)
        return 1


def _in_folder(request: Request, folder: Folder) -> int:
    cancelled = stop_signals()
    with (folder.path / "progress.jsonl").open("a", encoding="utf-8") as log:
        progress = _reporter(log, sys.stdout)
        record = _guarded(
            request, lambda: run(request, progress=progress, cancelled=cancelled, checkpoint=folder.checkpoint)[1]
        )
    if record is None:
        return STOPPED
    folder.write_record(record)
    return 0 if record["status"] == "ok" else 1


def _as_job(attempt: Attempt) -> int:
    """The queue's protocol. What cannot be run is an outcome here; a full disk is none, and rises."""
    cancelled = stop_signals()
    try:
        given = complex_of(attempt, cancelled)
    except Stopped:
        return STOPPED
    except KramersError as error:
        attempt.finish(not_verified("refused", error.sentence, canonical(attempt.question).encode()))
        return 1
    request, built = given.request, given.doubts is not None
    checkpoint = _sound(attempt.folder / ORBITALS)
    progress, watch = _teller(attempt, BUILDING if built else 0.0)
    record = _guarded(
        request,
        lambda: run(request, progress=progress, cancelled=cancelled, checkpoint=checkpoint, watch=watch)[1],
    )
    if record is None:
        return STOPPED
    attempt.finish({**record, "doubts": records(given.doubts or ())} if built else record)
    return 0 if record["status"] == "ok" else 1


def _sound(checkpoint: Path) -> Path:
    """A checkpoint that a power cut has torn is thrown away."""
    if checkpoint.exists():
        try:
            with np.load(checkpoint, allow_pickle=False) as kept:
                kept["orbitals"].sum()
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            checkpoint.unlink()
    return checkpoint


def _guarded(request: Request, work: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """The process boundary: whatever happens ends as a record, but for a stop (None) and a disk that refuses."""
    try:
        return work()
    except Stopped as error:
        _log.info("%s", error)
        return None
    except KramersError as error:
        return failure(request, error.sentence)
    except MemoryError:
        return failure(request, "the memory of this machine did not suffice. Take a smaller preset or molecule.")
    except OSError:
        raise
    except Exception as error:  # a fault of ours is an outcome too
        _log.exception("the run failed")
        return failure(request, f"Kramers failed on this complex ({type(error).__name__}); please report it.")


def _teller(attempt: Attempt, begun: float) -> tuple[Progress, Watch]:
    """Progress as events of the queue, from the fraction that is done already: each step of the orbitals with its
    energy and how much that has changed."""
    last: list[float] = []
    energies: dict[str, Any] = {}

    def watch(step: int, energy: float, gradient: float) -> None:
        change = {"energy_change_hartree": energy - last[-1]} if last else {}
        energies.update(step=step, energy_hartree=energy, gradient=gradient, detail=f"step {step}", **change)
        last.append(energy)

    def progress(stage: str, fraction: float) -> None:
        name, _, step = stage.partition(", ")
        attempt.event(name, begun + (1.0 - begun) * fraction, **(energies if step else {}))

    return progress, watch


def _reporter(*files: Any) -> Progress:
    begun = time.perf_counter()

    def report(stage: str, fraction: float) -> None:
        line = json.dumps({"stage": stage, "fraction": round(fraction, 3), "s": round(time.perf_counter() - begun, 2)})
        for file in files:
            file.write(line + "\n")
            file.flush()

    return report


if __name__ == "__main__":
    raise SystemExit(main())
