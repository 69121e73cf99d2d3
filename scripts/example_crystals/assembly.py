"""A complex from its metal ions and ligands: donors held where they belong, the organic part relaxed with UFF.

UFF: A. K. Rappé et al., J. Am. Chem. Soc. 1992, 114, 10024, doi:10.1021/ja00051a040, as RDKit implements it. The
metal is an unbonded sphere in it: where the donors stand is the chemist's choice and not the force field's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray

from .fragment import Fragment

_GRID = 3  # decimals [Å] that survive a relaxation, so that the last bits of a processor's arithmetic do not
_SEEDS = range(11, 23)  # of the embedding; the first that works
_CLOSEST = (0.9, 1.4, 1.7)  # Å, one, two, three bonds apart; hydrogens of crowded groups come to 2.0
_LONGEST_BOND = 2.0  # Å; C–Cl, P–C and the like are shorter
_DELOCALISED = tuple(Chem.MolFromSmarts(smarts) for smarts in ("O=CC=C[O-]", "O=[N+]([O-])[O-]"))


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
        outward: where the ligand points to; away from its metal where None.
    """

    smiles: str
    donors: dict[int, FloatArray]
    angle: tuple[float, float] | None = None
    pinned: bool = True
    metal: int = 0
    restraints: dict[int, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    outward: FloatArray | None = None


def single(smiles: str) -> Fragment:
    """A free molecule or ion, embedded and relaxed with UFF.

    Raises:
        ValueError: RDKit cannot embed it.
    """
    molecule = _embedded(smiles, {}, _SEEDS[0])
    AllChem.UFFOptimizeMolecule(molecule, maxIters=5000)
    return _fragment(molecule)


def assemble(metals: list[tuple[str, FloatArray]], pieces: list[Piece]) -> Fragment:
    """The complex, metals first, then the ligands in the order given.

    Args:
        metals: symbol with charge as SMILES writes it (``Dy+3``) and (3,) position [Å].
        pieces: the ligands.

    Raises:
        ValueError: RDKit cannot embed a ligand, or UFF finds no way out of its clashes.
    """
    for seed in _SEEDS:
        molecule = _metal_atoms(metals)
        for piece in pieces:
            molecule = Chem.CombineMols(molecule, _placed(piece, metals, molecule, seed))
        molecule = Chem.Mol(molecule)
        Chem.SanitizeMol(molecule)
        _type_for_uff(molecule, len(metals))
        if _relax(molecule, len(metals), pieces) and _intact(molecule):
            return _fragment(molecule)
    raise ValueError("UFF tears the complex apart from every start")


def _metal_atoms(metals: list[tuple[str, FloatArray]]) -> Chem.Mol:
    molecule = Chem.MolFromSmiles(".".join(f"[{symbol}]" for symbol, _ in metals))
    conformer = Chem.Conformer(len(metals))
    for index, (_, position) in enumerate(metals):
        conformer.SetAtomPosition(index, _point(position))
    molecule.AddConformer(conformer)
    return molecule


def _point(position: FloatArray) -> Point3D:
    """Rounded, so that what enters RDKit is the same on every processor."""
    return Point3D(*(round(float(x), 4) for x in position))


def _embedded(smiles: str, donors: dict[int, FloatArray], seed: int) -> Chem.Mol:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    index = _mapped(molecule)
    places = {index[number]: _point(donors[number]) for number in donors}
    if molecule.GetNumAtoms() == 1:
        molecule.AddConformer(Chem.Conformer(1))
        return molecule
    failed = AllChem.EmbedMolecule(
        molecule, randomSeed=seed, coordMap=places if len(places) > 1 else {}, useRandomCoords=True
    )
    if failed:
        raise ValueError(f"RDKit cannot embed {smiles}")
    return molecule


def _mapped(molecule: Chem.Mol, start: int = 0, stop: int | None = None) -> dict[int, int]:
    atoms = list(molecule.GetAtoms())[start:stop]
    return {atom.GetAtomMapNum(): atom.GetIdx() for atom in atoms if atom.GetAtomMapNum()}


def _placed(piece: Piece, metals: list[tuple[str, FloatArray]], others: Chem.Mol, seed: int) -> Chem.Mol:
    """The ligand with its donors on their places, pointing outwards, turned to where there is most room."""
    ligand = _embedded(piece.smiles, piece.donors, seed)
    conformer = ligand.GetConformer()
    index = _mapped(ligand)
    donors = np.array([piece.donors[number] for number in piece.donors])
    centre = donors.mean(axis=0)
    here = np.round(conformer.GetPositions(), 4)
    own = here[[index[number] for number in piece.donors]]
    here = here - own.mean(axis=0)
    away = centre - metals[piece.metal][1] if piece.outward is None else piece.outward
    outward = away / np.linalg.norm(away)
    heavy = [a.GetIdx() for a in ligand.GetAtoms() if a.GetAtomicNum() > 1 or ligand.GetNumAtoms() < 4]
    body = here[heavy].mean(axis=0)
    if len(donors) == 1:
        placed = _turned(_facing(body, outward).apply(here) + centre, centre, outward, others)
    else:
        targets = np.vstack([donors - centre, outward * np.linalg.norm(body)])
        turn, _ = Rotation.align_vectors(targets, np.vstack([own - own.mean(axis=0), body]))
        placed = turn.apply(here) + centre
    for atom, position in enumerate(placed):
        conformer.SetAtomPosition(atom, _point(position))
    return ligand


def _facing(source: FloatArray, target: FloatArray) -> Rotation:
    """A rotation that takes one direction to another, the turn about it settled by the Cartesian axes."""
    if not source.any():
        return Rotation.identity()
    return Rotation.align_vectors([target, _across(target)], [source, _across(source)])[0]


def _across(vector: FloatArray) -> FloatArray:
    axis = np.eye(3)[int(np.argmin(np.round(np.abs(vector), 3)))]
    sideways = np.cross(vector, axis)
    return np.asarray(sideways / np.linalg.norm(sideways))


def _turned(ligand: FloatArray, centre: FloatArray, axis: FloatArray, others: Chem.Mol) -> FloatArray:
    """Turned about the metal–donor axis in steps of 10° to where the least is in the way."""
    neighbours = others.GetConformer().GetPositions()

    def crowding(step: int) -> float:
        turned = Rotation.from_rotvec(np.radians(10 * step) * axis).apply(ligand - centre) + centre
        return round(float(np.sum(np.linalg.norm(turned[:, None] - neighbours[None], axis=2) ** -12.0)), 9)

    best = min(range(36), key=crowding)
    return Rotation.from_rotvec(np.radians(10 * best) * axis).apply(ligand - centre) + centre


def _type_for_uff(molecule: Chem.Mol, metals: int) -> None:
    """UFF knows lanthanides as six-coordinate only (Dy6+3), zinc as tetrahedral (Zn3+2); delocalised bonds count 1½."""
    for atom in list(molecule.GetAtoms())[:metals]:
        lanthanide = 57 <= atom.GetAtomicNum() <= 71
        atom.SetHybridization(Chem.HybridizationType.SP3D2 if lanthanide else Chem.HybridizationType.SP3)
    for pattern in _DELOCALISED:
        for match in molecule.GetSubstructMatches(pattern):
            for bond in pattern.GetBonds():
                ends = match[bond.GetBeginAtomIdx()], match[bond.GetEndAtomIdx()]
                molecule.GetBondBetweenAtoms(*ends).SetBondType(Chem.BondType.AROMATIC)


def _relax(molecule: Chem.Mol, metals: int, pieces: list[Piece]) -> bool:
    """True where UFF converged."""
    forces = AllChem.UFFGetMoleculeForceField(molecule, ignoreInterfragInteractions=False)
    forces.Initialize()
    for metal in range(metals):
        forces.AddFixedPoint(metal)
    start = metals
    for piece in pieces:
        atoms = Chem.AddHs(Chem.MolFromSmiles(piece.smiles)).GetNumAtoms()
        _restrain(forces, molecule, piece, _mapped(molecule, start, start + atoms))
        start += atoms
    return any(not forces.Minimize(maxIts=2000, forceTol=1e-7, energyTol=1e-12) for _ in range(20))


def _intact(molecule: Chem.Mol) -> bool:
    """No bond torn or crushed, no two atoms two or more bonds apart in each other's way."""
    positions = molecule.GetConformer().GetPositions()
    distance = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    bonds = Chem.GetDistanceMatrix(molecule)  # counts bonds; huge between ligands
    longest = float(distance[bonds == 1].max(initial=0.0))
    shortest = [float(distance[mask].min(initial=np.inf)) for mask in (bonds == 1, bonds == 2, bonds > 2)]
    return longest < _LONGEST_BOND and all(d > least for d, least in zip(shortest, _CLOSEST, strict=True))


def _restrain(forces: object, molecule: Chem.Mol, piece: Piece, index: dict[int, int]) -> None:
    for number in piece.donors:
        donor = index[number]
        if piece.pinned:
            forces.AddFixedPoint(donor)  # type: ignore[attr-defined]
        for metal, distance in piece.restraints.get(number, ()):
            forces.UFFAddDistanceConstraint(  # type: ignore[attr-defined]
                metal, donor, False, distance - 0.002, distance + 0.002, 5000.0
            )
        if piece.angle is None:
            continue
        for neighbour in molecule.GetAtomWithIdx(donor).GetNeighbors():
            forces.UFFAddAngleConstraint(  # type: ignore[attr-defined]
                piece.metal, donor, neighbour.GetIdx(), False, *piece.angle, 200.0
            )


def _fragment(molecule: Chem.Mol) -> Fragment:
    elements = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
    positions = np.round(molecule.GetConformer().GetPositions(), _GRID)
    return Fragment(elements, positions, Chem.GetFormalCharge(molecule))
