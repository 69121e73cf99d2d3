"""Levels of real environments by the multireference engine: what the electrostatic model is calibrated on and checked
against, and the truth that no model is trained on.

    OMP_NUM_THREADS=1 python -m training.levels.computed_levels --environments FOLDER --work FOLDER [--share 0/2]

Chosen from the environments (`training.levels.environments`, `ref` frames): one a refcode family and ligand skeleton,
ligands truncated (`core.chem.sphere.truncation`), at most `MOST_FUNCTIONS` basis functions, by turns from every set of
donor classes, the smallest first. Ions without levels to compute (La, Eu, Gd, Lu) become Dy, the ligands moved by the
difference of ionic radii, and so do the nearest others until half of all are Dy. Every second one belongs to the check
half. Each is computed with the preset `fast` and all determinants, written to a file of its own under --work (a second
call goes on, also from the table; several processes may take a --share each), and all of them go into
assets/levels/environments.json: levels, g, B_kq in the frame of the coordinates, which themselves are not ours to give.
The [Dy(H2O)5L2] of benchmarks/validation/pilot.py and complexes with rare donors (`training.levels.level_motifs`) come
first: they bring the ligands that real environments seldom show.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.chem.molecule import hill_formula
from core.chem.sphere.coordination import coordination_sphere
from core.chem.sphere.isolated import dissect_isolated
from core.chem.sphere.truncation import truncated
from core.errors import DomainError, KramersError
from core.fields.environment import Environment, environment_of
from core.qc.engine import Verification, verify
from core.qc.hamiltonian import PRESETS, Spec, contraction
from core.qc.request import ENGINE
from core.qc.spin_orbit_states import Multiplicities
from core.resources import shipped
from training.levels.environments import Frame, frames
from training.levels.level_motifs import GEOMETRY as GEOMETRY_OF_MOTIFS
from training.levels.level_motifs import RARE, motif

TABLE: Final = shipped("assets/levels") / "environments.json"
PILOT: Final = shipped("benchmarks/results") / "pilot.json"
PRESET: Final = "fast"
GEOMETRY: Final = "environments ref, truncated-1"

MOST_FUNCTIONS: Final = 330
COUNT: Final = 132

NOT_COMPUTED: Final = ("La", "Eu", "Gd", "Lu", "Pm")
"""Ions whose ground multiplet no crystal field splits, or of which nothing is made: their ligands go around Dy."""

NEAR_DY: Final = ("Tb", "Ho", "Er")
"""Ions that become Dy where more of it is wanted, the nearest radii first."""

_FUNCTIONS: Final = {"s": 1, "p": 3, "d": 5, "f": 7, "g": 9}


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One environment to be computed.

    Attributes:
        environment: the (truncated) ligands around `environment.metal`; its name is that of the frame or ligand.
        refcode: of the crystal, the ligand's SMILES of a built complex.
        native: the ion of the crystal.
        geometry: what made the coordinates.
        charge: total [e].
        removed: atoms cut off.
        functions: number of basis functions.
        half: ``calibration``, ``check``, or ``built``, which goes with the calibration.
    """

    environment: Environment
    refcode: str
    native: str
    geometry: str
    charge: int
    removed: int
    functions: int
    half: str

    @property
    def key(self) -> str:
        """Frame and ion."""
        return f"{self.environment.name} {self.environment.metal}"

    @property
    def family(self) -> str:
        """Letters of the refcode."""
        return self.refcode.rstrip("0123456789")

    @property
    def spec(self) -> Spec:
        """As the engine takes it, the ion first, at the origin."""
        return spec_of(self.environment, self.charge)


def spec_of(around: Environment, charge: int) -> Spec:
    """An environment of a total charge [e] as the engine takes it, the ion first, at the origin."""
    counted = around.donors[around.weights > 0.0]
    return Spec(
        elements=(around.metal, *around.elements),
        positions=np.vstack([np.zeros(3), around.positions]),
        charge=charge,
        donors=tuple(int(atom) + 1 for atom in counted),
        preset=PRESET,
    )


