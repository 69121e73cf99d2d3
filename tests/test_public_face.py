"""`import kramers`: every name has an example that is true, and the import itself is light."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import core
import kramers

ROOT = Path(__file__).parents[1]
NAMES = [name for name in kramers.__all__ if name != "__version__"]


def examples(about: object, name: str) -> doctest.DocTest:
    return doctest.DocTestParser().get_doctest(inspect.getdoc(about) or "", {}, name, None, 0)


def run(about: object, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> doctest.TestResults:
    monkeypatch.chdir(folder)
    return doctest.DocTestRunner().run(examples(about, name))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_name_is_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(getattr(kramers, name), name, tmp_path, monkeypatch)
    assert result.attempted and not result.failed


def test_the_example_at_the_top_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(kramers, "kramers", tmp_path, monkeypatch)
    assert result.attempted and not result.failed


def test_a_notebook_offers_what_is_listed_and_nothing_else() -> None:
    assert dir(kramers) == sorted(kramers.__all__)


def test_a_built_complex_is_shown_with_all_of_its_atoms() -> None:
    built = kramers.build("[F-]")
    assert isinstance(built, kramers.Built)
    assert f'"{len(built.complex.molecule.elements)}\\n' in kramers.view(built).startjs


def test_a_ligand_that_cannot_be_shown_is_refused_in_its_own_words() -> None:
    with pytest.raises(kramers.Refused, match="no atom has a free lone pair"):
        kramers.view(kramers.build("C"))


def test_the_version_is_that_of_core() -> None:
    assert kramers.__version__ == core.__version__


def test_the_import_loads_no_heavy_library() -> None:
    script = "import sys, kramers; print(*{'torch', 'pyscf', 'streamlit', 'plotly', 'py3Dmol'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
