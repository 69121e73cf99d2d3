"""What a user types, pastes or uploads as a ligand → one canonical SMILES, or a sentence that says why not.

SMILES, common name (`names`), MOL block (V2000, V3000) or SDF, told apart by content. The text is hostile: it is
capped, looked through before RDKit perceives rings in it, and quoted only through `quoting.shown`. Titles, CXSMILES
extensions, atom numbers and isotope labels are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from rdkit import Chem, rdBase

from core import settings
from core.chem.lewis.graph import atoms_of, bonds_of
from core.chem.ligand.forms import normal_molecule
from core.chem.ligand.names import did_you_mean, looks_like_a_name, smiles_of_name
from core.chem.quoting import shown
from core.doubts import Doubt, doubt
from core.errors import InputError, Refused, TooLarge

ELEMENTS: Final[frozenset[str]] = frozenset("H B C N O F Si P S Cl".split())
"""Elements that a ligand may hold."""

_EXAMPLE: Final[str] = "Give SMILES (CP(C)(C)=O), a common name (HMPA, tert-butoxide) or a MOL or SDF block."
_ALONE: Final[str] = "Give one ligand alone, without metal, counter-ion or solvent."

_SMILES_CHARACTERS = re.compile(r"[A-Za-z0-9@+\-\[\]()=#:/\\%.*]+")
# ~ $ > { have meanings too (any bond, quadruple, dative or reaction, polymer), but in no ligand that is covered.
_MOLFILE = re.compile(r"V[23]000|^M  END|^\$\$\$\$", re.MULTILINE)
_HYDROGEN = Chem.MolFromSmarts("[#1]")
_BOND_TYPES = frozenset({Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE, Chem.BondType.AROMATIC})
_ATTACHMENT_MARKS = frozenset(
    {"molAttchpt", "_MolFileRLabel", "dummyLabel", "molRxnRole", "molSubstCount", "molRingBondCount"}
)
_PERCEIVED_GROUPS = frozenset({"DAT", "SUP"})  # data and named groups only annotate; all others change the molecule


def _parameters(raw: bool) -> Any:
    """How RDKit reads a SMILES: without extensions and names, and `raw` as it stands."""
    params: Any = Chem.SmilesParserParams()
    params.allowCXSMILES = False
    params.parseName = False
    params.sanitize = params.removeHs = not raw
    return params


_RAW, _PLAIN = _parameters(raw=True), _parameters(raw=False)


def read_ligand(text: str) -> tuple[str, Any, tuple[Doubt, ...]]:
    """Canonical SMILES (stereo kept, hydrogens implicit), the RDKit molecule with atoms in its order, and doubts about
    the reading.

    Raises:
        InputError: the text is no SMILES, known name, MOL or SDF, or no valence structure.
        TooLarge: past a limit of `core.settings`.
        Refused: read, but not a ligand in scope (elements, charge, fragments, radicals, queries).
    """
    with rdBase.BlockLogs():  # RDKit's log would repeat the text
        try:
            return _read(text)
        except (RuntimeError, ValueError) as error:  # RDKit's two ways of giving up on nonsense that it half read
            raise InputError("this cannot be read as a molecule.", advice=_EXAMPLE) from error


def _read(text: str) -> tuple[str, Any, tuple[Doubt, ...]]:
    if _MOLFILE.search(text[: settings.MAX_MOLFILE_CHARACTERS]):
        mol, doubts = _from_molfile(text)
    else:
        mol, doubts = _from_smiles(smiles_of_name(text) or text)
    doubts += _strip_labels(mol)
    smiles, ligand = normal_molecule(Chem.RemoveHs(mol) if mol.HasSubstructMatch(_HYDROGEN) else mol)
    _check_whole(ligand)
    return smiles, ligand, tuple(doubts)


def _from_smiles(text: str) -> tuple[Any, list[Doubt]]:
    lines = text[: settings.MAX_MOLFILE_CHARACTERS].split("\n")
    filled = [line for line in lines if line.strip()]
    if not filled:
        raise InputError("there is no ligand in the input.", advice=_EXAMPLE)
    smiles, *rest = filled[0].split()
    if len(smiles) > settings.MAX_SMILES_CHARACTERS:
        raise TooLarge(
            f"the SMILES has {len(smiles):,} characters; at most {settings.MAX_SMILES_CHARACTERS} are read.",
            advice="Give a smaller ligand.",
        )
    raw = Chem.MolFromSmiles(smiles, _RAW) if _SMILES_CHARACTERS.fullmatch(smiles) else None
    if raw is None and looks_like_a_name(filled[0].strip()):
        said = f"{shown(filled[0].strip())} is no SMILES, and no common name that is known here."
        raise InputError(said, advice=f"{did_you_mean(filled[0])} {_EXAMPLE}".strip())
    if not _SMILES_CHARACTERS.fullmatch(smiles):
        raise InputError(f"{shown(smiles)} holds characters that no SMILES of a ligand has.", advice=_EXAMPLE)
    behind = "What stands behind the SMILES (name or extension) was not read."
    doubts = [doubt("file-partly-read", behind)] if rest else []
    if len(filled) > 1:
        doubts.append(doubt("file-partly-read", "Only the first line was read."))
    return _perceived(_checked(raw, shown(smiles)), Chem.MolFromSmiles(smiles, _PLAIN)), doubts


def _from_molfile(text: str) -> tuple[Any, list[Doubt]]:
    if len(text) > settings.MAX_MOLFILE_CHARACTERS:
        raise TooLarge(
            f"the MOL or SDF text has {len(text):,} characters; at most {settings.MAX_MOLFILE_CHARACTERS:,} are read.",
            advice="Give one small ligand.",
        )
    block, *others = re.split(r"^\$\$\$\$.*$", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.MULTILINE)
    # Names and comments may hold any character; RDKit needs none of them.
    block = re.sub(r"[^\x20-\x7e\n]", "?", block)
    more = "The file holds several records; only the first was read."
    doubts = [doubt("file-partly-read", more)] if any(o.strip() for o in others) else []
    raw = _checked(Chem.MolFromMolBlock(block, sanitize=False, removeHs=False), "the MOL block")
    _check_queries(raw)  # which the characters of a SMILES cannot write
    return _perceived(raw, Chem.MolFromMolBlock(block)), doubts


def _perceived(raw: Any, mol: Any) -> Any:
    """`mol`, or the reason for which RDKit could not make it of `raw`."""
    if mol is not None:
        if Chem.GetFormalCharge(mol) != Chem.GetFormalCharge(raw):
            raise InputError("a valence is wrong, and mending it would change the charge.", advice="Write all charges.")
        return mol
    raw.UpdatePropertyCache(strict=False)
    for problem in Chem.DetectChemistryProblems(raw):
        if problem.GetType() == "AtomValenceException":
            symbol = raw.GetAtomWithIdx(problem.GetAtomIdx()).GetSymbol()
            raise InputError(
                f"atom {problem.GetAtomIdx() + 1} ({symbol}) has more bonds than {symbol} can have.",
                advice="Check its bonds, hydrogens and charge.",
            )
    raise InputError(
        "no alternation of single and double bonds fits the aromatic rings.",
        advice="Write the hydrogen of pyrrole-like nitrogen as [nH], a charged one as [n-].",
    )


def _checked(raw: Any, where: str) -> Any:
    """`raw` itself if it may be perceived; cheap looks first, so that nothing costly runs on a hostile graph."""
    if raw is None:
        raise InputError("this cannot be read as a molecule.", where=where, advice=_EXAMPLE)
    if raw.GetNumAtoms() == 0:
        raise InputError("there is no ligand in the input.", advice=_EXAMPLE)
    atoms = atoms_of(raw)
    _check_atoms(atoms)
    _check_size(raw, atoms)
    if len(Chem.GetMolFrags(raw)) > 1:
        raise Refused("the input holds more than one molecule or ion.", advice=_ALONE)
    return raw


def _check_atoms(atoms: Sequence[Any]) -> None:
    for atom in atoms:
        if atom.GetAtomicNum() == 0:
            raise Refused("a dummy atom, R group or attachment point is no atom.", advice="Write every atom.")
        if atom.GetSymbol() not in ELEMENTS:
            raise Refused(
                f"the element {atom.GetSymbol()} is outside what is covered (H, B, C, N, O, F, Si, P, S, Cl).",
                advice=_ALONE,
            )


def _check_queries(raw: Any) -> None:
    atoms, bonds = atoms_of(raw), bonds_of(raw)
    queries = any(part.HasQuery() for part in (*atoms, *bonds))
    marks = any(not _ATTACHMENT_MARKS.isdisjoint(atom.GetPropNames()) for atom in atoms)
    if queries or marks:
        raise Refused("a query, R group or attachment point is no molecule.", advice="Write every atom and bond.")
    if any(bond.GetBondType() not in _BOND_TYPES for bond in bonds):
        raise Refused("a bond is neither single, double, triple nor aromatic.", advice="Leave dative bonds out.")
    if any(g.GetProp("TYPE") not in _PERCEIVED_GROUPS for g in Chem.GetMolSubstanceGroups(raw)):
        raise Refused("the MOL block describes a polymer or a mixture.", advice=_ALONE)


def _check_size(raw: Any, atoms: Sequence[Any]) -> None:
    heavy = sum(atom.GetAtomicNum() > 1 for atom in atoms)
    if heavy > settings.MAX_LIGAND_ATOMS:
        raise TooLarge(
            f"the ligand has {heavy} heavy atoms; at most {settings.MAX_LIGAND_ATOMS} are accepted.",
            advice="Give a smaller ligand.",
        )
    # Cycles of a connected graph; hydrogens add none, and fragments only lower the number.
    rings = raw.GetNumBonds() - raw.GetNumAtoms() + 1
    if rings > settings.MAX_LIGAND_RINGS:
        raise TooLarge(
            f"the ligand has {rings} rings; at most {settings.MAX_LIGAND_RINGS} are accepted.",
            advice="Give a simpler ligand.",
        )


def _strip_labels(mol: Any) -> list[Doubt]:
    """Drop isotopes (said) and atom numbers (not worth saying); neither changes what binds."""
    atoms = atoms_of(mol)
    isotopes = any(atom.GetIsotope() for atom in atoms)
    for atom in atoms:
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    text = "Isotope labels were dropped: they do not change how the ligand binds."
    return [doubt("ligand-isotopes", text)] if isotopes else []


def _check_whole(mol: Any) -> None:
    """What can only be asked of the finished molecule: hydrogens, radicals, charge."""
    atoms = atoms_of(mol)
    numbers = {atom.GetAtomicNum() for atom in atoms}
    if numbers == {1}:
        raise Refused("hydrogen alone binds through no donor atom that is covered.", advice=_EXAMPLE)
    if 1 in numbers:
        raise Refused("a hydrogen is not bound to just one heavy atom.", advice="Leave hydrogens implicit.")
    if any(atom.GetNumRadicalElectrons() and not is_carbene(atom) for atom in atoms):
        raise Refused(
            "the ligand has unpaired electrons.",
            advice="Radical ligands couple to the metal and are not covered; check hydrogens and charges in brackets.",
        )
    charge = Chem.GetFormalCharge(mol)
    if charge not in (0, -1):
        beyond = (
            " A crystal structure that holds an ion of higher charge can be opened in Predict." if charge < 0 else ""
        )
        raise Refused(
            f"the ligand has the charge {charge:+d}; only neutral ligands and those of charge −1 are covered.",
            advice=f"Check its protons.{beyond}",
        )


def is_carbene(atom: Any) -> bool:
    """A neutral two-coordinate carbon with two electrons to give, which RDKit counts as a diradical."""
    return bool(
        atom.GetSymbol() == "C"
        and atom.GetFormalCharge() == 0
        and atom.GetNumRadicalElectrons() == 2
        and atom.GetDegree() == 2
    )
