"""Pieces of a file or of a user's text made fit for a sentence of ours. Hostile until they have been through here."""

from __future__ import annotations

import re


def shown(text: str) -> str:
    """A piece of the file made fit for a sentence: printable ASCII, at most 24 characters, in quotes."""
    clean = re.sub(r"[^\x20-\x7e]", "?", text)
    return f"“{clean[:24]}{'…' if len(clean) > 24 else ''}”"
