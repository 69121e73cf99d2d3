"""Effective charges of a donor atom by its class, for the electrostatic crystal field; fitted to computed levels.

    Z_k = f(ion) · (−P_k(class) + A_k · formal charge on that atom),    k = 2, 4, 6

Two parts: P, the lone pair that every donor points at the metal, by class; and A, the share of the ligand's formal
charge that works as a point charge on the donor. Both make an anion negative, with one exception: in rank 2 the atoms
of COT²⁻ come out positive, as it acts like an equatorial ligand. So a carboxylate (−1 over two oxygens) stands between
water and an alkoxide, and one rule serves neutral and anionic donors. Each rank has charges of its own: they take in
how far that rank is screened, and what of it is no electrostatics at all. f, 1 for Dy, takes in that fields of light
ions come out too strong with the ⟨r^k⟩ and σ_k of free ions: f = exp(s (66 − Z)), one s for all ranks. Where the
charges stand says `core.fields.lone_pairs`.

`training.predictor.calibration` fits them to levels of the multireference engine and writes the table. Classes that it
saw in no complex keep a charge placed by chemical judgement. The idea of class-wise effective charges is that of J. J.
Baldoví et al., J. Comput. Chem. 2013, 34, 1961; that of sharing out formal charges, of N. F. Chilton et al., Nat.
Commun. 2013, 4, 2551. Neither paper's numbers are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.chem.donor_class import DonorClass
from core.chem.radii import LANTHANIDES
from core.errors import DomainError

TABLE: Final = Path(__file__).with_name("tables") / "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted charges and how well they do.

    Attributes:
        polarity: (3,) P₂, P₄, P₆ by class [e].
        anionic: (3,) A₂, A₄, A₆.
        series: s, by which the logarithm of all charges changes from one ion to the one before it.
        lone_pair: distance of the charge of an sp² nitrogen from its nucleus [Å], see `core.fields.lone_pairs`.
        seen: in how many complexes of the calibration each class was; 0: its charge is judged.
        floor, share: (3,) standard deviation of the moments (`core.learned.network.charge_moments`) of ranks 2, 4, 6
            about computed ones: one that every field has, one relative to the root mean square of the rank.
        widening: what intervals drawn from these have to be stretched by to hold nine of ten left-out gaps.
        known: figures on the complexes of the calibration, each left out in turn.
        check: figures on complexes that the calibration never saw; empty where none were computed.
    """

    polarity: Mapping[DonorClass, FloatArray]
    anionic: FloatArray
    series: float
    lone_pair: float
    seen: Mapping[DonorClass, int]
    floor: FloatArray
    share: FloatArray
    widening: float
    known: Mapping[str, Any]
    check: Mapping[str, Any]


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The table that ships with Kramers."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    classes = {DonorClass(name): entry for name, entry in table["classes"].items()}
    return Calibration(
        polarity={donor_class: np.array(entry["polarity"]) for donor_class, entry in classes.items()},
        anionic=np.array(table["anionic"]),
        series=float(table["series"]),
        lone_pair=float(table["lone_pair"]),
        seen={donor_class: entry["environments"] for donor_class, entry in classes.items()},
        floor=np.array(table["floor"]),
        share=np.array(table["share"]),
        widening=float(table["widening"]),
        known=table["left_out"],
        check=table["check"] or {},
    )


def effective_charges(donor_class: DonorClass, formal_charge: float) -> FloatArray:
    """(3,) point charges that stand for a donor atom of Dy(III) in ranks 2, 4 and 6 [e].

    Args:
        donor_class: class of the donor.
        formal_charge: this atom's share of the ligand's formal charge [e]: 0 water, −1 alkoxide, −1/2 for each oxygen
            of a κ² carboxylate, −1/5 for each carbon of Cp⁻, −2/8 for each carbon of COT²⁻.

    Raises:
        DomainError: a formal charge that is not a number between −4 and +1.
    """
    if not (isfinite(formal_charge) and -4 <= formal_charge <= 1):
        raise DomainError(f"A formal charge of {formal_charge:g} on one donor atom ({donor_class}) is not chemistry.")
    table = calibration()
    charges: FloatArray = table.anionic * formal_charge - table.polarity[donor_class]
    return charges


def ion_factor(ion: str, series: float | None = None) -> float:
    """f of the module's formula: what the charges of a donor count beside those that it has at Dy(III).

    Args:
        ion: element symbol; 1 for all that is no lanthanide.
        series: s; that of the shipped table if None.
    """
    if ion not in LANTHANIDES:
        return 1.0
    slope = calibration().series if series is None else series
    return exp(slope * (LANTHANIDES.index("Dy") - LANTHANIDES.index(ion)))
