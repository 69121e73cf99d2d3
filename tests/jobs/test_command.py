"""``kramers jobs`` as a user types it. Nobody runs the jobs here but where a test does so itself."""

from __future__ import annotations

import csv
import errno
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.chem.build.complex import PROTOCOL
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, JobSpec, State
from core.jobs.overview import watch
from core.jobs.store import Store
from core.qc.label_table import RECIPE, label_row, tables
from core.qc.request import ENGINE
from core.workflows.screen import find_cifs, judge_file
from core.workflows.screen_job import screen_jobs
from tests.jobs.supervised import ended, probe, supervisor
from tests.schema.valid import valid
from training.levels.pilot_table import load_pilot

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
    return status, valid(json.loads(out), definition_of(str(arguments[0]), json.loads(out))) if out else None


def definition_of(action: str, found: Any) -> str:
    """What an action prints, by the name that the schema has for it."""
    whole = {"submit": "SubmittedRecord", "show": "ShownJobRecord", "batches": "BatchRecord", "list": "JobRecord"}
    whole |= {"logs": "LogRecord", "export": "LabelTablesRecord"}
    if action in whole:
        return whole[action]
    if isinstance(found, list):
        return "JobRecord"
    return "CancelledRecord" if action == "cancel" else "ChangedRecord"


