"""Building blocks of the ligand library: groups that chemists hang on donors, by name.

Each is SMILES whose first atom carries the free valence, so that a group can stand wherever a core leaves a place for
it. Ring closures of groups use the digits 1 to 3, those of cores (`training.library.families`) 7 to 9. All are
groups of ligands or reagents that are bought or made routinely; the choice is ours.
"""

from __future__ import annotations

from typing import Final

Groups = dict[str, str]

SMALL: Final[Groups] = {
    "methyl": "C",
    "ethyl": "CC",
    "n-propyl": "CCC",
    "isopropyl": "C(C)C",
    "tert-butyl": "C(C)(C)C",
    "cyclopropyl": "C1CC1",
    "trifluoromethyl": "C(F)(F)F",
}

ALKYL: Final[Groups] = {
    **SMALL,
    "n-butyl": "CCCC",
    "isobutyl": "CC(C)C",
    "sec-butyl": "C(C)CC",
    "n-pentyl": "CCCCC",
    "neopentyl": "CC(C)(C)C",
    "tert-amyl": "C(C)(C)CC",
    "3-pentyl": "C(CC)CC",
    "n-hexyl": "CCCCCC",
    "n-octyl": "CCCCCCCC",
    "2-ethylhexyl": "CC(CC)CCCC",
    "cyclobutyl": "C1CCC1",
    "cyclopentyl": "C1CCCC1",
    "cyclohexyl": "C1CCCCC1",
    "cyclohexylmethyl": "CC1CCCCC1",
    "norbornyl": "C1CC2CCC1C2",
    "adamantyl": "C12CC3CC(CC(C3)C1)C2",
    "trifluoroethyl": "CC(F)(F)F",
    "trimethylsilylmethyl": "C[Si](C)(C)C",
    "benzyl": "Cc1ccccc1",
    "4-methoxybenzyl": "Cc1ccc(OC)cc1",
    "4-fluorobenzyl": "Cc1ccc(F)cc1",
    "cumyl": "C(C)(C)c1ccccc1",
    "phenethyl": "CCc1ccccc1",
    "allyl": "CC=C",
}

ARYL: Final[Groups] = {
    "phenyl": "c1ccccc1",
    "o-tolyl": "c1ccccc1C",
    "m-tolyl": "c1cccc(C)c1",
    "p-tolyl": "c1ccc(C)cc1",
    "2,6-xylyl": "c1c(C)cccc1C",
    "3,5-xylyl": "c1cc(C)cc(C)c1",
    "mesityl": "c1c(C)cc(C)cc1C",
    "2-isopropylphenyl": "c1ccccc1C(C)C",
    "2,6-diisopropylphenyl": "c1c(C(C)C)cccc1C(C)C",
    "4-tert-butylphenyl": "c1ccc(C(C)(C)C)cc1",
    "2-methoxyphenyl": "c1ccccc1OC",
    "3-methoxyphenyl": "c1cccc(OC)c1",
    "4-methoxyphenyl": "c1ccc(OC)cc1",
    "4-dimethylaminophenyl": "c1ccc(N(C)C)cc1",
    "4-fluorophenyl": "c1ccc(F)cc1",
    "3-fluorophenyl": "c1cccc(F)c1",
    "3,5-difluorophenyl": "c1cc(F)cc(F)c1",
    "4-chlorophenyl": "c1ccc(Cl)cc1",
    "3-chlorophenyl": "c1cccc(Cl)c1",
    "3,5-dichlorophenyl": "c1cc(Cl)cc(Cl)c1",
    "4-trifluoromethylphenyl": "c1ccc(C(F)(F)F)cc1",
    "3-trifluoromethylphenyl": "c1cccc(C(F)(F)F)c1",
    "pentafluorophenyl": "c1c(F)c(F)c(F)c(F)c1F",
    "4-cyanophenyl": "c1ccc(C#N)cc1",
    "1-naphthyl": "c1cccc2ccccc12",
    "2-naphthyl": "c1ccc2ccccc2c1",
    "4-biphenylyl": "c1ccc(-c2ccccc2)cc1",
    "2-thienyl": "c1cccs1",
    "3-furyl": "c1ccoc1",
}

FLUORINATED: Final[Groups] = {
    "trifluoromethyl": "C(F)(F)F",
    "trifluoroethyl": "CC(F)(F)F",
    "pentafluoroethyl": "C(F)(F)C(F)(F)F",
    "heptafluoropropyl": "C(F)(F)C(F)(F)C(F)(F)F",
    "3,5-bis(trifluoromethyl)phenyl": "c1cc(C(F)(F)F)cc(C(F)(F)F)c1",
    "pentafluorophenyl": "c1c(F)c(F)c(F)c(F)c1F",
}

VINYL: Final[Groups] = {"vinyl": "C=C", "isopropenyl": "C(=C)C", "ethynyl": "C#C", "phenylethynyl": "C#Cc1ccccc1"}

