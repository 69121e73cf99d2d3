"""What a chemist would ask about a ligand before building its complex. None of it forbids anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rdkit import Chem

from core import settings
from core.chem.donor_class import DonorClass
from core.chem.lewis.graph import compiled
from core.chem.ligand.alerts import base_sentence
from core.chem.ligand.donor import ANIONIC, DonorChoice, DonorSites
from core.chem.ligand.forms import normal_form
from core.doubts import Doubt, doubt

_D = DonorClass

_NEVER_CHELATE: Final[frozenset[DonorClass]] = frozenset(
    {_D.NITRILE, _D.PSEUDOHALIDE_N, _D.FLUORIDE, _D.CHLORIDE, _D.HALOCARBON, _D.CYANIDE_C}
)
"""Ends of linear groups and single atoms: the metal cannot reach a second donor from them."""

_CHELATE_BONDS: Final[dict[int, str]] = {3: "five", 4: "six"}
"""Bonds between two donors -> members of the chelate ring with the metal."""

# The acidic atom first; where several fit, the first in the table is the most acidic. pKa: textbook values in water.
_ACIDS: Final[tuple[tuple[str, str], ...]] = (
    ("[F,Cl;D0;H1]", "A hydrogen halide was given"),
    ("[OX2H1]-[S](=O)=O", "A sulfonic acid (pKa below 0) was given neutral"),
    ("[OX2H1]-[P]=O", "A phosphorus acid (pKa about 2) was given neutral"),
    ("[OX2H1]-[CX3]=O", "A carboxylic acid (pKa about 4 to 5) was given neutral"),
    ("[NX2H1]=[NX2+]=[NX1-]", "Hydrazoic acid (pKa about 5) was given neutral"),
    ("[nH;+0]1nnnc1", "A tetrazole (pKa about 5) was given neutral"),
    ("[nH;+0]1nncn1", "A tetrazole (pKa about 5) was given neutral"),
    ("[#7,#8;+1;!H0]", "A zwitterion with an acidic N–H⁺ or O–H⁺ was given"),
    ("[CX4;H1,H2](-[CX3](=O)-[#6])-[CX3](=O)-[#6]", "A β-diketone (pKa about 9) was given neutral"),
    ("[CX2H1]#[NX1]", "Hydrogen cyanide (pKa about 9) was given neutral"),
    ("[OX2H1]-c", "A phenol (pKa about 10) was given neutral"),
    ("[OX2H1]-[NX3]-[CX3]=O", "A hydroxamic acid (pKa about 9) was given neutral"),
    ("[OX2H1]-[CX3]=[CX3]", "An enol was given neutral"),
    ("[SX2H1]", "A thiol (pKa about 10) was given neutral"),
    ("[OX2H1]-[Si]", "A silanol was given neutral"),
    ("[OX2H1]-[NX2]", "An oxime (pKa about 12) was given neutral"),
    ("[OX2H1]-[CX4]", "An alcohol (pKa about 16) was given neutral"),
)

_SOFT: Final[frozenset[DonorClass]] = frozenset(
    {_D.THIOETHER, _D.THIOLATE, _D.PHOSPHINE, _D.PHOSPHIDE, _D.CARBENE, _D.CYANIDE_C, _D.OTHER_NEUTRAL}
)
_FAINT: Final[frozenset[DonorClass]] = frozenset({_D.NITRILE, _D.NEUTRAL_O, _D.NEUTRAL_N, _D.PEROXIDE, _D.HALOCARBON})
_BRIDGING: Final[frozenset[DonorClass]] = frozenset(
    {_D.HYDROXIDE, _D.OXIDE, _D.FLUORIDE, _D.CHLORIDE, _D.CARBOXYLATE, _D.PSEUDOHALIDE_N}
)


def doubts_about(sites: DonorSites, donor: DonorChoice, other_states: tuple[str, ...]) -> tuple[Doubt, ...]:
    """All doubts about a ligand that binds with `donor`, the gravest kind first."""
    rules = (_protons, _zwitterion, _chelates, _bases, _strength, _rivals, _bridges, _stereo, _size)
    return tuple(one for rule in rules for one in rule(sites, donor, other_states))


def other_charge_states(mol: Any) -> tuple[str, ...]:
    """Canonical SMILES of a neutral ligand less its most acidic proton; nothing where no proton is acidic."""
    acid = _acid(mol) if Chem.GetFormalCharge(mol) == 0 else None
    try:
        return (_deprotonated(mol, acid[0]),) if acid else ()
    except ValueError:  # RDKit finds no valence structure for the anion: then there is none to offer
        return ()


def _acid(mol: Any) -> tuple[int, str] | None:
    """The most acidic atom and the words for it."""
    for smarts, words in _ACIDS:
        match = mol.GetSubstructMatch(compiled(smarts))
        if match:
            return match[0], words
    return None


def _deprotonated(mol: Any, index: int) -> str:
    ion = Chem.RWMol(mol)
    Chem.Kekulize(ion, clearAromaticFlags=True)  # so that no ring waits for the lost hydrogen
    atom = ion.GetAtomWithIdx(index)
    hydrogens = atom.GetTotalNumHs() - 1
    atom.SetFormalCharge(atom.GetFormalCharge() - 1)
    atom.SetNumExplicitHs(hydrogens)
    atom.SetNoImplicit(True)
    Chem.SanitizeMol(ion)
    return normal_form(ion)


def _protons(sites: DonorSites, _: DonorChoice, other_states: tuple[str, ...]) -> Iterator[Doubt]:
    acid = _acid(sites.mol)
    if acid and other_states:
        yield doubt("ligand-protons", f"{acid[1]}; it may bind without its proton, as {other_states[0]}.")
    elif acid and not acid[1].startswith("An alcohol"):
        yield doubt("ligand-protons", "The anion still holds an acidic proton, which a base would take.")


def is_zwitterion(mol: Any) -> bool:
    """Whether positive and negative charges stand apart, which neighbours such as N⁺–O⁻ do not."""
    charges = {atom.GetIdx(): atom.GetFormalCharge() for atom in mol.GetAtoms()}
    return all(
        any(
            q * sign > 0 and all(charges[n.GetIdx()] * sign >= 0 for n in mol.GetAtomWithIdx(a).GetNeighbors())
            for a, q in charges.items()
        )
        for sign in (1, -1)
    )


def _zwitterion(sites: DonorSites, _: DonorChoice, __: tuple[str, ...]) -> Iterator[Doubt]:
    if is_zwitterion(sites.mol):
        yield doubt("ligand-zwitterion", "It is a zwitterion: positive and negative charges stand apart in it.")


def closes_chelate(sites: DonorSites, donor: DonorChoice) -> bool:
    """Whether a second donor is placed to close a five- or six-membered ring with the metal."""
    return donor.donor_class not in _NEVER_CHELATE and any(
        _chelate_bonds(sites, donor.atom, other) for other in sites.atoms if other != donor.atom
    )


def _chelates(sites: DonorSites, donor: DonorChoice, _: tuple[str, ...]) -> Iterator[Doubt]:
    if donor.donor_class in _NEVER_CHELATE:
        return
    found = [_chelate(sites, donor.atom, other) for other in sites.atoms if other != donor.atom]
    yield from (doubt("ligand-chelates", text) for text in sorted(set(filter(None, found))))


def _chelate(sites: DonorSites, donor: int, other: int) -> str:
    """What two donors placed to hold the metal between them would do, or nothing."""
    name = sites.atoms[other]
    if {name, sites.atoms[donor]} <= ANIONIC and len(Chem.GetShortestPath(sites.mol, donor, other)) == 3:
        return f"It may bind through a second atom of the same group ({name}) as well: κ² instead of κ¹."
    size = _CHELATE_BONDS.get(_chelate_bonds(sites, donor, other))
    return f"A second donor ({name}) is placed to close a {size}-membered chelate ring." if size else ""


def _chelate_bonds(sites: DonorSites, donor: int, other: int) -> int:
    """Bonds between two donors that can close a ring with the metal, 0 where they cannot."""
    if sites.atoms[other] in _NEVER_CHELATE:
        return 0
    path = Chem.GetShortestPath(sites.mol, donor, other)
    bonds = len(path) - 1
    return bonds if bonds in _CHELATE_BONDS and can_bend(sites.mol, path) else 0


def can_bend(mol: Any, path: tuple[int, ...]) -> bool:
    """Whether both ends of a chain can point at one metal: not across a small ring, nor from meta positions."""
    for ring in mol.GetRingInfo().AtomRings():
        shared = [a for a in path if a in ring]
        across = len(ring) <= 7 and path[0] in ring and path[-1] in ring
        meta = len(shared) >= 3 and all(mol.GetAtomWithIdx(a).GetIsAromatic() for a in ring)
        if across or meta:
            return False
    return not any(mol.GetAtomWithIdx(a).GetHybridization() == Chem.HybridizationType.SP for a in path[1:-1])


def _bases(sites: DonorSites, donor: DonorChoice, _: tuple[str, ...]) -> Iterator[Doubt]:
    if said := base_sentence(sites.mol, donor.donor_class):
        yield doubt("ligand-base", said)


def _strength(sites: DonorSites, donor: DonorChoice, _: tuple[str, ...]) -> Iterator[Doubt]:
    if donor.donor_class in _SOFT:
        yield doubt(
            "ligand-weak",
            f"A soft donor ({donor.donor_class}) binds lanthanide(III) ions weakly; a harder one may replace it.",
        )
    elif donor.donor_class in _FAINT or donor.atom in sites.weak:
        yield doubt(
            "ligand-weak",
            f"This donor ({donor.donor_class}) binds lanthanide(III) ions faintly; any may replace it.",
        )


def _rivals(sites: DonorSites, donor: DonorChoice, _: tuple[str, ...]) -> Iterator[Doubt]:
    rivals = sum(choice.donor_class == donor.donor_class and choice != donor for choice in sites.choices)
    if rivals:
        more = "one more donor" if rivals == 1 else f"{rivals} more donors"
        yield doubt(
            "ligand-other-donors", f"It has {more} of the same class ({donor.donor_class}); another may bind as well."
        )


def _bridges(_: DonorSites, donor: DonorChoice, __: tuple[str, ...]) -> Iterator[Doubt]:
    if donor.donor_class in _BRIDGING:
        yield doubt("ligand-bridges", f"It often bridges two metal ions ({donor.donor_class}); here it binds one.")


def _stereo(sites: DonorSites, _: DonorChoice, __: tuple[str, ...]) -> Iterator[Doubt]:
    perceived: Any = Chem  # its type information leaves this function out
    centres = perceived.FindMolChiralCenters(sites.mol, includeUnassigned=True, useLegacyImplementation=True)
    if any(label == "?" for _, label in centres):
        yield doubt("ligand-stereo", "A stereocentre is not specified; one of its configurations will be built.")


def _size(sites: DonorSites, _: DonorChoice, __: tuple[str, ...]) -> Iterator[Doubt]:
    heavy = sites.mol.GetNumHeavyAtoms()
    if heavy > settings.LIGAND_ATOMS_IN_SCOPE:
        yield doubt(
            "ligand-size", f"It has {heavy} heavy atoms; models were made for at most {settings.LIGAND_ATOMS_IN_SCOPE}."
        )
