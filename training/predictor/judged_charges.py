"""Effective charges by chemical judgement: what `training.predictor.calibration` starts from, and what a class keeps
that it saw in no complex.

    q = −polarity(class) + ANIONIC_SHARE · formal charge on that atom

The scale has one anchor: with the ⟨r^k⟩ and σ_k of `core.magnetism.ions`, −1.8 on hydroxide and −1.2 on water are the
least-squares fit to the eight Kramers doublets that OpenMolcas gives for one model complex, [Dy(H2O)5(OH)2]+, in a
pentagonal bipyramid (11 cm⁻¹ root mean square left over). All other classes are placed relative to these two: harder,
more basic and less delocalised donors higher, N below O, each atom of a π ligand lower.
"""

from __future__ import annotations

from typing import Final

from core.chem.donor_class import DonorClass

ANIONIC_SHARE: Final[float] = 0.6
"""Point charge on the donor per unit of formal charge; the difference of hydroxide and water in the anchor."""

_C = DonorClass

POLARITY: Final[dict[DonorClass, float]] = {
    # neutral oxygen
    _C.WATER: 1.2,
    _C.ALCOHOL: 1.15,
    _C.ETHER: 1.0,
    _C.CARBONYL: 1.1,
    _C.AMIDE_O: 1.25,
    _C.PHOSPHINE_OXIDE: 1.35,
    _C.SULFOXIDE: 1.3,
    _C.N_OXIDE: 1.35,
    _C.NITROXIDE: 1.1,
    _C.NEUTRAL_O: 1.1,
    # anionic oxygen: the formal charge comes on top
    _C.HYDROXIDE: 1.2,
    _C.OXIDE: 1.2,
    _C.PEROXIDE: 1.2,
    _C.ALKOXIDE: 1.35,
    _C.ARYLOXIDE: 1.25,
    _C.SILOXIDE: 1.25,
    _C.CARBOXYLATE: 1.05,
    _C.BETA_DIKETONATE: 1.05,
    _C.NITRATE: 0.8,
    _C.OXOANION: 0.95,
    _C.POLYOXOMETALATE: 1.0,
    _C.ANIONIC_O: 1.1,
    # neutral nitrogen
    _C.AMINE: 0.9,
    _C.IMINE: 0.9,
    _C.PYRIDINE: 0.85,
    _C.NITRILE: 0.7,
    _C.NEUTRAL_N: 0.85,
    # anionic nitrogen
    _C.AMIDE_N: 1.1,
    _C.AZOLATE: 0.85,
    _C.TETRAPYRROLE: 0.9,
    _C.PSEUDOHALIDE_N: 0.8,
    _C.ANIONIC_N: 0.95,
    # carbon: for each atom of a π ligand
    _C.CYCLOPENTADIENYL: 0.45,
    _C.CYCLOOCTATETRAENYL: 0.3,
    _C.ARENE: 0.15,
    _C.ALLYL: 0.45,
    _C.HAPTO: 0.35,
    _C.ALKYL: 1.0,
    _C.ARYL: 0.9,
    _C.CARBENE: 0.9,
    _C.CYANIDE_C: 0.8,
    # the rest
    _C.HYDRIDE: 0.6,
    _C.BOROHYDRIDE: 0.4,
    _C.FLUORIDE: 1.1,
    _C.CHLORIDE: 1.0,
    _C.BROMIDE: 0.95,
    _C.IODIDE: 0.9,
    _C.HALOCARBON: 0.4,
    _C.THIOETHER: 0.7,
    _C.THIOLATE: 0.9,
    _C.PHOSPHINE: 0.7,
    _C.PHOSPHIDE: 0.9,
    _C.OTHER_NEUTRAL: 0.9,
    _C.OTHER_ANIONIC: 1.0,
}
"""Lone-pair part of the effective charge of each class, as a positive number [e]."""
