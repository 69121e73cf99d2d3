"""Damaged files: whatever happens to a CIF on its way, the answer is a sentence and comes in time."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core.workflows.predict import predict
from core.workflows.prediction import Status

EXAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "assets" / "examples").glob("*.cif"))]
COPIES = int(os.environ.get("KRAMERS_FUZZ_COPIES", "8"))  # of every mutation of every example: 16 × 9 × 8 = 1,152 files
SECONDS = 2.0
_NUMBER = re.compile(rb"-?\d+\.\d+")

Mutation = Callable[[bytes, random.Random], bytes]
MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__] = function
    return function


def _spot(data: bytes, generator: random.Random) -> int:
    return generator.randrange(len(data))


def _replace_numbers(data: bytes, generator: random.Random, values: list[bytes], share: float) -> bytes:
    return _NUMBER.sub(lambda m: generator.choice(values) if generator.random() < share else m.group(), data)


@mutation
def flipped_bytes(data: bytes, generator: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(generator.choice([1, 3, 30, 300])):
        out[_spot(data, generator)] = generator.randrange(256)
    return bytes(out)


@mutation
def cut_short(data: bytes, generator: random.Random) -> bytes:
    return data[: _spot(data, generator)]


@mutation
def a_piece_cut_out(data: bytes, generator: random.Random) -> bytes:
    start = _spot(data, generator)
    return data[:start] + data[start + generator.randrange(1, 400) :]


@mutation
def a_loop_column_deleted(data: bytes, generator: random.Random) -> bytes:
    tags = re.findall(rb"^_atom_site_\S+\n", data, re.M)
    return data.replace(generator.choice(tags), b"", 1)


@mutation
def a_loop_value_dropped(data: bytes, generator: random.Random) -> bytes:
    lines = data.split(b"\n")
    row = generator.randrange(len(lines))
    lines[row] = b" ".join(lines[row].split()[:-1])
    return b"\n".join(lines)


@mutation
def numbers_that_are_none(data: bytes, generator: random.Random) -> bytes:
    values = [b"?", b".", b"nan", b"NaN", b"inf", b"-inf", b"1e999", b"0x1p3", b"1,5", b"--1", b"''"]
    return _replace_numbers(data, generator, values, generator.choice([0.005, 0.05, 0.5]))


@mutation
def huge_and_tiny_numbers(data: bytes, generator: random.Random) -> bytes:
    values = [b"1e308", b"-1e308", b"1e30", b"99999999", b"1e-300", b"0.0", b"-0.0", b"1000000.5", b"9" * 400]
    return _replace_numbers(data, generator, values, generator.choice([0.005, 0.05, 0.5]))


@mutation
def swapped_quotes(data: bytes, generator: random.Random) -> bytes:
    quotes = [match.start() for match in re.finditer(rb"['\"]", data)]
    out = bytearray(data)
    for place in generator.sample(quotes, min(len(quotes), 3)):
        out[place] = generator.choice(b"\"'; ")
    return bytes(out)


@mutation
def null_bytes(data: bytes, generator: random.Random) -> bytes:
    place = _spot(data, generator)
    return data[:place] + b"\0" * generator.choice([1, 2, 500]) + data[place:]


@mutation
def doubled_blocks(data: bytes, generator: random.Random) -> bytes:
    joint = generator.choice([b"", b"\n", b"\ndata_\n", b"\ndata_other\n_cell_length_a 1\n"])
    return data + joint + data


@mutation
def doubled_lines(data: bytes, generator: random.Random) -> bytes:
    lines = data.split(b"\n")
    for _ in range(generator.choice([1, 5, 20])):
        place = generator.randrange(len(lines))
        lines.insert(place, lines[generator.randrange(len(lines))])
    return b"\n".join(lines)


@mutation
def invalid_operators(data: bytes, generator: random.Random) -> bytes:
    nonsense = [
        b"'x,y'",
        b"'x,y,z,w'",
        b"'2x,y,z'",
        b"'x,x,x'",
        b"'x,y,z+1/0'",
        b"'a,b,c'",
        b"''",
        b"'-x,-y,-z+1e9'",
        b"'x,y,z+1/7'",
        b"'y,x,z'",
        b"?",
        b"'x+0.123456,y,z'",
        b"'0,0,0'",
    ]
    operators = re.findall(rb"^'\S+,\S+,\S+'$", data, re.M)
    out = data.replace(generator.choice(operators), generator.choice(nonsense), 1)
    return out if generator.random() < 0.5 else out.replace(b"'x,y,z'\n", b"'x,y,z'\n" * generator.choice([2, 50]), 1)


@mutation
def unknown_elements(data: bytes, generator: random.Random) -> bytes:
    symbols = [b"Xx", b"Q", b"Dyy", b"?", b".", b"Uue", b"D", b"X", b"1", b"Dy3+", b"Wat", b"LP", b"Cf", b"\xc3\xa9"]
    lines = data.split(b"\n")
    rows = [i for i, line in enumerate(lines) if re.match(rb"[A-Z][a-z]?\d+[AB]? ", line)]
    for row in generator.sample(rows, generator.choice([1, 2, len(rows) // 2])):
        fields = lines[row].split()
        fields[generator.choice([0, 1])] = generator.choice(symbols)
        lines[row] = b" ".join(fields)
    return b"\n".join(lines)


@mutation
def shuffled_lines(data: bytes, generator: random.Random) -> bytes:
    lines = data.split(b"\n")
    start = generator.randrange(len(lines))
    piece = lines[start : start + 8]
    generator.shuffle(piece)
    return b"\n".join([*lines[:start], *piece, *lines[start + 8 :]])


@mutation
def impossible_cells(data: bytes, generator: random.Random) -> bytes:
    tag = generator.choice([b"length_a", b"length_b", b"length_c", b"angle_alpha", b"angle_beta", b"angle_gamma"])
    value = generator.choice([b"0", b"-10", b"1e-8", b"1e6", b"180", b"179.9", b"0.01", b"360", b"?", b"12(3", b"nan"])
    return re.sub(rb"_cell_" + tag + rb" \S+", b"_cell_" + tag + b" " + value, data)


@mutation
def spoiled_occupancy_and_disorder(data: bytes, generator: random.Random) -> bytes:
    endings = [
        b" 2 . .",
        b" -1 . .",
        b" 0 . .",
        b" 0.5 . .",
        b" 1 A 1",
        b" 0.5 A -1",
        b" 0.3 B 2",
        b" nan . .",
        b" 1 . x",
        b" 1 A 99999999999999999999",
        b" 0.5 . 1",
    ]
    return re.sub(
        rb" 1 \. \.$", lambda m: generator.choice(endings) if generator.random() < 0.2 else m.group(), data, flags=re.M
    )


def test_there_are_more_than_a_thousand_mutants() -> None:
    assert len(MUTATIONS) * len(EXAMPLES) * COPIES > 1000


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_damaged_file_is_answered_with_a_sentence_in_time(name: str) -> None:
    seen: Counter[Status] = Counter()
    for number, example in enumerate(EXAMPLES):
        for copy in range(COPIES):
            data = MUTATIONS[name](example, random.Random(f"{name} {number} {copy}"))
            start = time.process_time()
            prediction = predict(data, f"{name}-{number}-{copy}.cif")
            assert time.process_time() - start < SECONDS, f"{name} {number} {copy}"
            seen[prediction.status] += 1
            assert prediction.message.strip().endswith((".", "!", "?")), prediction.message
            assert "\n" not in prediction.message
            assert len(prediction.message) < 1000
            json.dumps(prediction.to_dict(), allow_nan=False)
            if prediction.status is Status.OK:
                assert prediction.molecule is not None and prediction.sphere is not None
    assert sum(seen.values()) == len(EXAMPLES) * COPIES
    assert seen[Status.OK] < sum(seen.values()), f"{name} harms nothing: it tests nothing"


def test_a_cell_with_axes_all_but_parallel_is_refused_before_any_search() -> None:
    data = re.sub(rb"_cell_angle_beta \S+", b"_cell_angle_beta 179.9", EXAMPLES[1])
    start = time.process_time()
    prediction = predict(data, "flat.cif")
    assert prediction.status is Status.ERROR and "lattice planes" in prediction.message
    assert time.process_time() - start < SECONDS
