"""Desks: what a browser keeps stays, comes back, and is nobody else's."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from core import settings
from core.desk.model import DeskError, Kind, New, is_token, new_token
from core.desk.store import NAME_LENGTH, Desk

HERS, HIS = new_token(), new_token()
CIF = New(Kind.STRUCTURE, "a.cif", b"data_a" * 500, {"choice": {"site": 2}})
HOSTILE = "'; DROP TABLE items; --<script>alert(1)</script>\u202e../../etc/passwd.cif"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def desk(file: Path) -> Desk:
    return Desk(file)


def refuses_as_foreign(desk: Desk, token: str, word: str) -> None:
    for kind in Kind:
        with pytest.raises(DeskError, match="opens nothing"):
            desk.contents(token, word, kind)


def test_what_is_kept_is_there_after_the_server_was_started_anew(desk: Desk, file: Path) -> None:
    (item,) = desk.keep(HERS, [CIF])
    desk.set_note(HERS, "predict", {"shown": item.id})
    desk.close()
    again = Desk(file)
    assert again.items(HERS) == [item] and (item.size, item.meta, item.link) == (3000, CIF.meta, "")
    assert again.body(HERS, item.id) == CIF.body
    assert again.note(HERS, "predict") == {"shown": item.id} and again.note(HERS, "build") == {}


def test_the_same_file_is_kept_once_and_another_of_its_name_besides(desk: Desk) -> None:
    first, same = desk.keep(HERS, [CIF, CIF])
    (other,) = desk.keep(HERS, [New(Kind.STRUCTURE, "a.cif", b"data_b")])
    assert first == same != other
    assert [item.id for item in desk.items(HERS)] == [first.id, other.id]


def test_nothing_of_hers_is_read_named_shared_or_deleted_with_another_token(desk: Desk) -> None:
    (item,) = desk.keep(HERS, [CIF])
    assert desk.items(HIS) == [] and desk.note(HIS, "predict") == {}
    for attempt in (desk.body, desk.item, desk.share):
        with pytest.raises(DeskError, match="not on your desk"):
            attempt(HIS, item.id)
    with pytest.raises(DeskError):
        desk.rename(HIS, item.id, "mine.cif")
    desk.delete(HIS, item.id)
    desk.unshare(HIS, item.id)
    assert desk.items(HERS) == [item]


def test_a_link_opens_what_she_shared_until_she_takes_it_back(desk: Desk) -> None:
    item, private = desk.keep(HERS, [CIF, New(Kind.LIGAND, "L", b"", {"smiles": "C=O", "donor": 1})])
    for forged in (item.id, private.id, new_token(), "", "%", "' OR 1=1 --", item.id[:-1], HERS):
        refuses_as_foreign(desk, HIS, forged)
    link = desk.share(HERS, item.id)
    assert is_token(link) and desk.share(HERS, item.id) == link and desk.item(HERS, item.id).link == link
    assert desk.contents(HIS, link, Kind.STRUCTURE) == [CIF]
    for kind in set(Kind) - {Kind.STRUCTURE}:
        with pytest.raises(DeskError):
            desk.contents(HIS, link, kind)
    refuses_as_foreign(desk, HIS, item.id)
    desk.unshare(HERS, item.id)
    refuses_as_foreign(desk, HIS, link)
    again = desk.share(HERS, item.id)
    assert again != link
    desk.delete(HERS, item.id)
    refuses_as_foreign(desk, HIS, again)
    assert desk.contents(HERS, private.id, Kind.LIGAND)[0].meta["smiles"] == "C=O"  # her own, by its id


def test_a_comparison_shares_its_structures_and_no_others_whatever_it_claims(desk: Desk) -> None:
    first, second, private = desk.keep(HERS, [CIF, *(New(Kind.STRUCTURE, f"{n}.cif", n.encode()) for n in "bc")])
    (his,) = desk.keep(HIS, [New(Kind.STRUCTURE, "his.cif", b"his")])
    claimed = {"structures": [first.id, second.id, his.id, "none"]}
    (pair,) = desk.keep(HERS, [New(Kind.COMPARISON, "pair", b"", claimed)])
    names = [thing.name for thing in desk.contents(HIS, desk.share(HERS, pair.id), Kind.COMPARISON)]
    assert names == ["a.cif", "b.cif"]
    refuses_as_foreign(desk, HIS, private.id)
    desk.delete(HERS, first.id, second.id)
    with pytest.raises(DeskError, match="have been deleted"):
        desk.contents(HERS, pair.id, Kind.COMPARISON)


def test_the_file_holds_no_token_and_is_for_its_owner_alone(desk: Desk, file: Path) -> None:
    desk.keep(HERS, [CIF])
    desk.set_note(HERS, "predict", {"shown": "x"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert HERS.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "token",
    ["", "short", HERS + "x", HERS[:-1] + "/", "é" * 43, HERS[:-1] + "\n"],
    ids=["empty", "short", "long", "slash", "accents", "line break"],  # the token is new in every process
)
def test_what_is_no_token_has_no_desk(desk: Desk, token: str) -> None:
    for attempt in (lambda: desk.items(token), lambda: desk.keep(token, [CIF]), lambda: desk.note(token, "predict")):
        with pytest.raises(DeskError, match="no desk"):
            attempt()


def test_hostile_names_are_kept_as_text(desk: Desk) -> None:
    (item,) = desk.keep(HERS, [New(Kind.STRUCTURE, HOSTILE, b"x")])
    assert item.name == HOSTILE
    desk.rename(HERS, item.id, HOSTILE * 9)
    assert len(desk.item(HERS, item.id).name) == NAME_LENGTH
    assert len(desk.items(HERS)) == 1


def test_a_file_that_is_renamed_keeps_the_ending_that_tells_its_format(desk: Desk) -> None:
    (item,) = desk.keep(HERS, [New(Kind.STRUCTURE, "a.PDB", b"x")])
    for wanted, named in (("my complex", "my complex.PDB"), ("b.pdb", "b.pdb"), ("c.cif", "c.cif.pdb")):
        desk.rename(HERS, item.id, wanted)
        assert desk.item(HERS, item.id).name == named
    with pytest.raises(DeskError, match="a name is wanted"):
        desk.rename(HERS, item.id, "  ")


def test_past_its_limits_a_desk_keeps_nothing_more_and_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.keep(HERS, [CIF])
    monkeypatch.setattr(settings, "DESK_MOST_ITEMS", 2)
    with pytest.raises(DeskError, match="2 things"):
        desk.keep(HERS, [New(Kind.STRUCTURE, f"{n}.cif", n.encode()) for n in "xy"])
    monkeypatch.setattr(settings, "DESK_MOST_BYTES", 100)
    with pytest.raises(DeskError, match="MB"):
        desk.keep(HERS, [New(Kind.STRUCTURE, "x.cif", new_token().encode() * 9)])
    assert [item.name for item in desk.items(HERS)] == ["a.cif"]
    desk.keep(HIS, [CIF])  # one full desk is no matter of another
    monkeypatch.setattr(settings, "JOB_LEAST_DISK_MB", 10**12)
    with pytest.raises(DeskError, match="disk of the server is full"):
        desk.keep(HIS, [CIF])


def test_a_desk_that_nobody_came_back_to_is_cleared(file: Path) -> None:
    now = [0.0]
    desk = Desk(file, clock=lambda: now[0])
    desk.keep(HERS, [CIF])
    now[0] = 86_400.0 * settings.DESK_MOST_DAYS / 2
    desk.keep(HIS, [CIF])
    desk.close()
    now[0] = 86_400.0 * (settings.DESK_MOST_DAYS + 1)
    again = Desk(file, clock=lambda: now[0])
    assert again.items(HERS) == [] and len(again.items(HIS)) == 1


def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"not a database at all" * 99)
    with pytest.raises(DeskError, match="cannot be written or read"):
        Desk(tmp_path / "desk.sqlite")
    (tmp_path / "file").write_text("")
    with pytest.raises(DeskError, match="KRAMERS_DATA"):
        Desk(tmp_path / "file" / "desk.sqlite")
    newer = tmp_path / "newer.sqlite"
    with sqlite3.connect(newer) as sql:
        sql.execute("PRAGMA user_version = 99")
    with pytest.raises(DeskError, match="newer Kramers"):
        Desk(newer)


def test_desks_in_memory_work_alike() -> None:
    desk = Desk(None)
    (item,) = desk.keep(HERS, [CIF])
    assert desk.body(HERS, item.id) == CIF.body
