"""The complexes of `benchmarks.validation.measured`: where each geometry comes from, and where its barrier is reported.

Chosen before any of them was computed here by the engine: every crystal or geometry of the folder ``measured`` whose
ion has levels, and the same ligands around another ion where that compound was reported from the same laboratory; the
pentagonal bipyramids that Kramers builds and whose barrier is reported; and landmarks (ideal geometries) with a
reported barrier that neither of the two has. A barrier is named by the number of the sample in SIMDAVIS, by the number
of the row in Chilton's table, or by a landmark of our own; no barrier stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.chem.build.complex import build_complex
from core.chem.io.structure import Structure, read_structure
from core.chem.ligand.ligand import ligand_from_text
from core.chem.molecule import Molecule
from core.chem.sphere.coordination import CoordinationSphere
from core.fields.environment import Environment, environment
from core.learned.descriptors import ChemicalDescriptors, sight_of
from core.learned.literature import Reported, literature
from core.learned.verdict import refusal
from core.qc.hamiltonian import Spec
from training.levels.computed_levels import spec_of
from training.motifs.landmarks import built, entries
from training.motifs.reported_landmarks import sight_of_landmark

CHILTON: Final = "chilton_s2_dy19.csv"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a barrier is reported.

    Attributes:
        samples: numbers in SIMDAVIS, several for salts of one cation.
        doi: of their papers, in the order of the samples, in lower case.
        chilton: number of the row in Chilton's table, used where SIMDAVIS has none; 0 for none.
        landmark: of our own, used where neither has it.
    """

    samples: tuple[int, ...] = ()
    doi: tuple[str, ...] = ()
    chilton: int = 0
    landmark: str = ""


@dataclass(frozen=True, slots=True)
class Crystal:
    """A file of the folder ``measured``.

    Attributes:
        file: its name.
        charge: of the complex [e].
        moved: whether the file has another ion, which the ligands follow by the difference of ionic radii.
    """

    file: str
    charge: int
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Build:
    """[M(eq)₅LL′] as `core.chem.complex` builds it.

    Attributes:
        axial, second: SMILES; without a second both are alike.
        equatorial: one of `core.chem.complex.EQUATORIAL`.
    """

    axial: str
    second: str = ""
    equatorial: str = "water"


@dataclass(frozen=True, slots=True)
class Ideal:
    """The geometry of a landmark."""

    landmark: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One complex.

    Attributes:
        name: as its key.
        ion: element symbol.
        geometry: where its atoms come from.
        source: where its barrier is reported.
    """

    name: str
    ion: str
    geometry: Crystal | Build | Ideal
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A complex with its atoms.

    Attributes:
        around: the ion and every atom around it.
        charge: total [e].
        reason: why no model is asked, as the card would say; empty where one is.
        literature: what was reported of complexes that look like it; None for an ion that the literature has not.
        made: what made the geometry.
    """

    around: Environment
    charge: int
    reason: str
    literature: Reported | None
    made: str

    def spec(self, preset: str) -> Spec:
        """As the engine takes it, whole ligands."""
        return replace(spec_of(self.around, self.charge), preset=preset)


_COT_PAPER: Final = "10.1021/ja4094814"
_BORATA: Final = "10.1039/c6qi00028b"
_CPCOT: Final = "10.1021/ic202511n"
_ZINC: Final = "10.1039/c3sc50843a"
_CY3PO: Final = "10.1021/jacs.5b13584"
_PHOSPHONIC: Final = "10.1039/c6sc00279j"
_POLY: Final = "10.1016/j.poly.2016.01.048"
_HMPA_PAPER: Final = "10.1039/c8cc03929a"
_CYPH2PO: Final = "10.1002/chem.201606029"
_HMPA: Final = "CN(C)P(=O)(N(C)C)N(C)C"
_BUPO: Final = "CC(C)NP(=O)(NC(C)C)C(C)(C)C"

