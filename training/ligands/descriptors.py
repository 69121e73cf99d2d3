"""What GFN2-xTB says of a free ligand at its donor: six numbers for Ln(III) chemistry, cheap enough for thousands.

Protocol 2. Best of 3 conformers by force field (RDKit ETKDGv3, seed 20251; MMFF94, or UFF where it lacks parameters),
then 8 evaluations of GFN2-xTB with ALPB water (C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 2019, 15,
1652, doi:10.1021/acs.jctc.8b01176; S. Ehlert et al., ibid. 2021, 17, 4250, doi:10.1021/acs.jctc.1c00471) downhill by
`core.chem.build.relax`, then single points. So geometries are near a minimum, not at one: on 45 ligands of the library
the difference from the minimum below the same start had a standard deviation of 3–8 % of that between ligands, 14 % for
the lithium affinity, at 0.25 s of processor time each instead of 0.67 s.

The metal's direction: opposite to the donor's neighbours (their mean unit vector); over the plane of a flat donor with
three; in line with a terminal bond, whatever angle a metal would choose. A probe ion stands there at the sum of
covalent radii (`core.chem.radii`), nothing relaxes around it; where another atom of the force field's conformer is
nearer to it than the sum of theirs, that affinity is left out, for it would tell of the crowding alone (protocol 1 kept
such numbers, down to −32 eV).

====================  ====  ================================================================================
Name                  Unit  Meaning
====================  ====  ================================================================================
donor_charge_e        e     Mulliken charge of the donor
frontier_gap_ev       eV    lowest empty minus highest occupied orbital energy; none where GFN2 has no empty one
highest_occupied_ev   eV    highest occupied orbital energy
proton_affinity_ev    eV    E(L) − E(LH⁺), H⁺ at the metal's place: σ basicity of the lone pair, unrelaxed
lithium_affinity_ev   eV    E(L) + E(Li⁺) − E(LLi⁺), Li⁺ likewise: what a hard cation finds there
metal_potential_v     V     potential of the Mulliken charges at 2.2 Å from the donor, in vacuum
====================  ====  ================================================================================

None is an observable; all serve to compare ligands with each other. Energies of ions hold their solvation in ALPB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from core.arrays import FloatArray
from core.chem.build.relax import relax
from core.chem.build.xtb import Gfn2
from core.chem.radii import COVALENT_RADII
from core.errors import DomainError
from core.units import BOHR_IN_ANGSTROM, HARTREE_IN_EV

PROTOCOL: Final = 2
"""Number of the protocol above; what another number made is not comparable."""

NAMES: Final = (
    "donor_charge_e",
    "frontier_gap_ev",
    "highest_occupied_ev",
    "proton_affinity_ev",
    "lithium_affinity_ev",
    "metal_potential_v",
)

SEED: Final = 20251
CONFORMERS: Final = 3
STEPS: Final = 8
SOLVENT: Final = "water"

METAL_DISTANCE: Final = 2.2
"""Donor to metal, for the potential [Å]: axial Dy–O, the commonest."""

STRETCHED: Final = 1.35
"""A bond longer than this many sums of covalent radii is broken: then the geometry is no longer that ligand's."""

_FLAT: Final = 0.2
_COULOMB: Final = HARTREE_IN_EV * BOHR_IN_ANGSTROM
"""e²/4πε₀ [eV Å]."""


