"""Makes the atlas of the Explore page.

    python -m training.ligands.atlas --count 20000 --out assets/atlas

Takes ligands of the library, small donor classes whole and of the large ones equal shares, encodes them with the
shipped model, lays the latents out in two dimensions by UMAP (arXiv:1802.03426; umap-learn, seeded, on one thread, so
that the same command gives the same map), and writes what `core.design.atlas_file` reads, within `LARGEST` bytes.
Prints one line of JSON. The app never imports umap: its first call compiles for a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays import SingleArray
from core.chem.donor_class import DonorClass
from core.design.atlas import Atlas, Property
from core.design.atlas_file import FOLDER, LIBRARY, WEIGHTS, digest_of, read_ligands, save_atlas
from core.design.generator import LigandGenerator, generator, model_folder
from core.design.scope import OutOfScope, ScopedLigand, scoped
from core.errors import TooLarge

LARGEST: Final = 6_000_000
"""Most that the atlas may weigh in the repository [bytes]."""

SPREAD: Final = 5.0
"""Root mean square distance of a ligand from the middle of the map [map units]."""

BATCH: Final = 512
"""Ligands encoded, and rows of distances computed, at once."""

ALWAYS: Final = frozenset(
    "CP(C)(C)=O O=P(c1ccccc1)(c1ccccc1)c1ccccc1 CN(C)P(=O)(N(C)C)N(C)C CC(C)(C)[O-] [O-]c1ccccc1 C[Si](C)(C)[O-] "
    "[O-][n+]1ccccc1 CC(=O)[O-] c1ccncc1 O [F-] [Cl-] [OH-]".split()
)
"""Ligands that a chemist looks for first: on every map."""

KNOWN: Final = "well known"
"""Family of those of them that the library's draw left out."""

NEIGHBOURS: Final = 20
"""UMAP's neighbourhood: local enough that series of substituents stay together."""

CLOSENESS: Final = 0.15
"""UMAP's least distance between two ligands: a crowded cloud, but no two on one spot."""


def main() -> None:
    """Encodes, lays out, writes."""
    options = _options()
    started = time.perf_counter()
    model = generator()
    ligands, families = chosen(*_readable(model, *with_known(*read_ligands(options.library))), options.count)
    latents = _encoded(model, ligands)
    atlas = make_atlas(model, ligands, families, latents, _layout(latents, options.seed))
    save_atlas(atlas, options.out)
    size = sum(path.stat().st_size for path in options.out.iterdir() if path.suffix in {".npz", ".gz"})
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"ligands": len(atlas), "bytes": size, "seconds": seconds, "model": atlas.model}))
    if size > LARGEST:
        raise TooLarge(f"the atlas weighs {size:,} bytes, more than {LARGEST:,}.", advice="Ask for a smaller --count.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="ligands on the map")
    parser.add_argument("--library", type=Path, default=LIBRARY)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=6)
    return parser.parse_args()


def with_known(
    ligands: Sequence[ScopedLigand], families: Sequence[str]
) -> tuple[tuple[ScopedLigand, ...], tuple[str, ...]]:
    """With those of `ALWAYS` that the library's draw left out."""
    there = {ligand.smiles for ligand in ligands}
    known = tuple(scoped(smiles) for smiles in sorted(ALWAYS) if smiles not in there)
    return (*ligands, *known), (*families, *(KNOWN for _ in known))


def chosen(
    ligands: Sequence[ScopedLigand], families: Sequence[str], count: int
) -> tuple[tuple[ScopedLigand, ...], tuple[str, ...]]:
    """At most `count` ligands with their families: every donor class whole, or an equal share of the large ones.

    Within a class those of `ALWAYS` are taken, then those with the lowest hash of their SMILES; their order is kept.
    """
    share = _share(Counter(ligand.donor_class for ligand in ligands), count)
    taken: Counter[DonorClass] = Counter()
    numbers: list[int] = []
    for number in sorted(range(len(ligands)), key=lambda one: _precedence(ligands[one].smiles)):
        if taken[ligands[number].donor_class] < share and len(numbers) < count:
            taken[ligands[number].donor_class] += 1
            numbers.append(number)
    return tuple(ligands[one] for one in sorted(numbers)), tuple(families[one] for one in sorted(numbers))


