"""English names of the elements: for a label under the mouse, and for readers who hear a page."""

from __future__ import annotations

from rdkit import Chem

from core.chem.radii import COVALENT_RADII
from core.errors import DomainError


def element_name(symbol: str) -> str:
    """Name of an element, H to Cm, in lower case: ``dysprosium`` for ``Dy``.

    Raises:
        DomainError: no such element.
    """
    if symbol not in COVALENT_RADII:
        raise DomainError("there is no such element.", where=symbol[:8])
    table = Chem.GetPeriodicTable()
    name: str = table.GetElementName(table.GetAtomicNumber(symbol)).lower()
    return name
