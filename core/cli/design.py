"""``kramers design``: the ligand generator without a browser. Every command prints one JSON object."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.arguments import positive
from core.chem.donor_class import DonorClass
from core.design import search
from core.design.constraints import Constraints
from core.design.ligand_properties import LigandProperties, ligand_properties
from core.design.optimise import optimise
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.design.search import Candidate, Found, Generator
from core.errors import InputError, UnreadableFile
from core.schema.provenance import provenance
from core.schema.results import SCHEMA_VERSION, Provenance

if TYPE_CHECKING:
    from core.design.generator import Decoded

MOST_LINES: Final = 200_000
_BATCH: Final = 256


def register(commands: Any) -> None:
    """``kramers design``."""
    design = commands.add_parser("design", help="judge, reconstruct, draw and improve ligands in the latent space")
    steps = design.add_subparsers(required=True, metavar="WAY")

    given = _way(steps, "predict", "properties, first gap and alerts of ligands that you name", _predict)
    given.add_argument("smiles", nargs="*", metavar="SMILES", help="or common names, such as HMPA")
    given.add_argument("--smiles-file", type=Path, metavar="FILE", help="one SMILES a line, what follows it is ignored")

    one = _way(steps, "reconstruct", "encode ligands, decode them, and count which come back unchanged", _reconstruct)
    one.add_argument("smiles", nargs="*", metavar="SMILES")
    one.add_argument("--smiles-file", type=Path, metavar="FILE", help="one SMILES a line, what follows it is ignored")

    many = _way(steps, "sample", "ligands at random", _sample)
    many.add_argument("--count", type=positive, default=32, metavar="N", help="latents that are decoded (default: 32)")
    _constrain(many)

    near = _way(steps, "neighbours", "ligands around one, nearest first", _neighbours)
    near.add_argument("smiles", metavar="SMILES")
    near.add_argument("--count", type=positive, default=32, metavar="N", help="how many (default: 32)")
    _constrain(near)

    between = _way(steps, "path", "ligands on the line between two", _path)
    between.add_argument("start", metavar="SMILES")
    between.add_argument("end", metavar="SMILES")
    between.add_argument("--steps", type=positive, default=12, metavar="N", help="latents on it (default: 12)")

    best = _way(steps, "optimise", "the ligand with the highest value of a property", _optimise)
    best.add_argument("smiles", metavar="SMILES", help="where to start")
    best.add_argument("--head", required=True, metavar="NAME", help="property, as named under heads of every answer")
    best.add_argument(
        "--budget", type=positive, default=256, metavar="N", help="latents that are decoded (default: 256)"
    )
    _constrain(best)


def _constrain(way: Any) -> None:
    """What may be asked of the ligands."""
    asked = way.add_argument_group("what the ligands have to be; others are left out and counted")
    asked.add_argument(
        "--class",
        dest="donor_class",
        action="append",
        default=[],
        metavar="CLASS",
        choices=list(DonorClass),
        help="donor class, 'phosphine oxide' say; may be given again",
    )
    asked.add_argument("--charge", type=int, choices=(0, -1), help="0 or -1")
    asked.add_argument("--heavy-atoms", type=positive, metavar="N", help="at most so many")
    asked.add_argument("--sa", type=float, metavar="S", help="SA score at most this, 1 easy to 10 hard")
    asked.add_argument("--no-alerts", action="store_true", help="no group that water or the metal destroys")
    asked.add_argument("--no-bases", action="store_true", help="no anion that would take a proton from bound water")
    asked.add_argument("--like", default="", metavar="SMILES", help="similar to this ligand")
    asked.add_argument(
        "--similarity", type=float, default=0.4, metavar="T", help="at least this, 0 to 1 (default: 0.4)"
    )
    asked.add_argument("--fragment", default="", metavar="SMILES", help="with this group; SMARTS too")


def _constraints(options: argparse.Namespace) -> Constraints:
    return Constraints(
        frozenset(DonorClass(name) for name in options.donor_class), options.charge, options.heavy_atoms, options.sa,
        options.no_alerts, options.no_bases, options.like, options.similarity, options.fragment,
    )  # fmt: skip


def _way(steps: Any, name: str, about: str, run: Any) -> Any:
    parser = steps.add_parser(name, help=about)
    parser.add_argument("--json", action="store_true", help="print the JSON without line breaks")
    parser.add_argument("--seed", type=int, default=0, help="the same gives the same (default: 0)")
    parser.set_defaults(run=_command, way=run)
    return parser


def _command(options: argparse.Namespace) -> int:
    """Print what a way gives."""
    answer = _answer(options)
    record = {"schema": SCHEMA_VERSION, "provenance": _origin(options), **answer}
    print(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=None if options.json else 1))
    return 1 if record["status"] == "refused" else 0


def _origin(options: argparse.Namespace) -> Provenance:
    """The input are the SMILES, the rest is chosen; a file of them counts with what it holds."""
    chosen = {name: value for name, value in vars(options).items() if name not in ("run", "way", "json")}
    texts = [chosen.pop(name, None) for name in ("smiles", "start", "end")]
    file = chosen.pop("smiles_file", None)
    held = file.read_bytes() if file is not None and file.is_file() else b""
    return provenance(options.way.__name__, json.dumps(texts).encode() + held, **chosen)


def _answer(options: argparse.Namespace) -> dict[str, Any]:
    try:
        from core.design.generator import generator

        found: dict[str, Any] = options.way(options, generator())
    except (InputError, OutOfScope, UnreadableFile) as error:
        return {"kind": "not-designed", "status": "refused", "reason": error.sentence}
    return {"status": "ok", **found}


def reconstruct(generator: Generator, lines: Sequence[str]) -> dict[str, Any]:
    """Which ligands come back from the mean of their latent, as the same SMILES with the same donor.

    Args:
        generator: the model.
        lines: SMILES; those out of scope count as missed.
    """
    rows: list[dict[str, Any]] = [{"line": number, "smiles": text} for number, text in enumerate(lines, start=1)]
    ligands: list[tuple[dict[str, Any], ScopedLigand]] = []
    for row in rows:
        try:
            ligands.append((row, scoped(row["smiles"])))
        except OutOfScope as error:
            row |= _refused(error)
    for first in range(0, len(ligands), _BATCH):
        _reconstruct_batch(generator, ligands[first : first + _BATCH])
    missed = [row for row in rows if not row["in_scope"]]
    exact = sum(row["exact"] for row in rows)
    small = [row for row in rows if row.get("heavy_atoms", 99) <= 18]
    return {
        "kind": "reconstruction",
        "lines": len(rows),
        "exact_rate": round(exact / len(rows), 5) if rows else None,
        "exact_rate_in_scope": round(exact / len(ligands), 5) if ligands else None,
        "exact_rate_up_to_18_heavy_atoms": round(sum(r["exact"] for r in small) / len(small), 5) if small else None,
        "out_of_scope": [{key: row[key] for key in ("line", "smiles", "reason", "message")} for row in missed],
        "rows": rows,
    }


def _reconstruct_batch(generator: Generator, batch: Sequence[tuple[dict[str, Any], ScopedLigand]]) -> None:
    """Fill in the rows of ligands in scope; one that the model has no token for counts as out of scope."""
    try:
        latents = generator.encode([ligand for _, ligand in batch])
    except OutOfScope as error:
        if len(batch) == 1:
            batch[0][0].update(_refused(error))
        else:
            for one in batch:
                _reconstruct_batch(generator, [one])
        return
    for (row, ligand), decoded in zip(batch, generator.decode(latents), strict=True):
        row |= _comparison(ligand, decoded)


def _refused(error: OutOfScope) -> dict[str, Any]:
    return {"exact": False, "in_scope": False, "reason": str(error.reason), "message": error.sentence}


def _comparison(ligand: ScopedLigand, decoded: Decoded) -> dict[str, Any]:
    return {
        "in_scope": True,
        "canonical": ligand.smiles,
        "donor": ligand.donor,
        "donor_class": str(ligand.donor_class),
        "heavy_atoms": ligand.heavy_atoms,
        "decoded": decoded.smiles,
        "decoded_donor": decoded.donor,
        "exact": not decoded.reason and (decoded.smiles, decoded.donor) == (ligand.smiles, ligand.donor),
        "reason": decoded.reason,
    }


def _predict(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    rows = ligand_properties(generator, _asked(options))
    said = {name for one in rows for name in one.values}
    heads = [head for head in _heads(generator) if head["name"] in said]
    return {"kind": "ligand-properties", "rows": [_row(one) for one in rows], "heads": heads}


def _row(one: LigandProperties) -> dict[str, Any]:
    """One ligand; its SMILES as given, and as it was read."""
    ligand, error = one.ligand, one.out_of_scope
    return {
        "smiles": one.asked,
        "canonical": ligand.smiles if ligand else None,
        "donor": ligand.donor if ligand else None,
        "donor_class": str(ligand.donor_class) if ligand else None,
        "charge": ligand.charge if ligand else None,
        "heavy_atoms": ligand.heavy_atoms if ligand else None,
        "sa_score": None if one.synthetic_accessibility is None else round(one.synthetic_accessibility, 2),
        "properties": _properties(one.values),
        "alerts": [{"code": alert.code, "group": alert.group, "text": alert.text} for alert in one.alerts],
        "out_of_scope": {"reason": str(error.reason), "message": error.sentence} if error else None,
    }


def _reconstruct(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    return reconstruct(generator, _asked(options))


def _asked(options: argparse.Namespace) -> list[str]:
    lines = [*options.smiles, *(_lines(options.smiles_file) if options.smiles_file else ())]
    if not lines:
        raise InputError("no SMILES were given.", advice="Give some, or --smiles-file.")
    return lines


def _lines(file: Path) -> Iterator[str]:
    """First column of a text or CSV file, its header left out."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise UnreadableFile("The file of SMILES cannot be read.", where=str(file)) from error
    if len(lines) > MOST_LINES:
        raise InputError(f"the file has {len(lines):,} lines.", advice=f"Give at most {MOST_LINES:,} at a time.")
    for number, line in enumerate(lines):
        words = line.replace(",", " ").replace(";", " ").split()
        if words and not (number == 0 and words[0].lower() in ("smiles", "smi")):
            yield words[0].strip("\"'")


