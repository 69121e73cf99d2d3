"""Small ligands around one metal at the origin, from typed-in textbook geometry [Å], for the tests of `core.chem`."""

from __future__ import annotations

import numpy as np

from core.chem.bonds import bonded, cutoffs, periodic_contacts
from core.chem.crystal.components import Component

Atoms = list[tuple[str, tuple[float, float, float]]]


def component(atoms: Atoms) -> Component:
    """One molecule in an empty box, bonds found as in a crystal."""
    elements = np.array([e for e, _ in atoms])
    positions = np.array([p for _, p in atoms], dtype=float)
    side = float(np.ptp(positions, axis=0).max()) + 20.0
    lattice = np.eye(3) * side
    fractional = (positions - positions.min(axis=0) + 5.0) / side
    contacts = periodic_contacts(fractional, lattice, cutoffs(elements)[1])
    contacts = contacts.take(bonded(contacts, elements))
    ends = np.sort(np.stack([contacts.first, contacts.second], axis=1), axis=1)
    pairs = sorted({(i, j) for i, j in ends.tolist()})
    bonds = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Component(tuple(elements.tolist()), positions, np.arange(len(atoms)), bonds, 1, False)


def ring(element: str, n: int, radius: float, z: float) -> Atoms:
    """`n` atoms on a circle about z."""
    angles = 2 * np.pi * np.arange(n) / n
    return [(element, (radius * float(np.cos(a)), radius * float(np.sin(a)), z)) for a in angles]


def methyl(carbon: tuple[float, float, float], away_from: tuple[float, float, float]) -> Atoms:
    """A CH3 group at `carbon`, its hydrogens pointing away from `away_from`."""
    c, o = np.array(carbon), np.array(away_from)
    axis = (c - o) / np.linalg.norm(c - o)
    side = np.cross(axis, [0.31, 0.87, 0.38])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    atoms: Atoms = [("C", carbon)]
    for k in range(3):
        a = 2 * np.pi * k / 3
        h = c + 1.09 * (axis / 3 + np.sqrt(8) / 3 * (np.cos(a) * side + np.sin(a) * other))
        atoms.append(("H", (float(h[0]), float(h[1]), float(h[2]))))
    return atoms


def kappa2_acetate() -> Atoms:
    """Acetate with both oxygens at 2.40 Å; its carbon stands at 2.77 Å."""
    carbon = (0.0, 0.0, 2.77)
    return [
        ("O", (1.09, 0.0, 2.14)),
        ("O", (-1.09, 0.0, 2.14)),
        ("C", carbon),
        *methyl((0.0, 0.0, 4.27), carbon),
    ]


def kappa1_acetate() -> Atoms:
    """Acetate with one oxygen at 2.25 Å, the other one turned away."""
    carbon = (0.0, 0.75, 3.26)
    return [
        ("O", (0.0, 0.0, 2.25)),
        ("C", carbon),
        ("O", (0.0, 0.20, 4.38)),
        *methyl((0.0, 2.25, 3.25), carbon),
    ]


def kappa2_nitrate() -> Atoms:
    """Nitrate with two oxygens at 2.44 Å; its nitrogen stands at 2.89 Å."""
    return [("O", (1.065, 0.0, 2.2)), ("O", (-1.065, 0.0, 2.2)), ("N", (0.0, 0.0, 2.89)), ("O", (0.0, 0.0, 4.11))]


def kappa1_nitrate() -> Atoms:
    """Nitrate with one oxygen at 2.35 Å."""
    return [("O", (0.0, 0.0, 2.35)), ("N", (0.0, 1.0, 3.15)), ("O", (0.0, 0.90, 4.37)), ("O", (0.0, 2.06, 2.55))]


def acetylacetonate() -> Atoms:
    """acac with both oxygens at 2.39 Å."""
    left, right = (-1.25, 0.0, 3.21), (1.25, 0.0, 3.21)
    return [
        ("O", (-1.38, 0.0, 1.95)),
        ("O", (1.38, 0.0, 1.95)),
        ("C", left),
        ("C", right),
        ("C", (0.0, 0.0, 3.85)),
        ("H", (0.0, 0.0, 4.93)),
        *methyl((-2.52, 0.0, 4.02), left),
        *methyl((2.52, 0.0, 4.02), right),
    ]


def borohydride() -> Atoms:
    """κ³-BH4: boron at 2.50 Å, three hydrogens at 2.39 Å."""
    return [("B", (0.0, 0.0, 2.5)), ("H", (0.0, 0.0, 3.7)), *ring("H", 3, 1.131, 2.1)]


def cyclopentadienyl() -> Atoms:
    """η5-C5H5: carbons at 2.63 Å."""
    return [*ring("C", 5, 1.19, 2.35), *ring("H", 5, 2.27, 2.35)]


def pentamethylcyclopentadienyl() -> Atoms:
    """η5-C5Me5."""
    atoms = ring("C", 5, 1.21, 2.35)
    for (_, inner), (_, outer) in zip(ring("C", 5, 1.21, 2.35), ring("C", 5, 2.71, 2.40), strict=True):
        atoms.extend(methyl(outer, inner))
    return atoms


def cyclooctatetraenyl() -> Atoms:
    """η8-C8H8: carbons at 2.61 Å."""
    return [*ring("C", 8, 1.84, 1.85), *ring("H", 8, 2.93, 1.80)]


def water(distance: float) -> Atoms:
    """Water along z."""
    return [("O", (0.0, 0.0, distance)), ("H", (0.76, 0.0, distance + 0.59)), ("H", (-0.76, 0.0, distance + 0.59))]


def turned(atoms: Atoms, rotation: np.ndarray) -> Atoms:
    """The same atoms rotated about the origin."""
    return [(e, tuple((rotation @ np.array(p)).tolist())) for e, p in atoms]  # type: ignore[misc]


def trichloride(metal: str) -> Atoms:
    """A flat MCl3, the smallest molecule that is judged."""
    return [(metal, (0.0, 0.0, 0.0)), *(("Cl", (x, y, 0.0)) for x, y in ((2.6, 0.0), (-1.3, 2.25), (-1.3, -2.25)))]


def cif(
    atoms: Atoms, *, side: float = 22.0, head: str = "", name: str = "test", columns: str = "", rows: str = ""
) -> str:
    """A P 1 CIF of the atoms in a cubic box; `columns` and `rows` replace the generated atom loop's tail when given."""
    lines = [
        f"data_{name}",
        head,
        *(f"_cell_length_{axis} {side}" for axis in "abc"),
        *(f"_cell_angle_{angle} 90" for angle in ("alpha", "beta", "gamma")),
        "loop_\n_space_group_symop_operation_xyz\nx,y,z",
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z",
        columns,
    ]
    if not rows:
        for number, (element, position) in enumerate(atoms, 1):
            x, y, z = (c / side + 0.4 for c in position)
            lines.append(f"{element}{number} {element} {x:.6f} {y:.6f} {z:.6f}")
    return "\n".join(line for line in [*lines, rows] if line) + "\n"
