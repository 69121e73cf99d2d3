"""Ligands, counter-ions and the symmetric bodies of the recipes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray

from .assembly import Piece, assemble, single
from .cell import Body
from .fragment import Fragment, symmetrised
from .polyhedra import kepert, ring

WATER = "[OH2:1]"
ETHANOL = "CCO"
METHANOL = "CO"
PYRIDINE = "c1cc[n:1]cc1"
THF = "C1CC[O:1]C1"
ACAC = "CC(=[O:1])/C=C(/C)[O-:2]"  # both oxygens on one side
PHEN = "c1c[n:1]c2c(c1)ccc1ccc[n:2]c12"
NITRATE = "[O-:1][N+](=O)[O-:2]"
_METHANOL_DONOR = "C[OH:1]"
_METHOXIDE = "C[O-:1]"
_PHTHALOCYANINE = "c1ccc2c(c1)C3=NC4=[N:1]C(=NC5=C6C=CC=CC6=C([N-:2]5)N=C7C8=CC=CC=C8C(=[N:3]7)N=C2[N-:4]3)c9ccccc94"
_CROWN = "[CH2:11]1" + "".join(f"[O:{n + 1}][CH2:{12 + 2 * n}][CH2:{13 + 2 * n}]" for n in range(5)) + "[O:6][CH2:22]1"


def free(fragment: Fragment) -> Body:
    """A body that may go anywhere."""
    return Body(fragment.centred(), np.zeros(3))


def squeezed(first: FloatArray, second: FloatArray, angle: float) -> tuple[FloatArray, FloatArray]:
    """Two unit vectors in the plane of the given ones, about the same middle, at another angle [°]."""
    middle = (first + second) / np.linalg.norm(first + second)
    across = (first - second) / np.linalg.norm(first - second)
    half = np.radians(angle / 2.0)
    return middle * np.cos(half) + across * np.sin(half), middle * np.cos(half) - across * np.sin(half)


def nitrate_sites(
    centre: FloatArray,
    directions: Sequence[tuple[float, float, float]],
    tangents: Sequence[tuple[float, float, float]],
    metal: int,
) -> list[Piece]:
    """κ² nitrates, 2.46 Å from the metal with a bite of 52°, in the planes of direction and tangent."""
    pieces = []
    for direction, tangent in zip(directions, tangents, strict=True):
        u = np.array(direction) / np.linalg.norm(direction)
        first, second = squeezed(u + 0.1 * np.array(tangent), u - 0.1 * np.array(tangent), 52.0)
        pieces.append(Piece(NITRATE, {1: centre + 2.46 * first, 2: centre + 2.46 * second}, metal=metal))
    return pieces


def dimer_on_inversion_centre(metal: str) -> Fragment:
    """[M2(acac)4(μ-OMe)2(MeOH)2] about the origin: M···M 3.64 Å, M–O(bridge) 2.27 Å."""
    half, bridge = 1.82, 2.27
    height = float(np.sqrt(bridge**2 - half**2))
    here = np.array([half, 0.0, 0.0])
    bite = float(np.degrees(2.0 * np.arctan2(height, half)))
    corner = kepert([(0, 1, bite), (2, 3, 72.5), (4, 5, 72.5)], 7, seed=5)
    wanted = np.array([[-half, height, 0.0], [-half, -height, 0.0]])
    corner = Rotation.align_vectors(wanted, corner[:2])[0].apply(corner)
    top = np.array([0.0, height, 0.0])
    near = [
        Piece(_METHOXIDE, {1: top}, (118.0, 130.0), outward=top),
        *(Piece(ACAC, {1: here + 2.33 * corner[i], 2: here + 2.33 * corner[i + 1]}, (128.0, 142.0)) for i in (2, 4)),
        Piece(_METHANOL_DONOR, {1: here + 2.40 * corner[6]}, (112.0, 128.0)),
    ]
    far = [_inverted(piece) for piece in near]
    whole = assemble([(f"{metal}+3", here), (f"{metal}+3", -here)], [*near, *far])
    count = (len(whole.elements) - 2) // 2
    return inverted_pair(whole, [0, *range(2, 2 + count)])


def _inverted(piece: Piece) -> Piece:
    outward = None if piece.outward is None else -piece.outward
    return replace(piece, metal=1, donors={n: -p for n, p in piece.donors.items()}, outward=outward)


def inverted_pair(fragment: Fragment, chosen: Sequence[int]) -> Fragment:
    """The chosen atoms and their images under inversion; the charge is kept."""
    elements = tuple(fragment.elements[i] for i in chosen)
    positions = fragment.positions[list(chosen)]
    return Fragment(elements * 2, np.vstack([positions, -positions]), fragment.charge)


def crown_potassium() -> Fragment:
    """[K(18-crown-6)(thf)2]+, centrosymmetric, D3d crown with K–O 2.80 Å, thf at 2.72 Å."""
    pieces = [
        Piece(_CROWN, _crown_places()),
        *(Piece(THF, {1: np.array([0.0, 0.0, z])}, (118.0, 130.0)) for z in (2.72, -2.72)),
    ]
    whole = assemble([("K+", np.zeros(3))], pieces)
    inner, solvent = 1 + 42, 13
    crown = Fragment(whole.elements[:inner], whole.positions[:inner], 1)
    crown = symmetrised(crown, [np.eye(3), -np.eye(3)])
    ether = inverted_pair(whole, range(inner, inner + solvent))
    return Fragment(crown.elements + ether.elements, np.vstack([crown.positions, ether.positions]), 1)


def _crown_places() -> dict[int, FloatArray]:
    """Map number -> position [Å] of the heavy atoms of a D3d crown: O 0.2 Å, C 0.465 Å off the plane, in turn.

    The carbon's radius and azimuth (20.5°) follow from C–O 1.41 Å and C–C 1.51 Å.
    """
    places = {}
    for number in range(6):
        side = (-1.0) ** number
        corners = (
            (0.0, float(np.sqrt(2.80**2 - 0.2**2)), 0.2, 1 + number),
            (-20.5, 3.60, 0.465, 11 + 2 * number),
            (20.5, 3.60, 0.465, 12 + 2 * number),
        )
        for turn, radius, height, label in corners:
            places[label] = ring(1, radius, side * height, 60.0 * number + turn)[0]
    return places


def phthalocyanine(metal: str) -> Fragment:
    """[M(Pc)2]⁻, exactly D4d about z, M–N 2.42 Å: one deck relaxed, the other its image."""
    height = 1.41
    radius = float(np.sqrt(2.42**2 - height**2))
    ligand = Piece(_PHTHALOCYANINE, dict(enumerate(ring(4, radius, height), 1)))
    deck = assemble([(f"{metal}+3", np.zeros(3))], [ligand])
    deck = symmetrised(deck, _closure([_proper(90.0), np.diag([1.0, -1.0, 1.0])]))
    other = deck.positions[1:] @ _improper(45.0).T
    return Fragment(deck.elements + deck.elements[1:], np.vstack([deck.positions, other]), -1)


def phosphonium() -> Fragment:
    """PPh4⁺, exactly S4 about z."""
    free_ion = single("[P+](c1ccccc1)(c1ccccc1)(c1ccccc1)c1ccccc1")
    centred = replace(free_ion, positions=free_ion.positions - free_ion.positions[0])
    distance = np.linalg.norm(centred.positions, axis=1)
    ipso = centred.positions[[i for i in range(1, len(distance)) if distance[i] < 2.1]]
    corners = np.array([[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]]) * np.sqrt(1 / 3) * 1.8
    group = _closure([_improper(90.0)])
    for order in permutations(range(4)):
        turn, residual = Rotation.align_vectors(corners, ipso[list(order)])
        if residual < 0.3:
            try:
                return symmetrised(centred.moved(turn.as_matrix(), np.zeros(3)), group)
            except ValueError:
                continue
    raise ValueError("no S4 axis found in PPh4")


def _proper(angle: float) -> FloatArray:
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _improper(angle: float) -> FloatArray:
    return np.diag([1.0, 1.0, -1.0]) @ _proper(angle)


def _closure(generators: list[FloatArray]) -> list[FloatArray]:
    """All elements of the point group that the generators make."""
    group = [np.eye(3)]
    for element in group:  # grows while it is walked
        for generator in generators:
            product = generator @ element
            if not any(np.allclose(product, known, atol=1e-9) for known in group):
                group.append(product)
    return group


def second_part(fragment: Fragment) -> Fragment:
    """The last ligand, a thf, in two parts: the β-carbons flip through the plane of O and the α-carbons."""
    start = len(fragment.elements) - 13
    thf = fragment.positions[start:]
    alpha, oxygen, other = thf[2], thf[3], thf[4]
    normal = np.cross(alpha - oxygen, other - oxygen)
    normal /= np.linalg.norm(normal)
    moving = [0, 1, *range(5, 13)]
    mirrored = thf[moving] - 2.0 * np.outer((thf[moving] - oxygen) @ normal, normal)
    parts = [0] * len(fragment.elements)
    for index in moving:
        parts[start + index] = 1
    elements = fragment.elements + tuple(fragment.elements[start + i] for i in moving)
    return Fragment(
        elements, np.vstack([fragment.positions, mirrored]), fragment.charge, (*parts, *([2] * len(moving)))
    )
