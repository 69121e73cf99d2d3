"""DFT bond lengths of [Y(H2O)5L2], the closed-shell analogues, which correct the distances of the GFN2 protocol.

``OMP_NUM_THREADS=1 python -m training.geometry.yttrium --work FOLDER`` takes one ligand after the other (5 to 30
minutes each), keeps every evaluation in the folder and goes on from there when called again; ligands that are done are
skipped. Results gather in assets/distances/yttrium.json.

============  ==========================================================================================
Level         r2SCAN-D4 (J. W. Furness et al., J. Phys. Chem. Lett. 2020, 11, 8208,
              doi:10.1021/acs.jpclett.0c02405), density fitting, grid level 1 of PySCF
basis         Y and its seven donors def2-TZVP without f, the rest def2-SVP; the 28-electron core of Y is an
              effective potential (F. Weigend, R. Ahlrichs, Phys. Chem. Chem. Phys. 2005, 7, 3297,
              doi:10.1039/b508541a)
solvent       C-PCM water, 50 points a sphere
geometry      the GFN2 complex of dysprosium, yttrium in its place; the seven ligands slide along their bonds
              as rigid bodies until the force on each is below 6e-4 E_h a₀⁻¹ (0.003–0.005 Å)
============  ==========================================================================================

Why rigid: left free (geomeTRIC), the methoxide complex moved its waters towards the alkoxides for nine steps, fell by
8 kcal/mol and ended far from a pentagonal bipyramid; a correction of bond lengths wants those of the geometry that is
corrected. With ``--free`` all atoms move, by geomeTRIC (L.-P. Wang, C. Song, J. Chem. Phys. 2016, 144, 214108,
doi:10.1063/1.4952956); the results stand apart, in "free".

Measured on the methoxide complex: grid level 1 moves no component of the gradient by more than 5e-4 E_h a₀⁻¹ against
level 3, 50 points by less against 110.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyscf
from pyscf import dft, gto
from pyscf.geomopt import geometric_solver

from core.arrays import FloatArray
from core.chem.build.complex import BuiltComplex, build_complex
from core.chem.ligand.ligand import ligand_from_text
from core.resources import shipped
from core.units import BOHR_IN_ANGSTROM

RESULTS: Final = shipped("assets/distances") / "yttrium.json"

LIGANDS: Final = {
    "phosphine oxide": "O=[PH3]",
    "methoxide": "C[O-]",
    "formamide": "NC=O",
    "silanolate": "[O-][SiH3]",
    "nitrone": "C=[NH+][O-]",
    "trimethylphosphine oxide": "CP(C)(C)=O",
    "methanimine": "C=N",
    "ethenolate": "C=C[O-]",
    "phenoxide": "[O-]c1ccccc1",
    "urea": "NC(N)=O",
    "pyridine": "c1ccncc1",
    "pyridine N-oxide": "[O-][n+]1ccccc1",
    "fluoride": "[F-]",
    "dimethyl sulfoxide": "CS(C)=O",
    "acetonitrile": "CC#N",
    "tert-butoxide": "CC(C)(C)[O-]",
    "ammonia": "N",
    "chloride": "[Cl-]",
    "trimethylsiloxide": "C[Si](C)(C)[O-]",
    "dimethylformamide": "CN(C)C=O",
}
"""Every class soon, small ligands first: whoever stops early has the more of them."""

LARGEST_FORCE: Final = 6e-4
MOST_EVALUATIONS: Final = 12
_STEP: Final = 0.15
"""Largest force on a ligand at the end [E_h a₀⁻¹], energies and gradients at most, longest step [a₀]."""

_AXIAL, _EQUATORIAL = 0.15, 0.07
"""Curvature along a bond that the first step takes for granted [E_h a₀⁻²]; BFGS then learns the true one."""

_WATERS = 0.05
"""By how much longer waters start [a₀]; the first ligands ended there."""

_log = logging.getLogger("kramers.yttrium")

Energy = Callable[[FloatArray], tuple[float, FloatArray]]
"""Positions (n, 3) [a₀] -> energy [E_h], gradient (n, 3) [E_h a₀⁻¹]."""


def main() -> None:
    """Computes what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of the unfinished ligands")
    parser.add_argument("--only", nargs="*", choices=list(LIGANDS), default=list(LIGANDS))
    parser.add_argument("--free", action="store_true", help="let all atoms move")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.work.mkdir(parents=True, exist_ok=True)
    table = "free" if options.free else "ligands"
    for name in options.only:
        if name not in _table(table):
            checkpoint = options.work / f"{table}_{name.replace(' ', '_')}.json"
            _keep(table, name, _Run(name, LIGANDS[name], checkpoint).finish(free=options.free))


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return dict(found.get(name, {}))


