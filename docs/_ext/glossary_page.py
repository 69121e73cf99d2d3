"""The page of the glossary, written by a build from the words that the app shows: docs/glossary.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from app.glossary import as_page


def write_glossary(app: Sphinx) -> None:
    """docs/glossary.md."""
    (Path(app.srcdir) / "glossary.md").write_text(as_page(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Hooks into reading."""
    app.connect("builder-inited", write_glossary)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
