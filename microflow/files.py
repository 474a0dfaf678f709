"""Where bytes come from: the disk, an editor's unsaved buffers, or memory in tests.

Paths are strings with forward slashes. Every method raises `OSError` where the system would.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from attrs import frozen


class Files(Protocol):
    """Reads files; nothing below the command line writes any."""

    def read(self, path: str) -> bytes:
        """Returns the file's bytes."""
        ...

    def size(self, path: str) -> int:
        """Returns the file's length in bytes."""
        ...


def reason(error: OSError) -> str:
    """Returns why a file could not be read, in words that are the same on every system."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return "it is a folder" if isinstance(error, IsADirectoryError) else "it is not readable"


@frozen
class Disk:
    """The file system."""

    def read(self, path: str) -> bytes:
        """Returns the file's bytes."""
        return Path(path).read_bytes()

    def size(self, path: str) -> int:
        """Returns the file's length in bytes."""
        return Path(path).stat().st_size


@frozen
class Overlay:
    """`texts` (an editor's buffers, a test's files) over `below` (by default nothing)."""

    texts: Mapping[str, bytes]
    below: Files | None = None

    def read(self, path: str) -> bytes:
        """Returns the overlaid bytes, else those below."""
        if path in self.texts:
            return self.texts[path]
        if self.below is None:
            raise FileNotFoundError(path)
        return self.below.read(path)

    def size(self, path: str) -> int:
        """Returns the file's length in bytes."""
        if path in self.texts:
            return len(self.texts[path])
        if self.below is None:
            raise FileNotFoundError(path)
        return self.below.size(path)
