"""Common names and abbreviations of ligands, offline: ``HMPA``, ``tert-butoxide``, ``Ph3PO``, ``2,2'-bipyridine``.

`names.tsv` beside this file is a list of ours, written for chemists who know a ligand by its name; it is no
nomenclature, and a name that is not in it is unknown. Case, spaces, inner hyphens, and how a charge, an index or a
prime is typed make no difference. No name in it is a SMILES as well, so it never matters which of the two is asked
first.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_LONGEST: Final = 80
"""No name is longer [characters]."""

_PLAIN: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("′’‘`´", "'"))
_IGNORED: Final = re.compile(r"[ \t-]")
_ION: Final = re.compile(r"[ \t]+(an)?ion$")

_OF_NAMES: Final = re.compile(r"[\w ,.'’′()\[\]*+=‐‑–−-]+")
_NOT_OF_SMILES: Final = re.compile(r"[^\W\d_BCNOPSFIHbcnopslri]")
"""Letters that no SMILES of a ligand has outside a comment."""

_MOST_NEAR: Final = 3
_PREFIX: Final = 3
"""Letters from which on a name that begins alike counts as near."""
_ALIKE: Final = 0.7
"""Least ratio of `difflib` of a near name."""


def smiles_of_name(text: str) -> str | None:
    """The SMILES of a ligand's common name; None where the text (hostile) is none that is known.

    >>> smiles_of_name("pyridine N-oxide"), smiles_of_name("t-BuO⁻"), smiles_of_name("CO")
    ('[O-][n+]1ccccc1', 'CC(C)(C)[O-]', None)
    """
    if len(text) > _LONGEST:
        return None
    plain = _plain(text)
    known = _known()
    return known.get(_key(plain)) or known.get(_key(_ION.sub("", plain)))


def looks_like_a_name(text: str) -> bool:
    """Whether someone who typed this meant a name rather than a SMILES."""
    return len(text) <= _LONGEST and bool(_OF_NAMES.fullmatch(text) and _NOT_OF_SMILES.search(text))


def did_you_mean(text: str) -> str:
    """A question with the near names of a text (hostile) that is none; empty where nothing is near."""
    near = near_names(text) if looks_like_a_name(text.strip()) else ()
    return f"Did you mean {' or '.join(near)}?" if near else ""


def near_names(text: str) -> tuple[str, ...]:
    """Known names that begin like the text (hostile) or are spelt much like it, at most three, nearest first."""
    key = _key(_plain(text[:_LONGEST]))
    shown = _spellings()
    longer = sorted((k for k in shown if len(key) >= _PREFIX and k.startswith(key)), key=lambda k: (len(k), k))
    alike = difflib.get_close_matches(key, shown, _MOST_NEAR, _ALIKE)
    return tuple(dict.fromkeys(shown[k] for k in [*longer, *alike]))[:_MOST_NEAR]


def table() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """Every ligand: its names, the usual one first; its SMILES; the class of its donor, empty for charges past −1."""
    text = files("core.chem.ligand").joinpath("names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return tuple((tuple(names.split(" | ")), smiles, donor) for names, smiles, donor in rows)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()).translate(_PLAIN).casefold()


def _key(plain: str) -> str:
    """What is compared; a charge at the end stays."""
    return _IGNORED.sub("", plain) + ("-" if plain.endswith("-") else "")


@cache
def _known() -> dict[str, str]:
    return {_key(_plain(name)): smiles for names, smiles, _ in table() for name in names}


@cache
def _spellings() -> dict[str, str]:
    return {_key(_plain(name)): name for names, _, _ in table() for name in names}
