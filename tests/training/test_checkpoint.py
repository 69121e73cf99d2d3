"""Checkpoints: what a stopped training finds again."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from training.common.checkpoint import load_checkpoint, save_checkpoint, state_in, weights_in

Networks = dict[str, nn.Module]


def trained(seed: int) -> tuple[Networks, torch.optim.AdamW]:
    """Two networks, one of them after a step."""
    torch.manual_seed(seed)
    network, average = nn.Linear(3, 2), nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.1)
    network(torch.ones(1, 3)).square().sum().backward()
    optimizer.step()
    return {"network": network, "average": average}, optimizer


def test_networks_moments_and_state_come_back_each_to_its_own(tmp_path: Path) -> None:
    kept, optimizer = trained(1)
    save_checkpoint(tmp_path / "new", kept, optimizer, {"step": 7})
    again, other = trained(2)
    assert load_checkpoint(tmp_path / "new", again, other) == {"step": 7} == state_in(tmp_path / "new")
    for name in kept:
        weights = weights_in(tmp_path / "new", name)
        assert weights.keys() == kept[name].state_dict().keys()
        for key, value in kept[name].state_dict().items():
            assert torch.equal(again[name].state_dict()[key], value) and torch.equal(weights[key], value)
    for number, moments in optimizer.state_dict()["state"].items():
        for key, value in moments.items():
            assert torch.equal(other.state_dict()["state"][number][key], value)


def test_without_a_checkpoint_nothing_changes(tmp_path: Path) -> None:
    networks, optimizer = trained(1)
    before = networks["network"].state_dict()["weight"].clone()
    assert load_checkpoint(tmp_path, networks, optimizer) is None
    assert torch.equal(networks["network"].state_dict()["weight"], before)
