"""How the formal charges of one Lewis structure spread over the atoms that resonance makes equivalent.

Rules: opposite charges on neighbours cancel (nitrate N⁺–O⁻); a charge moves along single–double alternation; it
rests in equal shares on the hetero atoms it can reach; where it reaches carbon only, on the atoms of the π-bound ring
it reaches (Cp⁻, COT²⁻, indenyl), else on the carbon where it stands (alkyl). A charge on a boron-like centre rests on
its neighbours (BH₄⁻, BF₄⁻), or in a π-bound ring on the ring (boratabenzene). The macrocycle of a tetrapyrrole carries
its charge on the bound nitrogens, a boron cage on the bound face. Of two charges on one carbon (methanediides)
one stays. None passes through a benzene ring. In the end atoms that the graph makes equal carry equal charges.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.chem.lewis.formal_charge import FormalCharges

_CENTRES = frozenset(["B", "Al", "Ga", "In", "P", "As", "Sb", "Si", "Ge", "Sn"])
_CAGES = ("dicarbollide", "carborane", "borate cluster")
_MACROCYCLES = ("porphyrinate", "phthalocyaninate", "porphyrazinate", "corrolate")

Orders = dict[int, dict[int, int]]


def shared_charges(
    elements: Sequence[str],
    bonds: Sequence[tuple[int, int]],
    charges: FormalCharges,
    rings: Sequence[Sequence[int]],
    sites: Sequence[Sequence[int]],
) -> list[float]:
    """Formal charge of each atom after delocalisation [e]; the shares add up to `charges.total`.

    Args:
        elements: (n,) symbols of the ligand.
        bonds: (m, 2) its bonds, as given to `formal_charges`.
        charges: its Lewis structure.
        rings: smallest rings of the ligand.
        sites: donor sites, one atom or the atoms of a hapto ligand each.
    """
    orders: Orders = {atom: {} for atom in range(len(elements))}
    for (a, b), order in zip(bonds, charges.bond_orders, strict=True):
        if order > 0:
            orders[a][b] = orders[b][a] = order
    if any(word in charges.kind for word in _MACROCYCLES):
        nitrogens = [site[0] for site in sites if len(site) == 1 and elements[site[0]] == "N"]
        if nitrogens:
            return _equal(len(elements), nitrogens, charges.total)
    face = [a for site in sites if len(site) > 1 for a in site]
    if charges.kind in _CAGES and face:
        return _equal(len(elements), face, charges.total)
    left = _cancelled(list(charges.atoms), orders)
    shares = [0.0] * len(elements)
    hapto = set(face)
    for atom, charge in enumerate(left):
        if charge < -1 and elements[atom] == "C" and atom not in hapto:
            # of its Lewis structures one has both charges here, the others one
            reached = sorted(a for a in _resonance(atom, orders, set()) if elements[a] != "C")
            for place in (atom, *reached):
                shares[place] -= 1 / (1 + len(reached))
            shares[atom] -= 1
            charge += 2
        for place in (places := _resting_places(atom, charge, elements, orders, rings, sites)):
            shares[place] += charge / len(places)
    return _equalised(shares, elements, bonds, {a for site in sites for a in site})


def _equalised(
    shares: list[float], elements: Sequence[str], bonds: Sequence[tuple[int, int]], bound: set[int]
) -> list[float]:
    """The same charges, averaged over atoms that neither their bonds nor the metal tell apart."""
    if not any(shares):
        return shares
    around: list[list[int]] = [[] for _ in elements]
    for a, b in bonds:
        around[a].append(b)
        around[b].append(a)
    kinds: dict[object, int] = {}
    colour = [kinds.setdefault((e, a in bound), len(kinds)) for a, e in enumerate(elements)]
    number = 0
    while len(set(colour)) > number:  # until another look around the atoms tells no more of them apart
        number = len(set(colour))
        finer: dict[object, int] = {}
        seen = [(colour[a], tuple(sorted(colour[b] for b in around[a]))) for a in range(len(elements))]
        colour = [finer.setdefault(key, len(finer)) for key in seen]
    classes: dict[int, list[float]] = {}
    for kind, share in zip(colour, shares, strict=True):
        classes.setdefault(kind, []).append(share)
    return [sum(classes[kind]) / len(classes[kind]) for kind in colour]


def _equal(n: int, atoms: Sequence[int], total: int) -> list[float]:
    members = set(atoms)
    return [total / len(members) if atom in members else 0.0 for atom in range(n)]


def _cancelled(charges: list[int], orders: Orders) -> list[int]:
    """Neutralise pairs of neighbours with opposite charges, writing their bond one order higher (N⁺–O⁻ as N=O)."""
    for atom in sorted(orders):
        for other in sorted(orders[atom]):
            if charges[atom] > 0 > charges[other]:
                moved = min(charges[atom], -charges[other])
                charges[atom] -= moved
                charges[other] += moved
                orders[atom][other] += moved
                orders[other][atom] += moved
    return charges


def _resting_places(
    atom: int,
    charge: int,
    elements: Sequence[str],
    orders: Orders,
    rings: Sequence[Sequence[int]],
    sites: Sequence[Sequence[int]],
) -> list[int]:
    if charge == 0:
        return []
    hapto = {a for site in sites if len(site) > 1 for a in site}
    if elements[atom] in _CENTRES and orders[atom]:
        ring = next((r for r in rings if atom in r and len(hapto & set(r)) >= 3), ())
        return sorted(ring or orders[atom])
    if charge > 0:
        return [atom]
    reached = _resonance(atom, orders, _benzenes(rings, elements, orders))
    hetero = sorted(a for a in reached if elements[a] != "C")
    if hetero and atom not in hapto:
        return hetero
    bound_rings = {a for r in rings if len(hapto & set(r)) >= 2 and reached & set(r) for a in r}
    bound = reached & {a for site in sites for a in site}
    return sorted(bound_rings or bound or {atom})


def _benzenes(rings: Sequence[Sequence[int]], elements: Sequence[str], orders: Orders) -> set[int]:
    """Atoms of six-membered rings of carbon with three double bonds."""
    found: set[int] = set()
    for ring in rings:
        sides = zip(ring, [*ring[1:], ring[0]], strict=True)
        double = sum(orders[a].get(b, 0) == 2 for a, b in sides)
        if len(ring) == 6 and double == 3 and all(elements[a] == "C" for a in ring):
            found |= set(ring)
    return found


def _resonance(atom: int, orders: Orders, benzenes: set[int]) -> set[int]:
    """Atoms that a negative charge on `atom` reaches by steps a⁻–x=b → a=x–b⁻ that leave benzene rings alone."""
    reached, queue = {atom}, [atom]
    while queue:
        here = queue.pop()
        for middle in orders[here]:
            for end, order in orders[middle].items():
                spoils = middle in benzenes and end in benzenes
                if order >= 2 and end not in reached and end != here and not spoils:
                    reached.add(end)
                    queue.append(end)
    return reached
