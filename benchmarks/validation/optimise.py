"""Whether `kramers design optimise` finds better ligands than chance, judged by what trained no head:

    OMP_NUM_THREADS=1 python -m benchmarks.validation.optimise [--head first_gap_cm1] [--engine 5]

From each of 20 starts of the shipped library (one a donor class in turn, drawn with a seed) the search gets a budget of
decoded latents; against it stands the best by the same head, less one standard deviation, of as many draws of the
prior. Both may answer with ligands of at most 14 heavy atoms, whose complexes the engine computes in a minute. Start,
best and best of chance are built into [Dy(H2O)5L2] (`core.workflows.build`) and judged by the calibrated electrostatic
model; on the first `--engine` starts all three also by the multireference engine with `fast`. Compared in pairs
(Wilcoxon, one-sided); a complex that cannot be built counts as a gap of 0, and the pairs in which both stand are
compared beside that. Writes benchmarks/results/optimise-HEAD.json; what is there is not computed again.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import wilcoxon

from benchmarks.harness.resumable import Row, Table
from core.chem.ligand.ligand import ligand_from_text
from core.design.atlas_file import LIBRARY, read_ligands
from core.design.generator import LigandGenerator, generator
from core.design.optimise import optimise
from core.design.scope import ScopedLigand
from core.design.search import Candidate, sample
from core.errors import KramersError
from core.qc.engine import verify
from core.qc.hamiltonian import Spec
from core.workflows.build import Built, ComplexRequest, build

_RESULTS = Path(__file__).resolve().parents[1] / "results"
STARTS, BUDGET, MOST_ATOMS, LARGEST = 20, 256, 12, 14
"""Starts; latents a search may decode; heavy atoms of a start, so that its complex is built in seconds,
and of an answer."""

ROLES = ("start", "best", "chance")


def main() -> None:
    """Searches, builds, judges, compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--head", default="first_gap_cm1")
    parser.add_argument("--engine", type=int, default=5, help="starts whose three ligands the engine computes")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    table = Table(_RESULTS / f"optimise-{options.head}.json", partial(summary, head=options.head), again=options.again)
    model = generator()
    for number, start in enumerate(starts()):
        if start.smiles not in table:
            table.put(start.smiles, searched(model, start, options.head, number))
            print(f"{number + 1} of {STARTS}: {start.smiles}", flush=True)
    for start in starts()[: options.engine]:
        row = table[start.smiles]
        for role in ROLES:
            if "engine_cm1" not in row[role]:
                table.put(start.smiles, {**row, role: {**row[role], **computed(row[role])}})
                row = table[start.smiles]
    print(table.head)


def starts() -> list[ScopedLigand]:
    """Small ligands of the library, the donor classes by turns."""
    groups: dict[str, list[ScopedLigand]] = defaultdict(list)
    for ligand in read_ligands(LIBRARY)[0]:
        if 3 <= ligand.heavy_atoms <= MOST_ATOMS:
            groups[ligand.donor_class].append(ligand)
    random = np.random.default_rng(11)
    names = [name for name in sorted(groups) if len(groups[name]) >= 50]
    chosen = [groups[names[k % len(names)]] for k in range(STARTS)]
    return [group[int(random.integers(len(group)))] for group in chosen]


def searched(model: LigandGenerator, start: ScopedLigand, head: str, seed: int) -> Row:
    """What the search and chance find from a start, and the electrostatic gap of each."""
    began = time.perf_counter()
    found = optimise(model, start, head, BUDGET, seed=seed, keep=_small)
    drawn = filter(_small, sample(model, BUDGET, seed=1000 + seed).candidates)
    chance = max(drawn, key=lambda candidate: np.subtract(*candidate.values[head]))
    seconds = round(time.perf_counter() - began, 1)
    three = zip(ROLES, (found.start, found.best, chance), strict=True)
    return {"search_s": seconds, **{role: {**_told(one, head), **judged(one.ligand)} for role, one in three}}


def _small(candidate: Candidate) -> bool:
    return candidate.ligand.heavy_atoms <= LARGEST


def _told(candidate: Candidate, head: str) -> Row:
    mean, deviation = candidate.values[head]
    ligand = candidate.ligand
    return {
        "smiles": ligand.smiles,
        "donor": ligand.donor,
        "donor_class": str(ligand.donor_class),
        "head": round(mean, 3),
        "head_sd": round(deviation, 3),
    }


def judged(ligand: ScopedLigand) -> Row:
    """The electrostatic gap of its complex, or why there is none."""
    try:
        made = _built(ligand.smiles, ligand.donor)
    except KramersError as error:
        return {"electrostatic_cm1": None, "why": error.sentence}
    field = made.prediction.levels
    gap = None if field is None else field.first_gap
    return {"electrostatic_cm1": None if gap is None else round(gap, 1)}


def _built(smiles: str, donor: int) -> Built:
    return build(ComplexRequest(ligand_from_text(smiles, donor=donor)))


def computed(row: Row) -> Row:
    """The first gap by the engine, or why there is none."""
    if row["electrostatic_cm1"] is None:
        return {"engine_cm1": None}
    made = _built(row["smiles"], row["donor"]).complex
    molecule, donors = made.molecule, tuple(sorted((*made.axial_donors, *made.equatorial_donors)))
    spec = Spec(molecule.elements, molecule.positions, molecule.charge or 0, donors, "fast")
    try:
        levels = verify(spec).levels.energies
    except KramersError as error:
        return {"engine_cm1": None, "why": error.sentence}
    return {"engine_cm1": round(float(levels[2]), 1)}


def summary(rows: Sequence[Row], *, head: str) -> Row:
    """Pairs, by judge and rival."""
    record: Row = {"what": "kramers design optimise against chance", "head": head, "budget": BUDGET}
    for judge in ("electrostatic_cm1", "engine_cm1"):
        known = [row for row in rows if all(judge in row[role] for role in ROLES)]
        if known:
            record[judge] = {
                "starts": len(known),
                "not_built": {role: sum(row[role][judge] is None for row in known) for role in ROLES},
                "mean_cm1": {
                    role: round(float(np.mean([row[role][judge] or 0.0 for row in known])), 1) for role in ROLES
                },
                **{f"best_over_{rival}": _paired(known, judge, rival) for rival in ("start", "chance")},
            }
    return record


def _paired(rows: Sequence[Row], judge: str, rival: str) -> Row:
    both = [row for row in rows if row["best"][judge] is not None and row[rival][judge] is not None]
    every = [(row["best"][judge] or 0.0) - (row[rival][judge] or 0.0) for row in rows]
    stood = [row["best"][judge] - row[rival][judge] for row in both]
    return {"not_built_as_0": _tested(every), "where_both_stand": _tested(stood)}


def _tested(differences: Sequence[float]) -> Row:
    """Median difference [cm⁻¹], how often it is positive, and Wilcoxon's one-sided p."""
    found = np.array(differences)
    p = float(wilcoxon(found, alternative="greater").pvalue) if np.any(found) else None
    return {
        "pairs": len(found),
        "median_cm1": round(float(np.median(found)), 1) if len(found) else None,
        "better": int((found > 0).sum()),
        "p": None if p is None else float(f"{p:.2g}"),
    }


if __name__ == "__main__":
    main()
