"""What came out of a file is hostile text: names of files, blocks and atoms, and sentences that quote them.

Streamlit reads much of what it is given as Markdown, with links, images, LaTeX and emoji codes in it. Such text is
therefore shown only by widgets that take it literally (st.text, cells of a table, options of a select box), or inside a
code span, which Markdown does not look into.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 80
"""Longest name that is shown whole [characters]."""

SENTENCE = 600
"""Longest sentence that is shown whole [characters]."""

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories without a glyph; among them the marks that turn the direction of writing."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def one_line(text: str, limit: int = NAME_LENGTH) -> str:
    """`text` in one line without invisible characters, cut in the middle when longer than `limit`."""
    spaced = " ".join(text.split())
    seen = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    if len(seen) <= limit:
        return seen
    head = limit - limit // 3 - 1
    return f"{seen[:head]}…{seen[-(limit // 3) :]}"


def sentence(text: str) -> str:
    """A sentence in one line, with a capital first letter."""
    shown = one_line(text, SENTENCE)
    return shown[:1].upper() + shown[1:]


def code_span(text: str, limit: int = NAME_LENGTH) -> str:
    """`text` as a Markdown code span: the fence is longer than any run of backticks inside."""
    shown = one_line(text, limit) or "(no name)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{fence} {shown} {fence}" if "`" in shown else f"{fence}{shown}{fence}"


def literal(text: str) -> str:
    """`text` for a place that reads Markdown: every sign that could mean something there is escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


_ENDINGS = "cif|mcif|xyz|extxyz|pdb|ent|mol2|mol|sdf|sd|out|log|txt|gz|zip"


def file_stem(name: str) -> str:
    """A harmless stem for a download, from a hostile file name."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(rf"(\.({_ENDINGS}))+$", "", last, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_")[:60] or "structure"


def subscripted(formula: str) -> str:
    """``C12H10DyO2`` as ``C₁₂H₁₀DyO₂``; for formulas made by Kramers, which hold letters and digits only."""
    return formula.translate(_SUBSCRIPTS)


def signed(charge: int | None) -> str:
    """A charge [e] with its sign, ``+1``, ``−2``, ``0``; a question mark when unknown."""
    return "?" if charge is None else f"{charge:+d}".replace("-", "−") if charge else "0"


def half_integer(value: float) -> str:
    """``7.5`` as ``15/2``, ``8.0`` as ``8``."""
    doubled = round(2 * value)
    return f"{doubled}/2" if doubled % 2 else str(doubled // 2)


_ROMAN = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def ion_name(metal: str, oxidation_state: int | None) -> str:
    """``Dy(III)``, or the bare symbol when the oxidation state is unknown or odd."""
    if oxidation_state is None or not 0 <= oxidation_state < len(_ROMAN):
        return metal
    return f"{metal}({_ROMAN[oxidation_state]})"
