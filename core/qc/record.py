"""A verification as JSON: what `kramers verify --json` and the process of a run hand out."""

from __future__ import annotations

from typing import Any

import pyscf

from core import __version__
from core.magnetism.levels import Doublet
from core.magnetism.stevens import Parameters
from core.magnetism.wybourne import wybourne_parameters
from core.qc.engine import TEMPERATURES, Verification
from core.qc.hamiltonian import PRESETS, Spec
from core.qc.tunnelling_barrier import criteria_of, criterion_barrier


def to_dict(result: Verification) -> dict[str, Any]:
    """The result in JSON types only."""
    record = _computed(result)
    barrier, criteria = criterion_barrier(record), criteria_of(record)
    for doublet, criterion in zip(record["kramers_doublets"], criteria, strict=False):  # none for other ions
        doublet["tunnelling_criterion_deg"] = criterion
    return {**record, "criterion_barrier_cm1": barrier}


def _computed(result: Verification) -> dict[str, Any]:
    """All but the tunnelling criterion, which is read from it."""
    spec, multiplet = result.spec, result.multiplet
    return {
        "status": "ok",
        "kramers_version": __version__,
        "method": _method(result),
        "ion": spec.ion.symbol,
        "multiplet": spec.ion.multiplet,
        "charge": spec.charge,
        "energy_hartree": result.orbitals.energy,
        "converged": result.orbitals.converged,
        "checks": result.checks,
        "kramers_doublets": [_doublet(doublet) for doublet in multiplet.doublets],
        "transition_moments_muB": multiplet.moments.round(6).tolist(),
        "moments_along_axis_muB": multiplet.projections.round(6).tolist(),
        "barrier_cm1": multiplet.barrier,
        "spin_free_cm1": result.states.spin_free.tolist(),
        "excited_states_cm1": result.states.energies.tolist(),
        "crystal_field": _crystal_field(result),
        "chiT": {"T_K": TEMPERATURES.tolist(), "cm3_K_per_mol": result.chi_t.tolist()},
        "timings_s": {**result.timings, "total": sum(result.timings.values())},
        "memory_mb": result.memory,
    }


def _method(result: Verification) -> dict[str, Any]:
    spec = result.spec
    return {
        "orbitals": f"CAHF({spec.ion.electrons},7), spin-free X2C, density fitting",
        "spin_orbit": "one-centre mean field, DKH1",
        "multiplicities": result.multiplicities.value,
        "preset": spec.preset,
        "basis": dict(zip(("ion", "donors", "rest"), _levels(spec), strict=True)),
        "functions": result.functions,
        "auxiliary_functions": result.auxiliary,
        "pyscf": pyscf.__version__,
    }


def _doublet(doublet: Doublet) -> dict[str, Any]:
    return {
        "energy_cm1": doublet.energy,
        "splitting_cm1": doublet.splitting,
        "g": None if doublet.g is None else list(doublet.g),
        "axis": None if doublet.easy_axis is None else doublet.easy_axis.tolist(),
        "angle_to_ground_deg": doublet.angle_to_ground,
        "mj_weights": [list(pair) for pair in doublet.main_weights],
    }


def _crystal_field(result: Verification) -> dict[str, Any]:
    parameters = result.parameters
    return {
        "convention": "extended Stevens, Stevens factor included",
        "magnetic_frame_cm1": _named(parameters.magnetic),
        "input_frame_cm1": _named(parameters.input),
        "wybourne_magnetic_frame_cm1": _named(wybourne_parameters(parameters.magnetic, result.spec.ion)),
        "rotation": parameters.rotation.tolist(),
        "residual": parameters.residual,
    }


def _named(parameters: Parameters) -> dict[str, float]:
    return {f"B{k}{q:+d}": value for (k, q), value in parameters.items()}


def _levels(spec: Spec) -> tuple[str, str, str]:
    preset = PRESETS[spec.preset]
    return preset.ion, preset.donors, preset.rest
