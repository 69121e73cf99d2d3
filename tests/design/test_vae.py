"""The network: its recurrence is PyTorch's, its steps are its passes, filling does not count."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from core.design.tokens import END
from core.design.vae import GatedUnit, Guide, LigandVae, Recurrence, VaeConfig, looked_up, turned

CONFIG = VaeConfig(tokens=12, longest=9, size=6, encoder=10, decoder=14, targets=("sa",), classes=("a", "b"))


@pytest.fixture
def network() -> LigandVae:
    torch.manual_seed(1)
    return LigandVae(CONFIG).eval()


def rows(*lengths: int) -> torch.Tensor:
    """Tokens of ligands of these lengths."""
    random = torch.Generator().manual_seed(2)
    full = torch.randint(1, CONFIG.tokens, (len(lengths), max(lengths)), generator=random)
    place = torch.arange(max(lengths))
    return full.masked_fill(place >= torch.tensor(lengths)[:, None], END)


def test_the_recurrence_is_that_of_pytorch_and_so_are_its_gradients() -> None:
    torch.manual_seed(0)
    theirs, ours = nn.GRU(5, 7), GatedUnit(7)
    with torch.no_grad():
        ours.weight.copy_(theirs.weight_hh_l0.t())
        ours.bias.copy_(theirs.bias_hh_l0)
    x, start = torch.randn(6, 3, 5, requires_grad=True), torch.randn(3, 7, requires_grad=True)
    own = ours(x @ theirs.weight_ih_l0.t() + theirs.bias_ih_l0, start)
    other, _ = theirs(x, start[None])
    torch.testing.assert_close(own, other)
    weights = torch.randn_like(own)
    gradients = torch.autograd.grad((own * weights).sum(), [x, start, ours.weight, ours.bias])
    expected = torch.autograd.grad((other * weights).sum(), [x, start, theirs.weight_hh_l0, theirs.bias_hh_l0])
    for mine, reference in zip(gradients, (*expected[:2], expected[2].t(), expected[3]), strict=True):
        torch.testing.assert_close(mine, reference, atol=1e-5, rtol=1e-4)


def test_in_half_precision_the_recurrence_says_nearly_the_same() -> None:
    torch.manual_seed(0)
    unit, inputs, start = GatedUnit(16), torch.randn(8, 4, 48), torch.zeros(4, 16)
    narrow = unit(inputs.bfloat16(), start)
    torch.testing.assert_close(narrow, unit(inputs, start), atol=0.05, rtol=0.0)
    assert not torch.equal(narrow, unit(inputs, start))


def test_one_step_is_one_of_the_pass() -> None:
    torch.manual_seed(0)
    unit, inputs, state = GatedUnit(8), torch.randn(5, 3, 24), torch.randn(3, 8)
    passed = Recurrence.apply(inputs, state, unit.weight, unit.bias)
    for k in range(5):
        state = unit.step(inputs[k], state)
        torch.testing.assert_close(state, passed[k])


def test_a_table_is_looked_up_by_either_way_alike() -> None:
    table, tokens = torch.randn(12, 4).bfloat16(), torch.randint(0, 12, (5, 3))
    torch.testing.assert_close(looked_up(tokens, table).float(), looked_up(tokens, table.float()))


def test_turning_leaves_the_filling_behind() -> None:
    assert turned(torch.tensor([[1, 2, 3, 0, 0], [4, 0, 0, 0, 0]])).tolist() == [[3, 2, 1, 0, 0], [4, 0, 0, 0, 0]]


def test_the_latent_of_a_ligand_does_not_depend_on_its_company(network: LigandVae) -> None:
    together = network.means(rows(9, 3, 5))
    alone = network.means(rows(9, 3, 5)[1:2, :3])
    torch.testing.assert_close(together[1:2], alone)
    assert not torch.allclose(together[0], together[1])


def test_writing_step_by_step_takes_the_likeliest_tokens_of_the_pass(network: LigandVae) -> None:
    latents = 3 * torch.randn(20, CONFIG.size)
    written = network.written(latents)
    told = functional.pad(written.tokens, (1, 0), value=END)[:, :-1]
    logits = network.decoder(latents, told, torch.float32).transpose(0, 1)
    before_end = (written.tokens != END).cumprod(dim=1).bool()
    assert before_end.any()
    assert torch.equal(logits.argmax(dim=2)[before_end], written.tokens[before_end])
    assert ((written.confidence > 0) & (written.confidence <= 1)).all()
    assert written.tokens.shape[1] <= CONFIG.longest


def test_nothing_follows_the_end(network: LigandVae) -> None:
    tokens = network.written(torch.randn(50, CONFIG.size)).tokens
    ended = (tokens == END).int().cummax(dim=1).values.bool()
    assert (tokens[ended] == END).all()


def test_every_step_hears_the_latent(network: LigandVae) -> None:
    given = torch.zeros(1, 6, dtype=torch.long)
    latents = torch.randn(1, CONFIG.size, requires_grad=True)
    for step in network.decoder(latents, given, torch.float32):
        slope = torch.autograd.grad(step.sum(), latents, retain_graph=True)[0]
        assert slope.abs().sum() > 0


def test_a_guide_without_targets_still_tells_classes() -> None:
    properties, classes = Guide(VaeConfig(12, 9, size=6, classes=("a", "b", "c")))(torch.randn(4, 6))
    assert (properties.shape, classes.shape) == ((4, 0), (4, 3))
