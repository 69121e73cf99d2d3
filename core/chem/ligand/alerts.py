"""Groups of a ligand that water or a Lewis acid such as Dy(III) destroys, or that nobody can make or keep.

Each alert is a pattern with its reason. They are a chemist's list of ours, from textbook reactivity (J. Clayden,
N. Greeves, S. Warren, Organic Chemistry, 2nd ed., Oxford 2012), not a measured model: a ligand without an alert may be
unstable all the same, and one with an alert is not refused. The pKa of water bound to Dy(III), 8.0, is of C. F. Baes,
R. E. Mesmer, The Hydrolysis of Cations, Wiley 1976; those of conjugate acids are textbook values for each donor class.
All of them are from memory, to the figure that matters here: on which side of bound water an anion stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from rdkit import Chem

from core.chem.donor_class import DonorClass
from core.chem.lewis.graph import compiled

AQUA_PKA: Final = 8.0
"""pKa of water bound to Dy(III), 25 °C, zero ionic strength."""

_CONJUGATE_PKA: Final[dict[DonorClass, float]] = {
    DonorClass.ALKOXIDE: 16.0,
    DonorClass.HYDROXIDE: 15.7,
    DonorClass.SILOXIDE: 12.0,
    DonorClass.ARYLOXIDE: 10.0,
    DonorClass.AMIDE_N: 25.0,
    DonorClass.THIOLATE: 10.0,
    DonorClass.ALKYL: 45.0,
    DonorClass.ARYL: 40.0,
    DonorClass.PHOSPHIDE: 22.0,
    DonorClass.CARBENE: 22.0,
    DonorClass.AZOLATE: 14.0,
}
"""Classes whose conjugate acid is weaker than bound water, with about its pKa in water."""

_STABILISED: Final = "[N-,C-,P-]-[#6X3,P,S,N;+0,+1]=[O,S,N]"
"""Anions whose charge is shared with a group beside them (amidates, sulfonamidates, enolates): far weaker bases
than the rest of their class."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One reason not to make a ligand, or not to trust that it stays what it is.

    Attributes:
        code: for programs: ``hydrolysis``, ``condensation``, ``tautomer``, ``strain``, ``unstable``, ``explosive``,
            ``redox`` or ``base``.
        group: what was found, in words.
        text: the reason, a sentence.

    >>> import kramers
    >>> kramers.Ligand("CC(=O)Cl").alerts()[0].text
    'It has an acyl halide: water splits it, the faster beside a Lewis acid.'
    """

    code: str
    group: str
    text: str


_WATER: Final = "hydrolysis", "water splits it, the faster beside a Lewis acid"
_LOSES: Final = "condensation", "it loses water, alcohol or amine and does not stand alone"
_SHIFTS: Final = "tautomer", "it goes over into its more stable tautomer"
_STRAIN: Final = "strain", "its ring strain lets a Lewis acid or a nucleophile open it"
_NOT_KEPT: Final = "unstable", "it rearranges, polymerises or falls apart under usual conditions"
_EXPLODES: Final = "explosive", "compounds with it may explode"
_OXIDISED: Final = "redox", "air or the metal salt changes its oxidation state"

_PATTERNS: Final[tuple[tuple[str, str, tuple[str, str]], ...]] = (
    ("[CX3](=[O,S,N])[F,Cl]", "acyl halide", _WATER),
    ("[SX4](=O)(=O)[F,Cl]", "sulfonyl halide", _WATER),
    ("[SX3](=O)[F,Cl]", "sulfinyl halide", _WATER),
    ("[S;X2][F,Cl]", "sulfenyl halide", _WATER),
    ("[P][F,Cl]", "phosphorus halide", _WATER),
    ("[Si][Cl]", "chlorosilane", _WATER),
    ("[B;X3][F,Cl]", "boron halide", _WATER),
    ("[OX2,NX3,SX2;!$(*C=[O,S,N])][CX4][Cl]", "α-chloro ether or amine", _WATER),
    ("[CX3](=O)[OX2][CX3]=O", "acid anhydride", _WATER),
    ("[NX2]=[CX2]=[O,S]", "isocyanate or isothiocyanate", _WATER),
    ("[NX2]=[CX2]=[NX2]", "carbodiimide", _WATER),
    ("[#6]=[CX2]=[O,S]", "ketene", _WATER),
    ("[Si][NX3]", "aminosilane", _WATER),
    ("[Si][OX2][CX3]=O", "silyl ester", _WATER),
    ("[B;X3;!$(B-[O,c])][#7X3]", "aminoborane", _WATER),
    ("[CX3;!$(C=[N+])]=[NX2;H1]", "N–H imine", _WATER),
    ("[CX3;H1,H2]=[NX2][CX4]", "imine of an aldehyde", _WATER),
    ("[CX4;!$(C(F)F)]([OX2H1])[OX2,SX2]", "hemiacetal or geminal diol", _LOSES),
    ("[CX4]([OX2H1])[NX3;!$(N-C=[O,S,N]);!$(N-S=O)]", "hemiaminal", _LOSES),
    ("[CX4]([NX3;H1,H2;!$(N-C=[O,S,N])])[NX3;!$(N-C=[O,S,N])]", "geminal diamine", _LOSES),
    ("[CX4]([OX2H1])[F,Cl]", "α-halo alcohol", _LOSES),
    ("[Si]([OX2H1])[OX2H1]", "silanediol", _LOSES),
    ("[OX2H1][CX3;!$(C=[O,S,N])]=[CX3;!$(C-C=O)]", "enol", _SHIFTS),
    ("[NX3;H1,H2][CX3;!$(C=[O,S,N])]=[CX3;!$(C-[C,S,N,P]=,#[O,N])]", "N–H enamine", _SHIFTS),
    ("[NX2;!$(N=[N,C]=*)]=[OX1]", "nitroso group", _NOT_KEPT),
    ("[C;R]=[C;R]=[C;R]", "cyclic allene", _STRAIN),
    ("[CX3]=[CX2]=[CX3]", "allene", _NOT_KEPT),
    ("[C;R]#[C;R]", "cyclic alkyne", _STRAIN),
    ("[CX4,CX3;r3]1[CX3]=[CX3]1", "cyclopropene", _STRAIN),
    ("[CX4,NX3,OX2;r3]1[CX3]=[NX2]1", "azirine", _STRAIN),
    ("[O,S;X2;r3]", "epoxide or thiirane", _STRAIN),
    ("[NX3;r3]", "aziridine", _STRAIN),
    ("[CX3]1=[CX3][CX3]=[CX3]1", "cyclobutadiene", _STRAIN),
    ("O=C1[O,N,S]CC1", "β-lactone or β-lactam", _STRAIN),
    ("[#7X3;!$([#7]-[#6,#16]=O)][#7X3][#7X3]", "chain of three nitrogen atoms", _NOT_KEPT),
    ("[#7X3;!R][#7X2;!R]=[#7X2;!R]", "triazene", _NOT_KEPT),
    ("[NX2]=[N+]=[NX1-]", "azide", _EXPLODES),
    ("[#6]=[N+]=[NX1-]", "diazo group", _EXPLODES),
    ("[#7]~[#7]~[#7]~[#7]~[#7]", "five nitrogen atoms in a row", _EXPLODES),
    ("[OX2][OX2,OX1-]", "peroxide", _EXPLODES),
    ("[OX2][F,Cl]", "hypohalite", _EXPLODES),
    ("[#7][F,Cl]", "N–halogen bond", _OXIDISED),
    ("[OX2][OX2][OX2]", "chain of three oxygen atoms", _EXPLODES),
    ("[#6,#7,#8,#15,#16][OX2][SX2]", "sulfenate", _NOT_KEPT),
    ("[NX3;!$(N=*)][OX2][NX3]", "N–O–N chain", _NOT_KEPT),
    ("[PX3;H1,H2]", "P–H phosphine", _OXIDISED),
    ("[PX3]-[PX3]", "diphosphine", _OXIDISED),
    ("[B;H1,H2,H3]", "B–H bond", _WATER),
    ("[Si;H2,H3]", "Si–H bonds", _OXIDISED),
    ("[SX1]=[CX3;H1,H2]", "thioaldehyde", _NOT_KEPT),
    ("[Si]=*", "double bond of silicon", _NOT_KEPT),
    ("[PX2]=[#6]", "P=C double bond", _NOT_KEPT),
    ("[B]=*", "double bond of boron", _NOT_KEPT),
    ("[CX3;H2]=[OX1]", "formaldehyde", _NOT_KEPT),
    ("[CX2]#[CX2]-[CX2]#[CX2]", "diyne", _EXPLODES),
    ("[NX3;H1,H2][NX3;H1,H2]", "hydrazine", _OXIDISED),
    ("[SX2H1]", "free thiol", _OXIDISED),
)
"""SMARTS, what it is called, and what becomes of it."""


def alerts(mol: Any, donor_class: DonorClass) -> tuple[Alert, ...]:
    """What speaks against a ligand, once for each kind of group, structural reasons first.

    Args:
        mol: sanitised RDKit molecule, hydrogens implicit.
        donor_class: of the atom that binds; an anion more basic than bound water would take a proton from it.
    """
    found = [
        Alert(code, group, f"It has {_article(group)}: {what}.")
        for smarts, group, (code, what) in _PATTERNS
        if mol.HasSubstructMatch(compiled(smarts))
    ]
    if said := base_sentence(mol, donor_class):
        found.append(Alert("base", str(donor_class), said))
    return tuple(found)


def base_sentence(mol: Any, donor_class: DonorClass) -> str:
    """Why a ligand would be protonated by bound water; empty where it would not, or nothing is known of its class."""
    pka = _CONJUGATE_PKA.get(donor_class)
    basic = Chem.GetFormalCharge(mol) < 0 or donor_class == DonorClass.CARBENE
    if pka is None or not basic or mol.HasSubstructMatch(compiled(_STABILISED)):
        return ""
    return (
        f"Its conjugate acid (pKa about {pka:.0f}) is weaker than water on Dy(III) (pKa {AQUA_PKA:.0f}): it would take "
        "a proton from water beside it on the metal."
    )


def alerts_of_smiles(smiles: str, donor_class: DonorClass) -> tuple[Alert, ...]:
    """The same of a ligand's canonical SMILES, which RDKit wrote itself."""
    return alerts(Chem.MolFromSmiles(smiles), donor_class)


def _article(group: str) -> str:
    if group.endswith("bonds"):
        return group
    return f"an {group}" if group[0] in "aeiouαN" and not group.startswith("N–O") else f"a {group}"
