"""How the formal charges of one Lewis structure spread over the atoms that resonance makes equivalent.

Rules: opposite charges on neighbours cancel (nitrate N⁺–O⁻); a charge moves along single–double alternation; it
rests in equal shares on the hetero atoms it can reach; where it reaches carbon only, on the atoms of the π-bound ring
it reaches (Cp⁻, COT²⁻, indenyl), else on the carbon where it stands (alkyl). A charge on a boron-like centre rests on
its neighbours (BH₄⁻, BF₄⁻). The macrocycle of a tetrapyrrole carries its charge on the bound nitrogens.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.chem.formal_charge import FormalCharges

_CENTRES = frozenset(["B", "Al", "Ga", "In", "P", "As", "Sb", "Si", "Ge", "Sn"])
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
    left = _cancelled(list(charges.atoms), orders)
    shares = [0.0] * len(elements)
    for atom, charge in enumerate(left):
        for place in (places := _resting_places(atom, charge, elements, orders, rings, sites)):
            shares[place] += charge / len(places)
    return shares


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
    if elements[atom] in _CENTRES and orders[atom]:
        return sorted(orders[atom])
    if charge > 0:
        return [atom]
    reached = _resonance(atom, orders)
    hapto = {a for site in sites if len(site) > 1 for a in site}
    hetero = sorted(a for a in reached if elements[a] != "C")
    if hetero and atom not in hapto:
        return hetero
    bound_rings = {a for r in rings if len(hapto & set(r)) >= 2 and reached & set(r) for a in r}
    bound = reached & {a for site in sites for a in site}
    return sorted(bound_rings or bound or {atom})


def _resonance(atom: int, orders: Orders) -> set[int]:
    """Atoms that a negative charge on `atom` reaches by steps a⁻–x=b → a=x–b⁻."""
    reached, queue = {atom}, [atom]
    while queue:
        here = queue.pop()
        for middle in orders[here]:
            for end, order in orders[middle].items():
                if order >= 2 and end not in reached and end != here:
                    reached.add(end)
                    queue.append(end)
    return reached
