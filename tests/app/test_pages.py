"""Every page, run without a browser."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from collections import Counter
from pathlib import Path

import py3Dmol
import pytest
from streamlit.testing.v1 import AppTest

from app import page_file
from app.shared.examples import TITLES, example_names
from core.chem.io.export import to_xyz
from core.settings import MAX_FILE_BYTES
from core.workflows.predict import predict
from tests.learned.simdavis_table import made_up, sample, written

APP = Path(__file__).resolve().parents[2] / "app"
EXAMPLES = APP.parent / "assets" / "examples"
SECONDS = 30


def predict_page() -> AppTest:
    return AppTest.from_file(str(page_file("predict")), default_timeout=SECONDS).run()


def with_files(*files: tuple[str, bytes]) -> AppTest:
    page = predict_page()
    page.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files])
    return page.run()


def with_examples(*names: str) -> AppTest:
    page = predict_page()
    page.button_group(key="examples").set_value(list(names))
    return page.run()


def tick(page: AppTest, line: int) -> None:
    """Click a line of the table."""
    key = list(page.session_state.batch.results)[line][0]
    page.session_state["desk/note/predict"] = {"shown": key}
    page.run()


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.text, *page.markdown, *page.caption])


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_app_starts_on_the_predict_page():
    page = AppTest.from_file(str(APP / "main.py"), default_timeout=SECONDS).run()
    assert not page.exception
    assert page.title[0].value == "Predict"


def test_the_empty_page_offers_the_examples_and_says_what_it_does():
    page = predict_page()
    assert not page.exception
    assert "Drop a CIF" in texts(page)
    assert len(page.button_group(key="examples").options) == len(example_names()) > 0


def test_every_title_belongs_to_an_example():
    assert set(TITLES) <= set(example_names())


@pytest.mark.parametrize("name", example_names())
def test_every_example_ends_in_a_card(name):
    page = with_examples(name)
    assert not page.exception
    assert name in page.subheader[0].value
    assert {"First gap, electrostatic", "Next level of the whole"} & metrics(page).keys()


def test_from_the_file_to_the_card_each_record_is_made_once(monkeypatch):
    """A complex among its counter-ions: crystal, pieces, sphere, surroundings, levels, record."""
    from core.chem.io import structure
    from core.fields import environment
    from core.workflows import predict as workflow

    predict_page()  # its worked example is another structure
    made: Counter[str] = Counter()
    for module, name in (
        (structure, "parse"), (structure, "read_block"), (structure, "read_crystal"), (structure, "dissect"),
        (structure, "balance"), (structure, "coordination_sphere"), (structure, "Molecule"),
        (workflow, "shape_measures"), (environment, "environment_of"), (workflow, "field_of"), (workflow, "verdict"),
        (workflow, "Prediction"),
    ):  # fmt: skip
        original = getattr(module, name)

        def counted(*given, _name=name, _original=original, **named):
            made[_name] += 1
            return _original(*given, **named)

        monkeypatch.setattr(module, name, counted)
    data = (EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes() + b"\n# read by no test before\n"
    page = with_files(("once.cif", data))
    assert not page.exception and "First gap, electrostatic" in metrics(page)
    once = dict(made)
    assert once.pop("dissect") == len(predict(data, "once.cif").report.components)
    assert set(once.values()) == {1} and len(once) == 11, once


def test_a_card_gives_gap_axis_shape_levels_and_says_how_the_scale_was_made():
    page = with_examples("dy-h2o5-opme3-2.cif")
    assert metrics(page)["First gap, electrostatic"].endswith("cm⁻¹")
    assert metrics(page)["Angle of easy axis to axial donors"].endswith("°")
    assert "PBPY-7" in texts(page)
    assert "fitted to" in page.info[0].value
    assert any("main |M_J⟩" in table.value.columns for table in page.dataframe)
    for model in ("Electrostatic model", "Voxel network", "Invariant control"):
        assert metrics(page)[f"{model}: SMM-like"].endswith("%")
    assert metrics(page)["The literature alone: relaxes slowly"].endswith("%")
    assert "reported Dy(III) complexes with seven O donors" in texts(page)
    assert "Nat. Commun. 2022, 13, 7626" in texts(page)
    assert all("not the same as “reported as an SMM”" in one.help for one in page.metric if "SMM-like" in one.label)


def test_a_card_says_in_a_line_how_to_get_the_nearest_reported_complexes(monkeypatch):
    monkeypatch.delenv("KRAMERS_SIMDAVIS", raising=False)
    page = with_examples("dy-h2o5-opme3-2.cif")
    assert texts(page).count("KRAMERS_SIMDAVIS") == 1


def test_a_card_lists_the_nearest_reported_complexes_of_a_copy(tmp_path, monkeypatch):
    name = "[Dy(![x](http://evil.example/a.png)<b>)]"
    rows = [*made_up(), sample(500, compound=name, Ueff="321", T_hyst="7", DOI="10.0/Z")]
    monkeypatch.setenv("KRAMERS_SIMDAVIS", str(written(tmp_path / "t.tsv", rows)))
    page = with_examples("dy-h2o5-opme3-2.cif")
    assert not page.exception
    table = next(table.value for table in page.dataframe if "T_hyst / K" in table.value.columns)
    assert list(table.iloc[0][["compound", "U_eff / K", "T_hyst / K", "DOI"]]) == [name, 321, 7, "10.0/z"]
    assert "evil" not in texts(page) and "KRAMERS_SIMDAVIS" not in texts(page)
    figure = next(chart for chart in page.get("plotly_chart") if "this complex" in chart.proto.spec)
    assert "reported U<sub>eff</sub>" in figure.proto.spec.encode().decode("unicode_escape")


def test_a_card_says_what_is_amiss_with_a_copy(tmp_path, monkeypatch):
    monkeypatch.setenv("KRAMERS_SIMDAVIS", str(written(tmp_path / "t.tsv", [sample(1, Ueff="`many`")])))
    page = with_examples("dy-h2o5-opme3-2.cif")
    assert not page.exception
    assert "your copy of SIMDAVIS cannot be read" in page.warning[0].value
    assert any("line 2: Ueff is “`many`”, not a temperature above 0 K" in text.value for text in page.text)


def test_a_molecule_with_two_metals_is_judged_once_a_site_is_chosen():
    page = with_examples("dy2-methoxide-acac4.cif")
    assert "First gap, electrostatic" not in metrics(page)
    site = next(box for box in page.selectbox if box.label == "Metal site")
    assert site.value == 0  # all of them together
    site.select_index(1).run()
    assert "First gap, electrostatic" not in metrics(page) and "No verdict" in texts(page)
    assert "xchange" in texts(page)
    assert any("No verdict" in info.value and "exchange is ignored" in info.value for info in page.info)
    assert "Voxel network: SMM-like" not in metrics(page)


def test_a_bad_file_is_answered_with_a_sentence_and_the_rest_goes_on():
    good = "dy-h2o5-opme3-2.cif"
    page = with_files(("noise.cif", b"\x00\xff\x1b" * 50), (good, (EXAMPLES / good).read_bytes()), ("empty.cif", b""))
    assert not page.exception
    summary = page.dataframe[0].value
    assert list(summary["status"]) == ["error", "ok", "error"]
    assert (summary["message"].str.len() > 10).all()
    tick(page, 1)
    assert "First gap, electrostatic" in metrics(page)


def test_what_was_added_last_is_shown():
    page = with_examples("dy-h2o5-opme3-2.cif", "tb-pc2-pph4.cif")
    assert "tb-pc2-pph4" in page.subheader[0].value


def xyz_without_a_charge() -> bytes:
    """An example as a plain XYZ file, its comment line empty."""
    molecule = predict((EXAMPLES / "dy-h2o5-opme3-2.cif").read_bytes(), "a.cif").molecule
    assert molecule is not None
    count, _, *rows = to_xyz(molecule).splitlines()
    return "\n".join([count, "", *rows]).encode()


def test_the_charge_of_a_molecule_without_a_crystal_is_asked_for_and_judged_again():
    page = with_files(("a.xyz", xyz_without_a_charge()))
    field = page.number_input[0]
    assert field.label == "Total charge (the file states none)"
    assert field.value is None
    assert "states no total charge" in texts(page)
    assert "--" not in texts(page)
    field.set_value(3).run()
    assert not page.exception
    assert page.number_input[0].label == "Total charge"
    assert "states no total charge" not in texts(page)
    page.number_input[0].set_value(1).run()
    assert "stated as +1" in texts(page)


def test_no_charge_is_asked_for_where_there_is_a_crystal():
    assert not with_examples("dy-h2o5-opme3-2.cif").number_input


def test_the_easy_axis_is_given_by_its_angles_to_the_cell_axes():
    caption = next(c.value for c in with_examples("tb-pc2-pph4.cif").caption if "with a" in c.value)
    assert "**90.0°** with a, **90.0°** with b and **0.0°** with c" in caption  # the fourfold axis


def test_the_card_says_how_near_the_next_lanthanide_is_in_the_crystal_and_only_there():
    assert "Nearest Dy···Dy between molecules: 6.27 Å (−x+1, −y+1, −z+1)." in texts(
        with_examples("dy-h2o5-opme3-2.cif")
    )
    assert "between molecules: 8.49 Å" in texts(with_examples("dy2-methoxide-acac4.cif"))
    assert "between molecules" not in texts(with_files(("a.xyz", xyz_without_a_charge())))


def test_the_table_of_donors_has_the_labels_of_the_file():
    page = with_examples("dy-nitrate3-thf3-disordered.cif")
    donors = next(table.value for table in page.dataframe if "site" in table.value.columns)
    labels = (EXAMPLES / "dy-nitrate3-thf3-disordered.cif").read_text(encoding="utf-8").split()
    assert set(donors["site"]) <= set(labels)


def test_hostile_names_stay_out_of_markdown_except_in_code_spans():
    name = "![x](http://evil.example/a.png) $x$ :smile:.cif"
    page = with_files((name, b"data_"), ("b.cif", b"data_"))
    tick(page, 0)
    assert page.subheader[0].value == f"`{name}`"
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption, *page.info])


def test_nothing_is_judged_twice_on_a_rerun(monkeypatch):
    page = with_examples("dy-h2o5-opme3-2.cif")
    monkeypatch.setattr("app.predict.batch.predict_guarded", lambda *_, **__: pytest.fail("judged again"))
    page.run()
    assert not page.exception
    assert "First gap, electrostatic" in metrics(page)


def test_about_tells_methods_limits_citations_and_versions():
    page = AppTest.from_file(str(page_file("about")), default_timeout=SECONDS).run()
    assert not page.exception
    for word in ("fitted to complexes", "Stevens", "doi.org/10.1021/ic9804925", "Limits"):
        assert word in texts(page)
    assert {"Python", "gemmi", "py3Dmol"} <= set(page.dataframe[-1].value["library"])


def test_about_shows_the_second_list_and_measured_barriers():
    page = AppTest.from_file(str(APP / "about" / "page.py"), default_timeout=SECONDS).run()
    assert not page.exception
    assert "half is put aside unseen" in texts(page) and "A gap is no barrier" in texts(page)
    tables = [list(table.value.columns) for table in page.dataframe]
    assert any("Spearman (95 %)" in columns for columns in tables)
    second = page.dataframe[1].value
    assert "literature (has seen the answers)" in list(second["who"]) and "majority" in list(second["who"])


def test_about_shows_how_many_landmarks_each_model_has_right_beside_the_metal_alone():
    page = AppTest.from_file(str(page_file("about")), default_timeout=SECONDS).run()
    table = page.dataframe[0].value
    assert {"electrostatic", "voxel", "invariant", "majority"} <= set(table["who"])
    assert table["right"].str.contains("%").all()


@pytest.mark.parametrize("view", ["predict", "build", "about"])
def test_a_page_begins_with_its_title_and_shows_no_docstring(view):
    page = AppTest.from_file(str(page_file(view)), default_timeout=SECONDS).run()
    assert page.main[0].type == "title"
    source = (page_file(view)).read_text(encoding="utf-8")
    documented = [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    assert documented
    assert not set(documented) & {element.value for element in page.markdown}


def test_the_upload_limit_of_the_server_is_that_of_the_reader():
    config = (APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert f"maxUploadSize = {MAX_FILE_BYTES // 1_000_000}\n" in config


def test_the_shipped_3dmol_is_unchanged_and_the_one_that_py3dmol_wants():
    static = APP / "static"
    shipped = json.loads((static / "3Dmol-version.json").read_text(encoding="utf-8"))
    assert shipped["sha256"] == hashlib.sha256((static / "3Dmol-min.js").read_bytes()).hexdigest()
    assert f"3dmol@{shipped['version']}/" in inspect.getsource(py3Dmol.view.__init__)
    assert "BSD-3-Clause" in (static / "3Dmol-LICENSE.txt").read_text(encoding="utf-8")
