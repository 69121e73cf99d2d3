"""Who stands where around the metal: two axial ligands, the equatorial ones, and the plane of the latter's donors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray
from core.chem.sphere.coordination import CoordinationSphere
from core.workflows.prediction import Prediction

AxialAtoms = tuple[int, int]

LEAST_AXIAL_ANGLE = 155.0
"""Least angle L–M–L of an axial pair [°]; in the ideal capped trigonal prism and capped octahedron, which have no
axis, the widest angle is 153°."""

MOST_PUCKERED = 0.5
"""Farthest that an equatorial donor may stand from the plane [Å]. With donors at 2.4 Å, no donor of an ideal bipyramid
or octahedron stands off it, and in the references of SHAPE without an equator at least one is 0.8 Å off."""

MOST_TILTED = 30.0
"""Largest angle between the normal of the plane and the line through the axial donors [°]; a rule of ours."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Atoms by the role of their ligand.

    Attributes:
        sites: indices of the two axial donor sites in `sphere.donors`.
        axial: atoms of the ligand of each axial site.
        equatorial: atoms of all other ligands that bind the metal.
    """

    sites: tuple[int, int]
    axial: tuple[tuple[int, ...], tuple[int, ...]]
    equatorial: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A disc through the equatorial donors.

    Attributes:
        centre: (3,) centroid of the donors, relative to the metal [Å].
        normal: (3,) unit vector.
        radius: distance of the farthest donor from the centre [Å].
    """

    centre: FloatArray
    normal: FloatArray
    radius: float


def axial_sites(prediction: Prediction, axial: AxialAtoms | None = None) -> tuple[int, int] | None:
    """Indices of the axial pair in `sphere.donors`; None where no pair of donors is anything like straight.

    Args:
        prediction: any.
        axial: atom indices of the axial donors where they are known; else the most axial pair is taken.
    """
    sphere = prediction.sphere
    if sphere is None:
        return None
    pair = prediction.axial_pair if axial is None else _sites_of(sphere, axial)
    if pair is None:
        return None
    first, second = (sphere.donors[site] for site in pair)
    cosine = float(first.position @ second.position) / (first.distance * second.distance)
    return pair if cosine <= np.cos(np.radians(LEAST_AXIAL_ANGLE)) else None


def _sites_of(sphere: CoordinationSphere, axial: AxialAtoms) -> tuple[int, int] | None:
    sites = [site for atom in axial for site, donor in enumerate(sphere.donors) if atom in donor.atoms]
    return (sites[0], sites[1]) if len(sites) == 2 else None


def ligand_roles(prediction: Prediction, axial: AxialAtoms | None = None) -> Roles | None:
    """Atoms by role; None where an axial ligand holds an equatorial site too, so that it has no one role."""
    sphere, sites = prediction.sphere, axial_sites(prediction, axial)
    if sphere is None or sites is None:
        return None
    first, second = (sphere.donors[site].ligand for site in sites)
    if first == second or any(sphere.ligands[number].denticity > 1 for number in (first, second)):
        return None
    rest = (ligand.atoms for number, ligand in enumerate(sphere.ligands) if number not in (first, second))
    return Roles(
        sites=sites,
        axial=(sphere.ligands[first].atoms, sphere.ligands[second].atoms),
        equatorial=tuple(atom for atoms in rest for atom in atoms),
    )


def equatorial_plane(prediction: Prediction, axial: AxialAtoms | None = None) -> Plane | None:
    """Least-squares plane of all donors but the axial pair; None where they are fewer than three or lie in none."""
    sphere, sites = prediction.sphere, axial_sites(prediction, axial)
    if sphere is None or sites is None or sphere.coordination_number < 5:
        return None
    positions = sphere.site_positions
    equator = np.delete(positions, sites, axis=0)
    centre: FloatArray = equator.mean(axis=0)
    normal: FloatArray = np.linalg.svd(equator - centre)[2][2]
    line = positions[sites[0]] - positions[sites[1]]
    straight = abs(float(line @ normal)) >= np.linalg.norm(line) * np.cos(np.radians(MOST_TILTED))
    if not straight or np.abs((equator - centre) @ normal).max() > MOST_PUCKERED:
        return None
    return Plane(centre, normal, float(np.linalg.norm(equator - centre, axis=1).max()))
