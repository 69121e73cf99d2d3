"""Every page, run without a browser."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from pathlib import Path

import py3Dmol
import pytest
from streamlit.testing.v1 import AppTest

from app.examples import TITLES, example_names
from core.settings import MAX_FILE_BYTES

APP = Path(__file__).resolve().parents[2] / "app"
EXAMPLES = APP.parent / "assets" / "examples"
SECONDS = 30


def predict_page() -> AppTest:
    return AppTest.from_file(str(APP / "views" / "predict.py"), default_timeout=SECONDS).run()


def with_files(*files: tuple[str, bytes]) -> AppTest:
    page = predict_page()
    page.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files])
    return page.run()


def with_examples(*names: str) -> AppTest:
    page = predict_page()
    page.button_group(key="examples").set_value(list(names))
    return page.run()


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
    assert "First gap, electrostatic" in metrics(page) or "site" in texts(page)


def test_a_card_gives_gap_axis_shape_levels_and_says_how_the_scale_was_made():
    page = with_examples("dy-h2o5-opme3-2.cif")
    assert metrics(page)["First gap, electrostatic"].endswith("cm⁻¹")
    assert metrics(page)["Angle of easy axis to axial donors"].endswith("°")
    assert "PBPY-7" in texts(page)
    assert "fitted to" in page.info[0].value
    assert any("main |M_J⟩" in table.value.columns for table in page.dataframe)
    for model in ("Electrostatic model", "Voxel network", "Invariant control"):
        assert metrics(page)[f"{model}: SMM-like"].endswith("%")
    assert metrics(page)["The metal alone would say"].endswith("%")
    assert "not the same as “reported as an SMM”" in texts(page)


def test_a_molecule_with_two_metals_is_judged_once_a_site_is_chosen():
    page = with_examples("dy2-methoxide-acac4.cif")
    assert not page.metric
    site = next(box for box in page.selectbox if box.label == "Metal site")
    assert site.value is None
    site.select_index(0).run()
    assert "First gap, electrostatic" in metrics(page)
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
    page.selectbox(key="shown").select_index(1).run()
    assert "First gap, electrostatic" in metrics(page)


def test_what_was_added_last_is_shown():
    page = with_examples("dy-h2o5-opme3-2.cif", "tb-pc2-pph4.cif")
    assert "tb-pc2-pph4" in page.subheader[0].value


def test_hostile_names_stay_out_of_markdown_except_in_code_spans():
    name = "![x](http://evil.example/a.png) $x$ :smile:.cif"
    page = with_files((name, b"data_"), ("b.cif", b"data_"))
    page.selectbox(key="shown").select_index(0).run()
    assert page.subheader[0].value == f"`{name}`"
    assert not any("evil" in element.value for element in [*page.markdown, *page.caption, *page.info])


def test_nothing_is_judged_twice_on_a_rerun(monkeypatch):
    page = with_examples("dy-h2o5-opme3-2.cif")
    monkeypatch.setattr("app.batch.predict_guarded", lambda *_, **__: pytest.fail("judged again"))
    page.run()
    assert not page.exception
    assert "First gap, electrostatic" in metrics(page)


def test_about_tells_methods_limits_citations_and_versions():
    page = AppTest.from_file(str(APP / "views" / "about.py"), default_timeout=SECONDS).run()
    assert not page.exception
    for word in ("fitted to complexes", "Stevens", "doi.org/10.1021/ic9804925", "Limits"):
        assert word in texts(page)
    assert {"Python", "gemmi", "py3Dmol"} <= set(page.dataframe[-1].value["library"])


def test_about_shows_how_many_landmarks_each_model_has_right_beside_the_metal_alone():
    page = AppTest.from_file(str(APP / "views" / "about.py"), default_timeout=SECONDS).run()
    table = page.dataframe[0].value
    assert {"electrostatic", "voxel", "invariant", "majority"} <= set(table["who"])
    assert table["right"].str.contains("%").all()


@pytest.mark.parametrize("view", ["predict", "build", "about"])
def test_a_page_begins_with_its_title_and_shows_no_docstring(view):
    page = AppTest.from_file(str(APP / "views" / f"{view}.py"), default_timeout=SECONDS).run()
    assert page.main[0].type == "title"
    source = (APP / "views" / f"{view}.py").read_text(encoding="utf-8")
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
