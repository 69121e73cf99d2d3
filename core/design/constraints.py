"""What a chemist asks of the ligands that a search brings: class, charge, size, ease of making, kinship, a group that
stays. A ligand that breaks one is left out and counted by the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rdkit import Chem, DataStructs, rdBase
from rdkit.Chem import rdFingerprintGenerator

from core.chem.donor_class import DonorClass
from core.chem.ligand.alerts import alerts_of_smiles
from core.chem.ligand.synthetic_accessibility import accessibility_of_smiles
from core.design.scope import ScopedLigand, scoped
from core.errors import InputError

OTHER_CLASS: Final = "another donor class"
OTHER_CHARGE: Final = "another charge"
TOO_LARGE: Final = "too many atoms"
HARD_TO_MAKE: Final = "harder to make than asked"
ALERT: Final = "a group that does not last"
PROTONATED: Final = "more basic than bound water"
UNLIKE: Final = "less like the given ligand than asked"
WITHOUT_FRAGMENT: Final = "without the fragment"

LONGEST_FRAGMENT: Final = 200
"""Longest pattern that is read [characters]."""

_morgan: Final[Any] = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


@dataclass(frozen=True, slots=True)
class Constraints:
    """What is asked; nothing by default.

    Attributes:
        donor_classes: one of these; any where empty.
        charge: 0 or −1 [e].
        heavy_atoms: at most so many.
        accessibility: SA score at most this, 1 (easy) to 10 (hard).
        without_alerts: no group that water or the metal destroys (`core.chem.ligand.alerts`).
        without_bases: no anion that would take a proton from bound water.
        like: canonical SMILES of a ligand, and `similarity` the least Tanimoto similarity to it (Morgan fingerprints of
            radius 2, 2,048 bits).
        fragment: SMILES or SMARTS of a group that has to be there.
    """

    donor_classes: frozenset[DonorClass] = frozenset()
    charge: int | None = None
    heavy_atoms: int | None = None
    accessibility: float | None = None
    without_alerts: bool = False
    without_bases: bool = False
    like: str = ""
    similarity: float = 0.4
    fragment: str = ""

    def __post_init__(self) -> None:
        if self.like:
            scoped(self.like)  # raises OutOfScope
        if self.fragment:
            _query(self.fragment)
        if not 0.0 <= self.similarity <= 1.0:
            raise InputError("a similarity lies between 0 and 1.", where=str(self.similarity))

    def refusal(self, ligand: ScopedLigand) -> str | None:
        """Why a ligand is left out; None where it keeps all that is asked. What costs least is looked at first."""
        if self.donor_classes and ligand.donor_class not in self.donor_classes:
            return OTHER_CLASS
        if self.charge is not None and ligand.charge != self.charge:
            return OTHER_CHARGE
        if self.heavy_atoms is not None and ligand.heavy_atoms > self.heavy_atoms:
            return TOO_LARGE
        if self.fragment and not Chem.MolFromSmiles(ligand.smiles).HasSubstructMatch(_query(self.fragment)):
            return WITHOUT_FRAGMENT
        if self.like and similarity(ligand.smiles, self.like) < self.similarity:
            return UNLIKE
        return self._unmakeable(ligand)

    def _unmakeable(self, ligand: ScopedLigand) -> str | None:
        if self.without_alerts or self.without_bases:
            codes = {alert.code for alert in alerts_of_smiles(ligand.smiles, ligand.donor_class)}
            if self.without_alerts and codes - {"base"}:
                return ALERT
            if self.without_bases and "base" in codes:
                return PROTONATED
        if self.accessibility is not None and accessibility_of_smiles(ligand.smiles) > self.accessibility:
            return HARD_TO_MAKE
        return None


def similarity(one: str, other: str) -> float:
    """Tanimoto similarity of two canonical SMILES, 0 to 1 (Morgan fingerprints, radius 2, 2,048 bits)."""
    return float(DataStructs.TanimotoSimilarity(_fingerprint(one), _fingerprint(other)))


@lru_cache(maxsize=1024)
def _fingerprint(smiles: str) -> Any:
    return _morgan.GetFingerprint(Chem.MolFromSmiles(smiles))


@lru_cache(maxsize=64)
def _query(text: str) -> Any:
    """The pattern of a SMILES, or else of a SMARTS.

    Raises:
        InputError: it is neither.
    """
    with rdBase.BlockLogs():
        one_word = 0 < len(text) <= LONGEST_FRAGMENT and not any(letter.isspace() for letter in text)
        found = Chem.MolFromSmarts(text) if one_word else None
        plain = Chem.MolFromSmiles(text) if found is not None else None
    if found is None or found.GetNumAtoms() == 0:
        raise InputError("this is no SMILES or SMARTS of a group.", where=text[:LONGEST_FRAGMENT])
    return found if plain is None else plain
