"""How fast pictures of environments are drawn and read, and how far the shipped network's answers turn with them.

    OMP_NUM_THREADS=1 python -m benchmarks.validation.voxels --environments FOLDER

FOLDER holds the multi-frame ``structures.xyz.gz`` of `training.levels.environments`. Times are processor time of one
thread, so that a busy machine does not count (its caches do). Writes benchmarks/results/voxels.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from core.fields.environment import Environment
from core.learned import network as network_module
from core.learned.verdict import models, voxel_outlook
from core.learned.voxels import Grid, gather, voxels
from training.levels.environments import frames

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "voxels.json"
_BATCH, _REPEATS, _TURNS = 32, 5, 64


def main() -> None:
    """Draws, reads, turns, writes the figures."""
    options = _options()
    torch.set_num_threads(1)
    found = [frame.environment for frame in frames(options.environments / "structures.xyz.gz") if frame.kind == "ref"]
    environments = found[:: max(1, len(found) // options.count)][: options.count]
    record: dict[str, Any] = {"what": "drawing and reading voxels, processor time of one thread", "cpu": _processor()}
    record["grids_per_second"] = {mode: _drawing(environments, Grid(mode=mode)) for mode in ("chemical", "rgb")}
    record["milliseconds_per_view"] = _reading(environments)
    record["set"] = models().card["set"]
    record["networks"] = len(models().voxel.networks)
    record["structures_per_second"] = _whole(environments)
    record["spread_over_64_rotations"] = _spread(environments)
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


def _drawing(environments: list[Environment], grid: Grid) -> dict[str, float]:
    """Grids a second: from environments on, and from tensors on."""
    batch = environments[:_BATCH]
    atoms = gather(batch, grid)
    return {
        "from_environments": round(len(batch) / _seconds(lambda: voxels(gather(batch, grid), grid)), 1),
        "from_tensors": round(len(batch) / _seconds(lambda: voxels(atoms, grid)), 1),
    }


def _reading(environments: list[Environment]) -> dict[str, float]:
    """Milliseconds for a view, in bfloat16 where the processor has it, and in float32; largest difference of fields."""
    network = models().voxel.networks[0]
    densities = voxels(gather(environments[:_BATCH], network.config.grid), network.config.grid)
    quick = network_module.fast
    times: dict[str, float] = {}
    answers = []
    for name, choice in (("as_shipped", quick), ("float32", lambda device: False)):
        network_module.fast = choice
        with torch.no_grad():
            times[name] = round(1e3 * _seconds(lambda: network(densities)) / len(densities), 3)
            answers.append(network(densities).moments)
    network_module.fast = quick
    apart = (answers[0] - answers[1]).norm(dim=1) / answers[1].norm(dim=1)
    return {**times, "largest_relative_difference": round(float(apart.max()), 5)}


def _spread(environments: list[Environment]) -> dict[str, Any]:
    """Standard deviation of the probability over random rotations, of every environment with Dy in it."""
    turns = Rotation.random(_TURNS, random_state=1).as_matrix()
    spreads = []
    for environment in environments:
        one = environment.of_ion("Dy")
        spreads.append(float(voxel_outlook(models(), [one.turned(turn) for turn in turns]).p_smm.std()))
    return {
        "structures": len(spreads),
        "share_within_0.02": round(float(np.mean(np.array(spreads) <= 0.02)), 4),
        "percentile_95": round(float(np.percentile(spreads, 95)), 5),
        "largest": round(max(spreads), 5),
    }


def _whole(environments: list[Environment]) -> float:
    """Structures a second, 24 views and levels included."""
    batch = [one.of_ion("Dy") for one in environments[:_BATCH]]
    return round(len(batch) / _seconds(lambda: voxel_outlook(models(), batch)), 1)


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, the least of some."""
    work()
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _processor() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line]
    return f"{names[0].split(':')[1].strip()}, bfloat16 {'used' if network_module.fast('cpu') else 'not used'}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100, help="environments that are read")
    return parser.parse_args()


if __name__ == "__main__":
    main()
