"""Another program in the place of this one."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from core.resources import own_environment


def become(module: str, *arguments: str) -> NoReturn:
    """Run a module in the place of this program, so that a signal which ends it has nobody else to reach. What lies in
    the folder where it is started (-P) is not taken for a part of it."""
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-P", "-m", module, *arguments], own_environment())
