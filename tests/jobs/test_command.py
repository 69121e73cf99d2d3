"""``kramers jobs`` as a user types it. Nobody runs the jobs here but where a test does so itself."""

from __future__ import annotations

import csv
import errno
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.jobs.ledger import Ledger, Room
from core.jobs.model import JobSpec, State
from core.jobs.store import Store
from core.qc.label_table import label_row, tables
from core.smm.screen import find_cifs, judge_file
from core.smm.screen_job import screen_jobs
from core.training.labels import load_pilot
from tests.jobs.supervised import ended, probe, supervisor

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
CERIUM_FLUORIDE = "2\ncharge=2\nCe 0 0 0\nF 0 0 2.1\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KRAMERS_SUPERVISOR", "none")
    return Store(tmp_path / "data")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    """Exit status and the JSON on standard output."""
    status = cli.main(["jobs", *map(str, arguments), "--json"])
    out = capsys.readouterr().out
    return status, json.loads(out) if out else None


def test_a_folder_of_files_is_one_batch_and_what_cannot_be_asked_is_named(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    for name, text in {
        "a.xyz": CERIUM_FLUORIDE,
        "b.xyz": CERIUM_FLUORIDE.replace("2.1", "2.2"),
        "bad.xyz": "x",
    }.items():
        (folder / name).write_text(text)
    status, said = run(capsys, "submit", folder, "--preset", "fast", "--hours", "2", "--memory", "600")
    assert status == 1
    assert [job["title"] for job in said["jobs"]] == ["a.xyz", "b.xyz"]
    assert [refused["title"] for refused in said["refused"]] == ["bad.xyz"] and said["refused"][0]["reason"]
    assert said["jobs"][0]["limits"] == {"threads": 1, "memory_mb": 2100, "wall_s": 7200}
    assert run(capsys, "submit", folder / "a.xyz", "--preset", "fast")[1]["jobs"][0]["id"] == said["jobs"][0]["id"]
    assert len(store.jobs()) == 2


def test_a_column_of_smiles_is_one_batch(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "ligands.csv"
    table.write_text("name,ligand\nfluoride,[F-]\n=danger,not a smiles\n", encoding="utf-8")
    status, said = run(capsys, "submit", table, "--column", "ligand", "--preset", "fast")
    assert status == 1 and [job["title"] for job in said["jobs"]] == ["fluoride"]
    job = store.jobs()[0]
    assert job.meta["smiles"] == "[F-]" and job.meta["donor"] == 0 and job.meta["metal"] == "Dy"
    assert job.question["elements"].count("F") == 2 and job.question["charge"] == 1
    assert run(capsys, "submit", table)[0] == 2, "the column has another name"


def test_jobs_are_listed_shown_and_looked_after(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = (store.submit(probe(name)).id for name in "ab")
    assert [job["id"] for job in run(capsys, "list")[1]] == [b, a]
    assert run(capsys, "prioritise", b[:8], "--priority", 4)[1][0]["place"] == 1
    assert run(capsys, "cancel", a, b)[1][0]["state"] == "cancelled"
    assert [job["id"] for job in run(capsys, "list", "--state", "queued")[1]] == []
    assert run(capsys, "retry", a, "--memory", 9000)[1][0]["limits"]["memory_mb"] == 9000
    shown = run(capsys, "show", a)[1]
    assert [change["state"] for change in shown["history"]] == ["queued", "cancelled", "queued"]
    ended(store, store.job(a), supervisor(store))
    assert run(capsys, "show", a)[1]["result"]["name"] == "a"
    assert run(capsys, "delete", a, b) == (0, [])
    assert run(capsys, "list")[1] == []


@pytest.mark.parametrize(
    "arguments",
    [("show", "0123"), ("cancel", "x"), ("submit", "/no/such.xyz"), ("submit",), ("submit", "/"), ("logs", "%")],
)
def test_what_cannot_be_done_is_a_sentence(
    store: Store, arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = tuple(str(tmp_path) if argument == "/" else argument for argument in arguments)
    status = cli.main(["jobs", *arguments])
    assert status in {1, 2} and "Traceback" not in capsys.readouterr().err


def test_a_reader_who_has_gone_is_no_faulty_file(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    store.submit(probe("a"))
    monkeypatch.setattr(sys, "stdout", Gone())
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # which the command closes then
    assert cli.main(["jobs", "list"]) == 1 and "cannot be used" not in caplog.text


def test_a_hostile_title_does_not_reach_the_terminal(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.submit(JobSpec("probe", {}, "\x1b]0;owned\x07\x1b[2J"))
    assert cli.main(["jobs", "list"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def verified(gap: float, donor: int = 0, **meta: Any) -> tuple[JobSpec, dict[str, Any]]:
    """A job and the parts of its record that the table takes; eight doublets, as Dy has."""
    question = {"elements": ["Dy", "F"], "positions_A": [[0, 0, 0], [0, 0, gap]], "charge": 1, "donors": [1]}
    question |= {"preset": "fast", "multiplicities": "all", "geometry": "gfn2-5", "engine": "cahf-1"}
    doublets = [{"energy_cm1": k * gap, "g": [0.1, 0.2, 19.0]} for k in range(8)]
    record = {
        "status": "ok", "ion": "Dy", "kramers_doublets": doublets, "barrier_cm1": gap, "energy_hartree": -1.5,
        "method": {"functions": 10, "auxiliary_functions": 20}, "checks": {"orbital_gradient_hartree": 1.23456e-6},
        "timings_s": {"total": 12.345}, "cpu_s": 11.0, "builds": 9,
    }  # fmt: skip
    return JobSpec("verify", question, "=1+1", meta={"metal": "Dy", "donor": donor, **meta}), record


def test_verified_results_are_a_table_that_training_reads(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(store)
    for gap, smiles in ((100.0, "[F-]"), (200.0, "[OH-]"), (300.0, "[Cl-]")):
        spec, record = verified(gap, smiles=smiles, donor_class="fluoride")
        store.submit(spec)
        claim = ledger.claim(tmp_path, Room(1, 1, alone=True))
        assert claim is not None
        if gap == 300:
            ledger.finish(
                claim.key, State.FAILED, "did not converge", {"status": "failed", "reason": "did not converge"}
            )
        else:
            ledger.finish(claim.key, State.DONE, "", record)
    assert cli.main(["jobs", "export", "--out", str(tmp_path / "labels")]) == 0
    file = tmp_path / "labels" / "Dy-gfn2-5-fast-all-cahf-1-ligands.csv"
    pilot = load_pilot(file)
    assert [label.smiles for label in pilot.labels] == ["[F-]", "[OH-]"] and pilot.recipe.engine == "cahf-1"
    assert pilot.labels[0].levels == tuple(100.0 * k for k in range(8)) and pilot.labels[0].g == (0.1, 0.2, 19.0)
    assert pilot.failures == {"[Cl-]": "did not converge"}
    assert next(csv.DictReader(file.open()))["name"] == "'=1+1", "no formula for a spreadsheet"
    assert cli.main(["jobs", "export"]) == 0 and capsys.readouterr().out.startswith("name,smiles,donor,")


def test_results_that_cannot_be_compared_are_kept_apart() -> None:
    rows = []
    for meta in ({"smiles": "[F-]"}, {"smiles": "[F-]", "metal": "Tb"}, {"smiles": "[F-]", "second": "O"}, {}):
        spec, record = verified(100.0, **meta)
        told = bool(meta.get("smiles") and not meta.get("second"))
        rows.append((label_row(spec.id, spec.title, spec.question, spec.meta, record), told))
    assert {name: len(found) for name, found in tables(rows).items()} == {
        "Dy-gfn2-5-fast-all-cahf-1-ligands": 1,
        "Tb-gfn2-5-fast-all-cahf-1-ligands": 1,
        "Dy-gfn2-5-fast-all-cahf-1-complexes": 1,  # two rows of one job
    }


def test_a_screen_by_jobs_gives_the_table_of_a_screen(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "crystals"
    folder.mkdir()
    for name in ("dy-h2o5-opme3-2.cif", "dy2-methoxide-acac4.cif"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    (folder / "broken.cif").write_text("data_x\nloop_\n")
    table = tmp_path / "jobs.csv"
    ask = ["screen", str(folder), "--out", str(table), "--queue", "--chunk", "3", "--no-wait"]
    assert cli.main(ask) == 1 and not table.exists()
    for job in store.jobs():
        ended(store, job, supervisor(store))
    assert cli.main(ask) == 1, "some structures are refused"
    expected = [row for path in find_cifs(folder) for row in judge_file(path, path.name)]
    with table.open(encoding="utf-8", newline="") as lines:
        assert list(csv.DictReader(lines)) == expected
    assert [len(job.question["files"]) for job in screen_jobs(folder, 2)] == [2, 1]
    changed = screen_jobs(folder, 2)[0].id
    (folder / "broken.cif").write_text("data_y\n")
    assert screen_jobs(folder, 2)[0].id != changed, "another content is another question"