def main() -> None:
    """Computes this process's share of what is missing, then collects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, required=True, help="folder with structures.xyz.gz")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--share", default="0/1", help="which of how many processes this is, from 0")
    parser.add_argument("--list", action="store_true", help="only say what would be computed")
    parser.add_argument("--collect", action="store_true", help="only collect what is there")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    share, of = map(int, options.share.split("/"))
    tasks = [*built(), *motifs(), *chosen(frames(options.environments / "structures.xyz.gz"))]
    known = kept_rows(TABLE)
    for number, task in enumerate(tasks):
        file = options.work / f"{task.key.replace(' ', '-')}.json"
        if options.list:
            print(task.half, task.key, task.charge, task.functions, task.environment.signature, sep="  ")
        elif not file.exists() and (task.key, task.geometry) in known:
            file.write_text(json.dumps(known[task.key, task.geometry]), encoding="utf-8")
        elif not options.collect and number % of == share and not file.exists():
            row = computed(task)
            file.write_text(json.dumps(row), encoding="utf-8")
            print(f"{number + 1} of {len(tasks)}  {task.key}: {row['status']} in {row['wall_s']} s", flush=True)
    if not options.list:
        collect(options.work, tasks)


def kept_rows(table: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What a table holds of this recipe, by key and geometry, without the half, which the choice decides."""
    if not table.exists():
        return {}
    rows = json.loads(table.read_text(encoding="utf-8"))["rows"]
    same = [row for row in rows if (row["preset"], row["engine"]) == (PRESET, ENGINE)]
    return {
        (row["key"], row["geometry"]): {name: value for name, value in row.items() if name != "half"} for row in same
    }


def known_halves(table: Path = TABLE) -> dict[str, str]:
    """Half of each environment that has been computed, by its key; built complexes aside."""
    rows = json.loads(table.read_text(encoding="utf-8"))["rows"] if table.exists() else []
    return {row["key"]: row["half"] for row in rows if row["half"] != "built"}


def chosen(found: Iterable[Frame]) -> list[Task]:
    """What is computed, the calibration half first. What has been computed stays in its half: where one environment is
    read otherwise than then, the turns of all later ones change, and the halves would mix."""
    groups: dict[str, list[tuple[int, Frame, Environment]]] = defaultdict(list)
    seen: set[str] = set()
    for frame in sorted(found, key=lambda frame: frame.name):
        skeleton = hill_formula([element for element in frame.elements if element != frame.environment.metal])
        around = truncated_environment(frame)
        size = functions(around)
        if frame.kind == "ref" and size <= MOST_FUNCTIONS and not seen & {skeleton, frame.family}:
            seen |= {skeleton, frame.family}
            groups[around.signature].append((size, frame, around))
    picked = list(_by_turns([sorted(group, key=lambda entry: entry[0]) for group in groups.values()]))[:COUNT]
    ions = _ions([around.metal for _, _, around in picked])
    halves = known_halves()
    turn = {"Dy": 0, "other": 0}
    tasks = []
    for (size, frame, around), ion in zip(picked, ions, strict=True):
        kind = "Dy" if ion == "Dy" else "other"
        half = halves.get(f"{frame.name} {ion}", ("calibration", "check")[turn[kind] % 2])
        turn[kind] += 1
        removed = len(frame.elements) - 1 - len(around.elements)
        native = frame.environment.metal
        moved = around.of_ion(ion)
        tasks.append(Task(moved, frame.refcode, native, GEOMETRY, frame.charge, removed, size, half))
    return sorted(tasks, key=lambda task: task.half)


def built() -> list[Task]:
    """The complexes [Dy(H2O)5L2] of the pilot, whose ligands real environments seldom show."""
    rows = json.loads(PILOT.read_text(encoding="utf-8"))["rows"]
    return [_built(row) for row in rows if row["key"].endswith(", geometry") and row["status"] == "converged"]


def _built(row: Mapping[str, Any]) -> Task:
    elements, positions = tuple(row["elements"]), np.array(row["positions_A"])
    (anatomy,) = dissect_isolated(elements, positions)
    sphere = coordination_sphere(anatomy, anatomy.metals[0])
    around = environment_of(anatomy.component.elements, anatomy.component.positions, sphere, row["name"])
    return Task(around, row["name"], "Dy", row["geometry"], row["charge"], 0, functions(around), "built")


def motifs() -> list[Task]:
    """The complexes with rare donors."""
    return [_motif(ion, words) for ion, words in RARE]


def _motif(ion: str, words: str) -> Task:
    whole = motif(ion, words)
    around = whole.environment(words.replace(",", ""))
    return Task(around, words, ion, GEOMETRY_OF_MOTIFS, whole.charge, 0, functions(around), "built")


def _by_turns(groups: list[list[tuple[int, Frame, Environment]]]) -> Iterator[tuple[int, Frame, Environment]]:
    """One of each group, then a second of each …"""
    for turn in range(max(map(len, groups), default=0)):
        yield from sorted((group[turn] for group in groups if turn < len(group)), key=lambda entry: entry[0])


