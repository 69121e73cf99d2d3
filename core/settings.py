"""Limits and thresholds that are policy, not physics. One place to read them, one place to change them."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final[int] = 20_000_000
"""Largest CIF that is read [bytes]; structure factors embedded by refinement programs can make honest files large."""

MAX_BLOCKS: Final[int] = 200
"""Most data blocks in one file."""

MAX_SITES: Final[int] = 5_000
"""Most atom sites in one block."""

MAX_EXPANDED_ATOMS: Final[int] = 60_000
"""Most sites × symmetry operators: what the expanded cell may hold before anything is expanded."""

MAX_COMPONENT_ATOMS: Final[int] = 2_000
"""Most atoms of a molecule that is judged."""

MAX_CONJUGATED_ATOMS: Final[int] = 160
"""Most atoms of one conjugated system whose Lewis structure is sought; about a second on one core at this size."""

SCHEMA_VERSION: Final[int] = 1
"""Version of the JSON that the command line prints."""
