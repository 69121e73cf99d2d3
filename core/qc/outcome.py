"""What is taken home of a set of levels, whichever page it stands on: a crystal's, a built complex's, a run's."""

from __future__ import annotations

from dataclasses import dataclass

from core.chem.molecule import Molecule
from core.qc.stored_levels import Record


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Levels with the complex that they are of, and how they came about.

    Attributes:
        title: what it is called (hostile text).
        stem: harmless beginning of the names of its files.
        record: of a run, or of a model (`core.qc.field_record`).
        molecule: the complex.
        charge: total charge [e]; None where it is not certain.
        theory: level of theory in a line.
        methods: how it was computed, sentences for a supporting information.
        references: what these sentences cite.
        doubts: reasons to doubt it (hostile text).
        provenance: (name, value) lines (hostile text).
        facts: (name, value) lines about the structure, such as the angles of the axis to a, b, c.
    """

    title: str
    stem: str
    record: Record
    molecule: Molecule
    charge: int | None
    theory: str
    methods: tuple[str, ...]
    references: tuple[str, ...]
    doubts: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def computed(self) -> bool:
        """Whether the engine computed it."""
        return "checks" in self.record
