"""Properties of a point of the latent space, with their uncertainty and with how much each is worth.

    latents (n, Z) ──► donor class (n, C) ──► its mean of the property
        └─────────────────┴──► M small networks ──► what is added to it; their disagreement, with the error on
                                                    held-out scaffolds, is the uncertainty

Between donor classes a property is easy, within them it is not: so the networks learn what the class leaves over.
A head is fitted on frozen latents (`training.ligands.heads`), so labels that come late still enter. One with few
labels is a line alone. What a head was measured to be worth travels with it, and is shown wherever its numbers are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

FEWEST_LABELS: Final = 200
"""A head with fewer is called not reliable."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head is and is worth.

    Attributes:
        name: key of the property.
        label: on the screen. unit: in brackets behind it.
        labels: number of ligands that it was trained on.
        error: mean absolute error on ligands of held-out scaffolds, or leaving one out [unit].
        baseline_error: the same of the mean of the donor class.
        reliable: enough labels, and better than the mean of the donor class.
        doubt: why it is not reliable, as a sentence; None if it is.
        level: where its labels come from.
    """

    name: str
    label: str
    unit: str
    labels: int
    error: float
    baseline_error: float
    reliable: bool
    doubt: str | None
    level: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How a property is called. Attributes as in `Head`."""

    label: str
    unit: str
    level: str


_XTB: Final = "GFN2-xTB of the free ligand"
_STRUCTURE: Final = "the structure itself"

WORDINGS: Final[Mapping[str, Wording]] = {
    "heavy_atoms": Wording("size", "heavy atoms", _STRUCTURE),
    "sa": Wording("synthetic accessibility, 1 easy to 10 hard", "", "SA score"),
    "donor_charge_e": Wording("charge of the donor", "e", _XTB),
    "frontier_gap_ev": Wording("frontier orbital gap", "eV", _XTB),
    "highest_occupied_ev": Wording("highest occupied orbital", "eV", _XTB),
    "proton_affinity_ev": Wording("proton affinity, unrelaxed", "eV", _XTB),
    "lithium_affinity_ev": Wording("Li⁺ affinity, unrelaxed", "eV", _XTB),
    "metal_potential_v": Wording("potential at the metal", "V", _XTB),
    "first_gap_cm1": Wording("first Kramers gap of [Dy(H2O)5L2]", "cm⁻¹", "CAHF and spin-orbit CI"),
}


def judged(name: str, labels: int, error: float, baseline_error: float) -> Head:
    """A head with the verdict on it."""
    wording = WORDINGS[name]
    unit = f" {wording.unit}" if wording.unit else ""
    doubt = None
    if labels < FEWEST_LABELS:
        doubt = f"not reliable ({labels} labels, leave-one-out error {error:.3g}{unit})"
    elif error >= baseline_error:
        doubt = f"no better than the mean of the donor class (error {error:.3g}{unit} against {baseline_error:.3g})"
    return Head(name, wording.label, wording.unit, labels, error, baseline_error, doubt is None, doubt, wording.level)


CLASS_WEIGHT: Final = 3.0
"""What a probability of a class counts for beside a coordinate of the latent, where networks read both."""


class Regressions(nn.Module):
    """H heads on latents of Z numbers and the probabilities of C donor classes that follow from these.

    A head says the mean of its classes, a line, and what M networks of two hidden layers of U units say of the rest.
    """

    scale: Tensor
    error: Tensor

    def __init__(self, size: int, classes: int, heads: int, members: int, units: int) -> None:
        super().__init__()
        self.by_class = nn.Parameter(torch.zeros(classes, heads))  # in the unit of each head
        self.line = nn.Parameter(torch.zeros(size, heads))
        self.offset = nn.Parameter(torch.zeros(heads))
        self.into = nn.Parameter(torch.randn(members, size + classes, units) / size**0.5)
        self.into_bias = nn.Parameter(torch.zeros(members, 1, units))
        self.within = nn.Parameter(torch.randn(members, units, units) / units**0.5)
        self.within_bias = nn.Parameter(torch.zeros(members, 1, units))
        self.out = nn.Parameter(torch.zeros(members, units, heads))
        self.register_buffer("scale", torch.ones(heads))  # of what the networks say, in the unit of the head
        self.register_buffer("error", torch.ones(heads))  # standard deviation on held-out ligands, likewise

    def members(self, latents: Tensor, kinds: Tensor) -> Tensor:
        """(M, n, H) what each network says of the rest, in units of `scale`.

        Args:
            latents: (n, Z), or (M, n, Z) if each network shall see its own. kinds: (n, C) or (M, n, C).
        """
        read = torch.cat([latents, CLASS_WEIGHT * kinds], dim=-1)
        first = functional.silu(read @ self.into + self.into_bias)
        both = first + functional.silu(first @ self.within + self.within_bias)
        return both @ self.out

    def forward(self, latents: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        """(n, H) mean and standard deviation in the unit of each head, for latents (n, Z) and classes (n, C)."""
        rest = self.members(latents, kinds) * self.scale  # (M, n, H)
        mean = kinds @ self.by_class + latents @ self.line + self.offset + rest.mean(dim=0)
        return mean, (rest.var(dim=0, unbiased=False) + self.error.square()).sqrt()


class Classes(nn.Module):
    """Donor class and charge of a latent: probabilities by multinomial regression."""

    def __init__(self, size: int, classes: int) -> None:
        super().__init__()
        self.donor_class = nn.Linear(size, classes)
        self.anion = nn.Linear(size, 1)

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """(n, classes) probability of each donor class, and (n,) of the charge −1, for latents (n, Z)."""
        return functional.softmax(self.donor_class(latents), dim=1), torch.sigmoid(self.anion(latents))[:, 0]
