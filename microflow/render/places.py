"""What places are called outside: relative to a folder where they lie in it."""

from __future__ import annotations

from urllib.parse import quote

from microflow.diag import Span

_BARE = ".tflite"


def relative(path: str, root: str) -> str:
    """Returns `path` relative to the folder `root` where it lies in it, else as it is."""
    inside = root.rstrip("/") + "/"
    return path.removeprefix(inside).removeprefix("./")


def uri(path: str, root: str) -> str:
    """Returns the URI reference of `path`: relative in `root`, absolute outside."""
    place = relative(path, root)
    written = quote(place, safe="/~-._")
    if place.startswith("/"):
        return f"file://{written}"
    return f"file:///{written}" if place[1:3] == ":/" else written


def has_lines(span: Span) -> bool:
    """Tells whether lines of its file mean something: not where a bare model was checked."""
    return not span.path.endswith(_BARE)
