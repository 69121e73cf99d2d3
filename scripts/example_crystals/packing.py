"""Rigid fragments packed into a cell of a given space group: soft contacts under a little pressure.

This makes plausible model crystals, not predicted ones: no electrostatics, no dispersion. What it promises is that no
two molecules come closer than about their van der Waals radii, which the caller checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import gemmi
import numpy as np
from scipy.optimize import minimize

from core.arrays import FloatArray

from .cell import Body, Packing, conventional, unit_cell
from .contacts import Contacts, contacts_of, flat

_ROUNDS = 26
_DEEPEST_OVERLAP = 0.1  # Å
_PULL = 6.0  # force along a hydrogen bond, in units of the pressure
_GRID = 3  # decimals kept between rounds, see assembly._GRID

# Cell shape: which entries of the orthogonalisation matrix (a along x) may differ from zero, and how they are tied.
_SHAPES: dict[str, list[list[tuple[int, int]]]] = {
    "triclinic": [[(0, 0)], [(0, 1)], [(1, 1)], [(0, 2)], [(1, 2)], [(2, 2)]],
    "monoclinic": [[(0, 0)], [(1, 1)], [(0, 2)], [(2, 2)]],
    "orthorhombic": [[(0, 0)], [(1, 1)], [(2, 2)]],
    "tetragonal": [[(0, 0), (1, 1)], [(2, 2)]],
}


def pack(space_group: str, bodies: Sequence[Body], seed: int, pressure: float = 0.006) -> Packing:
    """Packed from a random start until no two molecules overlap by more than 0.1 Å.

    Args:
        space_group: extended H-M symbol as gemmi knows it.
        bodies: the asymmetric unit, those on special positions with their freedom restricted. Free centres are drawn
            at random.
        seed: of the random start.
        pressure: what shrinks the cell, in units of the contact potential per Å³.

    Raises:
        ValueError: the start stays tangled, or ends in an ill-shaped cell.
    """
    packing = _start(space_group, bodies, np.random.default_rng(1000 * seed))
    for round_number in range(_ROUNDS):
        packing = _settle(packing, pressure if round_number < _ROUNDS - 6 else pressure / 30)
    packing = conventional(packing)
    overlap = _overlap(packing, span=3)  # a long molecule in a flat cell can reach past two cells
    if overlap > _DEEPEST_OVERLAP or not _well_shaped(packing):
        raise ValueError(f"no packing in {space_group} from seed {seed}: overlap {overlap:.2f} Å")
    return packing


def _well_shaped(packing: Packing) -> bool:
    cell = unit_cell(packing)
    lengths = (cell.a, cell.b, cell.c)
    angles = (cell.alpha, cell.beta, cell.gamma)
    return max(lengths) < 4.0 * min(lengths) and min(angles) > 65.0 and max(angles) < 118.0


def _start(space_group: str, bodies: Sequence[Body], generator: np.random.Generator) -> Packing:
    group = gemmi.SpaceGroup(space_group)
    atoms = sum(len(b.fragment.elements) / _multiplicity(b) for b in bodies) * len(list(group.operations()))
    edge = (28.0 * atoms) ** (1 / 3)  # about twice what organic crystals take for an atom, hydrogens included
    matrix = np.diag(edge * generator.uniform(0.85, 1.15, 3))
    if group.crystal_system_str() == "tetragonal":
        matrix[1, 1] = matrix[0, 0]
    return Packing(space_group, matrix, tuple(_thrown(body, generator) for body in bodies))


def _multiplicity(body: Body) -> int:
    return 1 if all(body.free_shift) else 2 if any(body.free_turn[:2]) else 4


def _thrown(body: Body, generator: np.random.Generator) -> Body:
    centre = np.where(body.free_shift, generator.uniform(0.0, 1.0, 3), body.centre)
    turn = _rotation(generator.uniform(-2.0, 2.0, 3) * body.free_turn)
    return replace(body, centre=centre, fragment=body.fragment.moved(turn, np.zeros(3)))


def _settle(packing: Packing, pressure: float) -> Packing:
    """One round: the pairs are listed, then everything relaxes together for a few steps of L-BFGS."""
    contacts = contacts_of(packing)
    groups = _SHAPES[gemmi.SpaceGroup(packing.space_group).crystal_system_str()]
    count = len(packing.bodies)
    start = np.concatenate([np.zeros(6 * count), np.zeros(len(groups))])
    bounds = [(-0.6, 0.6)] * (3 * count) + [(-0.15, 0.15)] * (3 * count) + [(-1.0, 1.0)] * len(groups)
    result = minimize(
        _energy,
        start,
        args=(packing, contacts, groups, pressure),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 25},
    )
    moved = _moved(packing, np.round(result.x, _GRID), groups)
    at_home = tuple(replace(b, centre=b.centre % 1.0) if all(b.free_shift) else b for b in moved.bodies)
    return replace(moved, bodies=at_home)  # `images` looks two cells far, from home


def _moved(packing: Packing, step: FloatArray, groups: list[list[tuple[int, int]]]) -> Packing:
    count = len(packing.bodies)
    matrix = packing.matrix.copy()
    for change, entries in zip(step[6 * count :], groups, strict=True):
        for entry in entries:
            matrix[entry] += change
    inverse = np.linalg.inv(packing.matrix)
    bodies = []
    for index, body in enumerate(packing.bodies):
        shift = inverse @ step[3 * index : 3 * index + 3] * body.free_shift
        turn = _rotation(step[3 * (count + index) : 3 * (count + index) + 3] * body.free_turn)
        bodies.append(replace(body, centre=body.centre + shift, fragment=body.fragment.moved(turn, np.zeros(3))))
    return replace(packing, matrix=matrix, bodies=tuple(bodies))


def _overlap(packing: Packing, span: int = 2) -> float:
    """Deepest overlap of two molecules [Å]."""
    contacts = contacts_of(packing, span)
    distance = np.linalg.norm(_vectors(packing, contacts)[0], axis=1)
    return float(max(0.0, np.max(contacts.limit - distance, initial=0.0)))


def _vectors(packing: Packing, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
    """Cartesian vector from the image to the first atom of every pair, and the part of it that scales with the cell."""
    offsets, owner, _ = flat(packing)
    centres = np.array([b.centre for b in packing.bodies])[owner]
    image = contacts.image
    turned = np.einsum("pij,pj->pi", contacts.rotations[image], centres[contacts.second])
    scaled = centres[contacts.first] - turned - contacts.shifts[image]
    rest = offsets[contacts.first] - np.einsum("pij,pj->pi", contacts.cartesian[image], offsets[contacts.second])
    return np.einsum("pj,ij->pi", scaled, packing.matrix) + rest, scaled


def _energy(
    step: FloatArray, packing: Packing, contacts: Contacts, groups: list[list[tuple[int, int]]], pressure: float
) -> tuple[float, FloatArray]:
    """½ Σ overlap² + a pull along hydrogen bonds + pressure × volume, and its gradient in the step."""
    moved = _moved(packing, step, groups)
    vectors, scaled = _vectors(moved, contacts)
    distance = np.linalg.norm(vectors, axis=1)
    overlap = np.maximum(0.0, contacts.limit - distance)
    gap = np.where(contacts.pull, np.maximum(0.0, distance - contacts.limit), 0.0)
    slope_of = _PULL * pressure * (gap > 0.0) - overlap  # dE/d(distance)
    force = (slope_of / np.maximum(distance, 1e-6))[:, None] * vectors
    volume = float(np.linalg.det(moved.matrix))
    on_atom = np.zeros((sum(len(b.fragment.elements) for b in moved.bodies), 3))
    np.add.at(on_atom, contacts.first, force)
    np.add.at(on_atom, contacts.second, -np.einsum("pji,pj->pi", contacts.cartesian[contacts.image], force))
    slope = np.einsum("pi,pj->ij", force, scaled) + pressure * volume * np.linalg.inv(moved.matrix).T
    gradient = np.concatenate(
        [
            *_body_gradients(packing, moved, step, on_atom),
            [sum(slope[entry] for entry in entries) for entries in groups],
        ]
    )
    energy = 0.5 * float(np.sum(overlap**2)) + _PULL * pressure * float(np.sum(gap)) + pressure * volume
    return energy, gradient


def _body_gradients(packing: Packing, moved: Packing, step: FloatArray, on_atom: FloatArray) -> list[FloatArray]:
    count = len(moved.bodies)
    offsets, owner, _ = flat(moved)
    torque = np.cross(offsets, on_atom)
    inverse = np.linalg.inv(packing.matrix)
    shifts, turns = [], []
    for index, body in enumerate(moved.bodies):
        mine = owner == index
        fractional = moved.matrix.T @ on_atom[mine].sum(axis=0) * body.free_shift
        shifts.append(inverse.T @ fractional)
        vector = step[3 * (count + index) : 3 * (count + index) + 3] * body.free_turn
        turns.append(_left_jacobian(vector).T @ torque[mine].sum(axis=0) * body.free_turn)
    return [*shifts, *turns]


def _cross(vector: FloatArray) -> FloatArray:
    x, y, z = vector
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def _rotation(vector: FloatArray) -> FloatArray:
    """Rodrigues' formula."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    skew = _cross(vector / angle)
    return np.eye(3) + np.sin(angle) * skew + (1.0 - np.cos(angle)) * skew @ skew


def _left_jacobian(vector: FloatArray) -> FloatArray:
    """Turns a change of the rotation vector into the small rotation that it adds (the left Jacobian of SO(3))."""
    angle = float(np.linalg.norm(vector))
    skew = _cross(vector)
    if angle < 1e-6:
        return np.eye(3) + 0.5 * skew
    return np.eye(3) + (1.0 - np.cos(angle)) / angle**2 * skew + (angle - np.sin(angle)) / angle**3 * skew @ skew
