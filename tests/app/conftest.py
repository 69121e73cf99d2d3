"""What the tests of the app share: the examples, and predictions made from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.smm.predictor import Prediction, predict

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"


@pytest.fixture(autouse=True)
def main_module_kept() -> Iterator[None]:
    """AppTest leaves its script as ``__main__``, which a process pool of a later test would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


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
