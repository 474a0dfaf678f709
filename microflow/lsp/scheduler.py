"""When manifests are analysed: a little after the last edit, in a thread, the newest text alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

from attrs import frozen

from microflow.lsp.analysing import Cancelled
from microflow.lsp.document import Document

if TYPE_CHECKING:
    from microflow.analysis import Analysis

DELAY = 0.05  # seconds of silence before an edited text is analysed
LONG = 0.5  # seconds after which the user is told

_log = logging.getLogger(__name__)


@frozen
class _Run:
    task: asyncio.Task[None]
    cancelled: Event


class Scheduler:
    """Runs analyses one at a time. An edit cancels what was under way for the same document.

    `done` gets each result, on the event loop; `waiting` is awaited with a future that is still
    running after `LONG` seconds.
    """

    def __init__(
        self,
        analyse: Callable[[Document, Event], Analysis],
        done: Callable[[Document, Analysis], None],
        waiting: Callable[[Document, asyncio.Future[Analysis]], Awaitable[None]],
    ) -> None:
        self._analyse = analyse
        self._done = done
        self._waiting = waiting
        self._runs: dict[str, _Run] = {}
        self._pool = ThreadPoolExecutor(1, "analysis")

    def schedule(self, document: Document, delay: float = DELAY) -> None:
        """Analyses `document` after `delay` seconds, unless it is scheduled anew before."""
        self.cancel(document.uri)
        cancelled = Event()
        task = asyncio.get_running_loop().create_task(self._run(document, cancelled, delay))
        self._runs[document.uri] = _Run(task, cancelled)

    def cancel(self, uri: str) -> None:
        """Ends what is under way for a document."""
        run = self._runs.pop(uri, None)
        if run is not None:
            run.cancelled.set()
            run.task.cancel()

    async def latest(self, uri: str) -> None:
        """Waits until the newest text of a document is analysed."""
        while (run := self._runs.get(uri)) is not None and not run.task.done():
            await asyncio.wait({run.task})

    def close(self) -> None:
        """Ends everything."""
        for uri in list(self._runs):
            self.cancel(uri)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, document: Document, cancelled: Event, delay: float) -> None:
        await asyncio.sleep(delay)
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._pool, self._analyse, document, cancelled)
        try:
            ready, _ = await asyncio.wait({running}, timeout=LONG)
            if not ready:
                await self._waiting(document, running)
            analysis = await running
        except asyncio.CancelledError:
            running.cancel()
            raise
        except Cancelled:
            return
        except Exception:
            _log.exception("the analysis failed: a bug of the compiler")
            return
        self._done(document, analysis)
