"""A ligand drawn flat, as SVG: black on nothing (white in the dark), the donor on a disc of orange (blue).

Letters are drawn as outlines, so the picture needs no font; it holds no script, no link and no text of the user's.
"""

from __future__ import annotations

from typing import Any, Final

from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from core.chem.ligand.ligand import Ligand
from core.errors import InputError

_DISC: Final[dict[bool, tuple[float, float, float]]] = {False: (0.902, 0.624, 0.0), True: (0.0, 0.447, 0.698)}
"""Orange and blue of the Okabe–Ito palette (#E69F00, #0072B2): black reads well on the one, white on the other."""

_DISC_RADIUS: Final[float] = 0.4
"""Radius of the disc [drawing units; a bond is about 1.5]: large enough for a letter with its charge."""

_INK: Final[dict[bool, tuple[float, float, float]]] = {False: (0.0, 0.0, 0.0), True: (1.0, 1.0, 1.0)}

_LONGEST_BOND: Final[int] = 50
"""[px]: a ligand of two atoms is not blown up until it fills the picture."""

_SIZES: Final[range] = range(50, 2001)
"""Sides of a drawing [px]: below, nothing can be read; above, nothing is gained."""


def draw(ligand: Ligand, *, width: int, height: int, dark: bool = False) -> str:
    """The ligand as SVG text, transparent behind.

    Args:
        ligand: what `ligand_from_text` gave.
        width, height: size [px], 50 to 2000.
        dark: white lines, for a dark page.

    Raises:
        InputError: a size outside the limits.
    """
    if width not in _SIZES or height not in _SIZES:
        raise InputError("the size of the drawing is outside 50 to 2000 pixels.", advice="Ask for another size.")
    mol = Chem.MolFromSmiles(ligand.smiles)
    canvas = rdMolDraw2D.MolDraw2DSVG(width, height)
    _set_style(canvas.drawOptions(), dark)
    prepared = rdMolDraw2D.PrepareMolForDrawing(mol)
    canvas.DrawMolecule(prepared, highlightAtoms=[ligand.donor], highlightBonds=[])
    canvas.FinishDrawing()
    return str(canvas.GetDrawingText())


def _set_style(options: Any, dark: bool) -> None:
    ink = _INK[dark]
    options.clearBackground = False
    options.setAtomPalette({-1: ink})
    options.setLegendColour(ink)
    options.setSymbolColour(ink)
    options.setHighlightColour(_DISC[dark])
    options.highlightRadius = _DISC_RADIUS
    options.fixedBondLength = _LONGEST_BOND
    options.atomHighlightsAreCircles = True
