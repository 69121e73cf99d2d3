"""The bond net of a crystal, cut into molecules grown across the cells."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core import settings
from core.arrays import FloatArray, IntArray
from core.chem.bonds import Contacts, bonded
from core.chem.crystal.cell import CellAtoms
from core.chem.molecule import hill_formula
from core.chem.radii import ALKALI, MAGNETIC_LANTHANIDES, METALS, PARAMAGNETIC_D
from core.doubts import Doubt, doubt
from core.errors import TooLarge

_MOSTLY = 0.95  # share of the molecule's own below which an atom is there only part of the time


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One symmetry-independent molecule of the crystal, whole.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) Cartesian [Å].
        sites: (n,) index of each atom's site in the file.
        bonds: (m, 2) index pairs, i < j.
        copies: how many of it there are in the unit cell.
        endless: True when the net never closes (then the atoms are those of one repeat unit).
        share: how much of the time it, or what it stands for, is there; 1 but for partly occupied solvent or ions.
        partly: atoms, hydrogens aside, that are there less often than the molecule.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    sites: IntArray
    bonds: IntArray
    copies: int
    endless: bool
    share: float = 1.0
    partly: int = 0

    @property
    def formula(self) -> str:
        """Hill formula."""
        return hill_formula(self.elements)

    @property
    def magnetic_atoms(self) -> tuple[int, ...]:
        """Atoms that are lanthanide ions with an open 4f shell."""
        return tuple(i for i, e in enumerate(self.elements) if e in MAGNETIC_LANTHANIDES)

    @property
    def metals(self) -> tuple[int, ...]:
        """Atoms that are metals."""
        return tuple(i for i, e in enumerate(self.elements) if e in METALS)

    @property
    def other_magnetic_atoms(self) -> tuple[int, ...]:
        """Atoms of d metals that are open-shell ions more often than not; ferrocene-like iron is not."""
        return tuple(i for i, e in enumerate(self.elements) if e in PARAMAGNETIC_D and not self._sandwiched(i))

    def _sandwiched(self, atom: int) -> bool:
        rows = self.bonds[(self.bonds == atom).any(axis=1)]
        return sum(self.elements[int(other)] == "C" for other in rows.sum(axis=1) - atom) >= 8

    def fingerprint(self) -> tuple[float, ...]:
        """Distances from the magnetic ions to all atoms, sorted: tells two molecules of one formula apart."""
        ions = self.positions[list(self.magnetic_atoms)]
        distances = np.linalg.norm(self.positions[None] - ions[:, None], axis=2)
        return tuple(np.round(np.sort(distances.ravel()), 3).tolist())


def find_components(
    atoms: CellAtoms, contacts: Contacts, share: FloatArray
) -> tuple[tuple[Component, ...], tuple[Doubt, ...]]:
    """Independent molecules, magnetic and large ones first, and doubts.

    Contacts of alkali ions count as bonds unless they alone make a net endless; then they are cut, which is said.

    Args:
        atoms: the ordered atoms of the cell.
        contacts: of these.
        share: (n,) how much of the time each is there.

    Raises:
        TooLarge: a molecule beyond `settings.MAX_COMPONENT_ATOMS`.
    """
    bonds = contacts.take(bonded(contacts, atoms.elements))
    found = _grow(atoms, bonds, share)
    doubts: tuple[Doubt, ...] = ()
    if any(c.endless for c in found) and np.isin(atoms.elements, list(ALKALI)).any():
        alkali = np.isin(atoms.elements, list(ALKALI))
        trimmed = _grow(atoms, bonds.take(~(alkali[bonds.first] | alkali[bonds.second])), share)
        if sum(c.endless for c in trimmed) < sum(c.endless for c in found):
            found = trimmed
            doubts = (
                doubt(
                    "counter-ions-cut",
                    "Contacts of alkali ions make an endless net; the ions were cut off as counter-ions.",
                ),
            )
    return tuple(sorted(found, key=_rank)), doubts


def _rank(component: Component) -> tuple[bool, int, str, tuple[float, ...]]:
    magnetic = bool(component.magnetic_atoms)
    fingerprint = component.fingerprint() if magnetic else ()
    return (not magnetic, -len(component.elements), component.formula, fingerprint)


def _grow(atoms: CellAtoms, bonds: Contacts, share: FloatArray) -> list[Component]:
    order = np.argsort(bonds.first, kind="stable")
    second, shift = bonds.second[order].tolist(), bonds.shift[order].tolist()
    start = np.searchsorted(bonds.first[order], np.arange(len(atoms.site) + 1)).tolist()
    multiplicity = np.bincount(atoms.site)
    seen_sites: set[int] = set()
    found = []
    magnetic = np.isin(atoms.elements, list(MAGNETIC_LANTHANIDES))
    for seed in np.argsort(~magnetic, kind="stable").tolist():  # so that the ion stands where the file lists it
        if int(atoms.site[seed]) not in seen_sites:
            component = _walk(atoms, seed, start, second, shift, multiplicity, share)
            seen_sites.update(component.sites.tolist())
            found.append(component)
    return found


def _walk(
    atoms: CellAtoms,
    seed: int,
    start: list[int],
    second: list[int],
    shift: list[list[int]],
    multiplicity: IntArray,
    share: FloatArray,
) -> Component:
    """Breadth first from `seed`, keeping the lattice translation at which each atom was reached."""
    offset: dict[int, tuple[int, int, int]] = {seed: (0, 0, 0)}
    queue = deque([seed])
    edges: list[tuple[int, int]] = []
    endless = False
    while queue:
        atom = queue.popleft()
        x, y, z = offset[atom]
        for edge in range(start[atom], start[atom + 1]):
            other, (u, v, w) = second[edge], shift[edge]
            place = (x + u, y + v, z + w)
            if other not in offset:
                offset[other] = place
                queue.append(other)
            elif offset[other] != place:
                endless = True
                continue
            edges.append((atom, other))
    return _component(atoms, offset, edges, endless, multiplicity, share)


def _component(
    atoms: CellAtoms,
    offset: dict[int, tuple[int, int, int]],
    edges: list[tuple[int, int]],
    endless: bool,
    multiplicity: IntArray,
    share: FloatArray,
) -> Component:
    members = sorted(offset)
    if len(members) > settings.MAX_COMPONENT_ATOMS and not endless:
        raise TooLarge(
            f"a molecule of {len(members)} atoms, more than {settings.MAX_COMPONENT_ATOMS}.",
            advice="Kramers judges single complexes.",
        )
    index = {atom: number for number, atom in enumerate(members)}
    pairs = sorted({(index[a], index[b]) for a, b in edges if index[a] < index[b]})
    sites = atoms.site[members]
    translations = np.array([offset[atom] for atom in members])
    return Component(
        elements=tuple(atoms.elements[members].tolist()),
        positions=(atoms.fractional[members] + translations) @ atoms.lattice,
        sites=sites,
        bonds=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        copies=max(max(1, round(int(multiplicity[s]) / int((sites == s).sum()))) for s in np.unique(sites)),
        endless=endless,
        share=float(share[members].max()),
        partly=int(((share[members] < _MOSTLY * share[members].max()) & (atoms.elements[members] != "H")).sum()),
    )
