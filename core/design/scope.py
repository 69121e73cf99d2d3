"""What a ligand must be to be drawn, decoded or trained on: the scope of the ligand generator.

One fragment and a closed shell (carbenes included), at most 25 heavy atoms of H B C N O F Si P S Cl, charge 0 or −1,
no charges apart (P=O, N⁺–O⁻, N≡C⁻ and their like are none), and one donor: O, N, S, F, Cl or a carbene C that takes
the charge of an anion and beside which no second donor would close a five- or six-membered chelate ring. Further
donors out of reach are allowed, and so is a carboxylate, whose second oxygen shares the charge.

Stereo is dropped: neither the generator nor its library tells E from Z or R from S, and all its stereoisomers
are one ligand. Classes, ranks and the standing Lewis structure are those of `core.chem.ligand.ligand`, which reads a
ligand more slowly and knows its doubts, its formula and the atoms that could bind instead.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rdkit import Chem, rdBase

from core import settings
from core.chem.donor_class import DonorClass
from core.chem.ligand.donor import ANIONIC, DonorChoice, DonorSites, donor_sites_of
from core.chem.ligand.doubts import closes_chelate, is_zwitterion
from core.chem.ligand.forms import normal_form
from core.chem.ligand.input import ELEMENTS, is_carbene
from core.chem.ligand.names import did_you_mean, smiles_of_name
from core.errors import Refused

DONORS: Final[frozenset[str]] = frozenset("O N S F Cl C".split())
"""Elements that may bind; carbon only as a carbene."""

_SMILES = re.compile(r"[A-Za-z0-9@+\-\[\]()=#:/\\%.]+")
_MAX_ROUNDS: Final = 3


class Reason(StrEnum):
    """Why a ligand is out of scope, for those who count."""

    UNREADABLE = "unreadable"
    FRAGMENTS = "fragments"
    ELEMENT = "element"
    SIZE = "size"
    CHARGE = "charge"
    RADICAL = "radical"
    ZWITTERION = "zwitterion"
    NO_DONOR = "no donor"
    DONOR_ELEMENT = "donor element"
    DONOR_NOT_KEPT = "donor not kept"
    CHARGE_ELSEWHERE = "charge elsewhere"
    CHELATING = "chelating"
    UNSEEN = "unseen"


_SENTENCES: Final[dict[Reason, str]] = {
    Reason.UNREADABLE: "this is neither the SMILES of a molecule nor a common name that is known here.",
    Reason.FRAGMENTS: "it holds more than one molecule or ion.",
    Reason.ELEMENT: "it holds an element other than H, B, C, N, O, F, Si, P, S and Cl.",
    Reason.SIZE: f"it is not of 1 to {settings.LIGAND_ATOMS_IN_SCOPE} heavy atoms.",
    Reason.CHARGE: "its charge is neither 0 nor −1.",
    Reason.RADICAL: "it has unpaired electrons.",
    Reason.ZWITTERION: "positive and negative charges stand apart in it.",
    Reason.NO_DONOR: "no atom of it has a free lone pair for the metal.",
    Reason.DONOR_ELEMENT: "its donor is not O, N, S, F, Cl or a carbene.",
    Reason.DONOR_NOT_KEPT: "the atom asked for has no free lone pair for the metal.",
    Reason.CHARGE_ELSEWHERE: "it is an anion that would bind with an atom that does not share the charge.",
    Reason.CHELATING: "a second donor is placed to close a chelate ring; only single donors are covered.",
    Reason.UNSEEN: "nothing written like it, such as F⁻ itself, was among the ligands that the model learned from.",
}


class OutOfScope(Refused):
    """Not a ligand that the generator covers.

    Args:
        reason: which rule it breaks.
        advice: what to give instead.
    """

    def __init__(self, reason: Reason, advice: str = "") -> None:
        self.reason = reason
        super().__init__(_SENTENCES[reason], where="the ligand", advice=advice)


@dataclass(frozen=True, slots=True)
class ScopedLigand:
    """A ligand in scope.

    Attributes:
        smiles: canonical SMILES without stereo, hydrogens implicit.
        donor: index of the donor in the atom order of `smiles`.
        donor_class: its chemical class.
        charge: 0 or −1 [e].
        heavy_atoms: 1 to 25.
    """

    smiles: str
    donor: int
    donor_class: DonorClass
    charge: int
    heavy_atoms: int


def scoped(smiles: str, donor: int | None = None) -> ScopedLigand:
    """The ligand of a SMILES, told the same for every way of writing it.

    Args:
        smiles: hostile text; a common name of `core.chem.ligand.names` too.
        donor: the atom that binds, as its index in `smiles` as written, explicit hydrogens not counted; of equivalent
            atoms (by symmetry, or oxygens that share one charge) one stands for all. None: the best one by
            `core.chem.ligand.donor`.

    Raises:
        OutOfScope: with the reason.
    """
    with rdBase.BlockLogs():
        mol, atom = _canonical(_read(smiles_of_name(smiles) or smiles), donor)
        sites = donor_sites_of(mol)
        chosen = _chosen(sites, atom)
    if closes_chelate(sites, chosen):
        raise OutOfScope(Reason.CHELATING)
    return ScopedLigand(
        mol.GetProp("smiles"), chosen.atom, chosen.donor_class, Chem.GetFormalCharge(mol), mol.GetNumAtoms()
    )


def _read(smiles: str) -> Any:
    """The sanitised molecule without stereo and labels; nothing costly runs before size and rings are known."""
    within = len(smiles) <= settings.MAX_SMILES_CHARACTERS and _SMILES.fullmatch(smiles)
    mol = Chem.MolFromSmiles(smiles, _RAW) if within else None
    if mol is None or mol.GetNumAtoms() == 0:
        raise OutOfScope(Reason.UNREADABLE, did_you_mean(smiles))
    if "." in smiles and len(Chem.GetMolFrags(mol)) > 1:
        raise OutOfScope(Reason.FRAGMENTS)
    _check_atoms(mol)
    try:
        Chem.SanitizeMol(mol)
        mol = Chem.RemoveHs(mol) if "H]" in smiles else mol  # the others keep their order
    except (ValueError, RuntimeError) as error:
        raise OutOfScope(Reason.UNREADABLE) from error
    _check_whole(mol)
    Chem.RemoveStereochemistry(mol)
    return mol


def _parameters() -> Any:
    parameters: Any = Chem.SmilesParserParams()
    parameters.sanitize = parameters.removeHs = parameters.allowCXSMILES = parameters.parseName = False
    return parameters


_RAW: Final[Any] = _parameters()


def _check_atoms(raw: Any) -> None:
    heavy = 0
    for atom in _atoms(raw):
        if atom.GetSymbol() not in ELEMENTS:
            raise OutOfScope(Reason.ELEMENT)
        heavy += atom.GetAtomicNum() > 1
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    rings = raw.GetNumBonds() - raw.GetNumAtoms() + 1
    if not 1 <= heavy <= settings.LIGAND_ATOMS_IN_SCOPE or rings > settings.MAX_LIGAND_RINGS:
        raise OutOfScope(Reason.SIZE)


def _atoms(mol: Any) -> list[Any]:
    """RDKit's own iterator over atoms takes ten times as long."""
    return [mol.GetAtomWithIdx(k) for k in range(mol.GetNumAtoms())]


