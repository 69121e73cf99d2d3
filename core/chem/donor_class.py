"""The chemical classes of donors, named as an inorganic chemist names them."""

from __future__ import annotations

from enum import StrEnum


class DonorClass(StrEnum):
    """What binds the metal. The value is the word on the screen."""

    # oxygen, neutral
    WATER = "water"
    ALCOHOL = "alcohol"  # also phenol OH
    ETHER = "ether"
    CARBONYL = "carbonyl"  # ketone, aldehyde, ester
    AMIDE_O = "amide O"  # carboxamide, urea, DMF
    PHOSPHINE_OXIDE = "phosphine oxide"  # also phosphoramide, neutral phosphate ester, carbamoyl-P=O
    SULFOXIDE = "sulfoxide"
    N_OXIDE = "N-oxide"
    NITROXIDE = "nitroxide radical"
    NEUTRAL_O = "neutral O"
    # oxygen, anionic
    HYDROXIDE = "hydroxide"
    OXIDE = "oxide"
    PEROXIDE = "peroxide"
    ALKOXIDE = "alkoxide"
    ARYLOXIDE = "aryloxide"
    SILOXIDE = "siloxide"
    CARBOXYLATE = "carboxylate"
    BETA_DIKETONATE = "β-diketonate"
    NITRATE = "nitrate"
    OXOANION = "oxoanion"  # sulfonate, sulfate, phosphate, phosphonate, perchlorate, carbonate
    POLYOXOMETALATE = "polyoxometalate"
    ANIONIC_O = "anionic O"  # enolate, N–O⁻ (oximate, nitrosolate) and the rest
    # nitrogen, neutral
    AMINE = "amine"
    IMINE = "imine"  # also oxime, hydrazone C=N
    PYRIDINE = "pyridine N"  # neutral aromatic N: pyridine, imidazole, pyrazole, triazine
    NITRILE = "nitrile"
    NEUTRAL_N = "neutral N"
    # nitrogen, anionic
    AMIDE_N = "amide N"  # R2N⁻, silylamide, deprotonated carboxamide or amine
    AZOLATE = "azolate"  # pyrrolide, pyrazolate, imidazolate, tetrazolate
    TETRAPYRROLE = "tetrapyrrole N"  # porphyrinate, phthalocyaninate
    PSEUDOHALIDE_N = "pseudohalide N"  # azide, isothiocyanate, cyanate N, dicyanamide
    ANIONIC_N = "anionic N"
    # carbon
    CYCLOPENTADIENYL = "cyclopentadienyl"  # also indenyl, fluorenyl, boratabenzene-like 6π rings, phospholyl
    CYCLOOCTATETRAENYL = "cyclooctatetraenyl"
    ARENE = "arene"
    ALLYL = "allyl"
    HAPTO = "π ligand"  # every other hapto ligand
    ALKYL = "alkyl"
    ARYL = "aryl"
    CARBENE = "carbene"
    CYANIDE_C = "cyanide C"  # also CO, isocyanide, alkynyl
    # the rest
    HYDRIDE = "hydride"
    BOROHYDRIDE = "borohydride H"
    FLUORIDE = "fluoride"
    CHLORIDE = "chloride"
    BROMIDE = "bromide"
    IODIDE = "iodide"
    HALOCARBON = "halocarbon"  # C–F, C–Cl … contacts, BF4⁻ and PF6⁻ fluorine
    THIOETHER = "thioether"
    THIOLATE = "thiolate"  # also dithiocarbamate, dithiophosphate S
    PHOSPHINE = "phosphine"
    PHOSPHIDE = "phosphide"
    OTHER_NEUTRAL = "other, neutral"
    OTHER_ANIONIC = "other, anionic"
