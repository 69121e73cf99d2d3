"""One crystal, many CIFs: what property tests need to ask whether the same crystal gives the same answer.

`Crystal` is independent of the code under test: rational operators of its own, fractional coordinates, a cell. The
functions below return the same crystal written otherwise, or its text in another spelling.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

import gemmi
import numpy as np
from numpy.typing import NDArray

from core.angles import between
from tests.operations import Operation, Vector, inverse_of, product_of, rows_of


@dataclass(frozen=True, slots=True)
class Site:
    """One line of the atom-site loop."""

    label: str
    element: str
    fract: Vector
    occupancy: float = 1.0
    assembly: str = "."
    group: str = "."


@dataclass(frozen=True, slots=True)
class Crystal:
    """A crystal as a CIF has it: cell [Å, °], all operators (centring included), independent sites."""

    cell: tuple[float, float, float, float, float, float]
    operations: tuple[Operation, ...]
    sites: tuple[Site, ...]
    formula: str = ""
    moiety: str = ""
    block: str = "crystal"

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(3, 3) orthogonalisation matrix, the axes as columns [Å]."""
        return _matrix(self.cell)


def _matrix(cell: Sequence[float]) -> NDArray[np.float64]:
    a, b, c = cell[:3]
    ca, cb, cg = (math.cos(math.radians(x)) for x in cell[3:])
    sg = math.sqrt(1.0 - cg * cg)
    y = (ca - cb * cg) / sg
    return np.array([[a, b * cg, c * cb], [0.0, b * sg, c * y], [0.0, 0.0, c * math.sqrt(1.0 - cb * cb - y * y)]])


def from_cif(text: str) -> Crystal:
    """From a clean CIF, such as the examples are."""
    block = gemmi.cif.read_string(text).sole_block()
    number = gemmi.cif.as_number
    tags = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
    cell = [number(block.find_value(f"_cell_{tag}")) for tag in tags]
    columns = [
        "label",
        "type_symbol",
        "fract_x",
        "fract_y",
        "fract_z",
        "occupancy",
        "disorder_assembly",
        "disorder_group",
    ]
    rows = block.find("_atom_site_", columns)
    sites = tuple(
        Site(r.str(0), r.str(1), (number(r[2]), number(r[3]), number(r[4])), number(r[5]), r[6], r[7]) for r in rows
    )
    triplets = [row.str(0) for row in block.find(["_space_group_symop_operation_xyz"])]
    stated = [gemmi.cif.as_string(block.find_value(f"_chemical_formula_{tag}") or "") for tag in ("sum", "moiety")]
    a, b, c, alpha, beta, gamma = cell
    return Crystal((a, b, c, alpha, beta, gamma), tuple(map(Operation.read, triplets)), sites, *stated, block.name)


# The same crystal, described otherwise ----------------------------------------------------------------------------


def _apart(crystal: Crystal, first: Vector, second: Vector) -> float:
    """Shortest distance between two fractional points, lattice translations allowed [Å]."""
    delta = np.array(first) - np.array(second)
    return float(np.linalg.norm(crystal.matrix @ (delta - np.round(delta))))


def rebased(
    crystal: Crystal,
    axes: Sequence[Sequence[int | Fraction]],
    origin: Sequence[Fraction] = (Fraction(0),) * 3,
) -> Crystal:
    """On new axes, each a row in terms of the old ones, from a new origin; a larger or smaller cell is allowed.

    x' = P⁻¹(x − p), with the new axes as the columns of P (International Tables A, chapter 1.5).
    """
    p = [[Fraction(axes[j][i]) for j in range(3)] for i in range(3)]
    q = inverse_of(p)
    operations: dict[Operation, None] = {}
    for operation, steps in product(crystal.operations, product((-1, 0, 1), repeat=3)):
        rotation = product_of(product_of(q, operation.rotation), p)
        moved = [
            sum(r * o for r, o in zip(row, origin, strict=True)) + t + n - o0
            for row, t, n, o0 in zip(operation.rotation, operation.translation, steps, origin, strict=True)
        ]
        translation = tuple(sum(a * m for a, m in zip(row, moved, strict=True)) for row in q)
        operations[Operation(rows_of(rotation), translation).wrapped()] = None
    matrix = crystal.matrix @ np.array(p, dtype=float)
    back = np.array(q, dtype=float)
    shift = np.array(origin, dtype=float)
    sites = tuple(replace(s, fract=_vector(back @ (np.array(s.fract) - shift))) for s in crystal.sites)
    return replace(crystal, cell=_parameters(matrix), operations=tuple(operations), sites=sites)


