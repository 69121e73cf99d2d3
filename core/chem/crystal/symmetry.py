"""Symmetry operators of a CIF block: explicit ones first, then Hall symbol, Hermann–Mauguin symbol, table number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import gemmi
import numpy as np

from core.angles import between
from core.arrays import FloatArray, IntArray
from core.doubts import Doubt, doubt
from core.errors import BadSymmetry

_METRIC_TOLERANCE = 0.02  # relative: a cell that an operator maps on itself to 2 %
_OPERATOR_TAGS = ("_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz")
_HALL_TAGS = ("_space_group_name_Hall", "_space_group.name_Hall", "_symmetry_space_group_name_Hall")
_HM_TAGS = ("_space_group_name_H-M_alt", "_space_group.name_H-M_alt", "_symmetry_space_group_name_H-M")
_NUMBER_TAGS = ("_space_group_IT_number", "_space_group.IT_number", "_symmetry_Int_Tables_number")


@dataclass(frozen=True, slots=True, eq=False)
class Symmetry:
    """Operators x' = R x + t on fractional coordinates, identity first.

    Attributes:
        rotations: (k, 3, 3) integers.
        translations: (k, 3) fractions of the cell in [0, 1).
        origin: where they came from, in words.
        doubts: about it.
        assumed: the setting that was assumed because only a number is given; empty otherwise.
    """

    rotations: IntArray
    translations: FloatArray
    origin: str
    doubts: tuple[Doubt, ...] = ()
    assumed: str = ""


def read_symmetry(block: gemmi.cif.Block, lattice: FloatArray) -> Symmetry:
    """Operators of `block`, checked for being a group that leaves the cell (rows of `lattice`, [Å]) unchanged.

    Raises:
        BadSymmetry: none given, unreadable, no group, or at odds with the cell.
    """
    angles = _alpha_gamma(lattice)
    group, origin, doubts = _operators(block, angles)
    rotations = np.array([op.rot for op in group], dtype=np.int64) // gemmi.Op.DEN
    translations = np.array([op.tran for op in group], dtype=float) / gemmi.Op.DEN
    unique = {_key(r, t): i for i, (r, t) in reversed(list(enumerate(zip(rotations, translations, strict=True))))}
    if len(unique) < len(group):
        doubts.append(
            doubt(
                "symmetry-repeated",
                f"Copies of symmetry operators were ignored: {len(group) - len(unique)}.",
            )
        )
    identity = unique.pop(_key(np.eye(3, dtype=np.int64), np.zeros(3)), None)
    if identity is None:
        raise BadSymmetry("the list of symmetry operators lacks the identity x,y,z.", advice="Mend the list.")
    order = [identity, *(unique[key] for key in sorted(unique))]
    rotations, translations = rotations[order], translations[order]
    _check_group(rotations, translations)
    _check_metric(rotations, lattice)
    return Symmetry(rotations, translations, origin, tuple(doubts), _assumed(block, angles))


def _assumed(block: gemmi.cif.Block, angles: tuple[float, float]) -> str:
    """The standard setting, where nothing but a table number says which symmetry there is."""
    if _first(block, _OPERATOR_TAGS) or _first(block, _HALL_TAGS) or _first(block, _HM_TAGS):
        return ""
    group = _space_group(block, angles)
    return group.xhm() if group else ""


def _alpha_gamma(lattice: FloatArray) -> tuple[float, float]:
    """Angles between b and c and between a and b [°]."""
    a, b, c = lattice
    return float(between(b, c)), float(between(a, b))


def _first(block: gemmi.cif.Block, tags: tuple[str, ...]) -> str:
    for tag in tags:
        raw = block.find_value(tag)
        raw = raw or next(iter(block.find_values(tag)), "")
        if raw and raw not in ("?", "."):
            text = gemmi.cif.as_string(raw).strip()
            if text and text not in ("?", "."):
                return text
    return ""


def _operators(block: gemmi.cif.Block, angles: tuple[float, float]) -> tuple[list[gemmi.Op], str, list[Doubt]]:
    named = _space_group(block, angles)
    listed = _listed(block)
    if listed:
        doubts = []
        if named is not None and len(named.operations()) != len(listed):
            text = f"The file lists {len(listed)} symmetry operators, but {named.xhm()} has {len(named.operations())}."
            doubts.append(doubt("symmetry-differs", text))
        return listed, f"{len(listed)} operators listed in the file{f' ({named.xhm()})' if named else ''}", doubts
    hall = _first(block, _HALL_TAGS)
    if hall:
        try:
            operations = list(gemmi.symops_from_hall(hall))
        except (ValueError, RuntimeError):
            raise BadSymmetry("the Hall symbol cannot be read.", advice="List the symmetry operators.") from None
        return operations, f"{len(operations)} operators from the Hall symbol", []
    if named is not None:
        return _from_name(block, named)
    given = _first(block, _HM_TAGS) or _first(block, _NUMBER_TAGS)
    raise BadSymmetry(
        "the space group cannot be read." if given else "the file gives no symmetry: no operators and no space group.",
        advice="List the operators (_space_group_symop_operation_xyz); P 1 has the one x,y,z.",
    )


def _from_name(block: gemmi.cif.Block, group: gemmi.SpaceGroup) -> tuple[list[gemmi.Op], str, list[Doubt]]:
    name = _first(block, _HM_TAGS)
    if group.ext in ("1", "2") and ":" not in name:
        raise BadSymmetry(
            f"space group {group.hm} has two choices of origin, and the file does not say which it uses.",
            advice="List the operators (_space_group_symop_operation_xyz).",
        )
    doubts = []
    if not name:
        doubts.append(
            doubt(
                "symmetry-assumed",
                f"Only the space-group number is given; the standard setting {group.xhm()} was assumed.",
            )
        )
    operations = list(group.operations())
    return operations, f"{len(operations)} operators of {group.xhm()} by its name", doubts


def _listed(block: gemmi.cif.Block) -> list[gemmi.Op]:
    for tag in _OPERATOR_TAGS:
        texts = [gemmi.cif.as_string(raw) for raw in block.find_values(tag)]
        if texts and set(texts) <= {"?", ".", ""}:
            continue
        if texts:
            return [_operator(text, number) for number, text in enumerate(texts, 1)]
    return []


def _operator(text: str, number: int) -> gemmi.Op:
    try:
        operator = gemmi.Op(text).wrap()
    except (ValueError, RuntimeError):
        raise BadSymmetry(f"symmetry operator {number} cannot be read.", advice="Mend or remove that line.") from None
    rotation = np.array(operator.rot)
    if (rotation % gemmi.Op.DEN).any() or abs(round(np.linalg.det(rotation / gemmi.Op.DEN))) != 1:
        raise BadSymmetry(f"symmetry operator {number} is no rotation or reflection.", advice="Mend that line.")
    return operator


def _space_group(block: gemmi.cif.Block, angles: tuple[float, float]) -> gemmi.SpaceGroup | None:
    """By name (rhombohedral groups: axes by the cell angles α and γ), else by number."""
    name = _plain_name(_first(block, _HM_TAGS))
    group = gemmi.find_spacegroup_by_name(name, *angles) if name and len(name) < 40 else None
    number = _first(block, _NUMBER_TAGS)
    if group is None and not name and number.isdigit() and 1 <= int(number) <= 230:
        group = gemmi.find_spacegroup_by_number(int(number))
    return group


def _plain_name(text: str) -> str:
    """A Hermann-Mauguin symbol without what programs and people put around it: P2(1)/n of SHELX-97, P2_1/c, numbers."""
    text = re.sub(r"\(?\bNo\.?\s*\d+\)?|</?su[bp]>|_", "", text, flags=re.IGNORECASE)
    return re.sub(r"\((\d)\)", r"\1", text).strip()


def _check_group(rotations: IntArray, translations: FloatArray) -> None:
    """Every product of two operators must be in the list (modulo lattice translations), and none twice."""
    if len(rotations) > 192:
        raise BadSymmetry(f"{len(rotations)} symmetry operators; no space group has more than 192.", advice="Mend it.")
    keys = {_key(r, t) for r, t in zip(rotations, translations, strict=True)}
    products = np.einsum("aij,bjk->abik", rotations, rotations)
    shifts = np.einsum("aij,bj->abi", rotations, translations) + translations[:, None]
    found = {_key(r, t) for r, t in zip(products.reshape(-1, 3, 3), shifts.reshape(-1, 3), strict=True)}
    if found != keys:
        raise BadSymmetry(
            "the symmetry operators do not form a group: one is wrong or missing.", advice="Mend the list."
        )


def _key(rotation: IntArray, translation: FloatArray) -> tuple[bytes, tuple[int, ...]]:
    units = np.rint(translation * gemmi.Op.DEN).astype(int) % gemmi.Op.DEN
    return rotation.tobytes(), tuple(units.tolist())


def _check_metric(rotations: IntArray, lattice: FloatArray) -> None:
    metric = lattice @ lattice.T
    images = np.einsum("aji,jk,akl->ail", rotations, metric, rotations)
    lengths = np.sqrt(np.diag(metric))
    error = np.abs(images - metric) / np.outer(lengths, lengths)
    if error.max() > _METRIC_TOLERANCE:
        raise BadSymmetry(
            "the symmetry operators do not fit the unit cell (they change its edges or angles).",
            advice="Check the cell constants and the setting of the space group.",
        )
