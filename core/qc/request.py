"""What a run is asked to do, and the JSON that a process of its own reads it from.

::

    {"elements": ["Dy", "O", …], "positions_A": [[0, 0, 0], …], "charge": 1, "donors": [1, 2, …],
     "preset": "standard", "multiplicities": "all", "geometry": "gfn2-5", "memory_mb": 4000, "threads": 1}

The first four have to be there; the others have these defaults, `geometry` (what made the coordinates) is ``given``.
`site` says what the ion is in a molecule with several metals (`core.chem.sphere.computed_site`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core import settings
from core.arrays import FloatArray
from core.chem.handed_complex import Complex
from core.chem.quoting import shown
from core.chem.sphere.computed_site import ComputedSite, computed_site
from core.errors import InputError
from core.qc.hamiltonian import Spec, spec_of
from core.qc.spin_orbit_states import Multiplicities

ENGINE: Final = "cahf-1"
"""Name of the method as it stands; a change that moves levels needs a new one."""

MEMORY_MB: Final = 4000

LEAST_MEMORY_MB: Final = 500
"""A run with less is refused; CeF²⁺ with `fast`, the smallest there is, took 153 MB."""

_REQUIRED: Final = ("elements", "positions_A", "charge", "donors")
_OPTIONAL: Final = ("preset", "multiplicities", "geometry", "memory_mb", "threads", "site")


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One run.

    Attributes:
        spec: the molecule, with its basis.
        multiplicities: spins in the spin-orbit interaction.
        geometry: what made the coordinates: a protocol's name, ``crystal``, ``given``.
        memory_mb: integrals beyond this go to disk.
        threads: processor threads.
        site: what the ion is in its molecule, where diamagnetic ions stand in for others; else None.

    Raises:
        InputError: less memory than `LEAST_MEMORY_MB`.
    """

    spec: Spec
    multiplicities: Multiplicities = Multiplicities.ALL
    geometry: str = "given"
    memory_mb: int = MEMORY_MB
    threads: int = 1
    site: ComputedSite | None = None

    def __post_init__(self) -> None:
        check_memory(self.memory_mb)

    @property
    def key(self) -> dict[str, str]:
        """What results have to share to be compared."""
        return {
            "geometry": self.geometry,
            "preset": self.spec.preset,
            "multiplicities": self.multiplicities.value,
            "engine": ENGINE,
        }

    def to_dict(self) -> dict[str, Any]:
        """The JSON that `read_request` takes."""
        site = {} if self.site is None else {"site": self.site.to_dict()}
        return {
            "elements": list(self.spec.elements),
            "positions_A": self.spec.positions.tolist(),
            "charge": self.spec.charge,
            "donors": list(self.spec.donors),
            "preset": self.spec.preset,
            "multiplicities": self.multiplicities.value,
            "geometry": self.geometry,
            "memory_mb": self.memory_mb,
            "threads": self.threads,
            **site,
        }


def requested(
    given: Complex,
    preset: str,
    multiplicities: Multiplicities = Multiplicities.ALL,
    memory_mb: int = MEMORY_MB,
    threads: int = 1,
) -> Request:
    """The run of a complex; arguments and errors as in `Request` and `core.qc.hamiltonian.spec_of`."""
    return Request(spec_of(given, preset), multiplicities, given.origin, memory_mb, threads, given.site)


def check_memory(memory_mb: int) -> None:
    """Raises InputError for less than `LEAST_MEMORY_MB`."""
    if memory_mb < LEAST_MEMORY_MB:
        text = f"{memory_mb} MB of memory are too little."
        raise InputError(text, advice=f"Give {LEAST_MEMORY_MB} MB or more.")


def read_request(text: str) -> Request:
    """A request from hostile text.

    Raises:
        InputError: not JSON, something missing, unknown or of the wrong kind; whether the molecule makes sense is
            asked by `core.qc.hamiltonian.check`.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({type(error).__name__}).", advice="See docs/verify.md.") from None
    if not isinstance(given, dict):
        raise InputError("a spec is one JSON object.", advice="See docs/verify.md.")
    _check_names(given)
    elements = _elements(given["elements"])
    spec = Spec(
        elements=elements,
        positions=_positions(given["positions_A"], len(elements)),
        charge=_whole(given, "charge", -99, 99),
        donors=_donors(given["donors"], len(elements)),
        preset=_word(given, "preset", "standard"),
    )
    return Request(
        spec=spec,
        multiplicities=_multiplicities(_word(given, "multiplicities", Multiplicities.ALL.value)),
        geometry=_word(given, "geometry", "given"),
        memory_mb=_whole(given, "memory_mb", 0, 10_000_000, MEMORY_MB),
        threads=_whole(given, "threads", 1, 1024, 1),
        site=None if given.get("site") is None else computed_site(given["site"], elements),
    )


def _check_names(given: Mapping[str, object]) -> None:
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        raise InputError(f"the spec lacks {', '.join(missing)}.", advice="See docs/verify.md.")
    unknown = [name for name in given if name not in (*_REQUIRED, *_OPTIONAL)]
    if unknown:
        raise InputError(f"the spec has an unknown entry {shown(unknown[0])}.", advice="Remove it.")


def _elements(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(symbol, str) for symbol in value):
        raise InputError("a list of element symbols is wanted.", where="elements")
    if len(value) > settings.MAX_COMPONENT_ATOMS:
        raise InputError(f"{len(value)} atoms, more than {settings.MAX_COMPONENT_ATOMS}.", where="elements")
    return tuple(value)


def _positions(value: object, atoms: int) -> FloatArray:
    rows = value if isinstance(value, list) else []
    sound = len(rows) == atoms and all(isinstance(row, list) and len(row) == 3 for row in rows)
    if not sound or not all(_is_number(x) for row in rows for x in row):
        raise InputError(f"{atoms} rows of x, y, z in Å are wanted.", where="positions_A")
    return np.array(rows, dtype=np.float64)


def _donors(value: object, atoms: int) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(_is_whole(index) and 0 <= index < atoms for index in value):
        raise InputError(f"a list of atom indices from 0 to {atoms - 1} is wanted.", where="donors")
    return tuple(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(given: Mapping[str, Any], name: str, least: int, most: int, default: int = 0) -> int:
    value = given.get(name, default)
    if not _is_whole(value) or not least <= value <= most:
        raise InputError(f"a whole number from {least} to {most} is wanted.", where=name)
    return int(value)


def _word(given: Mapping[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or not 0 < len(value) <= 60 or not value.isprintable():
        raise InputError("a short word is wanted.", where=name)
    return value


def _multiplicities(value: str) -> Multiplicities:
    try:
        return Multiplicities(value)
    except ValueError:
        raise InputError("“all” or “high-spin” is wanted.", where="multiplicities") from None
