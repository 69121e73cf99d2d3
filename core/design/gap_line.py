"""The head of the first gap: a line through the donor class and what the heads of the free ligand's properties say.

It has few labels and new ones come daily, so it lies in a folder of its own, a few kilobytes beside a network that
stays (`training.ligands.gap_head` fits it in seconds). A line through heads is a head like any other: `with_line`
adds it to them. Training by proxy, after Khatibi et al., arXiv:2602.23230; the form is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from core.design.heads import Head, Regressions
from core.errors import UnreadableFile
from core.weights import ADVICE, CONFIG, load_weights, save_weights

FOLDER: Final = "gap-head"


@dataclass(frozen=True, eq=False)
class GapLine:
    """offset + kinds · of_class + Σ slopes · what heads say.

    Attributes:
        head: what it is worth. through: names of the heads that it reads, in the order of `slopes`.
        of_class: (C,) [cm⁻¹]. slopes: (P,) [cm⁻¹ per unit of the head]. offset: [cm⁻¹].
        error: root mean squared error on scaffolds left out [cm⁻¹].
        network: SHA-256 of the weights whose heads it reads. protocol: of the gaps.
    """

    head: Head
    through: tuple[str, ...]
    of_class: Tensor
    slopes: Tensor
    offset: float
    error: float
    network: str
    protocol: str

    @classmethod
    def load(cls, folder: Path) -> GapLine:
        """What `save` wrote; raises UnreadableFile."""
        tensors, config = load_weights(folder)
        try:
            head = Head(**config["head"])
            parts = tensors["of_class"].float(), tensors["slopes"].float()
            numbers = float(config["offset"]), float(config["error"])
            return cls(head, tuple(config["through"]), *parts, *numbers, config["network"], config["protocol"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFile(
                "The files hold no head of the first gap.", where=str(folder / CONFIG), advice=ADVICE
            ) from error

    def save(self, folder: Path, more: dict[str, Any]) -> None:
        """Into a folder, with what else its card needs."""
        config = {
            "head": asdict(self.head),
            "through": self.through,
            "offset": self.offset,
            "error": self.error,
            "network": self.network,
            "protocol": self.protocol,
        }
        save_weights(folder, {"of_class": self.of_class, "slopes": self.slopes}, config | more)


def with_line(regressions: Regressions, heads: Sequence[Head], line: GapLine) -> tuple[Regressions, list[Head]]:
    """Heads with the line as the last of them, in place of an older one of its name.

    Raises:
        ValueError: the line reads a head or a number of donor classes that there is not.
    """
    names = [head.name for head in heads]
    read = [names.index(name) for name in line.through]
    kept = [k for k, name in enumerate(names) if name != line.head.name]
    own = regressions.state_dict()
    if own["by_class"].shape[0] != len(line.of_class):
        raise ValueError("the line belongs to other donor classes")
    parts = own | {"out": own["out"] * own["scale"]}
    added = {name: parts[name][..., read] @ line.slopes for name in ("by_class", "line", "offset", "out")}
    added["by_class"] = added["by_class"] + line.of_class
    added["offset"] = added["offset"] + line.offset
    added |= {"scale": torch.tensor(1.0), "error": torch.tensor(line.error)}
    wider = {name: torch.cat([own[name][..., kept], one[..., None].to(own[name])], -1) for name, one in added.items()}
    members, _, units = regressions.into.shape
    size, classes = own["line"].shape[0], own["by_class"].shape[0]
    grown = Regressions(size, classes, len(kept) + 1, members, units)
    grown.load_state_dict(own | wider)
    return grown, [*(heads[k] for k in kept), line.head]
