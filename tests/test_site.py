"""The site: every page stands in its navigation, and what checks the built one sees what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.check_site import faults

DOCS = Path(__file__).resolve().parents[1] / "docs"
TOCTREE = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)


def listed(page: Path) -> set[str]:
    """Pages in the navigation of a page, without ending, relative to docs."""
    lines = "\n".join(TOCTREE.findall(page.read_text(encoding="utf-8"))).splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith(":")]
    return {str((page.parent / name).relative_to(DOCS)) for name in names}


def test_every_page_stands_in_the_navigation_once() -> None:
    indices = [DOCS / "index.md", DOCS / "guides" / "index.md", DOCS / "decisions" / "index.md"]
    pages = [name for index in indices for name in sorted(listed(index))]
    there = [file for file in [*DOCS.rglob("*.md"), *DOCS.rglob("*.rst")] if file.parent.name != "cards"]
    expected = {str(file.relative_to(DOCS).with_suffix("")) for file in there} - {"index"}
    expected |= {"cards/index", "glossary"}  # which the build makes
    assert sorted(pages) == sorted(expected)


GOOD = """<html><head><link rel="stylesheet" href="s.css"></head><body><h1 id="top">T</h1>
<a href="#top">up</a> <a href="b/">B</a> <a href="https://doi.org/10.1/x">paper</a><img src="p.png"></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site without faults."""
    (tmp_path / "b").mkdir()
    (tmp_path / "index.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b" / "index.html").write_text('<p id="x"><a href="../index.html#top">back</a>', encoding="utf-8")
    (tmp_path / "s.css").write_text("p { background: url('data:image/png;base64,') }", encoding="utf-8")
    (tmp_path / "p.png").write_bytes(b"")
    return tmp_path


def test_a_site_without_faults_has_none(site: Path) -> None:
    assert list(faults(site)) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('href="#top"', 'href="#bottom"', "index.html leads to #bottom: there is no such anchor."),
        ('href="b/"', 'href="c.html"', "index.html leads to c.html: there is no such file."),
        ('src="p.png"', 'src="q.png"', "index.html loads q.png: there is no such file."),
        ('src="p.png"', 'src="https://a.org/p.png"', "index.html loads https://a.org/p.png from another server."),
        ('href="s.css"', 'href="//a.org/s.css"', "index.html loads //a.org/s.css from another server."),
    ],
)
def test_a_fault_is_named(site: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    (site / "index.html").write_text(GOOD.replace(old, new), encoding="utf-8")
    assert list(faults(site)) == [sentence]


@pytest.mark.parametrize("rule", ['@import "https://a.org/f.css";', "p { background: url(https://a.org/p.png) }"])
def test_a_style_that_asks_another_server_is_a_fault(site: Path, rule: str) -> None:
    (site / "s.css").write_text(rule, encoding="utf-8")
    assert list(faults(site)) == ["s.css loads something from another server."]