def _share(sizes: Mapping[DonorClass, int], count: int) -> int:
    """Smallest cap on every class with which `count` ligands come together, if there are so many."""
    low, high = 0, max(sizes.values(), default=0)
    while low < high:
        middle = (low + high) // 2
        enough = sum(min(size, middle) for size in sizes.values()) >= count
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def _precedence(smiles: str) -> tuple[bool, bytes]:
    return smiles not in ALWAYS, hashlib.sha256(smiles.encode()).digest()


def _readable(
    model: LigandGenerator, ligands: Sequence[ScopedLigand], families: Sequence[str]
) -> tuple[tuple[ScopedLigand, ...], tuple[str, ...]]:
    """Less the ligands that hold what the model has never seen."""
    kept = [number for number, ligand in enumerate(ligands) if _can_read(model, ligand)]
    return tuple(ligands[one] for one in kept), tuple(families[one] for one in kept)


def _can_read(model: LigandGenerator, ligand: ScopedLigand) -> bool:
    try:
        model.vocabulary.rows([ligand])
    except OutOfScope:
        return False
    return True


def _encoded(model: LigandGenerator, ligands: Sequence[ScopedLigand]) -> SingleArray:
    """(n, size) latents, in the precision in which they are kept."""
    parts = [model.encode(ligands[first : first + BATCH]) for first in range(0, len(ligands), BATCH)]
    return np.concatenate(parts).astype(np.float16).astype(np.float32)


def _layout(latents: SingleArray, seed: int) -> SingleArray:
    """(n, 2) places on the map: middle at the origin, `SPREAD` wide, x the longer way."""
    umap = importlib.import_module("umap")  # ships no types
    reducer = umap.UMAP(n_neighbors=NEIGHBOURS, min_dist=CLOSENESS, random_state=seed, n_jobs=1)
    raw = np.asarray(reducer.fit_transform(latents), np.float64)
    centred = raw - raw.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    return np.asarray(SPREAD * turned / np.sqrt((turned**2).sum(axis=1).mean()), np.float32)


def make_atlas(
    model: LigandGenerator,
    ligands: tuple[ScopedLigand, ...],
    families: tuple[str, ...],
    latents: SingleArray,
    points: SingleArray,
) -> Atlas:
    """The atlas of encoded and laid-out ligands, with what the model's heads say of each."""
    parts = [model.properties(latents[first : first + BATCH]) for first in range(0, len(latents), BATCH)]
    values = {
        head.name: np.concatenate([part[head.name].mean for part in parts]).astype(np.float32) for head in model.heads
    }
    properties = tuple(Property(head.name, head.label, head.unit, head.doubt or "") for head in model.heads)
    digest = digest_of(model_folder() / WEIGHTS)
    return Atlas(points, latents, ligands, families, properties, values, spacing(latents), digest)


def spacing(latents: SingleArray) -> SingleArray:
    """(101,) percentiles of the distance of each of (n, size) latents to its nearest other [σ]."""
    squares = np.einsum("ij,ij->i", latents, latents)
    nearest = np.empty(len(latents), np.int64)
    for first in range(0, len(latents), BATCH):
        rows = slice(first, min(first + BATCH, len(latents)))
        squared = squares - 2 * (latents[rows] @ latents.T)
        squared[np.arange(rows.stop - first), np.arange(first, rows.stop)] = np.inf
        nearest[rows] = squared.argmin(axis=1)
    return np.asarray(np.percentile(np.linalg.norm(latents - latents[nearest], axis=1), np.arange(101)), np.float32)


if __name__ == "__main__":
    main()
