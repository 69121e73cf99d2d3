"""Which rows of the ledger a filter means, as a condition of SQL."""

from __future__ import annotations

from typing import Any, Final

from core.jobs.model import Filter

LIVELY: Final = (
    "CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 2 ELSE 1 END,"
    " iif(state = 'queued', -priority, -coalesce(ended, 0)), number"
)
"""The order of `Filter.lively`."""


def condition(wanted: Filter) -> tuple[str, list[Any]]:
    """A condition on table ``jobs`` and the values of its question marks; `Filter.limit` is left to the caller."""
    parts: list[tuple[str, list[Any]]] = [("1", [])]
    for column, among in (("state", wanted.states), ("kind", wanted.kinds)):
        if among:
            parts.append((f"{column} IN ({', '.join('?' * len(among))})", list(among)))
    if wanted.text:
        text = "(instr(lower(title), ?) OR id LIKE ? || '%')"
        parts.append((text, [wanted.text.lower(), beginning(wanted.text)]))
    if wanted.batch:
        parts.append(("number IN (SELECT job FROM members WHERE batch = ?)", [wanted.batch]))
    if wanted.alone:
        parts.append(("NOT EXISTS (SELECT 1 FROM members WHERE job = number)", []))
    if wanted.donor_class:
        parts.append(("lower(json_extract(meta, '$.donor_class')) = ?", [wanted.donor_class.lower()]))
    if wanted.since:
        parts.append(("created >= ?", [wanted.since]))
    return " AND ".join(text for text, _ in parts), [value for _, values in parts for value in values]


def beginning(text: str) -> str:
    """What an id may begin with, and nothing that LIKE takes for a wildcard; else what no id begins with."""
    return text.lower() if text and set(text.lower()) <= set("0123456789abcdef") else "-"
