"""The same molecule, the same answer: how far answers move when a structure is turned, permuted or written otherwise.

    python -m benchmarks.validation.invariance --environments FOLDER [--count 200] [--seed 1]

FOLDER holds the multi-frame ``structures.xyz.gz`` of `training.levels.environments`. A seeded sample of its frames with
one lanthanide is set into a cell of its own in P -1, and the examples that ship are taken as the crystals that they
are. Each is rotated and moved (environments alone: a crystal's file has no orientation), its atoms are permuted, its
cell is written on other axes from another origin, and its symmetry is written out to P 1. Coordinates keep all digits,
so that what moves is our doing. Beside every change stands how far the electrostatic levels moved, the network's gap
and probability, and whether charge, donors, shape and verdict stayed. Writes benchmarks/results/invariance.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from core.arrays import FloatArray
from core.chem.radii import LANTHANIDES
from core.learned.verdict import models
from core.workflows.predict import predict
from core.workflows.prediction import Prediction, Status
from tests import cifs
from tests.operations import Operation

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = _ROOT / "benchmarks" / "results" / "invariance.json"
_MARGIN = 9.0  # of a cell about half the molecule [Å]: no contact with an image

Atoms = tuple[tuple[str, ...], FloatArray]
Change = Callable[[cifs.Crystal, int], cifs.Crystal]

REWRITTEN: Final[dict[str, Change]] = {
    "atoms permuted": cifs.permuted,
    "other axes and origin": lambda c, seed: cifs.shifted(
        cifs.rebased(c, ((0, 1, 0), (0, 0, 1), (1, 0, 1))), (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2))
    ),
    "symmetry written out": lambda c, seed: cifs.in_p1(c),
    "every atom its own mate, unwrapped": lambda c, seed: cifs.unwrapped(
        cifs.other_asymmetric_unit(c, seed, whole=False), seed
    ),
}
"""What is done to a crystal."""


@dataclass(slots=True)
class Moved:
    """How far the answers moved under one change: a value a structure."""

    levels: list[float] = field(default_factory=list)
    gap: list[float] = field(default_factory=list)
    p_smm: list[float] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    structures: int = 0

    def add(self, name: str, before: Prediction, after: Prediction) -> None:
        """Compare two answers."""
        self.structures += 1
        if _said(before) != _said(after):
            self.others.append(name)
            return
        if before.levels is not None and after.levels is not None:
            scale = max(1.0, float(np.abs(before.levels.energies).max()))
            self.levels.append(float(np.abs(before.levels.energies - after.levels.energies).max()) / scale)
        one, other = (each.verdict.voxel if each.verdict else None for each in (before, after))
        if one is not None and other is not None:
            self.gap.append(abs(one.gap - other.gap) / max(1.0, one.gap))
            self.p_smm.append(abs(one.p_smm - other.p_smm))

    def record(self) -> dict[str, object]:
        """For the result."""
        return {
            "structures": self.structures,
            "same_charge_donors_shape_verdict": self.structures - len(self.others),
            "otherwise": sorted(self.others),
            "levels_relative": _spread(self.levels),
            "network_gap_relative": _spread(self.gap),
            "network_p_smm": _spread(self.p_smm),
        }


def main() -> None:
    """Judges all, writes the figures."""
    options = _options()
    moved: dict[str, dict[str, Moved]] = {"environments": {}, "examples": {}}
    for name, atoms in _sample(options.environments / "structures.xyz.gz", options.count, options.seed):
        _of_environment(moved["environments"], name, atoms, options.seed)
    for path in sorted((_ROOT / "assets" / "examples").glob("*.cif")):
        _of_crystal(moved["examples"], path.name, cifs.from_cif(path.read_text(encoding="utf-8")), options.seed)
    record = {
        "what": "the same structure turned, permuted and written otherwise: how far the answers move",
        "set": models().card["set"],
        "seed": options.seed,
        **{kind: {change: each.record() for change, each in found.items()} for kind, found in moved.items()},
        "all": _together([each for found in moved.values() for each in found.values()]).record(),
    }
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--count", type=int, default=200, help="environments that are drawn")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _sample(path: Path, count: int, seed: int) -> Iterator[tuple[str, Atoms]]:
    """Frames with one lanthanide, drawn without replacement."""
    found = [(name, atoms) for name, atoms in _frames(path) if sum(e in LANTHANIDES for e in atoms[0]) == 1]
    yield from random.Random(seed).sample(found, min(count, len(found)))


def _frames(path: Path) -> Iterator[tuple[str, Atoms]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        while header := lines.readline():
            name = dict(pair.split("=", 1) for pair in lines.readline().split())["file"]
            rows = [lines.readline().split() for _ in range(int(header))]
            yield name, (tuple(row[0] for row in rows), np.array([[float(x) for x in row[1:4]] for row in rows]))


def _of_environment(moved: dict[str, Moved], name: str, atoms: Atoms, seed: int) -> None:
    elements, positions = atoms
    turn = Rotation.random(random_state=seed + len(elements)).as_matrix()
    turned = elements, positions @ turn.T + np.array([1.7, -0.4, 2.9])
    before = _judged(boxed(atoms))
    if before.status is Status.OK:
        moved.setdefault("rotated and moved", Moved()).add(name, before, _judged(boxed(turned)))
        _of_crystal(moved, name, boxed(atoms), seed, before)


def boxed(atoms: Atoms) -> cifs.Crystal:
    """The molecule about (¼, ¼, ¼) of a cell in P -1, as it stands, far from its images."""
    elements, positions = atoms
    middle = (positions.max(axis=0) + positions.min(axis=0)) / 2
    edges = 2 * (np.ptp(positions, axis=0) + _MARGIN)
    fractions = ((positions - middle) / edges + 0.25).tolist()
    numbered = enumerate(zip(elements, fractions, strict=True), 1)
    sites = tuple(cifs.Site(f"{element}{n}", element, (x, y, z)) for n, (element, (x, y, z)) in numbered)
    a, b, c = edges.tolist()
    return cifs.Crystal((a, b, c, 90.0, 90.0, 90.0), (Operation.read("x,y,z"), Operation.read("-x,-y,-z")), sites)


def _of_crystal(
    moved: dict[str, Moved], name: str, crystal: cifs.Crystal, seed: int, before: Prediction | None = None
) -> None:
    before = before or _judged(crystal)
    if before.status is Status.OK:
        for change, rewritten in REWRITTEN.items():
            moved.setdefault(change, Moved()).add(name, before, _judged(rewritten(crystal, seed)))


def _judged(crystal: cifs.Crystal) -> Prediction:
    """Of its first metal, where it has several."""
    data = cifs.spell(replace(crystal, block="x"))
    found = predict(data, "x.cif")
    return predict(data, "x.cif", site=1) if found.status is Status.REFUSED and found.report.sites else found


def _said(found: Prediction) -> tuple[object, ...]:
    """What may not change at all."""
    sphere, said = found.sphere, found.verdict
    return (
        found.status,
        found.molecule.formula if found.molecule else "",
        found.charge,
        found.oxidation_state,
        () if sphere is None else tuple(sorted(str(donor.donor_class) for donor in sphere.donors)),
        next(iter(found.shapes), ""),
        None if said is None else (said.in_domain, said.voxel is not None and said.voxel.p_smm > 0.5),
    )


def _together(every: list[Moved]) -> Moved:
    whole = Moved()
    for one in every:
        whole.levels += one.levels
        whole.gap += one.gap
        whole.p_smm += one.p_smm
        whole.others += one.others
        whole.structures += one.structures
    return whole


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    return {
        "median": float(f"{np.median(values):.2g}"),
        "percentile_95": float(f"{np.percentile(values, 95):.2g}"),
        "largest": float(f"{max(values):.2g}"),
    }


if __name__ == "__main__":
    main()