SUBJECTS: Final = (
    Subject("[Dy(COT)2]-", "Dy", Crystal("4121213.cif", -1), Source((260,), (_COT_PAPER,))),
    Subject("[Er(COT)2]-", "Er", Crystal("4121213.cif", -1, moved=True), Source((254,), (_COT_PAPER,))),
    Subject("[Dy(C5H5BH)(COT)]", "Dy", Crystal("4349461.cif", 0), Source((710,), (_BORATA,))),
    Subject("[Er(C5H5BH)(COT)]", "Er", Crystal("4349461.cif", 0, moved=True), Source((707,), (_BORATA,))),
    Subject("[Dy(C5H5BMe)(COT)]", "Dy", Crystal("4349462.cif", 0), Source((711,), (_BORATA,))),
    Subject("[Er(C5H5BMe)(COT)]", "Er", Crystal("4349462.cif", 0, moved=True), Source((708,), (_BORATA,))),
    Subject("[Dy(C5H5BNEt2)(COT)]", "Dy", Crystal("4349463.cif", 0), Source((712,), (_BORATA,))),
    Subject("[Er(C5H5BNEt2)(COT)]", "Er", Crystal("4349463.cif", 0, moved=True), Source((709,), (_BORATA,))),
    Subject("[Dy(Cp*)(COT)]", "Dy", Crystal("4328536.cif", 0), Source((102,), (_CPCOT,))),
    Subject("[Ho(Cp*)(COT)]", "Ho", Crystal("4328536.cif", 0, moved=True), Source((103,), (_CPCOT,))),
    Subject("[Er(Cp*)(COT)]", "Er", Crystal("4328536.cif", 0, moved=True), Source((76,), ("10.1021/ja200198v",))),
    Subject("[Dy(COT'')2]-", "Dy", Crystal("4119398.cif", -1), Source((202,), ("10.1021/ja310642h",))),
    Subject("[Dy(acac)3(H2O)2]", "Dy", Crystal("Jiang2010_1-MIXED-Y-DKH.xyz", 0), Source(landmark="dy-acac3-h2o2")),
    Subject("[Tb(HLala)3]", "Tb", Crystal("4338717.cif", 0), Source((382,), ("10.1021/ic5001599",))),
    Subject("[Dy(HLala)3]", "Dy", Crystal("4338717.cif", 0, moved=True), Source((693,), (_POLY,))),
    Subject("[Dy(W5O18)2]9-", "Dy", Crystal("en-DyW5.cif", -9), Source((45,), ("10.1021/ic801630z",))),
    Subject("[Er(W5O18)2]9-", "Er", Crystal("en-DyW5.cif", -9, moved=True), Source((47,), ("10.1021/ic801630z",))),
    Subject("[Nd(W5O18)2]9-", "Nd", Crystal("NdW5-Cs.cif", -9), Source((1027,), ("10.1021/acs.inorgchem.6b02312",))),
    Subject("[Zn2DyL2(MeOH)]+", "Dy", Crystal("Liu2013a-MIXED-Y-DKH.xyz", 1), Source((181,), (_ZINC,))),
    Subject("[Zn2DyL2]+", "Dy", Crystal("Liu2013b-MIXED-Y-DKH.xyz", 1), Source((182,), (_ZINC,))),
    Subject("[Dy(H2O)5(HMPA)2]3+", "Dy", Build(_HMPA), Source((1059, 1061), (_HMPA_PAPER,) * 2)),
    Subject("[Dy(H2O)5(Cy3PO)2]3+", "Dy", Build("O=P(C1CCCCC1)(C1CCCCC1)C1CCCCC1"), Source((680, 681), (_CY3PO,) * 2)),
    Subject("[Dy(H2O)5(CyPh2PO)2]3+", "Dy", Build("O=P(C1CCCCC1)(c1ccccc1)c1ccccc1"), Source((895,), (_CYPH2PO,))),
    Subject("[Dy(H2O)5(tBuPO(NHiPr)2)2]3+", "Dy", Build(_BUPO), Source((781,), (_PHOSPHONIC,))),
    Subject("[Er(H2O)5(tBuPO(NHiPr)2)2]3+", "Er", Build(_BUPO), Source((782,), (_PHOSPHONIC,))),
    Subject("[Nd(H2O)5(tBuPO(NHiPr)2)2]3+", "Nd", Build(_BUPO), Source((713,), ("10.1039/c6cc03066a",))),
    Subject("[Dy(OtBu)2(py)5]+", "Dy", Build("CC(C)(C)[O-]", equatorial="pyridine"), Source(landmark="dy-otbu2-py5")),
    Subject("[Dy(OCH(Me)Ph)2(py)5]+", "Dy", Build("C[C@H]([O-])c1ccccc1", equatorial="pyridine"), Source(chilton=4)),
    Subject("[Dy(OtBu)Cl(thf)5]+", "Dy", Build("CC(C)(C)[O-]", "[Cl-]", "thf"), Source(chilton=3)),
    Subject("[Dy(Cpttt)2]+", "Dy", Ideal("dy-cpttt2"), Source((973,), ("10.1038/nature23447",))),
    Subject("[Dy(bbpen)Br]", "Dy", Ideal("dy-bbpen-br"), Source((677,), ("10.1021/jacs.6b02638",))),
    Subject("[Dy(acac)3(phen)]", "Dy", Ideal("dy-acac3-phen"), Source((73,), ("10.1039/c1dt10050e",))),
    Subject("[Er{N(SiMe3)2}3]", "Er", Ideal("er-nsi2-3"), Source((394,), ("10.1021/ja500793x",))),
    Subject("[Dy(N6)(OSiPh3)2]+", "Dy", Ideal("dy-n6-osiph3-2"), Source(landmark="dy-n6-osiph3-2")),
    Subject("[Dy(OAr)2(thf)2Cl]", "Dy", Ideal("dy-oar2-thf2-cl"), Source(landmark="dy-oar2-thf2-cl")),
    Subject("[Dy(dapb)(OPPh3)2]+", "Dy", Ideal("dy-dapb-opph3-2"), Source(landmark="dy-dapb-opph3-2")),
)  # fmt: skip
"""Every complex of the table."""


