"""What the engine would say of a built complex, by the line that learned from its runs: number, words, record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.chem.build.complex import WATER, BuiltComplex
from core.chem.ligand.ligand import Ligand
from core.errors import DomainError, UnreadableFile
from core.magnetism.ion_levels import Levels
from core.schema.results import LearnedGapRecord

if TYPE_CHECKING:  # torch takes seconds to load: not before a complex is built
    from core.learned.built_gap import LearnedGap, Worth


def learned_gap(
    built: BuiltComplex, ligands: tuple[Ligand, Ligand], metal: str, equatorial: str, levels: Levels | None
) -> LearnedGap:
    """The gap, or why there is none; never raises.

    Args:
        built: the relaxed complex.
        ligands, metal, equatorial: what it was built from.
        levels: of the electrostatic model.
    """
    from core.learned.built_gap import LearnedGap, descriptors, line

    if metal != "Dy" or equatorial != WATER:
        return LearnedGap(None, reason="it learned from Dy(III) between five waters alone")
    first, second = ligands
    if (first.smiles, first.donor) != (second.smiles, second.donor):
        return LearnedGap(None, reason="it learned from complexes with two equal axial ligands alone")
    if levels is None or levels.first_gap is None:
        return LearnedGap(None, reason="there are no electrostatic levels")
    try:
        known = line()
        if known.worth.protocol.split("/")[0] != built.protocol:
            return LearnedGap(None, reason="it learned from geometries of another protocol")
        molecule, ring = built.molecule, built.equatorial_donors
        read = descriptors(
            molecule.elements, molecule.positions, molecule.charge or 0, built.axial_donors, ring, levels.first_gap
        )
    except (DomainError, UnreadableFile) as error:
        return LearnedGap(None, reason=error.what.rstrip("."))
    return known.say(read, first.donor_class.value)


def in_words(said: LearnedGapRecord) -> str:
    """A sentence for a chemist, in our own words alone."""
    if said["gap_cm1"] is None or said["interval_90_cm1"] is None:
        return f"No gap learned from the engine: {said['reason']}."
    low, high = said["interval_90_cm1"]
    beyond = " It lies above every gap that it learned from: verify it." if said["above_all_labels"] else ""
    return (
        f"First gap, learned from {said['labels']} runs of the engine, not measured: {said['gap_cm1']:.0f} cm⁻¹ "
        f"(90 %: {low:.0f} to {high:.0f}; on scaffolds left out {said['error_cm1']:.0f} off on average, the mean of "
        f"the donor class {said['class_mean_error_cm1']:.0f}).{beyond}"
    )


def worth() -> Worth | None:
    """What the line is worth; None where it cannot be read."""
    from core.learned.built_gap import line

    try:
        return line().worth
    except UnreadableFile:
        return None


def worth_in_words(known: Worth) -> str:
    """How it was made and how wrong it may be."""
    return (
        "A line through donor class, bonds, GFN2-xTB charges and the electrostatic gap, fitted to "
        f"{known.labels} first gaps that the engine computed of such complexes. On scaffolds left out, by which its "
        f"form was chosen, it is {known.error:.0f} cm⁻¹ off on average, the mean of the donor class "
        f"{known.class_mean_error:.0f}, the electrostatic model, which was not fitted to these gaps, "
        f"{known.electrostatic_error:.0f}."
    )


def record_of(said: LearnedGap) -> LearnedGapRecord:
    """As JSON."""
    known = worth()
    return {
        "gap_cm1": None if said.gap is None else round(said.gap, 1),
        "interval_90_cm1": None if said.interval is None else [round(bound, 1) for bound in said.interval],
        "reason": said.reason,
        "above_all_labels": said.beyond,
        "labels": None if known is None else known.labels,
        "error_cm1": None if known is None else known.error,
        "class_mean_error_cm1": None if known is None else known.class_mean_error,
    }