def shifted(crystal: Crystal, origin: Sequence[Fraction]) -> Crystal:
    """From another origin, given in the old coordinates (in twenty-fourths, as operators are)."""
    return rebased(crystal, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), origin)


def in_p1(crystal: Crystal) -> Crystal:
    """Every atom of the cell listed, no symmetry left."""
    sites: list[Site] = []
    for site in crystal.sites:
        images: list[Vector] = []
        for operation in crystal.operations:
            image = operation.apply(site.fract)
            if all(_apart(crystal, image, known) > 0.05 for known in images):
                images.append(image)
        sites += [
            replace(site, label=f"{site.label}_{n}" if n else site.label, fract=image) for n, image in enumerate(images)
        ]
    return replace(crystal, operations=(Operation.read("x,y,z"),), sites=tuple(sites))


def permuted(crystal: Crystal, seed: int) -> Crystal:
    """The sites in another order."""
    return replace(crystal, sites=tuple(random.Random(seed).sample(crystal.sites, len(crystal.sites))))


def operators_permuted(crystal: Crystal, seed: int) -> Crystal:
    """The operators in another order; CIF does not ask for the identity to stand first."""
    return replace(crystal, operations=tuple(random.Random(seed).sample(crystal.operations, len(crystal.operations))))


def relabelled(crystal: Crystal, seed: int) -> Crystal:
    """Every label another, the type symbols as they were."""
    numbers = random.Random(seed).sample(range(1, 10 * len(crystal.sites)), len(crystal.sites))
    return replace(
        crystal, sites=tuple(replace(s, label=f"{s.element}{n}") for s, n in zip(crystal.sites, numbers, strict=True))
    )


def wrapped(crystal: Crystal) -> Crystal:
    """All coordinates in [0, 1)."""
    return _mapped(crystal, lambda fract: _vector(np.mod(fract, 1.0)))


def unwrapped(crystal: Crystal, seed: int) -> Crystal:
    """Every site in some cell or other."""
    generator = random.Random(seed)
    return _mapped(crystal, lambda fract: _vector(np.array(fract) + [generator.randint(-2, 2) for _ in range(3)]))


def other_asymmetric_unit(crystal: Crystal, seed: int, *, whole: bool) -> Crystal:
    """Symmetry mates in place of the sites: one mate for all of a molecule (`whole`), or for every atom its own."""
    generator = random.Random(seed)
    owner = _molecules(crystal) if whole else list(range(len(crystal.sites)))
    mates = {molecule: generator.choice(crystal.operations) for molecule in dict.fromkeys(owner)}
    return replace(
        crystal,
        sites=tuple(
            replace(site, fract=mates[molecule].apply(site.fract))
            for site, molecule in zip(crystal.sites, owner, strict=True)
        ),
    )


def with_copies(crystal: Crystal, seed: int, share: float = 0.5) -> Crystal:
    """Some sites listed twice, the second time as a symmetry mate, as exports of whole molecules do."""
    generator = random.Random(seed)
    copies = [
        replace(site, label=f"{site.label}x", fract=generator.choice(crystal.operations).apply(site.fract))
        for site in crystal.sites
        if generator.random() < share
    ]
    return replace(crystal, sites=(*crystal.sites, *copies))


def _mapped(crystal: Crystal, change: Callable[[Vector], Vector]) -> Crystal:
    return replace(crystal, sites=tuple(replace(site, fract=change(site.fract)) for site in crystal.sites))


def _molecules(crystal: Crystal) -> list[int]:
    """For every site the number of its molecule: bonded to any image within the sum of covalent radii + 0.4 Å."""
    owner = list(range(len(crystal.sites)))
    radii = [gemmi.Element(site.element).covalent_r for site in crystal.sites]
    points = np.array([site.fract for site in crystal.sites])
    for operation in crystal.operations:
        images = np.array([operation.apply(site.fract) for site in crystal.sites])
        delta = points[:, None] - images[None]
        distance = np.linalg.norm((delta - np.round(delta)) @ crystal.matrix.T, axis=2)
        for i, j in np.argwhere(distance < np.add.outer(radii, radii) + 0.4):
            old, new = max(owner[i], owner[j]), min(owner[i], owner[j])
            owner = [new if o == old else o for o in owner]
    return owner


