"""Complexes made by hand, a few shapes of them, and the question put to the reader."""

from __future__ import annotations

import numpy as np

from core.workflows.predict import predict
from core.workflows.prediction import Prediction
from tests.chem.made_crystals import OCTAHEDRON, TETRAHEDRON, TRIANGLE, Atoms, Ligand, Z, complex_of

CP = "[cH:1]1[cH:2][cH:3][cH:4][cH-:5]1"
THF, WATER, CHLORIDE = ("C1CC[O:1]C1", 2.42), ("[OH2:1]", 2.37), ("[Cl-:1]", 2.60)
ACAC = "C/C([O-:1])=C/C(C)=[O:2]"
CUBE = [np.array(v) for v in ((1, 0.6, -0.1), (1, -0.7, -0.1), (-1, 0.6, -0.1), (-1, -0.7, -0.1), (0.45, 0, -1))]


def octahedron(metal: str, *six: tuple[str, float]) -> Atoms:
    return complex_of(metal, *(Ligand(s, d, v) for (s, d), v in zip(six, OCTAHEDRON, strict=True)))


def metallocene(metal: str, one: tuple[str, float], other: tuple[str, float], carbon: float = 2.65) -> Atoms:
    tilt, wedge = np.deg2rad(68.0), np.deg2rad(48.0)
    rings = [Ligand(CP, carbon, np.array([s * np.sin(tilt), 0, np.cos(tilt)])) for s in (1, -1)]
    arms = [np.array([0, s * np.sin(wedge), -np.cos(wedge)]) for s in (1, -1)]
    return complex_of(metal, *rings, Ligand(*one, arms[0]), Ligand(*other, arms[1]))


def three(smiles: str, distance: float, *axial: tuple[str, float]) -> Atoms:
    return complex_of(
        "Dy",
        *(Ligand(smiles, distance, v) for v in TRIANGLE),
        *(Ligand(s, d, v) for (s, d), v in zip(axial, (Z, -Z), strict=False)),
    )


def four(metal: str, smiles: str, distance: float) -> Atoms:
    return complex_of(metal, *(Ligand(smiles, distance, v) for v in TETRAHEDRON))


def hydrate(chelate: str, distance: float = 2.42) -> Atoms:
    waters = [Ligand(*WATER, v) for v in (*CUBE, np.array([-0.45, 0, -1]))]
    return complex_of("Dy", Ligand(chelate, distance, Z), *waters)


def anion() -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, CHLORIDE, CHLORIDE, THF, THF)


def cation(third: tuple[str, float] = THF) -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, third, THF, THF, THF)


def neutral() -> Atoms:
    return octahedron("Dy", CHLORIDE, CHLORIDE, CHLORIDE, THF, THF, THF)


def answer(text: str, **options: int) -> Prediction:
    return predict(text.encode(), "made.cif", **options)


def said(found: Prediction) -> str:
    return " ".join(one.text for one in found.doubts)
