"""Kramers in the browser."""

from importlib.resources import files
from pathlib import Path


def page_file(name: str) -> Path:
    """The script of the page `name`: ``predict``, ``explore``, ``build``, ``verify``, ``desk`` or ``about``."""
    return Path(str(files("app"))) / name / "page.py"
