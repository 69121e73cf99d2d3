"""How good a ligand generator is: reconstruction, samples of its prior, neighbourhoods and ways between ligands.

String VAEs collapse and look well in samples all the same, so exact reconstruction, active units and neighbourhoods
stand beside validity, uniqueness and novelty. "Valid" is a ligand in scope (`core.design.scope`): every SELFIES string
is a molecule, which says nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors
from scipy.linalg import sqrtm
from scipy.stats import wasserstein_distance

from core.arrays import BoolArray, FloatArray, IntArray, SingleArray
from core.chem.ligand.synthetic_accessibility import synthetic_accessibility
from core.design.generator import BEAMS, Decoded, LigandGenerator
from core.design.scope import ScopedLigand
from training.ligands.ligand_set import LigandSet
from training.ligands.vae import ACTIVE_VARIANCE

SMALL: Final = 18
"""Heavy atoms up to which reconstruction is given apart."""

STEPS: Final = (0.25, 0.5, 1.0, 2.0)
"""Sizes of a random step in every direction [σ]."""

AT_ONCE: Final = 250
_morgan: Final[Any] = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)

DESCRIPTORS: Final[dict[str, Any]] = {
    "heavy_atoms": lambda mol: mol.GetNumHeavyAtoms(),
    "mass": rdMolDescriptors.CalcExactMolWt,
    "logp": lambda mol: rdMolDescriptors.CalcCrippenDescriptors(mol)[0],
    "polar_surface": rdMolDescriptors.CalcTPSA,
    "rings": rdMolDescriptors.CalcNumRings,
    "aromatic_rings": rdMolDescriptors.CalcNumAromaticRings,
    "rotatable_bonds": rdMolDescriptors.CalcNumRotatableBonds,
    "sp3_carbons": rdMolDescriptors.CalcFractionCSP3,
    "heteroatoms": rdMolDescriptors.CalcNumHeteroatoms,
    "sa": synthetic_accessibility,
}


def decoded(model: LigandGenerator, latents: SingleArray, beams: Sequence[int] = BEAMS) -> list[Decoded]:
    """What a model writes for latents (n, Z), some hundreds at once."""
    parts = [model.decode(latents[k : k + AT_ONCE], beams) for k in range(0, len(latents), AT_ONCE)]
    return [one for part in parts for one in part]


def reconstruction(model: LigandGenerator, ligands: LigandSet, rows: IntArray) -> dict[str, Any]:
    """Share of ligands that come back from their mean latent exactly, SMILES and donor."""
    true = [ligands.ligand(int(row)) for row in rows]
    latents = model.encode(true)
    first, back = ([one.ligand for one in decoded(model, latents, beams)] for beams in ((), BEAMS))
    same = np.array([a == b for a, b in zip(true, back, strict=True)])
    donor = np.array([b is not None and a.donor_class == b.donor_class for a, b in zip(true, back, strict=True)])
    small, own = ligands.heavy_atoms[rows] <= SMALL, ligands.source[rows] == b"library"
    kinds = np.array([str(ligand.donor_class) for ligand in true])
    return {
        "ligands": len(rows),
        "exact": _share(same),
        "exact_18": _share(same[small]),
        "exact_without_beams": _share(np.array([a == b for a, b in zip(true, first, strict=True)])),
        "ligands_18": int(small.sum()),
        "exact_library": _share(same[own]),
        "exact_pool": _share(same[~own]),
        "donor_class_kept": _share(donor),
        "by_class": {str(kind): [int((kinds == kind).sum()), _share(same[kinds == kind])] for kind in np.unique(kinds)},
    }


def _share(truths: BoolArray) -> float | None:
    return round(float(truths.mean()), 4) if len(truths) else None


def sampled(model: LigandGenerator, count: int, beams: Sequence[int] = BEAMS, seed: int = 1) -> list[Decoded]:
    """What a model writes for draws of its prior."""
    random = np.random.default_rng(seed)
    return decoded(model, random.standard_normal((count, model.size)).astype(np.float32), beams)


def samples(drawn: Sequence[Decoded], known: set[str]) -> dict[str, Any]:
    """Of draws: share of ligands in scope; of these, that of different ones; of those, that of unknown ones.

    Args:
        known: canonical SMILES of the training ligands.
    """
    valid = [one.smiles for one in drawn if one.ligand is not None and one.smiles is not None]
    different = set(valid)
    return {
        "drawn": len(drawn),
        "valid": round(len(valid) / len(drawn), 4),
        "unique": round(len(different) / max(1, len(valid)), 4),
        "novel": round(len(different - known) / max(1, len(different)), 4),
        "refused": dict(Counter(one.reason for one in drawn if one.reason).most_common()),
        "classes": dict(Counter(str(one.donor_class) for one in drawn if one.ligand).most_common()),
    }


def described(smiles: Sequence[str]) -> FloatArray:
    """(n, descriptors) of molecules."""
    mols = [Chem.MolFromSmiles(one) for one in smiles]
    return np.array([[float(function(mol)) for function in DESCRIPTORS.values()] for mol in mols])


def distances(made: FloatArray, real: FloatArray) -> dict[str, float]:
    """How far distributions of descriptors (n, d) and (m, d) are apart, in standard deviations of the second:
    Wasserstein distance of each, and the Fréchet distance of normal distributions of all together."""
    centre, scale = real.mean(axis=0), np.maximum(real.std(axis=0), 1e-9)
    a, b = (made - centre) / scale, (real - centre) / scale
    found = {name: round(float(wasserstein_distance(a[:, k], b[:, k])), 4) for k, name in enumerate(DESCRIPTORS)}
    return found | {"frechet": round(frechet(a, b), 4)}


def frechet(a: FloatArray, b: FloatArray) -> float:
    """Fréchet distance squared between normal distributions with the moments of (n, d) and (m, d)."""
    first, second = np.cov(a.T), np.cov(b.T)
    mixed = np.real(sqrtm(first @ second))
    return float(np.square(a.mean(axis=0) - b.mean(axis=0)).sum() + np.trace(first + second - 2 * mixed))


def similarity(one: str, other: str) -> float:
    """Tanimoto similarity of Morgan fingerprints, radius 2."""
    prints = [_morgan.GetFingerprint(Chem.MolFromSmiles(smiles)) for smiles in (one, other)]
    return float(DataStructs.TanimotoSimilarity(*prints))


def neighbourhood(model: LigandGenerator, parents: Sequence[ScopedLigand], seed: int = 1) -> list[dict[str, float]]:
    """Of one random step of each size from every parent: share of ligands, mean similarity to the parent, and share
    with the parent's donor class."""
    random = np.random.default_rng(seed)
    start = model.encode(parents)
    lines = []
    for step in STEPS:
        found = decoded(model, start + step * random.standard_normal(start.shape).astype(np.float32))
        pairs = [(a, b.ligand) for a, b in zip(parents, found, strict=True) if b.ligand is not None]
        lines.append(
            {
                "step": step,
                "valid": round(len(pairs) / len(parents), 4),
                "similarity": round(float(np.mean([similarity(a.smiles, b.smiles) for a, b in pairs])), 4),
                "same": round(float(np.mean([a == b for a, b in pairs])), 4),
                "class_kept": round(float(np.mean([a.donor_class == b.donor_class for a, b in pairs])), 4),
            }
        )
    return lines


