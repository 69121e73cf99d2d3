"""A packing as CIF 1.1 text: the asymmetric unit alone, metals on special positions included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from math import gcd

import gemmi
import numpy as np

from core.arrays import FloatArray

from .cell import Body, Packing, onto_itself, unit_cell

_HONEST = "idealised model made for Kramers, not a measured structure"


@dataclass(frozen=True, slots=True)
class Site:
    """One line of the atom-site loop."""

    label: str
    element: str
    position: tuple[float, float, float]
    part: int = 0


def to_cif(packing: Packing, block: str, name: str) -> str:
    """The crystal as CIF 1.1.

    Args:
        packing: bodies in their cell.
        block: name of the data block.
        name: the compound in words.
    """
    counts, z = _formula_units(packing)
    lines = [
        f"data_{block}",
        f"_audit_creation_method '{_HONEST}'",
        "_chemical_name_systematic",
        ";",
        name,
        _HONEST,
        ";",
        f"_chemical_formula_moiety '{_moiety(packing, counts)}'",
        f"_chemical_formula_sum '{_formula(packing, counts)}'",
        f"_cell_formula_units_Z {z}",
        *_cell_lines(packing),
        *_symmetry_lines(packing),
        *_site_lines(asymmetric_unit(packing)),
    ]
    return "\n".join(lines) + "\n"


def _formula_units(packing: Packing) -> tuple[list[int], int]:
    """How often each body stands in a formula unit, and the formula units per cell."""
    in_cell = [len(packing.operations) // len(onto_itself(packing, body)) for body in packing.bodies]
    z = reduce(gcd, in_cell)
    return [count // z for count in in_cell], z


def _hill(elements: Counter[str]) -> list[str]:
    first = [e for e in ("C", "H") if e in elements] if "C" in elements else []
    order = [*first, *sorted(e for e in elements if e not in first)]
    return [f"{e}{elements[e] if elements[e] > 1 else ''}" for e in order]


def _composition(body: Body) -> Counter[str]:
    fragment = body.fragment
    return Counter(e for e, part in zip(fragment.elements, fragment.parts, strict=True) if part in (0, 1))


def _formula(packing: Packing, counts: list[int]) -> str:
    total: Counter[str] = Counter()
    for body, count in zip(packing.bodies, counts, strict=True):
        for element, number in _composition(body).items():
            total[element] += number * count
    return " ".join(_hill(total))


def _moiety(packing: Packing, counts: list[int]) -> str:
    moieties: Counter[str] = Counter()
    for body, count in zip(packing.bodies, counts, strict=True):
        charge = body.fragment.charge
        suffix = f" {abs(charge)}{'+' if charge > 0 else '-'}" if charge else ""
        moieties[" ".join(_hill(_composition(body))) + suffix] += count
    return ", ".join(text if number == 1 else f"{number}({text})" for text, number in moieties.items())


def _cell_lines(packing: Packing) -> list[str]:
    cell = unit_cell(packing)
    return [
        f"_cell_length_a {cell.a:.3f}",
        f"_cell_length_b {cell.b:.3f}",
        f"_cell_length_c {cell.c:.3f}",
        f"_cell_angle_alpha {cell.alpha:.2f}",
        f"_cell_angle_beta {cell.beta:.2f}",
        f"_cell_angle_gamma {cell.gamma:.2f}",
        f"_cell_volume {cell.volume:.1f}",
    ]


def _symmetry_lines(packing: Packing) -> list[str]:
    group = gemmi.SpaceGroup(packing.space_group)
    operators = [f"'{operation.triplet()}'" for operation in group.operations()]
    return [
        f"_space_group_crystal_system {group.crystal_system_str()}",
        f"_space_group_IT_number {group.number}",
        f"_space_group_name_H-M_alt '{group.xhm()}'",
        f"_space_group_name_Hall '{group.hall}'",
        "loop_",
        "_space_group_symop_operation_xyz",
        *operators,
    ]


def asymmetric_unit(packing: Packing) -> list[Site]:
    """One site of every orbit, in the order of the bodies; parts of a disordered group share a number."""
    sites: list[Site] = []
    numbers: Counter[str] = Counter()
    for body in packing.bodies:
        keep = _independent(packing, body)
        fractional = body.centre + body.fragment.positions @ np.linalg.inv(packing.matrix).T
        paired: dict[tuple[int, str], list[str]] = {}
        for index in keep:
            element, part = body.fragment.elements[index], body.fragment.parts[index]
            label = _label(element, part, numbers, paired)
            x, y, z = (float(v) for v in fractional[index])
            sites.append(Site(label, element, (x, y, z), part))
    return sites


def _label(element: str, part: int, numbers: Counter[str], paired: dict[tuple[int, str], list[str]]) -> str:
    """C7 for an ordered atom; C7A and C7B for the two places of a disordered one."""
    seen = paired.setdefault((part, element), [])
    if part < 2:
        numbers[element] += 1
        seen.append(f"{element}{numbers[element]}")
        return seen[-1] + ("A" if part else "")
    seen.append(paired[(1, element)][len(seen)])
    return seen[-1] + "B"


def _independent(packing: Packing, body: Body) -> list[int]:
    """Indices of one atom of each orbit under the operations that leave the body where it is."""
    operations = [
        packing.matrix @ rotation @ np.linalg.inv(packing.matrix) for rotation, _ in onto_itself(packing, body)
    ]
    kept: list[int] = []
    covered: list[FloatArray] = []
    for index, position in enumerate(body.fragment.positions):
        if covered and np.linalg.norm(np.array(covered) - position, axis=1).min() < 0.05:
            continue
        kept.append(index)
        covered += [operation @ position for operation in operations]
    return kept


def _site_lines(sites: list[Site]) -> list[str]:
    head = [
        "loop_",
        *(
            f"_atom_site_{tag}"
            for tag in (
                "label",
                "type_symbol",
                "fract_x",
                "fract_y",
                "fract_z",
                "occupancy",
                "disorder_assembly",
                "disorder_group",
            )
        ),
    ]
    return head + [_site_line(site) for site in sites]


def _site_line(site: Site) -> str:
    occupancy = {0: "1", 1: "0.6", 2: "0.4"}[site.part]
    disorder = f"A {site.part}" if site.part else ". ."
    x, y, z = (f"{value + 0.0:.5f}" for value in site.position)
    return f"{site.label} {site.element} {x} {y} {z} {occupancy} {disorder}"
