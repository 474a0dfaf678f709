"""When analyses run: the newest text alone, in a thread, with word to the user where it is long."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
from lsprotocol import types

from microflow.analysis import Analysis, Request
from microflow.lsp import scheduler
from microflow.lsp.analysing import Cancelled
from microflow.lsp.client import Client, client_of, with_settings
from microflow.lsp.document import Document


def _document(version: int) -> Document:
    return Document("file:///a.mflow", "/a.mflow", version, f"# {version}\n")


class _Log:
    """An analysis that takes as long as `hold` is not set, and what happened."""

    def __init__(self) -> None:
        self.hold = Event()
        self.begun: list[int | None] = []
        self.done: list[int | None] = []
        self.waited: list[int | None] = []
        self.cancelled: list[int | None] = []
        self.scheduler = scheduler.Scheduler(self._analyse, self._done, self._waiting)

    def _analyse(self, document: Document, cancelled: Event) -> Analysis:
        self.begun.append(document.version)
        while not self.hold.wait(0.005):
            if cancelled.is_set():
                self.cancelled.append(document.version)
                raise Cancelled
        return Analysis(Request(document.path), None, (), (), {})

    def _done(self, document: Document, analysis: Analysis) -> None:
        self.done.append(document.version)

    async def _waiting(self, document: Document, running: asyncio.Future[Analysis]) -> None:
        self.waited.append(document.version)
        self.hold.set()


def test_a_burst_is_analysed_once() -> None:
    async def play() -> _Log:
        log = _Log()
        log.hold.set()
        for version in range(40):
            log.scheduler.schedule(_document(version), 0.01)
            await asyncio.sleep(0)
        await log.scheduler.latest("file:///a.mflow")
        log.scheduler.close()
        return log

    log = asyncio.run(play())
    assert log.begun == log.done == [39]


def test_an_edit_ends_what_is_under_way() -> None:
    async def play() -> _Log:
        log = _Log()
        log.scheduler.schedule(_document(1), 0.0)
        while not log.begun:
            await asyncio.sleep(0.001)
        log.scheduler.schedule(_document(2), 0.0)
        while not log.cancelled:
            await asyncio.sleep(0.001)
        log.hold.set()
        await log.scheduler.latest("file:///a.mflow")
        log.scheduler.close()
        return log

    log = asyncio.run(asyncio.wait_for(play(), 20))
    assert (log.begun, log.cancelled, log.done) == ([1, 2], [1], [2])


def test_a_long_analysis_is_shown() -> None:
    async def play() -> _Log:
        log = _Log()
        log.scheduler.schedule(_document(1), 0.0)
        await log.scheduler.latest("file:///a.mflow")
        log.scheduler.close()
        return log

    with patch.object(scheduler, "LONG", 0.02):
        log = asyncio.run(asyncio.wait_for(play(), 20))
    assert log.waited == log.done == [1]


@pytest.mark.parametrize(
    ("settings", "hints", "lenses"),
    [
        ({"mflow": {"inlayHints": False}}, False, True),
        ({"codeLens": False}, True, False),
        ({"mflow": {"inlayHints": "no", "codeLens": None}}, True, True),
        ({"mflow": 3}, True, True),
        (None, True, True),
        ([1], True, True),
    ],
)
def test_settings(settings: Any, hints: bool, lenses: bool) -> None:
    client = with_settings(Client(), settings)
    assert (client.hints, client.lenses) == (hints, lenses)


def test_a_client_that_says_nothing_is_expected_to_do_nothing() -> None:
    assert client_of(types.ClientCapabilities(), "utf-8", None) == Client(encoding="utf-8")
