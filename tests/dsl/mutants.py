"""Manifests with random changes, and what must hold of any text."""

from __future__ import annotations

import random
from collections.abc import Callable

from microflow.diag import Diagnostics, Span
from microflow.dsl.format import format_source
from microflow.dsl.text import source_of
from microflow.dsl.tokens import tokens

# fmt: off
PIECES = (
    "{", "}", "[", "]", "(", ")", "=", ";", ":", ",", "..", '"', "#", "@", "\\", "/", "//", "'",
    "%", "-", "+", "$", "64KiB", "64K", "1e999", "0x1F", "model", "target", "input", "output",
    "budget", "arena", "memory", "place", "on", "use", "verify", "kernels", "2lsb", "host", "wake",
    "tensor", "shape", "argmax(threshold", '"x"', "'y'", "“z”", "mflow", "../a/b", "[1,", "{1,",
    "é", "λ",
)
BLANKS = (
    "\n", "\r\n", "\r", "\t", "\f", "\v", "\x1c", "\x85", "\u2028", "\ufeff", "\0", " ", "\u00a0"
)
# fmt: on
NUMBERS = (
    "0",
    "-1",
    "1e308",
    "9" * 400,
    "0x" + "f" * 40,
    "1_0__0",
    "0.1e-400",
    "1..2",
    "%",
    "64kib",
)


def mutant(chance: random.Random, texts: tuple[str, ...]) -> str:
    """Returns one of `texts` with one to six changes, each at a random place."""
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(_CHANGES)(chance, text)
    return text


def check_findings(text: str, found: Diagnostics) -> None:
    """Asserts that each finding says what is wrong, where in `text`, and what to do."""
    for finding in found:
        assert finding.message
        assert finding.help
        assert finding.span is not None
        spans = [finding.span, *(label.span for label in finding.labels)]
        spans += [edit.span for fix in finding.fixes for edit in fix.edits]
        assert all(inside(text, span) for span in spans)


def check_format(text: str) -> None:
    """Asserts that `text` can be laid out, once and for all, without a change to its tokens."""
    after, refused = format_source(text, "demo.mflow")
    assert refused == ()
    assert format_source(after, "demo.mflow") == (after, ())
    assert _solid(after) == _solid(text)
    assert "".join(tokens(text)) == text


def inside(text: str, span: Span) -> bool:
    """Tells whether a place lies in `text`."""
    starts = [*source_of(text, "").starts, len(text)]
    begin = starts[span.line - 1] + span.column - 1
    end = starts[span.end_line - 1] + span.end_column - 1
    return 0 <= begin <= end <= len(text)


def _solid(text: str) -> list[tuple[str, str]]:
    kept = ((t.type, t.rstrip()) for t in tokens(text) if t.type not in ("BLANK", "_NL"))
    return list(kept)


def _insert(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice((*PIECES, *BLANKS, *NUMBERS)) + text[at:]


def _replace(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice((*PIECES, *BLANKS)) + text[at + chance.randint(0, 12) :]


def _delete(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.randint(1, 40) :]


def _move(chance: random.Random, text: str) -> str:
    """Cuts a piece and inserts it elsewhere, or copies it."""
    at, size = chance.randint(0, len(text)), chance.randint(1, 80)
    piece = text[at : at + size]
    rest = text if chance.random() < 0.5 else text[:at] + text[at + size :]
    to = chance.randint(0, len(rest))
    return rest[:to] + piece + rest[to:]


def _lines(chance: random.Random, text: str) -> str:
    """Exchanges two lines."""
    lines = text.split("\n")
    i, j = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return "\n".join(lines)


def _truncate(chance: random.Random, text: str) -> str:
    return text[: chance.randint(0, len(text))] if chance.random() < 0.2 else text


def _nest(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    opening = chance.choice(("{", "[", "(", "a {", "x = ["))
    return text[:at] + opening * chance.choice((2, 5, 31, 33, 70)) + text[at:]


def _character(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return (
        text[:at]
        + chr(chance.choice((chance.randrange(128), chance.randrange(0xD800))))
        + text[at:]
    )


def _number(chance: random.Random, text: str) -> str:
    """Puts another number behind an equals sign."""
    places = [i for i, c in enumerate(text) if c == "="]
    if not places:
        return text
    at = chance.choice(places) + 1
    return f"{text[:at]} {chance.choice(NUMBERS)} {text[at + chance.randint(0, 8) :]}"


_CHANGES: tuple[Callable[[random.Random, str], str], ...] = (
    _insert, _insert, _replace, _replace, _delete, _delete, _move, _lines, _truncate, _nest,
    _character, _number,
)  # fmt: skip