def _keep(table: str, name: str, row: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    tables = {key: _table(key) for key in ("ligands", "free")}
    tables[table][name] = row
    record = {
        "level": "r2SCAN-D4/def2-TZVP(-f) on Y and its donors, def2-SVP elsewhere, C-PCM water",
        "pyscf": pyscf.__version__,
        **tables,
    }
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    RESULTS.write_text(text + "\n", encoding="utf-8")


class _Run:
    """One ligand, from the GFN2 complex or from where an earlier call stopped."""

    def __init__(self, name: str, smiles: str, checkpoint: Path) -> None:
        self.name, self.checkpoint = name, checkpoint
        ligand = ligand_from_text(smiles)
        self.built = build_complex(ligand, corrected=False)
        self.state: dict[str, Any] = {"seconds": 0.0, "points": []}
        if checkpoint.exists():
            self.state = json.loads(checkpoint.read_text(encoding="utf-8"))
        self.head = {"smiles": smiles, "class": ligand.donor_class.value, "charge": self.built.molecule.charge}

    def finish(self, *, free: bool) -> dict[str, Any]:
        start = self.built.molecule.positions / BOHR_IN_ANGSTROM
        end = self._free(start) if free else self._slid(start)
        donors = [*self.built.axial_donors, *self.built.equatorial_donors]
        return {
            **self.head,
            "protocol": self.built.protocol,
            "gfn2": _lengths(start, donors),
            "dft": _lengths(end, donors),
            "evaluations": len(self.state["points"]),
            "seconds": round(self.state["seconds"]),
        }

    def _slid(self, start: FloatArray) -> FloatArray:
        """Rigid ligands where the force along every bond has vanished."""
        donors = [*self.built.axial_donors, *self.built.equatorial_donors]
        along = start[donors] / np.linalg.norm(start[donors], axis=1)[:, None]
        owner = _owners(self.built)
        energy = self._remembered(_surface(self.built, start))
        inverse = np.diag([1 / _AXIAL] * 2 + [1 / _EQUATORIAL] * 5)
        shift, last = np.array([0.0] * 2 + [_WATERS] * 5), None
        for _ in range(MOST_EVALUATIONS):
            moved = start.copy()
            for k in range(7):
                moved[owner == k] += shift[k] * along[k]
            _, gradient = energy(moved)
            force = np.array([(gradient[owner == k] @ along[k]).sum() for k in range(7)])
            _log.info("%s: %s Å, force %.1e", self.name, _lengths(moved, donors), np.abs(force).max())
            if np.abs(force).max() < LARGEST_FORCE:
                return moved
            if last is not None:
                inverse = _learned(inverse, shift - last[0], force - last[1])
            last = (shift, force)
            step = -inverse @ force
            shift = shift + step * min(1.0, _STEP / np.abs(step).max())
        raise RuntimeError(f"{self.name} did not settle.")

    def _free(self, start: FloatArray) -> FloatArray:
        scanner = _field(_mole(self.built, start)).nuc_grad_method().as_scanner()
        donors = [*self.built.axial_donors, *self.built.equatorial_donors]

        def after_step(env: dict[str, Any]) -> None:
            self.state["points"].append(float(env["energy"]))
            largest = np.abs(env["gradients"]).max()
            _log.info("%s, free: %s Å, gradient %.1e", self.name, _lengths(env["coords"], donors), largest)

        converged, mol = geometric_solver.kernel(
            scanner, callback=after_step, maxsteps=60, convergence_set="GAU_LOOSE", trust=0.05
        )
        if not converged:
            raise RuntimeError(f"{self.name} did not settle.")
        return np.asarray(mol.atom_coords())

    def _remembered(self, energy: Energy) -> Energy:
        """Replays the points of the checkpoint, then computes and keeps new ones."""
        replay = iter(list(self.state["points"]))

        def at(positions: FloatArray) -> tuple[float, FloatArray]:
            known = next(replay, None)
            if known is not None:
                return known[0], np.array(known[1])
            begun = time.perf_counter()
            value, gradient = energy(positions)
            self.state["seconds"] += time.perf_counter() - begun
            self.state["points"].append((value, gradient.round(7).tolist()))
            self.checkpoint.write_text(json.dumps(self.state), encoding="utf-8")
            return value, gradient

        return at


def _learned(inverse: FloatArray, step: FloatArray, change: FloatArray) -> FloatArray:
    """BFGS update of the inverse curvature; left as it is where the change would make it indefinite."""
    product = float(step @ change)
    if product <= 0:
        return inverse
    left = np.eye(len(step)) - np.outer(step, change) / product
    return np.asarray(left @ inverse @ left.T + np.outer(step, step) / product)


def _owners(built: BuiltComplex) -> FloatArray:
    """(n,) the ligand of each atom, in the order of the donors; −1 for the metal."""
    owner = np.full(len(built.molecule.elements), -1)
    for k, donor in enumerate([*built.axial_donors, *built.equatorial_donors]):
        owner[donor] = k
    pairs = [(a, b) for a, b in built.molecule.bonds.tolist() if built.molecule.metal not in (a, b)]
    while (owner[1:] < 0).any():
        for a, b in pairs:
            owner[a] = owner[b] = max(owner[a], owner[b])
    return owner


def _lengths(positions: FloatArray, donors: list[int]) -> list[float]:
    lengths = np.linalg.norm(positions[donors] - positions[0], axis=1) * BOHR_IN_ANGSTROM
    return [round(float(length), 4) for length in lengths]


def _surface(built: BuiltComplex, start: FloatArray) -> Energy:
    scanner = _field(_mole(built, start)).nuc_grad_method().as_scanner()

    def at(positions: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = scanner(scanner.mol.set_geom_(positions, unit="Bohr", inplace=False))
        if not scanner.converged:
            raise RuntimeError("The wave function did not converge.")
        return float(value), np.asarray(gradient)

    return at


def _mole(built: BuiltComplex, positions: FloatArray) -> gto.Mole:
    near = {0, *built.axial_donors, *built.equatorial_donors}
    elements = ("Y", *built.molecule.elements[1:])
    labels = [f"{element}{number}" for number, element in enumerate(elements)]
    basis = {
        label: [shell for shell in gto.basis.load("def2-tzvp", element) if shell[0] < 3] if k in near else "def2-svp"
        for k, (label, element) in enumerate(zip(labels, elements, strict=True))
    }
    atoms = list(zip(labels, positions.tolist(), strict=True))
    charge = built.molecule.charge
    return gto.M(atom=atoms, unit="Bohr", basis=basis, ecp={"Y0": "def2-tzvp"}, charge=charge, verbose=1)


def _field(mol: gto.Mole) -> Any:
    field = dft.RKS(mol, xc="r2scan").density_fit(auxbasis="def2-universal-jfit")
    field.disp, field.grids.level = "d4", 1
    field.conv_tol, field.conv_tol_grad = 1e-7, 5e-4
    field = field.PCM()
    field.with_solvent.method, field.with_solvent.eps, field.with_solvent.lebedev_order = "C-PCM", 78.36, 11
    return field


if __name__ == "__main__":
    main()
