"""What a command prints, held against the published schema."""

from __future__ import annotations

from typing import Any

from core.schema.files import validator


def valid(value: Any, definition: str) -> Any:
    """The value itself, where it (or each entry of it, of an array) holds to the definition; else the test fails."""
    for one in value if isinstance(value, list) else [value]:
        wrong = [
            f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(definition).iter_errors(one)
        ]
        assert not wrong, f"no {definition}: {wrong}"
    return value
