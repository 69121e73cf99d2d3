"""The ligands of the motifs of the label factory: those of `training.motifs`, and those that only these kinds want."""

from __future__ import annotations

from typing import Final

import numpy as np

from training.motifs.landmarks import LIGANDS
from training.motifs.ligands import LENGTHS, SP2, SP3, STRAIGHT, Ligand, fan

Site = tuple[float, float, float]
"""Direction of a donor."""


def _ring(name: str, smiles: str) -> Ligand:
    size = smiles.count(":")
    length = {5: LENGTHS["cyclopentadienyl"], 6: 2.72, 8: LENGTHS["cyclooctatetraenyl"]}[size]
    return Ligand(name, smiles, (length,) * size, (90.0, 150.0), ring=size)


def _cap(name: str, smiles: str) -> Ligand:
    return Ligand(name, smiles, (LENGTHS["polyoxometalate"],) * 4, (100.0, 160.0), square(0.0, 0.6), search=4)


def square(twist: float, height: float) -> tuple[Site, ...]:
    """Four directions, `twist` [°] about z, lifted by `height` before they are made unit vectors."""
    angles = np.radians(twist + 90.0 * np.arange(4))
    units = np.column_stack([np.cos(angles), np.sin(angles), np.full(4, height)]) / np.hypot(1.0, height)
    return tuple((float(x), float(y), float(z)) for x, y, z in units)


def named(*names: str) -> tuple[Ligand, ...]:
    """Of the motifs, by their names."""
    return tuple(LIGANDS[name] for name in names)


CYCLOPENTADIENYLS: Final = (
    *named("Cp", "CpMe", "CptBu", "CptBu2", "Cpttt", "Cp'", "CpMe4H", "Cp*", "CpMe4Et", "CpiPr4", "CpiPr5"),
    _ring("CpSiH3", "[SiH3][c-:1]1[cH:2][cH:3][cH:4][cH:5]1"),
    _ring("CpMe2", "C[c-:1]1[cH:2][c:3](C)[cH:4][cH:5]1"),
    _ring("CpiPr", "CC(C)[c-:1]1[cH:2][cH:3][cH:4][cH:5]1"),
    _ring("CpMe3", "C[c-:1]1[c:2](C)[cH:3][c:4](C)[cH:5]1"),
)
SMALL_RINGS: Final = tuple(ring for ring in CYCLOPENTADIENYLS if ring.name not in ("CpiPr4", "CpiPr5", "Cpttt"))

CYCLOOCTATETRAENYLS: Final = (
    LIGANDS["COT"],
    _ring("COT-Me", "C[c-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1"),
    _ring("COT-SiH3", "[SiH3][c-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1"),
    _ring("COT-tBu", "CC(C)(C)[c-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1"),
    _ring("COT-Me2", "C[c-:1]1[cH:2][cH:3][c-:4](C)[cH:5][cH:6][cH:7][cH:8]1"),
    _ring("COT-Et", "CC[c-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1"),
)

BORATABENZENES: Final = (
    LIGANDS["C5H5BH"],
    _ring("C5H5BMe", "C[b-:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1"),
    _ring("C5H5BNMe2", "CN(C)[b-:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1"),
    _ring("MeC5H4BH", "C[c:1]1[cH:2][bH-:3][cH:4][cH:5][cH:6]1"),
)

CARBONATE: Final = Ligand("CO3", "[O-:1]C(=O)[O-:2]", (2.38, 2.38), (85.0, 100.0), fan(56.0))

CAPS: Final = (
    _cap("P4O12", "[O-:1]P1(=O)OP([O-:2])(=O)OP([O-:3])(=O)OP([O-:4])(=O)O1"),
    _cap("Si4H4O8", "[O-:1][SiH]1O[SiH]([O-:2])O[SiH]([O-:3])O[SiH]([O-:4])O1"),
    _cap("Si4Me4O8", "[O-:1][Si]1(C)O[Si]([O-:2])(C)O[Si]([O-:3])(C)O[Si]([O-:4])(C)O1"),
)

IMINES: Final = (
    Ligand("CH2NH", "C=[NH:1]", (LENGTHS["imine"],), SP2), Ligand("CH2NMe", "C=[N:1]C", (LENGTHS["imine"],), SP2),
    Ligand("pyrazole", "c1c[nH][n:1]c1", (LENGTHS["pyridine N"],), SP2),
    Ligand("pyrroline", "C1CC=[N:1]C1", (LENGTHS["imine"],), SP2),
)  # fmt: skip
DIMETHYL_ETHER: Final = Ligand("Me2O", "C[O:1]C", (LENGTHS["ether"],), SP3)

PHENOXIDES: Final = (
    *named("PhO", "Me2C6H3O", "MeOC6H4O", "O2NC6H4O"),
    Ligand("FC6H4O", "Fc1ccc([O-:1])cc1", (LENGTHS["aryloxide"],), STRAIGHT),
    Ligand("F2C6H3O", "Fc1cccc(F)c1[O-:1]", (LENGTHS["aryloxide"],), STRAIGHT),
    Ligand("tBuC6H4O", "CC(C)(C)c1ccc([O-:1])cc1", (LENGTHS["aryloxide"],), STRAIGHT),
    Ligand("MeC6H4O", "Cc1ccccc1[O-:1]", (LENGTHS["aryloxide"],), STRAIGHT),
)

SALICYLALDIMINATES: Final = tuple(
    Ligand(name, smiles, (LENGTHS["chelating aryloxide"], LENGTHS["imine"]), (100.0, 150.0), fan(74.0))
    for name, smiles in (
        ("salNH", "[O-:1]c1ccccc1C=[NH:2]"),
        ("salNMe", "[O-:1]c1ccccc1C=[N:2]C"),
    )
)

ALKOXIDES: Final = (
    *named("tBuO", "iPrO", "EtO", "(CF3)Me2CO", "CyO", "Me3SiO"),
    Ligand("MeO", "C[O-:1]", (LENGTHS["alkoxide"],), STRAIGHT),
    Ligand("H3SiO", "[SiH3][O-:1]", (LENGTHS["siloxide"],), STRAIGHT),
    Ligand("Me2HSiO", "C[SiH](C)[O-:1]", (LENGTHS["siloxide"],), STRAIGHT),
    Ligand("CF3CH2O", "FC(F)(F)C[O-:1]", (LENGTHS["alkoxide"],), STRAIGHT),
)

NITROGENS: Final = (*named("py", "im", "NH3", "MeCN"), *IMINES)
SINGLE_ANIONS: Final = named("F", "Cl", "Br", "NCS", "N3", "HO", "OAc")
NEUTRALS: Final = (*named("H2O", "MeOH", "thf", "MeCN", "NH3", "py", "dmf", "Me3PO", "dmso"), DIMETHYL_ETHER)
DECKS: Final = named("porphine", "porphyrazine")
