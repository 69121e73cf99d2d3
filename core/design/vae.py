"""The ligand VAE: a bidirectional GRU reads donor-first SELFIES, a GRU with the latent at every step writes them.

    tokens (B, T) ── GRU both ways ──► mean, log variance (B, Z) ── draw ──► z ── GRU ──► logits (B, T + 1, V)
                                                                              └────► guide: class, charge, size, …

After R. Gómez-Bombarelli et al., ACS Cent. Sci. 2018, 4, 268, doi:10.1021/acscentsci.7b00572 (VAE on strings with
property heads on the latent), with the two cures against collapse of S. Bowman et al., CoNLL 2016,
doi:10.18653/v1/K16-1002, that mattered here: tokens withheld from the decoder, and a small weight on the divergence.

The recurrence is our own and the same everywhere: K. Cho's gated unit in the form that PyTorch's `nn.GRU` has, whose
backward pass is written by hand. On one core with bf16 matrix units it takes a third of the time that autograd takes
over the same steps: nothing but one small product a step stands in the loop, and the gradient of the weights is one
large product after it. A token enters by a row of a table, since a table times a one-hot vector is its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.design.tokens import END

LOWEST_LOG_VARIANCE: Final = -10.0
"""Below this a coordinate carries more than 7 bits, which no decoder reads."""


@dataclass(frozen=True, slots=True)
class VaeConfig:
    """Shape of the network.

    Attributes:
        tokens: size of the vocabulary, `END` among it.
        longest: most tokens of a ligand.
        size: of the latent.
        encoder: state of the reader, each way.
        decoder: state of the writer.
        targets: continuous properties that the guide learns, in this order.
        classes: donor classes that it tells apart.
    """

    tokens: int
    longest: int
    size: int = 80
    encoder: int = 512
    decoder: int = 768
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


class Recurrence(torch.autograd.Function):
    """States of a gated unit over time: r, u = σ(x + h U), n = tanh(x_n + r (h U_n + b_n)), h' = n + u (h − n)."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, start: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """(T, B, H) states of inputs (T, B, 3H), start (B, H), weight (H, 3H) and bias (3H,); products in bf16 if the
        inputs are."""
        steps, batch, triple = inputs.shape
        size = triple // 3
        kind = inputs.dtype
        product, offset = weight.to(kind), bias.to(kind)
        states = torch.empty(steps + 1, batch, size, dtype=torch.float32, device=inputs.device)
        gates = torch.empty(steps, batch, 2 * size, dtype=kind, device=inputs.device)
        news, recalled = (torch.empty(steps, batch, size, dtype=kind, device=inputs.device) for _ in range(2))
        states[0] = start
        for t in range(steps):
            own = torch.addmm(offset, states[t].to(kind), product)  # (B, 3H)
            torch.add(inputs[t, :, : 2 * size], own[:, : 2 * size], out=gates[t]).sigmoid_()
            recalled[t] = own[:, 2 * size :]
            new = torch.addcmul(inputs[t, :, 2 * size :], gates[t, :, :size], recalled[t]).float()
            new.tanh_()  # in single precision: PyTorch's bf16 tanh takes seven times as long
            news[t] = new
            torch.lerp(new, states[t], gates[t, :, size:].float(), out=states[t + 1])
        ctx.save_for_backward(states, gates, news, recalled, product)
        return states[1:]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Gradients of the four."""
        states, gates, news, recalled, product = ctx.saved_tensors
        steps, batch, size = news.shape
        r, u = gates[:, :, :size], gates[:, :, size:]
        inner = (1 - u) * (1 - news * news)  # (T, B, H): what of a state's gradient reaches its tanh
        # per state's gradient: what reaches r, u and h U_n before their products with U
        share = torch.stack(
            [inner * recalled * r * (1 - r), (states[:-1].to(news.dtype) - news) * u * (1 - u), inner * r], dim=2
        )  # (T, B, 3, H)
        own = torch.empty(steps, batch, 3, size, dtype=news.dtype, device=news.device)
        to_inputs = torch.empty_like(own)
        back = product.t().contiguous()  # (3H, H)
        grad = torch.zeros_like(states[0])
        for t in range(steps - 1, -1, -1):
            grad += grads[0][t]
            narrow = grad.to(news.dtype)
            torch.mul(share[t], narrow[:, None], out=own[t])
            torch.mul(inner[t], narrow, out=to_inputs[t, :, 2])
            grad = (grad * u[t]).float() + own[t].view(batch, 3 * size) @ back
        to_inputs[:, :, :2] = own[:, :, :2]
        flat = own.view(steps * batch, 3 * size)
        weight = states[:-1].reshape(steps * batch, size).to(flat.dtype).t() @ flat
        return to_inputs.view(steps, batch, 3 * size), grad, weight.float(), flat.float().sum(dim=0)