def _charged(mol: Any) -> bool:
    return any(atom.GetFormalCharge() for atom in _atoms(mol))


def _check_whole(mol: Any) -> None:
    if Chem.GetFormalCharge(mol) not in (0, -1):
        raise OutOfScope(Reason.CHARGE)
    for atom in _atoms(mol):
        if atom.GetAtomicNum() == 1:
            raise OutOfScope(Reason.UNREADABLE)  # it bridges, or stands alone
        if atom.GetNumRadicalElectrons() and not is_carbene(atom):
            raise OutOfScope(Reason.RADICAL)
    if _charged(mol) and is_zwitterion(mol):
        raise OutOfScope(Reason.ZWITTERION)


def _canonical(mol: Any, donor: int | None) -> tuple[Any, int | None]:
    """The molecule in the order of its canonical SMILES (its property `smiles`), and the donor in that order."""
    if donor is not None and not 0 <= donor < mol.GetNumAtoms():
        raise OutOfScope(Reason.DONOR_NOT_KEPT)
    if _charged(mol):
        mol, donor = _in_normal_form(mol, donor)
    for _ in range(_MAX_ROUNDS):  # perception of aromaticity may need a second pass
        smiles = str(Chem.MolToSmiles(mol))
        donor = None if donor is None else json.loads(mol.GetProp("_smilesAtomOutputOrder")).index(donor)
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            raise OutOfScope(Reason.UNREADABLE)
        if Chem.MolToSmiles(mol) == smiles:
            break
    mol.SetProp("smiles", smiles)
    return mol, donor


