"""The files that travel with the code: weights of the models, the ligand map, example structures.

In a wheel they are folders of this package, where the build puts them (``sources`` in ``pyproject.toml``). In a
checkout they stand at its top, beside the code.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Final

from core.errors import InputError

_CODE: Final = Path(str(files("core")))

CHECKOUT: Final[Path | None] = None if (_CODE / "models_weights").is_dir() else _CODE.parent
"""The checkout that runs; None where Kramers is installed from a wheel."""


def shipped(name: str) -> Path:
    """A folder of them: ``assets/atlas``, ``models_weights``."""
    return (CHECKOUT or _CODE) / name


def own_environment() -> dict[str, str]:
    """This process's environment for one that imports Kramers too: a checkout has to be on its path."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT or ""), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path} if path else dict(os.environ)


def example(name: str) -> Path:
    """The file of an example structure.

    Raises:
        InputError: there is none of this name.

    >>> import kramers
    >>> kramers.example("dy-h2o5-opme3-2.cif").read_text(encoding="utf-8").startswith("data_")
    True
    """
    examples = {path.name: path for path in shipped("assets/examples").glob("*.cif")}
    if name not in examples:
        raise InputError(f"there is no example {name!r}.", advice=f"There are: {', '.join(sorted(examples))}.")
    return examples[name]
