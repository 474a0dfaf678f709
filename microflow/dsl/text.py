"""A manifest's text: from bytes to characters, and from offsets to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule, Span

MAX_BYTES = 1 << 17
_LINE_END = re.compile(r"\r\n?|\n")
UTF8_MARK = b"\xef\xbb\xbf"

NOT_UTF8 = Rule(
    "MF1010",
    "not-utf8",
    """
The manifest is not UTF-8 text

A manifest is plain text, encoded as UTF-8. The message names the first byte that no UTF-8 text
holds there: the file is in another encoding, such as Latin-1 or UTF-16, or it is no text at all.

Save the file as UTF-8 (every editor has a command for it), or convert it:

```sh
iconv -f latin1 -t utf-8 old.mflow > new.mflow
```
""",
)

TOO_LONG = Rule(
    "MF1011",
    "manifest-too-long",
    """
The file is too long for a manifest

A manifest describes a handful of models in some dozens of lines. A file of more than 128 KiB is
something else: a model, an archive or a log that was named by mistake.

Give the path of the manifest. A model file stands inside it:

```mflow
source = "models/wake.tflite"
```
""",
)


@frozen
class Source:
    """A text with its path; `starts` are the offsets at which its lines begin."""

    path: str
    text: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Returns the place of the characters from `start` up to `end`."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        return Span(self.path, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def source_of(text: str, path: str) -> Source:
    r"""Returns `text` with its lines, which end with \n, \r\n or \r and with nothing else."""
    return Source(path, text, (0, *(m.end() for m in _LINE_END.finditer(text))))


def in_order(found: Iterable[Diagnostic]) -> Diagnostics:
    """Returns findings in the order of their places, each of them once."""
    return tuple(sorted(dict.fromkeys(found), key=_place))


def decode(data: bytes, path: str) -> tuple[str | None, Diagnostics]:
    """Returns the text of a manifest's bytes, without a byte order mark.

    None, with one diagnostic, where they are not UTF-8 text or too many.
    """
    if len(data) > MAX_BYTES:
        return None, (too_long(len(data), path),)
    data = data.removeprefix(UTF8_MARK)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(data, error.start, path),)
    if "\0" in text:
        return None, (_not_utf8(data, data.index(0), path),)
    return text, ()


def _place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    span = diagnostic.span
    return (span.path, span.line, span.column) if span is not None else ("", 0, 0)


def too_long(size: int, path: str) -> Diagnostic:
    """Returns the finding that a file has too many bytes for a manifest."""
    return Diagnostic(
        TOO_LONG,
        f"{size} bytes are too many for a manifest",
        "give the path of the `.mflow` file; models are named inside it",
        Span(path, 1, 1, 1, 1),
    )


def _not_utf8(data: bytes, at: int, path: str) -> Diagnostic:
    source = source_of(data[:at].decode("utf-8"), path)
    here = source.span(at_end := len(source.text), at_end)
    span = Span(path, here.line, here.column, here.line, here.column + 1)
    return Diagnostic(
        NOT_UTF8,
        f"byte 0x{data[at]:02x} is not UTF-8 text",
        "save the file as UTF-8",
        span,
    )
