"""The frame that everything hangs in: the script that stands in for a container engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.dockerfile_steps import Stage, image_folders, instructions, moved, play

REPOSITORY = Path(__file__).resolve().parents[1]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


def test_continued_lines_and_comments_of_a_dockerfile_are_read_as_docker_reads_them():
    text = '# a comment\nFROM python:3.11-slim AS build\nRUN a \\\n      b\n\n  # another\nCMD ["x"]\n'
    assert instructions(text) == [("FROM", "python:3.11-slim AS build"), ("RUN", "a b"), ("CMD", '["x"]')]


def test_only_paths_that_the_image_makes_are_moved():
    folders = image_folders(instructions(DOCKERFILE))
    assert folders == {"opt", "data"}
    command = "/opt/venv/bin/python -c x && mkdir -p /data && /usr/bin/env http://127.0.0.1/data"
    expected = "/r/opt/venv/bin/python -c x && mkdir -p /r/data && /usr/bin/env http://127.0.0.1/data"
    assert moved(command, Path("/r"), folders) == expected


def test_an_instruction_that_the_script_does_not_know_stops_it(tmp_path):
    with pytest.raises(SystemExit, match="ONBUILD"):
        play("ONBUILD", "RUN x", Stage(tmp_path), {}, tmp_path, set())


def test_a_failing_step_stops_the_script(tmp_path):
    with pytest.raises(SystemExit, match="this step failed"):
        play("RUN", "exit 3", Stage(tmp_path), {}, tmp_path, set())


def test_the_image_runs_as_a_user_who_is_not_root_and_is_asked_for_its_health():
    last = [name for name, _ in instructions(DOCKERFILE)]
    steps = dict(instructions(DOCKERFILE))
    assert last.count("FROM") == 2
    assert steps["USER"].split(":")[0] not in {"0", "root"}
    assert "/_stcore/health" in steps["HEALTHCHECK"]
    assert steps["VOLUME"] == "/data"
