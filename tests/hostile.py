"""Strings that someone may type, paste or upload as a ligand to do harm."""

from __future__ import annotations

import random
from collections.abc import Sequence

from rdkit import Chem


def hostile_strings(honest: Sequence[str]) -> list[str]:
    """Seeded: the classics of injection, monsters for the parser, and mutations of `honest` SMILES and a MOL block."""
    rng = random.Random(20240607)
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CN(C)P(=O)(N(C)C)N(C)C"))
    classics = [
        *(
            "C" * 10_000,
            "[" * 300,
            "(" * 399,
            "C(" * 150 + ")" * 150,
            "[*]",
            "C%(99999)C",
            "C1" * 150,
            "\x00",
            "C\x00O",
        ),
        *(
            "'; DROP TABLE jobs;--",
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "{0.__class__}",
            "%s%n%x",
        ),
        *(
            "${jndi:ldap://x}",
            "../../etc/passwd",
            "$(reboot)",
            "`id`",
            "\u202eOC",
            "Ｃ＝Ｏ",
            "\ud800",
            "🧪",
            "O\u0301",
            "=O",
        ),
        *(
            "-1e309",
            "NaN",
            "None",
            "[999C]",
            "[C+999999999999]",
            "[CH999]",
            "[C@@@@]",
            "[Dy@OH30]",
            "C/C=C/C=C\\",
            "#",
            "-",
        ),
        *(
            "$$$$",
            "M  END",
            "V2000",
            "\n\n\n999999999 0  V2000\nM  END",
            "V3000\nM  V30 BEGIN CTAB",
            "M  END\n" * 7_000,
        ),
        *("[S]12" + "S34S56" * 60, "B1" * 90, "c1" * 150, "c1ccc2" * 40, "C12345C12345C12345", "N=N" * 100, "N#N=O"),
        *(
            "C1" + "C" * 55 + "1",
            "P" * 60,
            "S(=O)(=O)" * 30,
            "[Si]" * 60,
            "c" * 60,
            "OC(O)" * 20,
            "[C@H](F)" * 18 + "O",
        ),
    ]
    alphabet = "CNOPSFBclnos[]()=#+-@/\\123%.*~$|<>{}\"' \t\n\x00é漢"
    mutants = [_mutated(rng, rng.choice(honest), alphabet) for _ in range(400)]
    blocks = [_mutated(rng, block, alphabet + "M V0") for _ in range(120)]
    return classics + mutants + blocks


def _mutated(rng: random.Random, text: str, alphabet: str) -> str:
    letters = list(text)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(letters) + 1)
        letters[place : place + rng.randint(0, 2)] = rng.choices(alphabet, k=rng.randint(0, 3))
    return "".join(letters)
