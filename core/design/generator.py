"""The ligand generator as shipped: ligands to latents, latents to ligands, and what the heads say of a latent.

Latents stand in a frame in which those of the training ligands have mean 0 and covariance 1 in every direction: there
"one σ" is one σ of known chemistry, and drawing from the prior is drawing normal numbers.

The model lies in ``models_weights/<MODEL>``: weights.safetensors (network, frame, heads) and config.json (their shapes,
the vocabulary, and what each head was measured to be worth). The head of the first gap lies beside it
(`core.design.gap_line`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from core.arrays import FloatArray, SingleArray
from core.chem.donor_class import DonorClass
from core.design.atlas_file import digest_of
from core.design.gap_line import FOLDER, GapLine, with_line
from core.design.heads import Classes, Head, Regressions
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.tokens import Vocabulary
from core.design.vae import LigandVae, VaeConfig
from core.errors import InputError, UnreadableFile
from core.resources import shipped
from core.weights import ADVICE, CONFIG, load_weights
from core.weights import WEIGHTS as WEIGHT_FILE

WEIGHTS: Final = shipped("models_weights")
MODEL: Final = "ligand-vae-2026-11-22"

EMPTY: Final = "empty"
"""Why a latent gives no ligand, where no rule of `core.design.scope` says so: nothing was written at all."""

BEAMS: Final = (8, 32)
"""Strings among which a ligand is looked for where the first was none: few, and if they hold none, more."""

REMEMBERED: Final = 20_000
"""Written strings whose reading is remembered: beams share most of theirs, and a drag comes back to the same ones."""

Latents = SingleArray


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was written for a latent.

    Attributes:
        smiles: canonical, without stereo; as written where it is no ligand; None where nothing was written.
        donor: index of the donor in `smiles`. donor_class, charge, heavy_atoms: of the ligand; None where it is none.
        confidence: probability that the decoder gave to what it wrote, 0 to 1.
        reason: why it is no ligand in scope; None if it is one.
    """

    smiles: str | None
    donor: int | None
    donor_class: DonorClass | None
    charge: int | None
    heavy_atoms: int | None
    confidence: float
    reason: str | None

    @property
    def ligand(self) -> ScopedLigand | None:
        """The ligand, if it is one."""
        if None in (self.smiles, self.donor, self.donor_class, self.charge, self.heavy_atoms) or self.reason:
            return None
        return ScopedLigand(self.smiles, self.donor, self.donor_class, self.charge, self.heavy_atoms)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)  # arrays do not compare to one truth
class Estimate:
    """A property of n latents: mean (n,) and standard deviation (n,), in the unit of its head."""

    mean: FloatArray
    sd: FloatArray


@dataclass(frozen=True, eq=False)
class Frame:
    """Where latents stand: u = (z − centre) whiten, z = u colour + centre.

    Attributes:
        centre: (Z,). whiten: (Z, Z). colour: (Z, Z), its inverse.
    """

    centre: Tensor
    whiten: Tensor
    colour: Tensor

    @classmethod
    def of(cls, means: Tensor) -> Frame:
        """The frame in which means (n, Z) of many ligands have mean 0 and covariance 1, turned as little as can be."""
        centre = means.mean(dim=0)
        values, vectors = torch.linalg.eigh(torch.cov(means.double().t()))
        root = values.clamp(min=1e-6).sqrt()
        whiten, colour = (vectors * root**power @ vectors.t() for power in (-1, 1))
        return cls(centre, whiten.float(), colour.float())

    def shown(self, latents: Tensor) -> Tensor:
        """(n, Z) from the encoder's."""
        return (latents - self.centre) @ self.whiten

    def meant(self, latents: Tensor) -> Tensor:
        """(n, Z) for the decoder."""
        return latents @ self.colour + self.centre


