"""What is judged: which independent molecule of the crystal, and which of its magnetic ions."""

from __future__ import annotations

import numpy as np

from core.chem.components import Component
from core.chem.coordination import CoordinationSphere
from core.chem.crystal import Crystal
from core.chem.quoting import shown
from core.chem.radii import METALS
from core.chem.report import SiteChoice
from core.errors import ChoiceNeeded, DisorderedMetal, InputError, NoMagneticIon

_FULL = 0.95  # a metal less occupied than this, with no other metal on its site, is disordered


def choose_component(crystal: Crystal, wanted: int | None) -> int:
    """Index of the molecule that is judged: number `wanted` (from 1), else the largest magnetic one.

    Raises:
        InputError: no such molecule.
        NoMagneticIon: it holds no lanthanide with an open 4f shell.
    """
    if wanted is not None and not 1 <= wanted <= len(crystal.components):
        raise InputError(
            f"there is no molecule {wanted}; the crystal has {len(crystal.components)}.", advice="Choose a listed one."
        )
    number = 0 if wanted is None else wanted - 1
    if not crystal.components[number].magnetic_atoms:
        raise NoMagneticIon(_no_ion_sentence(crystal), advice="Kramers judges Ce(III) to Yb(III).")
    return number


def _no_ion_sentence(crystal: Crystal) -> str:
    elements = {e for c in crystal.components for e in c.elements}
    metals = sorted(elements & METALS)
    closed = sorted(elements & {"La", "Lu"})
    if closed:
        return f"the only lanthanide is {' and '.join(closed)}(III), which has no unpaired 4f electrons: no levels."
    if metals:
        return f"no lanthanide in the structure; its metals are {', '.join(metals)}."
    return "no metal in the structure."


def ions_of(component: Component) -> list[int]:
    """One atom for each symmetry-independent magnetic site, in an order that the file's order does not decide."""
    first: dict[int, int] = {}
    for atom in component.magnetic_atoms:
        first.setdefault(int(component.sites[atom]), atom)

    def rank(atom: int) -> tuple[str, tuple[float, ...]]:
        distances = np.sort(np.linalg.norm(component.positions - component.positions[atom], axis=1))
        return component.elements[atom], tuple(np.round(distances, 3).tolist())

    return sorted(first.values(), key=rank)


def site_choice(
    crystal: Crystal, component: Component, number: int, ion: int, sphere: CoordinationSphere
) -> SiteChoice:
    """How site `number` is offered: label, copies by symmetry, coordination number and donors."""
    site = int(component.sites[ion])
    elements = sorted(d.element for d in sphere.donors)
    counts = " ".join(f"{e}{elements.count(e)}" for e in dict.fromkeys(elements))
    return SiteChoice(
        number=number,
        label=crystal.block.sites.labels[site],
        element=component.elements[ion],
        copies=int((component.sites == site).sum()),
        summary=f"{component.elements[ion]}, coordination number {sphere.coordination_number}, donors {counts}",
    )


def choose_ion(
    crystal: Crystal, component: Component, ions: list[int], wanted: int | None
) -> tuple[int, tuple[str, ...]]:
    """The ion to judge and what to say of the others.

    Raises:
        ChoiceNeeded: several magnetic ions and no choice.
        InputError: a choice that does not exist.
        DisorderedMetal: the ion is spread over several positions.
    """
    others = component.other_magnetic_atoms
    magnetic = len(component.magnetic_atoms) + len(others)
    if wanted is not None and not 1 <= wanted <= len(ions):
        raise InputError(
            f"there is no metal site {wanted}; the molecule has {len(ions)}.", advice="Choose a listed one."
        )
    if magnetic > 1 and wanted is None:
        raise ChoiceNeeded(
            _several_sentence(crystal, component, ions), advice="Choose one site; exchange is then ignored."
        )
    ion = ions[0 if wanted is None else wanted - 1]
    _check_order(crystal, component, ion)
    if magnetic == 1:
        return ion, ()
    metals = sorted({component.elements[a] for a in (*component.magnetic_atoms, *others)})
    return ion, (
        f"Exchange ignored: the molecule has {magnetic} magnetic ions ({', '.join(metals)}); the levels are those of "
        "one ion, as if the others were diamagnetic.",
    )


def _several_sentence(crystal: Crystal, component: Component, ions: list[int]) -> str:
    names = []
    for number, ion in enumerate(ions, 1):
        site = int(component.sites[ion])
        copies = int((component.sites == site).sum())
        label = shown(crystal.block.sites.labels[site])
        names.append(f"site {number}: {component.elements[ion]} {label}{f' (×{copies})' if copies > 1 else ''}")
    open_shell = sorted({component.elements[a] for a in component.other_magnetic_atoms})
    beside = f", beside {', '.join(open_shell)} ions that are probably magnetic" if open_shell else ""
    return f"the molecule has several magnetic ions ({'; '.join(names)}{beside})."


def _check_order(crystal: Crystal, component: Component, ion: int) -> None:
    sites, site = crystal.block.sites, int(component.sites[ion])
    shared = any("shared by" in doubt for doubt in crystal.ordered.doubts)
    atoms = crystal.ordered.atoms
    occupancy = float(atoms.occupancy[atoms.site == site].max())
    if occupancy < _FULL and not shared:
        raise DisorderedMetal(
            f"the metal {shown(sites.labels[site])} occupies its position to only {occupancy:.0%}: it is disordered.",
            advice="Upload a model with one position of the metal.",
        )
