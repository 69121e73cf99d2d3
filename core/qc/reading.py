"""From a file or a ligand to what is computed: the atoms, the total charge, the donors.

A charge that cannot be established beyond doubt is asked for, never guessed: a complex computed with a wrong one looks
sound and is worthless.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyscf.data.elements import charge as atomic_number

from core.chem.build.complex import build_complex
from core.chem.handed_complex import Complex, complex_of
from core.chem.io.structure import Structure, read_structure
from core.chem.io.xyz import XyzFile, read_xyz
from core.chem.lewis.fragments import Anatomy
from core.chem.lewis.neutrality import OXIDATION_STATES
from core.chem.ligand.ligand import ligand_from_text
from core.chem.quoting import shown
from core.chem.radii import LANTHANIDES
from core.chem.sphere.coordination import coordination_sphere
from core.chem.sphere.isolated import dissect_isolated
from core.doubts import Doubt, doubt, ordered
from core.errors import InputError, Refused
from core.magnetism.ions import SYMBOLS, lanthanide
from core.progress import Progress
from core.qc.hamiltonian import Spec, check, spec_of


def from_xyz(data: bytes, preset: str, *, charge: int | None = None, metal: str | None = None) -> Complex:
    """All atoms of an XYZ file, as they stand.

    Args:
        data: hostile bytes.
        preset: name in `core.qc.hamiltonian.PRESETS`.
        charge: total charge [e]; else that of the comment line, else the sum of all formal charges where it is certain.
        metal: the lanthanide that is expected.

    Raises:
        InputError, DomainError: not an XYZ file, or not a complex that the engine takes.
        Refused: the charge is uncertain.
    """
    file = read_xyz(data)
    _check_metal(file.elements, metal)
    _check_atoms(file, preset)
    anatomies = dissect_isolated(file.elements, file.positions)
    anatomy, ion = next((a, m) for a in anatomies for m in a.metals if a.component.elements[m] in SYMBOLS)
    sphere = coordination_sphere(anatomy, ion)
    sites = anatomy.component.sites
    total, doubts = _given_charge(file.charge if charge is None else charge, anatomies)
    donors = tuple(sorted(int(sites[atom]) for donor in sphere.donors for atom in donor.atoms))
    metal_at = int(sites[ion])
    given = Complex(file.elements, file.positions, total, metal_at, donors, "given", ordered((*doubts, *sphere.doubts)))
    check(spec_of(given, preset))
    return given


def from_cif(
    data: bytes,
    preset: str,
    *,
    charge: int | None = None,
    metal: str | None = None,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
) -> Complex:
    """One lanthanide complex of a crystal, hydrogen atoms at neutron distances.

    Args:
        data: hostile bytes.
        preset: name in `core.qc.hamiltonian.PRESETS`.
        charge: total charge of the complex [e]; else that of `core.chem` where the crystal confirms it.
        metal: the lanthanide that is expected.
        block, component, site: as in `core.chem.io.structure.read_structure`.

    Raises:
        StructureError: the file cannot be read, or offers a choice.
        InputError, DomainError: not a complex that the engine takes.
        Refused: the charge is uncertain, or the ion not trivalent.
    """
    structure = read_structure(data, block=block, component=component, site=site)
    molecule, sphere = structure.molecule, structure.sphere
    _check_metal(molecule.elements, metal)
    total = _crystal_charge(structure) if charge is None else charge
    differs = (
        ()
        if molecule.charge in (None, total)
        else (doubt("charge-differs", _contradiction(total, molecule.charge or 0)),)
    )
    given = complex_of(molecule, sphere, "crystal", (*differs, *structure.doubts)).of_charge(total)
    check(spec_of(given, preset))
    return given


def from_smiles(
    smiles: str,
    preset: str,
    *,
    donor: int | None = None,
    metal: str | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Complex:
    """[M(H₂O)₅L₂] of a ligand, built and relaxed by `core.chem.build.complex`.

    Args:
        smiles: the axial ligand (hostile text).
        preset: name in `core.qc.hamiltonian.PRESETS`.
        donor: the atom that binds, as in `core.chem.ligand.ligand.ligand_from_text`.
        metal: symbol of a lanthanide, taken as trivalent; Dy by default.
        progress, cancelled: as in `core.chem.build.complex.build_complex`.

    Raises:
        InputError, Refused, DomainError: no ligand that Kramers takes, no complex, or none that the engine takes.
        Stopped: `cancelled` said so.
    """
    ion = lanthanide(metal or "Dy")
    ligand = ligand_from_text(smiles, donor=donor)
    built = build_complex(ligand, metal=ion.symbol, progress=progress, cancelled=cancelled)
    given = built.complex
    check(spec_of(given, preset))
    return given


def _check_metal(elements: Sequence[str], wanted: str | None) -> None:
    found = sorted(set(elements) & set(LANTHANIDES))
    if wanted is not None and wanted.capitalize() not in found:
        text = f"there is no {shown(wanted)} in the file, but {' and '.join(found) or 'no lanthanide at all'}."
        raise InputError(text, advice="--metal replaces no atom; it only says which ion is expected.")


def _check_atoms(file: XyzFile, preset: str) -> None:
    """All of `check` that knows nothing of charge and donors: asked with a charge that fits and all atoms as donors."""
    ions = [element for element in file.elements if element in SYMBOLS]  # La and Lu may stand beside one
    electrons = sum(map(atomic_number, file.elements)) - sum(lanthanide(ion).electrons for ion in ions)
    check(Spec(file.elements, file.positions, electrons % 2, tuple(range(len(file.elements))), preset))


def _given_charge(charge: int | None, anatomies: Sequence[Anatomy]) -> tuple[int, tuple[Doubt, ...]]:
    """Total charge of everything in the file, and what is to be said about it."""
    found, doubts = _formal_charge(anatomies)
    if charge is not None:
        return charge, () if found in (None, charge) else (doubt("charge-differs", _contradiction(charge, found or 0)),)
    if found is None or doubts:
        sums = "" if found is None else f" Formal charges add up to {found:+d}, but:"
        raise Refused(
            f"the total charge is uncertain.{sums} {' '.join(map(str, doubts))}", advice="Give it with --charge."
        )
    return found, ()


def _formal_charge(anatomies: Sequence[Anatomy]) -> tuple[int | None, tuple[Doubt, ...]]:
    """Sum of ligands and metals, None for a metal of unknown oxidation state; what makes it uncertain."""
    fragments = [fragment for anatomy in anatomies for fragment in anatomy.fragments]
    doubts = [one for fragment in fragments for one in fragment.charges.doubts]
    doubts += [
        doubt("charge-unstated", f"{fragment.formula} may also carry {other:+d}.")
        for fragment in fragments
        for other in fragment.charges.alternatives
        if not fragment.charges.doubts
    ]
    metals = [anatomy.component.elements[metal] for anatomy in anatomies for metal in anatomy.metals]
    if not all(metal in OXIDATION_STATES for metal in metals):
        return None, tuple(dict.fromkeys(doubts))
    total = sum(OXIDATION_STATES[metal][0] for metal in metals) + sum(anatomy.ligand_charge for anatomy in anatomies)
    return total, tuple(dict.fromkeys(doubts))


def _crystal_charge(structure: Structure) -> int:
    molecule, report = structure.molecule, structure.report
    if molecule.charge is None or not report.charge_confirmed:
        others = ", ".join(f"{other:+d}" for other in report.charge_alternatives)
        text = f"the total charge is uncertain. {report.charge_reasoning}{f' It may be {others}.' if others else ''}"
        raise Refused(text, advice="Give it with --charge.")
    if molecule.oxidation_state != 3:
        symbol = molecule.elements[molecule.metal]
        raise Refused(f"{symbol} is not trivalent here: {report.charge_reasoning}", advice="The engine takes Ln(III).")
    return molecule.charge


def _contradiction(given: int, found: int) -> str:
    return f"The charge given is {given:+d}; the formal charges of metal and ligands add up to {found:+d}."
