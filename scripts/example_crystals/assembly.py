"""A complex from its metal ions and ligands: donors held where they belong, the organic part relaxed with UFF.

UFF: A. K. Rappé et al., J. Am. Chem. Soc. 1992, 114, 10024, doi:10.1021/ja00051a040, as RDKit implements it. The
metal is an unbonded sphere in it: where the donors stand is the chemist's choice and not the force field's.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D
from scipy.spatial.transform import Rotation

from .fragment import FloatArray, Fragment

_GRID = 3  # decimals [Å] that survive a relaxation, so that the last bits of a processor's arithmetic do not
_SEED = 11


@dataclass(frozen=True, slots=True)
class Piece:
    """One ligand and where its donors stand.

    Attributes:
        smiles: the ligand; donors carry the atom-map numbers that `donors` names.
        donors: map number -> (3,) position [Å].
        angle: allowed metal–donor–neighbour angles [°].
        pinned: the donors do not move; otherwise they only keep their distances to the metals.
        metals: index of the metal whose angle is kept, for every donor.
        restraints: map number -> the metal indices and distances [Å] to keep, where `pinned` is False.
    """

    smiles: str
    donors: dict[int, FloatArray]
    angle: tuple[float, float] | None = None
    pinned: bool = True
    metal: int = 0
    restraints: dict[int, tuple[tuple[int, float], ...]] = field(default_factory=dict)


def single(smiles: str) -> Fragment:
    """A free molecule or ion, embedded and relaxed with UFF.

    Raises:
        ValueError: RDKit cannot embed it.
    """
    molecule = _embedded(smiles, {})
    AllChem.UFFOptimizeMolecule(molecule, maxIters=5000)
    return _fragment(molecule)


def assemble(metals: list[tuple[str, FloatArray]], pieces: list[Piece]) -> Fragment:
    """The complex, metals first, then the ligands in the order given.

    Args:
        metals: symbol with charge as SMILES writes it (``Dy+3``) and (3,) position [Å].
        pieces: the ligands.
    """
    molecule = _metal_atoms(metals)
    for piece in pieces:
        molecule = Chem.CombineMols(molecule, _placed(piece, metals, molecule))
    molecule = Chem.Mol(molecule)
    Chem.SanitizeMol(molecule)
    for metal in range(len(metals)):  # UFF knows lanthanides as six-coordinate only (Dy6+3)
        molecule.GetAtomWithIdx(metal).SetHybridization(Chem.HybridizationType.SP3D2)
    _relax(molecule, len(metals), pieces)
    return _fragment(molecule)


def _metal_atoms(metals: list[tuple[str, FloatArray]]) -> Chem.Mol:
    molecule = Chem.MolFromSmiles(".".join(f"[{symbol}]" for symbol, _ in metals))
    conformer = Chem.Conformer(len(metals))
    for index, (_, position) in enumerate(metals):
        conformer.SetAtomPosition(index, Point3D(*(float(x) for x in position)))
    molecule.AddConformer(conformer)
    return molecule


def _embedded(smiles: str, donors: dict[int, FloatArray]) -> Chem.Mol:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    index = _mapped(molecule)
    places = {index[number]: Point3D(*(float(x) for x in donors[number])) for number in donors}
    if molecule.GetNumAtoms() == 1:
        molecule.AddConformer(Chem.Conformer(1))
        return molecule
    failed = AllChem.EmbedMolecule(molecule, randomSeed=_SEED, coordMap=places if len(places) > 1 else {},
                                   useRandomCoords=True)
    if failed:
        raise ValueError(f"RDKit cannot embed {smiles}")
    return molecule


def _mapped(molecule: Chem.Mol, start: int = 0, stop: int | None = None) -> dict[int, int]:
    atoms = list(molecule.GetAtoms())[start:stop]
    return {atom.GetAtomMapNum(): atom.GetIdx() for atom in atoms if atom.GetAtomMapNum()}


def _placed(piece: Piece, metals: list[tuple[str, FloatArray]], others: Chem.Mol) -> Chem.Mol:
    """The ligand with its donors on their places, pointing outwards, turned to where there is most room."""
    ligand = _embedded(piece.smiles, piece.donors)
    conformer = ligand.GetConformer()
    index = _mapped(ligand)
    donors = np.array([piece.donors[number] for number in piece.donors])
    here = conformer.GetPositions()
    own = here[[index[number] for number in piece.donors]]
    outward = donors.mean(axis=0) - metals[piece.metal][1]
    outward = outward / np.linalg.norm(outward)
    heavy = here[[a.GetIdx() for a in ligand.GetAtoms() if a.GetAtomicNum() > 1 or ligand.GetNumAtoms() < 4]]
    reach = float(np.linalg.norm(heavy.mean(axis=0) - own.mean(axis=0)))
    targets = np.vstack([donors, donors.mean(axis=0) + outward * reach])
    sources = np.vstack([own, heavy.mean(axis=0)])
    centre = donors.mean(axis=0)
    rotation = _best_rotation(targets - centre, sources - own.mean(axis=0))
    placed = rotation.apply(here - own.mean(axis=0)) + centre
    if len(piece.donors) == 1:
        placed = _turned(placed, centre, outward, others.GetConformer().GetPositions())
    for atom, position in enumerate(placed):
        conformer.SetAtomPosition(atom, Point3D(*(float(x) for x in position)))
    return ligand


def _best_rotation(targets: FloatArray, sources: FloatArray) -> Rotation:
    """Least-squares rotation of `sources` onto `targets`; a single direction leaves a turn about it open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that open turn, which `_turned` decides
        return Rotation.align_vectors(targets, sources)[0]


