"""What the tests of the app share: the examples, and predictions made from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.verify import access
from core.jobs.store import Store
from core.workflows.predict import predict
from core.workflows.prediction import Prediction

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory, monkeypatch) -> None:
    """What a page keeps goes to a folder of this run, not to that of the person who runs it."""
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path_factory.getbasetemp() / "data"))


@pytest.fixture(autouse=True)
def main_module_kept() -> Iterator[None]:
    """AppTest leaves its script as ``__main__``, which a process pool of a later test would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[Store]:
    """A queue of its own, with nobody working at it."""
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path))
    monkeypatch.setenv("KRAMERS_SUPERVISOR", "none")
    cached = (access.ledger, access._result, access.own_runs, access.time_left)
    for function in cached:
        function.clear()
    yield Store(tmp_path)
    for function in cached:
        function.clear()


@cache
def predicted(name: str) -> Prediction:
    return predict((EXAMPLES / name).read_bytes(), name)


@pytest.fixture
def kramers() -> Prediction:
    """A Dy(III) complex with seven donors."""
    return predicted("dy-h2o5-opme3-2.cif")


@pytest.fixture
def non_kramers() -> Prediction:
    """A Tb(III) double-decker."""
    return predicted("tb-pc2-pph4.cif")


@pytest.fixture
def sandwich() -> Prediction:
    """A dysprosocenium ion: two π ligands and nothing else."""
    return predicted("dy-cp-ipr5-cp-star.cif")