def _ions(natives: Sequence[str]) -> list[str]:
    """The ion of each environment: half of them Dy."""
    ions = ["Dy" if ion in NOT_COMPUTED else ion for ion in natives]
    for near in NEAR_DY:
        for number, ion in enumerate(ions):
            if ion == near and 2 * ions.count("Dy") < len(ions):
                ions[number] = "Dy"
    return ions


def truncated_environment(frame: Frame) -> Environment:
    """A frame's ion with truncated ligands.

    Raises:
        DomainError: the truncated molecule is not taken apart as the whole one was: a fault of the rules.
    """
    cut = truncated(frame.anatomy, frame.sphere.metal)
    (anatomy,) = dissect_isolated(cut.elements, cut.positions)
    (metal,) = anatomy.metals
    if anatomy.ligand_charge + 3 != frame.charge:
        raise DomainError(f"{frame.name}: the truncated ligands carry another charge.")
    sphere = coordination_sphere(anatomy, metal)
    around = environment_of(anatomy.component.elements, anatomy.component.positions, sphere, frame.name)
    if sorted(around.classes) != sorted(frame.environment.classes):
        raise DomainError(f"{frame.name}: the truncated ligands bind as other classes.")
    return around


def functions(around: Environment) -> int:
    """Number of basis functions of an environment with `PRESET`; a large number where an element has none."""
    preset = PRESETS[PRESET]
    near = set(around.donors.tolist())
    levels = [preset.donors if atom in near else preset.rest for atom in range(len(around.elements))]
    try:
        return sum(_size(e, level) for e, level in zip(around.elements, levels, strict=True)) + _size("Dy", preset.ion)
    except DomainError:
        return 10**6


@lru_cache(maxsize=256)
def _size(element: str, level: str) -> int:
    return sum(int(n) * _FUNCTIONS[shell] for n, shell in re.findall(r"(\d+)([spdfg])", contraction(element, level)))


def computed(task: Task) -> dict[str, Any]:
    """Levels of one environment, or the reason why not."""
    around = task.environment
    row: dict[str, Any] = {
        "key": task.key,
        "refcode": task.refcode,
        "family": task.family,
        "native": task.native,
        "ion": around.metal,
        "charge": task.charge,
        "donors": around.signature,
        "atoms": len(around.elements) + 1,
        "atoms_cut_off": task.removed,
        "geometry": task.geometry,
        "preset": PRESET,
        "multiplicities": Multiplicities.ALL.value,
        "engine": ENGINE,
    }
    begun = time.perf_counter()
    try:
        row |= levels_row(verify(task.spec))
    except KramersError as error:
        row |= {"status": "failed", "reason": error.sentence}
    return {**row, "wall_s": round(time.perf_counter() - begun, 1)}


def levels_row(result: Verification) -> dict[str, Any]:
    """What is kept of a run."""
    ground = result.levels.doublets[0]
    return {
        "status": "converged",
        "functions": result.functions,
        "levels_cm1": result.levels.energies.round(3).tolist(),
        "g": None if ground.g is None else [round(value, 5) for value in ground.g],
        "axis": None if ground.easy_axis is None else ground.easy_axis.round(6).tolist(),
        "stevens_input_cm1": [round(value, 8) for _, value in sorted(result.levels.stevens_input.items())],
        "residual": round(result.levels.residual, 5),
    }


def collect(work: Path, tasks: Sequence[Task]) -> None:
    """All rows that are there into `TABLE`."""
    rows = []
    for task in tasks:
        file = work / f"{task.key.replace(' ', '-')}.json"
        if file.exists():
            rows.append({"half": task.half, **json.loads(file.read_text(encoding="utf-8"))})
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps(_head(rows), ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    TABLE.write_text(f'{head},\n "rows": [\n  {lines}\n ]\n}}\n', encoding="utf-8")


def _head(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    done = [row for row in rows if row["status"] == "converged"]
    return {
        "what": "ground-multiplet levels of truncated environments and built complexes by the multireference engine",
        "method": f"{ENGINE}, {PRESET}, all determinants; {GEOMETRY}",
        "order_of_stevens": "B_k^q, k = 2, 4, 6, q = -k … k, extended Stevens with the Stevens factor, input frame",
        "environments": len(rows),
        "converged": len(done),
        "with_Dy": sum(row["ion"] == "Dy" for row in done),
        "check_half": sum(row["half"] == "check" for row in done),
    }


if __name__ == "__main__":
    main()
