"""A folder of CIFs into one table: parallel, resumable, one line a structure, refusals included.

A molecule with several metals has a line for each lanthanide, those that symmetry makes of one another once.
"""

from __future__ import annotations

import csv
import io
import itertools
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TextIO

from tqdm import tqdm

from core import settings
from core.errors import InputError, KramersError
from core.progress import now_and_then
from core.workflows.predict import predict_guarded
from core.workflows.prediction import Prediction, Status
from core.workflows.several import judge_several
from core.workflows.wishes import Wishes

COLUMNS: Final[tuple[str, ...]] = (
    "file", "block", "site", "status", "message", "formula", "metal", "oxidation_state", "charge",
    "coordination_number", "shape", "cshm", "p_smm_electrostatic", "gap_electrostatic_low_cm1",
    "gap_electrostatic_high_cm1", "p_smm_voxel", "gap_voxel_cm1", "gap_low_cm1", "gap_high_cm1",
    "p_smm_invariant", "p_smm_metal_only", "verdict_refused", "p_slow_literature", "n_literature",
    "ueff_K_literature", "ueff_K_quartile_1", "ueff_K_quartile_2", "ueff_K_quartile_3", "first_gap_cm1",
    "tunnelling_cm1", "g_x", "g_y", "g_z", "axial_angle_deg", "axis_to_a_deg", "axis_to_b_deg", "axis_to_c_deg",
    "level_of_theory", "doubts",
)  # fmt: skip
"""Header of the table."""

TEXTS: Final = frozenset(
    (
        "file",
        "block",
        "site",
        "status",
        "message",
        "formula",
        "metal",
        "shape",
        "verdict_refused",
        "level_of_theory",
        "doubts",
    )
)
"""Columns that hold no numbers."""

RANKED_BY: Final = ("p_smm_electrostatic", "first_gap_cm1")
"""Columns of the ranked table, largest first."""

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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """How a screen went. `skipped` files were in the table already.

    >>> import kramers, pathlib
    >>> pathlib.Path("empty").mkdir()
    >>> kramers.screen("empty", "none.csv").files
    0
    """

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


def table_row(prediction: Prediction, site: str = "") -> Row:
    """The line of one structure, or of one ion of several, every cell text."""
    levels = prediction.levels
    g = levels.g if levels is not None and levels.g is not None else (None, None, None)
    said = prediction.verdict
    leading, voxel = (said.electrostatic, said.voxel) if said else (None, None)
    reported = prediction.literature
    shape = next(iter(prediction.shapes.items()), ("", None))
    values: tuple[object, ...] = (
        prediction.file,
        prediction.block,
        site,
        prediction.status,
        prediction.message,
        prediction.molecule.formula if prediction.molecule else None,
        prediction.metal,
        prediction.oxidation_state,
        prediction.charge,
        prediction.sphere.coordination_number if prediction.sphere else None,
        *shape,
        leading.p_smm if leading else None,
        *(leading.interval if leading else (None, None)),
        voxel.p_smm if voxel else None,
        voxel.gap if voxel else None,
        *(voxel.interval if voxel else (None, None)),
        said.invariant.p_smm if said and said.invariant else None,
        said.metal_only if said else None,
        said.reason if said else None,
        reported.p_slow if reported else None,
        reported.group.measured if reported else None,
        reported.barrier if reported else None,
        *(reported.group.quartiles if reported and reported.group.quartiles else (None, None, None)),
        levels.first_gap if levels else None,
        levels.tunnelling if levels else None,
        *g,
        prediction.axial_angle,
        *(prediction.cell_angles or (None, None, None)),
        levels.level_of_theory if levels else None,
        " | ".join(one.text for one in prediction.doubts),
    )
    return {name: safe_cell(_text(value)) for name, value in zip(COLUMNS, values, strict=True)}


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def judge_file(path: Path, name: str) -> list[Row]:
    """Rows of every structure in one file; what goes wrong becomes a row. Runs in a worker."""
    try:
        if path.stat().st_size > settings.MAX_RAW_BYTES:
            size, limit = path.stat().st_size / 1e6, settings.MAX_RAW_BYTES / 1e6
            raise InputError(f"the file has {size:.0f} MB; up to {limit:.0f} are loaded.")
        data = path.read_bytes()
        first = predict_guarded(data, name)
        others = [block for block in first.report.blocks if block != first.block]
        every = [first, *(predict_guarded(data, name, block=block) for block in others)]
        return [row for prediction in every for row in _rows(prediction, data)]
    except InputError as error:
        return [table_row(Prediction(name, "", Status.ERROR, error.sentence))]
    except OSError as error:
        return [table_row(Prediction(name, "", Status.ERROR, f"the file cannot be read: {error.strerror}."))]


