"""The ligands that our own structures are made of: SMILES with numbered donors, bond lengths around Dy, and directions.

Lengths are round values of the usual size for Dy(III) in coordination number 6 to 8, chosen by us; the common classes
were looked at beside the medians of real environments. Another ion gets the difference of the ionic radii
(`core.chem.radii`, Shannon 1976), another coordination number `PER_SITE` for each site.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from rdkit import Chem

from core.arrays import FloatArray

PER_SITE: Final = 0.02
"""Change of every bond length with one site more [Å]; Shannon's radii would give 0.055, while real
environments of mixed ligands show next to none."""

LENGTHS: Final = {
    "water": 2.37, "alcohol": 2.40, "ether": 2.43, "carbonyl": 2.35, "amide O": 2.33, "phosphine oxide": 2.27,
    "sulfoxide": 2.33, "N-oxide": 2.33, "hydroxide": 2.18, "alkoxide": 2.10, "aryloxide": 2.13, "siloxide": 2.13,
    "chelating aryloxide": 2.20, "carboxylate": 2.27, "chelating carboxylate": 2.42, "amino carboxylate": 2.34,
    "β-diketonate": 2.32, "nitrate": 2.45, "oxoanion": 2.33, "polyoxometalate": 2.37,
    "amine": 2.55, "imine": 2.49, "pyridine N": 2.52, "nitrile": 2.52, "amide N": 2.25, "amidinate": 2.36,
    "azolate": 2.40, "tetrapyrrole N": 2.42, "pseudohalide N": 2.40,
    "cyclopentadienyl": 2.65, "cyclooctatetraenyl": 2.60,
    "fluoride": 2.12, "chloride": 2.62, "bromide": 2.78, "iodide": 3.02,
}  # fmt: skip
"""Dy–donor by class [Å]; see the module."""

SP2: Final = (118.0, 138.0)
SP3: Final = (112.0, 128.0)
STRAIGHT: Final = (158.0, 178.0)
PHENOXIDE: Final = (128.0, 148.0)
"""Usual angles M–D–X [°]."""


@dataclass(frozen=True, slots=True)
class Ligand:
    """One ligand.

    Attributes:
        name: short.
        smiles: donors carry the map numbers 1, 2 … in the order of `lengths`.
        lengths: Dy–donor [Å].
        angle: least and largest M–D–X [°] of donors with one neighbour.
        sites: directions of the donors from which the search starts, one triple each; empty for a single donor.
        ring: number of atoms of a π ligand, 0 for all others; it then has that many donors on a regular polygon.
        search: from how many conformers those with the donors nearest to `sites` are kept; 0: the first ones.
    """

    name: str
    smiles: str
    lengths: tuple[float, ...]
    angle: tuple[float, float] = SP2
    sites: tuple[tuple[float, float, float], ...] = ()
    ring: int = 0
    search: int = 0

    @property
    def charge(self) -> int:
        """Total [e]."""
        return _charge(self.smiles)

    @property
    def denticity(self) -> int:
        """Number of sites; a π ligand has one."""
        return 1 if self.ring else len(self.lengths)


@cache
def _charge(smiles: str) -> int:
    return int(Chem.GetFormalCharge(Chem.MolFromSmiles(smiles)))


def fan(*bites: float, height: float = 0.0) -> tuple[tuple[float, float, float], ...]:
    """Unit vectors in one plane, neighbours `bites` apart [°], the middle on +x; lifted by `height` along z first."""
    angles = np.radians(np.cumsum([0.0, *bites]) - sum(bites) / 2)
    return _units(np.column_stack([np.cos(angles), np.sin(angles), np.full(len(angles), height)]))


def _units(vectors: FloatArray) -> tuple[tuple[float, float, float], ...]:
    units = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    return tuple((float(x), float(y), float(z)) for x, y, z in units)


def _single(kind: str, angle: tuple[float, float], names: str) -> list[Ligand]:
    """Ligands with one donor of a class, from lines ``name smiles``."""
    pairs = (line.split() for line in names.strip().splitlines())
    return [Ligand(name, smiles, (LENGTHS[kind],), angle) for name, smiles in pairs]


ANIONS: Final = (
    *_single("alkoxide", STRAIGHT, """
