"""Levels from published crystal-field parameters, both of one table.

L. Peng, S. Liu, X. Zhang, X. Chen, C. Li, S. F. Ung, H.-P. Cheng, G. K.-L. Chan, J. Phys. Chem. Lett. 2025, 16, 12312,
doi:10.1021/acs.jpclett.5c02971, Supporting Information, Tables S1, S2, S6 and S7 (extended Stevens operators), as
transcribed in github.com/jqChen1566/fblockkit (Apache-2.0).
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.magnetism.ions import lanthanide
from core.magnetism.stevens import Parameters, hamiltonian
from tests.measured import measured_file

ER_TRENSAL: Parameters = {
    (2, 0): -1.1673728,
    (4, 0): -1.2073254e-3,
    (4, 3): 2.0880005e-1,
    (4, -3): -1.1321827e-1,
    (6, 0): 1.3333043e-4,
    (6, 3): -1.2066800e-3,
    (6, -3): 7.6336324e-4,
    (6, 6): 6.6374329e-4,
    (6, -6): -1.0271989e-3,
}
"""PBE0 column; in the Hartree–Fock column parameters and levels are a factor of 1.31 apart."""

CS2NADYCL6: Parameters = {(4, 0): -6.7731441e-3, (4, 4): -3.3858198e-2, (6, 0): 6.8419138e-6, (6, 4): -1.4594543e-4}
"""Hartree–Fock column."""

HALF_A_DIGIT = 0.0051
"""The levels are printed to 0.01 cm⁻¹."""


def doublets(ion: str, parameters: Parameters) -> np.ndarray:
    """(J + 1/2, 2) energies above the ground doublet [cm⁻¹]."""
    levels = np.linalg.eigvalsh(hamiltonian(lanthanide(ion).two_j, parameters))
    return (levels - levels[0]).reshape(-1, 2)


@pytest.mark.parametrize(
    ("ion", "parameters", "printed"),
    [
        ("Er", ER_TRENSAL, [0, 67.12, 119.12, 133.66, 295.59, 572.08, 625.49, 651.87]),
        ("Dy", CS2NADYCL6, [0, 19.92, 19.97, 103.88, 188.56, 188.75, 232.65, 232.77]),
    ],
)
def test_published_parameters_give_the_published_levels(ion: str, parameters: Parameters, printed: list[float]) -> None:
    np.testing.assert_allclose(doublets(ion, parameters).T, [printed] * 2, rtol=0, atol=HALF_A_DIGIT)


def test_the_sign_of_the_sine_terms_counts() -> None:
    """Without it the test above would prove half of what it seems to: here a wrong sign moves levels by wavenumbers."""
    turned = {kq: -b if kq == (6, -3) else b for kq, b in ER_TRENSAL.items()}
    assert np.abs(doublets("Er", turned) - doublets("Er", ER_TRENSAL)).max() > 1


@pytest.mark.parametrize("method", ["HF", "PBE0"])
def test_both_columns_of_the_cubic_complex_agree(method: str) -> None:
    table = json.loads(measured_file("peng2025_cf.json").read_text(encoding="utf-8"))["Cs2NaDyCl6_Oh"]
    parameters = {
        (int(k), int(q)): float(b) for name, b in table[f"Bkq_{method}"].items() for k, q in [name.split(",")]
    }
    printed = [table[f"levels_{method}"]] * 2
    np.testing.assert_allclose(doublets("Dy", parameters).T, printed, rtol=0, atol=HALF_A_DIGIT)
