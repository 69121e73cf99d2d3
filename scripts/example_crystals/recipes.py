"""The example crystals, one function each: which complex, which counter-ion, which space group.

Metal–donor distances are round values of the kind that crystal structures of such complexes show; they are chosen,
not measured, and none is copied from a data base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray

from .assembly import Piece, assemble, single
from .cell import Body
from .fragment import symmetrised
from .parts import (
    ACAC,
    ETHANOL,
    METHANOL,
    NITRATE,
    PHEN,
    PYRIDINE,
    THF,
    WATER,
    crown_potassium,
    dimer_on_inversion_centre,
    free,
    nitrate_sites,
    phosphonium,
    phthalocyanine,
    second_part,
    squeezed,
)
from .plan import Plan
from .polyhedra import kepert, pentagonal_bipyramid, ring, square_antiprism


@dataclass(frozen=True, slots=True)
class CrystalRecipe:
    """One example: file stem, the compound in words, and how its crystal is made."""

    stem: str
    name: str
    plan: Callable[[], Plan]


def aqua_phosphine_oxide(metal: str = "Dy", space_group: str = "P 1 21/c 1", seed: int = 2) -> Plan:
    """[M(H2O)5(OPMe3)2]Cl3 · EtOH, a pentagonal bipyramid with short axial bonds."""
    corner = pentagonal_bipyramid()
    axial = [Piece("[O:1]=P(C)(C)C", {1: 2.22 * v}, (160.0, 172.0)) for v in corner[:2]]
    equatorial = [Piece(WATER, {1: 2.37 * v}, (112.0, 125.0)) for v in corner[2:]]
    cation = assemble([(f"{metal}+3", np.zeros(3))], [*axial, *equatorial])
    return Plan(space_group, (free(cation), *(free(single("[Cl-]")) for _ in range(3)), free(single(ETHANOL))), seed)


def alkoxide_pyridine(metal: str = "Dy", space_group: str = "P -1", seed: int = 6) -> Plan:
    """[M(OtBu)2(py)5]BPh4, a pentagonal bipyramid with anionic axial donors."""
    corner = pentagonal_bipyramid()
    axial = [Piece("CC(C)(C)[O-:1]", {1: 2.11 * v}, (168.0, 178.0)) for v in corner[:2]]
    equatorial = [Piece(PYRIDINE, {1: 2.56 * v}, (118.0, 124.0)) for v in corner[2:]]
    cation = assemble([(f"{metal}+3", np.zeros(3))], [*axial, *equatorial])
    return Plan(space_group, (free(cation), free(single("[B-](c1ccccc1)(c1ccccc1)(c1ccccc1)c1ccccc1"))), seed)


def metallocenium(metal: str = "Dy", space_group: str = "P 1 21/n 1", seed: int = 5) -> Plan:
    """[M(C5iPr5)(C5Me5)]B(C6F5)4, a bent metallocene cation without any other donor."""
    tilt = np.radians((180.0 - 162.5) / 2.0)
    upper = _tilted(ring(5, 1.21, 2.29), tilt)
    lower = _tilted(ring(5, 1.21, -2.30, 36.0), -tilt)
    bulky = "CC(C)[c-:1]1[c:2](C(C)C)[c:3](C(C)C)[c:4](C(C)C)[c:5]1C(C)C"
    pieces = [
        Piece(bulky, dict(enumerate(upper, 1))),
        Piece("C[c-:1]1[c:2](C)[c:3](C)[c:4](C)[c:5]1C", dict(enumerate(lower, 1))),
    ]
    cation = assemble([(f"{metal}+3", np.zeros(3))], pieces)
    fluorinated = "c1(F)c(F)c(F)c(F)c1F"
    anion = single(
        f"[B-]({fluorinated.replace('1', '2')})({fluorinated.replace('1', '3')})"
        f"({fluorinated.replace('1', '4')}){fluorinated.replace('1', '5')}"
    )
    return Plan(space_group, (free(cation), free(anion)), seed)


def _tilted(points: FloatArray, angle: float) -> FloatArray:
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    return points @ turn.T


def cyclooctatetraenyl(metal: str = "Er", space_group: str = "P -1", seed: int = 7) -> Plan:
    """[K(18-crown-6)(thf)2][M(C8H8)2]; both ions sit on inversion centres."""
    smiles = "[cH-:1]1[cH:2][cH:3][cH-:4][cH:5][cH:6][cH:7][cH:8]1"
    rings = [Piece(smiles, dict(enumerate(ring(8, 1.84, height), 1))) for height in (1.86, -1.86)]
    anion = assemble([(f"{metal}+3", np.zeros(3))], rings)
    anion = symmetrised(anion, [np.eye(3), -np.eye(3)])
    still = {"free_shift": (0, 0, 0)}
    return Plan(
        space_group,
        (Body(anion, np.zeros(3), **still), Body(crown_potassium(), np.array([0.5, 0.5, 0.5]), **still)),
        seed,
    )


def acac_phenanthroline(metal: str = "Dy", space_group: str = "C 1 2/c 1", seed: int = 1) -> Plan:
    """[M(acac)3(phen)], a square antiprism whose four chelates span edges of the squares."""
    corner = square_antiprism()
    acac = [
        Piece(ACAC, {1: 2.33 * corner[i], 2: 2.33 * corner[j]}, (130.0, 142.0)) for i, j in ((0, 1), (2, 3), (4, 5))
    ]
    near, far = squeezed(corner[6], corner[7], 64.5)
    phen = Piece(PHEN, {1: 2.56 * near, 2: 2.56 * far}, (114.0, 126.0))
    return Plan(space_group, (free(assemble([(f"{metal}+3", np.zeros(3))], [*acac, phen])),), seed)


def double_decker(metal: str = "Tb", space_group: str = "P 4/n :2", seed: int = 3) -> Plan:
    """[M(Pc)2]PPh4; the metal on a fourfold axis, phosphorus on a fourfold inversion axis."""
    anion = phthalocyanine(metal)
    along = {"free_shift": (0, 0, 1), "free_turn": (0, 0, 1)}
    fixed = {"free_shift": (0, 0, 0), "free_turn": (0, 0, 1)}
    return Plan(
        space_group,
        (Body(anion, np.array([0.25, 0.25, 0.2]), **along), Body(phosphonium(), np.array([0.25, 0.75, 0.0]), **fixed)),
        seed,
    )


def zinc_salen(metal: str = "Dy", space_group: str = "P 21 21 21", seed: int = 3) -> Plan:
    """[Zn(H2O)(valen)M(NO3)3] · MeOH: zinc(II) in the N2O2 pocket of a salen, the lanthanide in its O4 pocket."""
    zinc, magnet = np.array([-0.25, 0.0, 0.55]), np.array([3.45, 0.0, 0.0])
    places = {
        1: (-1.56, 1.33, 0.0),
        2: (-1.56, -1.33, 0.0),
        3: (1.45, 1.30, 0.0),
        4: (1.45, -1.30, 0.0),
        5: (3.73, 2.54, 0.0),
        6: (3.73, -2.54, 0.0),
    }
    donors = {n: np.array(p) for n, p in places.items()}
    keep = {
        1: ((0, 2.06),),
        2: ((0, 2.06),),
        3: ((0, 2.04), (1, 2.35)),
        4: ((0, 2.04), (1, 2.35)),
        5: ((1, 2.56),),
        6: ((1, 2.56),),
    }
    valen = "C[O:5]c1cccc(C=[N:1]CC[N:2]=Cc2cccc([O:6]C)c2[O-:4])c1[O-:3]"
    pocket = Piece(valen, donors, pinned=False, restraints=keep)
    water = Piece(WATER, {1: zinc + np.array([-0.1, 0.0, 2.02])}, (112.0, 125.0))
    nitrates = nitrate_sites(
        magnet, [(-0.25, 0.0, 0.97), (-0.25, 0.0, -0.97), (1.0, 0.0, 0.0)], [(0, 1, 0), (0, 1, 0), (0, 0, 1)], metal=1
    )
    body = assemble([("Zn+2", zinc), (f"{metal}+3", magnet)], [pocket, water, *nitrates])
    return Plan(space_group, (free(body), free(single(METHANOL))), seed)


def methoxide_dimer(metal: str = "Dy", space_group: str = "P 1 21/n 1", seed: int = 1) -> Plan:
    """[M2(acac)4(μ-OMe)2(MeOH)2] on an inversion centre: two magnetic ions, 3.6 Å apart."""
    dimer = dimer_on_inversion_centre(metal)
    return Plan(space_group, (Body(dimer, np.zeros(3), free_shift=(0, 0, 0)),), seed)


def nitrate_disordered(metal: str = "Dy", space_group: str = "P b c a", seed: int = 1) -> Plan:
    """[M(NO3)3(thf)3]; one thf flips its envelope, 0.6 to 0.4."""
    bites = [(0, 1, 52.0), (2, 3, 52.0), (4, 5, 52.0)]
    corner = kepert(bites, 9, seed=3)
    nitrates = [Piece(NITRATE, {1: 2.46 * corner[i], 2: 2.46 * corner[j]}) for i, j, _ in bites]
    ethers = [Piece(THF, {1: 2.41 * corner[i]}, (118.0, 132.0)) for i in (6, 7, 8)]
    whole = assemble([(f"{metal}+3", np.zeros(3))], [*nitrates, *ethers])
    return Plan(space_group, (free(second_part(whole)),), seed)


EXAMPLES = (
    CrystalRecipe(
        "dy-h2o5-opme3-2",
        "pentaaquabis(trimethylphosphine oxide)dysprosium(III) trichloride ethanol solvate",
        aqua_phosphine_oxide,
    ),
    CrystalRecipe(
        "dy-otbu2-py5-bph4", "di-tert-butoxidopentakis(pyridine)dysprosium(III) tetraphenylborate", alkoxide_pyridine
    ),
    CrystalRecipe(
        "dy-cp-ipr5-cp-star",
        "(pentaisopropylcyclopentadienyl)(pentamethylcyclopentadienyl)dysprosium(III) "
        "tetrakis(pentafluorophenyl)borate",
        metallocenium,
    ),
    CrystalRecipe(
        "er-cot2-k-crown",
        "bis(tetrahydrofuran)(18-crown-6)potassium bis(cyclooctatetraenyl)erbate(III)",
        cyclooctatetraenyl,
    ),
    CrystalRecipe("dy-acac3-phen", "tris(acetylacetonato)(1,10-phenanthroline)dysprosium(III)", acac_phenanthroline),
    CrystalRecipe("tb-pc2-pph4", "tetraphenylphosphonium bis(phthalocyaninato)terbate(III)", double_decker),
    CrystalRecipe(
        "zn-dy-valen-nitrate3",
        "aquazinc(II) trinitratodysprosium(III) N,N'-bis(3-methoxysalicylidene)"
        "ethylenediamine complex, methanol solvate",
        zinc_salen,
    ),
    CrystalRecipe(
        "dy2-methoxide-acac4",
        "bis(mu-methoxido)tetrakis(acetylacetonato)bis(methanol)didysprosium(III)",
        methoxide_dimer,
    ),
    CrystalRecipe("dy-nitrate3-thf3-disordered", "trinitratotris(tetrahydrofuran)dysprosium(III)", nitrate_disordered),
)
