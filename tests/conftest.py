"""One thread a process and no per-example deadline: tests run side by side on shared machines."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # read when numpy is first imported
    os.environ.setdefault(_name, "1")

import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("kramers", deadline=None, derandomize=True)
settings.load_profile("kramers")


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """AppTest puts a page in the place of `__main__`, which processes that are spawned later would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
