"""The ligands that the generator learns from: the library and a pool, read, split by scaffold, written as numbers.

    python -m training.ligands.ligand_set --pool FILE --out FILE [--library FILE] [--work FOLDER] [--least 120000]

A ligand is a canonical SMILES without stereo and a donor in it (`core.design.scope`); what that refuses is counted by
reason. A molecule of the pool binds by the donor that the pool names, or if that is refused by the best one; should
the ligands be fewer than `--least`, molecules of the pool come back with another donor, in an order drawn by hash.

Split: all ligands of one Bemis–Murcko scaffold (J. Med. Chem. 1996, 39, 2887, doi:10.1021/jm9602928) stand on one side;
those without a ring go by their skeleton, all atoms carbon and all bonds single. Scaffolds of more than 1 % of all
ligands (benzene, pyridine …) train. Two sides share no scaffold, but they share substituents and donors.

Reading takes a millisecond or two a ligand; `--work` keeps what was read of each source, by its SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray, SingleArray
from core.chem.donor_class import DonorClass
from core.design.atlas_file import LIBRARY
from core.design.scope import ScopedLigand
from core.design.tokens import TokenArray, Vocabulary, phrases, symbols
from core.errors import UnreadableFile
from training.ligands.reading import Read, distinct, filled, kept, read_library, read_pool

TRAIN, CHECK, TEST = 0, 1, 2
SHARES: Final = {CHECK: 0.02, TEST: 0.08}
"""Share of the ligands that watch the training, and that test it."""

LARGEST_GROUP: Final = 0.01
"""Scaffolds with a larger share than this train."""

RAREST: Final = 10
"""Symbols of fewer ligands than this stay out of the vocabulary, and their ligands out of the set."""

TOKENS: Final = 200
"""Size of the vocabulary: symbols, then phrases."""

SAMPLE: Final = 12_000
"""Training ligands that phrases are counted in."""


@dataclass(frozen=True)
class LigandSet:
    """The set as arrays; n ligands in one fixed order.

    Attributes:
        vocabulary: of `tokens`.
        tokens: (n, longest) uint8.
        smiles: (n,) bytes. donor: (n,) atom in it. donor_class: (n,) place in `classes`. charge: (n,) 0 or −1.
        heavy_atoms: (n,). sa: (n,) SA score.
        fold: (n,) TRAIN, CHECK or TEST. source: (n,) bytes.
        classes: names of donor classes.
        fingerprint: SHA-256 over tokens and folds.
    """

    vocabulary: Vocabulary
    tokens: TokenArray
    smiles: NDArray[np.bytes_]
    donor: IntArray
    donor_class: IntArray
    charge: IntArray
    heavy_atoms: IntArray
    sa: SingleArray
    fold: NDArray[np.uint8]
    source: NDArray[np.bytes_]
    classes: tuple[str, ...]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def lengths(self) -> IntArray:
        """(n,) tokens of each ligand."""
        return np.asarray((self.tokens > 0).sum(axis=1), dtype=np.int64)

    def rows(self, fold: int) -> IntArray:
        """Rows of one fold."""
        return np.flatnonzero(self.fold == fold)

    def ligand(self, row: int) -> ScopedLigand:
        """One of them."""
        return ScopedLigand(
            self.smiles[row].decode(),
            int(self.donor[row]),
            DonorClass(self.classes[self.donor_class[row]]),
            int(self.charge[row]),
            int(self.heavy_atoms[row]),
        )

    def save(self, path: Path) -> None:
        """As one compressed npz; its texts are bytes, so that nothing in it runs."""
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        head = json.dumps(
            {
                "tokens": self.vocabulary.tokens,
                "longest": self.vocabulary.longest,
                "classes": self.classes,
                "fingerprint": self.fingerprint,
            }
        )
        np.savez_compressed(path, head=np.frombuffer(head.encode(), dtype=np.uint8), **arrays)

    @classmethod
    def load(cls, path: Path) -> LigandSet:
        """What `save` wrote; raises UnreadableFile."""
        try:
            with np.load(path, allow_pickle=False) as data:
                head = json.loads(bytes(data["head"]))
                arrays = {name: data[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError) as error:
            raise UnreadableFile("this is no set of ligands.", where=str(path), advice="Make it anew.") from error
        vocabulary = Vocabulary(tuple(head["tokens"]), head["longest"])
        return cls(vocabulary, **arrays, classes=tuple(head["classes"]), fingerprint=head["fingerprint"])


_ARRAYS: Final = ("tokens", "smiles", "donor", "donor_class", "charge", "heavy_atoms", "sa", "fold", "source")


def folds(groups: list[str], seed: int = 0) -> NDArray[np.uint8]:
    """(n,) fold of each ligand: whole groups, drawn at random."""
    names, number = np.unique(groups, return_inverse=True)
    counts = np.bincount(number)
    small = np.flatnonzero(counts <= max(1.0, LARGEST_GROUP * len(groups)))
    order = np.random.default_rng(seed).permutation(small)
    filled_up = np.cumsum(counts[order]) / len(groups)
    of_group = np.full(len(names), TRAIN, dtype=np.uint8)
    of_group[order[filled_up <= SHARES[TEST] + SHARES[CHECK]]] = CHECK
    of_group[order[filled_up <= SHARES[TEST]]] = TEST
    return np.asarray(of_group[number])


def assembled(ligands: Iterable[Read], seed: int = 0) -> LigandSet:
    """Arrays of the ligands, in an order that does not depend on the order of the sources."""
    rows = sorted(ligands, key=lambda one: (one.ligand.smiles, one.ligand.donor))
    counts = Counter(symbol for one in rows for symbol in set(symbols(one.selfies)))
    common = sorted(symbol for symbol, count in counts.items() if count >= RAREST)
    rows = [one for one in rows if set(common) >= set(symbols(one.selfies))]
    fold = folds([one.group for one in rows], seed)
    vocabulary = _vocabulary(common, [symbols(rows[k].selfies) for k in np.flatnonzero(fold == TRAIN)], seed)
    numbers = [vocabulary.numbered(symbols(one.selfies)) for one in rows]
    vocabulary = replace(vocabulary, longest=max(map(len, numbers)))
    tokens = np.zeros((len(rows), vocabulary.longest), dtype=np.uint8)
    for row, own in zip(tokens, numbers, strict=True):
        row[: len(own)] = own
    classes = tuple(sorted({str(one.ligand.donor_class) for one in rows}))
    return LigandSet(
        vocabulary,
        tokens,
        np.array([one.ligand.smiles.encode() for one in rows]),
        np.array([one.ligand.donor for one in rows]),
        np.array([classes.index(str(one.ligand.donor_class)) for one in rows]),
        np.array([one.ligand.charge for one in rows]),
        np.array([one.ligand.heavy_atoms for one in rows]),
        np.array([one.sa for one in rows], dtype=np.float32),
        fold,
        np.array([one.source.encode() for one in rows]),
        classes,
        hashlib.sha256(tokens.tobytes() + fold.tobytes()).hexdigest(),
    )


def _vocabulary(common: list[str], trained: list[tuple[str, ...]], seed: int) -> Vocabulary:
    """Every common symbol, and phrases of a sample of the training ligands; `longest` is not known yet."""
    sample = np.random.default_rng(seed).permutation(len(trained))[:SAMPLE]
    found = phrases([trained[k] for k in sample], max(0, TOKENS - 1 - len(common)))
    return Vocabulary((*common, *found), 0)


def main() -> None:
    """Writes the set and prints what is in it."""
    options = _options()
    logging.basicConfig(level=logging.INFO)
    work, refused = options.work or options.out.parent, Counter[str]()
    found = kept(options.library, read_library, work, refused) if options.library.exists() else []
    found += kept(options.pool, read_pool, work, refused) if options.pool else []
    made = assembled(filled(distinct(found), options.least, refused).values())
    made.save(options.out)
    record = {
        "ligands": len(made),
        "folds": np.bincount(made.fold).tolist(),
        "sources": {key.decode(): int(n) for key, n in zip(*np.unique(made.source, return_counts=True), strict=True)},
        "refused": dict(refused.most_common()),
        "tokens": made.vocabulary.size,
        "longest": made.vocabulary.longest,
        "sha256": made.fingerprint,
    }
    print(json.dumps(record, ensure_ascii=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, help="csv.gz with columns smiles and donor_idx; never shipped")
    parser.add_argument("--library", type=Path, default=LIBRARY)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="where sources are remembered once read; by --out if not given")
    parser.add_argument("--least", type=int, default=120_000, help="ligands to have if the pool's other donors allow")
    return parser.parse_args()


if __name__ == "__main__":
    main()
