"""Walks the corridor for an open manifest: reads what it names, writes and runs nothing."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from microflow.dsl.text import decode
from microflow.files import Overlay
from microflow.lsp.document import Document

if TYPE_CHECKING:
    from microflow.analysis import Analysis

MOST_BYTES = 1 << 28


class Cancelled(Exception):  # noqa: N818  (it is no error)
    """Nobody waits for the analysis any more."""


@frozen
class Guarded:
    """The disk for manifests that nobody has looked through: plain files, of bounded length.

    A pipe or a device, which might never end, is refused. Raises `Cancelled` once the flag is set.
    """

    cancelled: Event

    def read(self, path: str) -> bytes:
        """Returns the file's bytes."""
        self.size(path)
        return Path(path).read_bytes()

    def size(self, path: str) -> int:
        """Returns the file's length in bytes."""
        if self.cancelled.is_set():
            raise Cancelled
        try:
            found = Path(path).stat()
        except ValueError as error:  # a path that no system knows, such as one with a null
            raise FileNotFoundError(path) from error
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise PermissionError(path)
        return found.st_size


def analyse(
    document: Document, cancelled: Event, others: Mapping[str, str] = MappingProxyType({})
) -> Analysis:
    """Returns what `mflowc check` knows of `document`; raises `Cancelled` where the flag is set.

    `others` are texts, by path, that count instead of the files.
    """
    if cancelled.is_set():
        raise Cancelled
    from microflow.analysis import Request, check  # noqa: PLC0415  (numpy stays out of the start)

    shown = {**others, document.path: document.text}
    texts = {path: text.encode("utf-8", "surrogatepass") for path, text in shown.items()}
    found = check(Request(document.path), Overlay(texts, Guarded(cancelled)))
    if cancelled.is_set():
        raise Cancelled
    return found


def unchanged(document: Document) -> bool:
    """Tells whether the disk still has the text of a document that is not open."""
    try:
        text, _ = decode(Guarded(Event()).read(document.path), document.path)
    except OSError:
        return False
    return text == document.text


def folder(document: Document, path: str) -> tuple[str, ...]:
    """Returns the names in a folder relative to the manifest's; those of folders end with ``/``."""
    try:
        entries = list((Path(document.path).parent / path).iterdir())
        names = [f"{e.name}/" if e.is_dir() else e.name for e in entries]
    except (OSError, ValueError):
        return ()
    return tuple(sorted(n for n in names if not n.startswith(".")))
