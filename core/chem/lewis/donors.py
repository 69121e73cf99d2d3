"""The chemical class of a donor, from the ligand around it: tables of SMARTS, the first that fits names the class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.chem.donor_class import DonorClass
from core.chem.lewis.graph import LigandGraph, fits
from core.chem.lewis.patterns import tetrapyrroles

_Table = tuple[tuple[str, DonorClass], ...]

# In every table the special group stands before the general one. X counts neighbours (hydrogens are atoms here), the
# metal is not among them; ~ is any bond, because a delocalised group has no fixed orders. D = {r6}: see `_AROMATIC6`.
_AROMATIC6 = "[OX1;-]~[#6X3]1~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~1"
_SIX = "1~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~[#6X3,#7]~1"
_AROMATIC5 = "[OX1;-]~[#6X3]1~[#6X3,#7,#8,#16]~[#6X3,#7,#8,#16]~[#6X3,#7,#8,#16]~[#6X3,#7,#8,#16]~1"

_OXYGEN: Final[_Table] = (
    ("[OX2]([#1])[#1]", DonorClass.WATER),
    ("[O]~[O]", DonorClass.PEROXIDE),
    ("[OX1-][#1]", DonorClass.HYDROXIDE),
    ("[OX0;+0]", DonorClass.WATER),  # of which the file has no hydrogens
    ("[OX0;-]", DonorClass.HYDROXIDE),
    ("[OX0]", DonorClass.OXIDE),
    ("[OX1;+0]-[NX3;+0]([#6,#7])[#6,#7]", DonorClass.NITROXIDE),
    ("[OX1]~[NX3;+]~[#6X3]~[NX3;+0]-[OX1;+0]", DonorClass.NITROXIDE),  # the other end of a nitronyl nitroxide
    ("[OX1]~[NX3](~[OX1])~[OX1]", DonorClass.NITRATE),
    ("[OX1]~[NX2]~[OX1]", DonorClass.OXOANION),
    ("[OX1]~[N+](~[OX1])=[#6]", DonorClass.ANIONIC_O),  # nitronate
    ("[OX1]~[N+](~[OX1])~[#6]", DonorClass.NEUTRAL_O),
    ("[OX1]~[N+]", DonorClass.N_OXIDE),
    ("[OX1]~[#6X3](~[OX1,OX2])~[OX1-]", DonorClass.OXOANION),
    ("[OX1-]~[#6X3](~[OX1,OX2])~[OX1,OX2]", DonorClass.OXOANION),
    ("[OX1]~[#6X3](~[OX1])~[#6,#1,#7,#14,#15,#16]", DonorClass.CARBOXYLATE),
    ("[OX1]~[CX2]~[OX1]", DonorClass.NEUTRAL_O),
    ("[OX1]~[PX4,AsX4,SbX4]~[#7X2,#6X2,#16X1,#8X1]", DonorClass.OXOANION),
    ("[OX1]~[PX4,AsX4,SbX4]", DonorClass.PHOSPHINE_OXIDE),
    ("[OX1]=[SX3,SeX3]([#6,#7X3,#8X2])[#6,#7X3,#8X2]", DonorClass.SULFOXIDE),
    ("[OX1]=[SX4]([#6,#7X3,#8X2])[#6,#7X3,#8X2]", DonorClass.NEUTRAL_O),
    ("[OX1]~[S,Se,Te,P,Cl,Br,I,As,Sb]", DonorClass.OXOANION),
    ("[OX1;-]~[Si,Ge]", DonorClass.SILOXIDE),
    (_AROMATIC6, DonorClass.ARYLOXIDE),
    (_AROMATIC5, DonorClass.ARYLOXIDE),
    ("[OX1;+0]=[#6X3;r7]~[#6X3;r7]~[OX1;-]", DonorClass.ANIONIC_O),  # the neutral end of a tropolonate
    ("[OX1]~[#6X3]~[#7X2;-]", DonorClass.ANIONIC_O),
    ("[OX1;+0]=[#6X3]~[#7]", DonorClass.AMIDE_O),
    ("[OX1;+0]=[#6]", DonorClass.CARBONYL),
    ("[OX1;-]~[#6X4]", DonorClass.ALKOXIDE),
    ("[O;-,-2]", DonorClass.ANIONIC_O),
    ("[OX2][#1]", DonorClass.ALCOHOL),
    ("[OX2]([#6,#14])[#6,#14]", DonorClass.ETHER),
    ("[O]", DonorClass.NEUTRAL_O),
)

_NITROGEN: Final[_Table] = (
    ("[NX1]~[NX2]~[NX1,NX2]", DonorClass.PSEUDOHALIDE_N),
    ("[NX1]~[CX2]~[O,S,Se,Te;X1]", DonorClass.PSEUDOHALIDE_N),
    ("[NX1]~[CX2]~[NX2]~[CX2]~[NX1]", DonorClass.PSEUDOHALIDE_N),
    ("[NX2](~[CX2]~[NX1])~[CX2]~[NX1]", DonorClass.PSEUDOHALIDE_N),
    ("[NX1]~[CX2]~[#6X3](~[CX2]~[NX1])~[CX2]~[NX1]", DonorClass.PSEUDOHALIDE_N),
    ("[NX1]~[CX1]", DonorClass.PSEUDOHALIDE_N),
    ("[NX1]~[CX2]", DonorClass.NITRILE),
    ("[NX1]#[NX1]", DonorClass.NEUTRAL_N),
    ("[NX2;-]~[#6X3]~[O,S;X1]", DonorClass.AMIDE_N),
    (f"[NX2;-,-2]{_SIX}", DonorClass.PYRIDINE),  # of a bipyridine that took up electrons
    ("[NX2;-]([#7])[#7]", DonorClass.ANIONIC_N),
    ("[N;-,-2]~[N;X1,X2]", DonorClass.ANIONIC_N),
    ("[N;X0,X1,X2;-,-2,-3]", DonorClass.AMIDE_N),
    # the neutral end of a triazenide, amidinate, β-diketiminate, aminotroponiminate or amidate, which no Lewis
    # structure tells from the charged one
    ("[NX2;+0]=[NX2]~[NX2;-]", DonorClass.ANIONIC_N),
    ("[NX2;+0]=[#6,#15,#16]~[NX2;-]", DonorClass.AMIDE_N),
    ("[NX2;+0]=[#6]~[#6]=[#6]~[NX2;-]", DonorClass.AMIDE_N),
    ("[NX2;+0]=[#6X3;r7]~[#6X3;r7]~[NX2;-]", DonorClass.AMIDE_N),
    ("[NX2;+0]=[#6X3]-[OX1;-]", DonorClass.AMIDE_N),
    ("[NX4,NX3;+0]", DonorClass.AMINE),
    (f"[NX2;+0]{_SIX}", DonorClass.PYRIDINE),
    ("[NX2;+0]1~[#6X3,#7]~[#6X3,#7,#8,#16]~[#6X3,#7,#8,#16]~[#6X3,#7,#8,#16]~1", DonorClass.PYRIDINE),
    ("[NX2;+0]=[#6,#7,#15]", DonorClass.IMINE),
    ("[N]", DonorClass.NEUTRAL_N),
)

_CARBON: Final[_Table] = (
    ("[CX1]~[#7,#8]", DonorClass.CYANIDE_C),
    ("[CX1]#[C]", DonorClass.CYANIDE_C),
    ("[C;X0,X1,X2;+0]", DonorClass.CARBENE),
    ("[CX2;-;r5,r6]", DonorClass.ARYL),
    ("[C;-,-2,-3,-4]", DonorClass.ALKYL),
    ("[CX4]~[Al,Ga,In]", DonorClass.ALKYL),
    ("[C;+0]=[#15X4,#16X3,#16X4]", DonorClass.ALKYL),  # an ylide, or the neutral end of a delocalised one
)

_OTHER: Final[_Table] = (
    ("[#1]~[B]", DonorClass.BOROHYDRIDE),
    ("[#1]~[Al,Ga]", DonorClass.HYDRIDE),
    ("[#1;-]", DonorClass.HYDRIDE),
    ("[F-]", DonorClass.FLUORIDE),
    ("[Cl-]", DonorClass.CHLORIDE),
    ("[Br-]", DonorClass.BROMIDE),
    ("[IX0-]", DonorClass.IODIDE),
    ("[F,Cl,Br,I;X1]", DonorClass.HALOCARBON),
    ("[S,Se,Te;-,-2]", DonorClass.THIOLATE),
    # the neutral end of a delocalised anion; a thione or phosphine sulfide is none
    ("[S,Se,Te;X1;+0]=[#6,#15]~[#16X1,#8X1,#7X2,#34X1;-]", DonorClass.THIOLATE),
    ("[S,Se,Te;X1;+0]=[#6,#15]~[#6,#7]~[#6,#15]~[#16,#8,#7,#34;-]", DonorClass.THIOLATE),
    ("[S,Se,Te;X1;+0]=[#6,#15]", DonorClass.OTHER_NEUTRAL),
    ("[S,Se,Te;X1,X0]", DonorClass.THIOLATE),
    ("[S,Se,Te;X2]", DonorClass.THIOETHER),
    ("[P,As,Sb,Bi;-,-2,-3]", DonorClass.PHOSPHIDE),
    ("[P,As,Sb,Bi;X3]", DonorClass.PHOSPHINE),
)

_TABLES: Final[dict[str, _Table]] = {"O": _OXYGEN, "N": _NITROGEN, "C": _CARBON}

_DIKETONATE = "[OX1]~[#6X3]~[#6X3,#7X2]~[#6X3]~[OX1]"


def class_of(donor: int | Sequence[int], graph: LigandGraph, mol: Any) -> DonorClass:
    """The class of a donor.

    Args:
        donor: the atom that binds the metal, or the atoms of a hapto ligand that bind it together.
        graph: the ligand. mol: its `lewis_molecule`.
    """
    if not isinstance(donor, int):
        atoms = tuple(donor)
        if len(atoms) > 1:
            return _hapto_class(atoms, graph, mol)
        donor = atoms[0]
    special = _special_class(donor, graph, mol)
    if special is not None:
        return special
    for smarts, name in _TABLES.get(graph.elements[donor], _OTHER):
        if fits(mol, smarts, donor):
            return name
    return DonorClass.OTHER_ANIONIC if _charge(mol, donor) < 0 else DonorClass.OTHER_NEUTRAL


def _charge(mol: Any, atom: int) -> int:
    return int(mol.GetAtomWithIdx(atom).GetFormalCharge())


def _special_class(donor: int, graph: LigandGraph, mol: Any) -> DonorClass | None:
    """Classes that need more than a pattern: β-diketonates, azolates, tetrapyrroles."""
    if graph.elements[donor] == "O" and donor in diketonate_oxygens(graph, mol):
        return DonorClass.BETA_DIKETONATE
    if graph.elements[donor] == "N" and any(donor in ring and len(ring) == 5 for ring in graph.rings):
        if any(donor in demand.atoms for demand in tetrapyrroles(graph)):
            return DonorClass.TETRAPYRROLE
        if graph.degree(donor) == 2 and any(donor in ring and _ring_anion(graph, mol, ring) for ring in graph.rings):
            return DonorClass.AZOLATE
    return None


def diketonate_oxygens(graph: LigandGraph, mol: Any) -> frozenset[int]:
    """Oxygens of O–C–C–C–O that share one negative charge; salicylates, whose C–C is in a benzene ring, are none."""
    found: set[int] = set()
    for o1, c1, middle, c2, o2 in graph.matches(_DIKETONATE):
        one_ring = any(
            {c1, middle, c2} <= set(r) or (len(r) == 6 and middle in r and (c1 in r or c2 in r)) for r in graph.rings
        )
        acid = any(
            sum(graph.elements[j] == "O" and graph.degree(j) == 1 for j in graph.neighbours[c]) > 1 for c in (c1, c2)
        )
        if not one_ring and not acid and _charge(mol, o1) + _charge(mol, o2) + _charge(mol, middle) == -1:
            found |= {o1, o2}
    return frozenset(found)


def _ring_anion(graph: LigandGraph, mol: Any, ring: Sequence[int]) -> bool:
    """A five-membered ring of sp² atoms with a negative nitrogen: pyrazolate, tetrazolate, pyrrolide."""
    sp2 = all(graph.degree(a) <= (3 if graph.elements[a] == "C" else 2) for a in ring)
    ring_atoms = {a for other in graph.rings for a in other}
    exo = any(
        bond.GetBondTypeAsDouble() > 1
        and len({bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} & set(ring)) == 1
        and not {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} <= ring_atoms
        for bond in mol.GetBonds()
    )
    return len(ring) == 5 and sp2 and not exo and any(graph.elements[a] == "N" and _charge(mol, a) < 0 for a in ring)


def _hapto_class(atoms: tuple[int, ...], graph: LigandGraph, mol: Any) -> DonorClass:
    """The class of atoms that bind together."""
    elements = {graph.elements[a] for a in atoms}
    if "C" not in elements and not elements & {"B", "P", "As", "Sb", "Si", "Ge", "Sn", "Pb", "Bi"}:
        return class_of(atoms[0], graph, mol)
    ring = max(graph.rings, key=lambda r: (len(set(r) & set(atoms)), -len(r)), default=())
    shared = len(set(ring) & set(atoms))
    if shared < 2 or shared < len(atoms) - 1:
        return DonorClass.ALLYL if len(atoms) == 3 and _is_allyl(atoms, graph) else DonorClass.HAPTO
    if len(ring) == 5 or (len(ring) == 6 and "B" in {graph.elements[a] for a in ring}):
        return DonorClass.CYCLOPENTADIENYL if sum(_charge(mol, a) for a in ring) < 0 else DonorClass.HAPTO
    return {6: DonorClass.ARENE, 8: DonorClass.CYCLOOCTATETRAENYL}.get(len(ring), DonorClass.HAPTO)


def _is_allyl(atoms: Sequence[int], graph: LigandGraph) -> bool:
    """Three carbons in a row."""
    links = sum(j in graph.neighbours[i] for i in atoms for j in atoms) // 2
    return links == 2 and all(graph.elements[a] == "C" for a in atoms)
