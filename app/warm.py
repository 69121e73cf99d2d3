"""Loading ahead, while nobody waits for anything, what the first visitors would wait for: libraries, networks, the map.

Once a process, and silently: what cannot be loaded is said by the page that needs it. The thread does not step back in
priority: all threads of Python share one lock, and one that is scheduled late holds it the longer. So it begins a part
only while no page is being made.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from app.shared.compute_slot import compute_slot

_log = logging.getLogger(__name__)

QUIET: Final = 1.5
"""How long no page must have been made [s]."""

PATIENCE: Final = 600.0
"""After so long a busy app has loaded by itself what it needs [s]."""


@dataclass(slots=True, eq=False)
class Ahead:
    """What is loaded ahead, and whether somebody waits now.

    Attributes:
        parts: what to load, one after the other.
        quiet: how long no page must have been made [s].
    """

    parts: Sequence[Callable[[], None]]
    quiet: float = QUIET
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: int = 0
    _made: float = 0.0
    _thread: threading.Thread | None = None

    @contextmanager
    def making(self) -> Iterator[None]:
        """While a page is made nothing is loaded ahead."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def begin(self) -> None:
        """Load in the background, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="loading ahead", daemon=True)
                self._thread.start()

    def _count(self, more: int) -> None:
        with self._lock:
            self._making += more
            self._made = time.monotonic()

    def _load(self) -> None:
        end = time.monotonic() + PATIENCE
        for part in self.parts:
            while self._making or time.monotonic() < self._made + self.quiet:
                time.sleep(self.quiet / 10)
                if time.monotonic() > end:
                    return
            _quietly(part)


def _quietly(load: Callable[[], None]) -> None:
    try:
        load()
    except Exception:  # the boundary of the thread: nobody has asked yet, so there is nobody to tell
        _log.debug("%s was not loaded ahead", load.__name__, exc_info=True)


@st.cache_resource(show_spinner=False)
def ahead() -> Ahead:
    """One for all visitors."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for torch: many visitors want several runs, not several threads
    return Ahead((load_predictor, load_map, load_generator, load_results))


def load_predictor() -> None:
    """The networks, and what reads a structure."""
    from app.shared.examples import example_names, read_example
    from core.workflows.predict import predict_guarded

    name = example_names()[0]
    with compute_slot():  # who comes first waits for what he would do himself
        predict_guarded(read_example(name), name)


def load_map() -> None:
    """The map and the names in the library."""
    from app.shared import latent_model as model

    model.the_atlas()
    model.the_library()


def load_generator() -> None:
    """The generator, the tables that score a synthesis, and what the map opens with."""
    from app.explore import finding, state
    from app.shared import latent_model as model
    from core.chem.ligand.synthetic_accessibility import accessibility_of_smiles

    accessibility_of_smiles("CO")
    atlas = model.the_atlas()
    finding.around(model.loaded_generator(), atlas.latents[state.first_of(atlas)])


def load_results() -> None:
    """What draws and explains a result."""
    import app.predict.card
    import app.verify.result  # noqa: F401
