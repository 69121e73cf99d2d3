"""Every molecule with several metals of a set of geometries, answered or refused:

    python -m benchmarks.validation.dinuclear --environments FOLDER

FOLDER holds a multi-frame ``structures.xyz.gz`` whose comment lines give ``file=… charge=…``, as for
`benchmarks.validation.environments`. Each frame with two or more lanthanides goes through the whole chain: metals,
bridges, levels of each ion, dipolar coupling. Writes benchmarks/results/dinuclear.json: counts only, by kind of answer
and by reason.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path

from benchmarks.validation.environments import frames
from core.chem.io.structure import StructureError
from core.chem.radii import LANTHANIDES
from core.workflows.coupled_record import several_record
from core.workflows.several import Several, judge_several
from core.workflows.wishes import Wishes

RESULTS = Path(__file__).resolve().parents[1] / "results" / "dinuclear.json"


def kind_of(found: Several) -> str:
    """What came out of one molecule, in words."""
    metals = {site.element for site in found.metals.sites}
    if found.system is not None:
        return f"coupled, {len(found.metals.magnetic)} ions of {'one element' if len(metals) == 1 else 'several'}"
    if len(found.metals.sites) == 1:
        return "one ion a molecule: the lanthanides of the file are in different molecules"
    if metals == {"Eu"}:
        return "nothing to couple: Eu(III), J = 0"
    return "nothing to couple: one magnetic ion beside diamagnetic ones"


def reason(sentence: str) -> str:
    """A refusal without what is of one molecule alone: labels, elements, numbers."""
    return re.sub(r"\b[A-Z][a-z]?\d*(?:#\d+)?\b(?=[ ,;:(–.])|\b\d+(?:\.\d+)?\b", "…", sentence)[:120]


def main() -> None:
    """Reads the frames, judges those with several metals, writes the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=Path, required=True)
    answers: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    bridges: Counter[str] = Counter()
    doubted = alone = charged_right = 0
    began = time.perf_counter()
    for name, charge, atoms in frames(parser.parse_args().environments / "structures.xyz.gz"):
        if sum(element in LANTHANIDES for element, _ in atoms) < 2:
            continue
        text = "\n".join([str(len(atoms)), "", *(f"{e} {x:.6f} {y:.6f} {z:.6f}" for e, (x, y, z) in atoms)])
        try:
            found = judge_several(text.encode(), f"{name}.xyz", Wishes(), charge=charge)
            several_record(found)
        except StructureError as error:
            refusals[reason(error.error.what)] += 1
            continue
        answers[kind_of(found)] += 1
        bridges.update({bridge.kind for bridge in found.metals.bridges})
        doubted += bool(found.doubts)
        if len(found.parts.crystal.components) == 1:
            alone += 1
            charged_right += found.metals.charge == charge
    record = {
        "what": "geometries with several lanthanides through the whole chain; counts",
        "frames": answers.total() + refusals.total(),
        "answered": dict(answers.most_common()),
        "refused": dict(refusals.most_common()),
        "charge_as_stated": f"{charged_right} of {alone} frames with one molecule",
        "with_doubts": doubted,
        "molecules_by_bridge": dict(bridges.most_common()),
        "seconds": round(time.perf_counter() - began, 1),
    }
    RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
