"""Ways through the latent space: around a ligand, between two, up a property, and at random.

Everything here decodes latents, keeps what is a ligand and new to the list, and counts the rest by its reason. A
property is always that of the ligand that came out, encoded anew, never that of the latent that was asked for: greedy
decoding moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from core.arrays import SingleArray
from core.design.constraints import Constraints
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.errors import InputError

if TYPE_CHECKING:  # torch, which takes seconds to import, comes with the module that decodes
    from core.design.generator import Decoded, Estimate
    from core.design.heads import Head


DUPLICATE: Final = "duplicate"
EMPTY: Final = "empty"
UNREADABLE: Final = "beyond the model’s alphabet"

BATCH: Final = 32
"""Latents decoded at once."""

RADII: Final = (0.5, 0.5, 0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)
"""Spread of the latents around a ligand, wider from batch to batch until enough are found [σ of every dimension]; below
0.5 nearly all draws come back as the ligand itself."""


ROUNDS: Final = 8
"""How many times as many latents are decoded where only some ligands are wanted."""

ANY: Final = Constraints()
"""Nothing is asked."""


class Generator(Protocol):
    """What search needs of `core.design.generator.LigandGenerator`."""

    @property
    def size(self) -> int: ...
    @property
    def heads(self) -> tuple[Head, ...]: ...
    def encode(self, ligands: Sequence[ScopedLigand], /) -> SingleArray: ...
    def decode(self, latents: SingleArray, beams: Sequence[int] = ..., /) -> list[Decoded]: ...
    def properties(self, latents: SingleArray, /) -> Mapping[str, Estimate]: ...
    def gradient(self, latents: SingleArray, head: str, /) -> SingleArray: ...


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
    latent: SingleArray
    asked: SingleArray
    values: Mapping[str, tuple[float, float]]
    distance: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: candidates in their order, and why others were left out, counted by reason.

    >>> import kramers
    >>> found = kramers.explore("CP(C)(C)=O", count=3)
    >>> all(kramers.ligand(candidate.ligand.smiles) for candidate in found.candidates), found.decoded >= 3
    (True, True)
    """

    candidates: tuple[Candidate, ...]
    rejected: Mapping[str, int] = field(default_factory=dict)
    decoded: int = 0
    stopped: str = ""
    """Why a way ended where it does, a sentence."""


def scoped_of(decoded: Decoded) -> ScopedLigand | None:
    """The ligand that was decoded; None where it is none."""
    if decoded.reason or not decoded.smiles or decoded.donor is None or decoded.donor_class is None:
        return None
    return ScopedLigand(
        decoded.smiles, decoded.donor, decoded.donor_class, decoded.charge or 0, int(decoded.heavy_atoms or 0)
    )


class CandidateFilter:
    """Decodes and keeps ligands that were not there before and are as asked; counts the others."""

    def __init__(
        self, generator: Generator, start: SingleArray, seen: Iterable[str] = (), asked: Constraints = ANY
    ) -> None:
        self.generator, self.start, self.asked = generator, start, asked
        self.seen, self.rejected, self.decoded = set(seen), Counter[str](), 0

    def ligands(self, latents: SingleArray) -> list[tuple[ScopedLigand, SingleArray]]:
        """New ligands out of latents (n, size), each with the latent that it came from."""
        return self.new(self.generator.decode(latents), latents)

    def new(self, written: Sequence[Decoded], latents: SingleArray) -> list[tuple[ScopedLigand, SingleArray]]:
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
                if (refusal := self.asked.refusal(ligand)) is None:
                    kept.append((ligand, latent))
                else:
                    self.rejected[refusal] += 1
        return kept

    def candidates(self, latents: SingleArray) -> list[Candidate]:
        """The same as candidates."""
        return self.judged(self.ligands(latents))

    def judged(self, ligands: Sequence[tuple[ScopedLigand, SingleArray]]) -> list[Candidate]:
        """Candidates of ligands; those that the model cannot read again are counted too."""
        candidates = candidates_of(self.generator, ligands, self.start)
        if lost := len(ligands) - len(candidates):
            self.rejected[UNREADABLE] += lost
        return candidates

    def found(self, candidates: Sequence[Candidate]) -> Found:
        """What a search gave, with the counts so far."""
        return Found(tuple(candidates), dict(self.rejected), self.decoded)


