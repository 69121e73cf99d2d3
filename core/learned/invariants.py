"""What rotating an ion's surroundings leaves unchanged, as a vector for models that read tables.

    atoms ──► densities ρ_a(r, û) by chemical channel ──► Σ_m c_anlm c_bn'lm   (power spectrum)
    donors ─► multipoles Q_lm of what binds           ──► Σ_m Q_lm Q'_lm, ∫ Q_l Q_l' Q_l'' (bispectrum)
    ion ────► J, g_J, θ_k⟨r^k⟩(1 − σ_k)               ──► the same, in the units of this ion

Power spectrum: A. P. Bartók, R. Kondor, G. Csányi, Phys. Rev. B 2013, 87, 184115, doi:10.1103/PhysRevB.87.184115. Only
l = 2, 4, 6 act on a 4f shell; of l = 0, whose products say nothing new, the coefficients themselves are taken. Ranks
fall off as r^−(l+1), as potentials do. Nothing here knows an effective charge: where a label is computed from charges,
a feature that held them would only give the label back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray
from core.chem.radii import IONIC_RADII
from core.fields.environment import Environment
from core.magnetism.ions import SYMBOLS, diagonal_stevens, lanthanide
from core.magnetism.stevens import RANKS, addition_coefficient, stevens_functions
from core.units import BOHR_IN_ANGSTROM, COULOMB_IN_CM1_ANGSTROM

CUTOFF: Final = 6.0
"""Atoms beyond are not seen [Å]."""

CENTRES: Final = np.array([2.1, 2.5, 3.1, 3.9, 4.9])
WIDTHS: Final = np.array([0.25, 0.3, 0.4, 0.6, 0.8])
"""Radial Gaussians [Å], narrow where bonds to the ion are."""

CHANNELS: Final = ("O", "N", "X", "C", "H")
"""Chemical channels of the atoms; X is every other element (halogens, S, P, Si, …)."""

UNIT: Final = 2.4
"""Distance at which a donor counts as one [Å], near the middle of Ln–O and Ln–N bonds."""

TRIPLES: Final = ((2, 2, 2), (2, 2, 4), (2, 4, 4), (2, 4, 6), (2, 6, 6), (4, 4, 4), (4, 4, 6), (4, 6, 6), (6, 6, 6))
"""Ranks that couple to a scalar: the bispectrum tells prolate from oblate, which the power spectrum cannot."""

KINDS: Final = ("ion", "count", "atoms", "shell", "donors", "field")
"""What there is to read: the ion; atoms within a radial shell; their power spectrum; strength, shape and splitting of
the multipoles of the atoms near enough to bind; the power spectrum of the donors' multipoles by element; strength,
shape and splitting of those of all donors. The last two know which atoms bind and their formal charges, the others
elements and positions alone."""

_COLUMNS: Final = {k: slice(start, start + 2 * k + 1) for k, start in zip(RANKS, (0, 5, 14), strict=True)}


def features(environments: Sequence[Environment]) -> FloatArray:
    """(s, f) invariant features, named by `names`."""
    return np.array([_of(around) for around in environments]).reshape(len(environments), len(names()))


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """(f,) what each feature is: the first word one of `KINDS`."""
    shells = [f"{channel}{number}" for channel in CHANNELS for number in range(len(CENTRES))]
    first, second = _pairs()
    atoms = [f"atoms {k} {shells[a]} {shells[b]}" for k in RANKS for a, b in zip(first, second, strict=True)]
    sorts = [f"{element}{sort}" for sort in ("", "-") for element in CHANNELS[:4]]
    pairs = list(combinations_with_replacement(sorts, 2))
    donors = [f"donors {k} {a} {b}" for k in RANKS for a, b in pairs]
    return (
        *_ION,
        *(f"count {shell}" for shell in shells),
        *atoms,
        *_named("shell", _GUESSES),
        *donors,
        *_named("field", _MIXTURES),
    )


def columns(kinds: Collection[str] = KINDS, *, hydrogens: bool = True) -> IntArray:
    """Indices of the features of some kinds, the first words of `names`, with or without the channel of hydrogens."""

    def wanted(name: str) -> bool:
        kind, *rest = name.split()
        return kind in kinds and (hydrogens or kind == "ion" or not any(word[0] == "H" for word in rest))

    return np.flatnonzero([wanted(name) for name in names()])


@lru_cache(maxsize=1)
def geometry_columns() -> IntArray:
    """Indices of the features that tell how alike two surroundings are, whatever the ion."""
    chosen = columns(("count", "shell", "donors"))
    wanted = np.array([k for k in chosen.tolist() if "splitting" not in names()[k]])
    wanted.setflags(write=False)
    return wanted


def _of(around: Environment) -> FloatArray:
    distances = np.linalg.norm(around.positions, axis=1)
    functions = _functions(around.positions / distances[:, None])
    ion = ion_descriptors(around.metal)
    power = _power_spectrum(around, distances, functions)
    shell = _shell_features(around, distances, functions, ion)
    return np.concatenate([ion, power, shell, _donor_features(around, distances, functions, ion)])


def _functions(directions: FloatArray) -> FloatArray:
    """(n, 27) real harmonics of ranks 2, 4, 6, scaled so that Σ_m Y_lm(u) Y_lm(v) = P_l(u·v)."""
    return np.hstack([stevens_functions(k, directions) * _scale(k) for k in RANKS])


@lru_cache(maxsize=8)
def _scale(k: int) -> FloatArray:
    return np.sqrt([addition_coefficient(k, q) for q in range(-k, k + 1)])


# ions

_ION: Final = tuple(
    f"ion {word}"
    for word in "electrons radius J L S g_J moment Kramers factor2 factor4 factor6 axial2 axial4 axial6".split()
)


_UNITS: Final = {
    k: COULOMB_IN_CM1_ANGSTROM * BOHR_IN_ANGSTROM**k / UNIT ** (k + 1) * addition_coefficient(k, 0) ** 0.5
    for k in RANKS
}
"""From θ_k⟨r^k⟩ O_k^0 [a₀^k] to the energy with a charge of −1 at `UNIT` on the axis [cm⁻¹]."""


@lru_cache(maxsize=32)
def ion_descriptors(symbol: str) -> FloatArray:
    """(14,) of an ion, named by `names`; all but the radius are zero where no 4f shell is open (La, Lu).

    ``factor`` is θ_k⟨r^k⟩(1 − σ_k) [a₀^k]; ``axial`` is the part of rank k in the energy of |M_J = J⟩ with a charge of
    −1 at `UNIT` on its axis [cm⁻¹], whose sign says whether the ion wants charges on its axis or around it.
    """
    values = np.zeros(len(_ION))
    values[1] = IONIC_RADII[symbol]
    if symbol in SYMBOLS:
        ion = lanthanide(symbol)
        values[0] = ion.electrons
        values[2:7] = [float(ion.J), ion.L, float(ion.S), float(ion.g_J), float(2 * ion.g_J * ion.J)]
        values[7] = ion.kramers
        shell = zip(ion.stevens_factors, ion.radial, ion.shielding, strict=True)
        values[8:11] = [float(theta) * radial * (1 - screened) for theta, radial, screened in shell]
        values[11:14] = values[8:11] * [float(diagonal_stevens(k, ion.J, ion.J)) * _UNITS[k] for k in RANKS]
    values.setflags(write=False)
    return values


# atoms


@lru_cache(maxsize=1)
def _pairs() -> tuple[IntArray, IntArray]:
    """Pairs of (channel, shell): all shells within a channel, and like or neighbouring shells of two channels."""
    count = len(CENTRES)
    pairs = [
        (a, b)
        for a, b in combinations_with_replacement(range(count * len(CHANNELS)), 2)
        if a // count == b // count or abs(a % count - b % count) <= 1
    ]
    first, second = np.array(pairs).T
    return first, second


def _power_spectrum(around: Environment, distances: FloatArray, functions: FloatArray) -> FloatArray:
    near = np.flatnonzero(distances < CUTOFF)
    shells = np.zeros((len(near), len(CHANNELS), len(CENTRES)))
    channel = _channels([around.elements[k] for k in near.tolist()])
    shells[np.arange(len(near)), channel] = _radial(distances[near])
    flat = shells.reshape(len(near), -1)
    coefficients = flat.T @ functions[near]
    first, second = _pairs()
    products = coefficients[first] * coefficients[second]
    return np.concatenate([flat.sum(axis=0), *(products[:, own].sum(axis=1) for own in _COLUMNS.values())])


def _radial(distances: FloatArray) -> FloatArray:
    """(n, shells) Gaussians that fade to zero at the cut-off."""
    fade = 0.5 * (1 + np.cos(np.pi * distances / CUTOFF))
    return np.asarray(fade[:, None] * np.exp(-0.5 * ((distances[:, None] - CENTRES) / WIDTHS) ** 2))


def _channels(elements: Sequence[str]) -> IntArray:
    return np.array([CHANNELS.index(e) if e in CHANNELS else CHANNELS.index("X") for e in elements], dtype=np.int64)


# donors

_MIXTURES: Final = ("contacts", "sites", "charge", "contacts+charge/2", "sites+charge", "graded+charge/2")
"""Ways to weigh donor atoms, for want of their charges: each one; each site, shared among its atoms; by formal charge;
sums of these; graded, with nitrogen at three quarters of the others."""

_GUESSES: Final = ("hetero", "hetero+carbon/5", "oxygen", "H-free")
"""Ways to weigh atoms by element and distance alone: all but carbon; with it, for π ligands; oxygen; those that bear no
hydrogen, nitrogen half, which are mostly anions or their like."""

_REACH: Final = np.array([1.75, 1.85, 2.35, 1.75])
"""Distances less the ionic radius at which an atom of `CHANNELS` half binds [Å]: between two spheres."""

_BLUR: Final = 0.06
"""Width of that limit [Å]."""

_OH: Final = 1.15
"""Longest bond from a donor to hydrogen [Å]."""


def _named(kind: str, mixtures: tuple[str, ...]) -> list[str]:
    shapes = ["shape" + "".join(map(str, triple)) for triple in TRIPLES]
    words = [*(f"strength{k}" for k in RANKS), *shapes, *(f"splitting{k}" for k in RANKS)]
    return [f"{kind} {mixture} {word}" for mixture in mixtures for word in words]


def _falling(distances: FloatArray, functions: FloatArray) -> FloatArray:
    """(m, 27) harmonics that fall off as the potential of their rank."""
    return np.hstack([functions[:, own] * ((UNIT / distances) ** (k + 1))[:, None] for k, own in _COLUMNS.items()])


def _shell_features(around: Environment, distances: FloatArray, functions: FloatArray, ion: FloatArray) -> FloatArray:
    channel = _channels(around.elements)
    near = np.flatnonzero((channel < len(_REACH)) & (distances < IONIC_RADII[around.metal] + _REACH.max() + 8 * _BLUR))
    own, falling = channel[near], _falling(distances[near], functions[near])
    beyond = distances[near] - IONIC_RADII[around.metal] - _REACH[own]
    binds = 1 / (1 + np.exp(beyond / _BLUR))
    hetero, carbon = binds * (own != 3), binds * (own == 3)
    free = hetero * np.where(own == 1, 0.5, 1.0) * ~_hydric(around, channel, near)
    return _fields(np.array([hetero, hetero + carbon / 5, binds * (own == 0), free]) @ falling, ion).ravel()


def _hydric(around: Environment, channel: IntArray, atoms: IntArray) -> BoolArray:
    """(m,) whether atoms bear a hydrogen."""
    hydrogens = around.positions[channel == CHANNELS.index("H")]
    apart = np.linalg.norm(around.positions[atoms][:, None] - hydrogens[None], axis=2)
    return np.asarray((apart < _OH).any(axis=1))


def _donor_features(around: Environment, distances: FloatArray, functions: FloatArray, ion: FloatArray) -> FloatArray:
    own = functions[around.donors]
    falling = _falling(distances[around.donors], own)
    multipoles = _element_weights(around) @ falling
    first, second = np.triu_indices(len(multipoles))
    products = multipoles[first] * multipoles[second]
    pairs = [products[:, columns].sum(axis=1) for columns in _COLUMNS.values()]
    return np.concatenate([*pairs, _fields(_mixtures(around) @ falling, ion).ravel()])


def _element_weights(around: Environment) -> FloatArray:
    """(8, m) by element (O, N, X, C; a donor hydrogen counts with X): contacts, then formal charge."""
    channel = _channels([around.elements[k] for k in around.donors.tolist()])
    channel[channel == CHANNELS.index("H")] = CHANNELS.index("X")
    own = (channel[None, :] == np.arange(4)[:, None]).astype(np.float64)
    return np.vstack([own * around.weights, -own * around.weights * around.formal_charges])


def _mixtures(around: Environment) -> FloatArray:
    """(6, m) see `_MIXTURES`."""
    _, site, atoms = np.unique(around.sites, return_inverse=True, return_counts=True)
    contacts, sites = around.weights, around.weights / atoms[site]
    charge = -around.weights * around.formal_charges
    graded = contacts * [0.75 if around.elements[k] == "N" else 1.0 for k in around.donors.tolist()]
    return np.array([contacts, sites, charge, contacts + charge / 2, sites + charge, graded + charge / 2])


def _fields(multipoles: FloatArray, ion: FloatArray) -> FloatArray:
    """(6, 15) strengths, shapes (products over the sphere by the strengths of their ranks), splittings by mixture."""
    strengths = np.stack([np.linalg.norm(multipoles[:, own], axis=1) for own in _COLUMNS.values()], axis=1)
    functions, weights = _sphere()
    surfaces = {k: multipoles[:, own] @ functions[:, own].T for k, own in _COLUMNS.items()}
    size = dict(zip(RANKS, (strengths + 1e-6).T, strict=True))
    shapes = [
        (surfaces[a] * surfaces[b] * surfaces[c]) @ weights / (size[a] * size[b] * size[c]) for a, b, c in TRIPLES
    ]
    return np.hstack([strengths, np.stack(shapes, axis=1), strengths * ion[11:14]])


@lru_cache(maxsize=1)
def _sphere() -> tuple[FloatArray, FloatArray]:
    """(p, 27) harmonics and (p,) weights of a product quadrature, exact up to degree 18 = 6 + 6 + 6."""
    z, weight = np.polynomial.legendre.leggauss(10)
    phi = 2 * np.pi * np.arange(19) / 19
    sine = np.sqrt(1 - z**2)
    planar = [np.outer(sine, np.cos(phi)), np.outer(sine, np.sin(phi)), np.outer(z, np.ones_like(phi))]
    directions = np.stack([part.ravel() for part in planar], axis=1)
    return _functions(directions), np.repeat(weight, 19) / weight.sum() / 19