def _sample(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    return _listed(generator, search.sample(generator, options.count, seed=options.seed, asked=_constraints(options)))


def _neighbours(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    return _listed(
        generator,
        search.around(generator, options.smiles, options.count, seed=options.seed, asked=_constraints(options)),
    )


def _path(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    start, end = generator.encode([scoped(options.start), scoped(options.end)])
    return _listed(generator, search.path(generator, start, end, options.steps))


def _optimise(options: argparse.Namespace, generator: Generator) -> dict[str, Any]:
    start, asked = scoped(options.smiles), _constraints(options)
    found = optimise(generator, start, options.head, options.budget, seed=options.seed, asked=asked)
    return {
        "kind": "optimised",
        "head": options.head,
        "budget": options.budget,
        "start": _record(found.start),
        "best": _record(found.best),
        "trace": list(found.trace),
        "rejected": dict(found.rejected),
        "heads": _heads(generator),
    }


def _listed(generator: Generator, found: Found) -> dict[str, Any]:
    return {
        "kind": "ligands",
        "decoded": found.decoded,
        "ligands": [_record(candidate) for candidate in found.candidates],
        "rejected": dict(found.rejected),
        "heads": _heads(generator),
    }


def _record(candidate: Candidate) -> dict[str, Any]:
    ligand = candidate.ligand
    return {
        "smiles": ligand.smiles,
        "donor": ligand.donor,
        "donor_class": str(ligand.donor_class),
        "charge": ligand.charge,
        "heavy_atoms": ligand.heavy_atoms,
        "distance_sigma": round(candidate.distance, 4),
        "properties": _properties(candidate.values),
    }


def _properties(values: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
    return {name: {"mean": round(mean, 5), "sd": round(deviation, 5)} for name, (mean, deviation) in values.items()}


def _heads(generator: Generator) -> list[dict[str, Any]]:
    """What each property is, how many labels stand behind it, and whether it can be relied on."""
    return [
        {
            "name": head.name,
            "label": head.label,
            "unit": head.unit,
            "labels": head.labels,
            "error": head.error,
            "baseline_error": head.baseline_error,
            "reliable": head.reliable,
            "doubt": head.doubt,
            "level": head.level,
        }
        for head in generator.heads
    ]
