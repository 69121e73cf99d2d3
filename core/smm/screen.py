"""A folder of CIFs into one table: parallel, resumable, one line a structure, refusals included."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TextIO

from tqdm import tqdm

from core import settings
from core.errors import InputError
from core.smm.predictor import Prediction, Status, predict_guarded

COLUMNS: Final[tuple[str, ...]] = (
    "file", "block", "status", "message", "formula", "metal", "oxidation_state", "charge", "coordination_number",
    "shape", "cshm", "p_smm_voxel", "gap_voxel_cm1", "gap_low_cm1", "gap_high_cm1", "p_smm_invariant",
    "p_smm_metal_only", "verdict_refused", "first_gap_cm1", "tunnelling_cm1", "g_x", "g_y", "g_z", "axial_angle_deg",
    "level_of_theory", "warnings",
)  # fmt: skip
"""Header of the table."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs such a cell: OWASP, "CSV Injection"
_TASKS_PER_WORKER = 500  # workers are renewed, so that nothing a library keeps can grow without bound
_WORKER = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # glibc keeps what one structure freed for the next: giving it back and fetching it again costs 4 ms a structure
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}
"""Settings of the workers, where the user has none of his own."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """How a screen went. `skipped` files were in the table already."""

    files: int
    skipped: int
    ok: int
    refused: int
    error: int

    @property
    def not_ok(self) -> int:
        """Structures that were refused or could not be read."""
        return self.refused + self.error

    @property
    def sentence(self) -> str:
        """For the end of the run."""
        return (
            f"{self.files} files: {self.skipped} were in the table already; of the structures read now {self.ok} are "
            f"ok, {self.refused} refused, {self.error} unreadable."
        )


def safe_cell(text: str) -> str:
    """One line of text that no spreadsheet takes for a formula; numbers keep their sign."""
    flat = " ".join(text.split())
    return "'" + flat if flat.startswith(_FORMULA_SIGNS) and not _is_number(flat) else flat


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def table_row(prediction: Prediction) -> Row:
    """The line of one structure, every cell text."""
    field = prediction.field
    g = field.g if field is not None and field.g is not None else (None, None, None)
    said = prediction.verdict
    voxel = said.voxel if said else None
    shape = next(iter(prediction.shapes.items()), ("", None))
    values: tuple[object, ...] = (
        prediction.file,
        prediction.block,
        prediction.status,
        prediction.message,
        prediction.molecule.formula if prediction.molecule else None,
        prediction.metal,
        prediction.oxidation_state,
        prediction.charge,
        prediction.sphere.coordination_number if prediction.sphere else None,
        *shape,
        voxel.p_smm if voxel else None,
        voxel.gap if voxel else None,
        *(voxel.interval if voxel else (None, None)),
        said.invariant.p_smm if said and said.invariant else None,
        said.metal_only if said else None,
        said.reason if said else None,
        field.first_gap if field else None,
        field.tunnelling if field else None,
        *g,
        prediction.axial_angle,
        field.level if field else None,
        " | ".join(prediction.warnings),
    )
    return {name: safe_cell(_text(value)) for name, value in zip(COLUMNS, values, strict=True)}


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def judge_file(path: Path, name: str) -> list[Row]:
    """Rows of every structure in one file; what goes wrong becomes a row. Runs in a worker."""
    try:
        if path.stat().st_size > settings.MAX_FILE_BYTES:
            raise InputError(f"the file has {path.stat().st_size / 1e6:.0f} MB; up to 20 MB are read.")
        data = path.read_bytes()
        first = predict_guarded(data, name)
        others = [block for block in first.report.blocks if block != first.block]
        return [table_row(first), *(table_row(predict_guarded(data, name, block=block)) for block in others)]
    except InputError as error:
        return [table_row(Prediction(name, "", Status.ERROR, error.sentence))]
    except OSError as error:
        return [table_row(Prediction(name, "", Status.ERROR, f"the file cannot be read: {error.strerror}."))]


def find_cifs(folder: Path) -> list[Path]:
    """Every ``.cif`` below `folder`, sorted by path."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".cif" and p.is_file())


def screen(folder: Path, table: Path, *, jobs: int | None = None, progress: TextIO | None = None) -> Summary:
    """Judge every CIF below `folder` and append to `table`; files that stand in it are skipped.

    Args:
        folder: searched with its subfolders.
        table: CSV file; continued if it exists.
        jobs: processes; all cores by default.
        progress: where the progress bar goes; None for none.

    Raises:
        InputError: `table` exists and is no table of this command.
    """
    done = _resume(table)
    files = {str(path.relative_to(folder)): path for path in find_cifs(folder)}
    todo = [(path, name) for name, path in files.items() if safe_cell(name) not in done]
    counts = dict.fromkeys(Status, 0)
    workers = min(jobs or os.cpu_count() or 1, max(1, len(todo)))
    with (
        table.open("a", encoding="utf-8", newline="") as out,
        tqdm(
            total=len(files), initial=len(files) - len(todo), unit="file", file=progress, disable=progress is None
        ) as bar,
    ):
        for rows in _parallel(todo, workers):
            out.write(_lines(rows))
            out.flush()
            for row in rows:
                counts[Status(row["status"])] += 1
            bar.update()
    return Summary(len(files), len(files) - len(todo), *(counts[s] for s in (Status.OK, Status.REFUSED, Status.ERROR)))


def ranked(table: Path) -> Path:
    """The same table, the likeliest SMM first and those without a verdict last, in a file beside it."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    order = sorted(rows, key=lambda row: (-float(row["p_smm_voxel"] or -1), -float(row["first_gap_cm1"] or -1)))
    out = table.with_name(f"{table.stem}-ranked{table.suffix}")
    out.write_text(",".join(COLUMNS) + "\n" + _lines(order), encoding="utf-8")
    return out


def _lines(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _resume(table: Path) -> frozenset[str]:
    """Files that the table has; a line that a crash cut short is taken off first."""
    header = ",".join(COLUMNS) + "\n"
    if not table.exists() or table.stat().st_size == 0:
        table.write_text(header, encoding="utf-8")
        return frozenset()
    data = table.read_bytes()
    if not data.startswith(header.encode()):
        raise InputError(
            f"{table.name} exists and is not a table of this version of kramers screen.", advice="Choose another name."
        )
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        table.write_bytes(whole)
    return frozenset(row["file"] for row in csv.DictReader(io.StringIO(whole.decode("utf-8"))))


def _parallel(todo: list[tuple[Path, str]], workers: int) -> Iterator[list[Row]]:
    """Rows file by file as they get ready; a bounded number is in flight, so that memory stays flat."""
    if not todo:
        return
    for name, setting in _WORKER.items():  # read by the workers' libraries when they start
        os.environ.setdefault(name, setting)
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=_TASKS_PER_WORKER)
    queue = iter(todo)
    running: set[Future[list[Row]]] = set()
    try:
        while True:
            room = 4 * workers - len(running)
            running.update(pool.submit(judge_file, *task) for task in itertools.islice(queue, room))
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
