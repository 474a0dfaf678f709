"""Measures the compiler and the language server, and writes their section of RESULTS.md.

    python benchmarks/speed.py [--models FOLDER]

FOLDER holds the corpus of models (see bench.py); without it the models of this repository alone are
planned. The exit code is 1 where a limit is missed. Times are those of the computer that this runs
on, so no test holds them: tests hold what is done for an edit (`tests/test_compilation.py`).
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from statistics import fmean, median

from attrs import evolve, frozen
from bench import MODELS, ROOT, corpus_models
from editor import Editor
from results import table, write_section

from microflow.analysis import Request, check
from microflow.compilation import compile_for
from microflow.files import Disk
from microflow.lsp.scheduler import DELAY

MANIFEST = ROOT / "benchmarks" / "editing.mflow"
PERSON = "models/person/person.tflite"
OWN = tuple(sorted((ROOT / "models").glob("*/*.tflite")))
CHIP = "nrf52840"
EDITS, BURST, STARTS, RUNS = 30, 40, 5, 9
COLUMNS = ("what", "time", "most", "processor time", "limit")
HEAD = f"""\
Written by `benchmarks/speed.py`, which `make bench` runs, on {{computer}}. The manifest that is
edited has {{lines}} lines, and two models on three chips, both of them the person detector of
`models/`. The server waits {{delay}} ms after an edit for the next one; that is part of the times.
Planning goes from the imported graph over the front of its plans to the one that is chosen for the
{CHIP}, proved, with its figures. Nothing is kept from before but what the edits before left in the
server. Times are medians of {{runs}}; processor times are
means, and tell what else the computer had to do.
"""
Edit = Callable[[str, int], str]  # the manifest's text and the number of the edit -> the new text
EDITED: dict[str, Edit] = {
    "a label": lambda text, number: text.replace('"nobody"', f'"nobody_{number}"'),
    "a budget that is kept": lambda text, number: text.replace("96KiB", f"{96 + number}KiB"),
    "a budget that is not": lambda text, number: text.replace("96KiB", f"{number}B"),
    "a mistake": lambda text, number: text.replace("optimize", f"optimise{number}"),
}


@frozen
class Figure:
    """What was measured: the `value` that must not exceed `limit`, and what is told beside it."""

    what: str
    value: float
    limit: float
    unit: str = ""
    most: float | None = None
    processor: float | None = None

    @property
    def kept(self) -> bool:
        """Tells whether the limit is kept."""
        return self.value <= self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """The line of the table; what is over stands out."""
        shown, *others = map(self._shown, (self.value, self.most, self.processor, self.limit))
        return self.what, shown if self.kept else f"**{shown}**", *others

    def _shown(self, value: float | None) -> str:
        return "-" if value is None else f"{value:,.0f}{self.unit}"


@frozen
class Taken:
    """Seconds on the clock, and of processors."""

    clock: float
    processor: float


def main() -> int:
    """Measures, writes the section; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=corpus_models())
    models: Path = parser.parse_args().models
    figures: list[Figure] = []
    for figure in chain(measure_server(), measure_commands(), measure_planning(models)):
        print(": ".join(figure.row), file=sys.stderr)
        figures.append(figure)
    lines = MANIFEST.read_text("utf-8").count("\n")
    runs = f"{RUNS} runs ({STARTS} starts, {EDITS} edits)"
    delay = round(1000 * DELAY)
    head = HEAD.format(computer=_computer(), lines=lines, delay=delay, runs=runs)
    write_section("## Speed", f"{head}\n{table(COLUMNS, (figure.row for figure in figures))}")
    return 0 if all(figure.kept for figure in figures) else 1


def measure_server() -> Iterator[Figure]:
    """Yields the figures of the language server."""
    yield _time("first diagnostics after the server's start", _starts(), 1500)
    editor, uri, text = Editor.start(), MANIFEST.as_uri(), MANIFEST.read_text("utf-8")
    editor.open(uri, text)
    editor.published(1)
    version = 1
    for name, edit in EDITED.items():
        times = []
        for _ in range(EDITS):
            version += 1
            before = editor.processor()
            sent = editor.change(uri, version, edit(text, version))
            clock = editor.published(version)[0] - sent
            times.append(Taken(clock, editor.processor() - before))
        yield _time(f"from an edit of {name} to diagnostics", times, 100)
    for _ in range(BURST):
        version += 1
        editor.change(uri, version, f"{text}# {version}\n")
    yield Figure(f"publishes after a burst of {BURST} edits", editor.published(version)[1], 1)
    yield Figure("resident memory of the server, at most", editor.resident() / 2**20, 150, " MiB")
    editor.stop()


def measure_commands() -> Iterator[Figure]:
    """Yields how long commands take, the start of Python included."""
    for arguments in (("check", PERSON), ("--help",)):
        command = [Path(sys.executable).with_name("mflowc"), *arguments]
        times = []
        for _ in range(RUNS):
            begun, before = time.perf_counter(), _children()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            times.append(Taken(time.perf_counter() - begun, _children() - before))
        yield _time(f"`mflowc {' '.join(arguments)}`", times, 500)


def measure_planning(models: Path) -> Iterator[Figure]:
    """Yields the planning time of the reference models, and the longest of the corpus."""
    there = models.is_dir()
    named = {n: models / f for n, f in MODELS.items()} if there else {p.stem: p for p in OWN}
    for name, path in named.items():
        times = [taken for _ in range(RUNS) if (taken := _planned(path)) is not None]
        yield _time(f"planning {name}", times, 300)
    every = {p.stem: _planned(p) for p in sorted(models.glob("*.tflite"))}
    compiled = {name: taken for name, taken in every.items() if taken is not None}
    if compiled:
        slowest, longest = max(compiled.items(), key=lambda item: item[1].processor)
        what = f"planning the slowest of {len(compiled)} models of the corpus: {slowest}"
        yield _time(what, [longest], 1500)


def _starts() -> Iterator[Taken]:
    for _ in range(STARTS):
        editor = Editor.start()
        editor.open(MANIFEST.as_uri(), MANIFEST.read_text("utf-8"))
        yield Taken(editor.published(1)[0] - editor.started, editor.processor())
        editor.stop()


def _planned(path: Path) -> Taken | None:
    """The time to plan a model anew, in seconds; None where it does not compile."""
    results = check(Request(path.as_posix(), CHIP), Disk()).results
    if not results:
        return None
    graph = evolve(results[0].model.graph)  # another, of which nothing is kept
    model = evolve(results[0].model, graph=graph)
    begun, before = time.perf_counter(), time.process_time()
    compile_for(model, results[0].target)
    return Taken(time.perf_counter() - begun, time.process_time() - before)


def _children() -> float:
    """The processors' seconds of commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _time(what: str, taken: Iterable[Taken], limit: float) -> Figure:
    """The median of some times, which must keep the limit in milliseconds."""
    each = list(taken)
    clock = [1000 * taken.clock for taken in each]
    processor = 1000 * fmean(taken.processor for taken in each)
    return Figure(what, median(clock), limit, " ms", max(clock), processor)


def _computer() -> str:
    cores = os.cpu_count()
    return f"a computer with {cores} cores and Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
