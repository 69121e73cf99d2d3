"""``kramers train``: the shipped models and tables made again, step by step, in a checkout."""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final

from core.cli.become import become
from core.resources import CHECKOUT


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the training.

    Attributes:
        module: of `training`, run as a program.
        needs: steps whose results it reads.
        makes: what it leaves in the checkout, or that it leaves a file that is not shipped.
    """

    module: str
    needs: tuple[str, ...]
    makes: str


TRAINING: Final = {
    "levels": Step("levels.computed_levels", (), "assets/levels: environments computed ab initio"),
    "label-list": Step("factory.ligand_list", ("ligand-library",), "assets/labels: the ligands to be computed"),
    "motif-list": Step("factory.motif_list", ("levels",), "assets/labels: complexes of our own to be computed"),
    "labels": Step("factory.factory", ("label-list", "motif-list", "levels"), "assets/labels: levels, ab initio"),
    "calibration": Step("predictor.calibration", ("levels",), "core/fields/tables: charges of the electrostatic model"),
    "structures": Step("levels.structures", ("levels", "calibration"), "the training set of structures, not shipped"),
    "voxel-network": Step("predictor.voxel_network", ("structures",), "a trained network, not shipped"),
    "predictor": Step(
        "predictor.predictor",
        ("structures", "voxel-network", "levels"),
        "models_weights: networks, trees, cards",
    ),
    "literature": Step("predictor.literature", (), "models_weights/literature: the prior of the literature"),
    "ligand-library": Step("library.library", (), "assets/ligands: the library"),
    "ligand-proxies": Step("ligands.proxies", ("ligand-library",), "assets/ligands: GFN2 properties of free ligands"),
    "ligand-set": Step("ligands.ligand_set", ("ligand-library",), "the set that the VAE reads, not shipped"),
    "ligand-vae": Step("ligands.vae", ("ligand-set", "ligand-proxies", "labels"), "a trained VAE, not shipped"),
    "ligand-heads": Step(
        "ligands.heads", ("ligand-set", "ligand-vae", "ligand-proxies"), "models_weights: VAE, heads, card"
    ),
    "gap-head": Step("ligands.gap_head", ("ligand-heads", "labels", "atlas"), "models_weights: head of the first gap"),
    "built-gap": Step("ligands.built_gap", ("labels", "calibration"), "models_weights: first gap of a built complex"),
    "atlas": Step("ligands.atlas", ("ligand-library", "ligand-heads"), "assets/atlas: the map of Explore"),
}
"""Steps of ``kramers train``: which needs which, and what each makes. The only place where this is written."""

GRAPH: Final = "graph"
"""Prints them instead, in an order in which they can be run."""


def in_order() -> list[str]:
    """The steps, each after all that it needs.

    Raises:
        graphlib.CycleError: two need each other.
    """
    return list(TopologicalSorter({name: step.needs for name, step in TRAINING.items()}).static_order())


def graph() -> str:
    """A line a step: number, name, the numbers of the steps that it needs, and what it makes."""
    numbers = {name: number for number, name in enumerate(in_order(), start=1)}
    lines = []
    for name, number in numbers.items():
        step = TRAINING[name]
        after = ", ".join(str(numbers[need]) for need in sorted(step.needs, key=numbers.__getitem__))
        lines.append(f"{number:3}  {name:15} {'after ' + after if after else '':18} ► {step.makes}")
    return "\n".join(lines)


_log = logging.getLogger("kramers")


def register(commands: Any) -> None:
    """``kramers train``."""
    train = commands.add_parser("train", help="make the shipped models and tables again, step by step")
    train.add_argument(
        "step",
        choices=[*in_order(), GRAPH],
        metavar="STEP",
        help=f"{', '.join(in_order())}; --help after it tells its options. {GRAPH}: print them with what each needs",
    )
    train.add_argument("rest", nargs=argparse.REMAINDER, metavar="OPTIONS")
    train.set_defaults(run=_train)


def _train(options: argparse.Namespace) -> int:
    """Training imports what no other command wants, and works on the tables of a checkout."""
    if options.step == GRAPH:
        print(graph())
        return 0
    if CHECKOUT is None or not (CHECKOUT / "training").is_dir():  # a wheel, a container
        _log.error(
            "kramers train: this needs a checkout of the repository; an installed Kramers has no tables to learn from."
        )
        return 2
    become(f"training.{TRAINING[options.step].module}", *options.rest)
