"""Weights on disk: ``models_weights/<name>/weights.safetensors`` and ``config.json``, and one SHA-256 manifest for all.

Safetensors holds numbers and nothing that runs. The manifest, ``models_weights/manifest.json``, names the digest of
every file, so that weights that were cut off or exchanged are refused before they say anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor

from core.errors import UnreadableFile

WEIGHTS: Final = "weights.safetensors"
CONFIG: Final = "config.json"
MANIFEST: Final = "manifest.json"

ADVICE: Final = "Install Kramers again, or fetch the repository's models_weights folder again."


def save_weights(folder: Path, tensors: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
    """Weights and their configuration into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_weights(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `save_weights` wrote, held against the manifest beside the folder where there is one.

    Raises:
        UnreadableFile: a file is missing, damaged, or not the one of the manifest.
    """
    digests = _digests(folder)
    weights, config = (_bytes(folder / name, digests.get(f"{folder.name}/{name}")) for name in (WEIGHTS, CONFIG))
    try:
        tensors = load(weights)
    except SafetensorError as error:
        raise UnreadableFile("The weight file is damaged.", where=str(folder / WEIGHTS), advice=ADVICE) from error
    return tensors, _object(config, folder / CONFIG)


def write_manifest(root: Path) -> dict[str, str]:
    """SHA-256 of every weights and config file in the folders under `root`, written there and returned."""
    files = sorted(path for name in (WEIGHTS, CONFIG) for path in root.glob(f"*/{name}"))
    digests = {f"{path.parent.name}/{path.name}": _digest(path.read_bytes()) for path in files}
    (root / MANIFEST).write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    return digests


def _digests(folder: Path) -> dict[str, Any]:
    manifest = folder.parent / MANIFEST
    return _object(manifest.read_bytes(), manifest) if manifest.exists() else {}


def _bytes(path: Path, digest: str | None) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile("The file of the model is missing.", where=str(path), advice=ADVICE) from error
    if digest is not None and _digest(data) != digest:
        raise UnreadableFile("The file of the model is not the one of the manifest.", where=str(path), advice=ADVICE)
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _object(data: bytes, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:  # also bytes that are no UTF-8
        raise UnreadableFile("The file of the model is damaged.", where=str(path), advice=ADVICE) from error
    if not isinstance(value, dict):
        raise UnreadableFile("The file of the model is damaged.", where=str(path), advice=ADVICE)
    return value
