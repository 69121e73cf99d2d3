"""Checks a built site as a browser without network would see it: `python scripts/check_site.py build/site`.

Every link within the site leads to a file, and to an anchor that is there; scripts, styles, pictures and frames lie in
the site. Links that a reader may follow elsewhere (papers) are not asked.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src")}
_FOLLOWED = {("a", "href")}
_ELSEWHERE_IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""")


@dataclass
class Page(HTMLParser):
    """What a page loads, where it leads, and the anchors on it."""

    loaded: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collects."""
        for name, value in attrs:
            if value is None:
                continue
            if (tag, name) in _LOADED:
                self.loaded.append(value)
            elif (tag, name) in _FOLLOWED:
                self.followed.append(value)
            elif name == "id" or (tag, name) == ("a", "name"):
                self.anchors.add(value)


@cache
def read(file: Path) -> Page:
    """A page of the site."""
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def faults(site: Path) -> Iterator[str]:
    """A sentence for each fault of a site."""
    for file in sorted(site.rglob("*.html")):
        page, where = read(file), file.relative_to(site)
        for target in page.loaded:
            if _elsewhere(target):
                yield f"{where} loads {target} from another server."
            elif problem := _missing(file, target):
                yield f"{where} loads {target}: {problem}."
        for target in page.followed:
            if not _elsewhere(target) and (problem := _missing(file, target)):
                yield f"{where} leads to {target}: {problem}."
    for style in sorted(site.rglob("*.css")):
        if _ELSEWHERE_IN_STYLES.search(style.read_text(encoding="utf-8")):
            yield f"{style.relative_to(site)} loads something from another server."


def _elsewhere(target: str) -> bool:
    parts = urlsplit(target)
    return bool(parts.netloc) or parts.scheme in ("http", "https", "mailto")


def _missing(page: Path, target: str) -> str:
    """What is wrong with a target within the site; empty if nothing is."""
    if target.startswith("data:"):
        return ""
    parts = urlsplit(target)
    file = page.parent / unquote(parts.path) if parts.path else page
    file = file / "index.html" if file.is_dir() else file
    if not file.is_file():
        return "there is no such file"
    anchor = unquote(parts.fragment)
    if anchor and file.suffix == ".html" and anchor not in read(file.resolve()).anchors | read(file).anchors:
        return "there is no such anchor"
    return ""


def main() -> int:
    """Print the faults; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path, help="folder with the built site")
    site = parser.parse_args().site
    if not (site / "index.html").is_file():
        print(f"{site}: no site lies here. Build it with `make docs`.", file=sys.stderr)
        return 1
    found = list(faults(site))
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    pages = sum(1 for _ in site.rglob("*.html"))
    print(f"{pages} pages, {len(found)} faults")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
