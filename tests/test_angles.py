"""Angles between vectors and axes, where arccosines fail."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from core.angles import between, between_axes

AXIS = np.array([0.3, -1.7, 2.9])


@pytest.mark.parametrize("length", [1.0, 1 / 3, 0.1, 7.7e5, 1e-12])
def test_parallel_and_antiparallel_vectors_have_angles_whatever_their_rounding(length: float) -> None:
    for turn in np.random.default_rng(0).normal(size=(200, 3)):
        assert between(turn, length * turn) == pytest.approx(0.0, abs=1e-6)
        assert between(turn, -length * turn) == pytest.approx(180.0, abs=1e-6)
        assert between_axes(turn, -length * turn) == pytest.approx(0.0, abs=1e-6)


def test_small_angles_keep_their_size() -> None:
    aside = np.cross(AXIS, [1.0, 0.0, 0.0])
    tilted = AXIS + 1e-9 * np.linalg.norm(AXIS) * aside / np.linalg.norm(aside)
    assert np.radians(between(AXIS, tilted)) == pytest.approx(1e-9, rel=1e-5)
    assert np.radians(between_axes(AXIS, -tilted)) == pytest.approx(1e-9, rel=1e-5)


def test_perpendicular_and_oblique_vectors() -> None:
    assert between([1, 0, 0], [0, 2, 0]) == 90.0
    assert between_axes([1, 0, 0], [0, 2, 0]) == 90.0
    assert between([1, 0, 0], [-1, np.sqrt(3), 0]) == pytest.approx(120.0)
    assert between_axes([1, 0, 0], [-1, np.sqrt(3), 0]) == pytest.approx(60.0)


def test_many_vectors_at_once() -> None:
    assert between(np.eye(3)[:, None], np.eye(3)[None]) == pytest.approx(90.0 * (1 - np.eye(3)))


def test_a_vector_without_length_stands_at_no_angle() -> None:
    assert between([0, 0, 0], AXIS) == between_axes(AXIS, [0, 0, 0]) == 0.0


def test_nobody_takes_the_arccosine_of_a_cosine() -> None:
    root = Path(__file__).parents[1]
    files = [file for room in ("core", "app", "benchmarks", "scripts") for file in (root / room).rglob("*.py")]
    assert len(files) > 300
    assert not [str(file) for file in files if re.search(r"\b(arc|a)cos\(", file.read_text(encoding="utf-8"))]
