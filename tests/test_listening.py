"""What counts as a leak between visitors: their marks, not ligands that hold the same letters."""

from __future__ import annotations

import re

import pytest

from benchmarks.harness.listening import belongings, is_longer

MARK = belongings(4, 7)[3].smiles.encode()


def found(data: bytes) -> re.Match[bytes]:
    match = re.search(re.escape(MARK), data)
    assert match is not None
    return match


@pytest.mark.parametrize("data", [b"`%sC`", b"C%s", b'"CC%sCC"'])
def test_a_mark_inside_of_another_ligand_is_no_mark(data):
    assert is_longer(found(data % MARK))


@pytest.mark.parametrize("data", [b"%s", b"\x1b%s2\x03", b"(%s\x12", b'{"smiles": "%s"}', b"[%s]"])
def test_a_mark_is_one_whatever_bytes_stand_beside_it(data):
    assert not is_longer(found(data % MARK))


def test_no_mark_is_part_of_another_ones():
    marks = [mark for own in belongings(11, 7) for mark in own.marks]
    assert not any(one != other and one in other for one in marks for other in marks)