class GatedUnit(nn.Module):
    """One gated unit; its inputs come ready, as x W."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size, 3 * size))
        self.bias = nn.Parameter(torch.zeros(3 * size))
        for k in range(3):
            nn.init.orthogonal_(self.weight[:, k * size : (k + 1) * size])

    def forward(self, inputs: Tensor, start: Tensor) -> Tensor:
        """(T, B, H) states from inputs (T, B, 3H) and start (B, H)."""
        states: Tensor = Recurrence.apply(inputs, start, self.weight, self.bias)  # type: ignore[no-untyped-call]
        return states

    def step(self, inputs: Tensor, state: Tensor) -> Tensor:
        """(B, H) next state from inputs (B, 3H) and state (B, H)."""
        size = state.shape[1]
        own = torch.addmm(self.bias, state, self.weight)
        gates = torch.sigmoid_(inputs[:, : 2 * size] + own[:, : 2 * size])
        new = torch.addcmul(inputs[:, 2 * size :], gates[:, :size], own[:, 2 * size :]).tanh_()
        return torch.lerp(new, state, gates[:, size:])


def looked_up(tokens: Tensor, table: Tensor) -> Tensor:
    """(T, B, H) rows of a table (V, H) for tokens (T, B)."""
    if table.dtype == torch.float32:
        return functional.embedding(tokens, table)
    # PyTorch looks bf16 numbers up twenty times slower than the matrix unit multiplies them
    return functional.one_hot(tokens, len(table)).to(table.dtype) @ table


class Reader(nn.Module):
    """One way of the encoder."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.table = nn.Embedding(config.tokens, 3 * config.encoder)
        self.unit = GatedUnit(config.encoder)
        nn.init.normal_(self.table.weight, std=0.3)

    def forward(self, tokens: Tensor, kind: torch.dtype) -> Tensor:
        """(B, 2E) last state and mean state of tokens (B, T), END after the last."""
        lengths = (tokens != END).sum(dim=1)  # (B,)
        inputs = looked_up(tokens.t(), self.table.weight.to(kind))  # (T, B, 3E)
        start = torch.zeros(len(tokens), self.unit.weight.shape[0], device=tokens.device)
        states = self.unit(inputs, start)  # (T, B, E)
        present = (tokens != END).t()[:, :, None]
        mean = (states * present).sum(dim=0) / lengths.clamp(min=1)[:, None]
        last = states[(lengths - 1).clamp(min=0), torch.arange(len(tokens), device=tokens.device)]
        return torch.cat([last, mean], dim=1)


