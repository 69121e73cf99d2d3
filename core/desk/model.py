"""What lies on a desk, and what names its owner."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Any

from core.errors import KramersError

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class DeskError(KramersError):
    """Something cannot be kept, found or shared."""


class Kind(StrEnum):
    """What a thing is; the value is the word on the screen."""

    STRUCTURE = "structure"
    LIGAND = "ligand"
    BUILT = "complex"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing on a desk, without its content.

    Attributes:
        id: names it; only its owner's token opens anything with it.
        kind: what it is.
        name: as its owner calls it (hostile text).
        created: when it was kept [s since 1970].
        size: of its content [bytes].
        meta: what is kept beside it, JSON types.
        link: the token that opens it for others; empty where it is not shared.
    """

    id: str
    kind: Kind
    name: str
    created: float
    size: int
    meta: Mapping[str, Any]
    link: str


@dataclass(frozen=True, slots=True)
class New:
    """A thing to be kept.

    Attributes:
        kind: what it is.
        name: as its owner calls it (hostile text).
        body: its content.
        meta: what is kept beside it, JSON types.
    """

    kind: Kind
    name: str
    body: bytes = b""
    meta: Mapping[str, Any] = attribute(default_factory=dict)


def new_token() -> str:
    """256 bits that nobody guesses, as 43 characters for a cookie or an address."""
    return secrets.token_urlsafe(32)


def is_token(text: object) -> bool:
    """Whether a text out of a browser could be one of `new_token`."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def owner_of(token: str) -> str:
    """How the file names the owner of a token: who reads the file learns no token.

    Raises:
        DeskError: it is no token.
    """
    if not is_token(token):
        raise DeskError("this browser has no desk.", advice="Allow cookies for this page and load it again.")
    return hashlib.sha256(token.encode()).hexdigest()
