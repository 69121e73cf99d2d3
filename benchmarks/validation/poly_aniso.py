"""Coupled ions by OpenMolcas' POLY_ANISO from the same sites: `python -m benchmarks.validation.poly_aniso`.

Each case is a cluster of `core.coupling`. Its sites are written in the format that SINGLE_ANISO hands to POLY_ANISO
(energies, magnetic moments and spins between the states), the pairs with the same J, the places with the same
coordinates. Compared are all levels, χT, M(H) of a powder and g of the lowest levels. Needs Debian's package
openmolcas; some seconds a case. Writes benchmarks/results/poly_aniso.json.
"""

from __future__ import annotations

import json
import re
import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.harness.openmolcas import execute
from core.arrays import FloatArray
from core.coupling.cluster import Cluster, cluster
from core.coupling.magnetometry import chi_t, magnetisation
from core.coupling.site import MagneticSite, lanthanide_site, spin_site
from core.coupling.spectrum import spectrum
from core.coupling.states import solve
from core.magnetism.stevens import rotate_parameters

RESULTS = Path(__file__).resolve().parents[1] / "results" / "poly_aniso.json"

FIELDS = np.linspace(0.0, 7.0, 8)
KELVIN = (2.0, 4.0)
MOST_ENERGY, MOST_CHI = 1e-3, 1e-3
"""Largest differences allowed: levels [cm⁻¹], χT as a share."""

_NUMBER = r"[-+]?\d+\.\d+(?:[EeDd][-+]?\d+)?"


def lanthanide(label: str, symbol: str, axis: tuple[float, float, float], place: FloatArray) -> MagneticSite:
    """An ion in a field with no symmetry but a strong axis, of every rank."""
    z = np.array(axis) / np.linalg.norm(axis)
    x = np.cross(z, [0.3, 0.5, 0.81])
    x /= np.linalg.norm(x)
    field = {(2, 0): -2.1, (2, 2): 0.4, (2, -1): 0.3, (4, 0): -4e-3, (4, 3): 1e-2, (6, 0): 2e-5, (6, 4): 1e-4}
    return lanthanide_site(label, symbol, rotate_parameters(field, np.array([x, np.cross(z, x), z]).T), place)


def cases() -> dict[str, Cluster]:
    """An asymmetric Dy₂, a Dy₃ triangle, CuTb, a Mn(III)–Dy and Cu–Dy–Cu, of our own making."""
    origin, angle = np.zeros(3), 2 * np.pi * np.arange(3) / 3
    copper = spin_site("Cu1", "Cu(II)", 1, np.array([3.4, 0.2, -0.3]), g=2.12)
    other = spin_site("Cu2", "Cu(II)", 1, np.array([-3.3, 0.5, 0.4]), g=2.08)
    manganese = spin_site("Mn1", "Mn(III)", 4, np.array([0.3, 3.2, 0.4]), d=-3.5, e=0.2, frame=np.eye(3)[[1, 2, 0]])
    triangle = tuple(
        lanthanide(f"Dy{k}", "Dy", (-np.sin(a), np.cos(a), 0.15), 2.05 * np.array([np.cos(a), np.sin(a), 0]))
        for k, a in enumerate(angle, 1)
    )
    pair = (
        lanthanide("Dy1", "Dy", (1, 2, -2), origin),
        lanthanide("Dy2", "Dy", (1, 1, 0.2), np.array([3.7, 0.2, 0.1])),
    )
    return {
        "Dy2, asymmetric": cluster(pair, {(0, 1): -0.2}, kept=(4, 6)),
        "Dy3, triangle": cluster(triangle, dict.fromkeys(((0, 1), (1, 2), (0, 2)), -0.05), kept=(4, 4, 4)),
        "CuTb": cluster((lanthanide("Tb1", "Tb", (0.2, 0.1, 1), origin), copper), {(0, 1): 3.1}, kept=(13, 2)),
        "Mn(III)Dy": cluster((lanthanide("Dy1", "Dy", (1, 0.4, 0), origin), manganese), {(0, 1): -0.9}, kept=(4, 5)),
        "CuDyCu": cluster(
            (lanthanide("Dy1", "Dy", (0.1, 0.3, 1), origin), copper, other), {(0, 1): 2.4, (0, 2): 2.0}, kept=(8, 2, 2)
        ),
    }


def site_file(site: MagneticSite) -> str:
    """One site in the format of SINGLE_ANISO's ANISOINPUT (POLY_ANISO's keyword OLDA)."""
    n = len(site.energies)
    lines = [f"1 {n}", " ".join(f"{e:.14E}" for e in site.energies), str(n)]
    for operators in (site.moment, site.spin):
        lines += [" ".join(f"{z.real:.14E} {z.imag:.14E}" for z in row) for matrix in operators for row in matrix]
    return "\n".join(lines) + "\n"


