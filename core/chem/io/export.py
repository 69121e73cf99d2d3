"""A molecule written for other programs, XYZ and CIF, its atoms called as in the file that it came from."""

from __future__ import annotations

import re

import gemmi
import numpy as np

from core import __version__
from core.arrays import FloatArray, IntArray
from core.chem.crystal.cif import CHARGE_TAG
from core.chem.io.asymmetric_unit import AsymmetricUnit, asymmetric_unit
from core.chem.molecule import Molecule
from core.chem.unit_cell import UnitCell

_MARGIN = 15.0  # empty space around a molecule without a crystal in its P 1 box [Å]: no contact to its own images


def to_xyz(molecule: Molecule) -> str:
    """XYZ file [Å], metal at the origin; the comment line has formula, charge and metal.

    Where names say more than element and number, they follow in a fifth column, which the comment line declares as
    extended XYZ does.
    """
    charge = "unknown" if molecule.charge is None else f"{molecule.charge:+d}"
    comment = f"{molecule.formula} charge={charge} metal={molecule.elements[molecule.metal]} Kramers {__version__}"
    names = molecule.names
    numbered = names == tuple(f"{e}{k}" for k, e in enumerate(molecule.elements, 1))
    positions = molecule.relative_positions + 0.0  # turns −0.0 into 0.0
    rows = [f"{e:2s} {x:14.8f} {y:14.8f} {z:14.8f}" for e, (x, y, z) in
            zip(molecule.elements, positions.tolist(), strict=True)]  # fmt: skip
    if not numbered:
        comment = f"{comment} Properties=species:S:1:pos:R:3:label:S:1"
        rows = [f"{row} {name}" for row, name in zip(rows, names, strict=True)]
    return "\n".join([str(len(molecule.elements)), comment, *rows]) + "\n"


def to_cif(molecule: Molecule) -> str:
    """CIF of the single molecule: in the cell of its crystal with its symmetry, or in an empty P 1 box without one.

    Other molecules of the crystal are left out; the charge that is missing with them stands in a data name of our own.
    """
    unit, cell, what = _placed(molecule)
    charge = "?" if molecule.charge is None else str(molecule.charge * unit.copies)
    operators = [_triplet(r, t) for r, t in zip(unit.rotations, unit.translations, strict=True)]
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = [
        "data_kramers_molecule",
        f"_audit_creation_method 'Kramers {__version__}: {what}'",
        f"_chemical_formula_sum '{' '.join(re.findall('[A-Z][a-z]?[0-9]*', molecule.formula))}'",
        *(f"_cell_{name} {number:.6f}" for name, number in zip(names, cell.constants, strict=True)),
        f"_cell_formula_units_Z {unit.copies}",
        f"{CHARGE_TAG} {charge}",
        *_space_group(operators),
        "loop_\n_space_group_symop_operation_xyz",
        *operators,
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z",
    ]
    labels, fractional = molecule.names, unit.fractional.tolist()
    for k in unit.atoms:
        x, y, z = fractional[k]
        lines.append(f"{gemmi.cif.quote(labels[k])} {molecule.elements[k]} {x:.8f} {y:.8f} {z:.8f}")
    return "\n".join(lines) + "\n"


def _placed(molecule: Molecule) -> tuple[AsymmetricUnit, UnitCell, str]:
    """What is listed, in which cell, and what to say of it."""
    if molecule.cell is not None:
        words = "one molecule in the cell of its crystal, without counter-ions, solvent and minor parts of disorder"
        return asymmetric_unit(molecule, molecule.cell), molecule.cell, words
    positions = molecule.relative_positions
    low, box = positions.min(axis=0) - _MARGIN / 2, np.ptp(positions, axis=0) + _MARGIN
    a, b, c = box.tolist()
    identity, none = np.eye(3, dtype=np.int64)[None], np.zeros((1, 3))
    cell = UnitCell((a, b, c, 90.0, 90.0, 90.0), np.diag(box), identity, none)
    every = tuple(range(len(molecule.elements)))
    words = "one molecule in an empty box, not a crystal structure"
    return AsymmetricUnit(every, (positions - low) / box, identity, none, 1), cell, words


def _triplet(rotation: IntArray, translation: FloatArray) -> str:
    """An operator as CIF writes it, ``-x,y+1/2,-z``."""
    operator = gemmi.Op()
    operator.rot = (rotation * gemmi.Op.DEN).tolist()
    operator.tran = np.rint(translation * gemmi.Op.DEN).astype(int).tolist()
    return str(operator.triplet())


def _space_group(operators: list[str]) -> list[str]:
    """The line with the Hermann–Mauguin symbol; none where the setting has no name."""
    found = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(text) for text in operators]))
    return [f"_space_group_name_H-M_alt '{found.xhm()}'"] if found else []
