"""A page for each model card: a build writes docs/cards from models_weights, and links to cards lead there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

_LINK = re.compile(r"\]\(\.\./models_weights/([^/)]+)/README\.md\)")

_INDEX = """# Model cards

What each shipped model was made from, how it does on what it never saw, and what it cannot say. Written when a model is
made; the same text lies beside its weights.

```{{toctree}}
:maxdepth: 1

{names}
```
"""


def write_cards(app: Sphinx) -> None:
    """docs/cards/NAME.md for each folder of models_weights that has a card, and an index."""
    source = Path(app.srcdir)
    folder = source / "cards"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cards = sorted((source.parent / "models_weights").glob("*/README.md"))
    for card in cards:
        shutil.copyfile(card, folder / f"{card.parent.name}.md")
    names = "\n".join(card.parent.name for card in cards)
    (folder / "index.md").write_text(_INDEX.format(names=names), encoding="utf-8")


def lead_to_cards(_app: Sphinx, _name: str, content: list[str]) -> None:
    """On the forge a link opens the file beside the weights, on the site its page."""
    content[0] = _LINK.sub(r"](cards/\1.md)", content[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Hooks into reading."""
    app.connect("builder-inited", write_cards)
    app.connect("source-read", lead_to_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