def case_of(subject: Subject, folder: Path) -> Case:
    """The atoms of a complex.

    Args:
        subject: which.
        folder: that of the measured files.

    Raises:
        KramersError: it cannot be read or built; the sentence says why.
    """
    if isinstance(subject.geometry, Crystal):
        return _of_structure(subject, _read(subject.geometry, folder), subject.geometry.charge, subject.geometry.file)
    if isinstance(subject.geometry, Build):
        asked = subject.geometry
        second = ligand_from_text(asked.second) if asked.second else None
        built = build_complex(ligand_from_text(asked.axial), second, subject.ion, asked.equatorial)
        return _of_structure(subject, built.structure, built.molecule.charge or 0, built.protocol)
    return _of_landmark(subject, subject.geometry)


def _read(crystal: Crystal, folder: Path) -> Structure:
    path = next(iter(sorted(folder.rglob(crystal.file))))
    data = path.read_bytes()
    if path.suffix == ".xyz":  # Y stands for Dy in them
        lines = data.decode("ascii").splitlines()
        data = "\n".join(_dysprosium(line) for line in lines).encode()
    return read_structure(data, path.name, charge=crystal.charge if path.suffix == ".xyz" else None)


def _dysprosium(line: str) -> str:
    words = line.split()
    return "Dy" + line.lstrip()[1:] if words[:1] == ["Y"] else line


def _of_structure(subject: Subject, structure: Structure, charge: int, made: str) -> Case:
    molecule, sphere = structure.molecule, structure.sphere
    around = environment(molecule, sphere, subject.name)
    moved = around.metal != subject.ion
    reason = refusal(subject.ion, 3, sphere, structure.report)
    return Case(
        around.of_ion(subject.ion) if moved else around,
        charge,
        reason,
        _reported(_sight(subject.ion, molecule, sphere)),
        f"{made}, moved from {around.metal}" if moved else made,
    )


def _sight(ion: str, molecule: Molecule, sphere: CoordinationSphere) -> ChemicalDescriptors | None:
    sight = sight_of(molecule, sphere)
    return None if sight is None else replace(sight, ion=ion)


def _reported(sight: ChemicalDescriptors | None) -> Reported | None:
    return None if sight is None else literature().about(sight)


def _of_landmark(subject: Subject, ideal: Ideal) -> Case:
    landmark = built(next(entry for entry in entries() if entry.id == ideal.landmark))
    reported = _reported(sight_of_landmark(landmark))
    return Case(landmark.environment, landmark.entry.charge, "", reported, "ideal, of the landmarks")
