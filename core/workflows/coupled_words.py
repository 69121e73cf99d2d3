"""What a specialist would say of coupled ions: each by itself, what dipoles and exchange add or take, and the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from core.coupling.ising import IsingPicture, ising_like
from core.coupling.spectrum import Line
from core.coupling.states import CoupledStates
from core.doubts import codes
from core.fields.smm_like import is_smm_like
from core.magnetism.ion_levels import Levels
from core.units import BOHR_MAGNETON_IN_CM1_PER_TESLA, KELVIN_PER_CM1
from core.workflows.several import Several

NO_COST: Final = 1e-3
"""Energies below this count as none in sentences [cm⁻¹]."""

NO_MIXING: Final = 1e-6
"""The same for what mixes the directions of an ion [cm⁻¹]; rounding makes some 10⁻⁹."""

LEAST_SHOWN: Final = 0.0001
"""What mixes less is told as less than this [cm⁻¹]."""

NO_MOMENT: Final = 1.0
"""A ground doublet with a smaller g_z, or a configuration with half of it in μ_B, counts as without a moment."""

BLOCKED: Final = 10.0
"""Tunnelling of one ion is called blocked where the bias of its neighbours is so many times what mixes its two
directions; a rule of ours."""


def own_levels(found: Several, label: str) -> Levels | None:
    """Levels of one lanthanide: those that were given, else the electrostatic model's."""
    given = found.levels.get(label)
    return found.predictions[label].levels if given is None else given.in_field


def own_verdict(found: Several, label: str) -> bool | None:
    """Whether one lanthanide is SMM-like by itself; None where its levels are not there or too rough to say."""
    levels = own_levels(found, label)
    rough = label not in found.levels and "bridged-gap-rough" in codes(found.predictions[label].doubts)
    return None if levels is None or rough else is_smm_like(levels)


def leading_ion(found: Several) -> str:
    """Label of the lanthanide that a table names for the whole: the likeliest SMM by the electrostatic model, where it
    says nothing of any the one with the largest first gap; of equal ones the first. Empty without a lanthanide.

    As `core.workflows.screen.ranked` orders the ions of one structure.
    """

    def rank(label: str) -> tuple[float, float]:
        said, levels = found.predictions[label].verdict, own_levels(found, label)
        opinion = None if said is None else said.electrostatic
        return -1.0 if opinion is None else opinion.p_smm, (None if levels is None else levels.first_gap) or -1.0

    return max(found.predictions, key=rank, default="")


def reasoning(found: Several, states: CoupledStates, lines: Sequence[Line], picture: IsingPicture | None) -> list[str]:
    """The verdict on the molecule, and how it comes about, as sentences with their numbers."""
    lanthanides = [site.label for site in found.metals.magnetic if site.label in found.predictions]
    sentences = [verdict(found, lanthanides, states, lines, picture)]
    sentences += _grouped({label: _own(label, found) for label in lanthanides})
    if not states.system.exchange:
        sentences.append("No exchange constant was given: the ions couple through space alone.")
    if picture is None:
        sentences.append(_no_picture(states))
    else:
        labels = [site.label for site in states.system.sites]
        sentences += _grouped({label: _neighbours(k, picture) for k, label in enumerate(labels)})
    sentences.append(_ground(lines))
    return sentences


def verdict(
    found: Several,
    lanthanides: Sequence[str],
    states: CoupledStates,
    lines: Sequence[Line],
    picture: IsingPicture | None,
) -> str:
    """The molecule as a whole: no number of its own, but what its ions are and what the coupling makes of them."""
    own = {label: own_verdict(found, label) for label in lanthanides}
    parts = [_ions(own)]
    if picture is not None:
        parts.append(_blocking([site.label for site in states.system.sites], own, picture))
    if lines[0].g is None or lines[0].g[2] < NO_MOMENT:
        parts.append(_without_moment(picture))
    return f"For the molecule: {'; '.join(part for part in parts if part)}."


def _ions(own: Mapping[str, bool | None]) -> str:
    like, unlike, unknown = ([label for label, said in own.items() if said is x] for x in (True, False, None))
    if not own:
        return "no lanthanide is among the magnetic ions, and none of the 3d ions is judged by itself"
    if not unlike and not unknown:
        return "every lanthanide is SMM-like by itself" if len(own) > 1 else f"{like[0]} is SMM-like by itself"
    words = []
    if like:
        words.append(f"{_names(like)} {_verb(like)} SMM-like by {_self(like)}")
    if unlike:
        tail = ", and no coupling makes up for levels that lie low or mix"
        words.append(f"{_names(unlike)} {_verb(unlike)} not SMM-like by {_self(unlike)}{tail}")
    if unknown:
        tail = "stays open until the levels are computed ab initio"
        words.append(f"whether {_names(unknown)} {_verb(unknown)} SMM-like by {_self(unknown)} {tail}")
    return "; ".join(words)


def _blocking(labels: Sequence[str], own: Mapping[str, bool | None], picture: IsingPicture) -> str:
    """What the neighbours' field does to tunnelling, for lanthanides that may be magnets at all."""
    asked = [k for k, label in enumerate(labels) if label in own and own[label] is not False]
    held = [labels[k] for k in asked if _blocked(k, picture)]
    free = [labels[k] for k in asked if not _blocked(k, picture)]
    if not asked:
        return ""
    if not held:
        return f"the neighbours do not keep {_names(free)} from tunnelling in zero field"
    weakest = min(picture.bias[k] for k in asked if labels[k] in held) * KELVIN_PER_CM1
    words = f"the neighbours' field closes the way through zero-field tunnelling of {_names(held)}"
    words += f", as long as it is much colder than {weakest:.2g} K"
    return words + (f", not that of {_names(free)}" if free else "")


