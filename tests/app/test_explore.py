"""The Explore page without a browser: what stands where, what hostile reports do, and the basket."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import page_file
from app.components.gallery import Card, Sign, sign_of
from app.components.latent_map import Report, corners_of, number_of, report_of
from app.components.memory import LONGEST, MOST, texts_of
from app.explore.basket import SIGNS, Basket, ligand_of
from app.explore.charts import chart, classes_of
from app.explore.finding import closeness
from app.explore.live import trust_words
from app.explore.pictures import thumbnail_of
from app.explore.sending import VERIFY, send
from app.explore.state import STARTS
from app.explore.values import chemical, number, properties_table, value_of, with_error
from app.shared import latent_model as model
from core.design.atlas_file import load_atlas
from core.design.scope import ScopedLigand, scoped
from core.design.search import BATCH, RADII, candidates_of
from core.errors import UnreadableFile
from tests.app.test_pages import APP, texts
from tests.design.toy_model import ToyHead, ToyModel, toy_atlas
from tests.hostile import hostile_strings

SECONDS = 30
START = STARTS[0]
TOY = ToyModel()
ATLAS = toy_atlas(TOY, copies=3)


@pytest.fixture(autouse=True)
def toys(monkeypatch) -> Iterator[None]:
    """A toy model and its map instead of the shipped ones, which a checkout may lack."""
    monkeypatch.setattr(model, "the_atlas", lambda: ATLAS)
    monkeypatch.setattr(model, "the_generator", lambda: TOY)
    monkeypatch.setattr(model, "the_library", lambda: frozenset({"COC"}))
    monkeypatch.setattr(model, "gap_preset", lambda: "standard")
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def explore_page() -> AppTest:
    return AppTest.from_file(str(page_file("explore")), default_timeout=SECONDS).run()


def placed(smiles: str) -> AppTest:
    return explore_page().text_input(key="explore/smiles").set_value(smiles).run()


def under_handle(page: AppTest) -> str:
    """SMILES of the ligand that the panel shows."""
    facts = next(element.value for element in page.markdown if element.value.startswith("donor (disc)"))
    return facts.split("`")[1]


def moved(page: AppTest, number: int, *, final: bool) -> AppTest:
    """The page after the handle was dragged to a ligand of the map."""
    x, y = (float(part) for part in ATLAS.points[number])
    page.session_state["exploration"].move(Report((x, y), final))
    return page.run()


def test_the_page_opens_with_a_ligand_its_properties_and_its_neighbours():
    page = explore_page()
    assert not page.exception
    assert under_handle(page) == START
    said = texts(page)
    assert (
        "among ligands of the map" in said
        and "valid ligand" in said
        and "learned from toy** | **1,000 labels**" in said
    )
    assert "ligands around the handle" in said and "The model wrote" in said and " σ" not in said
    assert "First gap: not reliable (60 labels" in said and "ranked instead by the charge" in said


def test_distances_are_told_in_words_by_how_far_the_maps_own_ligands_lie_apart():
    visit = explore_page().session_state["exploration"]
    half, most = ATLAS.spacing[50], ATLAS.spacing[95]
    words = [closeness(visit, value) for value in (0.0, half, (half + most) / 2, most + 1.0)]
    assert words == ["near", "near", "farther", "far"]
    lines = [line for card in visit.cards[1] for line in card.lines]
    assert any(line.endswith(("near", "farther", "far")) for line in lines) and not any("σ" in line for line in lines)


def test_a_drag_shows_another_ligand_and_seeks_neighbours_only_when_the_handle_is_let_go():
    page = explore_page()
    before = page.session_state["exploration"].found["neighbours"]
    page = moved(page, 20, final=False)
    assert under_handle(page) == TOY.ligands[20].smiles
    assert page.session_state["exploration"].found["neighbours"] is before
    page = moved(page, 20, final=True)
    assert page.session_state["exploration"].found["neighbours"] is not before


def test_a_place_where_the_model_writes_no_ligand_is_said():
    page = explore_page()
    visit = page.session_state["exploration"]
    visit.anchor = ATLAS.anchor([100.0] * TOY.size, ATLAS.points[0])
    visit.ligand = None
    visit.place = tuple(float(part) for part in visit.anchor.point)
    page.run()
    assert not page.exception
    assert "not valid as a ligand: chelating" in texts(page) and "far from the map" in texts(page)
    assert f"{BATCH * len(RADII)} would chelate" in texts(page)


def test_a_ligand_of_her_own_is_placed_and_comes_back():
    page = placed(TOY.ligands[11].smiles)
    assert under_handle(page) == TOY.ligands[11].smiles
    assert "given back exactly" in texts(page) and "It is on the map" in texts(page)


def test_a_ligand_that_does_not_come_back_is_placed_and_said_so():
    page = placed("CCCCCCCO")
    assert "not given back" in texts(page) and "It is not on the map" in texts(page)
    assert under_handle(page) == "CCCCCCCO"
    assert "new: not in the library" in texts(page)
    assert "in the library]" in texts(placed("COC"))


@pytest.mark.parametrize(
    ("smiles", "words"),
    [("C", "free lone pair"), ("hello", "nor a common name"), ("[Dy+3]", "element"), ("NCCN", "chelate")],
)
def test_what_cannot_be_placed_is_a_sentence_and_the_map_stays(smiles, words):
    page = placed(smiles)
    assert not page.exception
    assert words in texts(page) and "cannot be placed" in "".join(element.value for element in page.markdown)
    assert under_handle(page) == START


def test_a_ligand_beyond_the_alphabet_is_said_to_be_that():
    page = placed("CC(C)(C)CC(C)(C)CC(C)(C)CC(C)(C)CC(C)(C)O")
    assert not page.exception and "cannot be placed" in texts(page)
    assert "was among the ligands that the model learned from" in texts(page)


def test_hostile_smiles_are_answered_with_a_sentence():
    page = explore_page()
    for text in hostile_strings([START])[9:19]:
        page.text_input(key="explore/smiles").set_value(text).run()
        assert not page.exception, text
        assert under_handle(page) == START


def test_a_path_needs_its_ends_and_then_names_the_ligands_between_them():
    page = explore_page()
    page.button_group(key="explore/kind").set_value("path").run()
    assert "start and end" in texts(page)
    page.button(key="explore/start").click().run()
    page = moved(page, 20, final=True)
    page.button(key="explore/end").click().run()
    assert "in a straight line" in texts(page)
    found = page.session_state["exploration"].found["path"][1]
    assert found.candidates[0].ligand.smiles == START and found.candidates[-1].ligand == TOY.ligands[20]


def test_uphill_warns_where_the_head_is_not_reliable():
    page = explore_page()
    page.button_group(key="explore/kind").set_value("uphill").run()
    assert not page.warning and "rises fastest" in texts(page)
    page.selectbox(key="explore/head").set_value("first_gap_cm1").run()
    assert "not reliable" in page.warning[0].value


def test_what_the_lasso_caught_is_counted_by_class():
    page = explore_page()
    page.session_state["exploration"].selected = tuple(range(len(ATLAS)))
    page.button_group(key="explore/kind").set_value("lasso").run()
    assert f"{len(ATLAS)} ligands in the lasso" in texts(page)
    assert len(page.session_state["exploration"].found["lasso"][1].candidates) <= 64


def shown_ligands(page: AppTest) -> list[ScopedLigand]:
    """Of the cards below the map, in their order."""
    key = page.session_state["exploration"].cards[0]
    found = page.session_state["exploration"].found["neighbours"][1].candidates
    by_smiles = {one.ligand.smiles: one.ligand for one in found}
    return [by_smiles[smiles] for smiles, _ in key[:-2]]


def test_all_that_the_lasso_caught_is_kept_and_exported():
    page = explore_page()
    page.session_state["exploration"].selected = tuple(range(40))
    page.button_group(key="explore/kind").set_value("lasso").run()
    assert [button.label for button in page.get("download_button")][:2] == ["CSV", "SDF"]
    page.button(key="explore/keep-all").click().run()
    assert page.session_state["basket"].ligands == list(dict.fromkeys(TOY.ligands[:40]))


def test_what_was_found_is_sorted_and_filtered():
    page = explore_page()
    visit = page.session_state["exploration"]
    all_found = [one.ligand for one in visit.found["neighbours"][1].candidates]
    page.selectbox(key="explore/sort/neighbours").set_value("size").run()
    sizes = [one.heavy_atoms for one in shown_ligands(page)]
    assert sizes == sorted(sizes) and len(sizes) == len(all_found)
    page.number_input(key="explore/most/neighbours").set_value(min(sizes)).run()
    assert {one.heavy_atoms for one in shown_ligands(page)} == {min(sizes)}
    assert f"of {len(all_found)} pass the filter" in texts(page)


def test_what_is_kept_is_offered_as_csv_and_sdf():
    page = explore_page()
    page.button(key="explore/keep").click().run()
    assert [ligand.smiles for ligand in page.session_state["basket"].ligands] == [START]
    assert {"CSV", "SDF"} <= {button.label for button in page.get("download_button")}


def test_a_ligand_that_is_sent_to_verify_is_due_on_build(monkeypatch):
    page = explore_page()
    left: list[object] = []
    monkeypatch.setattr(st, "switch_page", left.append)
    page.button(key="explore/Build").click().run()
    assert "build/due" not in page.session_state
    page.button(key="explore/Verify").click().run()
    assert not page.exception and left == [page_file("build")] * 2
    assert page.session_state["axial/smiles"] == START and page.session_state["build/due"]
    assert page.session_state[f"axial/donor/{START}"] == TOY.ligands[0].donor
    monkeypatch.setattr(st, "session_state", {"metal": "Tb", "plane": "thf"})
    send(TOY.ligands[1], VERIFY)
    assert "metal" not in st.session_state and "plane" not in st.session_state


@pytest.mark.parametrize(
    ("mean", "deviation", "words"),
    [
        (554.3, 109.7, "554 ± 110"),
        (-0.4864, 0.0209, "−0.486 ± 0.021"),
        (9.1349, 0.9962, "9.1 ± 1.0"),
        (-0.0001, 0.02, "0.000 ± 0.020"),
        (12345.6, 2345.0, "12346 ± 2300"),
        (0.5, 0.0, "0.5"),
        (1.0, math.nan, "1"),
    ],
)
def test_an_uncertain_number_has_two_digits_of_its_error_and_no_exponent(mean, deviation, words):
    assert with_error(mean, deviation) == words


def test_a_number_has_three_digits_and_no_exponent():
    assert [number(value) for value in (0.00001234, -68.77, 99.96, 1234.5)] == ["0.0000123", "−68.8", "100", "1234"]


def test_formulas_in_words_have_their_subscripts_and_other_numbers_do_not():
    assert chemical("gap of [Dy(H2O)5L2] in 20 [steps 2]") == "gap of [Dy(H₂O)₅L₂] in 20 [steps 2]"


def test_size_and_accessibility_are_those_of_the_ligand_and_every_number_stands_under_its_level():
    sized = ToyHead("heavy_atoms", "size", "heavy atoms"), ToyHead("sa", "synthetic accessibility", "")
    heads = (*sized, *TOY.heads)
    candidate = candidates_of(TOY, [(scoped("CP(C)(C)=O"), TOY.latents[0])], TOY.latents[0])[0]
    said = {**candidate.values, "heavy_atoms": (6.6, 0.6), "sa": (9.0, 0.3)}
    candidate = replace(candidate, values=said)  # of which what heads say of the structure counts for nothing
    assert [value_of(candidate, head) for head in sized] == ["5 heavy atoms", "3.2"]
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in properties_table(candidate, heads).splitlines()]
    assert "RDKit" in lines[0] and lines[2] == "| Size | 5 heavy atoms |"
    assert lines[4] == "| **predicted, learned from toy** | **1,000 labels** |"
    assert lines[6] == "| **predicted, learned from toy, preset standard** | **60 labels** |"
    assert lines[7].startswith("| :orange[First gap] | ") and lines[7].endswith(" ± 0.10 cm⁻¹ |")
    fewer = replace(TOY.heads[0], name="other", labels=900)
    both = properties_table(replace(candidate, values={**said, "other": (1.0, 0.1)}), (TOY.heads[0], fewer))
    assert "**900 to 1,000 labels**" in both and both.count("learned from") == 1


def test_the_basket_comes_back_from_the_browser_without_what_is_no_ligand():
    basket = Basket()
    basket.add(scoped("CO"))
    basket.recall(["0 COC", "1 CC(C)=O", "x", "9 CO", "", "0 <script>alert(1)</script>", "²  CO", basket.texts[0]])
    again = Basket()
    again.recall(basket.texts)
    assert again.ligands == basket.ligands and scoped("CO") in basket.ligands
    assert all(ligand_of(text) is not None for text in basket.texts)
    basket.remove(basket.ligands[0])
    assert len(basket.ligands) == len(again.ligands) - 1


@pytest.mark.parametrize("kept", [None, 3, "CO", {}, {"0": "CO"}])
def test_a_browser_that_kept_no_list_is_not_heard(kept):
    assert texts_of(kept) is None


def test_too_much_and_too_long_texts_of_a_browser_are_left_out():
    assert texts_of([1, None, "a" * (LONGEST + 1), "0 CO"]) == ["0 CO"]
    assert len(texts_of(["0 CO"] * (MOST + 9)) or []) == MOST


def said(**changes: object) -> dict[str, object]:
    return {"x": 1.0, "y": -2, "final": True, "revision": 3} | changes


def test_a_report_of_the_handle_counts_only_for_the_revision_that_it_belongs_to():
    assert report_of(said(), 3) == Report((1.0, -2.0), True)
    assert report_of(said(revision=2), 3) is None
    assert report_of(said(final="yes"), 3) == Report((1.0, -2.0), False)


@pytest.mark.parametrize(
    "report",
    [
        None,
        [],
        "x",
        {},
        said(x="1"),
        said(y=None),
        said(x=math.nan),
        said(y=math.inf),
        said(x=1e9),
        said(x=True),
        said(x=[1]),
    ],
)
def test_a_report_that_is_none_moves_nothing(report):
    assert report_of(report, 3) is None


@pytest.mark.parametrize("number", [-1, 5, True, 1.0, "1", None])
def test_a_number_of_no_point_picks_nothing(number):
    assert number_of(number, 5) is None
    assert number_of(4, 5) == 4


@pytest.mark.parametrize("said", [None, 0, [0], [0, 3], [1, 0], [-1, 0], [0, "×"], [True, 0], [0, 0, 0], {"0": 0}])
def test_a_sign_of_no_card_does_nothing(said):
    cards = [Card("data:", (), "", SIGNS)]
    assert sign_of(said, cards) is None
    assert sign_of([0, 2], cards) == (0, "×") and SIGNS[2] == Sign("×", "Remove from the basket")


@pytest.mark.parametrize(
    "corners", [None, [], [[0, 0], [1, 1]], [[0, 0]] * 2000, [[0, 0], [1, 1], [1, None]], [1, 2, 3]]
)
def test_a_loop_that_is_none_selects_nothing(corners):
    assert corners_of(corners) == []
    assert corners_of([[0, 0], [1, 0], [0, 1.5]]) == [(0.0, 0.0), (1.0, 0.0), (0.0, 1.5)]


def test_every_way_of_colouring_gives_each_point_a_colour_or_none():
    for colour in ("donor class", "family", "charge", "donor_charge_e"):
        shown = chart(ATLAS, colour, None)
        assert shown.points.num_rows == len(ATLAS)
        values = shown.points["value"].to_numpy()
        names = shown.legend.get("names")
        assert names is None or ((values >= 0).all() and values.max() == len(names) - 1)
        assert names or (shown.legend["low"] < shown.legend["high"] and shown.legend["unit"] == "e")


def test_a_lit_class_leaves_the_others_dark():
    name = classes_of(ATLAS)[0]
    lit = chart(ATLAS, "charge", name).points["lit"].to_numpy()
    assert lit.sum() == sum(ligand.donor_class.value == name for ligand in ATLAS.ligands) < len(ATLAS)


def test_the_names_on_the_map_are_those_of_donor_classes_at_their_ligands():
    for label in chart(ATLAS, "charge", None).labels:
        number = int(((ATLAS.points - [label["x"], label["y"]]) ** 2).sum(axis=1).argmin())
        assert ATLAS.ligands[number].donor_class.value == label["text"]


def test_trust_falls_with_distance():
    colours = [trust_words(percentile)[0] for percentile in (0, 50, 95, 99, 100)]
    assert colours == ["green", "green", "green", "orange", "red"]


def test_a_thumbnail_is_a_picture_without_script_or_link():
    address = thumbnail_of(scoped("CP(C)(C)=O"))
    kind, _, picture = address.partition(",")
    assert kind == "data:image/svg+xml" and "<path" in unquote(picture)
    assert "<" not in picture and "script" not in picture and "href" not in unquote(picture)


def test_a_card_is_plain_text_for_the_browser():
    assert Card("data:", ("<b>",), "t").lines == ("<b>",)
    for name in (
        "latent_map/map.js",
        "latent_map/painter.js",
        "latent_map/cloud.js",
        "latent_map/marks.js",
        "gallery/gallery.js",
        "memory/memory.js",
    ):
        script = (APP / "components" / name).read_text(encoding="utf-8")
        assert not [
            word for word in ("innerHTML", "insertAdjacentHTML", "document.write", "http", "fetch(") if word in script
        ]


def test_a_missing_map_is_one_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(model, "the_atlas", lambda: load_atlas(tmp_path))
    page = explore_page()
    assert not page.exception
    assert "missing" in page.text[0].value and "Install Kramers again" in page.text[0].value


def test_missing_weights_are_one_clear_sentence_below_the_map(monkeypatch):
    def missing() -> None:
        raise UnreadableFile("The file of the model is missing.", advice="Train anew.")

    monkeypatch.setattr(model, "the_generator", missing)
    page = explore_page()
    assert not page.exception
    assert "The file of the model is missing. Train anew." in texts(page)


def test_the_table_of_the_basket_opens_in_a_spreadsheet():
    from app.explore.basket import _candidates
    from core.design.ligand_files import to_csv

    rows = list(csv.reader(io.StringIO(to_csv(_candidates((TOY.ligands[0],)), TOY.heads).decode("utf-8-sig"))))
    assert rows[1][0] == TOY.ligands[0].smiles and len(rows[0]) == len(rows[1])
