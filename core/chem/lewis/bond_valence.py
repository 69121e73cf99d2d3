"""The bond-valence sum of a metal ion: what its bond lengths say of its oxidation state.

Σ exp((R₀ − R) / 0.37 Å) over the bonds, with R₀ of the trivalent ion, is about 3 for a trivalent and about 2 for a
divalent one. R₀ [Å]: N. E. Brese, M. O'Keeffe, Acta Cryst. B 1991, 47, 192, doi:10.1107/S0108768190011041, for the
ions whose divalent state is common. They were written down from memory and are not compared with the paper.

For 3d ions the sum is taken with the R₀ of each oxidation state in turn; the state whose sum comes nearest to itself is
the likely one (W. Liu, H. H. Thorp, Inorg. Chem. 1993, 32, 4102, doi:10.1021/ic00071a023).
"""

from __future__ import annotations

from math import exp
from typing import Final

import numpy as np

from core.chem.lewis.donor_sites import COUNTED_WEIGHT
from core.chem.lewis.fragments import Anatomy

_SOFTNESS: Final = 0.37  # Å, the b of Brese and O'Keeffe

R0: Final[dict[str, dict[str, float]]] = {
    "Sm": {"O": 2.088, "N": 2.24, "F": 1.977, "Cl": 2.466},
    "Eu": {"O": 2.076, "N": 2.24, "F": 1.961, "Cl": 2.455},
    "Yb": {"O": 1.985, "N": 2.12, "F": 1.875, "Cl": 2.371},
}
"""R₀ of trivalent ions, by lanthanide and donor [Å]."""

DIVALENT_BELOW: Final = 2.5
"""A sum halfway between two and three valences parts divalent from trivalent ions."""


R0_3D: Final[dict[tuple[str, int], dict[str, float]]] = {
    ("V", 3): {"O": 1.743, "N": 1.813, "Cl": 2.19},
    ("V", 4): {"O": 1.784, "N": 1.875, "Cl": 2.16},
    ("V", 5): {"O": 1.803, "Cl": 2.16},
    ("Cr", 2): {"O": 1.73, "N": 1.86, "Cl": 2.09},
    ("Cr", 3): {"O": 1.724, "N": 1.78, "Cl": 2.08},
    ("Mn", 2): {"O": 1.790, "N": 1.849, "Cl": 2.133},
    ("Mn", 3): {"O": 1.760, "N": 1.837, "Cl": 2.14},
    ("Mn", 4): {"O": 1.753, "N": 1.822, "Cl": 2.13},
    ("Fe", 2): {"O": 1.734, "N": 1.769, "Cl": 2.06},
    ("Fe", 3): {"O": 1.759, "N": 1.815, "Cl": 2.09},
    ("Co", 2): {"O": 1.692, "N": 1.72, "Cl": 2.033},
    ("Co", 3): {"O": 1.637, "N": 1.69, "Cl": 2.05},
    ("Ni", 2): {"O": 1.654, "N": 1.647, "Cl": 2.02},
    ("Cu", 2): {"O": 1.679, "N": 1.751, "Cl": 2.00},
}
"""R₀ of 3d ions, by element, oxidation state and donor [Å], all with the same softness. From I. D. Brown's collection
(bvparm2016 of the International Union of Crystallography), which names the sources: I. D. Brown, D. Altermatt, Acta
Cryst. B 1985, 41, 244, for most with O and F; Liu and Thorp for N; Brese and O'Keeffe for most with Cl; R. M. Wood,
G. J. Palenik, Inorg. Chem. 1998, 37, 4149, for Co(III)–O."""


def bond_valence_sum(anatomy: Anatomy, metal: int) -> float | None:
    """Sum over the donors of one lanthanide, by the parameters of its trivalent ion; None where a bond has none."""
    return _sum(anatomy, metal, R0.get(anatomy.component.elements[metal], {}))


def valence_as(anatomy: Anatomy, metal: int, oxidation: int) -> float | None:
    """Sum over the donors of a 3d ion by the parameters of one oxidation state; None where a bond has none."""
    return _sum(anatomy, metal, R0_3D.get((anatomy.component.elements[metal], oxidation), {}))


def _sum(anatomy: Anatomy, metal: int, parameters: dict[str, float]) -> float | None:
    component = anatomy.component
    total = 0.0
    for site in anatomy.sites[metal]:
        if site.weight < COUNTED_WEIGHT:
            continue
        r0 = parameters.get(component.elements[site.atoms[0]])
        if r0 is None or len(site.atoms) > 1:
            return None
        length = float(np.linalg.norm(component.positions[site.atoms[0]] - component.positions[metal]))
        total += exp((r0 - length) / _SOFTNESS)
    return total or None
