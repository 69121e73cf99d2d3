"""What a visitor hears and sees: the frames of his websocket, the console, the page. All of it goes into `Findings`."""

from __future__ import annotations

import asyncio
import base64
import random
import re
import string
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from playwright.async_api import Error, Page

from benchmarks.harness.reruns import Conversation, Rerun
from core.design.scope import OutOfScope, scoped
from tests.e2e.conftest import is_error

PATIENCE = 120.0
"""How long a visitor waits for an answer before he goes on with something else [s]."""

TROUBLE = ("the queue cannot be used", "cannot be used", "not available", "nobody runs jobs", "did not start")
"""Words by which our own pages say that something is wrong."""

_GROUPS = ("CC", "CCC", "C(C)C", "CCCC", "C(C)(C)C", "C1CCCCC1", "c1ccccc1", "Cc1ccccc1", "CC(C)C", "c1ccc(C)cc1")
_SMILES = (string.ascii_letters + string.digits + "()[]=#+-@/\\").encode()
_BINARY = 2  # of a frame; the other kinds are no messages of Streamlit's

_LOOK = """() => [document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map((one) => one.value)]
  .join('\\n')"""
_OWN_SCRIPT = re.compile(r"/(verify|explore|build|about)/(_stcore|static)/")
"""Where Streamlit's own script looks first after a reload of a page, in vain; it says so on the console."""


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to one visitor: a name for his files, the ligand that he types."""

    name: str
    smiles: str

    @property
    def marks(self) -> tuple[str, str]:
        """By which others would recognise it."""
        return self.name, self.smiles


def is_longer(found: re.Match[bytes]) -> bool:
    """Whether a mark is but a part of another ligand, of which the map and the model show many."""
    start, end = found.span()
    while start > 0 and found.string[start - 1] in _SMILES:
        start -= 1
    while end < len(found.string) and found.string[end] in _SMILES:
        end += 1
    return end - start > len(found[0]) and _is_ligand(found.string[start:end].decode())


def _is_ligand(text: str) -> bool:
    try:
        scoped(text)
    except OutOfScope:
        return False
    return True


def belongings(visitors: int, seed: int) -> list[Own]:
    """For each visitor a random word, and a phosphine oxide with three different groups."""
    generator = random.Random(seed)
    groups = list(combinations(_GROUPS, 3))
    generator.shuffle(groups)
    words = ["".join(generator.choices(string.ascii_lowercase, k=8)) for _ in range(visitors)]
    ligands = [scoped(f"O=P({one})({two}){three}").smiles for one, two, three in groups[:visitors]]
    return [Own(f"own-{word}", smiles) for word, smiles in zip(words, ligands, strict=True)]


@dataclass(slots=True)
class Findings:
    """What all visitors went through together."""

    begun: float = field(default_factory=time.monotonic)
    talks: list[tuple[int, Conversation]] = field(default_factory=list)
    left: list[Rerun] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    own_seen: int = 0
    frames: int = 0
    megabytes: float = 0.0
    looks: int = 0
    exceptions: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    stumbles: list[str] = field(default_factory=list)
    builds: list[float] = field(default_factory=list)
    rounds: int = 0


class Listener:
    """One session of the browser.

    Args:
        number: from 0.
        page: his.
        owns: of all visitors; his by number.
        findings: where to write down what happens.
    """

    def __init__(self, number: int, page: Page, owns: Sequence[Own], findings: Findings) -> None:
        self.number, self.page, self.findings, self.own = number, page, findings, owns[number]
        others = [mark for one in owns if one is not self.own for mark in one.marks]
        self._others = re.compile("|".join(map(re.escape, others)).encode() or b"(?!)")
        self._mine = re.compile("|".join(map(re.escape, self.own.marks)).encode())
        self._socket = ""
        self.action = "arrive"
        self.talk = Conversation()

    async def listen(self) -> None:
        """Hear the frames of the websocket with the browser's own clock, and what goes wrong on the page."""
        session = await self.page.context.new_cdp_session(self.page)
        session.on("Network.webSocketFrameSent", lambda event: self._frame(event, sent=True))
        session.on("Network.webSocketFrameReceived", lambda event: self._frame(event, sent=False))
        await session.send("Network.enable", {"maxTotalBufferSize": 1, "maxResourceBufferSize": 1})
        self.page.on("pageerror", lambda error: self.findings.console.append(f"{self.where()}: {error}"[:300]))
        self.page.on("console", self._console)

    def _console(self, message: Any) -> None:
        asked_for_itself = _OWN_SCRIPT.search(str(message.location.get("url", "")))
        if is_error(message) and not asked_for_itself:
            self.findings.console.append(f"{self.where()}: {message.text}"[:300])

    def _frame(self, event: dict[str, Any], sent: bool) -> None:
        frame = event["response"]
        if frame["opcode"] != _BINARY:
            return
        if event["requestId"] != self._socket:  # loaded anew
            self.findings.left += self.talk.waiting
            self._socket, self.talk = event["requestId"], Conversation()
            self.findings.talks.append((self.number, self.talk))
        data = base64.b64decode(frame["payloadData"])
        if sent:
            self.talk.sent(data, event["timestamp"], self.action)
            return
        self.talk.received(data, event["timestamp"])
        self.findings.frames += 1
        self.findings.megabytes += len(data) / 1e6
        self._compare(data, "a frame")

    def _compare(self, data: bytes, where: str) -> None:
        self.findings.own_seen += bool(self._mine.search(data))
        for found in self._others.finditer(data):
            if is_longer(found):
                continue
            around = data[max(0, found.start() - 60) : found.end() + 20].decode(errors="replace")
            self.findings.leaks.append(f"{self.where()}, {where}: {around}"[:300])

    def where(self) -> str:
        return f"visitor {self.number}, {self.action}, at {time.monotonic() - self.findings.begun:.0f} s"

    async def settled(self) -> None:
        """Until no request of his waits."""
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 3:
            if time.monotonic() > end:
                raise Error("no answer within the patience of a visitor")
            await asyncio.sleep(0.05)
            quiet = 0 if self.talk.by_hand or not self.talk.answered else quiet + 1

    async def look(self) -> None:
        text = str(await self.page.evaluate(_LOOK))
        self.findings.looks += 1
        self._compare(text.encode(), "the page")
        self.findings.trouble += [f"{self.where()}: {words}" for words in TROUBLE if words in text]
        if shown := await self.page.get_by_test_id("stException").count():
            self.findings.exceptions.append(f"{self.where()}: {shown} on the page")