def _vector(values: NDArray[np.float64] | Sequence[float]) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z


def _parameters(matrix: NDArray[np.float64]) -> tuple[float, float, float, float, float, float]:
    a, b, c = (float(v) for v in np.linalg.norm(matrix, axis=0))
    alpha, beta, gamma = between(matrix.T[[1, 0, 0]], matrix.T[[2, 2, 1]]).tolist()
    return a, b, c, alpha, beta, gamma


# Spelling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a crystal is written down.

    Attributes:
        decimals: of the fractional coordinates; None for all that a float has.
        symmetry: any of ``operators``, ``hall``, ``hm``, ``number``.
        newline: line end.
        bom: begin with a byte-order mark (UTF-8 only).
        encoding: of the bytes.
        comment: text in front, where an encoding can show.
        old_names: the tags of the first core dictionary, ``_symmetry_equiv_pos_as_xyz`` and its like.
    """

    decimals: int | None = None
    symmetry: tuple[str, ...] = ("operators",)
    newline: str = "\n"
    bom: bool = False
    encoding: str = "utf-8"
    comment: str = ""
    old_names: bool = False
    extra: tuple[str, ...] = field(default=())


def spell(crystal: Crystal, spelling: Spelling = Spelling()) -> bytes:
    """The crystal as the bytes of a CIF.

    Raises:
        ValueError: a space group is asked for by name in a setting that has none in the tables.
    """
    lines = [f"# {spelling.comment}"] if spelling.comment else []
    lines.append(f"data_{crystal.block}")
    stated = {"sum": crystal.formula, "moiety": crystal.moiety}
    lines += [f"_chemical_formula_{tag} '{text}'" for tag, text in stated.items() if text]
    tags = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines += [f"_cell_{tag} {_number(value, spelling)}" for tag, value in zip(tags, crystal.cell, strict=True)]
    lines += [*_symmetry(crystal, spelling), *spelling.extra, *_atom_loop(crystal, spelling)]
    text = spelling.newline.join(lines) + spelling.newline
    return (b"\xef\xbb\xbf" if spelling.bom else b"") + text.encode(spelling.encoding)


def _number(value: float, spelling: Spelling) -> str:
    return repr(value) if spelling.decimals is None else f"{value:.{spelling.decimals}f}"


def _symmetry(crystal: Crystal, spelling: Spelling) -> list[str]:
    lines = []
    group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(o.triplet) for o in crystal.operations]))
    for kind in spelling.symmetry:
        if kind == "operators":
            tag = "_symmetry_equiv_pos_as_xyz" if spelling.old_names else "_space_group_symop_operation_xyz"
            lines += ["loop_", tag, *(f"'{o.triplet}'" for o in crystal.operations)]
        elif group is None or (kind == "number" and (group.ext or not group.is_reference_setting())):
            raise ValueError(f"no {kind} names this setting")
        else:
            lines.append(_name_line(group, kind, spelling.old_names))
    return lines


def _name_line(group: gemmi.SpaceGroup, kind: str, old: bool) -> str:
    tags = {
        "hall": ("_space_group_name_Hall", "_symmetry_space_group_name_Hall"),
        "hm": ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M"),
        "number": ("_space_group_IT_number", "_symmetry_Int_Tables_number"),
    }
    value = {"hall": f"'{group.hall}'", "hm": f"'{group.xhm()}'", "number": str(group.number)}[kind]
    return f"{tags[kind][old]} {value}"


def _atom_loop(crystal: Crystal, spelling: Spelling) -> list[str]:
    tags = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "disorder_assembly", "disorder_group")
    rows = [
        " ".join(
            (s.label, s.element, *(_number(v, spelling) for v in s.fract), f"{s.occupancy:g}", s.assembly, s.group)
        )
        for s in crystal.sites
    ]
    return ["loop_", *(f"_atom_site_{tag}" for tag in tags), *rows]
