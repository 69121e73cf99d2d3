"""From a molecule with one Ln(III) ion to the integrals of its mean field.

ANO-RCC contractions by role (ion, donors, the rest), as OpenMolcas names them; spin-free X2C in its one-centre
approximation (D. Peng, M. Reiher, J. Chem. Phys. 2012, 136, 244108, doi:10.1063/1.4729788); density fitting with
natural auxiliary functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from pyscf import gto, scf
from pyscf.data.elements import charge as atomic_number

from core.arrays import FloatArray
from core.chem.handed_complex import Complex
from core.errors import DomainError, InputError
from core.magnetism.ions import SYMBOLS, Ion, lanthanide
from core.progress import Told, share, unheard
from core.qc.auxiliary import NATURAL, natural_auxiliary
from core.qc.basis import ano_rcc
from core.qc.cahf import Average, MeanField
from core.qc.repulsion import DensityFitted, fitted_integrals

NEAREST: Final = 0.5
"""Two nuclei closer than this are an error of the input [Å]; H₂ has 0.74."""

FARTHEST_DONOR: Final = 3.4
"""A lanthanide without an atom within this distance has no donors [Å]; the longest bonds, to iodide, have 3.2."""

REPULSION: Final = 0.75
"""Share of the integrals' time that those of the repulsion take; X2C, in one piece, has the rest (242 functions)."""

_LIGHT: Final = ("H He", "Li Be B C N O F Ne", "Na Mg Al Si P S Cl Ar", "K Ca")
_VDZP: Final = tuple("2s1p 3s2p1d 4s3p1d 5s4p1d 5s4p2d1f 5s4p2d 6s5p3d1f 6s5p3d1f 7s6p4d2f1g".split())
_VTZP: Final = tuple("3s2p1d 4s3p2d1f 5s4p2d1f 6s5p2d1f 6s5p3d2f1g 6s5p3d1f 7s6p4d2f1g 7s6p4d2f1g 8s7p5d3f2g1h".split())
_CONTRACTIONS: Final = MappingProxyType(
    {
        "MB": ("1s", "2s1p", "3s2p", "4s3p", "4s3p1d", "4s3p1d", "5s4p2d", "5s4p2d", "6s5p3d1f"),
        "VDZ": ("2s", "3s2p", "4s3p", "5s4p", "5s4p2d", "5s4p1d", "6s5p3d", "6s5p2d", "7s6p4d2f"),
        "VDZP": _VDZP,
        "VTZP": _VTZP,
    }
)
"""For H, Li–Ne, Na–Ar, K–Ca, Sc and Zn, Ga–Kr, Y, Sb–Xe and the lanthanides, as OpenMolcas 22.10 contracts VDZ, VDZP
and VTZP; MB is minimal."""

_HEAVY: Final = (*_LIGHT, "Sc Zn", "Ga As Se Br Kr", "Y", "Sb Te I Xe", " ".join(("La", *SYMBOLS, "Lu")))


@dataclass(frozen=True, slots=True)
class Preset:
    """Contraction on the ion, its donors and all other atoms."""

    ion: str
    donors: str
    rest: str


PRESETS: Final = MappingProxyType(
    {
        "fast": Preset("VDZP", "VDZP", "MB"),
        "standard": Preset("VDZP", "VDZP", "VDZ"),
        "fine": Preset("VTZP", "VTZP", "VDZP"),
    }
)


def finer(preset: str) -> str | None:
    """The next larger preset; None after the largest, and for one that is not offered any more."""
    names = list(PRESETS)
    following = names[names.index(preset) + 1 :] if preset in names else []
    return following[0] if following else None


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """What is computed.

    Attributes:
        elements: (n,) symbols.
        positions: (n, 3) [Å].
        charge: total charge [e].
        donors: indices of the atoms bound to the ion.
        preset: name in `PRESETS`.
    """

    elements: tuple[str, ...]
    positions: FloatArray
    charge: int
    donors: tuple[int, ...]
    preset: str = "standard"

    @property
    def metal(self) -> int:
        """Index of the lanthanide."""
        return next(k for k, element in enumerate(self.elements) if element in SYMBOLS)

    @property
    def ion(self) -> Ion:
        """The trivalent ion."""
        return lanthanide(self.elements[self.metal])


def spec_of(given: Complex, preset: str) -> Spec:
    """A complex with the basis that it is computed in.

    Raises:
        InputError: its charge is open.
    """
    if given.charge is None:
        raise InputError("the total charge of the complex is open.", advice="Give it with --charge.")
    return Spec(given.elements, given.positions, given.charge, given.donors, preset)


@dataclass(frozen=True, slots=True, eq=False)
class Hamiltonian:
    """The molecule in its basis: PySCF's `mol`, the mean field, and the number of auxiliary functions."""

    mol: Any
    field: MeanField
    repulsion: DensityFitted
    auxiliary: int


