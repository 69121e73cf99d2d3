"""Covalent radii, and which elements count as metals, lanthanides and magnetic ions.

Radii: B. Cordero et al., "Covalent radii revisited", Dalton Trans. 2008, 2832, doi:10.1039/b801115j (the sp³ value for
C and the high-spin values for Mn, Fe and Co, so that no bond is missed).
"""

from __future__ import annotations

from typing import Final

_CORDERO = """
H 0.31 He 0.28 Li 1.28 Be 0.96 B 0.84 C 0.76 N 0.71 O 0.66 F 0.57 Ne 0.58 Na 1.66 Mg 1.41 Al 1.21 Si 1.11 P 1.07 S 1.05
Cl 1.02 Ar 1.06 K 2.03 Ca 1.76 Sc 1.70 Ti 1.60 V 1.53 Cr 1.39 Mn 1.61 Fe 1.52 Co 1.50 Ni 1.24 Cu 1.32 Zn 1.22 Ga 1.22
Ge 1.20 As 1.19 Se 1.20 Br 1.20 Kr 1.16 Rb 2.20 Sr 1.95 Y 1.90 Zr 1.75 Nb 1.64 Mo 1.54 Tc 1.47 Ru 1.46 Rh 1.42 Pd 1.39
Ag 1.45 Cd 1.44 In 1.42 Sn 1.39 Sb 1.39 Te 1.38 I 1.39 Xe 1.40 Cs 2.44 Ba 2.15 La 2.07 Ce 2.04 Pr 2.03 Nd 2.01 Pm 1.99
Sm 1.98 Eu 1.98 Gd 1.96 Tb 1.94 Dy 1.92 Ho 1.92 Er 1.89 Tm 1.90 Yb 1.87 Lu 1.87 Hf 1.75 Ta 1.70 W 1.62 Re 1.51 Os 1.44
Ir 1.41 Pt 1.36 Au 1.36 Hg 1.32 Tl 1.45 Pb 1.46 Bi 1.48 Po 1.40 At 1.50 Rn 1.50 Fr 2.60 Ra 2.21 Ac 2.15 Th 2.06 Pa 2.00
U 1.96 Np 1.90 Pu 1.87 Am 1.80 Cm 1.69
""".split()

COVALENT_RADII: Final[dict[str, float]] = dict(zip(_CORDERO[::2], map(float, _CORDERO[1::2]), strict=True))
"""Covalent radius by element symbol [Å], H to Cm (Cordero 2008)."""

LANTHANIDES: Final[tuple[str, ...]] = tuple("La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu".split())
"""La to Lu in order."""

MAGNETIC_LANTHANIDES: Final[frozenset[str]] = frozenset(LANTHANIDES) - {"La", "Lu"}
"""Lanthanides whose trivalent ion has an open 4f shell."""

IONIC_RADII: Final[dict[str, float]] = {
    "La": 1.160, "Ce": 1.143, "Pr": 1.126, "Nd": 1.109, "Pm": 1.093, "Sm": 1.079, "Eu": 1.066, "Gd": 1.053, "Tb": 1.040,
    "Dy": 1.027, "Ho": 1.015, "Er": 1.004, "Tm": 0.994, "Yb": 0.985, "Lu": 0.977, "Y": 1.019,
}  # fmt: skip
"""Radii of trivalent ions of coordination number 8 [Å], of which only differences are used (for number 7 the table has
gaps: it gives Dy − Y as 0.01). R. D. Shannon, Acta Cryst. 1976, A32, 751, doi:10.1107/S0567739476001551."""

ALKALI: Final[frozenset[str]] = frozenset("Li Na K Rb Cs".split())
"""Alkali metals: their contacts are ionic, and are cut where they alone make a net endless."""

METALS: Final[frozenset[str]] = (
    ALKALI
    | frozenset("Be Mg Ca Sr Ba Sc Ti V Cr Mn Fe Co Ni Cu Zn Y Zr Nb Mo Tc Ru Rh Pd Ag Cd".split())
    | frozenset("Hf Ta W Re Os Ir Pt Au Hg In Tl Pb Bi Fr Ra Ac Th Pa U Np Pu Am Cm".split())
    | frozenset(LANTHANIDES)
)
"""Elements taken out before the ligands are looked at. Al, Ga, Ge, Sn, Sb count as main-group centres of a ligand."""

POLYOXO_METALS: Final[frozenset[str]] = frozenset("V Nb Ta Mo W".split())
"""Metals that belong to the ligand where oxygen alone surrounds them (polyoxometalates)."""

PARAMAGNETIC_D: Final[frozenset[str]] = frozenset("Ti V Cr Mn Fe Co Ni Cu Ru Os Re".split())
"""d metals that are open-shell ions more often than not: a lanthanide beside one is exchange-coupled."""

BOND_TOLERANCE: Final[float] = 0.35
"""Two atoms are bonded within the sum of their radii plus this [Å]."""

LANTHANIDE_TOLERANCE: Final[float] = 0.45
"""The same for a contact of a lanthanide [Å]: its bonds are longer and softer."""


def bond_cutoff(a: str, b: str) -> float:
    """Longest distance at which elements `a` and `b` count as in contact [Å]."""
    lanthanide = a in LANTHANIDES or b in LANTHANIDES
    return COVALENT_RADII[a] + COVALENT_RADII[b] + (LANTHANIDE_TOLERANCE if lanthanide else BOND_TOLERANCE)
