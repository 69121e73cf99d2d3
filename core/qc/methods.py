"""Sentences for the computational section of a paper: what was computed at which level of theory, and what to cite.

Written to be accurate rather than grand: that an electrostatic model is calibrated and no ab initio calculation, that a
run has no dynamic correlation, is said in so many words.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from core import __version__
from core.qc.stored_levels import Record, ion_of
from core.qc.tunnelling_barrier import CRITERION_SOURCE, criteria_of

PROGRAM: Final = f"Kramers {__version__} (see its CITATION.cff)."

STEVENS: Final = (
    "K. W. H. Stevens, Proc. Phys. Soc. A 1952, 65, 209, doi:10.1088/0370-1298/65/3/308.",
    "M. T. Hutchings, Solid State Phys. 1964, 16, 227, doi:10.1016/S0081-1947(08)60517-2.",
    "C. Rudowicz, C. Y. Chung, J. Phys.: Condens. Matter 2004, 16, 5825, doi:10.1088/0953-8984/16/32/018.",
)
PSEUDOSPIN: Final = "L. F. Chibotaru, L. Ungur, J. Chem. Phys. 2012, 137, 064112, doi:10.1063/1.4739763."
DIAGRAM: Final = "L. Ungur et al., Inorg. Chem. 2013, 52, 6328, doi:10.1021/ic302568x."
PYSCF: Final = "Q. Sun et al., J. Chem. Phys. 2020, 153, 024109, doi:10.1063/5.0006074."
ANO: Final = "B. O. Roos et al., J. Phys. Chem. A 2008, 112, 11431, doi:10.1021/jp803213j."
X2C: Final = "D. Peng, M. Reiher, J. Chem. Phys. 2012, 136, 244108, doi:10.1063/1.4729788."
MEAN_FIELD: Final = "B. A. Hess et al., Chem. Phys. Lett. 1996, 251, 365, doi:10.1016/0009-2614(96)00119-4."
HYDROGENS: Final = "F. H. Allen, I. J. Bruno, Acta Cryst. B 2010, 66, 380, doi:10.1107/S0108768110012048."
GFN2: Final = (
    "C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 2019, 15, 1652, doi:10.1021/acs.jctc.8b01176."
)
WATER: Final = "S. Ehlert et al., J. Chem. Theory Comput. 2021, 17, 4250, doi:10.1021/acs.jctc.1c00471."
CHARGES: Final = (
    "J. J. Baldoví et al., J. Comput. Chem. 2013, 34, 1961 (effective charges by class of donor).",
    "N. F. Chilton et al., Nat. Commun. 2013, 4, 2551 (formal charges shared out over donors).",
)

GEOMETRY: Final[Mapping[str, str]] = {
    "crystal": (
        "The coordinates are those of the crystal structure, with the X–H bonds of hydrogens at neutron distances; no "
        "atom was relaxed."
    ),
    "given": "The coordinates were used as they were given.",
    "gfn2": (
        "The coordinates are those of an isolated model complex, relaxed by GFN2-xTB in implicit water (ALPB) under "
        "restraints on the axial and equatorial angles (protocol {name}); they are no crystal structure."
    ),
}
"""By the first word of what made the coordinates."""

_GEOMETRY_SOURCES: Final[Mapping[str, tuple[str, ...]]] = {"crystal": (HYDROGENS,), "gfn2": (GFN2, WATER)}

_ANALYSIS: Final = (
    "Magnetic axes and g tensors were obtained in the pseudospin formalism, crystal-field parameters B_kq in the "
    "extended Stevens convention with the Stevens factor included. Transition moments are the mean of |μ_x|, |μ_y| and "
    "|μ_z| between two states. χT and M(H) are those of a powder of isolated ions, without exchange or intermolecular "
    "interactions."
)


def geometry_sentence(origin: str) -> tuple[str, tuple[str, ...]]:
    """What made the coordinates, and what to cite for it."""
    kind = origin.split("-")[0]
    sentence = GEOMETRY.get(kind, f"The coordinates: {origin}.").format(name=origin)
    return sentence, _GEOMETRY_SOURCES.get(kind, ())


def of_model(record: Record, origin: str, caveat: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences and references of electrostatic levels.

    Args:
        record: of the levels.
        origin: what made the coordinates.
        caveat: how the charges were fitted and how wrong the levels are.
    """
    placed, sources = geometry_sentence(origin)
    ion = ion_of(record)
    model = (
        f"The levels of the {ion.multiplet} ground multiplet of {ion.symbol}(III) were estimated with Kramers "
        f"{__version__} from an electrostatic crystal-field model, in which each donor atom is an effective point "
        "charge that depends on its class and formal charge. This is a calibrated semi-empirical model and no ab "
        f"initio calculation. {caveat}"
    )
    magnetism = "Moments were taken as g_J J within the ground multiplet; higher multiplets are left out."
    return (placed, model, f"{_ANALYSIS} {magnetism}", *_barriers(record)), (
        PROGRAM,
        *sources,
        *STEVENS,
        *CHARGES,
        PSEUDOSPIN,
        DIAGRAM,
        *_barrier_sources(record),
    )


def of_run(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences and references of a finished run."""
    placed, sources = geometry_sentence(record["recipe"]["geometry"])
    return (placed, _engine(record), _ANALYSIS, *_barriers(record)), (
        PROGRAM,
        *sources,
        PYSCF,
        ANO,
        X2C,
        MEAN_FIELD,
        PSEUDOSPIN,
        DIAGRAM,
        *STEVENS,
        *_barrier_sources(record),
    )


def _engine(record: Record) -> str:
    method: Mapping[str, Any] = record["method"]
    ion, basis = ion_of(record), method["basis"]
    interacting = (
        "all determinants of 4f{n}" if method["multiplicities"] == "all" else "the determinants of highest spin alone"
    ).format(n=ion.electrons)
    return (
        f"The levels of the {ion.multiplet} ground multiplet of {ion.symbol}(III) were computed with the engine of "
        f"Kramers {record['versions'].get('kramers', __version__)} on PySCF {method['pyscf']}: orbitals of a "
        f"configuration-averaged Hartree–Fock calculation over all determinants of highest spin of 4f{ion.electrons}, "
        f"CAHF({ion.electrons},7), which are those of a CASSCF({ion.electrons},7) averaged over these roots, with the "
        f"spin-free X2C Hamiltonian, density fitting and the ANO-RCC basis set contracted to {basis['ion']} on the "
        f"ion, {basis['donors']} on its donors and {basis['rest']} elsewhere (preset {method['preset']}); then one "
        f"diagonalisation with spin–orbit coupling ({method['spin_orbit']}) over {interacting}. Dynamic correlation "
        "and the surroundings of the complex were not included."
    )


def _barriers(record: Record) -> tuple[str, ...]:
    if not criteria_of(record):
        return ()
    return (
        "Effective barriers read from transition moments or from the tunnelling criterion g_T θ₃ are estimates without "
        "spin–phonon coupling, and no fitted U_eff.",
    )


def _barrier_sources(record: Record) -> tuple[str, ...]:
    return (f"{CRITERION_SOURCE}.",) if criteria_of(record) else ()


def versions() -> tuple[tuple[str, str], ...]:
    """Of the programs behind a figure."""
    return (("Kramers", __version__), *((name, version(name)) for name in ("numpy", "scipy", "pyscf", "tblite")))
