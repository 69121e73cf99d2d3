"""What all drawings of levels share."""

from __future__ import annotations

from typing import Final

FONT: Final = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
"""Fonts of the reader's machine, as the rest of the page."""

BAR: Final = 0.7
"""Half width of a level's bar, in units of the abscissa [μ_B]."""
