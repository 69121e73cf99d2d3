"""The synthetic accessibility score (SA score): 1, easy to make, to 10, hard.

P. Ertl, A. Schuffenhauer, J. Cheminform. 2009, 1, 8, doi:10.1186/1758-2946-1-8, as RDKit ships it in its Contrib
folder. The score was fitted to drug-like molecules: under five or so heavy atoms and for unusual elements it says
little. An anion is scored as its conjugate acid, which is what one makes.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdkit import Chem, RDConfig

from core.errors import DomainError


def synthetic_accessibility(mol: Any) -> float:
    """SA score of a sanitised RDKit molecule [1 to 10].

    Raises:
        DomainError: RDKit was installed without the score's table.
    """
    return float(_scorer().calculateScore(_conjugate_acid(mol)))


def accessibility_of_smiles(smiles: str) -> float:
    """The same of a ligand's canonical SMILES, which RDKit wrote itself."""
    return synthetic_accessibility(Chem.MolFromSmiles(smiles))


@lru_cache(maxsize=1)
def _scorer() -> Any:
    """RDKit's own module; it lies beside the package, not in it, and loads its table of fragments at first use."""
    path = Path(RDConfig.RDContribDir) / "SA_Score" / "sascorer.py"
    spec = importlib.util.spec_from_file_location("sascorer", path)
    if not path.exists() or spec is None or spec.loader is None:
        raise DomainError("RDKit's table of the SA score is missing.", advice="Install rdkit from its wheel.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _conjugate_acid(mol: Any) -> Any:
    """The molecule with a proton on every negative atom that no positive neighbour balances."""
    acid = Chem.RWMol(mol)
    for atom in acid.GetAtoms():
        if atom.GetFormalCharge() < 0 and all(n.GetFormalCharge() <= 0 for n in atom.GetNeighbors()):
            hydrogens = atom.GetTotalNumHs() - atom.GetFormalCharge()
            if atom.GetSymbol() == "B":  # a borate has no lone pair to take a proton
                continue
            atom.SetFormalCharge(0)
            atom.SetNumExplicitHs(hydrogens)
            atom.SetNoImplicit(True)
    Chem.SanitizeMol(acid)
    return acid
