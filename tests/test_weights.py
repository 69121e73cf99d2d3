"""Weight files: what is written is read, and what is damaged is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.errors import UnreadableFile
from core.weights import load_weights, save_weights, write_manifest

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.tensor([1.5])}
CONFIG = {"width": 8, "words": "Å"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A root with one model and a manifest."""
    save_weights(tmp_path / "model", TENSORS, CONFIG)
    write_manifest(tmp_path)
    return tmp_path / "model"


def test_what_was_saved_is_loaded(folder: Path) -> None:
    tensors, config = load_weights(folder)
    assert config == CONFIG
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


def test_weights_load_without_a_manifest(tmp_path: Path) -> None:
    save_weights(tmp_path / "model", TENSORS, CONFIG)
    assert load_weights(tmp_path / "model")[1] == CONFIG


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json"])
def test_a_missing_file_is_one_sentence_that_names_it(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UnreadableFile, match="missing") as raised:
        load_weights(folder)
    assert name in raised.value.sentence
    assert "\n" not in raised.value.sentence


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json"])
def test_one_changed_byte_is_noticed_by_the_manifest(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[-3] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match="manifest"):
        load_weights(folder)


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe nothing", b"[1, 2]"])
def test_a_file_cut_off_is_damaged_even_without_a_manifest(folder: Path, name: str, data: bytes) -> None:
    (folder.parent / "manifest.json").unlink()
    (folder / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match="damaged"):
        load_weights(folder)


def test_weights_cut_in_the_middle_are_damaged(folder: Path) -> None:
    (folder.parent / "manifest.json").unlink()
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(UnreadableFile, match="damaged"):
        load_weights(folder)


def test_a_damaged_manifest_is_one_sentence(folder: Path) -> None:
    (folder.parent / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"manifest\.json"):
        load_weights(folder)
