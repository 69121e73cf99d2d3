"""A molecule written for other programs: XYZ, CIF, JSON. Symbols and numbers only, no text of the input file."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np

from core import __version__
from core.chem.molecule import Molecule

_MARGIN = 15.0  # empty space around the molecule in the P 1 box [Å]: no contact to its own images


def atom_names(molecule: Molecule) -> tuple[str, ...]:
    """Safe labels, element and running number within the element: ``Dy1``, ``O1``, ``O2``."""
    count: Counter[str] = Counter()
    names = []
    for element in molecule.elements:
        count[element] += 1
        names.append(f"{element}{count[element]}")
    return tuple(names)


def to_xyz(molecule: Molecule) -> str:
    """XYZ file [Å], metal at the origin; the comment line has formula, charge and metal."""
    charge = "unknown" if molecule.charge is None else f"{molecule.charge:+d}"
    comment = f"{molecule.formula} charge={charge} metal={molecule.elements[molecule.metal]} Kramers {__version__}"
    rows = (f"{e:2s} {x:14.8f} {y:14.8f} {z:14.8f}" for e, (x, y, z) in _rows(molecule))
    return "\n".join([str(len(molecule.elements)), comment, *rows]) + "\n"


def _rows(molecule: Molecule) -> list[tuple[str, list[float]]]:
    positions = molecule.relative_positions + 0.0  # turns −0.0 into 0.0
    return list(zip(molecule.elements, positions.tolist(), strict=True))


def to_cif(molecule: Molecule) -> str:
    """CIF of the single molecule in an empty P 1 box, all atoms as the molecule has them."""
    positions = molecule.relative_positions
    low = positions.min(axis=0) - _MARGIN / 2
    box = np.ptp(positions, axis=0) + _MARGIN
    formula = " ".join(f"{e}{n if n > 1 else ''}" for e, n in _hill_items(molecule))
    head = [
        "data_kramers_molecule",
        f"_audit_creation_method 'Kramers {__version__}: one molecule in an empty box, not a crystal structure'",
        f"_chemical_formula_sum '{formula}'",
        *(f"_cell_length_{axis} {length:.6f}" for axis, length in zip("abc", box.tolist(), strict=True)),
        *(f"_cell_angle_{angle} 90" for angle in ("alpha", "beta", "gamma")),
        "_space_group_name_H-M_alt 'P 1'",
        "loop_\n_space_group_symop_operation_xyz\nx,y,z",
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z",
    ]
    fractions = ((positions - low) / box).tolist()
    names = atom_names(molecule)
    rows = (
        f"{name} {element} {x:.8f} {y:.8f} {z:.8f}"
        for name, element, (x, y, z) in zip(names, molecule.elements, fractions, strict=True)
    )
    return "\n".join([*head, *rows]) + "\n"


def _hill_items(molecule: Molecule) -> list[tuple[str, int]]:
    counts = Counter(molecule.elements)
    first = [e for e in ("C", "H") if e in counts] if "C" in counts else []
    return [(e, counts[e]) for e in [*first, *sorted(e for e in counts if e not in first)]]


def to_json(molecule: Molecule) -> str:
    """JSON with elements, positions [Å] relative to the metal, bonds, metal, charge and oxidation state."""
    record = {
        "kramers_version": __version__,
        "formula": molecule.formula,
        "charge": molecule.charge,
        "metal": molecule.metal,
        "oxidation_state": molecule.oxidation_state,
        "elements": list(molecule.elements),
        "positions_angstrom": (molecule.relative_positions + 0.0).round(8).tolist(),
        "bonds": molecule.bonds.tolist(),
    }
    return json.dumps(record, indent=1)
