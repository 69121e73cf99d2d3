"""A verification as JSON: what `kramers verify --json` and the process of a run hand out."""

from __future__ import annotations

from typing import Any

import pyscf

from core.magnetism.levels_record import levels_record
from core.qc.engine import TEMPERATURES, Verification
from core.qc.hamiltonian import PRESETS, Spec
from core.qc.tunnelling_barrier import criteria_of, criterion_barrier
from core.schema.results import SCHEMA_VERSION


def to_dict(result: Verification) -> dict[str, Any]:
    """The result in JSON types only: a `core.schema.results.VerificationRecord` but for what the run itself knows."""
    record = _computed(result)
    barrier, criteria = criterion_barrier(record), criteria_of(record)
    for doublet, criterion in zip(record["levels"]["doublets"], criteria, strict=False):  # none for other ions
        doublet["tunnelling_criterion_deg"] = criterion
    return {**record, "criterion_barrier_cm1": barrier}


def _computed(result: Verification) -> dict[str, Any]:
    """All but the tunnelling criterion, which is read from it."""
    spec = result.spec
    return {
        "schema": SCHEMA_VERSION,
        "kind": "verification",
        "status": "ok",
        "metal": spec.ion.symbol,
        "charge": spec.charge,
        "method": _method(result),
        "levels": levels_record(result.levels),
        "barrier_cm1": result.barrier,
        "transition_moments_muB": result.moments.round(6).tolist(),
        "moments_along_axis_muB": result.projections.round(6).tolist(),
        "spin_free_cm1": result.states.spin_free.tolist(),
        "excited_states_cm1": result.states.energies.tolist(),
        "chiT": {"T_K": TEMPERATURES.tolist(), "cm3_K_per_mol": result.chi_t.tolist()},
        "energy_hartree": result.orbitals.energy,
        "converged": result.orbitals.converged,
        "checks": result.checks,
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


def _levels(spec: Spec) -> tuple[str, str, str]:
    preset = PRESETS[spec.preset]
    return preset.ion, preset.donors, preset.rest
