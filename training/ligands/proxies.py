"""Makes assets/ligands/proxies.csv.gz, GFN2-xTB descriptors of ligands of the library:

    python -m training.ligands.proxies --library assets/ligands/library.csv.gz --work FILE.jsonl
        --out assets/ligands/proxies.csv.gz

`--work` gains a line a ligand and is taken up again where it ended. The order is fixed by a hash and stratified: any
prefix holds the donor classes in proportion to the square roots of their numbers in the library. What the numbers mean
stands in `training.ligands.descriptors`. A ligand that fails is counted with its reason, and not tried again.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.design.atlas_file import read_ligands
from core.design.scope import ScopedLigand
from core.errors import DomainError, InputError
from training.ligands.descriptors import NAMES, PROTOCOL, descriptors

COLUMNS: Final = ("smiles", "donor", "donor_class", "charge", "heavy_atoms", *NAMES)
LIMIT: Final = 12_000
"""Ligands tried, unless said otherwise."""

_EVERY: Final = 500
"""Ligands after which the table is written anew, for those who wait for it."""

_log = logging.getLogger(__name__)
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ligand: its descriptors, or the reason why there are none; `seconds` of processor time [s]."""

    values: dict[str, float | None] | None
    failure: str
    seconds: float


def ordered(ligands: Sequence[ScopedLigand]) -> list[ScopedLigand]:
    """The ligands in the order in which they are computed."""
    numbers = Counter(ligand.donor_class for ligand in ligands)
    places: Counter[str] = Counter()
    keyed = []
    for ligand in sorted(ligands, key=_hash):
        name = ligand.donor_class
        keyed.append(((places[name] + 0.5) / numbers[name] ** 0.5, _hash(ligand), ligand))
        places[name] += 1
    return [ligand for _, _, ligand in sorted(keyed, key=lambda entry: entry[:2])]


def _hash(ligand: ScopedLigand) -> bytes:
    return hashlib.sha256(f"{ligand.smiles} {ligand.donor}".encode()).digest()


def key_of(ligand: ScopedLigand) -> Key:
    """What tells a ligand from others."""
    return ligand.smiles, ligand.donor


def outcome(ligand: ScopedLigand) -> Outcome:
    """Compute one ligand."""
    start = time.process_time()
    try:
        values, failure = descriptors(*key_of(ligand)), ""
    except DomainError as error:
        values, failure = None, error.what
    return Outcome(values, failure, round(time.process_time() - start, 3))


def read_work(path: Path) -> dict[Key, Outcome]:
    """What earlier runs computed; the last line may be cut short.

    Raises:
        InputError: it was made by another protocol.
    """
    if not path.exists():
        return {}
    done = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry: dict[str, Any] = json.loads(line)
        except json.JSONDecodeError:
            continue  # the process was ended while it wrote
        if entry["protocol"] != PROTOCOL:
            raise InputError(
                f"it holds results of protocol {entry['protocol']}, now it is {PROTOCOL}.",
                where=str(path),
                advice="Give another file.",
            )
        done[entry["smiles"], entry["donor"]] = Outcome(entry["values"], entry["failure"], entry["seconds"])
    return done


def compute(ligands: Sequence[ScopedLigand], work: Path, out: Path) -> dict[Key, Outcome]:
    """Compute what is missing, a line of `work` each, and write the table now and then."""
    done = read_work(work)
    _mend(work)
    missing = [ligand for ligand in ligands if key_of(ligand) not in done]
    with work.open("a", encoding="utf-8") as file:
        for count, ligand in enumerate(missing, 1):
            smiles, donor = key_of(ligand)
            made = done[smiles, donor] = outcome(ligand)
            entry = {"protocol": PROTOCOL, "smiles": smiles, "donor": donor, "values": made.values}
            file.write(json.dumps({**entry, "failure": made.failure, "seconds": made.seconds}) + "\n")
            file.flush()
            if count % _EVERY == 0:
                _log.info("%d of %d", len(ligands) - len(missing) + count, len(ligands))
                write(out, table(ligands, done))
    return done


def _mend(work: Path) -> None:
    """End a line that was cut short, so that the next one stands alone."""
    if work.exists() and not work.read_bytes().endswith(b"\n"):
        with work.open("a", encoding="utf-8") as file:
            file.write("\n")


def table(ligands: Iterable[ScopedLigand], done: dict[Key, Outcome]) -> bytes:
    """The descriptors of what was computed as gzipped CSV, sorted, the same bytes for the same numbers."""
    lines = []
    for ligand in ligands:
        made = done.get(key_of(ligand))
        if made and made.values:
            numbers = ["" if (value := made.values[name]) is None else f"{value:.4f}" for name in NAMES]
            lines.append([*(str(getattr(ligand, name)) for name in COLUMNS[:5]), *numbers])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *sorted(lines)])
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def write(path: Path, data: bytes) -> None:
    """Replace a file at once, so that who reads it meanwhile finds the old or the new one whole."""
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(data)
    os.replace(beside, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute descriptors and say in JSON what came of it."""
    parser = argparse.ArgumentParser(description="Compute GFN2-xTB descriptors of ligands.")
    parser.add_argument("--library", type=Path, required=True, help="the ligand library")
    parser.add_argument("--work", type=Path, required=True, help="lines of JSON, continued if it exists")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write, gzipped")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"ligands to try (default {LIMIT})")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    ligands = ordered(read_ligands(options.library)[0])[: options.limit]
    done = compute(ligands, options.work, options.out)
    data = table(ligands, done)
    write(options.out, data)
    sys.stdout.write(json.dumps(summary(ligands, done, data), indent=1, ensure_ascii=False) + "\n")
    return 0


def summary(ligands: Sequence[ScopedLigand], done: dict[Key, Outcome], data: bytes) -> dict[str, object]:
    """Numbers of ligands, failures by reason, processor time a ligand [s]."""
    made = [done[key_of(ligand)] for ligand in ligands]
    return {
        "tried": len(made),
        "computed": sum(one.values is not None for one in made),
        "failures": Counter(one.failure for one in made if one.failure),
        "seconds_each": round(sum(one.seconds for one in made) / max(1, len(made)), 3),
        "protocol": PROTOCOL,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
