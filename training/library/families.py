"""What a donor family of the ligand library is: cores with places for groups, and how many ligands of it are wanted.

A core is SMILES with a `{}` at every place; the places of one slot are equivalent, so that they are filled with
combinations, not with orders. Cores close their rings with the digits 7 to 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product

from core.chem.donor_class import DonorClass

Groups = Mapping[str, str]
Slot = tuple[Groups, int]


@dataclass(frozen=True, slots=True)
class Core:
    """SMILES with places, and for each run of equivalent places the groups and their number."""

    template: str
    slots: tuple[Slot, ...]

    def filled(self) -> Iterator[str]:
        """Every ligand of this core, as SMILES that need be neither canonical nor sensible."""
        runs = [combinations_with_replacement(groups.values(), places) for groups, places in self.slots]
        for chosen in product(*runs):
            yield self.template.format(*(text for run in chosen for text in run))


@dataclass(frozen=True, slots=True)
class Family:
    """Ligands of one kind.

    Attributes:
        name: what a chemist calls them.
        donor_class: the class that their donor must have; a ligand that the rules call otherwise is left out.
        wanted: at most so many enter the library.
        cores: what they are made of.
    """

    name: str
    donor_class: DonorClass
    wanted: int
    cores: tuple[Core, ...]


def core(template: str, *slots: Slot) -> Core:
    """A core with as many places as its slots fill."""
    if template.count("{}") != sum(places for _, places in slots):
        raise ValueError(f"{template} has other places than its slots.")
    return Core(template, slots)


def cores(templates: str, *slots: Slot) -> tuple[Core, ...]:
    """Cores with the same slots, their templates separated by blanks."""
    return tuple(core(template, *slots) for template in templates.split())


def rings(
    atoms: str, free: Sequence[int], groups: Groups, most: int, *, least: int = 0, held: Groups | None = None
) -> tuple[Core, ...]:
    """Cores of a ring with `least` to `most` groups on its free atoms.

    Args:
        atoms: SMILES of the atoms, ring closures included, separated by blanks; what stands outside the ring counts.
        free: which of them may carry a group, counted from 0.
        held: what fills a `{}` among the atoms.
    """
    places = [k for count in range(least, most + 1) for k in combinations(free, count)]
    return tuple(_ring(atoms.split(), chosen, groups, held or {}) for chosen in places)


def _ring(atoms: list[str], chosen: tuple[int, ...], groups: Groups, held: Groups) -> Core:
    template, slots = "", []
    for k, atom in enumerate(atoms):
        slots += [(held, 1)] * atom.count("{}") + [(groups, 1)] * (k in chosen)
        template += f"{atom}({{}})" if k in chosen else atom
    return core(template, *slots)
