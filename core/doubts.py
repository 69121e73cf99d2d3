"""Reasons to doubt a result, as values: what kind, about what, how much it costs, and the sentence that says so.

Programs ask the code and never read the sentence. All kinds stand in one table, each with its subject and severity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from core.schema.results import DoubtRecord


class Severity(StrEnum):
    """What a doubt costs, the most first."""

    GRAVE = "grave"
    """The result may be that of another molecule, charge or ion, or there is none."""
    CAUTION = "caution"
    """A figure may be off by more than the model says."""
    NOTE = "note"
    """What was done; it costs nothing where it was right."""


class Subject(StrEnum):
    """What a doubt is about."""

    FILE = "file"
    CRYSTAL = "crystal"
    CHARGE = "charge"
    ION = "ion"
    SPHERE = "coordination sphere"
    LIGAND = "ligand"
    GEOMETRY = "built geometry"
    LEVELS = "levels"
    LITERATURE = "literature"
    RESULT = "result"


_G, _C, _N = Severity.GRAVE, Severity.CAUTION, Severity.NOTE

KINDS: Final = MappingProxyType(
    {
        # how the file was read
        "file-repaired": (Subject.FILE, _N),
        "file-several-structures": (Subject.FILE, _C),
        "file-partly-read": (Subject.FILE, _N),
        "file-archive": (Subject.FILE, _C),
        "sites-without-coordinates": (Subject.FILE, _G),
        "sites-suppressed": (Subject.FILE, _N),
        "sites-dummy": (Subject.FILE, _N),
        "formula-differs": (Subject.FILE, _G),
        # the crystal
        "symmetry-repeated": (Subject.CRYSTAL, _N),
        "symmetry-differs": (Subject.CRYSTAL, _C),
        "symmetry-assumed": (Subject.CRYSTAL, _C),
        "sites-on-symmetry": (Subject.CRYSTAL, _N),
        "sites-repeated": (Subject.CRYSTAL, _N),
        "disorder-parts": (Subject.CRYSTAL, _N),
        "disorder-overlap": (Subject.CRYSTAL, _C),
        "disorder-marks-ignored": (Subject.CRYSTAL, _C),
        "formula-of-kept-atoms-differs": (Subject.CRYSTAL, _G),
        "counter-ions-cut": (Subject.CRYSTAL, _C),
        "atoms-part-time": (Subject.CRYSTAL, _C),
        "other-molecules": (Subject.CRYSTAL, _N),
        # the charge
        "charge-unbalanced": (Subject.CHARGE, _G),
        "charge-unstated": (Subject.CHARGE, _C),
        "charge-differs": (Subject.CHARGE, _G),
        "hydrogens-missing": (Subject.CHARGE, _G),
        "oxidation-state-unknown": (Subject.CHARGE, _G),
        "oxidation-state-rare": (Subject.CHARGE, _C),
        "charge-by-neutrality": (Subject.CHARGE, _C),
        "anion-missing": (Subject.CHARGE, _G),
        "charge-by-length": (Subject.CHARGE, _C),
        "hydrogens-added": (Subject.CHARGE, _N),
        "water-or-hydroxide": (Subject.CHARGE, _C),
        "charge-carbon": (Subject.CHARGE, _G),
        "lewis-incomplete": (Subject.CHARGE, _G),
        "redox-ligand": (Subject.CHARGE, _C),
        "radical-ligand": (Subject.CHARGE, _C),
        "polyoxometalate": (Subject.CHARGE, _C),
        "oxidation-state-lengths": (Subject.CHARGE, _C),
        "oxidation-state-usual": (Subject.CHARGE, _C),
        # the ion and its sphere
        "metal-site-shared": (Subject.ION, _C),
        "exchange-ignored": (Subject.ION, _G),
        "radical-exchange-ignored": (Subject.ION, _C),
        "ion-replaced": (Subject.ION, _N),
        "ion-without-moment": (Subject.ION, _N),
        "spin-open": (Subject.ION, _C),
        "orbital-moment-ignored": (Subject.ION, _C),
        "zero-field-splitting-ignored": (Subject.ION, _C),
        "donors-disordered": (Subject.SPHERE, _C),
        "edge-of-sphere": (Subject.SPHERE, _C),
        "bond-too-short": (Subject.SPHERE, _G),
        "hapto-one-site": (Subject.SPHERE, _N),
        "agostic-contact": (Subject.SPHERE, _N),
        "coordination-number-outside": (Subject.SPHERE, _G),
        "no-shape": (Subject.SPHERE, _N),
        # a ligand that was given
        "ligand-isotopes": (Subject.LIGAND, _N),
        "ligand-protons": (Subject.LIGAND, _C),
        "ligand-zwitterion": (Subject.LIGAND, _C),
        "ligand-chelates": (Subject.LIGAND, _C),
        "ligand-base": (Subject.LIGAND, _C),
        "ligand-weak": (Subject.LIGAND, _C),
        "ligand-other-donors": (Subject.LIGAND, _N),
        "ligand-bridges": (Subject.LIGAND, _N),
        "ligand-stereo": (Subject.LIGAND, _N),
        "ligand-size": (Subject.LIGAND, _C),
        # a complex that was built
        "counter-ions-not-modelled": (Subject.GEOMETRY, _N),
        "distances-corrected": (Subject.GEOMETRY, _N),
        "distances-unmeasured": (Subject.GEOMETRY, _C),
        "angle-held": (Subject.GEOMETRY, _N),
        "angle-opened": (Subject.GEOMETRY, _C),
        "equator-held": (Subject.GEOMETRY, _C),
        # the levels
        "no-levels": (Subject.LEVELS, _G),
        "donor-uncalibrated": (Subject.LEVELS, _C),
        "donor-calibrated-once": (Subject.LEVELS, _C),
        "bridged-gap-rough": (Subject.LEVELS, _C),
        "ground-threefold": (Subject.LEVELS, _N),
        "ground-singlet": (Subject.LEVELS, _N),
        "ground-degenerate": (Subject.LEVELS, _N),
        "ground-without-moment": (Subject.LEVELS, _N),
        "ground-hardly-axial": (Subject.LEVELS, _C),
        "ground-easy-plane": (Subject.LEVELS, _N),
        "ground-isotropic": (Subject.LEVELS, _N),
        "excited-degenerate": (Subject.LEVELS, _N),
        "excited-multiplets": (Subject.LEVELS, _C),
        "no-crystal-field": (Subject.LEVELS, _N),
        "no-literature": (Subject.LITERATURE, _N),
        # what older versions wrote as a sentence alone
        "unspecified": (Subject.RESULT, _C),
    }
)
"""Subject and severity by code."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to doubt a result.

    Attributes:
        code: its kind, a key of `KINDS`.
        subject: what it is about.
        severity: what it costs.
        text: one sentence; pieces of a file may stand in it (hostile text).

    >>> import kramers
    >>> found = kramers.predict(kramers.example("dy2-methoxide-acac4.cif"), site=1)
    >>> found.doubts[0].code, found.doubts[0].subject.value, found.doubts[0].severity.value
    ('exchange-ignored', 'ion', 'grave')
    """

    code: str
    subject: Subject
    severity: Severity
    text: str

    def __str__(self) -> str:
        return self.text

    def record(self) -> DoubtRecord:
        """In JSON types."""
        return {"code": self.code, "subject": self.subject.value, "severity": self.severity.value, "text": self.text}


def doubt(code: str, text: str) -> Doubt:
    """A doubt of a kind that is known.

    Raises:
        KeyError: no such kind.
    """
    subject, severity = KINDS[code]
    return Doubt(code, subject, severity, text)


def doubt_from(record: Any) -> Doubt:
    """From its record, or from the sentence that older versions kept; a kind that is not known is unspecified."""
    if not isinstance(record, dict):
        return doubt("unspecified", str(record))
    code = str(record.get("code"))
    return doubt(code if code in KINDS else "unspecified", str(record.get("text", "")))


def records(doubts: Iterable[Doubt]) -> list[DoubtRecord]:
    """In JSON types, in the order of what they cost."""
    return [one.record() for one in ordered(doubts)]


def ordered(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Each once, in the order of what they cost; those that cost the same as they were found."""
    costs = list(Severity)
    return tuple(sorted(dict.fromkeys(doubts), key=lambda one: costs.index(one.severity)))


def by_subject(doubts: Iterable[Doubt]) -> dict[Subject, tuple[Doubt, ...]]:
    """In groups, the subject with the gravest doubt first, and within each the gravest first."""
    groups: dict[Subject, tuple[Doubt, ...]] = {}
    for one in ordered(doubts):
        groups[one.subject] = (*groups.get(one.subject, ()), one)
    return groups


def codes(doubts: Iterable[Doubt]) -> frozenset[str]:
    """What kinds there are."""
    return frozenset(one.code for one in doubts)
