"""One magnetic ion as its neighbours see it: levels, magnetic moment and spin in a common frame, and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import ComplexArray, FloatArray
from core.errors import DomainError
from core.magnetism.angular_momentum import angular_momentum
from core.magnetism.ions import lanthanide
from core.magnetism.levels import DEGENERATE_CM1, group_levels
from core.magnetism.pseudospin import GTensor, g_tensor
from core.magnetism.stevens import hamiltonian


@dataclass(frozen=True, slots=True, eq=False)
class MagneticSite:
    """One ion without its neighbours. Arrays are read-only.

    Attributes:
        label: name within the molecule, e.g. ``Dy1``.
        ion: in words, e.g. ``Dy(III)`` or ``Cu(II), S = 1/2``.
        energies: (n,) ascending, lowest 0 [cm⁻¹].
        moment: (3, n, n) L + g_e S between the states [μ_B], in the frame common to all sites.
        spin: (3, n, n) S between the states [ħ], in the same frame.
        position: (3,) [Å].
        kramers: whether the number of its unpaired electrons is odd.
    """

    label: str
    ion: str
    energies: FloatArray
    moment: ComplexArray
    spin: ComplexArray
    position: FloatArray
    kramers: bool

    def __post_init__(self) -> None:
        for array in (self.energies, self.moment, self.spin, self.position):
            array.setflags(write=False)

    @property
    def ground(self) -> GTensor | None:
        """g tensor of its two lowest states; None where they are not a (pseudo-)doublet apart from all others."""
        first = group_levels(self.energies, self.kramers)[0]
        alone = len(self.energies) == 2 or self.energies[2] - self.energies[1] > DEGENERATE_CM1
        return g_tensor(self.moment[:, :2, :2]) if len(first) == 2 and alone else None

    @property
    def tunnelling(self) -> float:
        """Distance of its two lowest states [cm⁻¹]."""
        return float(self.energies[1] - self.energies[0])

    def boundaries(self) -> tuple[int, ...]:
        """Numbers of lowest states, ascending from 2 on, that can be kept without cutting through a level."""
        ends = np.cumsum([len(group) for group in group_levels(self.energies, self.kramers)])
        n = len(self.energies)
        whole = [int(k) for k in ends if k == n or self.energies[k] - self.energies[k - 1] > DEGENERATE_CM1]
        return tuple(k for k in whole if k >= 2)

    def lowest(self, count: int) -> MagneticSite:
        """The same site with its `count` lowest states alone."""
        return replace(
            self,
            energies=self.energies[:count].copy(),
            moment=self.moment[:, :count, :count].copy(),
            spin=self.spin[:, :count, :count].copy(),
        )

    def image(self, operation: FloatArray, position: FloatArray, label: str) -> MagneticSite:
        """The same ion where a symmetry operation puts it.

        Args:
            operation: (3, 3) orthogonal, proper or not; moments are axial vectors, so an inversion leaves them.
            position: (3,) of the image [Å].
            label: its name.
        """
        turn = operation * np.linalg.det(operation)
        return replace(
            self,
            label=label,
            position=np.array(position, dtype=np.float64),
            moment=np.einsum("ab,bij->aij", turn, self.moment),
            spin=np.einsum("ab,bij->aij", turn, self.spin),
        )


def lanthanide_site(
    label: str, symbol: str, parameters: Mapping[tuple[int, int], float], position: FloatArray
) -> MagneticSite:
    """A Ln(III) ion by the ground J multiplet: moment g_J J, spin (g_J − 1) J (the projection of S, g_e = 2).

    Args:
        label: its name.
        symbol: element.
        parameters: B_k^q [cm⁻¹] in the common frame, extended Stevens.
        position: (3,) [Å].

    Raises:
        DomainError: Eu, whose ground multiplet has no moment; La, Lu and what is no lanthanide.
    """
    ion = lanthanide(symbol)
    if not ion.two_j:
        raise DomainError(
            f"The ground multiplet of {ion.symbol}(III) has J = 0: it carries no moment to couple.",
            advice="Count it among the diamagnetic ions; what its excited multiplets add is left out.",
        )
    energies, states = np.linalg.eigh(hamiltonian(ion.two_j, parameters))
    angular = states.conj().T @ angular_momentum(ion.two_j) @ states
    return MagneticSite(
        label=label,
        ion=f"{ion.symbol}(III)",
        energies=_levels(energies, ion.kramers),
        moment=float(ion.g_J) * angular,
        spin=float(ion.g_J - 1) * angular,
        position=np.array(position, dtype=np.float64),
        kramers=ion.kramers,
    )


def spin_site(
    label: str,
    ion: str,
    two_s: int,
    position: FloatArray,
    *,
    g: float = 2.0,
    d: float = 0.0,
    e: float = 0.0,
    frame: FloatArray | None = None,
) -> MagneticSite:
    """A 3d ion without orbital moment: D [S_z² − S(S+1)/3] + E (S_x² − S_y²), moment g S.

    Args:
        label: its name.
        ion: in words.
        two_s: 2S, one at least.
        position: (3,) [Å].
        g: isotropic g.
        d, e: zero-field splitting D and E [cm⁻¹].
        frame: (3, 3) rows are its x, y, z axes in the common frame; the common axes if None.

    Raises:
        DomainError: no unpaired electron.
    """
    if two_s < 1:
        raise DomainError(f"{label}: an ion with S = 0 has nothing to couple.", advice="Leave it out.")
    spin = angular_momentum(two_s)
    axes = np.eye(3) if frame is None else frame
    x, y, z = np.einsum("ab,bij->aij", axes, spin)
    s = two_s / 2
    field = d * (z @ z - s * (s + 1) / 3 * np.eye(two_s + 1)) + e * (x @ x - y @ y)
    energies, states = np.linalg.eigh(field)
    within = states.conj().T @ spin @ states
    kramers = two_s % 2 == 1
    levels = _levels(energies, kramers)
    return MagneticSite(label, ion, levels, g * within, within, np.array(position, dtype=np.float64), kramers)


def _levels(energies: FloatArray, kramers: bool) -> FloatArray:
    """Lowest 0; Kramers pairs exactly equal, which rounding must not split."""
    levels = np.repeat(energies.reshape(-1, 2).mean(axis=1), 2) if kramers else energies
    shifted: FloatArray = levels - levels[0]
    return shifted
