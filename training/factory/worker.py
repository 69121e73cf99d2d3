"""One label: a complex built if need be, through the engine, and what is kept of it. And processes that make labels.

A process makes many labels, so that what it loads is loaded once, and dies with the one that started it.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Final

import numpy as np

from core.chem.build.complex import PROTOCOL, build_complex
from core.chem.ligand.ligand import ligand_from_text
from core.errors import DomainError, KramersError
from core.magnetism.levels import Doublet
from core.qc.engine import Verification, verify
from core.qc.hamiltonian import Spec
from core.qc.spin_orbit_states import Multiplicities
from training.common.level_labels import CONVERGED, ENVIRONMENTS, FAILED, LevelLabel, rounded
from training.factory.tasks import LabelTask

NICENESS: Final = 15
"""By how much a process steps back behind everything else (nice(2))."""

LIMIT_S: Final = 3 * 3600
"""A label that takes longer is given up [s]; the largest complexes of the lists take minutes."""

LABELS_A_PROCESS: Final = 40
"""After which a process is replaced, so that what it hoards is given back."""

COMPUTED: Final = f"{__name__}:computed"

_FIGURES: Final = 6
"""Of a B_k^q."""


def computed(task: LabelTask) -> LevelLabel:
    """The row of a task; what goes wrong is a row too, with its reason."""
    wall, processor = time.perf_counter(), time.process_time()
    found: dict[str, Any]
    try:
        spec = _complex(task) if task.spec is None else _as_kept(task.spec)
        found = _described(task, spec)
        found |= {"status": CONVERGED, **_measures(verify(spec, Multiplicities(task.recipe[2])))}
    except KramersError as error:
        found = {"status": FAILED, "reason": error.sentence}
    except Exception as error:  # a process boundary: one complex that breaks our code must not end the campaign
        found = {"status": FAILED, "reason": f"an error of Kramers itself: {type(error).__name__}: {error}"[:300]}
    spent = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return _row(task, {**found, "seconds": {name: round(value, 1) for name, value in spent.items()}})


def failed(task: LabelTask, reason: str) -> LevelLabel:
    """The row of a task that came to nothing."""
    return _row(task, {"status": FAILED, "reason": reason})


def _row(task: LabelTask, found: dict[str, Any]) -> LevelLabel:
    geometry, preset, multiplicities, engine = task.recipe
    return LevelLabel(
        task.campaign, task.key, task.half, task.source, geometry, preset, multiplicities, engine,
        made=date.today().isoformat(), **found,
    )  # fmt: skip


def _complex(task: LabelTask) -> Spec:
    """[Dy(H2O)5L2] of the ligand of a task."""
    geometry, preset, _, _ = task.recipe
    if geometry != PROTOCOL:
        raise DomainError(f"the list asks for the geometry {geometry}, and this Kramers builds {PROTOCOL}.")
    built = build_complex(ligand_from_text(task.source["smiles"], donor=task.source["donor"]))
    molecule = built.molecule
    donors = tuple(sorted((*built.axial_donors, *built.equatorial_donors)))
    return _as_kept(Spec(molecule.elements, molecule.relative_positions, molecule.charge or 0, donors, preset))


def _as_kept(spec: Spec) -> Spec:
    """The same with the coordinates as the table keeps them."""
    positions = np.array(rounded(spec.positions), dtype=np.float64).reshape(-1, 3) / 1000
    return Spec(spec.elements, positions, spec.charge, spec.donors, spec.preset)


def _described(task: LabelTask, spec: Spec) -> dict[str, Any]:
    """The complex; coordinates of real environments are not ours to give."""
    known: dict[str, Any] = {"ion": spec.elements[spec.metal], "charge": spec.charge, "donors": list(spec.donors)}
    if task.campaign != ENVIRONMENTS:
        known |= {"elements": " ".join(spec.elements), "positions": rounded(spec.positions)}
    return known


def _measures(result: Verification) -> dict[str, Any]:
    found = result.levels
    levels = found.energies[::2] if found.kramers else found.energies
    return {
        "functions": result.functions,
        "auxiliary": result.auxiliary,
        "levels": [round(level, 2) for level in levels.tolist()],
        "g": [_g(doublet) for doublet in found.doublets],
        "axes": [_axis(doublet) for doublet in found.doublets],
        "stevens": [float(f"{value:.{_FIGURES}g}") for _, value in sorted(found.stevens_input.items())],
        "residual": round(found.residual, 5),
        "checks": {name: float(f"{value:.3g}") for name, value in result.checks.items()},
    }


def _g(doublet: Doublet) -> list[float]:
    return [] if doublet.g is None else [float(f"{value:.5g}") for value in doublet.g]


def _axis(doublet: Doublet) -> list[float]:
    return [] if doublet.easy_axis is None else [round(value, 4) for value in doublet.easy_axis.tolist()]


class Crew:
    """Processes that make labels, each one at a time.

    Args:
        slots: how many.
        work: ``module:function`` that makes a row of a task; `computed` unless a test wants something lighter.
    """

    def __init__(self, slots: int, work: str = COMPUTED) -> None:
        self._slots, self._work = slots, work
        self._idle: list[_Process] = []
        self._busy: list[_Process] = []

    @property
    def free(self) -> bool:
        """Whether another task can be begun."""
        return len(self._busy) < self._slots

    @property
    def busy(self) -> bool:
        """Whether a label is being made."""
        return bool(self._busy)

    def begin(self, task: LabelTask) -> None:
        """Have a process make the row of a task."""
        process = self._idle.pop() if self._idle else _Process(self._work)
        process.begin(task)
        self._busy.append(process)

    def ended(self, seconds: float) -> Iterator[tuple[LabelTask, LevelLabel | None]]:
        """Tasks that end within so long [s], with their rows; None where the process died over it, or was ended because
        it took longer than `LIMIT_S`."""
        ready = wait([process.connection for process in self._busy], timeout=seconds)
        for process in list(self._busy):
            late = process.seconds > LIMIT_S
            if process.connection in ready or late:
                self._busy.remove(process)
                row = None if late and process.connection not in ready else process.row()
                if row is None or process.made >= LABELS_A_PROCESS:
                    process.stop()
                else:
                    self._idle.append(process)
                yield process.task, row

    def stop(self) -> None:
        """End all processes, whatever they do."""
        for process in (*self._busy, *self._idle):
            process.stop()


class _Process:
    """One of them."""

    def __init__(self, work: str) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, work, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()
        self.task: LabelTask
        self.made = 0

    @property
    def seconds(self) -> float:
        """How long it has been at its task."""
        return time.monotonic() - self._since

    def begin(self, task: LabelTask) -> None:
        self.task, self._since = task, time.monotonic()
        with suppress(OSError):  # it died before: `row` will tell
            self.connection.send(task)

    def row(self) -> LevelLabel | None:
        self.made += 1
        try:
            row: LevelLabel = self.connection.recv()
        except (EOFError, OSError):
            return None
        return row

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection, work: str, parent: int) -> None:
    """What such a process does."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it decides
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    module, _, name = work.partition(":")
    make: Callable[[LabelTask], LevelLabel] = getattr(importlib.import_module(module), name)
    while True:
        try:
            connection.send(make(connection.recv()))
        except (EOFError, OSError):
            return


def _die_with(parent: int) -> None:
    """No process goes on for a factory that was killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
