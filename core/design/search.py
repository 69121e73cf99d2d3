"""Ways through the latent space: around a ligand, between two, up a property, and at random.

Everything here decodes latents, keeps what is a ligand and new to the list, and counts the rest by its reason. A
property is always that of the ligand that came out, encoded anew, never that of the latent that was asked for: greedy
decoding moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.design.scope import OutOfScope, ScopedLigand
from core.errors import InputError

if TYPE_CHECKING:  # torch, which takes seconds to import, comes with the module that decodes
    from core.design.generator import Decoded, Estimate
    from core.design.heads import Head

Floats = NDArray[np.float32]

DUPLICATE: Final = "duplicate"
EMPTY: Final = "empty"
UNREADABLE: Final = "beyond the model’s alphabet"

BATCH: Final = 32
"""Latents decoded at once."""

RADII: Final = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2)
"""Spread of the latents around a ligand, wider from batch to batch until enough are found [σ of every dimension]."""


class Generator(Protocol):
    """What search needs of `core.design.generator.LigandGenerator`."""

    @property
    def size(self) -> int: ...
    @property
    def heads(self) -> tuple[Head, ...]: ...
    def encode(self, ligands: Sequence[ScopedLigand], /) -> Floats: ...
    def decode(self, latents: Floats, beams: Sequence[int] = ..., /) -> list[Decoded]: ...
    def properties(self, latents: Floats, /) -> Mapping[str, Estimate]: ...
    def gradient(self, latents: Floats, head: str, /) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)  # arrays do not compare to one truth
class Candidate:
    """A ligand that came out of the latent space.

    Attributes:
        ligand: in scope, donor first.
        latent: (size,) of this ligand, encoded anew.
        asked: (size,) that it was decoded from.
        values: mean and standard deviation of every head, in the head's unit.
        distance: of its latent from the start of the search [σ].
    """

    ligand: ScopedLigand
    latent: Floats
    asked: Floats
    values: Mapping[str, tuple[float, float]]
    distance: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: candidates in their order, and why others were left out, counted by reason."""

    candidates: tuple[Candidate, ...]
    rejected: Mapping[str, int] = field(default_factory=dict)
    decoded: int = 0


def scoped_of(decoded: Decoded) -> ScopedLigand | None:
    """The ligand that was decoded; None where it is none."""
    if decoded.reason or not decoded.smiles or decoded.donor is None or decoded.donor_class is None:
        return None
    return ScopedLigand(
        decoded.smiles, decoded.donor, decoded.donor_class, decoded.charge or 0, int(decoded.heavy_atoms or 0)
    )


class Sieve:
    """Decodes and keeps ligands that were not there before; counts the others."""

    def __init__(self, generator: Generator, start: Floats, seen: Iterable[str] = ()) -> None:
        self.generator, self.start = generator, start
        self.seen, self.rejected, self.decoded = set(seen), Counter[str](), 0

    def ligands(self, latents: Floats) -> list[tuple[ScopedLigand, Floats]]:
        """New ligands out of latents (n, size), each with the latent that it came from."""
        return self.new(self.generator.decode(latents), latents)

    def new(self, written: Sequence[Decoded], latents: Floats) -> list[tuple[ScopedLigand, Floats]]:
        """The new ones of what was written for latents (n, size), each with its latent."""
        kept = []
        for decoded, latent in zip(written, latents, strict=True):
            self.decoded += 1
            ligand = scoped_of(decoded)
            if ligand is None:
                self.rejected[decoded.reason or EMPTY] += 1
            elif ligand.smiles in self.seen:
                self.rejected[DUPLICATE] += 1
            else:
                self.seen.add(ligand.smiles)
                kept.append((ligand, latent))
        return kept

    def candidates(self, latents: Floats) -> list[Candidate]:
        """The same as candidates."""
        return self.judged(self.ligands(latents))

    def judged(self, ligands: Sequence[tuple[ScopedLigand, Floats]]) -> list[Candidate]:
        """Candidates of ligands; those that the model cannot read again are counted too."""
        candidates = candidates_of(self.generator, ligands, self.start)
        if lost := len(ligands) - len(candidates):
            self.rejected[UNREADABLE] += lost
        return candidates

    def found(self, candidates: Sequence[Candidate]) -> Found:
        """What a search gave, with the counts so far."""
        return Found(tuple(candidates), dict(self.rejected), self.decoded)


