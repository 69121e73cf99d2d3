"""What to think of the gap of a complex with π rings, whose interval holds less than it says.

Every computed complex with Cp or COT of the calibration and of the label factory (13, by charges fitted without it and
whatever is linked to it): 11 gaps lie within the 90 % interval, the two others above it (196 cm⁻¹ computed beside 44;
27 beside 4). By conformal prediction (J. Lei et al., J. Am. Stat. Assoc. 2018, 113, 1094) nine of ten such gaps want
intervals `STRETCH` times as wide in the logarithm. Seen once: docs/decisions/calibration.md.
"""

from __future__ import annotations

from typing import Final

from core.chem.donor_class import DonorClass
from core.chem.sphere.coordination import CoordinationSphere
from core.learned.verdict import ModelEstimate, Verdict

RINGS: Final = frozenset({DonorClass.CYCLOPENTADIENYL, DonorClass.CYCLOOCTATETRAENYL})

COMPUTED: Final = 13
HELD: Final = 11
STRETCH: Final = 1.8


def ring_caveat(sphere: CoordinationSphere | None, verdict: Verdict | None) -> str:
    """On the electrostatic model's gap; empty for a complex without such rings, or where no model is asked."""
    said = None if verdict is None else verdict.electrostatic
    if said is None or sphere is None or not any(donor.donor_class in RINGS for donor in sphere.donors):
        return ""
    low, high = stretched(said)
    return (
        f"π rings (Cp, COT) are where the electrostatic model is least sure of itself: of {COMPUTED} such complexes "
        f"computed ab initio {HELD} have their first gap within its 90 % interval and the others above it. Nine of ten "
        f"would need {low:.0f} to {high:.0f} cm⁻¹ here. Let Verify compute this one."
    )


def stretched(said: ModelEstimate) -> tuple[float, float]:
    """The interval that nine of ten such complexes need [cm⁻¹]: `STRETCH` times as wide about the same gap, in
    log(gap/cm⁻¹ + 1)."""
    low, high = ((said.gap + 1) * ((end + 1) / (said.gap + 1)) ** STRETCH - 1 for end in said.interval)
    return max(0.0, low), high
