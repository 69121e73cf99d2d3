"""What is judged: which independent molecule of the crystal, and which of its magnetic ions."""

from __future__ import annotations

import numpy as np

from core.chem.crystal.components import Component
from core.chem.crystal.crystal import Crystal
from core.chem.lewis.fragments import Anatomy
from core.chem.quoting import shown
from core.chem.radii import METALS
from core.chem.report import SiteChoice
from core.chem.sphere.coordination import CoordinationSphere
from core.doubts import Doubt, codes, doubt
from core.errors import ChoiceNeeded, DisorderedMetal, InputError, NoMagneticIon, Polymeric, Refused

_SMALLEST_FULLERENE = 20  # atoms of C20
_C = frozenset("C0123456789")  # letters of a formula of carbon alone
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


def check_molecule(crystal: Crystal, component: Component) -> None:
    """Refuse what is no molecule.

    Raises:
        Polymeric: the net of bonds has no end.
    """
    if not component.endless:
        return
    organic = {"C", "N", "H"} & set(component.elements)
    what = "a coordination polymer or framework" if organic else "an oxide, halide or other extended solid"
    assumed = crystal.block.symmetry.assumed
    if assumed:
        raise Polymeric(
            f"the bond net is endless ({what}), but the file gives no symmetry operators and the setting {assumed} was "
            "assumed: in another setting there may be molecules.",
            advice="List the operators (_space_group_symop_operation_xyz) or give the Hermann–Mauguin symbol.",
        )
    raise Polymeric(
        f"the bond net is endless ({what}); there is no molecule to judge.",
        advice="Cut out a model of one metal site and its ligands, and upload that.",
    )


def check_sphere(crystal: Crystal, anatomy: Anatomy, ion: int) -> None:
    """Refuse ions around which no model knows the field.

    Raises:
        Refused: no ligand, a fullerene cage, or a bond to another metal.
    """
    component = anatomy.component
    element = component.elements[ion]
    label = shown(crystal.block.sites.labels[int(component.sites[ion])])
    if not anatomy.sites[ion] and not component.bonds.size:
        raise Refused(
            f"the metal {label} has no ligand: nothing binds it that is not a metal (an intermetallic compound, or a "
            "file without its ligands).",
            advice="Upload a complex with its donor atoms.",
        )
    bonded = {atom for site in anatomy.sites[ion] for atom in site.atoms}
    for fragment in anatomy.fragments:
        if bonded & set(fragment.atoms) and len(fragment.atoms) >= _SMALLEST_FULLERENE and set(fragment.formula) <= _C:
            raise Refused(
                f"the metal {label} sits in or on a fullerene cage ({fragment.formula}), whose charge and field no "
                "model knows.",
                advice="Kramers judges complexes with separate donors.",
            )
    for other, distance in crystal.metal_bonds.get(int(component.sites[ion]), ()):
        raise Refused(
            f"the metal {label} is bonded to another metal ({element}–{other} {distance:.2f} Å), and no model knows "
            "the field of such a bond.",
            advice="Kramers judges ions whose neighbours are all non-metals.",
        )


def other_molecules(crystal: Crystal, wanted: int | None) -> tuple[Doubt, ...]:
    """Names the other independent molecules with a magnetic ion, where nobody chose one."""
    others = [k for k, c in enumerate(crystal.components, 1) if c.magnetic_atoms and k > 1]
    if wanted is not None or not others:
        return ()
    names = ", ".join(f"{crystal.components[k - 1].formula} (molecule {k})" for k in others)
    count = "a second independent molecule" if len(others) == 1 else f"{len(others)} more independent molecules"
    return (doubt("other-molecules", f"The crystal holds {count} with a magnetic ion, not judged here: {names}."),)


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
) -> tuple[int, tuple[Doubt, ...]]:
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
    text = (
        f"Exchange ignored: the molecule has {magnetic} magnetic ions ({', '.join(metals)}); the levels are those of "
        "one ion, as if the others were diamagnetic."
    )
    return ion, (doubt("exchange-ignored", text),)


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
    shared = "metal-site-shared" in codes(crystal.ordered.doubts)
    atoms = crystal.ordered.atoms
    occupancy = float(atoms.occupancy[atoms.site == site].max())
    if occupancy < _FULL and not shared:
        raise DisorderedMetal(
            f"the metal {shown(sites.labels[site])} occupies its position to only {occupancy:.0%}: it is disordered.",
            advice="Upload a model with one position of the metal; where it is full, its occupancy is 1, on a special "
            "position too.",
        )