def candidates_of(
    generator: Generator, ligands: Sequence[tuple[ScopedLigand, Floats]], start: Floats
) -> list[Candidate]:
    """Candidates of ligands with the latents (size,) they came from, less those that the model cannot read again."""
    ligands, latents = _encoded(generator, ligands)
    if not ligands:
        return []
    estimates = generator.properties(latents)
    distances = np.linalg.norm(latents - start, axis=1)
    return [
        Candidate(
            ligand,
            latents[row],
            asked,
            {name: (float(of.mean[row]), float(of.sd[row])) for name, of in estimates.items()},
            float(distances[row]),
        )
        for row, (ligand, asked) in enumerate(ligands)
    ]


def _encoded(
    generator: Generator, ligands: Sequence[tuple[ScopedLigand, Floats]]
) -> tuple[Sequence[tuple[ScopedLigand, Floats]], Floats]:
    """The ligands that the model can read, with their latents (n, size): its alphabet and length have ends."""
    if not ligands:
        return ligands, np.empty((0, generator.size), np.float32)
    try:
        return ligands, generator.encode([ligand for ligand, _ in ligands])
    except OutOfScope:
        if len(ligands) == 1:
            return (), np.empty((0, generator.size), np.float32)
    half = len(ligands) // 2
    (first, upper), (second, lower) = _encoded(generator, ligands[:half]), _encoded(generator, ligands[half:])
    return [*first, *second], np.concatenate([upper, lower])


def neighbours(generator: Generator, latent: Floats, count: int = 32, *, seed: int = 0) -> Found:
    """Ligands around a latent, the ligand of the latent itself left out, nearest first.

    Args:
        latent: (size,).
        count: how many are wanted; fewer where the model has no more to give.
        seed: the same gives the same.
    """
    random = np.random.default_rng(seed)
    sieve = Sieve(generator, latent)
    sieve.ligands(latent[None])
    sieve.rejected.clear()
    kept: list[tuple[ScopedLigand, Floats]] = []
    for radius in RADII:
        noise = random.standard_normal((BATCH, len(latent))).astype(np.float32)
        asked = latent + radius * noise
        kept += sieve.new(generator.decode(asked, ()), asked)  # another draw costs less than a search for a ligand
        if len(kept) >= count:
            break
    return sieve.found(sorted(sieve.judged(kept[:count]), key=lambda candidate: candidate.distance))


def path(generator: Generator, start: Floats, end: Floats, count: int = 12) -> Found:
    """Ligands on the line between two latents (size,), both ends included, each once, in the order of the line.

    Args:
        count: latents on the line, at least 2.
    """
    if count < 2:
        raise InputError("a path needs at least its two ends.", advice="Ask for two steps or more.")
    shares = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    sieve = Sieve(generator, start)
    return sieve.found(sieve.candidates((1 - shares) * start + shares * end))


def uphill(generator: Generator, latent: Floats, head: str, steps: int = 12, stride: float = 0.4) -> Found:
    """Ligands on the way along the gradient of a head, in the order of the way; the first is where it starts.

    Args:
        latent: (size,). head: name of a head with a number.
        stride: length of a step [σ].
    """
    known_head(generator, head)
    way = [latent]
    for _ in range(steps):
        slope = generator.gradient(way[-1][None], head)[0]
        length = float(np.linalg.norm(slope))
        if not np.isfinite(length) or length < 1e-9:
            break
        way.append((way[-1] + stride * slope / length).astype(np.float32))
    sieve = Sieve(generator, latent)
    return sieve.found(sieve.candidates(np.stack(way)))


def sample(generator: Generator, count: int, *, seed: int = 0) -> Found:
    """Ligands out of `count` draws of the prior; distance is that from its centre."""
    random = np.random.default_rng(seed)
    sieve = Sieve(generator, np.zeros(generator.size, np.float32))
    kept: list[Candidate] = []
    for first in range(0, count, BATCH):
        size = (min(BATCH, count - first), generator.size)
        kept += sieve.candidates(random.standard_normal(size).astype(np.float32))
    return sieve.found(kept)


def known_head(generator: Generator, name: str) -> Head:
    """The head of that name.

    Raises:
        InputError: there is none.
    """
    for head in generator.heads:
        if head.name == name:
            return head
    raise InputError(
        "the model has no such head.",
        where=name,
        advice=f"Choose one of: {', '.join(head.name for head in generator.heads)}.",
    )
