"""One latent, looked at: the ligand it decodes to, what the heads say of it, how far from known ligands it lies."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from core.arrays import SingleArray
from core.design.atlas import Atlas, Trust
from core.design.scope import ScopedLigand
from core.design.search import EMPTY, UNREADABLE, Candidate, Generator, candidates_of, scoped_of


@dataclass(frozen=True, slots=True, eq=False)
class LatentInspection:
    """What stands at a latent.

    Attributes:
        latent: (size,) that was looked at.
        candidate: the ligand it decodes to, with the heads' values; None where it decodes to none.
        reason: why it is no ligand; empty where it is one.
        trust: how near known ligands are.
        on_map: number of this ligand in the atlas, if it is there.
        in_library: whether the library holds it; None where there is no library to ask.
    """

    latent: SingleArray
    candidate: Candidate | None
    reason: str
    trust: Trust
    on_map: int | None
    in_library: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Reconstruction:
    """How well the model gives back a ligand.

    Attributes:
        ligand: the one that was encoded. latent: (size,) of it.
        returned: the ligand that its latent decodes to; None where that is none, for `reason`.
    """

    ligand: ScopedLigand
    latent: SingleArray
    returned: ScopedLigand | None
    reason: str

    @property
    def exact(self) -> bool:
        """Whether the very ligand came back, bound by the very atom."""
        return self.returned == self.ligand


def inspect_latent(
    generator: Generator, atlas: Atlas, latent: SingleArray, library: AbstractSet[str] = frozenset()
) -> LatentInspection:
    """Look at a latent (size,); some ten milliseconds, so that it can follow a hand."""
    decoded = generator.decode(latent[None])[0]
    ligand = scoped_of(decoded)
    trust = atlas.trust(latent)
    if ligand is None:
        return LatentInspection(latent, None, decoded.reason or EMPTY, trust, None, None)
    return inspect_place(generator, atlas, ligand, latent, library)


def inspect_place(
    generator: Generator,
    atlas: Atlas,
    ligand: ScopedLigand,
    latent: SingleArray,
    library: AbstractSet[str] = frozenset(),
) -> LatentInspection:
    """The same for a ligand that is known to stand at the latent."""
    candidates = candidates_of(generator, [(ligand, latent)], latent)
    if not candidates:
        return LatentInspection(latent, None, UNREADABLE, atlas.trust(latent), None, None)
    in_library = ligand.smiles in library if library else None
    return LatentInspection(latent, candidates[0], "", atlas.trust(latent), atlas.number_of(ligand.smiles), in_library)


def reconstruct(generator: Generator, ligands: Sequence[ScopedLigand]) -> list[Reconstruction]:
    """Ligands there and back."""
    if not ligands:
        return []
    latents = generator.encode(ligands)
    return [
        Reconstruction(ligand, latent, scoped_of(decoded), decoded.reason or "")
        for ligand, latent, decoded in zip(ligands, latents, generator.decode(latents), strict=True)
    ]
