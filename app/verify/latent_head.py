"""What the head on the latent space of ligands says of the gap of a complex built from one ligand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from app.shared import latent_model as model
from app.text import sentence
from core.errors import KramersError
from core.jobs.model import Job

HEAD: Final = "first_gap_cm1"
WITHIN: Final = 1.645
"""Standard deviations on either side of a normal distribution that hold 90 %."""


@dataclass(frozen=True, slots=True)
class LatentGap:
    """First gap with its 90 % interval [cm⁻¹]; None, with the reason, where the head was not asked."""

    gap: float | None
    low: float
    high: float
    words: str


def latent_gap(job: Job) -> LatentGap:
    """The head's word, or why there is none."""
    smiles, donor = job.meta.get("smiles"), job.meta.get("donor")
    if not isinstance(smiles, str) or not isinstance(donor, int):
        return _silent("the complex was not built from one ligand's SMILES.")
    if job.meta.get("metal") != "Dy" or job.meta.get("equatorial", "water") != "water":  # the command line knows water
        return _silent("it knows [Dy(H₂O)₅L₂] only.")
    try:
        return _beside(_asked(smiles, donor), job)
    except KramersError as error:
        return _silent(error.sentence)


def _silent(reason: str) -> LatentGap:
    return LatentGap(None, 0.0, 0.0, sentence(f"the latent head was not asked: {reason}"))


def _beside(said: LatentGap, job: Job) -> LatentGap:
    """The same, with a word where the run is of another preset than those that the head learned from."""
    learned, preset = model.gap_preset(), job.question.get("preset")
    if said.gap is None or not learned or preset == learned:
        return said
    return replace(
        said, words=f"{said.words} Those ligands were computed with preset {learned}, this one with {preset}."
    )


@st.cache_resource(show_spinner="Asking the latent head …", max_entries=64)
def _asked(smiles: str, donor: int) -> LatentGap:
    """Of a ligand; raises KramersError where it is out of scope or the generator cannot be loaded."""
    from core.design.generator import generator  # torch takes seconds to load
    from core.design.scope import scoped

    known = generator()
    latents = known.encode([scoped(smiles, donor)])
    found = known.properties(latents).get(HEAD)
    head: Any = next((head for head in known.heads if head.name == HEAD), None)
    if found is None or head is None:
        return _silent("this version of the generator has no head for the gap.")
    gap, spread = float(found.mean[0]), WITHIN * float(found.sd[0])
    worth = (
        f"the latent head learned from {head.labels} computed ligands; on those left out it was "
        f"off by {head.error:.0f} cm⁻¹ on average ({head.baseline_error:.0f} by the mean of the donor class). "
        "Where your ligand was one of them, that it agrees says nothing."
    )
    doubt = f" {sentence(head.doubt).rstrip('.')}." if head.doubt else ""
    return LatentGap(gap, max(0.0, gap - spread), gap + spread, f"{sentence(worth)}{doubt}")
