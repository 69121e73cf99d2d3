"""Several metals on the pages, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import page_file
from app.components.viewer3d.several import several_frame
from app.components.viewer3d.view import LIGHT
from app.shared.diagram import BAR
from app.shared.several.figures import exchange_figure, ising_figure, turns
from app.shared.several.handing import IONS, Ions
from app.shared.several.judging import Question
from app.verify.together import molecules
from core.chem.sphere.metal_sites import Stated
from core.coupling.magnetometry import chi_t
from core.coupling.states import solve
from core.jobs.ledger import Ledger, Room
from core.jobs.model import Filter, State
from core.learned.verdict import ModelEstimate, Verdict
from core.schema.old import current
from core.workflows.coupled_words import leading_ion
from core.workflows.several import judge_several, require_coupled
from core.workflows.wishes import Wishes

MOLECULES = Path(__file__).parents[1] / "molecules"
SECONDS = 60


def predict_page(name: str) -> AppTest:
    page = AppTest.from_file(str(page_file("predict")), default_timeout=SECONDS).run()
    page.file_uploader[0].set_value([(name, (MOLECULES / name).read_bytes(), "text/plain")])
    return page.run()


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.text, *page.markdown, *page.caption, *page.warning])


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, column: str) -> Any:
    return next(one.value for one in page.dataframe if column in one.value.columns)


def field(page: AppTest, label: str) -> Any:
    return next(box for box in [*page.number_input, *page.selectbox] if box.label == label)


def test_a_triangle_is_shown_with_all_its_ions_and_its_toroidal_moment():
    page = predict_page("dy3-triangle.xyz")
    assert not page.exception
    assert metrics(page)["Toroidal moment"] == "60.6 Å μ_B" and metrics(page)["Next level of the whole"] == "5 cm⁻¹"
    said = next(one.value for one in page.markdown if "No verdict yet" in one.value)
    assert "315 cm⁻¹" in said and "**no moment**" in said and "**60.6 Å μ_B**" in said and "**Dy1 Dy(III)" in said
    assert "The first gap beside other metals is rough" in texts(page)
    sites = table(page, "axis to donors / °")
    assert list(sites["ion"]) == ["Dy1", "Dy2", "Dy3"] and set(sites["what"]) == {"Dy(III)"}
    assert len(table(page, "M–donor–M / °")) == 9
    assert list(table(page, "to turn it alone / cm⁻¹")["to turn it alone / cm⁻¹"]) == pytest.approx(
        [5.05] * 3, abs=0.05
    )
    matrix = table(page, "Dy2").set_index("")
    assert np.isnan(matrix.loc["Dy1", "Dy1"]) and matrix.loc["Dy2", "Dy1"] == 0.0 != matrix.loc["Dy1", "Dy2"]


def test_a_j_that_is_entered_changes_the_coupling_as_the_command_line_has_it():
    page = predict_page("dy2-asymmetric.xyz")
    before = table(page, "exchange, Ising / cm⁻¹")
    field(page, "J(Dy1–Dy2) / cm⁻¹").set_value(-0.05).run()
    assert not page.exception
    after = table(page, "exchange, Ising / cm⁻¹")
    data = (MOLECULES / "dy2-asymmetric.xyz").read_bytes()
    found = judge_several(data, "a.xyz", Wishes(exchange={("Dy1", "Dy2"): -0.05}))
    levels = solve(require_coupled(found)).energies
    assert (
        before["exchange, Ising / cm⁻¹"][0] == 0 != after["exchange, Ising / cm⁻¹"][0] and after["J / cm⁻¹"][0] == -0.05
    )
    between = levels[2:4].mean() - levels[:2].mean()  # lines of two states each, closer than 0.01 cm⁻¹
    assert table(page, "toroidal / Å μ_B").loc[1, "E / cm⁻¹"] == pytest.approx(between, abs=1e-6)


def test_j_is_fitted_to_points_that_were_made_with_a_known_one_and_taken_over():
    page = predict_page("cu-tb-valen.xyz")
    data, wishes = (MOLECULES / "cu-tb-valen.xyz").read_bytes(), Wishes(exchange={("Tb2", "Cu1"): 1.2})
    kelvin = np.geomspace(2.0, 300.0, 25)
    made = chi_t(solve(require_coupled(judge_several(data, "a.xyz", wishes))), kelvin)
    noisy = made * (1 + 0.002 * np.random.default_rng(4).standard_normal(len(kelvin)))
    csv = "T,chiT\n" + "\n".join(f"{t},{value}" for t, value in zip(kelvin, noisy, strict=True))
    page.file_uploader[1].set_value([("chi.csv", csv.encode(), "text/csv")]).run()
    next(button for button in page.button if button.label == "Fit J").click().run()
    assert not page.exception
    fitted = table(page, "standard error").iloc[0]
    assert abs(fitted["value"] - 1.2) < 3 * fitted["standard error"] < 0.3
    next(button for button in page.button if button.label == "Take these J").click().run()
    assert table(page, "J / cm⁻¹")["J / cm⁻¹"][0] == pytest.approx(fitted["value"])


def test_mixed_valence_is_a_sentence_with_fields_that_settle_it():
    page = predict_page("mn-dy-mn-mixed-valence.xyz")
    assert "bonds speak for mixed valence" in texts(page) and "--oxidation" not in texts(page)
    field(page, "Oxidation state of Mn2").set_value(3).run()
    field(page, "Oxidation state of Mn3").set_value(2).run()
    assert not page.exception
    assert list(table(page, "magnetism")["what"]) == ["Dy(III)", "Mn(III)", "Mn(II)"]
    field(page, "D of Mn2 / cm⁻¹").set_value(-3.5).run()
    assert not page.exception and "Zero-field splitting" in texts(page)


def test_diamagnetic_neighbours_are_named_below_the_card_of_the_one_magnetic_ion():
    page = AppTest.from_file(str(page_file("predict")), default_timeout=SECONDS).run()
    page.button_group(key="examples").set_value(["zn-dy-valen-nitrate3.cif"]).run()
    assert not page.exception and "First gap, electrostatic" in metrics(page)
    sites = table(page, "magnetism")
    assert dict(zip(sites["what"], sites["magnetism"], strict=True))["Zn(II)"] == "diamagnetic"


def test_the_table_over_files_answers_for_a_molecule_of_several_metals():
    """Its leading ion, as on its card, and what the chemist stated of an ion that was open."""
    names = ("dy2-asymmetric.xyz", "dy3-triangle.xyz", "mn-dy-mn-mixed-valence.xyz")
    page = AppTest.from_file(str(page_file("predict")), default_timeout=SECONDS).run()
    files = [(name, (MOLECULES / name).read_bytes(), "text/plain") for name in names]
    page.file_uploader[0].set_value(files).run()
    assert not page.exception
    rows = table(page, "first doubt").set_index("file")
    assert list(rows["status"]) == ["ok", "ok", "refused"] and list(rows["lanthanides"])[:2] == [2, 3]
    assert rows.loc[names[0], "leading ion"] == "Dy1" and round(rows.loc[names[0], "first gap / cm⁻¹"]) == 87
    assert round(rows.loc[names[1], "first gap / cm⁻¹"]) == 315
    assert rows.loc[names[0], "first doubt"] and "magnetic ions: 2" in rows.loc[names[0], "message"]
    assert "mixed valence" in rows.loc[names[2], "message"] and np.isnan(rows.loc[names[2], "first gap / cm⁻¹"])
    field(page, "Oxidation state of Mn2").set_value(3).run()
    field(page, "Oxidation state of Mn3").set_value(2).run()
    stated = table(page, "first doubt").set_index("file").loc[names[2]]
    assert (stated["status"], stated["lanthanides"]) == ("ok", 1) and stated["first gap / cm⁻¹"] > 0


def test_the_leading_ion_is_the_likeliest_smm_and_else_the_one_with_the_largest_gap():
    found = judge_several((MOLECULES / "dy4-cubane.xyz").read_bytes(), "a.xyz", Wishes())
    gaps = {label: own.levels.first_gap for label, own in found.predictions.items()}
    assert gaps[leading_ion(found)] == max(gaps.values())
    weakest = min(gaps, key=gaps.get)
    opinion = ModelEstimate(p_smm=0.9, gap=gaps[weakest], interval=(1.0, 2.0))
    own = replace(found.predictions[weakest], verdict=Verdict(in_domain=False, reason="", electrostatic=opinion))
    assert leading_ion(replace(found, predictions={**found.predictions, weakest: own})) == weakest


def drawn(html: str, part: str, what: str) -> int:
    """How many bodies of a kind a part of the view asks for."""
    found = re.search(rf"^{part}: \(viewer_\w+\) => {{$(.*?)^}}", html, re.MULTILINE | re.DOTALL)
    assert found is not None
    return len(re.findall(rf"viewer_[0-9a-f]+\.{what}\(", found[1]))


@pytest.mark.parametrize(("name", "arrows"), [("dy3-triangle.xyz", 3), ("cu-tb-valen.xyz", 2), ("cu-dy-cu.xyz", 2)])
def test_every_ion_has_its_axis_and_the_moments_of_ising_ions_one_head(name, arrows):
    """Three Ising ions have a head each; beside isotropic spins an axis has two."""
    found = judge_several((MOLECULES / name).read_bytes(), name, Wishes())
    html = several_frame(found, LIGHT)
    assert drawn(html, "axis", "addArrow") == arrows
    assert drawn(html, "ellipsoids", "addCustom") == len(found.metals.magnetic)
    assert drawn(html, "labels", "addLabel") == len(found.metals.sites)
    assert "packing: (viewer" not in html  # there is no crystal


def test_single_turns_join_configurations_that_stand_for_their_reverse_too():
    """Of three ions, every configuration is one turn from every other: ↑↑↓ is ↓↓↑, two turns from ↑↑↑ reversed."""
    steps = turns([(1, 1, 1), (1, 1, -1), (1, -1, 1), (1, -1, -1)])
    assert sorted((a, b) for a, b, _ in steps) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert {(a, b): ion for a, b, ion in steps}[0, 3] == 0


def level(energy: float, g_z: float | None) -> dict[str, Any]:
    return {"energy_cm1": energy, "g": None if g_z is None else [0.0, 0.0, g_z], "toroidal_muB_A": None}


def test_levels_of_one_energy_without_a_moment_stand_apart_about_the_middle():
    lines = [level(0.0, None), level(5.0, None), level(5.0, None), level(5.0, None), level(5.0, 20.0)]
    bars = [[x for x in trace.x if x is not None] for trace in exchange_figure(lines, LIGHT).data[:5]]
    middles = [sum(bar) / len(bar) for bar in bars]
    assert middles[0] == middles[2] == middles[4] == 0 and middles[1] == -middles[3] < -2 * BAR
    assert sorted(bars[4])[0] == pytest.approx(-10 - BAR)


def test_either_turn_of_two_ions_is_one_line_with_both_names():
    found = [
        {"signs": [1, 1], "energy_cm1": 0.0, "moment_muB": 14.0, "flipped": []},
        {"signs": [1, -1], "energy_cm1": 1.0, "moment_muB": 13.0, "flipped": ["Dy2"]},
    ]
    figure = ising_figure({"configurations": found}, ["Dy1", "Dy2"], LIGHT)
    names = [trace.text[1] for trace in figure.data if trace.text]
    assert names == ["Dy1 or Dy2", "↑↑", "↑↓"]
    low, high = figure.layout.xaxis.range
    assert high - low >= 12 * BAR and low < 13.0 - BAR and high > 14.0 + BAR


def verify_page(**state: object) -> AppTest:
    page = AppTest.from_file(str(page_file("verify")), default_timeout=SECONDS)
    for key, value in state.items():
        page.session_state[key] = value
    return page.run()


def computed(number: int) -> dict[str, Any]:
    text = (MOLECULES / f"dy2-asymmetric-site{number}.json").read_text(encoding="utf-8")
    return dict(current(json.loads(text)))


def test_chosen_ions_become_one_batch_and_their_results_come_together(store):
    name = "dy2-asymmetric.xyz"
    ions = Ions(Question((MOLECULES / name).read_bytes(), name), Stated(), ("Dy1", "Dy2"))
    page = verify_page(**{IONS: ions})
    assert not page.exception and list(table(page, "geometry")["geometry"]) == ["given, 1 Dy as Lu"] * 2
    page.selectbox(key="verify/preset").select("fast").run()
    page.button(key="verify/compute").click().run()
    assert not page.exception and IONS not in page.session_state
    (batch,) = store.batches()
    assert batch.jobs == 2 and batch.name == "dy2-asymmetric, 2 ions, fast"

    ledger = Ledger(store)
    claim = ledger.claim(store.path / "runs", Room(1, 1, True))
    assert claim is not None
    label = claim.job.question["site"]["label"]
    result = {**computed(int(label[-1])), "input": {**computed(int(label[-1]))["input"], **claim.job.question}}
    ledger.finish(claim.key, State.DONE, "", result, 651.0)
    (half,) = molecules(store.jobs(Filter(kinds=("verify",))))
    assert list(half.done) == [label] and len(half.jobs) == 2
    page = verify_page(**{"verify/molecule": half.key})
    assert not page.exception
    other = "Dy2" if label == "Dy1" else "Dy1"
    assert f"{other}: waits; the electrostatic model stands in its place." in texts(page)
    rows = table(page, "electrostatic: first gap / cm⁻¹").set_index("ion")
    assert rows.loc[label, "first level / cm⁻¹"] == pytest.approx(result["levels"]["doublets"][1]["energy_cm1"])
    assert np.isnan(rows.loc[other, "first level / cm⁻¹"])
    assert "Next level of the whole" in metrics(page)
