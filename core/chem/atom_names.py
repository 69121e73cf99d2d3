"""What atoms are called: as in the file, made safe to show and to write, and each name once in a molecule.

A label may hold what a page or another program would take for its own (markup, blanks): such characters are left out.
Copies of an atom by symmetry carry its label with a small roman number, as journals print them: O1, O1_i, O1_ii.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_UNSAFE: Final = re.compile(r"[^!-~]|[<>&`\\]")  # all but visible ASCII, and what starts markup
_LENGTH: Final = 20
_ROMAN: Final = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def safe_label(label: str, element: str, number: int) -> str:
    """A label without unsafe characters; the element before what does not begin with a letter.

    Args:
        label: of the file (hostile text).
        element: symbol.
        number: of the atom, from 1, for atoms without a label.
    """
    kept = _UNSAFE.sub("", label)[:_LENGTH]
    return kept if kept[:1].isalpha() else f"{element}{kept or number}"


def unique_names(labels: Sequence[str], elements: Sequence[str]) -> tuple[str, ...]:
    """(n,) names of atoms, no two alike."""
    safe = [safe_label(label, e, k) for k, (label, e) in enumerate(zip(labels, elements, strict=True), 1)]
    taken, copies = set(safe), Counter[str]()
    names = []
    for label in safe:
        name = label
        while copies[label] and name in taken:
            name = f"{label}_{_roman(copies[label])}"
            copies[label] += 1
        copies[label] = max(1, copies[label])
        taken.add(name)
        names.append(name)
    return tuple(names)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def label_of_hydrogen(parent: str, element: str, number: int) -> str:
    """Label of hydrogen number `number` (from 0) that was put on an atom: ``H1WA``, ``H1WB`` on ``O1W``."""
    rest = parent[len(element) :] if parent.upper().startswith(element.upper()) else parent
    return f"H{rest}{'ABCD'[number]}"