def interpolation(
    model: LigandGenerator, starts: Sequence[ScopedLigand], ends: Sequence[ScopedLigand], points: int = 11
) -> dict[str, float]:
    """Of straight ways between pairs: share of points that are ligands, different ligands a way, and mean similarity of
    neighbours on it beside that of the two ends. A way is smooth if neighbours are alike and ends need not be."""
    a, b = model.encode(starts), model.encode(ends)
    shares = np.linspace(0.0, 1.0, points, dtype=np.float32)
    found = decoded(model, np.concatenate([(1 - s) * a + s * b for s in shares]))
    ways = [[one.smiles for one in found[k :: len(a)] if one.ligand and one.smiles] for k in range(len(a))]
    near = [similarity(x, y) for way in ways for x, y in pairwise(way)]
    far = [similarity(x.smiles, y.smiles) for x, y in zip(starts, ends, strict=True)]
    return {
        "ways": len(a),
        "points": points,
        "valid": round(sum(map(len, ways)) / (points * len(a)), 4),
        "different": round(float(np.mean([len(set(way)) for way in ways])), 2),
        "neighbours_similarity": round(float(np.mean(near)), 4),
        "largest_jump": round(float(np.mean([1 - _least(way) for way in ways])), 4),
        "ends_similarity": round(float(np.mean(far)), 4),
    }


def _least(way: Sequence[str]) -> float:
    """Similarity of the two neighbours that are least alike."""
    return min((similarity(x, y) for x, y in pairwise(way)), default=0.0)


def active_units(means: SingleArray) -> int:
    """Coordinates of the encoder's means (n, Z), before any frame, that tell ligands apart."""
    return int((means.var(axis=0) > ACTIVE_VARIANCE).sum())
