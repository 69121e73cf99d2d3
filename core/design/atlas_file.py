"""The atlas on disk: ``atlas.npz`` (numbers; no pickles) and ``ligands.csv.gz`` (one line a ligand, in the same order).
``first_gap.npz``, where it lies, holds what a newer head of the first gap says of the same ligands.

It names the weights that its latents come from, and is refused beside others.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays import SingleArray
from core.chem.donor_class import DonorClass
from core.design.atlas import Atlas, Property
from core.design.scope import ScopedLigand
from core.errors import UnreadableFile
from core.resources import shipped

FOLDER: Final = shipped("assets/atlas")
LIBRARY: Final = shipped("assets/ligands") / "library.csv.gz"
WEIGHTS: Final = "weights.safetensors"
"""File of a model's folder whose digest names the model; as in `core.weights`, which imports torch."""

NUMBERS: Final = "atlas.npz"
NEWER: Final = "first_gap.npz"
LIGANDS: Final = "ligands.csv.gz"
COLUMNS: Final = ("smiles", "donor", "donor_class", "family", "charge", "heavy_atoms")
ADVICE: Final = "Install Kramers again, or fetch the repository's assets/atlas folder again."
LIBRARY_ADVICE: Final = "Install Kramers again, or fetch the repository's assets/ligands folder again."


def digest_of(weights: Path) -> str:
    """SHA-256 of a file of weights, by which an atlas names its model; empty where there is no such file."""
    return hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else ""


def load_atlas(folder: Path = FOLDER) -> Atlas:
    """The atlas of a folder; `check_model` holds it against the weights.

    Raises:
        UnreadableFile: a file is missing or damaged.
    """
    rows = _rows(folder / LIGANDS, ADVICE)
    try:
        atlas = _atlas(_arrays(folder / NUMBERS), rows)
        return _with_newer(atlas, _arrays(folder / NEWER)) if (folder / NEWER).is_file() else atlas
    except FileNotFoundError as error:
        raise UnreadableFile("The map of ligands is missing.", where=str(folder / NUMBERS), advice=ADVICE) from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableFile("The map of ligands is damaged.", where=str(folder / NUMBERS), advice=ADVICE) from error


def save_property(atlas: Atlas, entry: Property, values: SingleArray, folder: Path) -> None:
    """What a newer head says of the ligands of an atlas, values (n,); `load_atlas` puts it in place of the older."""
    described = np.array(json.dumps([entry.name, entry.label, entry.unit, entry.doubt], ensure_ascii=False))
    arrays = {"property": described, "values": values.astype(np.float16), "model": np.array(atlas.model)}
    np.savez_compressed(folder / NEWER, **arrays)  # type: ignore[arg-type]  # as in `save_atlas`


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as numbers:
        return {name: numbers[name] for name in numbers.files}


def _with_newer(atlas: Atlas, numbers: Mapping[str, NDArray[Any]]) -> Atlas:
    """Raises ValueError if the property belongs to another atlas."""
    entry, values = Property(*json.loads(str(numbers["property"]))), numbers["values"].astype(np.float32)
    if str(numbers["model"]) != atlas.model or values.shape != (len(atlas.ligands),):
        raise ValueError("the first gaps belong to another map")
    others = tuple(one for one in atlas.properties if one.name != entry.name)
    return replace(atlas, properties=(*others, entry), values={**atlas.values, entry.name: values})


def save_atlas(atlas: Atlas, folder: Path) -> None:
    """Write what `load_atlas` reads; latents and values as float16, equal bytes for an equal atlas."""
    folder.mkdir(parents=True, exist_ok=True)
    described = [[entry.name, entry.label, entry.unit, entry.doubt] for entry in atlas.properties]
    arrays: dict[str, NDArray[Any]] = {
        "points": atlas.points.astype(np.float32),
        "latents": atlas.latents.astype(np.float16),
        "values": np.stack([atlas.values[entry.name] for entry in atlas.properties]).astype(np.float16),
        "spacing": atlas.spacing.astype(np.float32),
        "properties": np.array(json.dumps(described, ensure_ascii=False)),
        "model": np.array(atlas.model),
    }
    np.savez_compressed(folder / NUMBERS, **arrays)  # type: ignore[arg-type]  # its stub takes ** for its one option
    (folder / LIGANDS).write_bytes(gzip.compress(_table(atlas).encode(), mtime=0))


def _table(atlas: Atlas) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one, family in zip(atlas.ligands, atlas.families, strict=True):
        writer.writerow((one.smiles, one.donor, one.donor_class.value, family, one.charge, one.heavy_atoms))
    return text.getvalue()


def read_ligands(path: Path) -> tuple[tuple[ScopedLigand, ...], tuple[str, ...]]:
    """Ligands and their families out of a library, or of any table with at least `COLUMNS`.

    Raises:
        UnreadableFile: it is missing, damaged or empty.
    """
    rows = _rows(path, LIBRARY_ADVICE)
    try:
        if not rows:
            raise ValueError("no ligand")
        return tuple(_ligand(row) for row in rows), tuple(row["family"] for row in rows)
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableFile("The table of ligands is damaged.", where=str(path), advice=LIBRARY_ADVICE) from error


def _ligand(row: Mapping[str, str]) -> ScopedLigand:
    donor_class = DonorClass(row["donor_class"])
    return ScopedLigand(row["smiles"], int(row["donor"]), donor_class, int(row["charge"]), int(row["heavy_atoms"]))


def _rows(path: Path, advice: str) -> list[dict[str, str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))
    except FileNotFoundError as error:
        raise UnreadableFile("The table of ligands is missing.", where=str(path), advice=advice) from error
    except (OSError, EOFError, ValueError, csv.Error, zlib.error) as error:
        raise UnreadableFile("The table of ligands is damaged.", where=str(path), advice=advice) from error


def _atlas(numbers: Mapping[str, NDArray[Any]], rows: Sequence[Mapping[str, str]]) -> Atlas:
    properties = tuple(Property(*entry) for entry in json.loads(str(numbers["properties"])))
    values, points, latents = numbers["values"], numbers["points"], numbers["latents"]
    count = len(rows)
    shapes = (points.shape == (count, 2), latents.shape[:1] == (count,), values.shape == (len(properties), count))
    if not (count and all(shapes) and numbers["spacing"].shape == (101,) and np.isfinite(points).all()):
        raise ValueError("the arrays do not belong together")
    return Atlas(
        points.astype(np.float32),
        latents.astype(np.float32),
        tuple(_ligand(row) for row in rows),
        tuple(row["family"] for row in rows),
        properties,
        {entry.name: row.astype(np.float32) for entry, row in zip(properties, values, strict=True)},
        numbers["spacing"].astype(np.float32),
        str(numbers["model"]),
    )


def check_model(atlas: Atlas, weights: Path) -> None:
    """Hold the atlas against the folder of the weights that shall decode its latents.

    Raises:
        UnreadableFile: it was made with others.
    """
    if atlas.model != digest_of(weights / WEIGHTS):
        raise UnreadableFile("The map of ligands was made with other weights.", where=str(weights), advice=ADVICE)


def library_smiles(path: Path = LIBRARY) -> frozenset[str]:
    """SMILES of the library; none where it does not lie."""
    return frozenset(row["smiles"] for row in _rows(path, LIBRARY_ADVICE)) if path.is_file() else frozenset()
