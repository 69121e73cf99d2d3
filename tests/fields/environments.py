"""Small lanthanide environments for the tests of the learned models."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.fields.electrostatic import point_charges
from core.fields.environment import Environment
from core.magnetism.stevens import RANKS


def aquo_hydroxide(metal: str = "Dy", seed: int = 0) -> Environment:
    """[M(OH)2(H2O)5]+ in a pentagonal bipyramid, a little out of shape: 2 hydroxides, 5 waters, 12 H, 19 atoms."""
    random = np.random.default_rng(seed)
    ring = [(np.cos(a), np.sin(a), 0.0) for a in np.arange(5) * 2 * np.pi / 5]
    directions = np.array([(0.0, 0.0, 1.0), (0.0, 0.0, -1.0), *ring]) + 0.05 * random.normal(size=(7, 3))
    oxygens = directions * np.array([2.15, 2.18, 2.38, 2.41, 2.36, 2.44, 2.4])[:, None]
    elements, positions, ligand = [], [], []
    for number, oxygen in enumerate(oxygens):
        outward = oxygen / np.linalg.norm(oxygen)
        aside = np.cross(outward, random.normal(size=3))
        aside /= np.linalg.norm(aside)
        hydrogens = [0.96 * outward] if number < 2 else [0.6 * outward + 0.75 * s * aside for s in (1, -1)]
        elements += ["O", *["H"] * len(hydrogens)]
        positions += [oxygen, *(oxygen + h for h in hydrogens)]
        ligand += [number] * (1 + len(hydrogens))
    donors = np.flatnonzero(np.array(elements) == "O")
    return Environment(
        name="test",
        metal=metal,
        elements=tuple(elements),
        positions=np.array(positions),
        ligand=np.array(ligand),
        donors=donors,
        sites=np.arange(7),
        classes=(DonorClass.HYDROXIDE,) * 2 + (DonorClass.WATER,) * 5,
        formal_charges=np.array([-1.0, -1.0, 0, 0, 0, 0, 0]),
        weights=np.ones(7),
    )


def strengths(around: Environment) -> FloatArray:
    """(3,) strength of ranks 2, 4 and 6: S_k = [Σ_ij Z_i Z_j P_k(cos ω_ij)/(R_i R_j)^(k+1)]^½ [e Å^−(k+1)].

    It is what rotations leave of the field: the norm that F. Auzel, O. L. Malta (J. Phys. 1983, 44, 201,
    doi:10.1051/jphys:01983004402020100) sum over ranks; here without moments, to compare them with.
    """
    positions, charges = point_charges(around)
    distances = np.linalg.norm(positions, axis=1)
    cosines = np.clip((positions @ positions.T) / np.outer(distances, distances), -1.0, 1.0)
    legendre = [np.polynomial.legendre.Legendre.basis(k)(cosines) for k in RANKS]
    scaled = [charges[:, column] / distances ** (k + 1) for column, k in enumerate(RANKS)]
    return np.sqrt([max(0.0, float(q @ p @ q)) for q, p in zip(scaled, legendre, strict=True)])
