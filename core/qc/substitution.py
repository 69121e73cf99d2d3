"""One ion of several for the engine: diamagnetic ions stand in for all other magnetic ones, at the same places.

Lu(III) for another lanthanide, Zn(II) or Ga(III) for a 3d ion of that charge: closed shells of about the same size
(Shannon's radii of six-coordinate Zn(II) and Ga(III): 0.74 and 0.62 Å, between those of Cu(II) and Mn(II), of low-spin
Co(III) and high-spin Fe(III)). It is the usual way to a site's levels (L. F. Chibotaru, L. Ungur, A. Soncini, Angew.
Chem. Int. Ed. 2008, 47, 4126, doi:10.1002/anie.200800283, with La or Lu for Dy). The name of the geometry says it, and
with it the key of the result: levels of different substitutions are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.chem.crystal.hydrogens import with_neutron_distances
from core.chem.handed_complex import Complex
from core.chem.io.structure import take_apart
from core.chem.quoting import shown
from core.chem.sphere.computed_site import ComputedSite, Ion
from core.chem.sphere.coordination import coordination_sphere
from core.chem.sphere.equivalent import groups, kinds_of
from core.chem.sphere.metal_sites import Metals, MetalSite, Role, Stated, read_metals
from core.chem.sphere.parts import Parts
from core.doubts import Doubt, codes, doubt, ordered
from core.errors import InputError, NoMagneticIon, Refused
from core.qc.hamiltonian import check, spec_of


@dataclass(frozen=True, slots=True)
class StandIns:
    """Elements of the diamagnetic ions that stand in for magnetic ones.

    Attributes:
        lanthanide: for Ln(III): Lu or Y.
        divalent: for M(II): Zn or Mg.
        trivalent: for M(III): Ga or Sc.
    """

    lanthanide: str = "Lu"
    divalent: str = "Zn"
    trivalent: str = "Ga"


USUAL: Final = StandIns()

CHOICES: Final = {
    "Lu": "lanthanide",
    "Y": "lanthanide",
    "Zn": "divalent",
    "Mg": "divalent",
    "Ga": "trivalent",
    "Sc": "trivalent",
}
"""What each element can stand in for, a field of `StandIns`."""


def stand_ins(elements: Iterable[str]) -> StandIns:
    """The usual ones but for those that are named, each an entry of `CHOICES`."""
    return replace(USUAL, **{CHOICES[element]: element for element in elements})


def from_several(
    data: bytes,
    name: str,
    preset: str,
    *,
    charge: int | None = None,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    stated: Stated | None = None,
    chosen: StandIns = USUAL,
) -> Complex:
    """One lanthanide of a molecule with several magnetic ions.

    Args:
        data: hostile bytes of a CIF, or of another format that `core.chem.io.geometry_file` reads.
        name: of the file; its ending tells the format.
        preset: name in `core.qc.hamiltonian.PRESETS`.
        charge: total charge of the molecule [e], where the file states none or another.
        block, component, site: as in `core.chem.io.structure.read_structure`; site 1 if None.
        stated: oxidation states and spins that overrule what is read.
        chosen: what stands in for the others.

    Raises:
        StructureError, InputError, DomainError: no molecule, or none that the engine takes.
        Refused: the charge is uncertain, or an ion for which nothing can stand in.
    """
    parts = take_apart(data, name, block=block, component=component, charge=charge)
    metals = read_metals(parts, stated or Stated())
    ions = list(parts.spheres)
    if site is not None and site > len(ions):
        text = f"there is no metal site {site}; the molecule has {len(ions)}."
        raise InputError(text, advice="Choose a listed one.")
    _check_charge(parts, metals, charge)
    return _one(parts, metals, ions[(site or 1) - 1], preset, stated or Stated(), chosen)


def every_site(
    data: bytes,
    name: str,
    preset: str,
    *,
    charge: int | None = None,
    block: str | None = None,
    component: int | None = None,
    stated: Stated | None = None,
    chosen: StandIns = USUAL,
    labels: Collection[str] | None = None,
) -> tuple[Complex, ...]:
    """Every lanthanide of a molecule by itself, those that its symmetry makes of one another once.

    `Complex.site` says which ion each is. `core.workflows.joined.together` puts the results together.

    Args:
        data, name, preset, charge, block, component, stated, chosen: as of `from_several`.
        labels: of the ions that are wanted, each by its name or that of an image; all if None.

    Raises:
        StructureError, InputError, DomainError, Refused: as `from_several`, for any of the sites.
    """
    parts = take_apart(data, name, block=block, component=component, charge=charge)
    metals = read_metals(parts, stated or Stated())
    _check_charge(parts, metals, charge)
    names = {site.atom: site.label for site in metals.magnetic if site.role is Role.LANTHANIDE}
    if not names:
        raise NoMagneticIon("no lanthanide of this molecule has levels to compute.")
    unknown = [label for label in labels or () if label not in names.values()]
    if unknown:
        raise InputError(
            f"no lanthanide is called {shown(unknown[0])}.", advice=f"They are {', '.join(names.values())}."
        )
    positions = parts.anatomy.component.positions
    independent = groups(kinds_of(parts, metals), positions, list(names))
    wanted = [g[0] for g in independent if labels is None or any(names[atom] in labels for atom in g)]
    return tuple(_one(parts, metals, ion, preset, stated or Stated(), chosen) for ion in wanted)


def _one(parts: Parts, metals: Metals, ion: int, preset: str, stated: Stated, chosen: StandIns) -> Complex:
    """One ion of a molecule, with stand-ins for the other magnetic ones."""
    own = next(site for site in metals.sites if site.atom == ion)
    if own.role is not Role.LANTHANIDE:
        raise Refused(f"{own.label} is {own.name}, which has no levels to compute.", advice="Choose another site.")
    others = {site.atom: stand_in(site, chosen) for site in metals.magnetic if site.atom != ion}
    elements = list(parts.anatomy.component.elements)
    doubts: list[Doubt] = []
    replaced: Counter[tuple[str, str]] = Counter()
    for other in metals.magnetic:
        if other.atom != ion:
            elements[other.atom] = others[other.atom]
            replaced[other.element, elements[other.atom]] += 1
            text = f"{other.label} {other.name} was replaced by {elements[other.atom]} at the same place."
            doubts.append(doubt("ion-replaced", text))
    sphere = coordination_sphere(parts.anatomy, ion)
    positions, _ = with_neutron_distances(parts.anatomy.component)
    given = Complex(
        elements=tuple(elements),
        positions=positions,
        charge=metals.charge,
        metal=ion,
        donors=tuple(sorted(atom for donor in sphere.donors for atom in donor.atoms)),
        origin=geometry_name(replaced),
        doubts=ordered((*doubts, *metals.doubts, *sphere.doubts, *parts.doubts)),
        site=ComputedSite(own.label, _ions(metals, others, stated)),
    )
    check(spec_of(given, preset))
    return given


def _ions(metals: Metals, others: Mapping[int, str], stated: Stated) -> tuple[Ion, ...]:
    said = {name.lower() for name in stated.two_s}
    ions = []
    for site in sorted(metals.sites, key=lambda site: site.atom):
        by_her = site.label.lower() in said or site.label.split("#")[0].lower() in said
        two_s = site.two_s if by_her else None
        ions.append(Ion(site.label, site.atom, site.element, site.oxidation, two_s, others.get(site.atom, "")))
    return tuple(ions)


def stand_in(site: MetalSite, chosen: StandIns = USUAL) -> str:
    """Element of the diamagnetic ion for a magnetic one.

    Raises:
        Refused: neither Ln(III) nor a divalent or trivalent ion.
    """
    if site.role is Role.LANTHANIDE:
        return chosen.lanthanide
    if site.oxidation not in (2, 3) or site.element == "Eu":
        raise Refused(
            f"no diamagnetic ion stands in for {site.label} {site.name}.",
            advice="The engine replaces Ln(III), and divalent and trivalent 3d ions.",
        )
    return chosen.divalent if site.oxidation == 2 else chosen.trivalent


def geometry_name(replaced: Counter[tuple[str, str]]) -> str:
    """``given, 2 Dy as Lu, 1 Cu as Zn``: part of the key of a result."""
    words = [f"{count} {element} as {other}" for (element, other), count in sorted(replaced.items())]
    return ", ".join(["given", *words])


def _check_charge(parts: Parts, metals: Metals, charge: int | None) -> None:
    known = parts.charges.confirmed or charge is not None or parts.crystal.block.charge is not None
    if not known or "charge-differs" in codes(metals.doubts):
        raise Refused(
            f"the total charge is uncertain: ligands and metals give {metals.charge:+d}.",
            advice="Give it with --charge, and oxidation states with --oxidation.",
        )
