"""What to watch while the voxel network is trained: how well it does on structures that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.arrays import BoolArray, SingleArray, TextArray
from core.fields.donor_charges import ion_factor
from core.learned.field_levels import outlook
from core.learned.network import VoxelNetwork
from core.learned.voxel_model import VIEWS, predict_field
from core.magnetism.stevens import RANKS
from training.common.scores import auc, rank_correlation
from training.predictor.voxel_samples import RANK_SLICES, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Structures with their labels, to be judged: `ion`, `gap` [cm⁻¹] and `smm` (S,) as in `StructureSet`."""

    data: Samples
    ion: TextArray
    gap: SingleArray
    smm: BoolArray


def figures(network: VoxelNetwork, watched: Watched, turns: int = VIEWS, draws: int = 128) -> dict[str, Any]:
    """What to watch: AUC of SMM-like and rank correlation of the gap, over all ions and within Dy; relative error of
    the field by rank; and by how much errors are larger than foretold."""
    seen = predict_field(network, watched.data.atoms(torch.arange(len(watched.ion))), turns)
    true = watched.data.moments.cpu().numpy()
    off = seen.moments - true
    slices = [slice(a, b) for a, b in RANK_SLICES]
    scale = [float(np.sqrt(np.mean((off[:, s] / seen.errors[:, [n]]) ** 2))) for n, s in enumerate(slices)]
    record: dict[str, Any] = {f"error_scale_{k}": x for k, x in zip(RANKS, scale, strict=True)}
    for k, s in zip(RANKS, slices, strict=True):
        relative = np.linalg.norm(off[:, s], axis=1) / np.linalg.norm(true[:, s], axis=1)
        record[f"off_{k}"] = float(np.median(relative))
    factors = np.array([ion_factor(ion) for ion in watched.ion.tolist()])[:, None]
    said = outlook(watched.ion.tolist(), factors * seen.moments, factors * seen.errors * np.array(scale), draws=draws)
    truth = np.log10(watched.gap + 1)
    for name, chosen in (("all", watched.ion != ""), ("dy", watched.ion == "Dy")):
        known = chosen & np.isfinite(truth)
        record[f"auc_{name}"] = auc(watched.smm[chosen], said.p_smm[chosen])
        record[f"gap_rank_{name}"] = rank_correlation(truth[known], said.log_gap[known])
        record[f"log_gap_rmse_{name}"] = float(np.sqrt(np.mean((said.log_gap[known] - truth[known]) ** 2)))
    return record