tBuO CC(C)(C)[O-:1]
iPrO CC(C)[O-:1]
EtO CC[O-:1]
PhMe2CO CC(C)(c1ccccc1)[O-:1]
Ph2MeCO CC(c1ccccc1)(c1ccccc1)[O-:1]
(CF3)Me2CO CC(C)(C(F)(F)F)[O-:1]
(CF3)3CO FC(F)(F)C([O-:1])(C(F)(F)F)C(F)(F)F
CyO C1CCCCC1[O-:1]
AdO C1C2CC3CC1CC(C2)(C3)[O-:1]
BnO c1ccccc1C[O-:1]
"""),
    *_single("aryloxide", STRAIGHT, """
PhO c1ccccc1[O-:1]
Me2C6H3O Cc1cccc(C)c1[O-:1]
iPr2C6H3O CC(C)c1cccc(C(C)C)c1[O-:1]
tBu2C6H3O CC(C)(C)c1cccc(C(C)(C)C)c1[O-:1]
MeOC6H4O COc1ccc([O-:1])cc1
Cl3C6H2O Clc1cc(Cl)cc(Cl)c1[O-:1]
C6F5O Fc1c(F)c(F)c([O-:1])c(F)c1F
O2NC6H4O O=[N+]([O-])c1ccc([O-:1])cc1
"""),
    *_single("siloxide", STRAIGHT, """
Me3SiO C[Si](C)(C)[O-:1]
Et3SiO CC[Si](CC)(CC)[O-:1]
tBuMe2SiO CC(C)(C)[Si](C)(C)[O-:1]
Ph3SiO c1ccccc1[Si](c1ccccc1)(c1ccccc1)[O-:1]
"""),
    *_single("hydroxide", STRAIGHT, "HO [OH-:1]"),
    *_single("amide N", SP2, """
N(SiMe3)2 C[Si](C)(C)[N-:1][Si](C)(C)C
N(SiHMe2)2 C[SiH](C)[N-:1][SiH](C)C
NPh2 c1ccccc1[N-:1]c1ccccc1
N(iPr)2 CC(C)[N-:1]C(C)C
"""),
    *_single("fluoride", SP2, "F [F-:1]"),
    *_single("chloride", SP2, "Cl [Cl-:1]"),
    *_single("bromide", SP2, "Br [Br-:1]"),
    *_single("iodide", SP2, "I [I-:1]"),
    *_single("carboxylate", SP2, """
OAc CC(=O)[O-:1]
OBz c1ccccc1C(=O)[O-:1]
tfa FC(F)(F)C(=O)[O-:1]
piv CC(C)(C)C(=O)[O-:1]
"""),
    *_single("oxoanion", (138.0, 170.0), """
OTf FC(F)(F)S(=O)(=O)[O-:1]
O2P(OPh)2 c1ccccc1OP(=O)([O-:1])Oc1ccccc1
"""),
    *_single("pseudohalide N", STRAIGHT, """
NCS [N-:1]=C=S
N3 [N-:1]=[N+]=[N-]
"""),
)  # fmt: skip
"""With one donor, charge −1."""

NEUTRALS: Final = (
    *_single("phosphine oxide", STRAIGHT, """
Me3PO CP(C)(C)=[O:1]
Et3PO CCP(CC)(CC)=[O:1]
Ph3PO c1ccccc1P(c1ccccc1)(c1ccccc1)=[O:1]
Cy3PO C1CCCCC1P(C1CCCCC1)(C1CCCCC1)=[O:1]
hmpa CN(C)P(N(C)C)(N(C)C)=[O:1]
tBuPO(NHiPr)2 CC(C)(C)P(NC(C)C)(NC(C)C)=[O:1]
(MeO)3PO COP(OC)(OC)=[O:1]
"""),
    *_single("N-oxide", (120.0, 140.0), """
pyO c1cc[n+]([O-:1])cc1
picO Cc1cc[n+]([O-:1])cc1
Me3NO C[N+](C)(C)[O-:1]
"""),
    *_single("amide O", (125.0, 165.0), """