def _turned(ligand: FloatArray, centre: FloatArray, axis: FloatArray, others: FloatArray) -> FloatArray:
    """Turned about the metal–donor axis in steps of 10° to where the nearest neighbour is farthest."""
    def room(step: int) -> float:
        turned = Rotation.from_rotvec(np.radians(10 * step) * axis).apply(ligand - centre) + centre
        return round(float(np.sum(np.linalg.norm(turned[:, None] - others[None], axis=2) ** -12.0)), 9)

    best = min(range(36), key=room)
    return Rotation.from_rotvec(np.radians(10 * best) * axis).apply(ligand - centre) + centre


def _relax(molecule: Chem.Mol, metals: int, pieces: list[Piece]) -> None:
    forces = AllChem.UFFGetMoleculeForceField(molecule, ignoreInterfragInteractions=False)
    forces.Initialize()
    for metal in range(metals):
        forces.AddFixedPoint(metal)
    start = metals
    for piece in pieces:
        atoms = Chem.AddHs(Chem.MolFromSmiles(piece.smiles)).GetNumAtoms()
        _restrain(forces, molecule, piece, _mapped(molecule, start, start + atoms))
        start += atoms
    for _ in range(20):
        if not forces.Minimize(maxIts=2000, forceTol=1e-7, energyTol=1e-12):
            break


def _restrain(forces: object, molecule: Chem.Mol, piece: Piece, index: dict[int, int]) -> None:
    for number in piece.donors:
        donor = index[number]
        if piece.pinned:
            forces.AddFixedPoint(donor)  # type: ignore[attr-defined]
        for metal, distance in piece.restraints.get(number, ()):
            forces.UFFAddDistanceConstraint(  # type: ignore[attr-defined]
                metal, donor, False, distance - 0.002, distance + 0.002, 5000.0)
        if piece.angle is None:
            continue
        for neighbour in molecule.GetAtomWithIdx(donor).GetNeighbors():
            forces.UFFAddAngleConstraint(  # type: ignore[attr-defined]
                piece.metal, donor, neighbour.GetIdx(), False, *piece.angle, 200.0)


def _fragment(molecule: Chem.Mol) -> Fragment:
    elements = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
    positions = np.round(molecule.GetConformer().GetPositions(), _GRID)
    return Fragment(elements, positions, Chem.GetFormalCharge(molecule))
