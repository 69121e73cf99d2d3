"""The chosen molecule of a file, taken apart: what is known before one ion of it is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from core.chem.crystal.crystal import Crystal
from core.chem.lewis.charge import ChargeBalance
from core.chem.lewis.fragments import Anatomy
from core.chem.report import ParseReport
from core.chem.sphere.coordination import CoordinationSphere
from core.doubts import Doubt


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The chosen molecule of a file with its ligands, charges and lanthanides, before one ion of it is chosen.

    Attributes:
        crystal: what was read.
        anatomy: the molecule, taken apart; hydrogens on bare oxygens added.
        charges: its charge and oxidation states.
        spheres: first coordination sphere by lanthanide, one for each symmetry-independent ion, in the order of
            ``--site``.
        report: the way so far.
        added: what was said of added hydrogens.
        doubts: of the file as a whole.
    """

    crystal: Crystal
    anatomy: Anatomy
    charges: ChargeBalance
    spheres: dict[int, CoordinationSphere]
    report: ParseReport
    added: tuple[Doubt, ...]
    doubts: tuple[Doubt, ...]
