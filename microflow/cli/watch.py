"""``check --watch``: checks again whenever a file that was looked at changes."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TextIO, TypeAlias

from attrs import field, frozen

from microflow.cli.console import Report, show, write
from microflow.cli.options import Format
from microflow.files import Files
from microflow.render.plain import printable

POLL = 0.2  # seconds between two looks
_CLEAR = "\x1b[2J\x1b[H"
_NAMED = 3  # files that a line names

Stamp: TypeAlias = tuple[int, int, int] | None


@frozen
class Seen:
    """The file system; remembers how each file was when it was first looked at, there or not."""

    stamps: dict[str, Stamp] = field(factory=dict)

    def note(self, path: str) -> None:
        """Remembers a file."""
        self.stamps.setdefault(path, stamp(path))

    def read(self, path: str) -> bytes:
        """Returns the file's bytes."""
        self.note(path)
        return Path(path).read_bytes()

    def size(self, path: str) -> int:
        """Returns the file's length in bytes."""
        self.note(path)
        return Path(path).stat().st_size


def stamp(path: str) -> Stamp:
    """Returns what changes with a file: its time, length and number; None where there is none."""
    try:
        state = Path(path).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def watch_files(path: Path, run: Callable[[Files], Report], form: Format) -> NoReturn:
    """Shows what `run` reports, again after each change of a file it looked at, until Ctrl-C."""
    stream = sys.stderr if form is Format.FULL else sys.stdout
    clears = stream.isatty() and os.environ.get("TERM") != "dumb"
    write(stream, _CLEAR if clears else "")
    while True:
        seen = Seen()
        seen.note(path.as_posix())
        show(run(seen), form)
        _say(stream, f"watching {_names(seen.stamps)}")
        gc.collect()  # it is switched off, for commands that end soon
        changed = wait(seen.stamps)
        write(stream, _CLEAR if clears else "")
        _say(stream, f"{_names(changed)} changed")


def wait(stamps: Mapping[str, Stamp]) -> Mapping[str, Stamp]:
    """Returns the files that are no longer as in `stamps`, once they are and have come to rest."""
    while not (changed := _changed(stamps)):
        time.sleep(POLL)
    while True:
        time.sleep(POLL / 2)
        latest = _changed(stamps)
        if latest in (changed, {}):  # at rest, or as it was
            return changed
        changed = latest


def _changed(stamps: Mapping[str, Stamp]) -> Mapping[str, Stamp]:
    now = {path: stamp(path) for path in stamps}
    return {path: now[path] for path in stamps if now[path] != stamps[path]}


def _names(paths: Mapping[str, Stamp]) -> str:
    names = [printable(path) for path in paths]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _say(stream: TextIO, text: str) -> None:
    """Writes a line between two runs, which tools tell from findings by its beginning."""
    write(stream, f"--- {text}\n")