def candidates_of(
    generator: Generator, ligands: Sequence[tuple[ScopedLigand, SingleArray]], start: SingleArray
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
    generator: Generator, ligands: Sequence[tuple[ScopedLigand, SingleArray]]
) -> tuple[Sequence[tuple[ScopedLigand, SingleArray]], SingleArray]:
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


def neighbours(
    generator: Generator,
    latent: SingleArray,
    count: int = 32,
    *,
    seed: int = 0,
    asked: Constraints = ANY,
    known: Sequence[tuple[ScopedLigand, SingleArray]] = (),
) -> Found:
    """Ligands around a latent, the ligand of the latent itself left out; of all that are found the nearest.

    Args:
        latent: (size,).
        count: how many are wanted; fewer where the model has no more to give.
        seed: the same gives the same.
        asked: of the ligands; where something is asked, `ROUNDS` times as many are drawn if need be.
        known: ligands with their latents (size,) that may be among the nearest, beside what the model writes.
    """
    random = np.random.default_rng(seed)
    candidate_filter = CandidateFilter(generator, latent, asked=asked)
    candidate_filter.ligands(latent[None])
    candidate_filter.rejected.clear()
    kept = [
        (ligand, asked_at)
        for ligand, asked_at in known
        if ligand.smiles not in candidate_filter.seen and asked.refusal(ligand) is None
    ]
    candidate_filter.seen.update(ligand.smiles for ligand, _ in kept)
    enough = len(kept) + count
    for radius in RADII * (1 if asked == ANY else ROUNDS):
        drawn = latent + radius * random.standard_normal((BATCH, len(latent))).astype(np.float32)
        kept += candidate_filter.new(generator.decode(drawn, ()), drawn)  # a draw costs less than a search for a ligand
        if len(kept) >= enough:
            break
    nearest = sorted(candidate_filter.judged(kept), key=lambda candidate: candidate.distance)
    return candidate_filter.found(nearest[:count])


def around(generator: Generator, smiles: str, count: int = 32, *, seed: int = 0, asked: Constraints = ANY) -> Found:
    """`neighbours` of a ligand; raises OutOfScope where the generator does not cover it."""
    return neighbours(generator, generator.encode([scoped(smiles)])[0], count, seed=seed, asked=asked)


def path(generator: Generator, start: SingleArray, end: SingleArray, count: int = 12) -> Found:
    """Ligands on the line between two latents (size,), both ends included, each once, in the order of the line.

    Args:
        count: latents on the line, at least 2.
    """
    if count < 2:
        raise InputError("a path needs at least its two ends.", advice="Ask for two steps or more.")
    shares = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    candidate_filter = CandidateFilter(generator, start)
    return candidate_filter.found(candidate_filter.candidates((1 - shares) * start + shares * end))


def gradient_ascent(
    generator: Generator, latent: SingleArray, head: str, steps: int = 12, stride: float = 0.4, *, down: bool = False
) -> Found:
    """Ligands on the way along the gradient of a head, in the order of the way; the first is where it starts. It ends
    after `steps`, or where the head is flat; `Found.stopped` says which.

    Args:
        latent: (size,). head: name of a head with a number.
        stride: length of a step [σ].
        down: against the gradient, to lower values.
    """
    known_head(generator, head)
    way, stopped = [latent], f"It ends after {steps} steps of {stride:g} σ, as asked."
    for _ in range(steps):
        slope = generator.gradient(way[-1][None], head)[0]
        length = float(np.linalg.norm(slope))
        if not np.isfinite(length) or length < 1e-9:
            stopped = f"It ends after {len(way) - 1} steps: the head is flat there, and knows no better direction."
            break
        way.append((way[-1] + (-1 if down else 1) * stride * slope / length).astype(np.float32))
    candidate_filter = CandidateFilter(generator, latent)
    return replace(candidate_filter.found(candidate_filter.candidates(np.stack(way))), stopped=stopped)


def sample(generator: Generator, count: int, *, seed: int = 0, asked: Constraints = ANY) -> Found:
    """Ligands out of `count` draws of the prior that are as asked; distance is that from its centre."""
    random = np.random.default_rng(seed)
    candidate_filter = CandidateFilter(generator, np.zeros(generator.size, np.float32), asked=asked)
    kept: list[Candidate] = []
    for first in range(0, count, BATCH):
        size = (min(BATCH, count - first), generator.size)
        kept += candidate_filter.candidates(random.standard_normal(size).astype(np.float32))
    return candidate_filter.found(kept)


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