def job(system: Cluster) -> str:
    """The input; the site files lie beside it as ``aniso_1.input`` and so on."""
    count = len(system.sites)
    copies = [f">> COPY $CurrDir/aniso_{k}.input $WorkDir/aniso_{k}.input" for k in range(1, count + 1)]
    pairs = list(combinations(range(count), 2))
    lines = [
        *copies,
        "&POLY_ANISO",
        *("NNEQ", f"{count} T F", " ".join(["1"] * count), " ".join(map(str, system.kept))),
        *("PAIR", str(len(pairs))),
        *(f"{i + 1} {j + 1} {system.exchange.get((i, j), 0.0):.10f}" for i, j in pairs),
        "COOR",
        *(" ".join(f"{x:.10f}" for x in site.position) for site in system.sites),
        *("TINT", "1.0 300.0 11", "HINT", f"{FIELDS[0]} {FIELDS[-1]} {len(FIELDS)}"),
        *("TMAG", " ".join(map(str, (len(KELVIN), *KELVIN))), "MLTP", "2", "2 2", "OLDA"),
    ]
    return "\n".join(lines) + "\n"


def levels_of(log: str) -> FloatArray:
    """(N,) coupled levels, lowest 0 [cm⁻¹]."""
    _, _, table = log.partition("EigenValues of the Magnetic Interaction")
    rows = re.findall(rf"^\s*\d+\s+\|(?:\s+{_NUMBER}\s+\|){{3}}\s+({_NUMBER})\s+\|\s*$", table, re.MULTILINE)
    return np.array([float(row) for row in rows])


def chi_t_of(log: str) -> tuple[FloatArray, FloatArray]:
    """Temperatures (t,) [K] and χT (t,) [cm³ K mol⁻¹]."""
    _, _, table = log.partition("CALCULATION OF THE MAGNETIC SUSCEPTIBILITY")
    rows = re.findall(rf"^\s*\|\s+({_NUMBER}) \|\s+{_NUMBER} \|\s+({_NUMBER}) \|", table, re.MULTILINE)
    temperatures, values = np.array(rows, dtype=np.float64).T
    return temperatures, values


def moments_of(log: str) -> FloatArray:
    """(t, b) M of a powder [μ_B]."""
    _, _, table = log.rpartition("STATISTICAL SUM|")
    rows = re.findall(rf"^ *{_NUMBER} \| +{_NUMBER} \|((?: +{_NUMBER} \|)+) *$", table, re.MULTILINE)
    return np.array([[float(x) for x in re.findall(_NUMBER, row)] for row in rows]).T


def g_of(log: str) -> list[float]:
    """g_z of the two lowest multiplets of the whole."""
    _, _, table = log.partition("EigenValues of the Magnetic Interaction")
    return [float(x) for x in re.findall(rf"^\s*gZ = +({_NUMBER}) \|", table, re.MULTILINE)][-2:]


def compare(system: Cluster, folder: Path) -> dict[str, object]:
    """Ours less theirs."""
    folder.mkdir()
    for number, site in enumerate(system.sites, 1):
        (folder / f"aniso_{number}.input").write_text(site_file(site), encoding="ascii")
    log, seconds = execute(job(system), folder, memory_mb=1000)
    states = solve(system)
    levels, (temperatures, theirs) = levels_of(log), chi_t_of(log)
    # its first temperature is 0.0001 K whatever is asked, where its own formula for nearly degenerate levels decides
    warm = temperatures > 1
    ours = chi_t(states, temperatures[warm])
    curves, moments = magnetisation(system, FIELDS[1:], KELVIN), moments_of(log)[:, 1:]
    lines = spectrum(states)
    return {
        "states": system.size,
        "kept": list(system.kept),
        "J_cm1": {
            f"{system.sites[i].label}-{system.sites[j].label}": strength for (i, j), strength in system.exchange.items()
        },
        "levels_theirs_cm1": [round(float(level), 6) for level in levels],
        "T_K": [round(float(t), 6) for t in temperatures[warm]],
        "chi_t_theirs_cm3_K_per_mol": [float(value) for value in theirs[warm]],
        "largest_difference_of_levels_cm1": float(np.abs(states.energies - levels).max()),
        "largest_difference_of_chi_t_percent": 100 * float(np.abs(ours / theirs[warm] - 1).max()),
        "largest_difference_of_magnetisation_percent": 100 * float(np.abs(curves / moments - 1).max()),
        "gz_of_the_lowest_two": [line.g[2] if line.g else None for line in lines[:2]],
        "gz_of_the_lowest_two_theirs": g_of(log),
        "seconds_theirs": round(seconds, 1),
    }


def main() -> None:
    """All cases, and whether they agree as asked."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = {name: compare(system, Path(scratch) / str(k)) for k, (name, system) in enumerate(cases().items())}
    energy = max(float(str(row["largest_difference_of_levels_cm1"])) for row in rows.values())
    chi = max(float(str(row["largest_difference_of_chi_t_percent"])) for row in rows.values())
    found = {
        "what": "core.coupling less POLY_ANISO of OpenMolcas 22.10 (Debian), from the same sites",
        "asked": f"levels to {MOST_ENERGY:g} cm-1, chiT to {100 * MOST_CHI:g} %",
        "agrees": energy <= MOST_ENERGY and chi <= 100 * MOST_CHI,
        "cases": rows,
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
