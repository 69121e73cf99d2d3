"""No module needs, by whatever way, one that needs it: not for types alone either."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def modules() -> dict[str, Path]:
    """Every module of the program, by its name."""
    files = [path for room in ("kramers", "core", "app", "training") for path in (ROOT / room).rglob("*.py")]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


def imported(tree: ast.AST, known: dict[str, Path]) -> set[str]:
    """Modules of `known` that a module imports anywhere, in functions and under TYPE_CHECKING too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & known.keys() or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known.keys()


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_needs_one_that_needs_it() -> None:
    known = modules()
    graph = {name: imported(ast.parse(path.read_text("utf-8")), known) - {name} for name, path in known.items()}
    assert len(graph) > 300 and sum(map(len, graph.values())) > 1500
    assert circle(graph) == []


def test_a_circle_would_be_found() -> None:
    known = {"core.a": Path(), "core.b": Path(), "core.c": Path()}
    for_types = ast.parse("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core import a")
    graph = {"core.a": imported(ast.parse("from core.b import x"), known), "core.b": imported(for_types, known)}
    assert set(circle(graph)) == {"core.a", "core.b"}
