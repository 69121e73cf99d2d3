"""How far a command is: on one line of the terminal, or by a line now and then where standard error is redirected."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.progress import Progress, now_and_then


@contextmanager
def progress_line() -> Iterator[Progress]:
    """One line on the terminal, written over again and wiped at the end; elsewhere a line now and then."""
    if not sys.stderr.isatty():
        yield now_and_then(sys.stderr)
        return
    try:
        yield lambda stage, fraction: _overwrite(f"{fraction:4.0%} {stage}")
    finally:
        _overwrite("")


def _overwrite(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()