class Encoder(nn.Module):
    """Tokens to the mean and log variance of the latent."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.forth = Reader(config)
        self.back = Reader(config)
        self.out = nn.Linear(4 * config.encoder, 2 * config.size)

    def forward(self, tokens: Tensor, kind: torch.dtype) -> tuple[Tensor, Tensor]:
        """(B, Z) mean and log variance of tokens (B, T), END after the last."""
        read = torch.cat([self.forth(tokens, kind), self.back(turned(tokens), kind)], dim=1)
        mean, spread = self.out(read).chunk(2, dim=1)
        return mean, spread.clamp(min=LOWEST_LOG_VARIANCE, max=2.0)


def turned(tokens: Tensor) -> Tensor:
    """(B, T) the tokens of each ligand from the last to the first, END after them as before."""
    lengths = (tokens != END).sum(dim=1, keepdim=True)
    place = torch.arange(tokens.shape[1], device=tokens.device)
    back = tokens.gather(1, (lengths - 1 - place).clamp(min=0))
    return back.masked_fill(place >= lengths, END)


class Decoder(nn.Module):
    """Latent to tokens, one after the other."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.table = nn.Embedding(config.tokens, 3 * config.decoder)
        nn.init.normal_(self.table.weight, std=0.3)
        self.latent = nn.Linear(config.size, 3 * config.decoder)
        self.start = nn.Linear(config.size, config.decoder)
        self.unit = GatedUnit(config.decoder)
        self.share = nn.Linear(config.size, config.tokens, bias=False)
        self.out = nn.Linear(config.decoder, config.tokens)

    def forward(self, latents: Tensor, given: Tensor, kind: torch.dtype) -> Tensor:
        """(T, B, V) logits of the tokens after each of `given` (B, T), of which the first is END."""
        inputs = looked_up(given.t(), self.table.weight.to(kind)) + self.latent(latents).to(kind)
        states = self.unit(inputs, torch.tanh(self.start(latents)))
        narrow = functional.linear(states.to(kind), self.out.weight.to(kind))
        logits: Tensor = narrow.float() + self.out.bias + self.share(latents)
        return logits

    def begun(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What stepwise writing needs: (B, 3D) of the latents for every step, (B, D) state, (B, V) share in logits."""
        return self.latent(latents), torch.tanh(self.start(latents)), self.share(latents) + self.out.bias

    def step(self, last: Tensor, begun: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """(B, V) logits of the token after `last` (B,), and the new state."""
        inputs, state, share = begun
        state = self.unit.step(self.table(last) + inputs, state)
        return torch.addmm(share, state, self.out.weight.t()), state


class Guide(nn.Module):
    """Properties of a latent while it is learned, so that neighbours in it bind alike."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.hidden = nn.Linear(config.size, 128)
        self.out = nn.Linear(128, len(config.targets) + len(config.classes))
        self.targets = len(config.targets)

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """(B, targets) standardised properties and (B, classes) logits."""
        both = self.out(functional.silu(self.hidden(latents)))
        return both[:, : self.targets], both[:, self.targets :]


class Written(NamedTuple):
    """Tokens that the decoder wrote.

    Attributes:
        tokens: (B, T) with END after the last.
        confidence: (B,) product of the probabilities of its choices.
    """

    tokens: Tensor
    confidence: Tensor


class LigandVae(nn.Module):
    """Encoder, decoder and guide."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.guide = Guide(config)

    @torch.inference_mode()
    def means(self, tokens: Tensor) -> Tensor:
        """(B, Z) mean of the latent of each row of tokens (B, T)."""
        used = int((tokens != END).sum(dim=1).max()) if len(tokens) else 0
        mean: Tensor = self.encoder(tokens[:, : max(1, used)].long(), torch.float32)[0]
        return mean

    @torch.inference_mode()
    def written(self, latents: Tensor) -> Written:
        """The likeliest token at every step, for latents (B, Z), until all have ended."""
        latent, state, share = self.decoder.begun(latents)
        last = torch.full((len(latents),), END, device=latents.device)
        ended = torch.zeros_like(last, dtype=torch.bool)
        chosen, sure = [], torch.zeros(len(latents), device=latents.device)
        for _ in range(self.config.longest):
            logits, state = self.decoder.step(last, (latent, state, share))
            best, last = functional.log_softmax(logits, dim=1).max(dim=1)
            sure += best.masked_fill(ended, 0.0)
            last = last.masked_fill(ended, END)
            chosen.append(last)
            ended = ended | (last == END)
            if bool(ended.all()):
                break
        return Written(torch.stack(chosen, dim=1), sure.exp())

    @torch.inference_mode()
    def likeliest(self, latents: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """(B, count, T) the likeliest rows of tokens for latents (B, Z) by beam search, best first, and (B, count)
        their probabilities."""
        batch, device = len(latents), latents.device
        latent, state, share = (part.repeat_interleave(count, dim=0) for part in self.decoder.begun(latents))
        last = torch.full((batch * count,), END, device=device)
        rows = torch.empty(batch, count, 0, dtype=torch.long, device=device)
        sure = torch.full((batch, count), -torch.inf, device=device)
        sure[:, 0] = 0.0  # all beams are one at first
        ended = torch.zeros(batch, count, dtype=torch.bool, device=device)
        only_end = torch.full((self.config.tokens,), -torch.inf, device=device)
        only_end[END] = 0.0
        for _ in range(self.config.longest):
            logits, state = self.decoder.step(last, (latent, state, share))
            each = functional.log_softmax(logits, dim=1).view(batch, count, -1)
            each = torch.where(ended[:, :, None], only_end, each)
            sure, place = (sure[:, :, None] + each).flatten(1).topk(count, dim=1)
            beam, chosen = place // self.config.tokens, place % self.config.tokens  # (B, count)
            rows = torch.cat([rows.gather(1, beam[:, :, None].expand_as(rows)), chosen[:, :, None]], dim=2)
            ended = ended.gather(1, beam) | (chosen == END)
            state = state[(beam + count * torch.arange(batch, device=device)[:, None]).flatten()]
            last = chosen.flatten()
            if bool(ended.all()):
                break
        return rows, sure.exp()
