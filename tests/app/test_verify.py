"""The Verify page without a browser, on a ledger of its own that nobody works off."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import page_file
from app.components.viewer3d import frame
from app.components.viewer3d.view import DARK, LIGHT, Shown, build_view
from app.shared import latent_model as model
from app.shared.barrier import barrier_figure
from app.shared.curves import Overlay, chi_t_figure, magnetisation_figure
from app.shared.handover import KEY, Candidate, of_built, of_prediction
from app.verify import access, latent_head
from app.verify.comparison import differences, run_names
from app.verify.latent_head import LatentGap, latent_gap
from app.verify.predictions import axis_angle, predicted, prediction_rows
from app.verify.result import with_axes
from app.verify.runs import duration, open_clicked, queue_row
from app.verify.tables import level_rows, provenance
from core.angles import between_axes
from core.chem.handed_complex import Complex
from core.chem.io.export import to_xyz
from core.chem.ligand.ligand import ligand_from_text, ligand_name
from core.design.generator import Estimate
from core.design.heads import Head
from core.doubts import doubt
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Job, State
from core.jobs.store import Store
from core.qc.barrier_diagram import barrier_diagram
from core.qc.hamiltonian import finer
from core.qc.job import CIF, Method, file_job, ligand_job, verification_job
from core.qc.measured import Measured
from core.qc.stored_result import molecule_of, request_of
from core.workflows.build import ComplexRequest, build
from tests.app.test_pages import metrics, texts
from tests.made_ac import as_csv
from tests.verified import verified

SECONDS = 60
FILES = ["Supporting information", "Report", "Levels", "B_kq", "χT(T)", "M(H)", "XYZ"]
"""What every page offers of levels."""
HOSTILE = "</script><img src=x onerror=alert(1)> ![x](http://evil.example/a.png) $x$ :smile:"


def asked(store: Store, name: str = "Dy(H2O)5F2", title: str = "", **meta: object) -> Job:
    spec = verification_job(request_of(verified(name)), title or name, meta=meta)
    return store.submit(spec)


def answered(store: Store, name: str = "Dy(H2O)5F2", title: str = "", **meta: object) -> Job:
    asked(store, name, title, **meta)
    return ended(store, State.DONE, "", verified(name))


def ended(store: Store, state: State, reason: str, record: dict | None = None) -> Job:
    ledger = Ledger(store)
    claim = ledger.claim(store.path / "runs", Room(1, 1, True))
    assert claim is not None and ledger.finish(claim.key, state, reason, record, 651.0)
    return store.job(claim.job.id)


def verify_page(**state: object) -> AppTest:
    page = AppTest.from_file(str(page_file("verify")), default_timeout=SECONDS)
    for key, value in state.items():
        page.session_state[key.replace("__", "/")] = value
    return page.run()


DOUBTS = (doubt("unspecified", "A doubt."),)


def candidate(charge: int | None = 1, question: str = "") -> Candidate:
    spec = request_of(verified()).spec
    given = Complex(spec.elements, spec.positions, charge, spec.metal, spec.donors, "gfn2-5", DOUBTS)
    return Candidate("Dy-water5-F-F", given, question, {})


def test_the_empty_page_says_what_it_does_and_computes_nothing(store):
    page = verify_page()
    assert not page.exception
    assert "ab initio" in texts(page) and "No run yet" in texts(page)
    assert page.button(key="verify/compute").disabled


def test_a_complex_of_another_page_is_offered_with_an_estimate_and_sent(store):
    page = verify_page(**{KEY: candidate()})
    assert "DyF₂H₁₀O₅" in texts(page) and "A doubt." in texts(page)
    assert "basis functions: about" in texts(page) and "GB of memory" in texts(page)
    page.button(key="verify/compute").click().run()
    assert not page.exception
    (job,) = store.jobs()
    assert job.state is State.QUEUED and job.question["preset"] == "standard"
    assert [one["text"] for one in job.meta["doubts"]] == ["A doubt."]
    assert "Nobody runs jobs now" in page.warning[0].value
    assert list(page.dataframe[0].value["state"]) == ["queued"]
    assert page.selectbox(key="verify/job").value == job.id


def test_the_method_can_be_chosen(store):
    page = verify_page(**{KEY: candidate()})
    page.selectbox(key="verify/preset").select("fast").run()
    page.number_input(key="verify/memory").set_value(2000).run()
    page.button(key="verify/compute").click().run()
    (job,) = store.jobs()
    assert job.question["preset"] == "fast" and request_of(verified()).spec.preset == "fast"
    assert job.limits.memory_mb == 3500


def test_a_charge_that_is_uncertain_is_asked_for(store):
    page = verify_page(**{KEY: candidate(None, "The carbonate may be a hydrogencarbonate.")})
    assert page.button(key="verify/compute").disabled and "hydrogencarbonate" in texts(page)
    charge = next(box for box in page.number_input if box.label.startswith("Total charge"))
    charge.set_value(1).run()
    assert not page.button(key="verify/compute").disabled


def test_a_charge_that_cannot_be_is_refused_before_anything_is_queued(store):
    page = verify_page(**{KEY: candidate(2)})
    assert "odd number of electrons" in texts(page)
    assert page.button(key="verify/compute").disabled


def test_an_xyz_of_ones_own_is_read_with_the_charge_it_states(store):
    page = verify_page()
    data = to_xyz(molecule_of(verified())).encode()
    page.file_uploader(key="verify/file").set_value(("mine.xyz", data, "text/plain")).run()
    assert not page.exception and "charge +1" in texts(page)
    assert not page.button(key="verify/compute").disabled


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"3\n\nO 0 0 0\nH 0 0 1\nH 0 1 0\n", b"1\n\nDy 0 0 0\n"])
def test_a_bad_xyz_is_a_sentence(store, data):
    page = verify_page()
    page.file_uploader(key="verify/file").set_value((HOSTILE, data, "text/plain")).run()
    assert not page.exception
    assert page.button(key="verify/compute").disabled
    assert any(len(text.value) > 20 for text in page.text)


def test_a_result_is_shown_in_full_with_every_plot_table_and_file(store):
    job = answered(store, title=HOSTILE, warnings=[HOSTILE])
    page = verify_page(verify__shown=[job.id])
    assert not page.exception
    assert metrics(page)["First excited level"] == "537 cm⁻¹"
    assert metrics(page)["Barrier by moments"] == metrics(page)["Barrier by criterion"] == "1083 cm⁻¹"
    assert metrics(page)["Axis against electrostatic model"] == "0.1°"
    assert len(page.get("plotly_chart")) == 3 and len(page.get("iframe")) == 1
    rules = next(table.value for table in page.dataframe if "barrier U by" in table.value.columns)
    assert list(rules["barrier U by"]) == ["first gap", "transition moments", "tunnelling criterion g_T θ₃"]
    assert list(rules["over level"]) == [2, 4, 4] and list(rules["U / cm⁻¹"].round()) == [537, 1083, 1083]
    columns = [set(table.value.columns) for table in page.dataframe]
    for wanted in ("axis of g_z", "Wybourne, magnetic frame", "90 % interval / cm⁻¹", "passes with", "what"):
        assert any(wanted in found for found in columns), wanted
    offered = [button.label for button in page.get("download_button")]
    assert offered == [*FILES, "JSON", "Text", "OpenMolcas", "ORCA", "PHI"]
    marked = " ".join(element.value for element in [*page.markdown, *page.caption, *page.info])
    assert "evil" not in marked and page.subheader[-1].value.startswith("`")


def test_a_non_kramers_result_is_shown_without_a_barrier(store):
    job = answered(store, "TbF3")
    page = verify_page(verify__shown=[job.id])
    assert not page.exception
    assert not any(label.startswith("Barrier") for label in metrics(page))
    assert not any("criterion" in caption.value for caption in page.caption)
    assert not any("barrier U by" in table.value.columns for table in page.dataframe)
    assert metrics(page)["Tunnelling splitting"].startswith("10.039")


def test_several_results_are_compared(store):
    jobs = [answered(store), answered(store, "TbF3")]
    page = verify_page(verify__shown=[job.id for job in jobs])
    assert not page.exception
    assert any("origin of the geometry" in warning.value for warning in page.warning)
    assert len(page.get("plotly_chart")) == 4
    table = next(table.value for table in page.dataframe if "barrier / cm⁻¹" in table.value.columns)
    assert list(table["ion"]) == ["Dy", "Tb"]
    assert table["by criterion / cm⁻¹"].isna().tolist() == [False, True]


def test_a_question_that_was_answered_is_answered_at_once(store):
    answered(store)
    page = verify_page(**{KEY: candidate()})
    page.selectbox(key="verify/preset").select("fast").run()
    page.button(key="verify/compute").click().run()
    assert not page.exception
    assert metrics(page)["First excited level"] == "537 cm⁻¹"
    assert len(store.jobs()) == 1 and "no result" not in texts(page)


def test_the_line_of_what_is_shown_is_ticked_and_stays_so_when_runs_come_and_go(store):
    first = answered(store)
    page = verify_page(verify__shown=[first.id])
    assert page.session_state["verify/table/single"]["selection"]["rows"] == [0]
    asked(store, "TbF3", "newer")
    page.run()
    assert page.session_state["verify/table/single"]["selection"]["rows"] == [1], "the newest stands first"
    page.multiselect(key="verify/shown").set_value([]).run()
    assert page.session_state["verify/table/single"]["selection"]["rows"] == []
    assert not page.exception


@pytest.mark.parametrize("cells", [False, True])
def test_a_click_on_a_finished_run_opens_its_result_and_on_another_only_chooses_it(monkeypatch, cells):
    for line, opened in ((0, False), (1, True)):
        selection = {"rows": [0] if cells else [line], "columns": [], "cells": [(line, "state")] if cells else []}
        state = {"table": {"selection": selection}, "verify/shown": ["before"]}
        monkeypatch.setattr(st, "session_state", state)
        open_clicked("table", ["waits", "done"], ["done"])
        assert state["verify/job"] == ["waits", "done"][line] and ("verify/clicked" in state) is opened
        assert state["verify/shown"] == (["done"] if opened else ["before"])


def test_a_click_that_takes_the_tick_off_changes_nothing(monkeypatch):
    state = {"table": {"selection": {"rows": [], "columns": [], "cells": []}}}
    monkeypatch.setattr(st, "session_state", dict(state))
    open_clicked("table", ["done"], ["done"])
    assert st.session_state == state


def test_a_run_is_cancelled_tried_again_preferred_and_deleted(store):
    job = asked(store)
    page = verify_page()
    page.button(key="verify/do/Sooner").click().run()
    assert store.job(job.id).priority == 1
    page.button(key="verify/do/Cancel").click().run()
    assert store.job(job.id).state is State.CANCELLED
    page.button(key="verify/do/Try again").click().run()
    assert store.job(job.id).state is State.QUEUED and page.session_state["verify/awaited"] == job.id
    page.button(key="verify/do/Cancel").click().run()
    page.button(key="verify/do/Delete it").click().run()
    assert not page.exception and not store.jobs()


def test_a_run_without_result_says_why(store):
    job = asked(store, title=HOSTILE)
    ended(store, State.FAILED, "the memory cap of 5500 MB was passed. " + HOSTILE)
    page = verify_page(verify__awaited=job.id)
    assert not page.exception and "memory cap" in texts(page)
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption])


def test_one_click_computes_the_same_complex_with_the_next_preset(store):
    job = answered(store, meta_of_ours=1)
    page = verify_page(**{"verify__shown": [job.id], KEY: candidate()})
    button = page.button(key=f"verify/finer/{job.id}")
    assert button.label == "Compute it with preset standard"
    assert sum("basis functions: about" in caption.value for caption in page.caption) == 2, "its own estimate"
    button.click().run()
    assert not page.exception
    sent = store.jobs()[0]
    assert sent.question == {**job.question, "preset": "standard"} and sent.limits == job.limits
    assert sent.title == job.title and sent.meta["meta_of_ours"] == 1
    assert page.session_state["verify/awaited"] == sent.id and KEY in page.session_state
    assert page.button(key=f"verify/finer/{job.id}").disabled, "it waits already"
    record = verified()
    record["recipe"]["preset"] = record["input"]["preset"] = "standard"
    ended(store, State.DONE, "", record)
    page.run()
    assert not page.exception and page.session_state["verify/shown"] == [sent.id], "it opens by itself"
    assert page.button(key=f"verify/finer/{sent.id}").label == "Compute it with preset fine"


def test_after_the_largest_preset_there_is_no_next():
    assert [finer(name) for name in ("fast", "standard", "fine", "gone")] == ["standard", "fine", None, None]


def test_only_runs_that_fit_the_filter_are_listed(store):
    answered(store)
    asked(store, "TbF3", "terbium")
    page = verify_page()
    assert len(page.dataframe[0].value) == 2
    page.text_input(key="verify/text").set_value("TERB").run()
    assert list(page.dataframe[0].value["run"]) == ["terbium"]
    page.text_input(key="verify/text").set_value("").run()
    page.button_group(key="verify/states").set_value(["done"]).run()
    assert list(page.dataframe[0].value["state"]) == ["done"]


def batch_of(store: Store, name: str, ligands: tuple[str, ...]) -> list[str]:
    specs = [ligand_job(ligand_name(smiles), Method("fast"), smiles) for smiles in ligands]
    return list(store.ask(specs, name).ids)


def test_a_batch_is_one_row_that_opens(store):
    batch_of(store, HOSTILE[:80], ("[F-]", "CO", "CP(C)(C)=O"))
    asked(store, "TbF3", "alone")
    ended(store, State.REFUSED, "a proton moved.")
    page = verify_page()
    assert not page.exception and "3 runs: 2 queued, 1 refused" in texts(page)
    assert list(page.dataframe[0].value["run"]) == ["alone"], "closed, its runs are not listed"
    page.button(key="verify/open/0").click().run()
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["run"]) == ["[F-]", "CO", "CP(C)(C)=O"] and list(table["state"]) == [
        "refused",
        "queued",
        "queued",
    ]
    assert table["reason"][0] == "A proton moved." and all(table["estimate"][1:])
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption])
    page.button_group(key="verify/states").set_value(["refused"]).run()
    assert list(page.dataframe[0].value["state"]) == ["refused"]
    page.button(key="verify/do/Try again").click().run()
    assert store.counts()[State.QUEUED] == 4, "what was refused can be tried again"
    page.button(key="verify/open/0").click().run()
    assert not page.exception and list(page.dataframe[0].value["run"]) == ["[F-]"], "what she tried again is hers"


def test_a_batch_is_cancelled_as_a_whole(store):
    batch_of(store, "mine", ("[F-]", "CO"))
    batch_of(store, "theirs", ("CO", "[Cl-]"))
    page = verify_page(verify__batch="mine")
    page.button(key="verify/cancel-batch").click().run()
    assert not page.exception and store.counts()[State.CANCELLED] == 2 and store.counts()[State.QUEUED] == 1
    assert "2 jobs cancelled before starting; 1 of them belonged to other batches too" in page.info[0].value
    page.button(key="verify/retry-batch").click().run()
    assert not page.exception and store.counts()[State.QUEUED] == 3 and store.counts().get(State.CANCELLED, 0) == 0
    assert "2 runs of the batch will be tried again" in page.info[0].value
    page.button(key="verify/open/0").click().run()
    assert list(page.dataframe[0].value["run"]) == ["CO", "[Cl-]"]
    assert list(page.dataframe[0].value["preset"]) == ["fast", "fast"]


def test_ones_own_run_is_listed_where_a_closed_batch_has_it_too(store):
    name = batch_of(store, "theirs", ("[F-]", "CO"))[1]
    page = verify_page(verify__awaited=name)
    assert not page.exception and list(page.dataframe[0].value["run"]) == ["CO"]


def test_a_refused_run_says_why(store):
    name = batch_of(store, "mine", ("[F-]",))[0]
    ended(store, State.REFUSED, "the ligand folded over. " + HOSTILE)
    page = verify_page(verify__awaited=name)
    assert not page.exception and "folded over" in texts(page) and any("refused" in m.value for m in page.markdown)


def test_the_run_of_a_ligand_that_is_not_built_yet_is_estimated_like_that_of_its_complex(store):
    (name,) = batch_of(store, "mine", ("[F-]",))
    spec = request_of(verified()).spec
    expected = access.cost_of(spec, 1, 4000).seconds
    assert access.expected_seconds(store.job(name)) == pytest.approx(expected)
    assert access.expected_seconds(store.submit(file_job(b"data_x", CIF, Method(), "x"))) is None


def test_a_ledger_that_cannot_be_used_is_a_sentence(store, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("KRAMERS_DATA", str(blocked))
    page = verify_page()
    assert not page.exception
    assert "queue cannot be used" in " ".join(element.value for element in page.markdown)


def test_a_running_job_tells_stage_iteration_change_and_estimate(store):
    asked(store)
    ledger = Ledger(store)
    claim = ledger.claim(store.path / "runs", Room(1, 1, True))
    ledger.progress({claim.key: {"stage": "orbitals", "detail": "step 7", "energy_change": -1e-5, "fraction": 0.5}})
    row = queue_row(store.jobs()[0], time.time() + 100)
    assert (row["state"], row["stage"], row["iteration"]) == ("running", "orbitals", "step 7")
    assert row["energy change / E_h"] == -1e-5 and row["progress"] == 0.5
    assert row["elapsed"] == "2 min" and row["left"] and row["estimate"]


def test_the_estimate_of_a_run_follows_the_pace_of_what_is_done(store):
    """By a clock of the test: half is done after ten times what half was expected to take."""
    asked(store)
    ledger = Ledger(store)
    claim = ledger.claim(store.path / "runs", Room(1, 1, True))
    expected = access.expected_seconds(store.job(claim.job.id))
    started = store.job(claim.job.id).started
    before = queue_row(store.job(claim.job.id), started)
    assert before["estimate"] == before["left"] == duration(expected)
    ledger.progress({claim.key: {"stage": "orbitals", "fraction": 0.5}})
    on_time = queue_row(store.job(claim.job.id), started + expected / 2)
    assert on_time["estimate"] == duration(expected) and on_time["left"] == duration(expected / 2)
    late = queue_row(store.job(claim.job.id), started + 5 * expected)
    left = 0.5 * expected * (5 + 0.2) / (0.5 + 0.2)
    assert late["left"] == duration(left) and late["estimate"] == duration(5 * expected + left)


def test_durations_are_said_in_the_unit_that_fits():
    assert [duration(s) for s in (None, 12.4, 600.0, 9000.0)] == ["", "12 s", "10 min", "2.5 h"]


# What is handed over --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fluoride():
    return build(ComplexRequest(ligand_from_text("[F-]")))


def test_a_built_complex_brings_ligand_charge_and_doubts(fluoride):
    sent = of_built(fluoride)
    assert sent.complex.charge == 1 and sent.complex.origin == fluoride.complex.protocol and sent.complex.doubts
    assert sent.meta["smiles"] == "[F-]" and sent.meta["donor_class"] == "fluoride"
    json.dumps(dict(sent.meta))


def test_a_crystal_brings_its_charge_where_it_is_confirmed(kramers):
    sent = of_prediction(kramers)
    assert sent is not None and sent.complex.charge == 3 and sent.complex.origin == "crystal" and not sent.question
    assert sorted(sent.complex.elements[donor] for donor in sent.complex.donors) == ["O"] * 7
    doubted = of_prediction(replace(kramers, report=replace(kramers.report, charge_confirmed=False)))
    assert doubted is not None and doubted.complex.charge is None and "probably +3" in doubted.question


def test_what_has_no_trivalent_ion_is_not_offered(kramers):
    assert of_prediction(replace(kramers, molecule=None)) is None
    assert of_prediction(replace(kramers, oxidation_state=2)) is None


# What is drawn and listed ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known():
    return predicted("known", verified())


def test_both_axes_are_drawn_and_their_angle_is_that_of_the_vectors(known):
    drawn, (own,) = with_axes(verified(), known.prediction, LIGHT)
    computed = np.array(verified()["levels"]["doublets"][0]["easy_axis"])
    assert drawn.levels.easy_axis == pytest.approx(computed)
    assert axis_angle(verified(), known.prediction) == pytest.approx(between_axes(computed, own.direction), abs=0.05)
    html = frame(drawn, Shown(), LIGHT, axes=(own,))
    assert html.count("addArrow") == 4 and '"electrostatic"' in html
    assert build_view(drawn, Shown(axis=False), axes=(own,)).startjs.count("addArrow") == 0


def test_predictions_stand_beside_the_computed_gap(known):
    rows = {row["by"]: row for row in prediction_rows(verified(), known, LatentGap(500.0, 400.0, 600.0, ""))}
    assert rows["computed here"]["first gap / cm⁻¹"] == pytest.approx(536.9, abs=0.1)
    for name in ("electrostatic levels", "voxel network", "invariant control", "latent head"):
        off = rows[name]["first gap / cm⁻¹"] - rows["computed here"]["first gap / cm⁻¹"]
        assert rows[name]["off by / cm⁻¹"] == pytest.approx(off)
    assert rows["voxel network"]["computed gap within"] == "yes"
    assert rows["voxel network"]["SMM-like"] == "> 99 %"


def test_the_latent_head_speaks_of_built_complexes_of_one_ligand_and_says_why_not_of_others(store, monkeypatch):
    job = answered(store)
    assert "not built from one ligand" in latent_gap(job).words
    built = {"smiles": "[F-]", "donor": 0, "metal": "Dy", "equatorial": "water"}
    assert "[Dy(H₂O)₅L₂] only" in latent_gap(replace(job, meta={**built, "metal": "Tb"})).words
    latent_head._asked.clear()
    monkeypatch.setattr("core.design.generator.generator", lambda: Generator())
    monkeypatch.setattr(model, "gap_preset", lambda: "standard")
    methanol = replace(job, meta={**built, "smiles": "CO", "donor": 1})
    said = latent_gap(methanol)
    assert "Few labels. Those ligands were computed with preset standard, this one with fast." in said.words
    of_the_command_line = {name: value for name, value in methanol.meta.items() if name != "equatorial"}
    assert latent_gap(replace(job, meta=of_the_command_line)) == said
    monkeypatch.setattr(model, "gap_preset", lambda: "fast")
    assert latent_gap(methanol).words.endswith("Few labels.")
    assert said.gap == 500.0 and (said.low, said.high) == pytest.approx((335.5, 664.5)) and "40 computed" in said.words
    broken = latent_gap(replace(job, meta={**built, "smiles": "not a ligand"}))
    assert broken.gap is None and "not asked" in broken.words
    latent_head._asked.clear()


class Generator:
    """Says 500 ± 100 cm⁻¹ of everything."""

    heads = (Head("first_gap_cm1", "gap", "cm⁻¹", 40, 60.0, 80.0, False, "few labels.", "computed"),)

    def encode(self, ligands: object) -> np.ndarray:
        return np.zeros((1, 2), dtype=np.float32)

    def properties(self, latents: np.ndarray) -> dict[str, Estimate]:
        return {"first_gap_cm1": Estimate(np.full(len(latents), 500.0), np.full(len(latents), 100.0))}


def test_the_gap_above_a_split_pair_is_counted_from_its_middle():
    assert verified("TbF3")["levels"]["first_gap_cm1"] == pytest.approx(50.41, abs=0.01)


def test_the_barrier_plot_has_an_arrow_for_each_transition_and_a_bar_for_each_level():
    diagram = barrier_diagram(verified())
    figure = barrier_figure(diagram, LIGHT)
    arrows = [trace for trace in figure.data if trace.mode == "lines+markers+text"]
    assert len(arrows) == len(diagram.transitions)
    assert next(trace.x[0] for trace in arrows if trace.name.startswith("through")) == diagram.moments[0]
    assert sum(trace.showlegend is not False for trace in arrows) == 3


def test_measured_points_lie_over_the_computed_curves():
    measured = [Overlay("measured", Measured(((2.0, 11.0), (300.0, 13.0)), ((1.0, 3.0, 2.0), (1.0, 2.5, 5.0))))]
    chi = chi_t_figure(verified(), measured, DARK)
    assert [trace.name for trace in chi.data] == ["computed", "computed", "measured"]
    line, own, _ = chi.data
    assert len(line.x) > 90 and set(own.x) <= set(line.x)
    known = dict(zip(line.x, line.y, strict=True))
    assert [known[x] for x in own.x] == pytest.approx(list(own.y))
    curves = {2.0: np.zeros(2), 5.0: np.ones(2)}
    figure = magnetisation_figure(np.array([0.0, 7.0]), curves, measured, DARK)
    names = [trace.name for trace in figure.data]
    assert names == ["computed, 2 K", "computed, 5 K", "measured, 2 K", "measured, 5 K"]


def test_several_measurements_lie_over_it_with_their_fit_errors_and_scales(store):
    job = answered(store)
    record = verified()
    table = record["chiT"]
    points = [f"{t},{0.95 * chi}" for t, chi in zip(table["T_K"], table["cm3_K_per_mol"], strict=True)]
    first = ("<b>a.csv", "\n".join(["T,chiT", *points]).encode(), "text/csv")
    second = ("b.csv", b"H,M,T\n1,4.0,2\n5,5.0,2\n", "text/csv")
    page = verify_page(verify__shown=[job.id])
    page.file_uploader(key=f"measured/{job.id}").set_value([first, second]).run()
    assert not page.exception
    page.toggle(key=f"scale/{job.id}").set_value(True).run()
    assert not page.exception
    frame = next(f.value for f in page.dataframe if "scale" in f.value.columns)
    assert list(frame["of"]) == ["χT", "M"]
    assert frame["scale"].iloc[0] == pytest.approx(1 / 0.95, rel=1e-3) and frame["rms"].iloc[0] < 1e-3
    assert not any("<b>" in name for name in frame["file"])


def test_ac_data_open_an_expander_with_the_fitted_barrier(store):
    job = answered(store)
    page = verify_page(verify__shown=[job.id])
    page.file_uploader(key=f"measured/{job.id}").set_value([("ac.csv", as_csv(1).encode(), "text/csv")]).run(timeout=60)
    assert not page.exception
    assert "Relaxation from ac data" in [expander.label for expander in page.expander]
    frame = next(f.value for f in page.dataframe if "U_eff / K" in list(f.value.get("what", ())))
    assert any(str(what).startswith("computed barrier") for what in frame["what"])
    page.multiselect(key=f"terms/{job.id}").set_value([]).run(timeout=60)
    assert not page.exception and any("way to relax is chosen" in text.value for text in page.text)


def test_a_file_of_quantum_design_asks_for_the_masses(store):
    job = answered(store)
    page = verify_page(verify__shown=[job.id])
    data = b"[Data]\nTemperature (K),Magnetic Field (Oe),Moment (emu)\n100,1000,0.0026\n200,1000,0.0013\n"
    page.file_uploader(key=f"measured/{job.id}").set_value([("a.dat", data, "text/plain")]).run()
    assert any("mass and molar mass" in text.value for text in page.text)
    page.number_input(key=f"mass/{job.id}").set_value(20.0)
    page.number_input(key=f"molar/{job.id}").set_value(1000.0)
    page.radio(key=f"dia/{job.id}").set_value("estimate").run()
    assert not page.exception and any("rms" in frame.value.columns for frame in page.dataframe)


def test_tables_carry_units_and_provenance_the_question_and_versions(store):
    job = answered(store)
    rows = level_rows(verified("TbF3"))
    assert "g_T θ₃ / °" not in rows[0] and level_rows(verified())[3]["g_T θ₃ / °"] == pytest.approx(677, abs=1)
    assert rows[0]["splitting / cm⁻¹"] == pytest.approx(10.039, abs=1e-3) and rows[1]["g_z"] is None
    lines = dict(provenance(job, verified()))
    assert job.id in lines["question"] and "pyscf" in lines["versions"] and "spin-orbit" in lines["time"]


def test_runs_of_one_title_are_told_apart_and_tags_taken_out(store):
    first = answered(store, title="<b>x</b>")
    second = answered(store, "TbF3", title="<b>x</b>")
    names = run_names([first, second])
    assert len(set(names)) == 2 and not any("<" in name for name in names)


def test_runs_of_different_methods_are_not_compared_without_a_word():
    other = verified()
    other["recipe"] = {**other["recipe"], "preset": "standard"}
    assert "differ in preset" in differences([verified(), other])
    assert differences([verified(), verified()]) == ""