def _rows(prediction: Prediction, data: bytes) -> list[Row]:
    """The line of a structure; of one with several metals, one for each lanthanide."""
    if not prediction.among_metals:
        return [table_row(prediction)]
    try:
        found = judge_several(data, prediction.file, Wishes(), block=prediction.block or None)
    except KramersError as error:
        refused = prediction.status is Status.REFUSED  # else the ion by itself is what there is to say
        return [table_row(replace(prediction, message=error.sentence) if refused else prediction)]
    except Exception as error:  # the process boundary, as of `predict_guarded`
        _log.exception("several metals failed on %r", prediction.file)
        text = f"Kramers failed on this file ({type(error).__name__}); please report it."
        return [table_row(replace(prediction, status=Status.ERROR, message=text))]
    first_of_kind = [site.label for site in found.metals.magnetic if not site.image_of]
    rows = [(found.predictions[label], label) for label in first_of_kind if label in found.predictions]
    return [table_row(own, label) for own, label in rows] or [table_row(prediction)]


def structures(rows: Iterable[Row]) -> Counter[str]:
    """How many structures of each status; one with several lines counts once, as ok where one line is."""
    best: dict[tuple[str, str], str] = {}
    for row in rows:
        key = row["file"], row["block"]
        best[key] = row["status"] if best.get(key) != Status.OK else Status.OK
    return Counter(str(status) for status in best.values())


def find_cifs(folder: Path) -> list[Path]:
    """Every ``.cif`` below `folder`, sorted by path."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".cif" and p.is_file())


def screen(folder: Path, table: Path, *, jobs: int | None = None, progress: TextIO | None = None) -> Summary:
    """Judge every CIF below `folder` and append to `table`; files that stand in it are skipped.

    Args:
        folder: searched with its subfolders.
        table: CSV file; continued if it exists.
        jobs: processes; all cores by default.
        progress: where the progress bar goes, a line now and then where it is no terminal; None for none.

    Raises:
        InputError: `table` exists and is no table of this command.
    """
    done = _resume(table)
    files = {str(path.relative_to(folder)): path for path in find_cifs(folder)}
    todo = [(path, name) for name, path in files.items() if safe_cell(name) not in done]
    counts = dict.fromkeys(Status, 0)
    workers = min(jobs or os.cpu_count() or 1, max(1, len(todo)))
    tell = _progress(progress, len(files), len(files) - len(todo))
    with table.open("a", encoding="utf-8", newline="") as out, tell as step:
        for rows in _parallel(todo, workers):
            out.write(_lines(rows))
            out.flush()
            for status, number in structures(rows).items():
                counts[Status(status)] += number
            step()
    return Summary(len(files), len(files) - len(todo), *(counts[s] for s in (Status.OK, Status.REFUSED, Status.ERROR)))


@contextmanager
def _progress(out: TextIO | None, total: int, done: int) -> Iterator[Callable[[], None]]:
    """What is called after each file: a bar on a terminal, a line now and then elsewhere."""
    if out is None or out.isatty():
        with tqdm(total=total, initial=done, unit="file", file=out, disable=out is None) as bar:

            def update() -> None:
                bar.update()

            yield update
        return
    say, count = now_and_then(out), itertools.count(done + 1)

    def step() -> None:
        number = next(count)
        say(f"{number} of {total} files", number / total)

    yield step


def ranked(table: Path) -> Path:
    """The same table in a file beside it: the likeliest SMM first by the model that leads the page, the electrostatic
    one, and those without a verdict last.

    Ions of one structure stay together, the best first, and have the place of the best.
    """
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    best: dict[tuple[str, str], tuple[float, ...]] = {}
    for row in rows:
        key = row["file"], row["block"]
        best[key] = min(_rank(row), best.get(key, (2.0, 0.0)))
    order = sorted(rows, key=lambda row: (best[row["file"], row["block"]], row["file"], row["block"], _rank(row)))
    out = table.with_name(f"{table.stem}-ranked{table.suffix}")
    out.write_text(",".join(COLUMNS) + "\n" + _lines(order), encoding="utf-8")
    return out


def rows_of(table: Path) -> list[dict[str, str | float | None]]:
    """Lines of a table with its numbers as numbers; what is empty is null."""
    with table.open(encoding="utf-8", newline="") as lines:
        return [{name: _value(name, text) for name, text in row.items()} for row in csv.DictReader(lines)]


def _value(column: str, text: str) -> str | float | None:
    return text if column in TEXTS else float(text) if text else None


def _rank(row: Row) -> tuple[float, ...]:
    """The lowest first."""
    return tuple(-float(row[by] or -1) for by in RANKED_BY)


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