def _without_moment(picture: IsingPicture | None) -> str:
    """A ground state without a moment, and the field that brings one up."""
    words = "the ground state carries no moment, so nothing remains magnetised without a field"
    if picture is None or picture.configurations[0].moment > NO_MOMENT / 2:
        return words
    lowest = picture.configurations[0].moment
    fields = [
        (c.energy / ((c.moment - lowest) * BOHR_MAGNETON_IN_CM1_PER_TESLA), c.moment)
        for c in picture.configurations[1:]
        if c.moment > lowest + NO_MOMENT / 2
    ]
    if not fields or min(fields)[0] < NO_COST:
        return words
    tesla, moment = min(fields)
    step = f"brings one of {moment:.0f} μ_B to the bottom, which is a step in M(H)"
    return f"{words}; a field of {tesla:.2g} T along the moment of another configuration {step}"


def _own(label: str, found: Several) -> str:
    levels, said = own_levels(found, label), own_verdict(found, label)
    if levels is None or levels.g is None or levels.first_gap is None:
        return "by itself: no ground doublet with a first gap."
    like = {True: "SMM-like", False: "not SMM-like", None: "no verdict"}[said]
    quiet = f"g_y/g_z {levels.axiality:.3f}" if levels.tunnelling is None else f"split by {levels.tunnelling:.2g} cm⁻¹"
    if label in found.levels:
        source = found.levels[label].source
    else:
        rough = "bridged-gap-rough" in codes(found.predictions[label].doubts)
        source = "electrostatic model" + (", rough beside other metals" if rough else "")
    return f"by itself: {like} (first gap {levels.first_gap:.0f} cm⁻¹, g_z {levels.g[2]:.1f}, {quiet}; {source})."


def _blocked(k: int, picture: IsingPicture) -> bool:
    return bool(picture.bias[k] >= NO_COST and picture.bias[k] >= BLOCKED * picture.mixing[k])


def _neighbours(k: int, picture: IsingPicture) -> str:
    bias, mixing, tesla = float(picture.bias[k]), float(picture.mixing[k]), float(picture.fields[k])
    if bias < NO_COST:
        return "among the others: it can be turned alone at no cost, as another configuration is as low."
    least = f"{mixing:.2g}" if mixing >= LEAST_SHOWN else f"less than {LEAST_SHOWN}"
    mixed = f"{least} cm⁻¹ mixes" if mixing > NO_MIXING else "nothing mixes"
    effect = (
        "its neighbours keep it from tunnelling alone in zero field"
        if _blocked(k, picture)
        else "its neighbours do not keep it from tunnelling alone"
    )
    return (
        f"among the others: turning it alone costs {bias:.2g} cm⁻¹{_shares(k, picture)}, as much as in a field of "
        f"{1000 * tesla:.0f} mT along its axis, and {mixed} its two directions: {effect}."
    )


def _shares(k: int, picture: IsingPicture) -> str:
    """What dipoles and exchange add or take, where there are both."""
    if not picture.exchange.any() or not picture.dipolar.any():
        return ""
    signs = np.array(picture.configurations[0].signs)
    dipoles, exchange = (float(-2 * signs[k] * (m[k] @ signs)) for m in (picture.dipolar, picture.exchange))
    return f" ({dipoles:+.2g} by dipoles, {exchange:+.2g} by exchange)".replace("-", "−")


def _ground(lines: Sequence[Line]) -> str:
    ground = lines[0]
    if ground.states == 1:
        start = "The ground level of the whole is a singlet without a moment"
    elif ground.g is None:
        start = "The ground level of the whole is degenerate with another"
    else:
        start = f"The ground level of the whole is a doublet with g_z {ground.g[2]:.1f}"
        if ground.toroidal is not None and ground.g[2] < NO_MOMENT < ground.toroidal:
            start += f" and a toroidal moment of {ground.toroidal:.1f} Å μ_B"
    if len(lines) < 2:
        return f"{start}."
    gap = lines[1].energy
    return (
        f"{start}; the next lies {gap:.2g} cm⁻¹ above ({gap * KELVIN_PER_CM1:.2g} K): much above that temperature each "
        "ion goes its own way."
    )


def _no_picture(states: CoupledStates) -> str:
    soft = [site.label for site in states.system.sites if not ising_like(site)]
    have = "has no easy axis of its own" if len(soft) == 1 else "have no easy axes of their own"
    return f"{_names(soft)} {have}, so there is no picture of single moments that turn round: read the spectrum."


def _grouped(said: Mapping[str, str]) -> list[str]:
    """One sentence for all ions of which the same is said, in the order of the first."""
    groups: dict[str, list[str]] = {}
    for label, sentence in said.items():
        groups.setdefault(sentence, []).append(label)
    return [f"{_names(labels)}{', each' if len(labels) > 1 else ''} {text}" for text, labels in groups.items()]


def _names(labels: Iterable[str]) -> str:
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last


def _verb(labels: Sequence[str]) -> str:
    return "is" if len(labels) == 1 else "are"


def _self(labels: Sequence[str]) -> str:
    return "itself" if len(labels) == 1 else "themselves"
