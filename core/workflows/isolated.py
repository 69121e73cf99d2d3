"""What the predictor says of a complex without a crystal, as an XYZ file or a verified result has it."""

from __future__ import annotations

from core.arrays import FloatArray
from core.chem.crystal.components import Component
from core.chem.io.structure import Structure
from core.chem.lewis.fragments import Anatomy
from core.chem.molecule import Molecule, numbered
from core.chem.radii import LANTHANIDES
from core.chem.report import ParseReport
from core.chem.sphere.coordination import coordination_sphere
from core.chem.sphere.isolated import dissect_isolated
from core.errors import NoMagneticIon
from core.workflows.predict import judge
from core.workflows.prediction import Prediction


def judge_isolated(elements: tuple[str, ...], positions: FloatArray, charge: int, name: str) -> Prediction:
    """Shape, electrostatic levels and verdict of the first lanthanide, taken as trivalent; axes in the given frame.

    Args:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: total charge [e].
        name: for the record (hostile text).

    Raises:
        NoMagneticIon: no lanthanide.
        DomainError: an element that the rules of formal charge do not cover.
    """
    anatomy, ion = _chosen(dissect_isolated(elements, positions))
    sphere = coordination_sphere(anatomy, ion)
    report = ParseReport(magnetic_ions=_magnetic_ions(anatomy.component))
    structure = Structure(_molecule(anatomy.component, ion, charge), sphere, report, sphere.doubts)
    return judge(structure, name)


def _chosen(anatomies: tuple[Anatomy, ...]) -> tuple[Anatomy, int]:
    for anatomy in anatomies:
        for metal in anatomy.metals:
            if anatomy.component.elements[metal] in LANTHANIDES:
                return anatomy, metal
    raise NoMagneticIon("there is no lanthanide among the atoms.")


def _magnetic_ions(component: Component) -> int:
    return len(component.magnetic_atoms) + len(component.other_magnetic_atoms)


def _molecule(component: Component, ion: int, charge: int) -> Molecule:
    return Molecule(
        elements=component.elements,
        positions=component.positions.copy(),
        bonds=component.bonds.copy(),
        labels=numbered(component.elements),
        metal=ion,
        charge=charge,
        oxidation_state=3,
    )
