"""The barrier of a finished run by the tunnelling criterion (`core.magnetism.tunnelling`), beside that of moments.

All of it follows from g and angles of the doublets, so records that were written before there was a criterion have it
too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.magnetism.ions import lanthanide
from core.magnetism.tunnelling import THRESHOLD, first_tunnelling, tunnelling_criteria
from core.qc.kramers import TUNNELLING_MOMENT
from core.units import KELVIN_PER_CM1

Record = Mapping[str, Any]

CRITERION_SOURCE: Final = "N. F. Chilton, Chem. Soc. Rev. 2025, 54, 11468, doi:10.1039/d5cs00493d"

CRITERION_RULE: Final = (
    f"energy of the first doublet with g_T θ₃ ≥ {THRESHOLD:.0f}°, where g_T = (g_x + g_y + g_z sin θ₃) / 3 and θ₃ is "
    f"the angle between its g_z and that of the ground doublet ({CRITERION_SOURCE}); empirical, from 19 Dy(III) magnets"
)

_CALIBRATED: Final = "Dy"


def criteria_of(record: Record) -> tuple[float | None, ...]:
    """g_T θ₃ of each doublet [°]; empty for ions without Kramers doublets. None: see `tunnelling_criteria`."""
    if not lanthanide(record["levels"]["ion"]).kramers:
        return ()
    doublets: Sequence[Record] = record["levels"]["doublets"]
    return tunnelling_criteria([d["g"] for d in doublets], [d["angle_to_ground_deg"] for d in doublets])


def criterion_barrier(record: Record) -> float | None:
    """Energy of the first doublet that reaches the threshold [cm⁻¹].

    None where there is none, where one below it has no criterion, and where the ground doublet itself tunnels by its
    transition moment: of that the criterion knows nothing.
    """
    number = first_tunnelling(criteria_of(record))
    if number is None or _ground_tunnels(record):
        return None
    return float(record["levels"]["doublets"][number]["energy_cm1"])


def _ground_tunnels(record: Record) -> bool:
    return bool(record["transition_moments_muB"][0][1] > TUNNELLING_MOMENT)


@dataclass(frozen=True, slots=True)
class RuledBarrier:
    """A barrier by one rule: its name, the doublet that the magnetisation takes, from 1, and that one's energy [cm⁻¹];
    None where the rule finds none."""

    rule: str
    level: int | None
    energy: float | None


def barriers(record: Record) -> tuple[RuledBarrier, ...]:
    """U of a Kramers ion by every rule, the simplest first; empty for other ions.

    The first gap takes for granted that the first excited doublet leads over the barrier; transition moments and the
    tunnelling criterion ask each doublet.
    """
    if not lanthanide(record["levels"]["ion"]).kramers:
        return ()
    energies = [float(doublet["energy_cm1"]) for doublet in record["levels"]["doublets"]]
    found = {
        "first gap": energies[1] if len(energies) > 1 else None,
        "transition moments": record["barrier_cm1"],
        "tunnelling criterion g_T θ₃": criterion_barrier(record),
    }
    return tuple(RuledBarrier(name, _level(energies, energy), energy) for name, energy in found.items())


def _level(energies: Sequence[float], energy: float | None) -> int | None:
    """The number of the doublet of that energy, from 1."""
    return None if energy is None else 1 + min(range(len(energies)), key=lambda k: abs(energies[k] - energy))


def criterion_sentence(record: Record) -> str:
    """What the criterion says of a barrier, with its rule, or why it says nothing; empty without Kramers doublets."""
    criteria, energy = criteria_of(record), criterion_barrier(record)
    if not criteria:
        return ""
    if energy is not None:
        kelvin = energy * KELVIN_PER_CM1
        elsewhere = "" if record["levels"]["ion"] == _CALIBRATED else f", none of {record['levels']['ion']}(III)"
        return f"By the tunnelling criterion: {energy:.0f} cm⁻¹ ({kelvin:.0f} K), the {CRITERION_RULE}{elsewhere}."
    return f"By the tunnelling criterion ({CRITERION_SOURCE}) no barrier: {_why_none(record, criteria)}."


def _why_none(record: Record, criteria: Sequence[float | None]) -> str:
    if _ground_tunnels(record):
        return "it is zero for the ground doublet by definition, and the ground doublet tunnels already"
    if criteria[0] is None:
        return "it is measured from the main axis of the ground doublet, which has none"
    if None in criteria:
        return "a doublet that is degenerate with another has no g, and none below it reaches the threshold"
    return f"no doublet reaches {THRESHOLD:.0f}°"
