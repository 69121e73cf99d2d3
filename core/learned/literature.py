"""What the literature has of complexes like this one: counts, and a model of slow relaxation and of U_eff.

Counted and learned from SIMDAVIS (Y. Duan et al., Nat. Commun. 2022, 13, 7626, doi:10.1038/s41467-022-35336-9), samples
reported up to 2019. “Slow” means there that χ″ depends on the frequency without an applied field. Shipped are counts
and trees, no row of the table. What is published are successes more often than failures, and the counts with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import FloatArray
from core.chem.molecule import Molecule
from core.chem.sphere.coordination import CoordinationSphere
from core.learned.descriptors import ChemicalDescriptors, Donors, features, sight_of
from core.learned.simdavis import SOURCE, Sample
from core.learned.trees import Trees
from core.resources import shipped
from core.schema.results import LiteratureRecord

FOLDER: Final = shipped("models_weights") / "literature"

FEWEST: Final = 12
"""Samples below which a group is widened; a share of 12 has a standard error of 14 % at most."""

FEWEST_BARRIERS: Final = 10
"""Reported barriers below which no quartiles are quoted."""

RULE: Final = (
    f"Groups of fewer than {FEWEST} are widened, first to any number of these donors, then to the ion whatever binds "
    "it."
)

CAVEAT: Final = (
    f"Counted in the literature up to 2019 ({SOURCE}), undiluted samples only. It reports successes more often than "
    "failures, and some of the barriers were measured in a field."
)

Key = tuple[str, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Group:
    """Undiluted samples of one ion, coordination number and kind of donors.

    Attributes:
        ion: element symbol.
        sites: coordination number; None for any.
        donors: which elements bind; None for any.
        measured: samples whose χ″ was measured in zero field.
        slow: those of them that relax slowly.
        barriers: samples with a reported U_eff.
        quartiles: 25, 50 and 75 % of these barriers [K]; None below `FEWEST_BARRIERS`.
    """

    ion: str
    sites: int | None
    donors: str | None
    measured: int
    slow: int
    barriers: int
    quartiles: tuple[float, float, float] | None

    @property
    def key(self) -> Key:
        """What the group is found by."""
        return self.ion, self.sites, self.donors

    @property
    def share(self) -> float:
        """Of the measured samples, how many relax slowly; of none, NaN."""
        return self.slow / self.measured if self.measured else float("nan")

    @property
    def words(self) -> str:
        """E.g. ``Dy(III) complexes with eight O,N donors``."""
        return f"{self.ion}(III) complexes{sphere_words(self.sites, self.donors)}"


@dataclass(frozen=True, slots=True)
class Reported:
    """What the literature has of complexes like one.

    Attributes:
        p_slow: probability of slow relaxation in zero field, by the model.
        barrier: U_eff that the model expects, if one is reported at all [K].
        barrier_half: bounds within which half of the barriers of unseen papers lay about the expected one [K].
        group: the finest group that is large enough.
        asked: the words of the group that was too small; empty where the finest one would do.
    """

    p_slow: float
    barrier: float
    barrier_half: tuple[float, float]
    group: Group
    asked: str

    @property
    def sentence(self) -> str:
        """The counts in words, with the rule where it was used."""
        group = self.group
        begin = f"Of {group.measured} reported {group.words} {100 * group.share:.0f} % relax slowly in zero field"
        barriers = (
            f"too few barriers ({group.barriers}) were reported to quote"
            if group.quartiles is None
            else f"half of the {group.barriers} reported barriers lie between {kelvin(group.quartiles[0])} and "
            f"{kelvin(group.quartiles[2])} K"
        )
        widened = f" There were too few {self.asked} to count. {RULE}" if self.asked else ""
        return f"{begin}; {barriers}.{widened}"

    def record(self) -> LiteratureRecord:
        """For JSON."""
        quartiles = self.group.quartiles
        return {
            "p_slow": round(self.p_slow, 4),
            "ueff_K": round(self.barrier, 1),
            "ueff_half_K": [round(bound, 1) for bound in self.barrier_half],
            "n": self.group.measured,
            "n_slow": self.group.slow,
            "n_ueff": self.group.barriers,
            "ueff_K_quartiles": None if quartiles is None else list(quartiles),
            "group": self.group.words,
            "source": SOURCE,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Literature:
    """Counts and models.

    Attributes:
        slow: trees whose answer is the logit of slow relaxation.
        barrier: trees whose answer is log₁₀(U_eff/K).
        spread: (2,) quartiles of log₁₀(reported/expected U_eff) for papers that the trees had not seen.
        groups: counts by what the group is found by.
        card: how it was made and how good it is, of JSON types.
    """

    slow: Trees
    barrier: Trees
    spread: FloatArray
    groups: Mapping[Key, Group]
    card: Mapping[str, Any]

    def about(self, sight: ChemicalDescriptors) -> Reported:
        """What was reported of complexes that look like this one."""
        row = features([sight])
        p_slow = float(1 / (1 + np.exp(-self.slow(row)[0])))
        expected = float(self.barrier(row)[0])
        low, high = (float(10 ** (expected + shift)) for shift in self.spread)
        finest, *wider = keys_of(sight)
        group = next(self.groups[key] for key in (finest, *wider) if key in self.groups)
        asked = "" if group.key == finest else f"{sight.ion}(III) complexes{sphere_words(*finest[1:])}"
        return Reported(p_slow, float(10**expected), (low, high), group, asked)

    def save(self, folder: Path) -> None:
        """Weights and configuration."""
        from torch import from_numpy  # takes seconds to load: not before a structure is judged

        from core.weights import save_weights

        arrays = {"spread": self.spread, **self.slow.arrays("slow"), **self.barrier.arrays("barrier")}
        tensors = {name: from_numpy(np.array(array)) for name, array in arrays.items()}
        groups = [asdict(group) for group in self.groups.values()]
        save_weights(folder, tensors, {"groups": groups, "card": dict(self.card)})

    @classmethod
    def load(cls, folder: Path) -> Literature:
        """What `save` wrote.

        Raises:
            UnreadableFile: a file is missing or damaged.
        """
        from core.weights import load_weights

        tensors, config = load_weights(folder)
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        groups = [_group(entry) for entry in config["groups"]]
        return cls(
            slow=Trees.of_arrays("slow", arrays),
            barrier=Trees.of_arrays("barrier", arrays),
            spread=arrays["spread"],
            groups={group.key: group for group in groups},
            card=config["card"],
        )


@lru_cache(maxsize=1)
def literature(folder: Path = FOLDER) -> Literature:
    """The shipped one, loaded once.

    Raises:
        UnreadableFile: its files are missing or damaged.
    """
    return Literature.load(folder)


def reported(molecule: Molecule, sphere: CoordinationSphere) -> Reported | None:
    """What was reported of complexes that look like a structure; None for an ion that the table does not have.

    Raises:
        UnreadableFile: the counts are missing or damaged.
    """
    sight = sight_of(molecule, sphere)
    return None if sight is None else literature().about(sight)


def keys_of(sight: ChemicalDescriptors) -> tuple[Key, Key, Key]:
    """The groups of a complex, the finest first (`RULE`)."""
    donors = str(sight.donors)
    return (sight.ion, sight.sites, donors), (sight.ion, None, donors), (sight.ion, None, None)


def counted(samples: Sequence[Sample]) -> dict[Key, Group]:
    """Counts of every group that is large enough, and of every ion."""
    members: dict[Key, list[Sample]] = {}
    for sample in samples:
        if sample.sight.diluted is False:
            for key in dict.fromkeys(keys_of(sample.sight)):
                members.setdefault(key, []).append(sample)
    groups = [_counted(key, found) for key, found in members.items()]
    kept = [group for group in groups if group.measured >= FEWEST or group.donors is None]
    return {group.key: group for group in sorted(kept, key=lambda group: (group.ion, -group.measured))}


def _counted(key: Key, samples: Sequence[Sample]) -> Group:
    measured = [sample.slow for sample in samples if sample.slow is not None]
    barriers = [sample.barrier for sample in samples if sample.barrier is not None]
    quartiles = None
    if len(barriers) >= FEWEST_BARRIERS:
        low, middle, high = (round(float(value), 1) for value in np.quantile(barriers, (0.25, 0.5, 0.75)))
        quartiles = (low, middle, high)
    return Group(*key, len(measured), sum(measured), len(barriers), quartiles)


def _group(entry: Mapping[str, Any]) -> Group:
    quartiles = entry["quartiles"]
    return Group(**{**entry, "quartiles": None if quartiles is None else tuple(quartiles)})


_NUMBERS: Final = "no one two three four five six seven eight nine ten eleven twelve".split()

_DONORS: Final = {
    Donors.OXYGEN: "O donors",
    Donors.NITROGEN: "N donors",
    Donors.OXYGEN_NITROGEN: "O,N donors",
    Donors.RINGS: "π ligands alone",
    Donors.OTHERS: "donors other than O and N alone",
}


def sphere_words(sites: int | None, donors: str | None) -> str:
    """E.g. `` with eight O,N donors``."""
    if donors is None:
        return " whatever binds the ion"
    number = "" if sites is None else f"{_NUMBERS[sites] if sites < len(_NUMBERS) else sites} "
    return f" with {number}{_DONORS[Donors(donors)]}"


def kelvin(value: float) -> str:
    """A barrier [K] as it is quoted: two significant figures are more than it deserves."""
    return f"{float(f'{value:.2g}'):g}"
