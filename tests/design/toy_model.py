"""A toy latent space for tests: some ligands on a line and around it, decoded by who is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.design.atlas import Atlas, Property
from core.design.scope import OutOfScope, Reason, ScopedLigand, scoped

SIZE = 6
LONGEST = 40
FAR = 6.0
"""Distance from every ligand beyond which the toy writes nonsense [σ]."""

_GROUPS = ("C", "CC", "CCC", "C(C)C", "C(C)(C)C", "c1ccccc1", "C1CCCCC1")
_CORES = ("O=P({0})({0}){0}", "[O-]{0}", "[O-][Si]({0})({0}){0}", "CN({0})C(C)=O", "CS({0})=O")


def toy_ligands() -> tuple[ScopedLigand, ...]:
    """A few dozen ligands of five classes."""
    written = [core.format(group) for core in _CORES for group in _GROUPS]
    return tuple(dict.fromkeys(scoped(smiles) for smiles in written))


@dataclass(frozen=True)
class ToyHead:
    name: str
    label: str
    unit: str
    labels: int = 1000
    error: float = 0.1
    baseline_error: float = 0.5
    reliable: bool = True
    doubt: str | None = None
    level: str = "toy"


@dataclass(frozen=True)
class ToyEstimate:
    mean: np.ndarray
    sd: np.ndarray


@dataclass(frozen=True)
class ToyDecoded:
    smiles: str | None
    donor: int | None = None
    donor_class: Any = None
    charge: int | None = None
    heavy_atoms: int | None = None
    confidence: float = 1.0
    reason: str | None = None


class ToyModel:
    """Stands for `core.design.generator.LigandGenerator`: a latent for every toy ligand, and linear heads."""

    size = SIZE
    heads = (
        ToyHead("donor_charge_e", "charge of the donor", "e"),
        ToyHead(
            "first_gap_cm1", "first gap", "cm⁻¹", 60, reliable=False, doubt="not reliable (60 labels, error 90 cm⁻¹)"
        ),
    )

    def __init__(self) -> None:
        self.ligands = toy_ligands()
        classes = [*dict.fromkeys(ligand.donor_class for ligand in self.ligands)]
        random = np.random.default_rng(0)
        centres = random.normal(0, 2, (len(classes), SIZE))
        rows = [centres[classes.index(ligand.donor_class)] + random.normal(0, 0.7, SIZE) for ligand in self.ligands]
        self.latents = np.array(rows, np.float32)
        self.slopes = random.normal(0, 1, (len(self.heads), SIZE)).astype(np.float32)
        self._rows = {ligand.smiles: row for ligand, row in zip(self.ligands, self.latents, strict=True)}

    def encode(self, ligands: Sequence[ScopedLigand]) -> np.ndarray:
        """Strangers stand at the centre; what is long the toy cannot read."""
        if any(len(ligand.smiles) > LONGEST for ligand in ligands):
            raise OutOfScope(Reason.UNSEEN)
        return np.stack([self._rows.get(ligand.smiles, np.zeros(SIZE, np.float32)) for ligand in ligands])

    def decode(self, latents: np.ndarray, beams: Sequence[int] = ()) -> list[ToyDecoded]:
        return [self._decoded(latent) for latent in latents]

    def _decoded(self, latent: np.ndarray) -> ToyDecoded:
        distances = np.linalg.norm(self.latents - latent, axis=1)
        if distances.min() > FAR:
            return ToyDecoded(None, reason="chelating")
        found = self.ligands[int(distances.argmin())]
        return ToyDecoded(found.smiles, found.donor, found.donor_class, found.charge, found.heavy_atoms)

    def properties(self, latents: np.ndarray) -> Mapping[str, ToyEstimate]:
        return {
            head.name: ToyEstimate(latents @ slope, np.full(len(latents), 0.1))
            for head, slope in zip(self.heads, self.slopes, strict=True)
        }

    def gradient(self, latents: np.ndarray, head: str) -> np.ndarray:
        names = [one.name for one in self.heads]
        return np.tile(self.slopes[names.index(head)], (len(latents), 1))


def toy_atlas(model: ToyModel, copies: int = 1) -> Atlas:
    """A map of the toy's ligands: the first two dimensions of their latents, stretched.

    Args:
        copies: how often each stands on it, moved a little (for a crowded map).
    """
    random = np.random.default_rng(1)
    latents = np.concatenate(
        [model.latents + 0.3 * (copy > 0) * random.normal(size=model.latents.shape) for copy in range(copies)]
    )
    latents = latents.astype(np.float32)
    own = np.linalg.norm(model.latents[:, None] - model.latents[None], axis=2) + 1e9 * np.eye(len(model.latents))
    return Atlas(
        (2 * latents[:, :2]).astype(np.float32),
        latents,
        model.ligands * copies,
        tuple(ligand.donor_class.value for ligand in model.ligands) * copies,
        (Property("donor_charge_e", "charge of the donor", "e"),),
        {"donor_charge_e": (latents @ model.slopes[0]).astype(np.float32)},
        np.percentile(own.min(axis=1), np.arange(101)).astype(np.float32),
        "toy",
    )