class LigandGenerator:
    """Encoder, decoder and heads behind arrays.

    Args:
        network: trained.
        vocabulary: its tokens.
        frame: of its latents.
        regressions: heads in the order of `heads`, on latents in the frame.
        classes: donor class and charge, likewise.
        heads: what each regression is worth.
    """

    def __init__(
        self,
        network: LigandVae,
        vocabulary: Vocabulary,
        frame: Frame,
        regressions: Regressions,
        classes: Classes,
        heads: Sequence[Head],
    ) -> None:
        self.network, self.vocabulary, self.frame = network.eval(), vocabulary, frame
        self._regressions, self._classes = regressions.eval(), classes.eval()
        self.heads = tuple(heads)

    @classmethod
    def load(cls, folder: Path) -> LigandGenerator:
        """What `training.ligands.heads` wrote.

        Raises:
            UnreadableFile: a file is missing, damaged, not the one of the manifest, or of another kind of model.
        """
        tensors, config = load_weights(folder)
        try:
            return _built(tensors, config)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise UnreadableFile(
                "The files hold no ligand generator.", where=str(folder / CONFIG), advice=ADVICE
            ) from error

    def with_line(self, line: GapLine) -> LigandGenerator:
        """The same with another head of the first gap; raises ValueError where it reads other heads."""
        regressions, heads = with_line(self._regressions, self.heads, line)
        return LigandGenerator(self.network, self.vocabulary, self.frame, regressions, self._classes, heads)

    @property
    def size(self) -> int:
        """Numbers of a latent."""
        return self.network.config.size

    @property
    def donor_classes(self) -> tuple[DonorClass, ...]:
        """Donor classes that it was trained on, in the order of `donor_class`."""
        return tuple(DonorClass(name) for name in self.network.config.classes)

    def encode(self, ligands: Sequence[ScopedLigand]) -> Latents:
        """(n, size) mean latents.

        Raises:
            OutOfScope: one holds a symbol or length that the model has never seen.
        """
        if not ligands:
            return np.empty((0, self.size), dtype=np.float32)
        tokens = torch.from_numpy(self.vocabulary.rows(ligands))
        return np.asarray(self.frame.shown(self.network.means(tokens)).numpy())

    def decode(self, latents: Latents, beams: Sequence[int] = BEAMS) -> list[Decoded]:
        """The likeliest ligand of each of latents (n, size).

        What is written token by token, each the likeliest, is a ligand as a rule. Where it is none, the likeliest of
        so many whole strings that is one stands for it, first of few strings, then of more (no `beams`: none does);
        where none is, the first says why not.
        """
        if not len(latents):
            return []
        meant = self.frame.meant(self._tensor(latents))
        written = self.network.written(meant)
        found = [
            self._decoded(tokens, sure)
            for tokens, sure in zip(written.tokens.tolist(), written.confidence.tolist(), strict=True)
        ]
        for width in beams:
            lost = [k for k, one in enumerate(found) if one.reason]
            for k, other in zip(lost, self._others(meant[lost], width) if lost else (), strict=True):
                found[k] = other or found[k]
        return found

    def _others(self, meant: Tensor, width: int) -> list[Decoded | None]:
        """The likeliest ligand among the best strings for each of (n, Z), as the decoder takes them."""
        rows, sure = self.network.likeliest(meant, width)
        tried = [
            (self._decoded(tokens, confidence) for tokens, confidence in zip(own, chances, strict=True))
            for own, chances in zip(rows.tolist(), sure.tolist(), strict=True)
        ]
        return [next((one for one in ligands if not one.reason), None) for ligands in tried]

    def _decoded(self, tokens: list[int], confidence: float) -> Decoded:
        smiles = self.vocabulary.smiles(tokens)
        if not smiles:
            return Decoded(None, None, None, None, None, confidence, EMPTY)
        ligand = _read(smiles)
        if isinstance(ligand, str):
            return Decoded(smiles, None, None, None, None, confidence, ligand)
        return Decoded(
            ligand.smiles, ligand.donor, ligand.donor_class, ligand.charge, ligand.heavy_atoms, confidence, None
        )

    def properties(self, latents: Latents) -> dict[str, Estimate]:
        """What every regression says of latents (n, size), by its name."""
        with torch.inference_mode():
            means, spreads = self._said(self._tensor(latents))
        return {
            head.name: Estimate(mean.double().numpy(), spread.double().numpy())
            for head, mean, spread in zip(self.heads, means.t(), spreads.t(), strict=True)
        }

    def _said(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """(n, heads) mean and standard deviation of every regression."""
        said: tuple[Tensor, Tensor] = self._regressions(latents, self._classes(latents)[0])
        return said

    def gradient(self, latents: Latents, head: str) -> Latents:
        """(n, size) slope of a regression at latents (n, size) [unit of the head per σ].

        Raises:
            InputError: there is no such head.
        """
        names = [known.name for known in self.heads]
        if head not in names:
            raise InputError(f"there is no head {head!r}.", advice=f"Choose one of: {', '.join(names)}.")
        at = self._tensor(latents).clone().requires_grad_()
        value = self._said(at)[0][:, names.index(head)].sum()
        return np.asarray(torch.autograd.grad(value, at)[0].numpy())

    def donor_class(self, latents: Latents) -> tuple[FloatArray, FloatArray]:
        """(n, classes) probability of each of `donor_classes`, and (n,) of a charge of −1, for latents (n, size)."""
        with torch.inference_mode():
            classes, anion = self._classes(self._tensor(latents))
        return classes.double().numpy(), anion.double().numpy()

    def _tensor(self, latents: Latents) -> Tensor:
        """(n, size) as torch takes it; raises InputError for another shape or numbers that are none."""
        array = np.ascontiguousarray(latents, dtype=np.float32)
        if array.ndim != 2 or array.shape[1] != self.size or not np.isfinite(array).all():
            raise InputError(f"latents are rows of {self.size} finite numbers.", where=f"an array {array.shape}")
        return torch.from_numpy(array)


@lru_cache(maxsize=REMEMBERED)
def _read(smiles: str) -> ScopedLigand | str:
    """The ligand of a written SMILES, donor first, or why it is none."""
    try:
        return scoped(smiles, donor=0)
    except OutOfScope as error:
        return str(error.reason)


def _built(tensors: Mapping[str, Tensor], config: Mapping[str, Any]) -> LigandGenerator:
    shape: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in config["network"].items()
    }
    with torch.device("meta"):  # numbers to begin a training with would only be thrown away, and take seconds
        network = LigandVae(VaeConfig(**shape))
    network.load_state_dict({name: one.float() for name, one in _part(tensors, "network").items()}, assign=True)
    vocabulary = Vocabulary(tuple(config["tokens"]), network.config.longest)
    size, kinds = network.config.size, len(network.config.classes)
    regressions = Regressions(size, kinds, **config["regressions"])
    regressions.load_state_dict(_part(tensors, "regressions"))
    classes = Classes(size, kinds)
    classes.load_state_dict(_part(tensors, "classes"))
    heads = [Head(**head) for head in config["heads"]]
    return LigandGenerator(network, vocabulary, Frame(**_part(tensors, "frame")), regressions, classes, heads)


def _part(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}


def model_folder() -> Path:
    """Where the shipped model lies."""
    return WEIGHTS / MODEL


@lru_cache(maxsize=1)
def generator() -> LigandGenerator:
    """The shipped generator with the shipped head of the first gap, loaded once; raises UnreadableFile."""
    model, folder = LigandGenerator.load(model_folder()), WEIGHTS / FOLDER
    line = GapLine.load(folder)
    if line.network != digest_of(model_folder() / WEIGHT_FILE):
        raise UnreadableFile("The head of the first gap reads another network.", where=str(folder), advice=ADVICE)
    return model.with_line(line)
