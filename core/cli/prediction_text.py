"""Records of ``kramers predict`` and ``kramers build`` as text for people: what was found, levels, verdict, doubts."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.magnetism.level_table import level_table
from core.schema.results import BuiltRecord, DoubtRecord, MetalSiteRecord, NotBuiltRecord, PredictionRecord
from core.words import percent
from core.workflows.learned_gap import in_words

Judged = Mapping[str, Any]
"""A prediction, or one ion of several: both hold levels and what the models say under the same names."""

_MODELS: Final = (
    ("electrostatic", "electrostatic model"),
    ("voxel", "network"),
    ("invariant", "network's control"),
)
"""In the order in which the page shows them."""

_WIDE: Final = 160
"""Columns beyond which lines are hard to read."""

_CELLS: Final = (6, 5, 11, 11, 8, 11)
"""Widths in the table over several structures."""


def structure_text(record: PredictionRecord) -> str:
    """One structure: a heading, the levels of its ion or ions, and the doubts, the gravest first."""
    lines = [record["file"] if record["block"] in ("", None) else f"{record['file']} (block {record['block']})"]
    if record["status"] != "ok":
        word = "Not judged" if record["status"] == "refused" else "Not read"
        lines.append(f"{word}: {record['message']}")
    else:
        lines.append(record["message"])
    sites = _sites(record)
    for site in sites:
        lines += ["", *_site(site)]
    lines += ["", *((record.get("coupling") or {}).get("reasoning", []))] if sites else _judged(record)
    return _printed([*lines, *_doubts(record["doubts"])])


def _site(site: MetalSiteRecord) -> list[str]:
    if site["image_of"]:
        return [f"{site['label']}: as {site['image_of']}, from which symmetry makes it."]
    heading = f"{site['label']}, {site['element']}, coordination number {site['coordination_number']}"
    return [heading, *_judged(site), *_doubts(site["doubts"])]


def built_text(record: BuiltRecord | NotBuiltRecord) -> str:
    """A complex that was built, or why there is none."""
    if record["kind"] == "not-built":
        return _printed([f"Not built: {record['message']}"])
    axial, equatorial = (record["distances_A"][place] for place in ("axial", "equatorial"))
    lines = [
        record["message"],
        f"Axial {record['metal']}–donor {_joined(axial)} Å, equatorial {_joined(equatorial)} Å, "
        f"donor–{record['metal']}–donor {record['angles_deg']['donor_metal_donor']:.1f}°.",
        *_judged(record),
        *([in_words(record["learned_gap"])] if "learned_gap" in record else []),
    ]
    return _printed([*lines, *_doubts(record["doubts"])])


def overview(records: Sequence[PredictionRecord]) -> str:
    """A table with one line a structure, or an ion of several; its name last, as names are of any length."""
    lines = [_columns(("ion", "CN", "shape", "gap/cm⁻¹", "g_z", "SMM-like/%"), "doubts  file")]
    for record in records:
        ions = _sites(record)
        lines += [_overview_line(site["label"], site, record) for site in ions] or [
            _overview_line(record["metal"], record, record)
        ]
    states = Counter(str(record["status"]) for record in records)
    told = ", ".join(f"{states[word]} {name}" for word, name in _STATES.items() if states[word])
    return _printed([*lines, f"{len(records)} structures: {told}."])


def _sites(record: PredictionRecord) -> list[MetalSiteRecord]:
    """The ions with levels of their own, where several were judged together."""
    return [] if record["levels"] is not None else [site for site in record.get("sites", []) if "levels" in site]


def _overview_line(ion: str, found: Judged, record: PredictionRecord) -> str:
    levels, said = found.get("levels"), found.get("electrostatic")
    cells = (
        ion or "–",
        _or_dash(found.get("coordination_number"), "d"),
        next(iter(found.get("shape", {})), "–"),
        _or_dash(levels and levels["first_gap_cm1"], ".1f"),
        _or_dash(levels["g"][2] if levels and levels["g"] else None, ".2f"),
        _or_dash(None if said is None or said["p_smm"] is None else 100 * said["p_smm"], ".0f"),
    )
    name = record["file"] if record["status"] == "ok" else f"{record['file']}: {record['message']}"
    return _columns(cells, f"{len(found['doubts']):>6}  {name}")


_STATES: Final = {"ok": "judged", "refused": "not judged", "error": "not read"}


def _columns(cells: Sequence[str], last: str) -> str:
    return " " + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _CELLS, strict=True)) + "  " + last


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _joined(lengths: Sequence[float]) -> str:
    """Each length once: ``2.22`` or ``2.36 to 2.37``."""
    low, high = f"{min(lengths):.2f}", f"{max(lengths):.2f}"
    return low if low == high else f"{low} to {high}"


def _judged(found: Judged) -> list[str]:
    """Verdict, g_z and levels of one ion."""
    lines = _verdict(found)
    reason = (found.get("voxel") or {}).get("reason")
    if reason:
        who = "The network and its control do not answer." if lines else "No verdict."
        lines.append(f"{who} {reason}")
    levels = found["levels"]
    if levels is None:
        return lines
    ground = "" if levels["g"] is None else f", g_z {levels['g'][2]:.2f} of the ground doublet"
    angle = found.get("axial_angle_deg")
    axis = "" if angle is None else f", easy axis {angle:.1f}° from the most axial pair of donors"
    heading = f"Levels of {levels['ion']}(III), {levels['multiplet']} ({levels['level_of_theory']}){ground}{axis}:"
    return [*lines, heading, *level_table(levels["doublets"])]


def _verdict(found: Judged) -> list[str]:
    """What each model says that was asked; nothing where none was."""
    said = [
        f"{percent(found[key]['p_smm'])} by the {name} (gap {found[key]['gap_cm1']:.0f} cm⁻¹, 90 %: "
        f"{found[key]['gap_interval_cm1'][0]:.0f} to {found[key]['gap_interval_cm1'][1]:.0f})"
        for key, name in _MODELS
        if found.get(key) and found[key]["p_smm"] is not None
    ]
    return [f"SMM-like: {'; '.join(said)}."] if said else []


def _doubts(doubts: Sequence[DoubtRecord]) -> list[str]:
    told = [f"– {one['severity']}, {one['subject']}: {one['text']}" for one in doubts]
    return ["Reasons to doubt:", *told] if told else []


def _printed(lines: Sequence[str]) -> str:
    """Fit for a terminal: no sign of a file controls it, sentences are broken at its width; tables, and all that goes
    into a pipe, keep their lines."""
    width = min(shutil.get_terminal_size().columns, _WIDE) if sys.stdout.isatty() else None
    harmless = ["".join(c if c.isprintable() else "?" for c in line) for line in lines]
    return (
        "\n".join(line if width is None or line.startswith(" ") else _wrapped(line, width) for line in harmless) + "\n"
    )


def _wrapped(line: str, width: int) -> str:
    return textwrap.fill(line, width, subsequent_indent="  " if line.startswith("–") else "", break_on_hyphens=False)
