"""Charges and shape measures over real lanthanide environments, against what is known of them.

    python -m benchmarks.validation.environments --environments FOLDER

FOLDER holds a multi-frame ``structures.xyz.gz`` whose comment lines give ``file=… charge=…``. Two questions: do the
formal charges of the ligands plus 3 for every lanthanide give the stated total; and do the shape measures agree with
cosymlib (the independent implementation that tests use). Writes benchmarks/results/environments.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cosymlib.shape import Shape

from core.chem.lewis.fragments import Anatomy, dissect
from core.chem.shape.measure import shape_measures
from core.chem.sphere.coordination import coordination_sphere
from tests.chem.geometry import component

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "environments.json"
_WORST = 20


def main() -> None:
    """Reads the frames, asks both questions, writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=Path, required=True)
    every = list(frames(parser.parse_args().environments / "structures.xyz.gz"))
    anatomies = [(name, charge, dissect(component(atoms))) for name, charge, atoms in every]
    record = {
        "what": "real lanthanide environments: total charges, and shape measures against cosymlib",
        "frames": len(every),
        "charge": _charges(anatomies),
        "shape": _shapes([anatomy for _, _, anatomy in anatomies]),
    }
    _RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in record.items()}, indent=1, ensure_ascii=False))


def frames(path: Path) -> Iterator[tuple[str, int, list[tuple[str, tuple[float, float, float]]]]]:
    """File, stated charge and atoms of each frame of a gzipped XYZ file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        while header := lines.readline():
            head = dict(pair.split("=", 1) for pair in lines.readline().split())
            rows = [lines.readline().split() for _ in range(int(header))]
            atoms = [(row[0], (float(row[1]), float(row[2]), float(row[3]))) for row in rows]
            yield head["file"], int(head["charge"]), atoms


def _charges(anatomies: list[tuple[str, int, Anatomy]]) -> dict[str, object]:
    wrong = [
        {"file": name, "ours_minus_stated": ours - charge, "doubted": any(f.charges.doubts for f in anatomy.fragments)}
        for name, charge, anatomy in anatomies
        if (ours := anatomy.ligand_charge + 3 * len(anatomy.metals)) != charge
    ]
    return {"agree": len(anatomies) - len(wrong), "of": len(anatomies), "disagreements": wrong}


def _shapes(anatomies: list[Anatomy]) -> dict[str, object]:
    differences, skipped = [], 0
    for anatomy in anatomies:
        for metal in anatomy.metals:
            sphere = coordination_sphere(anatomy, metal)
            if sphere.hapto_ligands or not 4 <= sphere.coordination_number <= 10:
                skipped += 1
                continue
            theirs = Shape(np.vstack([sphere.site_positions, np.zeros(3)]))
            last = sphere.coordination_number + 1
            for label, measure in shape_measures(sphere.site_positions).items():
                differences.append((abs(measure - theirs.measure(label, central_atom=last)), label))
    differences.sort(reverse=True)
    return {
        "measures": len(differences),
        "within_0.001": sum(d < 1e-3 for d, _ in differences),
        "largest": [{"difference": round(float(d), 6), "label": label} for d, label in differences[:_WORST]],
        "spheres_left_out": skipped,
    }


if __name__ == "__main__":
    main()