@dataclass(frozen=True, slots=True, eq=False)
class FreeLigand:
    """A ligand in space.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        bonds: (m, 2) indices.
        charge: [e].
        donor: index of the donor.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    bonds: FloatArray
    charge: int
    donor: int


def descriptors(smiles: str, donor: int, seed: int = SEED) -> dict[str, float | None]:
    """The numbers above of a ligand in scope, by name. Another seed gives other conformers, so numbers that differ by
    what the protocol leaves to chance.

    Raises:
        DomainError: no conformer, no convergence, or a ligand that does not keep its bonds.
    """
    free = embedded(smiles, donor, seed)
    ligand = relaxed(free)
    result = Gfn2(ligand.elements, ligand.charge, SOLVENT).solved(ligand.positions)
    charges, direction = np.asarray(result.get("charges")), metal_direction(ligand)
    levels = np.asarray(result.get("orbital-energies")) * HARTREE_IN_EV
    filled = np.asarray(result.get("orbital-occupations")) > 1.0
    highest, energy = float(levels[filled].max()), float(result.get("energy"))
    values = (
        float(charges[ligand.donor]),
        None if filled.all() else float(levels[~filled].min()) - highest,
        highest,
        _affinity(ligand, direction, energy, "H") if has_room(free, "H") else None,
        _affinity(ligand, direction, energy, "Li") if has_room(free, "Li") else None,
        _potential(ligand, direction, charges),
    )
    return dict(zip(NAMES, values, strict=True))


def embedded(smiles: str, donor: int, seed: int = SEED) -> FreeLigand:
    """The conformer of the lowest force-field energy."""
    with rdBase.BlockLogs():
        mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
        settings: Any = rdDistGeom.ETKDGv3()
        settings.randomSeed = seed
        if not rdDistGeom.EmbedMultipleConfs(mol, CONFORMERS, settings):
            settings.useRandomCoords = True  # serves cages that the default start does not
            if not rdDistGeom.EmbedMultipleConfs(mol, CONFORMERS, settings):
                raise DomainError("no conformer of this ligand could be made.")
        return FreeLigand(
            tuple(atom.GetSymbol() for atom in mol.GetAtoms()),
            _lowest(mol),
            np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()], dtype=int).reshape(-1, 2),
            Chem.GetFormalCharge(mol),
            donor,
        )


def _lowest(mol: Any) -> FloatArray:
    """Positions (n, 3) [Å] of the best conformer; the first one where no force field knows the ligand."""
    conformers = [conformer.GetId() for conformer in mol.GetConformers()]
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
        ended = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=300)
    elif rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        ended = rdForceFieldHelpers.UFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=300)
    else:
        ended = [(0, 0.0)]
    best = int(np.argmin([energy for _, energy in ended]))
    return np.asarray(mol.GetConformer(conformers[best]).GetPositions(), dtype=np.float64)


def relaxed(ligand: FreeLigand) -> FreeLigand:
    """A few steps downhill on the surface of GFN2-xTB."""
    if len(ligand.elements) == 1:
        return ligand
    surface = Gfn2(ligand.elements, ligand.charge, SOLVENT).energy_and_gradient
    found = relax(surface, ligand.elements, ligand.positions, most_steps=STEPS).positions
    first, second = ligand.bonds.T
    radii = np.array([COVALENT_RADII[element] for element in ligand.elements])
    if (np.linalg.norm(found[first] - found[second], axis=1) > STRETCHED * (radii[first] + radii[second])).any():
        raise DomainError("a bond of the ligand broke while it relaxed.")
    return FreeLigand(ligand.elements, found, ligand.bonds, ligand.charge, ligand.donor)


def metal_direction(ligand: FreeLigand) -> FloatArray:
    """Unit vector (3,) from the donor to where the metal would stand."""
    ends = ligand.bonds[(ligand.bonds == ligand.donor).any(axis=1)]
    neighbours = ends[ends != ligand.donor]
    if not len(neighbours):
        return np.array([0.0, 0.0, 1.0])
    arms = ligand.positions[neighbours] - ligand.positions[ligand.donor]
    units = arms / np.linalg.norm(arms, axis=1)[:, None]
    away = -units.sum(axis=0)
    if np.linalg.norm(away) < _FLAT:
        away = np.cross(units[0], units[1])
    return np.asarray(away / np.linalg.norm(away))


def has_room(ligand: FreeLigand, ion: str) -> bool:
    """Whether an ion at the metal's place touches the donor alone."""
    radii = np.array([COVALENT_RADII[element] for element in ligand.elements]) + COVALENT_RADII[ion]
    apart = np.linalg.norm(ligand.positions - _place(ligand, metal_direction(ligand), ion), axis=1) / radii
    return bool((np.delete(apart, ligand.donor) >= 1.0).all())


def _place(ligand: FreeLigand, direction: FloatArray, ion: str) -> FloatArray:
    """Where the ion stands (3,) [Å]."""
    distance = COVALENT_RADII[ligand.elements[ligand.donor]] + COVALENT_RADII[ion]
    return np.asarray(ligand.positions[ligand.donor] + distance * direction)


def _affinity(ligand: FreeLigand, direction: FloatArray, energy: float, ion: str) -> float:
    """Energy gained by an ion of charge +1 at the metal's place [eV]."""
    place = _place(ligand, direction, ion)
    calculator = Gfn2((*ligand.elements, ion), ligand.charge + 1, SOLVENT)
    with_ion = float(calculator.solved(np.vstack([ligand.positions, place])).get("energy"))
    return (energy + _ion_energy(ion) - with_ion) * HARTREE_IN_EV


@lru_cache
def _ion_energy(ion: str) -> float:
    """Energy of the bare ion [E_h]; a proton has none."""
    return 0.0 if ion == "H" else float(Gfn2((ion,), 1, SOLVENT).solved(np.zeros((1, 3))).get("energy"))


def _potential(ligand: FreeLigand, direction: FloatArray, charges: FloatArray) -> float:
    place = ligand.positions[ligand.donor] + METAL_DISTANCE * direction
    return float(_COULOMB * (charges / np.linalg.norm(ligand.positions - place, axis=1)).sum())
