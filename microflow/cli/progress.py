"""Says what takes long: a spinner in a terminal, plain lines elsewhere, nothing beside JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from microflow.cli.console import write


@contextmanager
def busy(doing: str, quiet: bool = False) -> Iterator[None]:
    """Shows on stderr what goes on inside, such as ``building for this computer``."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.text import Text

        with Console(stderr=True).status(Text(f"{doing} …")):
            yield
    else:
        write(sys.stderr, f"{doing} ...\n")
        yield
