"""Ligands as tokens: SELFIES that begin with the donor atom, so that a decoded string always says what binds.

    ScopedLigand ── SMILES rooted at the donor ── SELFIES ── numbers ── … ── SMILES, donor first ── ScopedLigand

SELFIES: M. Krenn et al., Mach. Learn.: Sci. Technol. 2020, 1, 045024, doi:10.1088/2632-2153/aba947. Every sequence of
its tokens is some molecule, which says nothing of a ligand: what counts is that `core.design.scope.scoped` takes it,
with the first atom as the donor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import selfies
from numpy.typing import NDArray
from rdkit import Chem, rdBase

from core.design.scope import OutOfScope, Reason, ScopedLigand, scoped

TokenArray = NDArray[np.uint8]

END: Final = 0
"""Number of the token that ends a ligand, begins the decoder's input and fills up what is left of a row."""


def selfies_of(ligand: ScopedLigand) -> list[str]:
    """SELFIES tokens, the donor first.

    Raises:
        OutOfScope: SELFIES cannot write a bond or charge of it.
    """
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(ligand.smiles)
        rooted = Chem.MolToSmiles(mol, rootedAtAtom=ligand.donor)
    try:
        return list(selfies.split_selfies(selfies.encoder(rooted)))
    except selfies.EncoderError as error:
        raise OutOfScope(Reason.UNREADABLE) from error


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that a model knows; their numbers are their places, from 1.

    A token is one SELFIES symbol, or several that often follow one another ("phrases", found by `phrases`): ligands
    are then half as long, which halves the time of every step through them. The first token is always the donor alone.

    Attributes:
        tokens: SELFIES text of each token, in a fixed order.
        longest: most tokens that a ligand may have.
    """

    tokens: tuple[str, ...]
    longest: int

    @property
    def size(self) -> int:
        """Number of tokens, `END` among them."""
        return len(self.tokens) + 1

    @cached_property
    def numbers(self) -> dict[tuple[str, ...], int]:
        """Symbols of a token to its number."""
        return {symbols(token): number for number, token in enumerate(self.tokens, start=1)}

    @cached_property
    def _reach(self) -> int:
        return max(map(len, self.numbers))

    def rows(self, ligands: Sequence[ScopedLigand]) -> TokenArray:
        """(n, longest) numbers, filled up with `END`.

        Raises:
            OutOfScope: a symbol that the model has never seen, or too many of them.
        """
        rows = np.zeros((len(ligands), self.longest), dtype=np.uint8)
        for row, ligand in zip(rows, ligands, strict=True):
            numbers = self.numbered(selfies_of(ligand))
            if len(numbers) > self.longest:
                raise OutOfScope(Reason.UNSEEN)
            row[: len(numbers)] = numbers
        return rows

    def numbered(self, written: Sequence[str]) -> list[int]:
        """Numbers of the symbols of one ligand: the donor, then always the longest token that fits.

        Raises:
            OutOfScope: a symbol that the model has never seen.
        """
        numbers: list[int] = []
        place = 0
        while place < len(written):
            reach = self._reach if place else 1
            for end in range(min(place + reach, len(written)), place, -1):
                number = self.numbers.get(tuple(written[place:end]))
                if number is not None:
                    numbers.append(number)
                    place = end
                    break
            else:
                raise OutOfScope(Reason.UNSEEN)
        return numbers

    def smiles(self, numbers: Iterable[int]) -> str:
        """SMILES with the donor as its first atom; empty for no tokens."""
        kept: list[str] = []
        for number in numbers:
            if number == END:
                break
            kept.append(self.tokens[number - 1])
        return _smiles_of("".join(kept)) if kept else ""

    def ligand(self, numbers: Iterable[int]) -> ScopedLigand:
        """What a row of numbers means; raises OutOfScope where it is no ligand."""
        return scoped(self.smiles(numbers), donor=0)


@lru_cache(maxsize=20_000)
def _smiles_of(written: str) -> str:
    """SMILES of a SELFIES; around a ligand most of what is decoded is the same few strings."""
    return str(selfies.decoder(written))


def symbols(text: str) -> tuple[str, ...]:
    """SELFIES text in its symbols."""
    return tuple(f"[{part}" for part in text.split("[")[1:])


def phrases(written: Iterable[Sequence[str]], count: int) -> tuple[str, ...]:
    """The `count` phrases that shorten ligands most, each the commonest pair of neighbours once those before it are
    one (P. Gage, The C Users Journal 1994, 12, 23: byte pair encoding); the donor takes no part."""
    rows = [list(row[1:]) for row in written]
    found: list[str] = []
    for _ in range(count):
        pairs = Counter(pair for row in rows for pair in pairwise(row))
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        found.append(best[0] + best[1])
        rows = [_joined(row, best) for row in rows]
    return tuple(dict.fromkeys(found))


def _joined(row: list[str], pair: tuple[str, str]) -> list[str]:
    """`row` with every occurrence of a pair made one."""
    if pair not in pairwise(row):
        return row
    joined: list[str] = []
    for symbol in row:
        if joined and (joined[-1], symbol) == pair:
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined
