"""SMM-like or not: what the trained models say of an environment, the dumb baseline beside them, and when to ask none.

"SMM-like" is a statement about levels of one ion in zero field (`core.fields.smm_like`), not "reported as an SMM". The
models are emulators of the calibrated electrostatic model; their weights lie in ``models_weights`` and are loaded when
the first structure is judged. Weights that are missing or damaged cost the verdict, nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.arrays import FloatArray
from core.chem.report import ParseReport
from core.chem.sphere.coordination import SHORTEST_BOND, CoordinationSphere, shorter_than
from core.errors import UnreadableFile
from core.fields.donor_charges import calibration
from core.fields.electrostatic import point_charges
from core.fields.environment import Environment
from core.resources import shipped
from core.words import counted

if TYPE_CHECKING:  # torch takes seconds to load: not before a structure is judged
    from core.learned.field_levels import GapDistribution, PredictedField
    from core.learned.invariant_model import InvariantModel
    from core.learned.voxel_model import VoxelModel

WEIGHTS: Final = shipped("models_weights")

TRAINED: Final = frozenset("Ce Pr Nd Sm Tb Dy Ho Er Tm Yb".split())
"""Ions with levels that the models were trained on."""

SILENT: Final = {
    "La": "La(III) has no 4f electron",
    "Lu": "the 4f shell of Lu(III) is full",
    "Gd": "Gd(III) has no orbital moment",
    "Eu": "the ground multiplet of Eu(III) has J = 0",
}

FEWEST_SITES: Final = 3
MOST_SITES: Final = 10
"""Coordination numbers that the models cover; two hapto ligands alone count too."""


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """What one model says.

    Attributes:
        p_smm: probability of being SMM-like.
        gap: first gap [cm⁻¹].
        interval: its 90 % interval [cm⁻¹].
    """

    p_smm: float
    gap: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all of them say of one structure.

    Attributes:
        in_domain: whether the two models that learned from structures are asked.
        reason: why not, a sentence; empty where they are.
        electrostatic: the calibrated model that the other two imitate; None where no model is asked at all. It learned
            charges and no structures, so distance from the training environments is no reason to leave it out.
        voxel, invariant: the two models; None where they are not asked.
        field: the network's own, whose `levels` are of the same class as all others; None where it is not asked.
        metal_only: share of SMM-like structures of this ion in the training set, which knows nothing but the metal.
        distance: to the nearest training environment, 1 being usual among those.
        nearest: names of the nearest training environments.
    """

    in_domain: bool
    reason: str
    electrostatic: ModelEstimate | None = None
    voxel: ModelEstimate | None = None
    invariant: ModelEstimate | None = None
    field: PredictedField | None = None
    metal_only: float | None = None
    distance: float | None = None
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """The weights that ship with Kramers."""

    voxel: VoxelModel
    invariant: InvariantModel
    card: dict[str, Any]


def electrostatic(around: Environment) -> ModelEstimate:
    """The calibrated electrostatic model's own verdict: levels of many fields drawn about its own, as far from it as
    the computed ones of left-out complexes were."""
    return _drawn(electrostatic_outlook([around]))


def electrostatic_outlook(arounds: Sequence[Environment]) -> GapDistribution:
    """The same of many."""
    from core.learned.network import charge_moments

    moments = np.array([charge_moments(*point_charges(around)) for around in arounds])
    return calibrated_outlook([around.metal for around in arounds], moments)


def calibrated_outlook(
    symbols: Sequence[str], moments: FloatArray, learned: FloatArray | float = 0.0
) -> GapDistribution:
    """Of ions in fields (B, 27) of the calibrated model, as uncertain as it is and as the network that emulates it:
    `learned` (3,) is its error relative to each rank's root mean square."""
    from core.learned.field_levels import field_error, outlook

    table = calibration()
    errors = field_error(moments, np.hypot(table.share, learned), table.floor)
    return outlook(symbols, moments, errors, widening=table.widening)


@lru_cache(maxsize=1)
def models(root: Path = WEIGHTS) -> Models:
    """Both models, loaded once.

    Raises:
        UnreadableFile: weights are missing or damaged.
    """
    import torch

    from core.learned.invariant_model import InvariantModel
    from core.learned.voxel_model import VoxelModel

    torch.set_num_threads(1)  # pictures are small: several structures want several processes, not several threads
    try:
        card = json.loads((root / "predictor.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFile("The list of models is missing or damaged.", where="models_weights") from error
    return Models(
        voxel=VoxelModel.load(*(root / name for name in card["voxel"])),
        invariant=InvariantModel.load(root / card["invariant"]),
        card=card,
    )


def covered(sphere: CoordinationSphere) -> bool:
    """Whether the models were made for as many sites."""
    sites = sphere.coordination_number
    return sites <= MOST_SITES and (sites >= FEWEST_SITES or sphere.hapto_ligands >= 2)


def refusal(metal: str, oxidation_state: int | None, sphere: CoordinationSphere, report: ParseReport) -> str:
    """Why no model is asked, in a sentence; empty where one is."""
    if metal in SILENT:
        return f"{SILENT[metal]}: no crystal field makes an SMM of it, and no model is asked."
    if metal not in TRAINED:
        return f"The models were trained on no {metal} complex."
    if oxidation_state not in (3, None):
        return f"The models know trivalent lanthanides only, and {metal} is not trivalent here."
    if report.magnetic_ions > 1:
        return f"The molecule has {report.magnetic_ions} magnetic ions: exchange is ignored, so there is no verdict."
    sites = sphere.coordination_number
    if not covered(sphere):
        return f"Coordination number {sites} lies outside {FEWEST_SITES} to {MOST_SITES}."
    short = shorter_than(SHORTEST_BOND, metal, sphere.donors)
    if short:
        bond = f"{metal}–{short[0].element} of {short[0].distance:.2f} Å"
        return f"The bond {bond} is shorter than any such bond known: the structure needs correcting first."
    if report.disordered_donors:
        return f"Donor atoms ({', '.join(report.disordered_donors)}) are disordered: where they are is not certain."
    if report.hydrogens_missing:
        return f"{counted(report.hydrogens_missing, 'hydrogen atom')} missing: a water cannot be told from a hydroxide."
    return ""


def verdict(around: Environment, reason: str) -> Verdict:
    """Ask the models, unless there is a reason not to.

    Args:
        around: the environment.
        reason: what `refusal` says.
    """
    if reason:
        return Verdict(in_domain=False, reason=reason)
    try:
        asked = models()
    except UnreadableFile as error:
        text = f"The models cannot be loaded: {error.sentence}"
        return Verdict(in_domain=False, reason=text, electrostatic=electrostatic(around))
    control = asked.invariant.predict([around])
    metal_only = asked.card["metal_only"].get(around.metal)
    distance, nearest = float(control.distance[0]), control.nearest[0]
    known = {"metal_only": metal_only, "distance": distance, "nearest": nearest}
    if not bool(control.in_domain[0]):
        far = f"distance {distance:.1f}; 1 is usual"
        text = f"This environment is unlike all that the network and its control learned from ({far})."
        return Verdict(in_domain=False, reason=text, electrostatic=electrostatic(around), **known)
    margin, seen = float(asked.card["log_gap_margin"]), asked.voxel.predict_field([around]).moments
    return Verdict(
        in_domain=True,
        reason="",
        electrostatic=electrostatic(around),
        voxel=_drawn(_voxel_outlook(asked, [around], seen)),
        field=_predicted_field(asked, around, seen[0]),
        invariant=_opinion(
            control.p_smm[0], control.log_gap[0], control.log_low[0] - margin, control.log_high[0] + margin
        ),
        **known,
    )


def voxel_outlook(asked: Models, arounds: Sequence[Environment]) -> GapDistribution:
    """The network's fields, as uncertain as the network and the calibration behind its labels together."""
    return _voxel_outlook(asked, arounds, asked.voxel.predict_field(arounds).moments)


def _voxel_outlook(asked: Models, arounds: Sequence[Environment], moments: FloatArray) -> GapDistribution:
    return calibrated_outlook([around.metal for around in arounds], moments, np.array(asked.card["field_error"]))


def _predicted_field(asked: Models, around: Environment, moments: FloatArray) -> PredictedField:
    from core.learned.field_levels import PredictedField
    from core.learned.voxels import first_sphere_frame

    framed = asked.voxel.networks[0].config.framed
    return PredictedField(around.metal, moments, first_sphere_frame(around) if framed else np.eye(3))


def _drawn(found: GapDistribution) -> ModelEstimate:
    """The first of some outlooks."""
    return _opinion(found.p_smm[0], found.log_gap[0], found.log_low[0], found.log_high[0])


def _opinion(p_smm: float, log_gap: float, log_low: float, log_high: float) -> ModelEstimate:
    gap, low, high = (max(0.0, float(10**x - 1)) for x in (log_gap, log_low, log_high))
    return ModelEstimate(float(np.clip(p_smm, 0.0, 1.0)), gap, (low, high))
