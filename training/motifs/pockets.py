"""Ligands with many donors: macrocycles in the equator, pockets, π rings, decks of N4, and a lacunary polyoxometalate.

Lengths as in `motif_ligands`: round values of the usual size, chosen by us.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from core.arrays import FloatArray
from training.motifs.ligands import LENGTHS, SALENS, Ligand, fan
from training.motifs.shapes import Shape

_O, _N, _I, _P = LENGTHS["ether"] + 0.05, LENGTHS["amine"] + 0.02, LENGTHS["imine"], LENGTHS["pyridine N"]
_PHENOXIDE, _ACID = LENGTHS["chelating aryloxide"], LENGTHS["amino carboxylate"]
_WIDE: Final = (90.0, 150.0)


def _twisted(sites: tuple[tuple[float, float, float], ...], angle: float) -> tuple[tuple[float, float, float], ...]:
    """Turned about z [°]."""
    c, s = float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle)))
    return tuple((c * x - s * y, s * x + c * y, z) for x, y, z in sites)


EQUATORIAL: Final = (
    Ligand("15-crown-5", "C1[O:1]CC[O:2]CC[O:3]CC[O:4]CC[O:5]C1", (_O,) * 5, _WIDE, fan(*(72.0,) * 4), search=16),
    Ligand("12-crown-4", "C1[O:1]CC[O:2]CC[O:3]CC[O:4]C1", (_O,) * 4, _WIDE, fan(*(90.0,) * 3, height=0.9), search=16),
    Ligand("18-crown-6", "C1[O:1]CC[O:2]CC[O:3]CC[O:4]CC[O:5]CC[O:6]C1", (_O + 0.05,) * 6, _WIDE,
           fan(*(60.0,) * 5), search=10),
    Ligand("aza-18-crown-6", "C1[NH:1]CC[O:2]CC[O:3]CC[NH:4]CC[O:5]CC[O:6]C1",
           (_N, _O, _O, _N, _O, _O), _WIDE, fan(*(60.0,) * 5), search=16),
    Ligand("N6", "CC1=[N:1]CC[N:2]=C(C)c2cccc([n:3]2)C(C)=[N:4]CC[N:5]=C(C)c2cccc1[n:6]2",
           (2.60, 2.60, 2.62, 2.60, 2.60, 2.62), _WIDE, fan(*(60.0,) * 5), search=10),
    Ligand("tetraglyme", "C[O:1]CC[O:2]CC[O:3]CC[O:4]CC[O:5]C", (_O,) * 5, _WIDE, fan(*(66.0,) * 4), search=16),
    Ligand("H2dapb", "CC(=[N:2]NC(=[O:1])c1ccccc1)c1cccc([n:3]1)C(C)=[N:4]NC(=[O:5])c1ccccc1",
           (2.38, _I, _P, _I, 2.38), _WIDE, fan(*(64.0,) * 4)),
    Ligand("dapb", "CC(=[N:2]N=C([O-:1])c1ccccc1)c1cccc([n:3]1)C(C)=[N:4]N=C([O-:5])c1ccccc1",
           (2.30, _I, _P, _I, 2.30), _WIDE, fan(*(64.0,) * 4)),
    Ligand("terpy", "c1cc[n:1]c(c1)-c1cccc([n:2]1)-c1cccc[n:3]1", (_P, _P, _P), _WIDE, fan(64.0, 64.0)),
    Ligand("pybox-like", "C1CN=C(O1)c1cccc([n:2]1)C1=[N:1]CCO1".replace("CN=C", "C[N:3]=C"), (_I, _P, _I), _WIDE,
           fan(64.0, 64.0)),
)  # fmt: skip
"""What lies in the plane of the ion: macrocycles and open chains of 3 to 6 donors."""

POCKETS: Final = (
    Ligand("dota", "O=C([O-:5])C[N:1]1CC[N:2](CC(=O)[O-:6])CC[N:3](CC(=O)[O-:7])CC[N:4](CC(=O)[O-:8])CC1",
           (2.62,) * 4 + (_ACID,) * 4, _WIDE,
           (*fan(90.0, 90.0, 90.0, height=-1.25), *_twisted(fan(90.0, 90.0, 90.0, height=0.30), 38.0)), search=8),
    Ligand("edta", "O=C([O-:3])C[N:1](CC(=O)[O-:4])CC[N:2](CC(=O)[O-:5])CC(=O)[O-:6]", (2.60,) * 2 + (_ACID,) * 4,
           _WIDE, ((0.8, 0.6, 0.0), (0.8, -0.6, 0.0), (0.1, 0.7, 0.7), (0.1, 0.7, -0.7), (0.1, -0.7, 0.7),
                   (0.1, -0.7, -0.7)), search=16),
    Ligand("oda", "O=C([O-:1])C[O:2]CC(=O)[O-:3]", (2.38, 2.46, 2.38), _WIDE, fan(64.0, 64.0)),
    Ligand("dpa", "O=C([O-:1])c1cccc([n:2]1)C(=O)[O-:3]", (2.40, 2.48, 2.40), _WIDE, fan(64.0, 64.0)),
    Ligand("bbpen", "c1ccc([O-:1])c(c1)C[N:3](Cc1cccc[n:5]1)CC[N:4](Cc1cccc[n:6]1)Cc1ccccc1[O-:2]",
           (2.16, 2.16, 2.58, 2.58, 2.55, 2.55), _WIDE,
           ((0.0, 0.0, 1.0), (0.0, 0.0, -1.0), (0.82, 0.57, 0.0), (0.82, -0.57, 0.0), (-0.37, 0.93, 0.0),
            (-0.37, -0.93, 0.0)), search=5),
    Ligand("Tp", "c1c[n:1]n(c1)[BH-](n1ccc[n:2]1)n1ccc[n:3]1", (2.45,) * 3, _WIDE, fan(120.0, 120.0, height=0.85)),
    Ligand("trensal", "C(C[N:1]=Cc1ccccc1[O-:4])[N:7](CC[N:2]=Cc1ccccc1[O-:5])CC[N:3]=Cc1ccccc1[O-:6]",
           (2.47,) * 3 + (2.19,) * 3 + (2.65,), _WIDE,
           (*fan(120.0, 120.0, height=-0.25),
            *((float(np.cos(a)) * 0.75, float(np.sin(a)) * 0.75, 0.66) for a in np.radians([-85.0, 35.0, 155.0])),
            (0.0, 0.0, -1.0)), search=5),
    Ligand("tacn", "C1C[NH:1]CC[NH:2]CC[NH:3]1", (_N,) * 3, _WIDE, fan(120.0, 120.0, height=0.95)),
)  # fmt: skip
"""Pockets of other forms."""

_FOUR_DECK: Final = fan(90.0, 90.0, 90.0, height=0.715)
"""Four donors in a square, 35.6° above the plane."""

_N4: Final = (LENGTHS["tetrapyrrole N"],) * 4

DECKS: Final = (
    Ligand("Pc", "c1ccc2c(c1)C3=NC4=[N:1]C(=NC5=C6C=CC=CC6=C([N-:2]5)N=C7C8=CC=CC=C8C(=[N:3]7)N=C2[N-:4]3)c9ccccc94",
           _N4, _WIDE, _FOUR_DECK),
    Ligand("porphine", "C1=CC2=CC3=CC=C([N-:2]3)C=C3C=CC(=[N:3]3)C=C3C=CC([N-:4]3)=CC1=[N:1]2", _N4, _WIDE, _FOUR_DECK),
    Ligand("porphyrazine", "C1=CC2=NC3=CC=C([N-:2]3)N=C3C=CC(=[N:3]3)N=C3C=CC([N-:4]3)=NC1=[N:1]2", _N4, _WIDE,
           _FOUR_DECK),
    Ligand("OEP-like", "CC1=C(C)C2=CC3=C(C)C(C)=C([N-:2]3)C=C3C(C)=C(C)C(=[N:3]3)C=C3C(C)=C(C)C([N-:4]3)=CC1=[N:1]2",
           _N4, _WIDE, _FOUR_DECK),
)  # fmt: skip
"""Tetrapyrroles, charge −2; the ion stands 1.41 Å above the four nitrogens."""


def _sandwich(salen: Ligand) -> Ligand:
    """Two of the same salen, numbers 5 to 8 on the second one, their squares of donors staggered."""
    number = re.compile(r":(\d)\]")
    second = number.sub(lambda found: f":{int(found[1]) + 4}]", salen.smiles)
    upper = np.array(fan(95.0, 87.0, 95.0, height=0.75))
    lower = upper @ np.array([[0.71, -0.71, 0.0], [-0.71, -0.71, 0.0], [0.0, 0.0, -1.0]])
    sites = tuple((float(x), float(y), float(z)) for x, y, z in (*upper, *lower))
    lengths = tuple(length + 0.06 for length in salen.lengths)
    return Ligand(f"({salen.name})2", f"{salen.smiles}.{second}", lengths * 2, salen.angle, sites)


SANDWICHES: Final = tuple(_sandwich(salen) for salen in SALENS)
"""Two salens above and below the ion, charge −4."""


def _cp(name: str, smiles: str, length: float = LENGTHS["cyclopentadienyl"]) -> Ligand:
    return Ligand(name, smiles, (length,) * 5, _WIDE, ring=5)


RINGS: Final = (
    _cp("Cp", "[cH-:1]1[cH:2][cH:3][cH:4][cH:5]1", 2.62),
    _cp("CpMe", "C[c-:1]1[cH:2][cH:3][cH:4][cH:5]1", 2.63),
    _cp("CptBu", "CC(C)(C)[c-:1]1[cH:2][cH:3][cH:4][cH:5]1", 2.64),
    _cp("CptBu2", "CC(C)(C)[c-:1]1[cH:2][c:3](C(C)(C)C)[cH:4][cH:5]1", 2.64),
    _cp("Cpttt", "CC(C)(C)[c-:1]1[c:2](C(C)(C)C)[cH:3][c:4](C(C)(C)C)[cH:5]1", 2.65),
    _cp("Cp'", "C[Si](C)(C)[c-:1]1[cH:2][cH:3][cH:4][cH:5]1", 2.64),
    _cp("Cp''", "C[Si](C)(C)[c-:1]1[cH:2][c:3]([Si](C)(C)C)[cH:4][cH:5]1", 2.64),
    _cp("CpMe4H", "C[c-:1]1[c:2](C)[c:3](C)[c:4](C)[cH:5]1", 2.64),
    _cp("Cp*", "C[c-:1]1[c:2](C)[c:3](C)[c:4](C)[c:5]1C", 2.62),
    _cp("CpMe4Et", "C[c-:1]1[c:2](C)[c:3](C)[c:4](C)[c:5]1CC", 2.62),
    _cp("CpiPr4", "CC(C)[c-:1]1[c:2](C(C)C)[c:3](C(C)C)[c:4](C(C)C)[cH:5]1", 2.64),
    _cp("CpiPr5", "CC(C)[c-:1]1[c:2](C(C)C)[c:3](C(C)C)[c:4](C(C)C)[c:5]1C(C)C", 2.65),
)  # fmt: skip
"""Cyclopentadienyls, charge −1."""

COT: Final = Ligand("COT", "[cH-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1",
                    (LENGTHS["cyclooctatetraenyl"],) * 8, _WIDE, ring=8)  # fmt: skip
"""C8H8²⁻."""


BORATABENZENE: Final = Ligand("C5H5BH", "[bH-:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1", (2.72,) * 6, _WIDE, ring=6)
"""C5H5BH⁻, its ring taken as a regular hexagon."""


def lindqvist() -> Shape:
    """W5O18⁶⁻, the Lindqvist ion W6O19²⁻ without one W=O: its four open oxygens hold the ion.

    W=O 1.70, W–O(μ2) 1.92, W–O(central) 2.32 Å, round values of the usual size; all angles of the octahedron right.
    """
    tungsten, terminal, bridge = 2.32, 4.02, 1.866
    axes: FloatArray = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, -1]], dtype=np.float64)
    edges: FloatArray = np.array(
        [[1, 0, 1], [0, 1, 1], [-1, 0, 1], [0, -1, 1], [1, 0, -1], [0, 1, -1], [-1, 0, -1], [0, -1, -1],
         [1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]], dtype=np.float64)  # fmt: skip
    positions = np.vstack([tungsten * axes, np.zeros((1, 3)), terminal * axes, bridge * edges])
    above = bridge + float(np.sqrt(LENGTHS["polyoxometalate"] ** 2 - bridge**2))
    ion = np.array([0.0, 0.0, above])
    return Shape(("W",) * 5 + ("O",) * 18, positions - ion, (11, 12, 13, 14), -6)
