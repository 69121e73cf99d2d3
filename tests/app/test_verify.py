"""The Verify page without a browser, on a ledger of its own that nobody works off."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components.viewer3d import frame
from app.components.viewer3d.view import DARK, LIGHT, Shown
from app.exploring import model
from app.verifying import access, latent_head
from app.verifying.comparison import differences, run_names
from app.verifying.handover import KEY, Candidate, of_built, of_prediction
from app.verifying.latent_head import LatentGap, latent_gap
from app.verifying.plots import barrier_figure, chi_t_figure, magnetisation_figure
from app.verifying.predictions import axis_angle, first_gap, predicted, prediction_rows
from app.verifying.queue import duration, queue_row
from app.verifying.result import with_axes
from app.verifying.tables import level_rows, provenance
from core.angles import between_axes
from core.chem.export import to_xyz
from core.chem.ligand import ligand_from_text, ligand_name
from core.design.generator import Estimate
from core.design.heads import Head
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Job, State
from core.jobs.store import Store
from core.qc.barrier_diagram import barrier_diagram
from core.qc.job import CIF, Method, file_job, ligand_job, verification_job
from core.qc.measured import Measured
from core.qc.stored_result import molecule_of, request_of
from core.smm.build import Recipe, build
from tests.app.test_pages import APP, metrics, texts
from tests.verified import verified

SECONDS = 60
HOSTILE = "</script><img src=x onerror=alert(1)> ![x](http://evil.example/a.png) $x$ :smile:"


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[Store]:
    monkeypatch.setenv("KRAMERS_DATA", str(tmp_path))
    monkeypatch.setenv("KRAMERS_SUPERVISOR", "none")
    cached = (access.ledger, access._result, access.own_runs, access.time_left)
    for function in cached:
        function.clear()
    yield Store(tmp_path)
    for function in cached:
        function.clear()


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
    page = AppTest.from_file(str(APP / "views" / "verify.py"), default_timeout=SECONDS)
    for key, value in state.items():
        page.session_state[key.replace("__", "/")] = value
    return page.run()


def candidate(charge: int | None = 1, question: str = "") -> Candidate:
    spec = request_of(verified()).spec
    return Candidate(
        "Dy-water5-F-F", spec.elements, spec.positions, spec.donors, charge, question, "gfn2-5", ("A doubt.",), {}
    )


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
    assert job.state is State.QUEUED and job.question["preset"] == "standard" and job.meta["warnings"] == ["A doubt."]
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
    columns = [set(table.value.columns) for table in page.dataframe]
    for wanted in ("axis of g_z", "Wybourne, magnetic frame", "90 % interval / cm⁻¹", "passes with", "what"):
        assert any(wanted in found for found in columns), wanted
    offered = [button.label for button in page.get("download_button")]
    assert offered == ["Report", "JSON", "CSV", "Text", "XYZ", "OpenMolcas", "ORCA", "PHI"]
    marked = " ".join(element.value for element in [*page.markdown, *page.caption, *page.info])
    assert "evil" not in marked and page.subheader[-1].value.startswith("`")


def test_a_non_kramers_result_is_shown_without_a_barrier(store):
    job = answered(store, "TbF3")
    page = verify_page(verify__shown=[job.id])
    assert not page.exception
    assert not any(label.startswith("Barrier") for label in metrics(page))
    assert not any("criterion" in caption.value for caption in page.caption)
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


def test_a_run_is_cancelled_tried_again_preferred_and_deleted(store):
    job = asked(store)
    page = verify_page()
    page.button(key="verify/do/Sooner").click().run()
    assert store.job(job.id).priority == 1
    page.button(key="verify/do/Cancel").click().run()
    assert store.job(job.id).state is State.CANCELLED
    page.button(key="verify/do/Try again").click().run()
    assert store.job(job.id).state is State.QUEUED
    page.button(key="verify/do/Cancel").click().run()
    page.button(key="verify/do/Delete it").click().run()
    assert not page.exception and not store.jobs()


def test_a_run_without_result_says_why(store):
    job = asked(store, title=HOSTILE)
    ended(store, State.FAILED, "the memory cap of 5500 MB was passed. " + HOSTILE)
    page = verify_page(verify__awaited=job.id)
    assert not page.exception and "memory cap" in texts(page)
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption])


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
    assert not page.exception and "No run that fits" in texts(page)


def test_a_batch_is_cancelled_as_a_whole(store):
    batch_of(store, "mine", ("[F-]", "CO"))
    batch_of(store, "theirs", ("CO", "[Cl-]"))
    page = verify_page(verify__batch="mine")
    page.button(key="verify/cancel-batch").click().run()
    assert not page.exception and store.counts()[State.CANCELLED] == 2 and store.counts()[State.QUEUED] == 1
    assert "2 jobs cancelled before starting; 1 of them belonged to other batches too" in page.info[0].value
    page.button(key="verify/open/0").click().run()
    assert list(page.dataframe[0].value["run"]) == ["CO", "[Cl-]"]


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
    assert row["elapsed"] == "2 min" and str(row["estimate"]).endswith(" s")


def test_durations_are_said_in_the_unit_that_fits():
    assert [duration(s) for s in (None, 12.4, 600.0, 9000.0)] == ["", "12 s", "10 min", "2.5 h"]


# What is handed over --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fluoride():
    return build(Recipe(ligand_from_text("[F-]")))


def test_a_built_complex_brings_ligand_charge_and_doubts(fluoride):
    sent = of_built(fluoride)
    assert sent.charge == 1 and sent.geometry == fluoride.complex.protocol and sent.doubts
    assert sent.meta["smiles"] == "[F-]" and sent.meta["donor_class"] == "fluoride"
    json.dumps(dict(sent.meta))


def test_a_crystal_brings_its_charge_where_it_is_confirmed(kramers):
    sent = of_prediction(kramers)
    assert sent is not None and sent.charge == 3 and sent.geometry == "crystal" and not sent.question
    assert sorted(sent.elements[donor] for donor in sent.donors) == ["O"] * 7
    doubted = of_prediction(replace(kramers, report=replace(kramers.report, charge_confirmed=False)))
    assert doubted is not None and doubted.charge is None and "probably +3" in doubted.question


def test_what_has_no_trivalent_ion_is_not_offered(kramers):
    assert of_prediction(replace(kramers, molecule=None)) is None
    assert of_prediction(replace(kramers, oxidation_state=2)) is None


# What is drawn and listed ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known():
    return predicted("known", verified())


def test_both_axes_are_drawn_and_their_angle_is_that_of_the_vectors(known):
    drawn, (own,) = with_axes(verified(), known.prediction, LIGHT)
    computed = np.array(verified()["kramers_doublets"][0]["axis"])
    assert drawn.field.easy_axis == pytest.approx(computed)
    assert axis_angle(verified(), known.prediction) == pytest.approx(
        between_axes(computed, own.direction), abs=0.05
    )
    html = frame(drawn, Shown(), LIGHT, axes=(own,))
    assert html.count("addArrow") == 4 and '"electrostatic"' in html
    assert frame(drawn, Shown(axis=False), LIGHT, axes=(own,)).count("addArrow") == 0


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
    assert first_gap(verified("TbF3")) == pytest.approx(50.41, abs=0.01)


def test_the_barrier_plot_has_an_arrow_for_each_transition_and_a_bar_for_each_level():
    diagram = barrier_diagram(verified())
    figure = barrier_figure(diagram, LIGHT)
    arrows = [trace for trace in figure.data if trace.mode == "lines+markers+text"]
    assert len(arrows) == len(diagram.transitions)
    assert next(trace.x[0] for trace in arrows if trace.name.startswith("through")) == diagram.moments[0]
    assert sum(trace.showlegend is not False for trace in arrows) == 3


def test_measured_points_lie_over_the_computed_curves():
    measured = Measured(((2.0, 11.0), (300.0, 13.0)), ((1.0, 3.0, 2.0), (1.0, 2.5, 5.0)))
    chi = chi_t_figure(verified(), measured, DARK)
    assert [trace.name for trace in chi.data] == ["computed", "measured"]
    curves = {2.0: np.zeros(2), 5.0: np.ones(2)}
    figure = magnetisation_figure(np.array([0.0, 7.0]), curves, measured, DARK)
    names = [trace.name for trace in figure.data]
    assert names == ["computed, 2 K", "computed, 5 K", "measured, 2 K", "measured, 5 K"]


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
    other["key"] = {**other["key"], "preset": "standard"}
    assert "differ in preset" in differences([verified(), other])
    assert differences([verified(), verified()]) == ""
