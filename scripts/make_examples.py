"""Writes assets/examples/*.cif: `python scripts/make_examples.py [--out FOLDER] [--repack] [STEM …]`.

Same input, same bytes: the packings are kept in example_crystals/packings.json, and `--repack` finds them anew.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from example_crystals.cif_text import to_cif
from example_crystals.plan import Plan, Pose, pose_of
from example_crystals.recipes import EXAMPLES
from rdkit import RDLogger

_HERE = Path(__file__).resolve().parent
_FOLDER = _HERE.parent / "assets" / "examples"
_POSES = _HERE / "example_crystals" / "packings.json"


def main() -> None:
    """Makes all examples, or those whose file stems are named."""
    options = _options()
    RDLogger.DisableLog("rdApp.*")  # UFF warns that it has no charge states for isolated metal ions
    options.out.mkdir(parents=True, exist_ok=True)
    poses = json.loads(_POSES.read_text(encoding="ascii"))
    for recipe in EXAMPLES:
        if options.stems and recipe.stem not in options.stems:
            continue
        plan = recipe.plan()
        if options.repack:
            poses[recipe.stem] = pose_of(plan, plan.packed())
        _write(options.out / f"{recipe.stem}.cif", plan, poses[recipe.stem], recipe.name)
    if options.repack:
        _POSES.write_text(_as_text(poses), encoding="ascii")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stems", nargs="*", metavar="STEM", help="file stems; all where none is given")
    parser.add_argument("--out", type=Path, default=_FOLDER, help="folder to write to")
    parser.add_argument("--repack", action="store_true", help="find the packings anew and keep them")
    return parser.parse_args()


def _write(path: Path, plan: Plan, pose: Pose, name: str) -> None:
    path.write_bytes(to_cif(plan.posed(pose), path.stem, name).encode("ascii"))


def _as_text(poses: dict[str, Pose]) -> str:
    lines = ",\n".join(f"{json.dumps(stem)}: {json.dumps(poses[stem])}" for stem in sorted(poses))
    return "{\n" + lines + "\n}\n"


if __name__ == "__main__":
    main()
