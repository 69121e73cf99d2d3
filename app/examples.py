"""The example structures that come with Kramers, in assets/examples."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "examples"


def example_names() -> list[str]:
    """Names of the example files, sorted."""
    return sorted(path.name for path in FOLDER.glob("*.cif"))


def read_example(name: str) -> bytes:
    """The bytes of one of `example_names`."""
    return (FOLDER / name).read_bytes()
