"""The second list of landmarks: chosen by rule, built as meant, half of it out of sight."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.validation import landmarks_reported
from benchmarks.validation.measured_complexes import SUBJECTS
from core.errors import InputError
from core.learned.descriptors import donors_of
from core.learned.simdavis import read_simdavis
from tests.learned.simdavis_table import sample, written
from training.motifs.landmarks import LIGANDS, POLYOXOMETALATE
from training.motifs.landmarks import entries as first_list
from training.motifs.reported_landmarks import (
    MEASURED,
    ReportedEntry,
    built_reported,
    halves,
    reported_entries,
    sight_of_landmark,
    verdicts,
)

KNOWN = reported_entries()
OWN = Path(
    os.environ.get("KRAMERS_SIMDAVIS") or Path(__file__).parents[3] / "shared/data/simdavis/SIMDAVIS_dataset.tsv"
)

pytestmark = pytest.mark.xdist_group("landmarks")


def test_with_the_first_list_there_are_at_least_eighty() -> None:
    assert len(KNOWN) + len(first_list()) >= 80
    assert len({entry.id for entry in KNOWN}) == len({entry.sample for entry in KNOWN}) == len(KNOWN)
    assert max(Counter(entry.compound for entry in KNOWN).values()) <= 4


def test_no_verdict_and_no_barrier_stands_in_the_file() -> None:
    for row in json.loads((Path(__file__).parents[2] / "assets/landmarks/reported.json").read_text())["landmarks"]:
        assert set(row) == {"id", "compound", "ion", "charge", "sample", "doi", "recipe"}
        assert set(row["recipe"]) <= {"polyhedron", "ligands"}


def test_ligands_are_those_of_the_motifs() -> None:
    assert {step.ligand for entry in KNOWN for step in entry.steps} <= {*LIGANDS, POLYOXOMETALATE}


def test_half_is_put_aside_and_no_compound_stands_in_both_halves() -> None:
    opened, aside = halves(KNOWN)
    assert abs(len(opened) - len(aside)) <= 4 and len(opened) + len(aside) == len(KNOWN)
    assert not {entry.compound for entry in opened} & {entry.compound for entry in aside}
    assert not MEASURED & {entry.compound for entry in aside}


def test_what_was_computed_beside_measured_barriers_is_not_put_aside() -> None:
    _, aside = halves(KNOWN)
    computed = {number for subject in SUBJECTS for number in subject.source.samples}
    assert not computed & {entry.sample for entry in aside}


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_it_is_built_with_its_charge_and_ligands(entry: ReportedEntry) -> None:
    landmark = built_reported(entry)
    assert landmark.elements[0] == entry.ion
    assert 3 + sum(ligand.charge for ligand in landmark.sphere.ligands) == entry.charge
    assert len(landmark.sphere.ligands) == sum(step.count for step in entry.steps)


def test_verdicts_come_from_the_table_and_another_sample_is_a_sentence(tmp_path: Path) -> None:
    (entry,) = [entry for entry in KNOWN if entry.id == "Dy [Ln(NCS)6]3-"]
    right = sample(entry.sample, DOI=entry.doi, X_im_max="No Freq-dependent X''")
    assert verdicts([entry], read_simdavis(written(tmp_path / "a.tsv", [right]))) == {entry.id: False}
    for wrong in ({"DOI": "10.0/b"}, {"Ln_ion": "Tb3+"}, {"X_im_max": "Not Measured"}, {"sample_ID": "9999"}):
        samples = read_simdavis(written(tmp_path / "b.tsv", [{**right, **wrong}]))
        with pytest.raises(InputError, match=f"sample {entry.sample} is not Dy"):
            verdicts([entry], samples)


def test_a_refusal_is_not_right_and_the_half_put_aside_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, aside = halves(KNOWN)
    monkeypatch.setattr(landmarks_reported, "verdicts", lambda found, _: {entry.id: True for entry in found})
    monkeypatch.setattr(landmarks_reported, "built_reported", lambda entry: entry)
    monkeypatch.setattr(landmarks_reported, "landmarks", lambda: ())
    seen: list[str] = []

    def asked(entry: ReportedEntry) -> dict[str, object]:
        seen.append(entry.id)
        yes, no = {"p": 0.5}, {"p": 0.49}
        return {"id": entry.id, "ion": entry.ion, "electrostatic": yes, "voxel": no, "invariant": None,
                "literature": yes}  # fmt: skip

    monkeypatch.setattr(landmarks_reported, "asked", asked)
    monkeypatch.setattr(landmarks_reported, "share", lambda right, of: (right, of))
    record = landmarks_reported.judged((), open_unseen=False)
    assert set(seen) == {entry.id for entry in opened} and record["put_aside"] == len(aside)
    assert set(record["lists"]) == {"first", "open"}
    right = record["lists"]["open"]["right"]
    assert right == {"electrostatic": (len(opened),) * 2, "voxel": (0, len(opened)), "invariant": (0, len(opened)),
                     "literature": (len(opened),) * 2}  # fmt: skip
    assert set(landmarks_reported.judged((), open_unseen=True)["lists"]) == {"first", "open", "unseen"}


def test_the_committed_figures_hold_neither_verdicts_nor_anything_of_the_half_put_aside() -> None:
    record = json.loads(landmarks_reported.RESULTS.read_text(encoding="utf-8"))
    _, aside = halves(KNOWN)
    assert record["put_aside"] == len(aside)
    named = {row["id"] for part in record["lists"].values() for row in part["rows"]}
    assert not named & {entry.id for entry in aside}
    for part in record["lists"].values():
        assert all("smm" not in row and "slow" not in row for row in part["rows"])


@pytest.mark.skipif(not OWN.exists(), reason="no copy of SIMDAVIS")
def test_the_table_agrees_with_what_was_built_and_with_the_rule() -> None:
    samples = {one.number: one for one in read_simdavis(OWN)}
    assert set(verdicts(KNOWN, list(samples.values()))) == {entry.id for entry in KNOWN}
    for entry in KNOWN:
        landmark, stated = built_reported(entry), samples[entry.sample].sight
        assert stated.diluted is False
        assert stated.sites in (None, landmark.sphere.coordination_number)
        assert donors_of(landmark.sphere) is stated.donors
        sight = sight_of_landmark(landmark)
        assert sight is not None and sight.ion == stated.ion
