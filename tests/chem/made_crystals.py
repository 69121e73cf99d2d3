"""Crystals made by hand: ligands from SMILES set about a metal at textbook distances, counter-ions in the cell beside.

The makers know nothing of the reader. A ligand is embedded by RDKit, put so that its donors stand at the wanted
distance in the wanted direction, and turned about that direction until it is farthest from what is there already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

Atoms = list[tuple[str, tuple[float, float, float]]]

X, Y, Z = np.eye(3)
OCTAHEDRON = [X, -X, Y, -Y, Z, -Z]
TETRAHEDRON = [np.array(v) / 3**0.5 for v in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))]
TRIANGLE = [np.array([np.cos(a), np.sin(a), 0.0]) for a in np.deg2rad([90.0, 210.0, 330.0])]


@dataclass(frozen=True, slots=True)
class Ligand:
    """What is set where.

    Attributes:
        smiles: with map numbers on the donors.
        distance: of the donors from the metal [Å].
        direction: of their centre from the metal.
    """

    smiles: str
    distance: float
    direction: np.ndarray


def _ring(n: int, radius: float) -> np.ndarray:
    angles = 2 * np.pi * np.arange(n) / n
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), np.zeros(n)], axis=1)


def _octahedron(centre: str, corner: str, length: float) -> tuple[tuple[str, ...], np.ndarray, tuple[int, ...]]:
    return (centre, *[corner] * 6), np.vstack([np.zeros(3), length * np.array(OCTAHEDRON)]), ()


def _tetrahedron(
    centre: str, corner: str, length: float, donors: tuple[int, ...]
) -> tuple[tuple[str, ...], np.ndarray, tuple[int, ...]]:
    return (centre, *[corner] * 4), np.vstack([np.zeros(3), length * np.array(TETRAHEDRON)]), donors


def _line(elements: str, *lengths: float) -> tuple[tuple[str, ...], np.ndarray, tuple[int, ...]]:
    """Atoms in a row, the first of which binds."""
    along = np.cumsum([0.0, *lengths])
    return tuple(elements.split()), np.outer(along, [1.0, 0.0, 0.0]), (0,)


def _pyramid(centre: str, length: float, height: float) -> tuple[tuple[str, ...], np.ndarray, tuple[int, ...]]:
    """An XO₃ anion that binds with two oxygens."""
    corners = _ring(3, np.sqrt(length**2 - height**2)) + np.array([0.0, 0.0, height])
    return (centre, "O", "O", "O"), np.vstack([np.zeros(3), corners]), (1, 2)


BY_HAND: dict[str, tuple[tuple[str, ...], np.ndarray, tuple[int, ...]]] = {
    "PF6": _octahedron("P", "F", 1.58),
    "SbF6": _octahedron("Sb", "F", 1.86),
    "azide": _line("N N N", 1.18, 1.16),
    "isothiocyanate": _line("N C S", 1.16, 1.62),
    "isocyanate": _line("N C O", 1.16, 1.20),
    "isoselenocyanate": _line("N C Se", 1.16, 1.79),
    "acetylide": _line("C C H", 1.21, 1.06),
    "propynide": _line("C C C", 1.21, 1.46),
    "cyanide": _line("C N", 1.15),
    "carbonyl": _line("C O", 1.13),
    "bromate": _pyramid("Br", 1.65, 0.75),
    "chlorate": _pyramid("Cl", 1.48, 0.60),
    "ClO4": _tetrahedron("Cl", "O", 1.43, ()),
    "BF4": _tetrahedron("B", "F", 1.38, ()),
    "κ1-BH4": _tetrahedron("B", "H", 1.15, (1,)),
    "κ2-BH4": _tetrahedron("B", "H", 1.15, (1, 2)),
    "COT": (("C",) * 8 + ("H",) * 8, np.vstack([_ring(8, 1.84), _ring(8, 2.93)]), tuple(range(8))),
    "tropylium": (("C",) * 7 + ("H",) * 7, np.vstack([_ring(7, 1.61), _ring(7, 2.69)]), ()),
    # C–O 1.287, C1–C2 1.45, C2–C3 1.42 Å
    "semiquinonate": (
        tuple("CCCCCCOOHHHH"),
        np.array(
            [
                (-0.725, 0.0, 0.0),
                (0.725, 0.0, 0.0),
                (1.435, -1.23, 0.0),
                (0.715, -2.42, 0.0),
                (-0.715, -2.42, 0.0),
                (-1.435, -1.23, 0.0),
                (-1.3685, 1.1146, 0.0),
                (1.3685, 1.1146, 0.0),
                (2.52, -1.20, 0.0),
                (1.25, -3.36, 0.0),
                (-1.25, -3.36, 0.0),
                (-2.52, -1.20, 0.0),
            ]
        ),
        (6, 7),
    ),
}
"""Elements, positions [Å] and donors of what RDKit cannot embed."""


@lru_cache(maxsize=256)
def embedded(smiles: str) -> tuple[tuple[str, ...], list[np.ndarray], tuple[int, ...]]:
    """Elements, positions [Å] of some conformers, and the atoms with map numbers."""
    if smiles in BY_HAND:
        elements, places, donors = BY_HAND[smiles]
        return elements, [places], donors
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    maps = {a.GetAtomMapNum(): a.GetIdx() for a in mol.GetAtoms() if a.GetAtomMapNum()}
    donors = tuple(maps[k] for k in sorted(maps))
    how = AllChem.ETKDGv3()
    how.randomSeed = 11
    wide = len(donors) == 2 and len(Chem.GetShortestPath(mol, *donors)) > 3
    if wide:  # a chelate, which without its metal would open
        bounds = AllChem.GetMoleculeBoundsMatrix(mol)
        bounds[min(donors), max(donors)], bounds[max(donors), min(donors)] = 2.95, 2.65
        how.SetBoundsMat(bounds)
    assert list(AllChem.EmbedMultipleConfs(mol, 16 if len(donors) > 1 else 1, how)), smiles
    if not wide and AllChem.MMFFHasAllMoleculeParams(mol):
        AllChem.MMFFOptimizeMoleculeConfs(mol)
    elements = tuple(a.GetSymbol() for a in mol.GetAtoms())
    return elements, [conformer.GetPositions() for conformer in mol.GetConformers()], donors


def _metal_of(places: np.ndarray, donors: tuple[int, ...], distance: float) -> tuple[float, np.ndarray]:
    """How well a metal fits, and where: at the wanted distance to all donors, as far from the other atoms as may be."""
    held = places[list(donors)]
    centre = held.mean(axis=0)
    half = float(np.linalg.norm(held - centre, axis=1).mean())
    height = np.sqrt(max(distance**2 - half**2, 0.3))
    normals = Rotation.random(600, random_state=3).as_matrix()[:, :, 0]
    if len(donors) == 2:
        axis = (held[1] - held[0]) / np.linalg.norm(held[1] - held[0])
        normals = normals - np.outer(normals @ axis, axis)
    elif len(donors) > 2:
        normal = np.linalg.svd(held - centre)[2][2]
        normals = np.array([normal, -normal])
    tried = centre + height * normals / np.linalg.norm(normals, axis=1)[:, None]
    wrong = np.abs(np.linalg.norm(tried[:, None] - held[None], axis=2) - distance).max(axis=1)
    others = np.delete(places, donors, axis=0)
    away = np.linalg.norm(tried[:, None] - others[None], axis=2)
    room = np.minimum(away, 4.0).mean(axis=1) + np.minimum(away.min(axis=1), 3.0) if len(others) else 0.0
    best = int(np.argmax(room - 20 * wrong))
    return float((room - 20 * wrong)[best]), tried[best]


def _turned(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Rotation that takes one direction to another."""
    one, other = old / np.linalg.norm(old), new / np.linalg.norm(new)
    if np.linalg.norm(one + other) < 1e-6:
        side = np.cross(one, [0.3, 0.5, 0.8])
        return Rotation.from_rotvec(np.pi * side / np.linalg.norm(side)).as_matrix()
    cross = np.cross(one, other)
    skew = np.array([[0, -cross[2], cross[1]], [cross[2], 0, -cross[0]], [-cross[1], cross[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + one @ other)


def complex_of(metal: str, *ligands: Ligand) -> Atoms:
    """A mononuclear complex, the metal at the origin; of some turns of the first ligand the one with most room."""
    elements, own = [metal], []
    for ligand in ligands:
        symbols, conformers, donors = embedded(ligand.smiles)
        tried = [(*_metal_of(c, donors, ligand.distance), c) for c in conformers]
        _, origin, places = max(tried, key=lambda one: one[0])
        places = places - origin
        own.append(places @ _turned(places[list(donors)].mean(axis=0), ligand.direction).T)
        elements += symbols
    room, places = max(
        (_packed(own, ligands, first) for first in np.linspace(0, np.pi, 12, endpoint=False)), key=lambda one: one[0]
    )
    assert room > 1.5, f"no room: {room:.2f} Å"
    return [(e, (float(x), float(y), float(z))) for e, (x, y, z) in zip(elements, places, strict=True)]


def _packed(own: list[np.ndarray], ligands: tuple[Ligand, ...], first: float) -> tuple[float, np.ndarray]:
    """Shortest distance between ligands, and all places, when each in turn goes to where it has most room."""
    placed: list[np.ndarray] = []
    for k in [*range(len(own)), *range(len(own))]:
        others = np.vstack([places for n, places in enumerate(placed) if n != k] or [np.full((1, 3), 99.0)])
        angles = first + np.linspace(0, 2 * np.pi, 48, endpoint=False) if len(placed) else [first]
        axis = ligands[k].direction / np.linalg.norm(ligands[k].direction)
        turned = [own[k] @ Rotation.from_rotvec(angle * axis).as_matrix().T for angle in angles]
        best = max(turned, key=lambda one: np.linalg.norm(one[:, None] - others[None], axis=2).min())
        placed[k : k + 1] = [best]
    gaps = [np.linalg.norm(a[:, None] - b[None], axis=2).min() for n, a in enumerate(placed) for b in placed[:n]]
    return min(gaps, default=9.0), np.vstack([np.zeros((1, 3)), *placed])


def beside(atoms: Atoms, *others: str | Atoms) -> Atoms:
    """With ions or solvent (SMILES, or atoms) far from the complex and from each other."""
    found = list(atoms)
    for other in others:
        if isinstance(other, str):
            symbols, (own, *_), _ = embedded(other)
            extra = list(zip(symbols, own.tolist(), strict=True))
        else:
            extra = other
        low = max(p[0] for _, p in found) + 6.0
        start = min(p[0] for _, p in extra)
        found += [(e, (p[0] - start + low, p[1], p[2])) for e, p in extra]
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an atom loop, in Å."""

    label: str
    element: str
    place: tuple[float, float, float]
    occupancy: float = 1.0
    group: str = "."
    assembly: str = "."


def rows(atoms: Atoms) -> list[Row]:
    """Labels as a crystallographer numbers them, an element at a time."""
    number: dict[str, int] = {}
    found = []
    for element, place in atoms:
        number[element] = number.get(element, 0) + 1
        found.append(Row(f"{element}{number[element]}", element, place))
    return found


def cif(every: list[Row], *, head: str = "", operators: tuple[str, ...] = ("x,y,z", "-x,-y,-z")) -> str:
    """The text, in a cell with room about everything."""
    places = np.array([r.place for r in every])
    low = places.min(axis=0)
    # twice the molecule and a margin, so that the image by inversion has room
    edges = 2 * (np.ptp(places, axis=0) + 6.0)
    loop = [
        f"{r.label} {r.element} "
        + " ".join(f"{v:.5f}" for v in (np.array(r.place) - low + 3.0) / edges)
        + f" {r.occupancy:g} {r.assembly} {r.group}"
        for r in every
    ]
    tags = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "disorder_assembly", "disorder_group")
    return "\n".join(
        [
            "data_made",
            *([head] if head else []),
            *(f"_cell_length_{axis} {edge:.4f}" for axis, edge in zip("abc", edges, strict=True)),
            *(f"_cell_angle_{angle} 90" for angle in ("alpha", "beta", "gamma")),
            "loop_",
            "_space_group_symop_operation_xyz",
            *(f"'{o}'" for o in operators),
            "loop_",
            *(f"_atom_site_{tag}" for tag in tags),
            *loop,
            "",
        ]
    )


def around(listed: list[Row], label: str, within: float) -> list[str]:
    """Labels of the atoms within a distance [Å]."""
    at = {r.label: np.array(r.place) for r in listed}
    return [other for other in at if other != label and np.linalg.norm(at[other] - at[label]) < within]


def in_two_places(
    listed: list[Row],
    moved: list[str],
    pivot: str,
    axis: np.ndarray,
    angle: float,
    occupancy: float,
    groups: tuple[str, str] = (".", "."),
) -> list[Row]:
    """Some atoms listed twice, the second time turned about `pivot` [°], with occupancies that add up to one."""
    centre = next(np.array(r.place) for r in listed if r.label == pivot)
    turn = Rotation.from_rotvec(np.deg2rad(angle) * axis / np.linalg.norm(axis)).as_matrix()
    found = []
    for row in listed:
        if row.label not in moved:
            found.append(row)
            continue
        x, y, z = (centre + turn @ (np.array(row.place) - centre)).tolist()
        found.append(replace(row, occupancy=occupancy, group=groups[0]))
        other = replace(row, label=f"{row.label}B", place=(x, y, z), occupancy=round(1 - occupancy, 3), group=groups[1])
        found.append(other)
    return found
