"""Which jobs are meant on the command line: by state, batch, class of the ligand, time."""

from __future__ import annotations

import argparse
import re
import time
from datetime import datetime
from typing import Any, Final

from core.jobs.model import Filter

_UNITS: Final = {"min": 60.0, "h": 3600.0, "d": 86_400.0}


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Options that together name many jobs."""
    parser.add_argument("--batch", default="", metavar="NAME", help="of this batch (see: kramers jobs batches)")
    parser.add_argument("--class", dest="donor_class", default="", metavar="CLASS", help="as “phosphine oxide”")
    words = "asked for since then: 2026-11-29, “2026-11-29 14:30”, 90min, 6h, 2d"
    parser.add_argument("--since", type=moment, default=0.0, metavar="WHEN", help=words)


def is_selection(options: argparse.Namespace) -> bool:
    """Whether any of them was given."""
    return bool(options.batch or options.donor_class or options.since)


def selection(options: argparse.Namespace, **more: Any) -> Filter:
    """The filter behind the options; `more` are further fields of it."""
    batch = " ".join(options.batch.split())
    return Filter(batch=batch, donor_class=options.donor_class.strip(), since=options.since, **more)


def moment(text: str) -> float:
    """A date, a date with a time (both of this machine's clock), or how long ago [s since 1970]."""
    ago = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*(min|h|d)\s*", text)
    if ago:
        return time.time() - float(ago[1]) * _UNITS[ago[2]]
    try:
        return datetime.fromisoformat(text.strip()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a date such as 2026-11-29 or “2026-11-29 14:30” nor a time such as 90min, 6h or 2d"
        ) from None