dmf CN(C)C=[O:1]
dma CC(N(C)C)=[O:1]
urea NC(N)=[O:1]
tmu CN(C)C(N(C)C)=[O:1]
nmp CN1CCCC1=[O:1]
"""),
    *_single("sulfoxide", (118.0, 132.0), "dmso CS(C)=[O:1]"),
    *_single("carbonyl", SP2, "acetone CC(C)=[O:1]"),
    *_single("water", SP3, "H2O [OH2:1]"),
    *_single("alcohol", SP3, """
MeOH C[OH:1]
EtOH CC[OH:1]
iPrOH CC(C)[OH:1]
"""),
    *_single("ether", SP3, """
thf C1CC[O:1]C1
Et2O CC[O:1]CC
dioxane C1C[O:1]CCO1
"""),
    *_single("pyridine N", SP2, """
py c1cc[n:1]cc1
pic Cc1cc[n:1]cc1
dmap CN(C)c1cc[n:1]cc1
im Cn1cc[n:1]c1
"""),
    *_single("nitrile", STRAIGHT, "MeCN CC#[N:1]"),
    *_single("amine", SP3, "NH3 [NH3:1]"),
)  # fmt: skip
"""With one donor and no charge."""

_DIKETONE: Final = (LENGTHS["β-diketonate"],) * 2
_CARBOXYLATE: Final = (LENGTHS["chelating carboxylate"],) * 2
_NITRATE: Final = (LENGTHS["nitrate"],) * 2
_PYRIDINES: Final = (LENGTHS["pyridine N"] + 0.02,) * 2


def _pair(name: str, smiles: str, lengths: tuple[float, ...], bite: float) -> Ligand:
    return Ligand(name, smiles, lengths, (90.0, 150.0), fan(bite))


NITRATE: Final = _pair("NO3", "[O-:1][N+](=O)[O-:2]", _NITRATE, 52.0)

DIKETONATES: Final = (
    _pair("acac", "CC(=[O:1])/C=C(/C)[O-:2]", _DIKETONE, 72.5),
    _pair("dpm", "CC(C)(C)C(=[O:1])/C=C(/C(C)(C)C)[O-:2]", _DIKETONE, 72.5),
    _pair("hfac", "FC(F)(F)C(=[O:1])/C=C(/C(F)(F)F)[O-:2]", _DIKETONE, 72.5),
    _pair("tfac", "CC(=[O:1])/C=C(/C(F)(F)F)[O-:2]", _DIKETONE, 72.5),
    _pair("tta", "FC(F)(F)C(=[O:1])/C=C(/c1cccs1)[O-:2]", _DIKETONE, 72.5),
    _pair("dbm", "c1ccccc1C(=[O:1])/C=C(/c1ccccc1)[O-:2]", _DIKETONE, 72.5),
    _pair("btfa", "FC(F)(F)C(=[O:1])/C=C(/c1ccccc1)[O-:2]", _DIKETONE, 72.5),
)

CARBOXYLATES: Final = (
    _pair("κ²-OAc", "CC(=[O:1])[O-:2]", _CARBOXYLATE, 54.0),
    _pair("κ²-OBz", "c1ccccc1C(=[O:1])[O-:2]", _CARBOXYLATE, 54.0),
    _pair("κ²-piv", "CC(C)(C)C(=[O:1])[O-:2]", _CARBOXYLATE, 54.0),
    _pair("κ²-tfa", "FC(F)(F)C(=[O:1])[O-:2]", _CARBOXYLATE, 54.0),
)

DIIMINES: Final = (
    _pair("bipy", "c1cc[n:1]c(c1)-c1cccc[n:2]1", _PYRIDINES, 63.0),
    _pair("phen", "c1c[n:1]c2c(c1)ccc1ccc[n:2]c12", _PYRIDINES, 64.5),
    _pair("dmbipy", "Cc1cc[n:1]c(c1)-c1cc(C)cc[n:2]1", _PYRIDINES, 63.0),
    _pair("dpq", "c1c[n:1]c2c(c1)c1nccnc1c1ccc[n:2]c12", _PYRIDINES, 64.5),
)

OTHER_PAIRS: Final = (
    _pair("dme", "C[O:1]CC[O:2]C", (2.46, 2.46), 65.0),
    _pair("en", "[NH2:1]CC[NH2:2]", (2.53, 2.53), 67.0),
    _pair("amd", "CC(C)[N:1]=C(C)[N-:2]C(C)C", (LENGTHS["amidinate"],) * 2, 57.0),
    _pair("trop", "c1cccc([O-:1])c(=[O:2])c1", (2.32, 2.32), 68.0),
    _pair("quin", "c1cc2cccc([O-:1])c2[n:2]c1", (2.25, 2.52), 67.0),
    _pair("S2CNEt2", "CCN(CC)C(=[S:1])[S-:2]", (2.83, 2.83), 62.0),
    _pair("ox", "O=C([O-:1])C(=O)[O-:2]", (2.36, 2.36), 67.0),
)

_SALEN_LENGTHS: Final = (LENGTHS["chelating aryloxide"], LENGTHS["imine"], LENGTHS["imine"], 2.20)
_SALEN_SITES: Final = fan(74.0, 67.0, 74.0, height=0.45)


def _arm(number: str, ring: int, r3: str, r5: str) -> str:
    """Half a salen behind its imine nitrogen: ``=Cc…`` with the phenolate numbered; r3 ortho to O, r5 para to it."""
    return f"=Cc{ring}cc({r5})cc({r3})c{ring}[O-:{number}]".replace("([H])", "")


def _salen(name: str, bridge: str, r3: str, r5: str, sites: tuple[tuple[float, float, float], ...]) -> Ligand:
    left = f"[O-:1]c1c({r3})cc({r5})cc1C=[N:2]".replace("([H])", "")
    smiles = left + bridge.replace("*", f"[N:3]{_arm('4', 9, r3, r5)}")
    return Ligand(name, smiles, _SALEN_LENGTHS, (100.0, 150.0), sites)


_BRIDGES: Final = {
    "salen": "CC*", "salophen": "c7ccccc7*", "salpn": "CCC*", "salcyhex": "C7CCCCC7*", "saldmen": "CC(C)(C)*",
}  # fmt: skip
_SUBSTITUENTS: Final = {
    "": ("[H]", "[H]"), "3-OMe": ("OC", "[H]"), "5-Cl": ("[H]", "Cl"), "5-Br": ("[H]", "Br"),
    "5-NO2": ("[H]", "[N+](=O)[O-]"), "5-OMe": ("[H]", "OC"), "3,5-tBu2": ("C(C)(C)C", "C(C)(C)C"),
    "3-Me": ("C", "[H]"),
}  # fmt: skip


def _salens() -> Iterable[Ligand]:
    for bridge, middle in _BRIDGES.items():
        sites = fan(74.0, 75.0, 74.0, height=0.45) if bridge == "salpn" else _SALEN_SITES
        for substituent, (r3, r5) in _SUBSTITUENTS.items():
            yield _salen(f"{substituent}-{bridge}" if substituent else bridge, middle, r3, r5, sites)


SALENS: Final = tuple(_salens())
"""Planar N2O2 Schiff bases, charge −2: O, N, N, O."""


def _outer(name: str, bridge: str, ether: str) -> Ligand:
    """A doubly protonated 3-alkoxy-salen that holds the ion in its outer O4 pocket (zwitterion: N–H, O⁻)."""
    left, right = f"{ether}[O:1]c1cccc(C=[NH+]", f"[NH+]=Cc9cccc([O:4]{ether[::-1]})c9[O-:3]"
    smiles = left + bridge.replace("*", right) + ")c1[O-:2]"
    return Ligand(name, smiles, (2.56, 2.31, 2.31, 2.56), (105.0, 150.0), fan(63.0, 68.0, 63.0))


OUTER_SALENS: Final = (
    _outer("H2valen", "CC*", "C"), _outer("H2valphen", "c7ccccc7*", "C"), _outer("H2valpn", "CCC*", "C"),
    _outer("H2-3-OEt-salen", "CC*", "CC"), _outer("H2valdmen", "CC(C)(C)*", "C"),
)  # fmt: skip
"""Neutral, O4."""
