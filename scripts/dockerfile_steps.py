"""Run the steps of the Dockerfile in a clean folder, for want of a container engine.

What is the same: the instructions, read from the Dockerfile itself, in their order; only tracked files as context; a
fresh virtual environment from the lock file; the last stage gets nothing but what it copies; the command is started
with its ENV, and the HEALTHCHECK must fail before and succeed after. What is not: the base image is the Python that
runs this script, absolute paths are moved under the folder, USER, VOLUME and EXPOSE are only listed.

    python scripts/dockerfile_steps.py [--keep]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
HEALTH_SECONDS = 60


@dataclass(slots=True)
class Stage:
    """One stage: its root folder and what its instructions have set so far."""

    root: Path
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    healthcheck: str = ""
    command: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The working directory, under the root."""
        return self.root / self.workdir.lstrip("/")


def instructions(text: str) -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) of each line, comments dropped and continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", lines)
    pairs = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [(pair[0].upper(), pair[1].strip()) for pair in pairs]


def image_folders(steps: list[tuple[str, str]]) -> set[str]:
    """Top folders that the image itself makes (opt, data): these are moved, /usr and the rest are the machine's."""
    named = [rest.split()[-1] for name, rest in steps if name in {"WORKDIR", "VOLUME", "COPY"}]
    return {path.split("/")[1] for path in named if path.startswith("/")}


def moved(text: str, root: Path, folders: set[str]) -> str:
    """`text` with the image's absolute paths under `root`."""
    pattern = rf"(?<![\w./-])/(?=(?:{'|'.join(sorted(folders))})\b)"
    return re.sub(pattern, f"{root}/", text)


def export_context(target: Path) -> None:
    """The build context: files that git tracks, as they lie in the working tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name)


def copy(stage: Stage, rest: str, stages: dict[str, Stage], context: Path) -> None:
    """COPY: folders bring what they hold, files go into folders; ownership is not changed."""
    words = shlex.split(rest)
    options = [word for word in words if word.startswith("--")]
    *sources, target = [word for word in words if not word.startswith("--")]
    origin = next((stages[o.removeprefix("--from=")].root for o in options if o.startswith("--from=")), context)
    goal = stage.root / target.lstrip("/") if target.startswith("/") else stage.folder / target
    for source in sources:
        path = origin / source.lstrip("/")
        if path.is_dir():
            shutil.copytree(path, goal, symlinks=True, dirs_exist_ok=True)
        else:
            goal.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, goal)


def environment(stage: Stage, folders: set[str]) -> dict[str, str]:
    """The machine's environment (pip's configuration with it) plus the stage's own."""
    own = {key: moved(value, stage.root, folders) for key, value in stage.env.items()}
    return {**os.environ, "PYTHONNOUSERSITE": "1", **own}


def shell(stage: Stage, command: str, folders: set[str], **extra: str) -> int:
    """Run one shell command in the stage's working directory."""
    stage.folder.mkdir(parents=True, exist_ok=True)
    env = environment(stage, folders) | extra
    return subprocess.run(moved(command, stage.root, folders), shell=True, cwd=stage.folder, env=env).returncode


def assignments(rest: str) -> dict[str, str]:
    """``A=1 B=2`` of ENV and ARG."""
    return dict(word.split("=", 1) for word in shlex.split(rest))


def play(name: str, rest: str, stage: Stage, stages: dict[str, Stage], context: Path, folders: set[str]) -> None:
    """One instruction."""
    if name == "WORKDIR":
        stage.workdir = rest
    elif name in {"ENV", "ARG"}:
        stage.env |= assignments(rest)
    elif name == "COPY":
        copy(stage, rest, stages, context)
    elif name == "RUN":
        if shell(stage, rest, folders):
            raise SystemExit(f"this step failed: RUN {rest}")
    elif name == "HEALTHCHECK":
        stage.healthcheck = rest.split("CMD ", 1)[1]
    elif name == "CMD":
        stage.command = json.loads(rest)
    elif name not in {"USER", "VOLUME", "EXPOSE"}:
        raise SystemExit(f"the Dockerfile uses {name}, which this script does not know")


def build(steps: list[tuple[str, str]], folder: Path) -> Stage:
    """All stages, in order; the last one is returned."""
    context, folders, stages = folder / "context", image_folders(steps), dict[str, Stage]()
    context.mkdir()
    export_context(context)
    stage = Stage(context)
    for name, rest in steps:
        print(f"==> {name} {rest}", flush=True)
        if name == "FROM":
            label = rest.split(" AS ")[1] if " AS " in rest else "last"
            stage = stages[label] = Stage(folder / label)
            stage.root.mkdir()
        else:
            play(name, rest, stage, stages, context, folders)
    return stage


def free_port() -> str:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def check_health(stage: Stage, folders: set[str]) -> None:
    """The HEALTHCHECK fails while nothing runs, and succeeds soon after the command is started."""
    own = {"STREAMLIT_SERVER_PORT": free_port(), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    if shell(stage, f"{stage.healthcheck} 2>/dev/null", folders, **own) == 0:
        raise SystemExit("the health check succeeds although nothing runs")
    command = [moved(word, stage.root, folders) for word in stage.command]
    with subprocess.Popen(command, cwd=stage.folder, env=environment(stage, folders) | own) as process:
        try:
            wait_until_healthy(stage, folders, own, process)
        finally:
            process.terminate()


def wait_until_healthy(stage: Stage, folders: set[str], own: dict[str, str], process: subprocess.Popen[bytes]) -> None:
    """Ask once a second, at most `HEALTH_SECONDS` times."""
    for _ in range(HEALTH_SECONDS):
        if process.poll() is not None:
            raise SystemExit(f"the command ended by itself with status {process.returncode}")
        if shell(stage, f"{stage.healthcheck} 2>/dev/null", folders, **own) == 0:
            print("==> healthy", flush=True)
            return
        time.sleep(1)
    raise SystemExit(f"not healthy after {HEALTH_SECONDS} s")


def main() -> None:
    """Build in a temporary folder, start, ask for health, clean up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    keep = parser.parse_args().keep
    steps = instructions((REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
    folder = Path(tempfile.mkdtemp(prefix="kramers-image-"))
    try:
        check_health(build(steps, folder), image_folders(steps))
    finally:
        if keep:
            print(f"left in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