def _in_normal_form(mol: Any, donor: int | None) -> tuple[Any, int | None]:
    """The standing Lewis structure, which moves charges and double bonds but no atom and no hydrogen."""
    try:
        form = Chem.MolFromSmiles(normal_form(mol))
    except (ValueError, RuntimeError) as error:
        raise OutOfScope(Reason.UNREADABLE) from error
    if donor is None:
        return form, None
    matches = form.GetSubstructMatches(_skeleton(mol), uniquify=False, maxMatches=1000)
    if not matches:
        raise OutOfScope(Reason.DONOR_NOT_KEPT)
    images = {match[donor] for match in matches}
    # of atoms that only the Lewis structure tells apart, that of the same charge as written is the one meant
    charge = mol.GetAtomWithIdx(donor).GetFormalCharge()
    return form, min(images, key=lambda a: (abs(form.GetAtomWithIdx(a).GetFormalCharge() - charge), a))


def _skeleton(mol: Any) -> Any:
    """A query for the same atoms with the same hydrogens, whatever the bonds between them."""
    parameters: Any = Chem.AdjustQueryParameters.NoAdjustments()
    parameters.makeBondsGeneric = True
    query = Chem.RWMol()
    for atom in mol.GetAtoms():
        query.AddAtom(Chem.AtomFromSmarts(f"[#{atom.GetAtomicNum()}H{atom.GetTotalNumHs()}]"))
    for bond in mol.GetBonds():
        query.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return Chem.AdjustQueryProperties(query, parameters)


def _chosen(sites: DonorSites, donor: int | None) -> DonorChoice:
    if not sites.choices:
        raise OutOfScope(Reason.NO_DONOR)
    chosen = sites.choices[0] if donor is None else _standing_for(sites, donor)
    if chosen.element not in DONORS or (chosen.element == "C" and chosen.donor_class != DonorClass.CARBENE):
        raise OutOfScope(Reason.DONOR_ELEMENT)
    if Chem.GetFormalCharge(sites.mol) < 0 and chosen.donor_class not in ANIONIC:
        raise OutOfScope(Reason.CHARGE_ELSEWHERE)
    return chosen


def _standing_for(sites: DonorSites, donor: int) -> DonorChoice:
    """The choice that stands for an atom: itself, its equal by symmetry, or an oxygen that shares its charge."""
    if donor not in sites.atoms:
        raise OutOfScope(Reason.DONOR_NOT_KEPT)
    ranks = list(Chem.CanonicalRankAtoms(sites.mol, breakTies=False))
    near = {n.GetIdx() for n in sites.mol.GetAtomWithIdx(donor).GetNeighbors()}
    for choice in sites.choices:
        same = choice.donor_class == sites.atoms[donor]
        centre = {n.GetIdx() for n in sites.mol.GetAtomWithIdx(choice.atom).GetNeighbors()}
        if choice.atom == donor or ranks[choice.atom] == ranks[donor] or (same and near == centre):
            return choice
    raise OutOfScope(Reason.DONOR_NOT_KEPT)
