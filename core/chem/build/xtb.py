"""Energy and gradient of GFN2-xTB, the semi-empirical method that complexes are relaxed with.

Source: C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 2019, 15, 1652, doi:10.1021/acs.jctc.8b01176.
Lanthanides keep their 4f electrons in the core, so that a trivalent ion is a closed shell whatever its 4f count.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from core.arrays import FloatArray
from core.errors import DomainError
from core.units import BOHR_IN_ANGSTROM

if TYPE_CHECKING:
    from tblite.interface import Calculator, Result

HEAVIEST: Final = 86
"""Atomic number of radon, the last element with GFN2 parameters."""


ACCURACY: Final = 10.0
"""Looseness of the wave function in tblite's scale. Against 0.1, gradients of a 70-atom complex are off by 7.5e-5
E_h Å⁻¹, a fifth of what `relax` asks for, energies by 2e-7 E_h; each step takes two thirds of the time at 1."""


class Gfn2:
    """GFN2-xTB of one molecule whose atoms move; each call starts from the wave function of the one before.

    Args:
        elements: (n,) symbols.
        charge: total charge [e]; the shell is closed.
        solvent: name of an ALPB solvent, None for the gas phase (S. Ehlert et al., J. Chem. Theory Comput. 2021, 17,
            4250, doi:10.1021/acs.jctc.1c00471).

    Raises:
        DomainError: an element without parameters.
    """

    def __init__(self, elements: Sequence[str], charge: int, solvent: str | None = None) -> None:
        openblas()
        from tblite.interface import symbols_to_numbers

        self._numbers = np.array(symbols_to_numbers(list(elements)))
        if self._numbers.max(initial=0) > HEAVIEST:
            raise DomainError("GFN2-xTB has no parameters beyond radon.")
        self._charge, self._solvent = charge, solvent
        self._calculator: Calculator | None = None
        self._result: Result | None = None

    def energy_and_gradient(self, positions: FloatArray) -> tuple[float, FloatArray]:
        """Energy [E_h] and its gradient (n, 3) [E_h Å⁻¹] at positions (n, 3) [Å].

        Raises:
            DomainError: the wave function does not converge.
        """
        result = self.solved(positions)
        gradient: FloatArray = np.asarray(result.get("gradient"), dtype=np.float64) / BOHR_IN_ANGSTROM
        return float(result.get("energy")), gradient

    def solved(self, positions: FloatArray) -> Result:
        """What tblite gives at positions (n, 3) [Å], in atomic units.

        Raises:
            DomainError: the wave function does not converge.
        """
        from tblite.exceptions import TBLiteRuntimeError

        calculator = self._at(positions / BOHR_IN_ANGSTROM)
        try:
            with _threads().limit(limits=1):
                self._result = calculator.singlepoint(self._result)
        except TBLiteRuntimeError as error:
            raise DomainError("the GFN2-xTB wave function does not converge.") from error
        return self._result

    def _at(self, bohr: FloatArray) -> Calculator:
        from tblite.interface import Calculator

        if self._calculator is None:
            self._calculator = Calculator("GFN2-xTB", self._numbers, bohr, charge=float(self._charge), uhf=0)
            self._calculator.set("verbosity", 0)
            self._calculator.set("accuracy", ACCURACY)
            if self._solvent is not None:
                self._calculator.add("alpb-solvation", self._solvent)
        else:
            self._calculator.update(bohr)
        return self._calculator


@cache
def openblas() -> bool:
    """Whether an OpenBLAS stands in for the reference BLAS of tblite's wheel: the one in PySCF's wheel, else the
    system's (Debian: libopenblas0-pthread).

    tblite spends most of its time in BLAS, and with OpenBLAS a step takes half of it; nothing else changes. OpenBLAS
    has to be loaded before tblite, and takes the place of every BLAS that is loaded later: PyTorch's too, which then
    needs three times as long for the small products of a recurrent network. So this waits for the first molecule,
    before which the app has loaded PyTorch.
    """
    for library in (*_of_pyscf(), "libopenblas.so.0"):
        try:
            ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL).openblas_set_num_threads(1)
        except (OSError, AttributeError):  # none, or none of that kind
            continue
        return True
    return False


def _of_pyscf() -> list[str]:
    """OpenBLAS in PySCF's wheel, if it is there; what it needs lies beside it and is loaded first."""
    pyscf = importlib.util.find_spec("pyscf")
    for place in (pyscf and pyscf.submodule_search_locations) or []:
        folder = Path(place, "lib")
        for needed in (*folder.glob("libquadmath*"), *folder.glob("libgfortran*")):
            with suppress(OSError):
                ctypes.CDLL(str(needed))
        return [str(path) for path in folder.glob("libopenblas*")]
    return []


@cache
def _threads() -> ThreadpoolController:
    """Of tblite, which gets one: sums over several come out in another order each time, and then the search takes other
    steps; and on a busy machine with two cores dimethyl sulfoxide took 75–97 s with two threads, 2–6 s with one."""
    return ThreadpoolController().select(user_api="openmp")
