"""What lists of ligands are ordered by: the first gap where its head can be relied on, else the charge of the donor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.design.search import Candidate

if TYPE_CHECKING:
    from core.design.heads import Head

GAP: Final = "first_gap_cm1"
CHARGE: Final = "donor_charge_e"


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order of ligands.

    Attributes:
        head: name of the head; None orders by nearness to where the search started.
        highest: whether the highest value comes first.
        reason: what the order is and why, as a sentence.
    """

    head: str | None
    highest: bool
    reason: str


def ranking_of(heads: Sequence[Head]) -> Ranking:
    """The order that the heads allow."""
    by_name = {head.name: head for head in heads}
    gap, charge = by_name.get(GAP), by_name.get(CHARGE)
    if gap is not None and gap.reliable:
        return Ranking(GAP, True, f"Ranked by the predicted first gap, largest first ({gap.labels:,} labels).")
    why = "No head predicts the first gap" if gap is None else f"The head of the first gap is {_doubt(gap)}"
    if charge is not None and charge.reliable:
        return Ranking(
            CHARGE, False, f"{why}; ranked instead by the charge of the donor atom (a proxy), most negative first."
        )
    return Ranking(None, True, f"{why}; listed instead by nearness, nearest first.")


def _doubt(gap: Head) -> str:
    return gap.doubt or f"not reliable ({gap.labels} labels)"


def ranked(candidates: Sequence[Candidate], ranking: Ranking) -> list[Candidate]:
    """Candidates in that order."""
    head = ranking.head
    if head is None:
        return sorted(candidates, key=lambda candidate: candidate.distance)
    return sorted(candidates, key=lambda candidate: candidate.values[head][0], reverse=ranking.highest)
