"""The chemist's word for a ligand, from its Lewis structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from core.chem.donor_class import DonorClass
from core.chem.lewis.donors import class_of, diketonate_oxygens
from core.chem.lewis.graph import LigandGraph, compiled
from core.chem.lewis.patterns import boron_cages, oxocarbon_demands, tetrapyrroles
from core.chem.molecule import hill_formula

_BY_FORMULA: Final[dict[tuple[str, int], str]] = {
    ("H2O", 0): "water", ("HO", -1): "hydroxide", ("O", -2): "oxide", ("H3N", 0): "ammonia", ("H2N", -1): "amide",
    ("HN", -2): "imide", ("N", -3): "nitride", ("F", -1): "fluoride", ("Cl", -1): "chloride", ("Br", -1): "bromide",
    ("I", -1): "iodide", ("H", -1): "hydride", ("S", -2): "sulfide", ("Se", -2): "selenide", ("Te", -2): "telluride",
    ("NO3", -1): "nitrate", ("NO2", -1): "nitrite", ("CO3", -2): "carbonate", ("CHO3", -1): "hydrogencarbonate",
    ("O4S", -2): "sulfate", ("ClO4", -1): "perchlorate", ("O4P", -3): "phosphate", ("CN", -1): "cyanide",
    ("CNS", -1): "thiocyanate", ("CNSe", -1): "selenocyanate", ("CNO", -1): "cyanate", ("N3", -1): "azide",
    ("C2N3", -1): "dicyanamide", ("C4N3", -1): "tricyanomethanide", ("CO", 0): "carbon monoxide",
    ("CO2", 0): "carbon dioxide", ("CHO2", -1): "formate", ("C2O4", -2): "oxalate",
    ("N2", 0): "dinitrogen", ("O2", 0): "dioxygen", ("O2", -1): "superoxide",
    ("O2", -2): "peroxide", ("I3", -1): "triiodide", ("BH4", -1): "borohydride", ("BF4", -1): "tetrafluoroborate",
    ("F6P", -1): "hexafluorophosphate", ("F6Sb", -1): "hexafluoroantimonate", ("AlCl4", -1): "tetrachloroaluminate",
    ("CF3O3S", -1): "triflate", ("C24H20B", -1): "tetraphenylborate",
    ("C24BF20", -1): "tetrakis(pentafluorophenyl)borate",
    ("C8H8", -2): "cyclooctatetraenediide", ("C5H5", -1): "cyclopentadienyl", ("C12H4N4", -1): "TCNQ radical anion",
    ("C12H4N4", 0): "TCNQ", ("C12H4N4", -2): "TCNQ dianion", ("C6Cl2O4", -2): "chloranilate",
}  # fmt: skip

# Words for what a pattern finds anywhere in the ligand, special before general. Total charge must be negative where the
# word says so.
_BY_PATTERN: Final[tuple[tuple[str, str, bool], ...]] = (
    ("[OX1;+0]-[NX3;+0]~[#6X3]~[NX3]~[OX1]", "nitronyl nitroxide", False),
    ("[OX1;+0]-[NX3;+0]([#6])[#6]", "nitroxide", False),
    ("[B;X4;-](-[NX3]-[#7])(-[NX3]-[#7])-[NX3]-[#7]", "tris(pyrazolyl)borate", True),
    ("[SX1]~[#6X3](~[SX1])~[#7]", "dithiocarbamate", True),
    ("[SX1;-]~[#6X3]=[#6X3]~[SX1;-]", "dithiolate", True),
    ("[OX1;-]~[#6X3;r6]~[#6X3;r6]~[OX1;-]", "catecholate", True),
    ("[OX1;-]~[#6X3;r7]~[#6X3;r7]~[OX1]", "tropolonate", True),
    ("[NX2;-;!r5]~[#6X3;r7]~[#6X3;r7]~[NX2]", "aminotroponiminate", True),
    ("[NX2;-;!r5]-[NX2]=[NX2;!r5]", "triazenide", True),
    ("[NX2;-;!r5]~[#6]~[#6]=[#6]~[NX2]", "β-diketiminate", True),
    ("[NX2;-;!r5]~[#6X3](~[#7X3])=[NX2]", "guanidinate", True),
    ("[NX2;-;!r5]~[#6X3]=[NX2;!r5;!r6]", "amidinate", True),
    ("[NX2;-]([#14])[#14]", "silylamide", True),
    ("[OX1]~[#6X3](~[OX1])~[#6X3,#6X4,#1]", "carboxylate", True),
    ("[OX1]~[SX4](~[OX1])(~[OX1])[#6]", "sulfonate", True),
)

_CATION: Final[str] = "cation"

_CLASS_WORDS: Final[dict[DonorClass, str]] = {
    DonorClass.ARYLOXIDE: "phenolate",
    DonorClass.PYRIDINE: "N-heteroaromatic ligand",
    DonorClass.CARBENE: "N-heterocyclic carbene",
    DonorClass.BOROHYDRIDE: "borohydride",
    DonorClass.POLYOXOMETALATE: "polyoxometalate",
}


def kind_of(graph: LigandGraph, mol: Any, total: int) -> str:
    """The word for a ligand of the given total charge, "" where there is none."""
    named = _BY_FORMULA.get((hill_formula(graph.elements), total))
    if named:
        return named
    rules: tuple[Callable[[LigandGraph, Any, int], str], ...] = (
        _cage_word, _macrocycle_word, _oxocarbon_word, _pi_word, _chelate_word, _pattern_word, _class_word,
    )  # fmt: skip
    return next((word for rule in rules if (word := rule(graph, mol, total))), "")


def _cage_word(graph: LigandGraph, mol: Any, total: int) -> str:
    cages = boron_cages(graph)
    if not cages:
        return ""
    carbons = sum(graph.elements[a] == "C" for a in cages[0][0])
    if carbons == 2 and total == -2 and sum(graph.elements[a] != "H" for a in cages[0][0]) == 11:
        return "dicarbollide"
    return "carborane" if carbons else "borate cluster"


def _macrocycle_word(graph: LigandGraph, mol: Any, total: int) -> str:
    found = tetrapyrroles(graph)
    if not found:
        return ""
    if found[0].total == -3:
        return "corrolate"
    aza = graph.matches("[NX2](~[#6X3]~[#7X2])~[#6X3]~[#7X2]")
    fused = graph.matches("[#7]1~[#6X3]~[#6X3]2~[#6X3]~[#6X3]~[#6X3]~[#6X3]~[#6X3]2~[#6X3]1")
    if len(aza) >= 4:
        return "phthalocyaninate" if len(fused) >= 4 else "porphyrazinate"
    return "porphyrinate"


def _oxocarbon_word(graph: LigandGraph, mol: Any, total: int) -> str:
    found = oxocarbon_demands(graph)
    names = {3: "deltate", 4: "squarate", 5: "croconate", 6: "rhodizonate"}
    return names.get(len(found[0].atoms) // 2, "") if found and total == -2 else ""


def _pi_word(graph: LigandGraph, mol: Any, total: int) -> str:
    """Names of π ligands, by the largest ring that a metal touches all around."""
    rings = [r for r in graph.rings if graph.count_bound(r) >= max(3, len(r) - 1)]
    if not rings:
        return ""
    ring = max(rings, key=len)
    charge = sum(mol.GetAtomWithIdx(a).GetFormalCharge() for a in ring)
    others = sorted({graph.elements[a] for a in ring} - {"C"})
    if len(ring) == 5 and charge < 0:
        hetero = {"P": "phospholyl", "As": "arsolyl", "B": "borolediide", "N": "pyrrolyl"}
        return hetero.get(others[0], "metallole") if others else "cyclopentadienyl"
    names = {(8, -2): "cyclooctatetraenediide", (7, -3): "cycloheptatrienyl", (9, -1): "cyclononatetraenyl"}
    if len(ring) == 6:
        return "boratabenzene" if others == ["B"] else ("arene dianion" if charge <= -2 else "arene")
    return names.get((len(ring), charge), "")


def _chelate_word(graph: LigandGraph, mol: Any, total: int) -> str:
    if any(graph.is_bound(o) for o in diketonate_oxygens(graph, mol)):
        return "β-diketonate"
    imine = mol.HasSubstructMatch(compiled("[NX2;+0;!r5;!r6]=[#6X3]"))
    aryloxide = mol.HasSubstructMatch(compiled("[OX1;-]~[#6X3;r6]"))
    if imine and aryloxide and total < 0:
        return "hydrazone" if mol.HasSubstructMatch(compiled("[#6X3]=[NX2]-[#7]~[#6X3]~[OX1]")) else "Schiff base"
    if len(graph.matches("[OX2]~[#6X4]~[#6X4]~[OX2]")) >= 4 and _crown_ring(graph):
        return "crown ether"
    return ""


def _crown_ring(graph: LigandGraph) -> bool:
    return any(len(r) >= 12 and sum(graph.elements[a] == "O" for a in r) >= 4 for r in graph.rings)


def _pattern_word(graph: LigandGraph, mol: Any, total: int) -> str:
    for smarts, word, anion in _BY_PATTERN:
        if (total < 0 or not anion) and mol.HasSubstructMatch(compiled(smarts)):
            return word
    return ""


def _class_word(graph: LigandGraph, mol: Any, total: int) -> str:
    """The class of the donors where all of one ligand are alike."""
    classes: Sequence[DonorClass] = sorted({class_of(a, graph, mol) for a in graph.bound if graph.is_bound(a)})
    if len(classes) == 1:
        return _CLASS_WORDS.get(classes[0], str(classes[0]))
    return _CATION if total > 0 else ""
