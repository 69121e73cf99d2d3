"""The folder of an attempt as the supervisor handles it: prepared before a run, read while it goes on and after."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.jobs.attempt import Reached
from core.jobs.ledger import Claim
from core.jobs.model import State, canonical


def prepare(claim: Claim, files: Mapping[str, bytes], reached: Reached) -> None:
    """The folder of an attempt, with the question, the files that belong to it, and the checkpoint of the last attempt
    that left one."""
    if claim.folder.exists():  # left by a job of this name that was deleted
        shutil.rmtree(claim.folder)
    claim.folder.mkdir(parents=True)
    reached("folder made")
    for before in range(claim.job.attempt - 1, 0, -1):
        kept = sorted(claim.folder.with_name(f"a{before}").glob("checkpoint*"))
        whole = [path for path in kept if ".part" not in path.name]
        for path in whole:
            shutil.copyfile(path, claim.folder / path.name)
        if whole:
            break
    for name, content in files.items():
        (claim.folder / name).write_bytes(content)
    spec = {"kind": claim.job.kind, "question": claim.job.question, "limits": claim.job.limits.to_dict()}
    (claim.folder / "spec.json").write_text(canonical(spec), encoding="utf-8")  # its run begins after this
    reached("spec written")


def outcome(folder: Path) -> dict[str, Any] | None:
    """What a run has left; it is whole or not there, so anything else is a failure of its own."""
    try:
        record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return {"status": "failed", "reason": f"the outcome cannot be read ({type(error).__name__})."}
    return record if isinstance(record, dict) else {"status": "failed", "reason": "the outcome is no record."}


def state_of(record: Mapping[str, Any], cancelling: bool) -> State:
    """The state that an outcome means. Who cancels gets what was found by then only where it is a result."""
    if record.get("status") == "ok":
        return State.DONE
    if cancelling:
        return State.CANCELLED
    return State.REFUSED if record.get("status") == "refused" else State.FAILED


def columns(line: bytes) -> dict[str, Any]:
    """An event as columns of the ledger; entries of the wrong kind are left out."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    if not isinstance(event, dict):
        return {}
    fraction = _number(event.get("fraction"))
    found: dict[str, Any] = {name: str(event.get(name, ""))[:200] for name in ("stage", "detail")}
    found["energy_change"] = _number(event.get("energy_change_hartree"))
    if fraction is not None:
        found["fraction"] = min(1.0, max(0.0, fraction))
    return found


def _number(value: Any) -> float | None:
    sound = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if sound else None


def no_room(runs: Path, least_mb: int) -> str:
    """Why no run should start: its disk has less left than that [MB]; empty where there is room."""
    there = next(folder for folder in (runs, *runs.parents) if folder.exists())
    left = shutil.disk_usage(there).free / 1e6
    return (
        f"waits for room: the disk of {runs} has {left:.0f} MB left, {least_mb} MB are wanted."
        if left < least_mb
        else ""
    )
