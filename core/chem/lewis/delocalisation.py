"""How the formal charges of one Lewis structure spread over the atoms that resonance makes equivalent.

Rules: opposite charges on neighbours cancel (nitrate N⁺–O⁻); a charge moves along single–double alternation; it rests
in equal shares on the hetero atoms it can reach, with the others that reach one of them; where it reaches carbon
only, on the atoms of the π-bound ring it reaches (Cp⁻, COT²⁻, indenyl), else on the carbon where it stands (alkyl). A
charge on a boron-like centre rests on its neighbours (BH₄⁻, BF₄⁻), or in a π-bound ring on the ring (boratabenzene).
The macrocycle of a tetrapyrrole carries its charge on the bound nitrogens, a boron cage on the bound face. Of two
charges on one carbon (methanediides) one stays. None passes through a benzene ring. In the end atoms that the graph
makes equal carry equal charges.
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
    equal: Sequence[int],
) -> list[float]:
    """Formal charge of each atom after delocalisation [e]; the shares add up to `charges.total`.

    Args:
        elements: (n,) symbols of the ligand.
        bonds: (m, 2) its bonds, as given to `formal_charges`.
        charges: its Lewis structure.
        rings: smallest rings of the ligand.
        sites: donor sites, one atom or the atoms of a hapto ligand each.
        equal: (n,) numbers, the same for atoms that the graph makes equal.
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
    around_centres: list[tuple[set[int], int]] = []
    resting: list[tuple[set[int], int]] = []
    for atom, charge in enumerate(left):
        if charge < -1 and elements[atom] == "C" and atom not in hapto:
            # of its Lewis structures one has both charges here, the others one
            reached = sorted(a for a in _resonance(atom, orders, set()) if elements[a] != "C")
            for place in (atom, *reached):
                shares[place] -= 1 / (1 + len(reached))
            shares[atom] -= 1
            charge += 2
        places = set(_resting_places(atom, charge, elements, orders, rings, sites))
        (around_centres if elements[atom] in _CENTRES else resting).append((places, charge))
    for places, charge in (*around_centres, *_merged(resting)):
        for place in places:
            shares[place] += charge / len(places)
    return _equalised(shares, equal)


def _merged(resting: list[tuple[set[int], int]]) -> list[tuple[set[int], int]]:
    """Charges of one sign that reach an atom in common rest on all that any of them reaches, as in carbonate."""
    found: list[tuple[set[int], int]] = []
    for places, charge in resting:
        met = [one for one in found if one[0] & places and one[1] * charge > 0]
        found = [one for one in found if one not in met]
        found.append((places.union(*(one[0] for one in met)), charge + sum(one[1] for one in met)))
    return found


def _equalised(shares: list[float], equal: Sequence[int]) -> list[float]:
    """The same charges, averaged over equal atoms."""
    together: dict[int, list[float]] = {}
    for kind, share in zip(equal, shares, strict=True):
        together.setdefault(kind, []).append(share)
    return [sum(together[kind]) / len(together[kind]) for kind in equal]


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
