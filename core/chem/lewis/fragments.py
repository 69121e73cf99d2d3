"""A molecule with its metals taken out: the ligands, each whole, with charge, Lewis structure and bound atoms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from core.chem.crystal.components import Component
from core.chem.donor_class import DonorClass
from core.chem.lewis.delocalisation import shared_charges
from core.chem.lewis.donor_sites import Site, donor_sites, neighbour_lists
from core.chem.lewis.donors import class_of
from core.chem.lewis.formal_charge import FormalCharges, formal_charges
from core.chem.lewis.graph import ADDENDA, LigandGraph, equal_atoms, lewis_molecule, ligand_graph
from core.chem.molecule import hill_formula
from core.chem.radii import METALS, POLYOXO_METALS


@dataclass(frozen=True, slots=True, eq=False)
class Fragment:
    """One ligand, or a whole metal-free molecule.

    Attributes:
        atoms: (k,) indices in the component.
        formula: Hill formula.
        charges: formal charge and Lewis structure, in the order of `atoms`.
        shares: (k,) formal charge of each atom after delocalisation [e].
        classes: donor class of each bound site, keyed by its atoms (component indices).
        metals: how many metal ions it binds.
    """

    atoms: tuple[int, ...]
    formula: str
    charges: FormalCharges
    shares: dict[int, float]
    classes: dict[tuple[int, ...], DonorClass]
    metals: int


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """A component taken apart.

    Attributes:
        component: the molecule.
        metals: indices of the metal ions (metals inside a polyoxometalate are not among them).
        sites: the donor sites of every metal ion.
        fragments: the ligands.
    """

    component: Component
    metals: tuple[int, ...]
    sites: dict[int, tuple[Site, ...]]
    fragments: tuple[Fragment, ...]

    @property
    def ligand_atoms(self) -> frozenset[int]:
        """All atoms but the metal ions."""
        return frozenset(range(len(self.component.elements))) - frozenset(self.metals)

    @property
    def ligand_charge(self) -> int:
        """Sum of the ligands' formal charges [e]."""
        return sum(fragment.charges.total for fragment in self.fragments)


def dissect(component: Component) -> Anatomy:
    """Find metals, donor sites and ligands of a component.

    Raises:
        DomainError: an element that the rules of formal charge do not cover.
    """
    neighbours = neighbour_lists(component)
    metals = tuple(i for i in component.metals if not _in_polyoxometalate(component, i, neighbours))
    inner = frozenset(range(len(component.elements))) - frozenset(metals)
    sites = {metal: donor_sites(component, metal, neighbours, inner) for metal in metals}
    fragments = tuple(_fragment(component, group, sites) for group in _groups(inner, neighbours))
    return Anatomy(component, metals, sites, fragments)


def _in_polyoxometalate(component: Component, metal: int, neighbours: tuple[frozenset[int], ...]) -> bool:
    around = [component.elements[i] for i in neighbours[metal] if component.elements[i] not in METALS]
    return component.elements[metal] in POLYOXO_METALS and len(around) >= 4 and set(around) == {"O"}


def _groups(atoms: frozenset[int], neighbours: tuple[frozenset[int], ...]) -> list[tuple[int, ...]]:
    left, groups = set(atoms), []
    for seed in sorted(atoms):
        if seed not in left:
            continue
        group, edge = {seed}, {seed}
        while edge:
            edge = {b for a in edge for b in neighbours[a] if b in left} - group
            group |= edge
        left -= group
        groups.append(tuple(sorted(group)))
    return groups


def _fragment(component: Component, atoms: tuple[int, ...], sites: dict[int, tuple[Site, ...]]) -> Fragment:
    index = {atom: k for k, atom in enumerate(atoms)}
    elements = tuple(component.elements[a] for a in atoms)
    bonds = [(index[a], index[b]) for a, b in component.bonds.tolist() if a in index and b in index]
    own = [(metal, site) for metal, found in sites.items() for site in found if site.atoms[0] in index]
    bound = Counter(index[a] for _, site in own for a in site.atoms)
    charges = formal_charges(elements, component.positions[list(atoms)], bonds, bound)
    local_sites = [tuple(index[a] for a in site.atoms) for _, site in own]
    graph, orders = _believed(elements, bonds, charges)
    equal = equal_atoms(graph, bound)
    classes = _alike(_classes(graph, orders, bonds, charges, local_sites), local_sites, charges, equal)
    shares = shared_charges(elements, bonds, charges, graph.rings, local_sites, equal)
    return Fragment(
        atoms=atoms,
        formula=hill_formula(elements),
        charges=charges,
        shares={atom: shares[index[atom]] for atom in atoms},
        classes={site.atoms: found for (_, site), found in zip(own, classes, strict=True)},
        metals=len({metal for metal, _ in own}),
    )


def _believed(
    elements: tuple[str, ...], bonds: list[tuple[int, int]], charges: FormalCharges
) -> tuple[LigandGraph, list[int]]:
    """The graph of the bonds that the Lewis structure has, and their orders."""
    kept = [(pair, order) for pair, order in zip(bonds, charges.bond_orders, strict=True) if order > 0]
    graph = ligand_graph(elements, None, [pair for pair, _ in kept])
    return graph, [kept[k][1] for k in graph.given]


def _classes(
    graph: LigandGraph,
    orders: list[int],
    bonds: list[tuple[int, int]],
    charges: FormalCharges,
    sites: list[tuple[int, ...]],
) -> list[DonorClass]:
    """Donor class of every site in the Lewis structure that was found."""
    elements = graph.elements
    molecule = lewis_molecule(graph, charges.atoms, orders)
    oxo = {a for pair in bonds for a in pair if any(elements[b] in ADDENDA for b in pair) and elements[a] == "O"}
    return [
        DonorClass.POLYOXOMETALATE if site[0] in oxo else class_of(site[0] if len(site) == 1 else site, graph, molecule)
        for site in sites
    ]


def _alike(
    classes: list[DonorClass], sites: list[tuple[int, ...]], charges: FormalCharges, equal: tuple[int, ...]
) -> list[DonorClass]:
    """The same class for sites of equal atoms: that of the one on which the Lewis structure has the charge."""
    kinds = [tuple(sorted(equal[a] for a in site)) for site in sites]
    ranks = [(sum(charges.atoms[a] for a in site), found) for site, found in zip(sites, classes, strict=True)]
    best: dict[tuple[int, ...], tuple[int, DonorClass]] = {}
    for kind, rank in zip(kinds, ranks, strict=True):
        best[kind] = min(rank, best.get(kind, rank))
    return [best[kind][1] for kind in kinds]