def check(spec: Spec) -> None:
    """Everything that can be known to be wrong before anything is computed.

    Raises:
        InputError: no single Ce–Yb ion (La and Lu may stand beside it), nuclei on top of each other, no donor,
            electrons that do not fit the charge.
        DomainError: an element or a preset that is not covered.
    """
    ions = [element for element in spec.elements if element in SYMBOLS]
    closed = [element for element in spec.elements if element in ("La", "Lu")]
    if not ions and closed:
        lanthanide(closed[0])  # says why there is nothing to compute
    if len(ions) != 1:
        text = f"{len(ions)} lanthanides with an open shell; the engine takes exactly one."
        raise InputError(text, advice="Choose one of Ce to Yb; --substitute puts diamagnetic ions for the others.")
    if spec.preset not in PRESETS:
        raise DomainError("this preset is not offered.", advice=f"Choose one of: {', '.join(PRESETS)}.")
    for element in sorted(set(spec.elements)):
        contraction(element, "VDZ")
    if spec.positions.shape != (len(spec.elements), 3) or not np.isfinite(spec.positions).all():
        raise InputError("a coordinate is missing or is no number.")
    _check_distances(spec)
    electrons = sum(atomic_number(element) for element in spec.elements) - spec.charge
    if (electrons - spec.ion.electrons) % 2:
        text = f"charge {spec.charge:+d} leaves an odd number of electrons beside the 4f shell."
        raise InputError(text, advice="Check the charge and the hydrogen atoms.")


def _check_distances(spec: Spec) -> None:
    apart = np.linalg.norm(spec.positions[:, None] - spec.positions[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    i, j = np.unravel_index(int(apart.argmin()), apart.shape)
    if apart[i, j] < NEAREST:
        pair = f"{spec.elements[i]}{i + 1} and {spec.elements[j]}{j + 1}"
        raise InputError(f"{pair} are {apart[i, j]:.2f} Å apart.", advice="Check for disorder, and the unit of length.")
    nearest = float(apart[spec.metal].min())
    if nearest > FARTHEST_DONOR or not spec.donors:
        text = f"no donor near the ion: the nearest atom is {nearest:.2f} Å away."
        raise InputError(text, advice="Coordinates are read in Å, not in bohr.")


def contraction(element: str, level: str) -> str:
    """ANO-RCC contraction of an element, e.g. ``3s2p1d``, at a level such as VDZP.

    Raises:
        DomainError: an element that is not covered.
    """
    for row, functions in zip(_HEAVY, _CONTRACTIONS[level], strict=True):
        if element in row.split():
            return functions
    raise DomainError(
        f"the engine has no basis chosen for {element}.",
        advice="It covers H–Ca, Sc, Zn, Ga, As–Kr, Y, Sb–Xe and the lanthanides.",
    )


def basis_of(spec: Spec) -> tuple[str, ...]:
    """(n,) ANO-RCC level of each atom, e.g. VDZP."""
    preset = PRESETS[spec.preset]
    levels = [preset.rest] * len(spec.elements)
    for donor in spec.donors:
        levels[donor] = preset.donors
    levels[spec.metal] = preset.ion
    return tuple(levels)


def build(
    spec: Spec,
    *,
    memory_mb: int = 4000,
    natural: float = NATURAL,
    x2c: str = "atom1e",
    progress: Told = unheard,
) -> Hamiltonian:
    """Integrals of a molecule that `check` has passed.

    Args:
        spec: the molecule.
        memory_mb: three-index integrals beyond this go to disk.
        natural: auxiliary functions that are kept, see `natural_auxiliary`; 0 for an even-tempered set of ten per
            basis function.
        x2c: ``atom1e`` decouples each atom by itself, ``1e`` the whole molecule.
        progress: told the fraction that is done; what it raises ends the run.
    """
    names = [f"{element}{number}" for number, element in enumerate(spec.elements)]
    levels = zip(spec.elements, basis_of(spec), strict=True)
    chosen = [(element, contraction(element, level)) for element, level in levels]
    basis = [ano_rcc(*atom) for atom in chosen]
    auxiliary = [list(natural_auxiliary(*atom, natural)) for atom in chosen]
    n = spec.ion.electrons
    mol = gto.M(
        atom=list(zip(names, spec.positions.tolist(), strict=True)),
        basis=dict(zip(names, basis, strict=True)),
        charge=spec.charge,
        spin=min(n, 14 - n),
        verbose=0,
        max_memory=memory_mb,
    )
    relativistic = scf.RHF(mol).sfx2c1e()
    relativistic.with_x2c.approx = x2c
    integrals = fitted_integrals(
        mol, dict(zip(names, auxiliary, strict=True)), memory_mb, share(progress, 0.0, REPULSION)
    )
    repulsion = DensityFitted(integrals, memory_mb)
    core_hamiltonian = np.asarray(relativistic.get_hcore())
    progress(1.0)
    field = MeanField(
        overlap=mol.intor_symmetric("int1e_ovlp"),
        core_hamiltonian=core_hamiltonian,
        repulsion=repulsion,
        nuclear_energy=float(mol.energy_nuc()),
        closed=(mol.nelectron - n) // 2,
        average=Average.of(n),
    )
    return Hamiltonian(mol, field, repulsion, integrals.shape[1])