AMINO: Final[Groups] = {
    "dimethylamino": "N(C)C",
    "diethylamino": "N(CC)CC",
    "diisopropylamino": "N(C(C)C)C(C)C",
    "methylamino": "NC",
    "isopropylamino": "NC(C)C",
    "tert-butylamino": "NC(C)(C)C",
    "cyclohexylamino": "NC1CCCCC1",
    "anilino": "Nc1ccccc1",
    "N-methylanilino": "N(C)c1ccccc1",
    "pyrrolidinyl": "N1CCCC1",
    "piperidinyl": "N1CCCCC1",
    "morpholinyl": "N1CCOCC1",
    "azepanyl": "N1CCCCCC1",
    "dibutylamino": "N(CCCC)CCCC",
    "amino": "N",
}

ALKOXY: Final[Groups] = {
    "methoxy": "OC",
    "ethoxy": "OCC",
    "propoxy": "OCCC",
    "isopropoxy": "OC(C)C",
    "butoxy": "OCCCC",
    "tert-butoxy": "OC(C)(C)C",
    "neopentyloxy": "OCC(C)(C)C",
    "cyclohexyloxy": "OC1CCCCC1",
    "trifluoroethoxy": "OCC(F)(F)F",
    "benzyloxy": "OCc1ccccc1",
    "phenoxy": "Oc1ccccc1",
    "4-tolyloxy": "Oc1ccc(C)cc1",
    "4-fluorophenoxy": "Oc1ccc(F)cc1",
    "2,6-xylyloxy": "Oc1c(C)cccc1C",
}

SILYL: Final[Groups] = {
    "trimethylsilyl": "[Si](C)(C)C",
    "ethyldimethylsilyl": "[Si](C)(C)CC",
    "dimethylsilyl": "[SiH](C)C",
    "triethylsilyl": "[Si](CC)(CC)CC",
    "isopropyldimethylsilyl": "[Si](C)(C)C(C)C",
    "tert-butyldimethylsilyl": "[Si](C)(C)C(C)(C)C",
    "triisopropylsilyl": "[Si](C(C)C)(C(C)C)C(C)C",
    "dimethylphenylsilyl": "[Si](C)(C)c1ccccc1",
    "vinyldimethylsilyl": "[Si](C)(C)C=C",
    "cyclohexyldimethylsilyl": "[Si](C)(C)C1CCCCC1",
    "diphenylmethylsilyl": "[Si](C)(c1ccccc1)c1ccccc1",
}

SILOXY: Final[Groups] = {
    "trimethylsiloxy": "O[Si](C)(C)C",
    "triethylsiloxy": "O[Si](CC)(CC)CC",
    "dimethylphenylsiloxy": "O[Si](C)(C)c1ccccc1",
    "tert-butyldimethylsiloxy": "O[Si](C)(C)C(C)(C)C",
}

ON_RING: Final[Groups] = {
    **SMALL,
    "cyclohexyl": "C1CCCCC1",
    "phenyl": "c1ccccc1",
    "p-tolyl": "c1ccc(C)cc1",
    "4-fluorophenyl": "c1ccc(F)cc1",
    "benzyl": "Cc1ccccc1",
    "vinyl": "C=C",
    "fluoro": "F",
    "chloro": "Cl",
    "methoxy": "OC",
    "ethoxy": "OCC",
    "phenoxy": "Oc1ccccc1",
    "trifluoromethoxy": "OC(F)(F)F",
    "dimethylamino": "N(C)C",
    "pyrrolidinyl": "N1CCCC1",
    "piperidinyl": "N1CCCCC1",
    "cyano": "C#N",
    "nitro": "[N+](=O)[O-]",
    "acetyl": "C(C)=O",
    "methoxycarbonyl": "C(=O)OC",
    "trimethylsilyl": "[Si](C)(C)C",
    "methylthio": "SC",
}
"""Substituents of aromatic rings."""

INERT_ON_RING: Final[Groups] = {
    name: text
    for name, text in ON_RING.items()
    if name not in ("cyano", "nitro", "acetyl", "methoxycarbonyl", "methylthio", "dimethylamino", "ethoxy")
}
"""Those of them that bind no metal and stand a strong base."""

CARBON: Final[Groups] = {**ALKYL, **ARYL, **VINYL}
"""Groups bound through carbon."""

COMMON: Final[Groups] = {
    name: CARBON[name]
    for name in (
        "methyl", "ethyl", "n-propyl", "isopropyl", "n-butyl", "isobutyl", "tert-butyl", "neopentyl", "cyclopropyl",
        "cyclopentyl", "cyclohexyl", "trifluoroethyl", "benzyl", "allyl", "phenyl", "o-tolyl", "p-tolyl", "2,6-xylyl",
        "mesityl", "4-methoxyphenyl", "4-fluorophenyl", "4-trifluoromethylphenyl",
    )
}  # fmt: skip
"""The groups that every family gets."""

ON_NITROGEN: Final[Groups] = {
    name: CARBON[name]
    for name in (*COMMON, "2,6-diisopropylphenyl", "adamantyl", "trimethylsilylmethyl", "sec-butyl", "4-methoxybenzyl",
                 "3,5-xylyl", "4-tert-butylphenyl")
}  # fmt: skip
"""Groups on the nitrogen of amides, carbenes and azoles."""
