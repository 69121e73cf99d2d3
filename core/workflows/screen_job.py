"""A screen cut into jobs of the queue: each judges some CIFs of a folder, here or on a cluster that sees the folder.

``python -m core.workflows.screen_job FOLDER`` runs one; see `core.jobs.attempt`. A job that was killed goes on with the
file at which it was.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from core import __version__
from core.errors import InputError
from core.jobs.attempt import STOPPED, Attempt, stop_signals
from core.jobs.model import JobSpec, Limits
from core.resources import shipped
from core.workflows.screen import COLUMNS, Row, find_cifs, judge_file, structures

CHUNK: Final = 200
"""Files of one job: about a minute, so that the seconds of starting one do not count and a kill costs little."""

_MEMORY_MB: Final = 4000
_DAY_S: Final = 86_400
_MANIFEST: Final = shipped("models_weights") / "manifest.json"


def screen_jobs(folder: Path, size: int = CHUNK, priority: int = 0) -> list[JobSpec]:
    """The jobs of a folder.

    Args:
        folder: searched with its subfolders.
        size: files of one job.
        priority: higher goes first.

    Raises:
        InputError: there is no CIF.
        OSError: a file cannot be read.
    """
    folder = folder.absolute()
    files = find_cifs(folder)
    if not files:
        raise InputError("there is no CIF in this folder.", where=str(folder))
    parts = [files[begin : begin + size] for begin in range(0, len(files), size)]
    return [_job(folder, part, f"{folder.name}, part {k} of {len(parts)}", priority) for k, part in enumerate(parts, 1)]


def _job(folder: Path, files: Sequence[Path], title: str, priority: int) -> JobSpec:
    """Its question holds what the files hold, and which models judge them."""
    question = {
        "folder": str(folder),
        "files": [str(path.relative_to(folder)) for path in files],
        "content": _digest(files),
        "models": _digest([_MANIFEST] if _MANIFEST.exists() else []),
        "kramers": __version__,
    }
    return JobSpec("screen", question, title, Limits(1, _MEMORY_MB, _DAY_S), priority)


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run(attempt: Attempt, stopped: Callable[[], bool]) -> int:
    """Judge the files one after the other; the exit status. What goes wrong with a file is a row."""
    folder, names = Path(attempt.question["folder"]), [str(name) for name in attempt.question["files"]]
    kept = attempt.folder / "checkpoint.jsonl"
    known = _known(kept)
    with kept.open("a", encoding="utf-8") as file:
        for done, name in enumerate(names):
            if stopped():
                return STOPPED
            if name in known:
                continue
            attempt.event("screening", done / len(names), detail=name)
            known[name] = judge_file(folder / name, name)
            file.write(json.dumps({"file": name, "rows": known[name]}, ensure_ascii=False) + "\n")
            file.flush()
    rows = [row for name in names for row in known[name]]
    attempt.finish({"status": "ok", "counts": structures(rows), "rows": rows})
    return 0


def _known(kept: Path) -> dict[str, list[Row]]:
    """Rows of an attempt that was killed; a line that it did not finish is taken off."""
    if not kept.exists():
        return {}
    data = kept.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    kept.write_bytes(whole)
    lines = [json.loads(line) for line in whole.splitlines()]
    return {line["file"]: line["rows"] for line in lines}


def write_table(results: Iterable[Mapping[str, Any]], table: Path) -> Counter[str]:
    """The table of `core.workflows.screen` from the results of its jobs, replaced as a whole; structures by status.

    Raises:
        InputError: the file exists and is another table.
    """
    header = ",".join(COLUMNS) + "\n"
    if table.exists() and table.stat().st_size and not table.read_bytes().startswith(header.encode()):
        raise InputError("this file is not a table of kramers screen.", where=table.name, advice="Choose another name.")
    counts: Counter[str] = Counter()
    unfinished = table.with_name(table.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        for result in results:
            writer.writerows(result["rows"])
            counts.update(structures(result["rows"]))
    unfinished.replace(table)
    return counts


if __name__ == "__main__":
    raise SystemExit(run(Attempt.begin(Path(sys.argv[1])), stop_signals()))
