"""Ligands that take two places at one lanthanide: bipyridines, β-diketonates, nitrate and their kin.

Build gives every axial ligand one place, and from there GFN2 seldom finds the second: 2,2'-bipyridine, phenanthroline,
acetylacetonate, nitrate, quinolinolate, picolinate, ethylenediamine and dimethoxyethane all passed its checks bound by
one donor, with Dy–N up to 2.63 Å: complexes that nobody has made. So they are told by their structure instead.

`_BITES` is a chemist's list of ours: donors that structures of lanthanides practically always show chelating. A ligand
that may chelate as well as not, such as a carboxylate or an amino acid, is left with the doubt ``ligand-chelates``.
"""

from __future__ import annotations

from typing import Final

from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.lewis.graph import compiled
from core.chem.ligand.donor import donor_sites_of
from core.chem.ligand.doubts import can_bend
from core.chem.ligand.ligand import Ligand
from core.errors import Refused

_BITES: Final[tuple[str, ...]] = (
    "[nX2]:c-,:c:[nX2]",  # bipyridine, phenanthroline, terpyridine
    "[nX2]:c-[CX3]=[NX2]",  # pyridine imines
    "[NX2]=[CX3]-[CX3]=[NX2]",  # diimines
    "[OX1-]-[n+]:c-c:[n+]-[OX1-]",  # bipyridine dioxide
    "[O,N;X1,X2]=[CX3]-[#6]=,:[#6]-[O,N;-1]",  # β-diketonates, β-diketiminates, salicylaldehydates, salicylaldimines
    "[OX1]=[#6]-,:[#6,#7]-[OX1-]",  # tropolonate, hydroxamates, α-keto acids
    "[nX2]:c-[#6]-[OX1-]",  # picolinate, pyridylmethanolates
    "[OX1-]-c:c:[nX2]",  # quinolinolate
    "[OX1-]-[#7]-[#7]=[OX1]",  # cupferronate
    "[OX1]=P-N=P-[OX1-]",  # imidodiphosphinates
    "[OX1]=P-[CX4,NX3]-P=[OX1]",  # bis(phosphine oxides)
    "[OX1-]-[NX3+]-[OX1-]",  # nitrate; nitro groups have one O⁻
    "[NX3]-!@[CX4]-[CX4]-!@[NX3]",  # ethylenediamines
    "[OX2H0]-!@[CX4]-[CX4]-!@[OX2H0]",  # dimethoxyethane and longer glymes
)
"""SMARTS whose first and last atom are the two donors."""


def check_single(ligand: Ligand) -> None:
    """Whether the atom that binds would do so alone.

    Raises:
        Refused: it is one of two that lanthanides take together; says which, and what can be done instead.
    """
    pair = _bite(ligand)
    if pair is None:
        return
    one, other = pair
    both = f"two {one} donors" if one is other else f"{one} and {other}"
    raise Refused(
        f"this ligand is a chelate: it takes two places at the metal ({both}), and an axial ligand of Build takes one.",
        advice="Open a crystal structure or an XYZ file that holds it in Predict, whose examples have acac, phen and "
        "nitrate; or take a ligand with one donor.",
    )


def _bite(ligand: Ligand) -> tuple[DonorClass, DonorClass] | None:
    """Classes of the donor and of the one beside it; None where there is none beside it."""
    mol = Chem.MolFromSmiles(ligand.smiles)
    able = donor_sites_of(mol).atoms
    for smarts in _BITES:
        for match in mol.GetSubstructMatches(compiled(smarts), uniquify=False):
            pair = (match[0], match[-1])
            if ligand.donor in pair and set(pair) <= set(able) and can_bend(mol, match):
                other = pair[1] if pair[0] == ligand.donor else pair[0]
                return able[ligand.donor], able[other]
    return None
