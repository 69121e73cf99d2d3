"""People on the pages, played by a headless Chromium: each looks at all five, with pauses and with things of his own.

What is his alone bears a mark: the name of his files and his ligand. A mark of another visitor, on his pages or
anywhere in what the server sends him, is a leak. The list of runs on Verify is everyone's on purpose, so nobody sends
a run from here under a name of his own.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, FilePayload, Page

from app.shared.examples import example_names, example_title
from benchmarks.harness.listening import PATIENCE, Findings, Listener, Own
from core.chem.io.export import to_xyz
from core.qc.stored_result import molecule_of
from tests.verified import verified

XYZ = to_xyz(molecule_of(verified()))
KNOWN = "known.xyz"
"""Title of the run on Verify that has a result."""

_EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "assets" / "examples").glob("*.cif"))
_HEARD = 3.0  # s, in which an action is expected to be told to the server
_LIGHT = ("[F-]", "[OH-]", "C[O-]")


class Visitor(Listener):
    """A listener with hands.

    Args:
        pace: range of his pauses [s]. The others: see `Listener`.
    """

    def __init__(self, number: int, page: Page, owns: Sequence[Own], findings: Findings, pace: tuple[float, float]):
        super().__init__(number, page, owns, findings)
        self._pace, self._random = pace, random.Random(1000 + number)

    async def visit(self, address: str, end: float) -> None:
        """Pages in turn until the time is up [s, monotonic]."""
        turns = [self.predict, self.explore, self.verify, self.about, self.build]
        turn = self.number
        while not await self._managed(self._arrive(address)) and time.monotonic() < end:
            await self._pause()
        while time.monotonic() < end:
            await self._managed(turns[turn % len(turns)](end))
            turn += 1
            self.findings.rounds += turn % len(turns) == self.number % len(turns)

    async def tour(self, address: str) -> None:
        """Each page once, whatever it takes."""
        await self._managed(self._arrive(address))
        for page in (self.predict, self.explore, self.build, self.verify, self.about):
            await self._managed(page(float("inf")))

    async def _managed(self, act: Awaitable[None]) -> bool:
        """Whether it went as a visitor expects; if not, he goes on with something else."""
        try:
            await act
        except Error as error:
            self.findings.stumbles.append(f"{self.where()}: {str(error).splitlines()[0]}"[:300])
            await self._pause()
            return False
        return True

    async def _arrive(self, address: str) -> None:
        """Open the app."""
        self.action = "arrive"
        await self.page.goto(address)
        await self.page.get_by_role("heading", name="Predict").wait_for(timeout=1000 * PATIENCE)
        await self.settled()
        await self.look()

    async def predict(self, end: float) -> None:
        """His own file, an example beside it, a switch of the view."""
        page = self.page
        await self._open("Predict")
        await self._act(end, "upload", lambda: page.locator("input[type=file]").first.set_input_files(self._cif()))
        example = example_title(self._random.choice(example_names()))  # by name: one button there only explains
        await self._act(end, "example", lambda: page.get_by_role("button", name=example, exact=True).click())
        name = self._random.choice(("names", "distances"))
        switch = page.frame_locator("iframe").first.get_by_role("button", name=name, exact=True)
        if await switch.count():  # a file that was refused has no view
            await self._act(end, "switch of the view", switch.click)

    async def explore(self, end: float) -> None:
        """His own ligand on the map, arrow keys, a drag."""
        page = self.page
        await self._open("Explore")
        await page.locator(".map[data-points]").wait_for(timeout=1000 * PATIENCE)
        await self._act(end, "place a ligand", lambda: self._type("Find or place a ligand", self.own.smiles))
        await self._act(end, "arrow keys", self._arrows)
        await self._act(end, "drag", self._drag)

    async def verify(self, end: float) -> None:
        """The list, a result, a reload, a complex of his own that he does not send."""
        page = self.page
        await self._open("Verify")
        if not await page.get_by_text("computed, not measured: preset").count():
            await self._act(end, "open a result", self._choose_result)
        await self._act(end, "filter", lambda: page.get_by_role("button", name="done", exact=True).click())
        await self._act(end, "reload", self._reload)
        await self._act(end, "own complex", lambda: page.locator("input[type=file]").first.set_input_files(self._xyz()))
        await self._act(end, "preset", self._choose_fast)

    async def about(self, end: float) -> None:
        """Only to read."""
        await self._open("About")
        await self.page.mouse.wheel(0, 600)

    async def build(self, end: float) -> None:
        """His own ligand in the field; every third visitor builds a light one."""
        page = self.page
        await self._open("Build")
        await self._act(end, "type a ligand", lambda: self._type("Axial ligand as SMILES", self.own.smiles))
        if self.number % 3:
            await self._act(end, "example", lambda: page.get_by_text("tBuO⁻", exact=True).click())
            return
        light = self._random.choice(_LIGHT)
        await self._act(end, "type a ligand", lambda: self._type("Axial ligand as SMILES", light))
        await self._act(end, "build", lambda: page.get_by_role("button", name="Build", exact=True).click(), self._built)
        switch = page.frame_locator("iframe").first.get_by_role("button", name="names")
        await self._act(end, "switch of the view", switch.click)

    async def _open(self, name: str) -> None:
        """Another page, from the bar on top; where he is there already, nothing is asked."""
        link = self.page.get_by_role("link", name=name).first
        await self._act(None, f"open {name}", link.click)
        await self.page.get_by_role("heading", name=name, exact=True).first.wait_for(timeout=1000 * PATIENCE)

    async def _act(
        self,
        end: float | None,
        action: str,
        act: Callable[[], Awaitable[Any]],
        then: Callable[[], Awaitable[Any]] | None = None,
    ) -> None:
        """Do something, wait for the answer, look at it, pause; nothing once the time is up."""
        if end is not None and time.monotonic() > end:
            return
        self.action = action
        before, talk = self.talk.asked, self.talk
        await act()
        heard = time.monotonic() + _HEARD
        while self.talk is talk and self.talk.asked == before and time.monotonic() < heard:
            await asyncio.sleep(0.02)
        await self.settled()
        if then is not None:
            await then()
        await self.look()
        await self._pause()

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(*self._pace))

    def _cif(self) -> FilePayload:
        example = _EXAMPLES[self._random.randrange(len(_EXAMPLES))].read_text(encoding="utf-8")
        text = re.sub(r"^data_\S+", f"data_{self.own.name}", example, count=1, flags=re.MULTILINE)
        return {"name": f"{self.own.name}.cif", "mimeType": "chemical/x-cif", "buffer": text.encode()}

    def _xyz(self) -> FilePayload:
        return {"name": f"{self.own.name}.xyz", "mimeType": "text/plain", "buffer": XYZ.encode()}

    async def _type(self, label: str, text: str) -> None:
        await self.page.get_by_label(label).fill(text)
        await self.page.keyboard.press("Enter")

    async def _arrows(self) -> None:
        await self.page.locator(".handle").focus()
        for _ in range(3):
            await self.page.keyboard.press(self._random.choice(("Shift+ArrowLeft", "Shift+ArrowUp", "ArrowRight")))
            await asyncio.sleep(0.3)

    async def _drag(self) -> None:
        """At the pace of a hand, for a second and a half."""
        mouse, handle = self.page.mouse, self.page.locator(".handle")
        await handle.scroll_into_view_if_needed()
        box = await handle.bounding_box()
        if box is None:
            raise Error("the map has no handle")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        far = self._random.uniform(-6, 6), self._random.uniform(-4, 4)
        await mouse.move(x, y)
        await mouse.down()
        for step in range(1, 31):
            await mouse.move(x + far[0] * step, y + far[1] * step)
            await asyncio.sleep(0.05)
        await mouse.up()

    async def _choose_result(self) -> None:
        await self._choose("Results shown", KNOWN)
        await self.page.keyboard.press("Escape")

    async def _choose_fast(self) -> None:
        await self._choose("Preset", "fast: VDZP")

    async def _choose(self, label: str, option: str) -> None:
        """From a list; when a run ends meanwhile, the page is drawn anew and the list may close."""
        found = self.page.get_by_role("option", name=option).first
        for _ in range(3):
            await self.page.get_by_role("combobox", name=label).click()
            with suppress(Error):
                await found.click(timeout=150 * PATIENCE)
                return
            await self.page.keyboard.press("Escape")
        raise Error(f"{label} does not offer {option}")

    async def _reload(self) -> None:
        await self.page.reload()
        await self.page.get_by_role("heading", name="Verify").wait_for(timeout=1000 * PATIENCE)

    async def _built(self) -> None:
        begun = time.monotonic()
        await self.page.get_by_role("button", name="XYZ").wait_for(timeout=3000 * PATIENCE)
        self.findings.builds.append(round(time.monotonic() - begun, 1))


async def enter(
    browser: Browser, number: int, owns: Sequence[Own], findings: Findings, pace: tuple[float, float]
) -> Visitor:
    """A visitor with a context of the browser to himself, so with cookies and storage of his own."""
    context = await browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(500 * PATIENCE)
    visitor = Visitor(number, await context.new_page(), owns, findings, pace)
    await visitor.listen()
    return visitor