def test_every_site_of_a_molecule_is_a_job_of_one_batch_that_carries_its_substitution(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "dimers"
    folder.mkdir()
    molecules = Path(__file__).parents[1] / "molecules"
    for name in ("dy2-asymmetric.xyz", "mn-dy-mn-mixed-valence.xyz"):
        (folder / name).write_bytes((molecules / name).read_bytes())
    (folder / "mono.xyz").write_text(CERIUM_FLUORIDE)
    status, said = run(capsys, "submit", folder, "--all-sites", "--stand-in", "Y", "--preset", "fast")
    assert status == 1 and "mixed valence" in said["refused"][0]["reason"]
    assert [job["title"] for job in said["jobs"]] == ["dy2-asymmetric.xyz, Dy1", "dy2-asymmetric.xyz, Dy2", "mono.xyz"]
    question = run(capsys, "show", said["jobs"][1]["id"])[1]["question"]
    assert question["geometry"] == "given, 1 Dy as Y" and question["site"]["label"] == "Dy2"
    assert store.batches()[0].jobs == 3
    options = ("--all-sites", "--oxidation", "Mn2=3", "--oxidation", "Mn3=2", "--preset", "fast")
    status, said = run(capsys, "submit", folder / "mn-dy-mn-mixed-valence.xyz", *options)
    assert status == 0 and said["batch"].startswith("dimers 20") and len(said["jobs"]) == 1


def test_a_folder_of_files_is_one_batch_and_what_cannot_be_asked_is_named(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    for name, text in {
        "a.xyz": CERIUM_FLUORIDE,
        "b.xyz": CERIUM_FLUORIDE.replace("2.1", "2.2"),
        "bad.xyz": "x",
        "c.cif": "data_x\n",
    }.items():
        (folder / name).write_text(text)
    status, said = run(capsys, "submit", folder, "--preset", "fast", "--hours", "2", "--memory", "600")
    assert status == 1
    assert [job["title"] for job in said["jobs"]] == ["a.xyz", "b.xyz", "c.cif"]
    assert [refused["title"] for refused in said["refused"]] == ["bad.xyz"] and said["refused"][0]["reason"]
    assert said["jobs"][0]["limits"] == {"threads": 1, "memory_mb": 2100, "wall_s": 7200}
    assert run(capsys, "submit", folder / "a.xyz", "--preset", "fast")[1]["jobs"][0]["id"] == said["jobs"][0]["id"]
    assert len(store.jobs()) == 4 and store.counts()[State.REFUSED] == 1
    (batch,) = store.batches()
    assert batch.name == said["batch"] and batch.name.startswith("batch 20") and batch.jobs == 4


def test_a_column_of_ligands_is_one_batch_and_nothing_is_built_yet(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "ligands.csv"
    rows = "fluoride,[F-]\n=danger,not a smiles\nempty,\noxide,CP(C)(C)=O\nthe same,C[P+](C)(C)[O-]\n"
    table.write_text("name,ligand\n" + rows, encoding="utf-8")
    ask = ("submit", table, "--column", "ligand", "--preset", "fast", "--batch", "my ligands")
    status, said = run(capsys, *ask)
    assert status == 1 and [job["title"] for job in said["jobs"]] == ["fluoride", "oxide", "oxide"]
    assert (said["new"], said["known"], said["empty"], len(said["refused"])) == (2, 1, 1, 1)
    oxide, unread, fluoride = store.jobs(Filter(batch="my ligands"))
    assert fluoride.meta["smiles"] == "[F-]" and fluoride.meta["donor"] == 0 and fluoride.meta["metal"] == "Dy"
    assert oxide.question["ligand"] == "CP(C)(C)=O" and oxide.meta["donor_class"] == "phosphine oxide"
    assert unread.state is State.REFUSED and "not a smiles" in unread.question["ligand"] and unread.reason
    recipe = {name: fluoride.question[name] for name in RECIPE}
    assert recipe == {"geometry": PROTOCOL, "preset": "fast", "multiplicities": "all", "engine": ENGINE}
    again = run(capsys, *ask)[1]
    assert again["known"] == 4 and again["new"] == 0 and len(store.jobs()) == 3
    assert run(capsys, "submit", table)[0] == 2, "the column has another name"
    assert run(capsys, "submit", table, "--column", "ligand", "--metal", "Fe") == (2, None)
    assert run(capsys, "submit", table, "--column", "ligand", "--memory", 10) == (2, None)
    assert len(store.jobs()) == 3


def test_a_ligand_that_was_built_elsewhere_is_not_computed_again(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, _ = verified(2.0, smiles="[F-]", donor_class="fluoride")
    question = {**spec.question, "geometry": PROTOCOL, "engine": ENGINE}
    built = store.submit(JobSpec("verify", question, meta=spec.meta))
    said = run(capsys, "submit", "--smiles", "[F-]", "--preset", "fast")[1]
    assert [job["id"] for job in said["jobs"]] == [built.id] and said["known"] == 1
    assert run(capsys, "submit", "--smiles", "[F-]")[1]["new"] == 1, "another preset is another question"


def test_two_thousand_ligands_are_submitted_in_seconds(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three seconds on an idle machine; to build them would take hours."""
    table = tmp_path / "ligands.csv"
    chains = [
        f"C{'C' * (n % 9)}N(C{'C' * (n // 9 % 9)})C(=O)C{'C' * (n // 81 % 9)}{'O' * (n // 729)}C" for n in range(2000)
    ]
    table.write_text("smiles\n" + "\n".join(chains), encoding="utf-8")
    begun = time.perf_counter()
    assert cli.main(["jobs", "submit", str(table)]) == 0
    assert time.perf_counter() - begun < 30
    counts = store.counts()
    assert 1000 < counts[State.QUEUED] <= 2000 and sum(counts.values()) == counts[State.QUEUED]
    assert capsys.readouterr().out == "", "so many are not listed one by one"


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


def test_many_jobs_are_cancelled_at_once_and_told_by_their_number(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    classes = ("phosphine oxide", "amide O", "phosphine oxide")
    store.ask([JobSpec("probe", {"n": n}, meta={"donor_class": name}) for n, name in enumerate(classes)], "first")
    store.ask([JobSpec("probe", {"n": n}, meta={"donor_class": "amide O"}) for n in (7, 8)], "second")
    assert run(capsys, "cancel", "--class", "Phosphine oxide", "--since", "1h")[1]["never_started"] == 2
    assert run(capsys, "cancel", "--batch", "second", "--since", "2100-01-01")[1]["never_started"] == 0
    assert run(capsys, "cancel", "--batch", "second", "--class", "amide O")[1]["never_started"] == 2
    assert run(capsys, "list", "--batch", "first", "--state", "queued")[1][0]["meta"]["donor_class"] == "amide O"
    assert [batch["counts"]["cancelled"] for batch in run(capsys, "batches")[1]] == [2, 2]
    assert cli.main(["jobs", "cancel", "--all-queued"]) == 0
    assert capsys.readouterr().out == "1 job cancelled before starting.\n"
    assert run(capsys, "retry", "--batch", "second")[1] == {"schema": 2, "jobs": 2}
    assert [batch["counts"].get("queued", 0) for batch in run(capsys, "batches")[1]] == [2, 0]
    assert run(capsys, "prioritise", "--batch", "second", "--priority", "3")[1] == {"schema": 2, "jobs": 2}
    assert {job.priority for job in store.jobs() if job.state is State.QUEUED} == {3}
    assert run(capsys, "delete", "--batch", "first")[1] == {"schema": 2, "jobs": 3}
    assert [job["title"] for job in run(capsys, "list", "--batch", "first")[1]] == []
    assert run(capsys, "delete") == (2, None)
    assert run(capsys, "cancel") == (2, None)
    assert run(capsys, "cancel", store.jobs()[0].id, "--all-queued") == (2, None)
    with pytest.raises(SystemExit):
        cli.main(["jobs", "cancel", "--since", "yesterday"])


def test_a_list_begins_with_how_many_jobs_stand_where_and_when_all_will_be_done(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.ask([probe(str(number)) for number in range(4)], "one")
    assert cli.main(["jobs", "list", "--limit", "2"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "4 jobs: 4 queued. When all will be done is told once one has finished." and len(rest) == 2
    ledger = Ledger(store)
    claim = ledger.claim(store.path, Room(1, 1, alone=True))
    assert claim is not None and ledger.finish(claim.key, State.DONE, "")
    assert cli.main(["jobs", "list", "--batch", "one", "--state", "queued"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("3 jobs: 3 queued. All done in about ") and first.endswith("from 1 finished.")
    assert cli.main(["jobs", "list", "--batch", "none"]) == 0
    assert capsys.readouterr().out == "No jobs.\n"


def test_jobs_are_watched_until_all_have_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.ask([probe("a\x1b[2J"), probe("b")])
    running, out, seen = supervisor(store), io.StringIO(), []
    monkeypatch.setattr(out, "isatty", lambda: True)

    def pause(seconds: float) -> None:
        seen.append(seconds)
        running.round()
        time.sleep(0.05)

    watch(store, Filter(), lambda: None, out=out, pause=pause)
    assert seen and "2 jobs: 2 queued" in out.getvalue() and "2 jobs: 2 done." in out.getvalue()
    assert "\x1b[2J" not in out.getvalue(), "a title does not reach the terminal"
    plain = io.StringIO()
    watch(store, Filter(), lambda: None, out=plain, pause=pause)
    assert plain.getvalue().endswith("  2 jobs: 2 done.\n") and "\x1b" not in plain.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "0123"),
        ("cancel", "x"),
        ("submit", "/no/such.xyz"),
        ("submit",),
        ("submit", "/"),
        ("logs", "%"),
        ("export", "--batch", "none"),
        ("submit", "--smiles", "[F-]", "--batch", "\x07"),
    ],
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
        "schema": 2, "status": "ok", "metal": "Dy", "levels": {"ion": "Dy", "doublets": doublets},
        "barrier_cm1": gap, "energy_hartree": -1.5,
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


def test_ligands_that_the_run_built_or_refused_are_rows_of_the_same_table(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "ligands.csv"
    table.write_text("smiles\n[F-]\nCO\nnot a smiles\n", encoding="utf-8")
    run(capsys, "submit", table, "--preset", "fast", "--batch", "three")
    run(capsys, "submit", "--smiles", "[Cl-]", "--preset", "fast")
    ledger, record = Ledger(store), verified(100.0)[1]
    asked = {"charge": 1, "elements": ["Dy", "F"]}
    for state, body in (
        (State.DONE, {**record, "input": asked}),
        (State.REFUSED, {"status": "refused", "reason": "a proton moved."}),
        (State.FAILED, {"status": "failed", "reason": "no.", "input": asked}),
    ):
        claim = ledger.claim(tmp_path, Room(1, 1, alone=True))
        assert claim is not None and ledger.finish(claim.key, state, str(body.get("reason", "")), body)
    (name, rows), *others = run(capsys, "export", "--batch", "three")[1]["tables"].items()
    assert name == f"Dy-{PROTOCOL}-fast-all-{ENGINE}-ligands" and not others
    told = [(row["smiles"], row["status"], row["reason"], row["charge"], row["atoms"]) for row in rows]
    assert told == [("[F-]", "converged", "", 1, 2), ("CO", "failed", "not built: a proton moved.", "", "")]
    assert len(run(capsys, "export")[1]["tables"][name]) == 3
    assert cli.main(["jobs", "export", "--out", str(tmp_path / "labels")]) == 0
    pilot = load_pilot(tmp_path / "labels" / f"{name}.csv")
    assert [label.smiles for label in pilot.labels] == ["[F-]"] and set(pilot.failures) == {"CO", "[Cl-]"}


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
