"""Files that are not quite CIF, as publishers, old programs and hands leave them: mended where the sense is plain.

A publisher's words before the first block or no block at all, a DOS end of file (Ctrl-Z), two blocks of one name, a
tag given twice, a tag without value, a last text that is never closed. gemmi says what is wrong and where; each
repair answers one of its complaints and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

import gemmi

from core.chem.quoting import shown
from core.doubts import Doubt, doubt

_MOST = 50  # repairs; a file that needs more is damaged

Mended = tuple[str, str]
"""The text, and a sentence about what was done to it."""


def read_document(text: str) -> tuple[gemmi.cif.Document, tuple[Doubt, ...]]:
    """The document, and a sentence about each kind of repair.

    Raises:
        ValueError, RuntimeError: gemmi's, where no repair helps.
    """
    said: dict[str, None] = {}
    for _ in range(_MOST):
        try:
            return gemmi.cif.read_string(text), _doubts(said)
        except (ValueError, RuntimeError) as error:
            mended = next((found for repair in _REPAIRS if (found := repair(text, str(error)))), None)
            if mended is None:
                raise
            text, sentence = mended
            said[sentence] = None
    return gemmi.cif.read_string(text), _doubts(said)


def _doubts(said: Iterable[str]) -> tuple[Doubt, ...]:
    return tuple(doubt("file-repaired", text) for text in said)


def _control_z(text: str, error: str) -> Mended | None:
    if "\x1a" not in text:
        return None
    return text.replace("\x1a", "\n"), "An end-of-file mark of DOS (Ctrl-Z) was left out."


def _preface(text: str, error: str) -> Mended | None:
    start = re.search(r"(?im)^[ \t]*data_\S", text)
    if "expected block header" not in error or start is None or start.start() == 0:
        return None
    return text[start.start() :], "Words before the first data block were left out."


def _no_block(text: str, error: str) -> Mended | None:
    if "expected block header" not in error or re.search(r"(?im)^[ \t]*data_", text) or not _holds_atoms(text):
        return None
    start = re.search(r"(?m)^[ \t]*(_|loop_)", text)
    return (f"data_\n{text[start.start() :]}", "A line that begins the data (data_) was missing.") if start else None


def _open_text(text: str, error: str) -> Mended | None:
    start = text.rfind("\n;")
    if "unterminated text field" not in error or _holds_atoms(text[start:]):  # atoms inside it would be lost
        return None
    return f"{text.rstrip()}\n;\n", "The last text of the file is never closed."


def _holds_atoms(text: str) -> bool:
    return re.search(r"(?im)^[ \t]*_atom_site[_.]fract_x", text) is not None


def _same_block(text: str, error: str) -> Mended | None:
    found = re.search(r"duplicate block name: (.*)", error)
    if found is None:
        return None
    heads = list(re.finditer(rf"(?im)^[ \t]*data_{re.escape(found[1].strip())}(?=\s|$)", text))
    if len(heads) < 2:
        return None
    taken = {name.lower() for name in re.findall(r"(?im)^[ \t]*data_(\S+)", text)}
    name = next(
        n for k in range(2, len(heads) + len(taken) + 2) if (n := f"{found[1].strip()}_{k}").lower() not in taken
    )
    text = f"{text[: heads[1].start()]}data_{name}{text[heads[1].end() :]}"
    return text, "Data blocks of the same name were told apart by a number."


def _same_tag(text: str, error: str) -> Mended | None:
    found = re.search(r"string:(\d+).*duplicate tag (\S+)", error)
    if found is None:
        return None
    start = _line_start(text, int(found[1]))
    tags = list(re.finditer(rf"(?im)^[ \t]*({re.escape(found[2])})(?=\s|$)", text[start:]))
    loop = bool(re.match(r"(?i)[ \t]*loop_", text[start:]))
    if not tags:
        return None
    tag = tags[min(int(loop), len(tags) - 1)]
    end = start + tag.end(1)
    sentence = f"The tag {shown(found[2])} is given twice in one block; the first was read."
    return f"{text[:end]}_given_again_at_{start + tag.start(1)}{text[end:]}", sentence


def _no_value(text: str, error: str) -> Mended | None:
    found = re.search(r"string:(\d+).*?(_\S+) has no value", error)
    if found is None:
        return None
    start = _line_start(text, int(found[1]))
    tag = re.match(rf"[ \t]*{re.escape(found[2])}", text[start:])
    if tag is None:
        return None
    end = start + tag.end()
    return f"{text[:end]} ?{text[end:]}", f"The tag {shown(found[2])} has no value and was left out."


def _line_start(text: str, line: int) -> int:
    """Offset of a line, counted from 1."""
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return offset


_REPAIRS: Final[tuple[Callable[[str, str], Mended | None], ...]] = (
    _control_z,
    _preface,
    _no_block,
    _open_text,
    _same_block,
    _same_tag,
    _no_value,
)
