"""The best ligand by a head within a budget of decoded latents: an evolution that knows the head's gradient.

Which way is up the head says; whether the best is any good somebody must judge who did not train it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.arrays import SingleArray
from core.design.constraints import Constraints
from core.design.scope import ScopedLigand
from core.design.search import ANY, BATCH, Candidate, CandidateFilter, Generator, candidates_of, known_head

ELITE: Final = 8
"""Best ligands so far that `optimise` goes on from."""

STRIDE: Final = 0.3
"""Longest step uphill, as a share of the radius of the prior."""

WIDEN: Final = 1.4
"""Factor on steps and noise after a generation in which fewer than a quarter were new."""


@dataclass(frozen=True, slots=True)
class Optimised:
    """Outcome of `optimise`.

    Attributes:
        start: the ligand it began with. best: the best of all that were judged, the start included.
        trace: best mean so far after every decoded latent, the start first [the head's unit].
        rejected: counts by reason.
    """

    start: Candidate
    best: Candidate
    trace: tuple[float, ...]
    rejected: Mapping[str, int]


def optimise(
    generator: Generator,
    start: ScopedLigand,
    head: str,
    budget: int = 256,
    *,
    seed: int = 0,
    keep: Callable[[Candidate], bool] = lambda candidate: True,
    asked: Constraints = ANY,
) -> Optimised:
    """The ligand with the highest value of a head within a number of decoded latents.

    An evolution: every generation steps from the best so far along the gradient, with noise, or between two of them.
    What counts is the mean less one standard deviation, so that the search does not flee to where the head knows least.

    Args:
        budget: latents that are decoded, whatever becomes of them.
        seed: the same gives the same.
        keep: refuses a candidate, for example one too far from known ligands.
        asked: of every ligand but the start, which is the best where none is as asked.
    """
    known_head(generator, head)
    random = np.random.default_rng(seed)
    latent = generator.encode([start])[0]
    first = candidates_of(generator, [(start, latent)], latent)[0]  # encode has raised if it cannot be read
    candidate_filter = CandidateFilter(generator, latent, seen=[start.smiles], asked=asked)
    best, trace = [first], [first.values[head][0]]
    reach = 1.0
    while candidate_filter.decoded < budget:
        drawn = _children(generator, best, head, min(BATCH, budget - candidate_filter.decoded), reach, random)
        fresh = [
            candidate for candidate in candidate_filter.candidates(drawn) if _kept(candidate, keep, candidate_filter)
        ]
        best = sorted([*best, *fresh], key=lambda candidate: -_cautious(candidate, head))[:ELITE]
        reach = WIDEN * reach if 4 * len(fresh) < len(drawn) else 1.0  # where all is known already, look farther
        trace += [best[0].values[head][0]] * len(drawn)
    return Optimised(first, best[0], tuple(trace), dict(candidate_filter.rejected))


def _kept(candidate: Candidate, keep: Callable[[Candidate], bool], candidate_filter: CandidateFilter) -> bool:
    kept = keep(candidate)
    candidate_filter.rejected["not kept"] += not kept
    return kept


def _cautious(candidate: Candidate, head: str) -> float:
    mean, deviation = candidate.values[head]
    return mean - deviation


def _children(
    generator: Generator,
    parents: Sequence[Candidate],
    head: str,
    count: int,
    reach: float,
    random: np.random.Generator,
) -> SingleArray:
    """(count, size): a step uphill of random length from a parent, noise, and for a third a mix with another parent."""
    latents = np.stack([parent.latent for parent in parents])
    slopes = generator.gradient(latents, head)
    slopes = slopes / np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-9)
    chosen, other = random.integers(len(parents), size=(2, count))
    mixed = np.where(random.random(count) < 1 / 3, random.random(count), 0.0)[:, None]
    starts = (1 - mixed) * latents[chosen] + mixed * latents[other]
    strides = reach * random.uniform(0, STRIDE * np.sqrt(generator.size), (count, 1))
    noise = reach * random.uniform(0.1, 0.6, (count, 1)) * random.standard_normal(starts.shape)
    return np.asarray(starts + strides * slopes[chosen] + noise, np.float32)
