"""One Lewis structure for the several that chemists write of the same ligand, as canonical SMILES.

First the charge-separated spellings of P=O, S=O, azide, (iso)thiocyanate, cyanate, N-heterocyclic carbene and C-enolate
become the usual ones; then, of the forms between which a negative charge moves along O–X=O, N–X=N, O–X=Y–X=O and their
like (carboxylate, amidinate, β-diketonate, pyrazolate), one stands for all: `_preference`. Tautomers, and an amidate
written as N⁻ or as O⁻, stay what was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from rdkit import Chem

from core.chem.lewis.graph import atoms_of, bonds_of, compiled

_ORDERS = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE}

_Respelling = tuple[str, tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...]]

_RESPELLINGS: Final[tuple[_Respelling, ...]] = (
    # pattern; (atom, change of charge); (atom, atom, new bond order)
    ("[P,S;+1,+2]-[OX1;-1]", ((0, -1), (1, 1)), ((0, 1, 2),)),
    ("[N;-1,-2;X1,X2]-[N+]#[NX1;+0]", ((0, 1), (2, -1)), ((0, 1, 2), (1, 2, 2))),
    ("[O,S;X1;-1]-[CX2]#[NX1]", ((0, 1), (2, -1)), ((0, 1, 2), (1, 2, 2))),
    ("[CX2;-1]=[NX3;+1]", ((0, 1), (1, -1)), ((0, 1, 1),)),
    ("[CX3;-1]-[CX3]=[OX1]", ((0, 1), (2, -1)), ((0, 1, 2), (1, 2, 1))),
)

_SHIFTS: Final[tuple[str, ...]] = (
    "[O,N,S;-1]-[C,N,P,S;+0]=[O,N,S;+0]",
    "[O,N,S;-1]-[C,N,P,S;+0]=[C,N;+0]-[C,N,P,S;+0]=[O,N,S;+0]",
)

_CHARGED: Final[str] = "[!+0]"
"""In every pattern above."""

_MAX_FORMS: Final[int] = 32
"""Most forms looked at; three conjugated mobile groups have eight."""

_MAX_RESPELLINGS: Final[int] = 20
"""Most spellings mended in one ligand; each mends one bond of at most a few."""

_State = tuple[tuple[int, ...], tuple[Any, ...]]


def normal_form(mol: Any) -> str:
    """Canonical SMILES of the ligand's standing Lewis structure, the same for every way of writing it; see
    `normal_molecule`."""
    return normal_molecule(mol)[0]


def normal_molecule(mol: Any) -> tuple[str, Any]:
    """`normal_form`, and the RDKit molecule that is read of it.

    Args:
        mol: a sanitised RDKit molecule with implicit hydrogens.

    Raises:
        ValueError: RDKit cannot read back what it wrote of it.
    """
    form = _kekule(mol)
    if not form.HasSubstructMatch(compiled(_CHARGED)):
        return _uncharged(form, aromatic=mol.HasSubstructMatch(compiled("a")))
    for _ in range(_MAX_RESPELLINGS):
        if not _respell(form):
            break
    form = _kekule(_read(str(Chem.MolToSmiles(form))))
    forms = [_settled(smiles) for smiles in dict.fromkeys(_forms(form))]  # those of a carboxylate are one
    return forms[0] if len(forms) == 1 else min(forms, key=lambda found: _preference(*found))


def _uncharged(form: Any, aromatic: bool) -> tuple[str, Any]:
    """The normal form where there is nothing to respell or to shift: that of most ligands, in a third of the time.

    The steps are those of the others. Without aromatic rings a Kekulé structure is the molecule itself, so a SMILES
    that reading and writing leaves as it is would pass them all unchanged.
    """
    smiles = str(Chem.MolToSmiles(form))
    read = _read(smiles)
    if not aromatic and str(Chem.MolToSmiles(read)) == smiles:
        return smiles, read
    return _settled(str(Chem.MolToSmiles(_kekule(read))))


def _read(smiles: str) -> Any:
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:  # a benzyne written aromatic, and the like
        raise ValueError("RDKit cannot read the SMILES that it wrote")
    return mol


def _preference(smiles: str, mol: Any) -> tuple[int, int, str]:
    """Smaller stands for all: aromatic rings whole, charge rather on C–O and C–N than on a hypervalent centre."""
    aromatic = sum(atom.GetIsAromatic() for atom in atoms_of(mol))
    return -aromatic, len(mol.GetSubstructMatches(compiled("[O,N,S;-1]~[P,S,N]"))), smiles


def _kekule(mol: Any) -> Any:
    copy = Chem.RWMol(mol)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    return copy


def _respell(mol: Any) -> bool:
    """Mend the first spelling found; True while there was one."""
    for smarts, charges, bonds in _RESPELLINGS:
        match = mol.GetSubstructMatch(compiled(smarts))
        if match:
            for k, change in charges:
                atom = mol.GetAtomWithIdx(match[k])
                hydrogens = atom.GetTotalNumHs()
                atom.SetFormalCharge(atom.GetFormalCharge() + change)
                _fix_hydrogens(atom, hydrogens)
            for i, j, order in bonds:
                _set_order(mol.GetBondBetweenAtoms(match[i], match[j]), order)
            mol.UpdatePropertyCache(strict=False)
            Chem.AssignRadicals(mol)  # the two electrons of a carbene
            return True
    return False


def _fix_hydrogens(atom: Any, hydrogens: int) -> None:
    atom.SetNoImplicit(True)
    atom.SetNumExplicitHs(hydrogens)


def _set_order(bond: Any, order: int) -> None:
    bond.SetBondType(_ORDERS[order])
    bond.SetStereo(Chem.BondStereo.STEREONONE)


def _forms(mol: Any) -> Iterator[str]:
    """SMILES of every form that charge shifts reach, stereo of the bonds that lose their double bond forgotten."""
    states, mobile = _reachable(mol)
    for charges, orders in states:
        yield _written(mol, charges, orders, mobile)


def _reachable(mol: Any) -> tuple[list[_State], set[int]]:
    """All states (charges, bond types) and the bonds whose order differs between some of them."""
    states = [_state(mol)]
    mobile: set[int] = set()
    for state in states:  # grows while it is read
        form = mol if state is states[0] else _with_state(mol, state)
        for shifted, touched in _shifted(form):
            mobile |= touched
            if shifted not in states and len(states) < _MAX_FORMS:
                states.append(shifted)
    return states, mobile


def _state(mol: Any) -> _State:
    return (
        tuple(atom.GetFormalCharge() for atom in atoms_of(mol)),
        tuple(bond.GetBondType() for bond in bonds_of(mol)),
    )


def _with_state(mol: Any, state: _State) -> Any:
    copy = Chem.RWMol(mol)
    for atom, charge in zip(atoms_of(copy), state[0], strict=True):
        if atom.GetFormalCharge() != charge:
            hydrogens = atom.GetTotalNumHs()
            atom.SetFormalCharge(charge)
            _fix_hydrogens(atom, hydrogens)
    for bond, kind in zip(bonds_of(copy), state[1], strict=True):
        bond.SetBondType(kind)
    copy.UpdatePropertyCache(strict=False)
    return copy


def _shifted(form: Any) -> Iterator[tuple[_State, set[int]]]:
    """Every state one shift away, between two ends of the same element, and the bonds it touches."""
    for smarts in _SHIFTS:
        for path in form.GetSubstructMatches(compiled(smarts), uniquify=False, maxMatches=100):
            first, last = (form.GetAtomWithIdx(path[k]) for k in (0, -1))
            if first.GetSymbol() != last.GetSymbol():
                continue
            copy = Chem.RWMol(form)
            copy.GetAtomWithIdx(path[0]).SetFormalCharge(0)
            copy.GetAtomWithIdx(path[-1]).SetFormalCharge(-1)
            bonds = [copy.GetBondBetweenAtoms(i, j) for i, j in pairwise(path)]
            for k, bond in enumerate(bonds):
                bond.SetBondType(_ORDERS[1 if k % 2 else 2])
            yield _state(copy), {bond.GetIdx() for bond in bonds}


def _written(mol: Any, charges: tuple[int, ...], orders: tuple[Any, ...], mobile: set[int]) -> str:
    form = _with_state(mol, (charges, orders))
    for index in mobile:
        form.GetBondWithIdx(index).SetStereo(Chem.BondStereo.STEREONONE)
        for atom in (form.GetBondWithIdx(index).GetBeginAtom(), form.GetBondWithIdx(index).GetEndAtom()):
            for bond in atom.GetBonds():
                bond.SetBondDir(Chem.BondDir.NONE)
    return str(Chem.MolToSmiles(form))


def _settled(smiles: str) -> tuple[str, Any]:
    """The SMILES that reading and writing leaves as it is, and what is read of it; RDKit may need a second pass at
    stereo and aromaticity."""
    for _ in range(3):
        mol = _read(smiles)
        again = str(Chem.MolToSmiles(mol))
        if again == smiles:
            return smiles, mol
        smiles = again
    return smiles, _read(smiles)
