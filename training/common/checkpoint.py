"""Checkpoints of a training: weights and the optimizer's moments as safetensors, everything else as JSON; no pickles.

    save_checkpoint(folder, networks, optimizer, state) ──► checkpoint.safetensors, state.json ──► load_checkpoint(…)

Each file replaces the old one at once, and `state.json` comes last: a training that is stopped while it writes goes on
from files that are whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import Module
from torch.optim import Optimizer

WEIGHTS: Final = "checkpoint.safetensors"
STATE: Final = "state.json"

_OPTIMIZER: Final = "optimizer"


def save_checkpoint(
    folder: Path, networks: Mapping[str, Module], optimizer: Optimizer, state: Mapping[str, Any]
) -> None:
    """Write a checkpoint.

    Args:
        folder: made if it is not there.
        networks: by the names that their tensors get.
        optimizer: whose moments are kept; its learning rate and the like are the recipe's.
        state: what else the training has to remember, as JSON takes it.
    """
    tensors = {f"{name}.{k}": v for name, network in networks.items() for k, v in network.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"{_OPTIMIZER}.{number}.{k}": v for k, v in moments.items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, folder / "new.safetensors")
    (folder / "new.safetensors").replace(folder / WEIGHTS)
    (folder / "new.json").write_text(json.dumps(state), encoding="utf-8")
    (folder / "new.json").replace(folder / STATE)


def load_checkpoint(folder: Path, networks: Mapping[str, Module], optimizer: Optimizer) -> dict[str, Any] | None:
    """Fill networks and optimizer from a checkpoint; its state, or None where there is no checkpoint."""
    if not (folder / STATE).exists():
        return None
    tensors = load_file(folder / WEIGHTS)
    for name, network in networks.items():
        network.load_state_dict(_part(tensors, name))
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in _part(tensors, _OPTIMIZER).items():
        number, part = key.split(".")
        moments.setdefault(int(number), {})[part] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    return state_in(folder)


def state_in(folder: Path) -> dict[str, Any]:
    """What a checkpoint remembers beside tensors."""
    state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
    return state


def weights_in(folder: Path, name: str) -> dict[str, Tensor]:
    """The weights of one network of a checkpoint."""
    return _part(load_file(folder / WEIGHTS), name)


def _part(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    return {k.removeprefix(f"{name}."): v for k, v in tensors.items() if k.startswith(f"{name}.")}
