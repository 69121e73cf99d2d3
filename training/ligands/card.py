"""The model card of the ligand generator; nothing in it is written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PUBLISHED = (
    "JT-VAE (W. Jin et al., ICML 2018, arXiv:1802.04364) reconstructs 76.7 % on ZINC250k, 100 % valid; not comparable: "
    "drug-like molecules of 23 heavy atoms in the mean with stereo, a random split, and reconstruction averaged over "
    "draws from the posterior, not from its mean. The VAE of MOSES (D. Polykovskiy et al., Front. Pharmacol. 2020, 11, "
    "565644) has valid 97.7 %, unique@10k 99.8 %, novel 69.5 %; not comparable: SMILES of ZINC leads, valid as "
    "molecules and not as ligands; that benchmark does not ask for reconstruction."
)


def card(name: str, record: Mapping[str, Any], benchmark: Path) -> str:
    """What a user of the weights has to know.

    Args:
        record: configuration that ships with the weights.
        benchmark: what `benchmarks.validation.ligand_vae` wrote; it counts if it judged this set.
    """
    shape = {k: v for k, v in record["network"].items() if k not in ("targets", "classes")}
    lines = [
        f"# {name}",
        "",
        "A variational autoencoder on donor-first SELFIES: monodentate ligands to points of a latent space and back,",
        "with heads for their properties. Apache-2.0. Made by `python -m training.ligands.heads`.",
        "",
        f"- Training set: {record['ligands']} ligands of `training.ligands.ligand_set`, SHA-256 `{record['set']}`; our",
        "  library (`assets/ligands`) and a pool of public molecules with donors by rule, of which nothing is shipped.",
        "- Split by Bemis–Murcko scaffold (ligands without a ring by skeleton); 8 % test, 2 % watch.",
        "- Scope: one donor (O, N, S, F, Cl or carbene C), 25 heavy atoms of H B C N O F Si P S Cl, charge 0 or −1, no",
        "  stereo, no chelate. What it writes is plausible, not known to be made or to bind.",
        f"- Network: `{json.dumps(shape)}`",
        f"- Recipe: `{json.dumps(record['recipe'])}`",
        f"- Last line of the log: `{json.dumps(record['last'])}`",
        "",
        "## Heads",
        "",
        "Mean absolute errors on ligands of scaffolds that neither network nor head has seen.",
        "",
        *heads_table(record),
        "",
        f"Donor class told right {record['classes']['donor_class']:.1%}, charge {record['classes']['charge']:.1%}.",
        "The first gap has a head of its own: `models_weights/gap-head`.",
        "",
        *_benchmark(benchmark, record["set"]),
        "## Beside published models",
        "",
        PUBLISHED,
        "",
    ]
    return "\n".join(lines)


def heads_table(record: Mapping[str, Any]) -> list[str]:
    """One line a head."""
    lines = ["| head | labels | error | donor-class mean | R² | within class | |", "|---|---|---|---|---|---|---|"]
    for head in record["heads"]:
        own = record["scores"].get(head["name"], {})
        r2 = " | ".join(f"{own[key]:.3f}" if key in own else "–" for key in ("r2", "r2_within"))
        unit = f" [{head['unit']}]" if head["unit"] else ""
        errors = f"{head['error']:.3g} | {head['baseline_error']:.3g}"
        lines.append(f"| {head['label']}{unit} | {head['labels']} | {errors} | {r2} | {head['doubt'] or ''} |")
    return lines


def _benchmark(path: Path, fingerprint: str) -> list[str]:
    """Figures of the benchmark, if it judged this set."""
    if not path.exists():
        return []
    record = json.loads(path.read_text(encoding="utf-8"))
    if record.get("set") != fingerprint:
        return []
    shown = {part: record[part] for part in ("reconstruction", "samples", "latent") if part in record}
    return ["## Generation", "", "```", json.dumps(shown, indent=1, ensure_ascii=False), "```", ""]
