"""The map of ligands: distances, drags, trust, and its files."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from core.design.atlas import Atlas
from core.design.atlas_file import LIGANDS, NUMBERS, check_model, digest_of, library_smiles, load_atlas, save_atlas
from core.errors import UnreadableFile
from tests.design.toy_model import SIZE, ToyModel, toy_atlas
from training.ligands.atlas import ALWAYS, chosen, spacing


@pytest.fixture(scope="module")
def model() -> ToyModel:
    return ToyModel()


@pytest.fixture(scope="module")
def atlas(model) -> Atlas:
    return toy_atlas(model, copies=40)


def flat_atlas() -> Atlas:
    """A map whose latents are a plane in the latent space, which a drag must follow exactly."""
    model = ToyModel()
    atlas = toy_atlas(model, copies=40)
    slope = np.random.default_rng(2).normal(size=(2, SIZE))
    latents = (atlas.points @ slope + 1).astype(np.float32)
    return Atlas(
        atlas.points, latents, atlas.ligands, atlas.families, atlas.properties, atlas.values, atlas.spacing, "flat"
    )


def test_the_nearest_ligands_are_those_that_a_search_through_all_finds(atlas):
    wanted = np.random.default_rng(3).normal(size=SIZE)
    numbers, distances = atlas.nearest(wanted, 7)
    every = np.linalg.norm(atlas.latents - wanted, axis=1)
    assert distances == pytest.approx(np.sort(every)[:7], abs=1e-4)
    assert every[numbers] == pytest.approx(distances, abs=1e-4)


def test_a_known_ligand_stands_on_its_own_point(atlas):
    assert atlas.place(atlas.latents[5]) == pytest.approx(atlas.points[5], abs=1e-3)


def test_a_drag_starts_at_the_very_latent_and_changes_it_smoothly(atlas):
    anchor = atlas.anchor(atlas.latents[3], atlas.points[3])
    way = [atlas.latent_at(anchor, atlas.points[3] + share * np.array([2.0, 1.0])) for share in np.linspace(0, 1, 200)]
    assert way[0] == pytest.approx(atlas.latents[3])
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    assert steps.max() < 0.15 * np.linalg.norm(way[-1] - way[0]) + 0.1
    assert np.linalg.norm(way[-1] - way[0]) > 0.3


def test_a_drag_follows_the_plane_of_the_ligands_around_its_start():
    flat = flat_atlas()
    anchor = flat.anchor(flat.latents[0], flat.points[0])
    slope = np.linalg.lstsq(np.c_[flat.points, np.ones(len(flat))], flat.latents, rcond=None)[0][:2]
    assert anchor.jacobian == pytest.approx(slope, abs=0.1 * np.abs(slope).max())
    near = flat.points[0] + 0.05 * anchor.reach * np.array([1.0, 0.0], np.float32)
    assert flat.latent_at(anchor, near) == pytest.approx(flat.latents[0] + (near - flat.points[0]) @ slope, abs=0.05)


def test_a_far_drag_ends_at_the_ligand_that_lies_there(atlas):
    far = int(np.argmax(np.linalg.norm(atlas.points - atlas.points[0], axis=1)))
    anchor = atlas.anchor(atlas.latents[0], atlas.points[0])
    assert atlas.latent_at(anchor, atlas.points[far]) == pytest.approx(atlas.latents[far], abs=1e-3)


def test_trust_is_high_at_a_known_ligand_and_none_far_from_all(atlas):
    assert atlas.trust(atlas.latents[9]).percentile == 0
    assert atlas.trust(atlas.latents[9]).nearest == 9
    lost = atlas.trust(100 * np.ones(SIZE))
    assert lost.percentile == 100 and lost.distance > 100


def test_the_lasso_takes_what_lies_inside_it(atlas):
    x, y = atlas.points.mean(axis=0)
    square = [(x - 2, y - 2), (x + 2, y - 2), (x + 2, y + 2), (x - 2, y + 2)]
    expected = np.flatnonzero((np.abs(atlas.points - (x, y)) < 2).all(axis=1))
    assert atlas.within(square).tolist() == expected.tolist()
    assert 0 < len(expected) < len(atlas)
    notch = [*square, (x, y)]
    assert set(atlas.within(notch)) < set(expected)


def test_the_density_is_highest_where_most_ligands_lie(atlas):
    grid = atlas.density(20)
    low, high = atlas.points.min(axis=0), atlas.points.max(axis=0)
    row, column = np.unravel_index(grid.argmax(), grid.shape)
    peak = low + (np.array([column, row]) + 0.5) / 20 * (high - low)
    near = [np.sum(np.linalg.norm(atlas.points - place, axis=1) < 1) for place in (peak, low, high)]
    assert grid.max() == pytest.approx(1) and near[0] > max(near[1:])


def test_the_centre_of_a_group_is_one_of_it_and_not_an_outlier(atlas):
    group = np.arange(0, 60)
    centre = atlas.centre_of(group)
    assert (atlas.points[group] == centre).all(axis=1).any()
    spread = np.linalg.norm(atlas.points[group] - np.median(atlas.points[group], axis=0), axis=1)
    assert np.linalg.norm(centre - np.median(atlas.points[group], axis=0)) < spread.max()


def test_an_atlas_that_was_written_is_read_back(atlas, tmp_path):
    save_atlas(atlas, tmp_path)
    read = load_atlas(tmp_path)
    assert read.ligands == atlas.ligands and read.families == atlas.families and read.model == "toy"
    assert read.points == pytest.approx(atlas.points)
    assert read.latents == pytest.approx(atlas.latents, abs=0.01)
    assert read.values["donor_charge_e"] == pytest.approx(atlas.values["donor_charge_e"], abs=0.02)
    assert read.properties == atlas.properties
    first = (tmp_path / NUMBERS).read_bytes(), (tmp_path / LIGANDS).read_bytes()
    save_atlas(atlas, tmp_path)
    assert first == ((tmp_path / NUMBERS).read_bytes(), (tmp_path / LIGANDS).read_bytes())


def test_an_atlas_of_other_weights_is_refused(atlas, tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(b"others")
    with pytest.raises(UnreadableFile, match="other weights"):
        check_model(atlas, tmp_path)
    with pytest.raises(UnreadableFile, match="other weights"):
        check_model(atlas, tmp_path / "nowhere")
    assert digest_of(tmp_path / "weights.safetensors") != "toy"


@pytest.mark.parametrize("name", [NUMBERS, LIGANDS])
def test_a_missing_or_damaged_file_is_a_sentence(atlas, tmp_path, name):
    save_atlas(atlas, tmp_path)
    whole = (tmp_path / name).read_bytes()
    damages = [
        whole[: len(whole) // 2],
        b"",
        b"PK\x03\x04nonsense",
        gzip.compress(b"smiles\nC\n", mtime=0),
        gzip.compress(b"\xff", mtime=0),
    ]
    for damage in damages:
        (tmp_path / name).write_bytes(damage)
        with pytest.raises(UnreadableFile, match="damaged"):
            load_atlas(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(UnreadableFile, match="missing"):
        load_atlas(tmp_path)


def test_an_atlas_that_would_run_code_is_refused(atlas, tmp_path):
    save_atlas(atlas, tmp_path)
    np.savez(tmp_path / NUMBERS, points=np.array([object()], dtype=object))
    with pytest.raises(UnreadableFile, match="damaged"):
        load_atlas(tmp_path)


def test_without_a_library_no_ligand_is_known(tmp_path):
    assert library_smiles(tmp_path / "none.csv.gz") == frozenset()


def test_the_map_takes_small_classes_whole_and_equal_shares_of_the_large(model):
    ligands = model.ligands
    families = tuple(ligand.smiles for ligand in ligands)
    some, names = chosen(ligands, families, 20)
    assert len(some) == 20 and names == tuple(ligand.smiles for ligand in some)
    sizes = [sum(one.donor_class == name for one in some) for name in {one.donor_class for one in ligands}]
    assert min(sizes) == 1 and sorted(sizes)[-1] - sorted(sizes)[1] <= 1  # one class of the toy has one ligand
    assert ALWAYS & {one.smiles for one in ligands} <= {one.smiles for one in some}
    assert chosen(ligands, families, 10_000)[0] == ligands


def test_the_spacing_is_that_of_a_search_through_all_pairs(model):
    pairs = np.linalg.norm(model.latents[:, None] - model.latents[None], axis=2) + 1e9 * np.eye(len(model.latents))
    assert spacing(model.latents) == pytest.approx(np.percentile(pairs.min(axis=1), np.arange(101)), abs=1e-4)
