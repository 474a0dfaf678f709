"""Any text goes through every stage: no exception, places inside the text, one layout."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.diag import Diagnostics, Span
from microflow.dsl.bind import declare
from microflow.dsl.format import format_source
from microflow.dsl.parse import decode, parse
from microflow.dsl.text import source_of
from microflow.dsl.tokens import tokens
from microflow.dsl.uses import read_uses
from microflow.files import Overlay

from .models import GRAPHS, run
from .test_format import UGLY
from .test_project import DEMO

PIECES = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "=",
    ";",
    ":",
    ",",
    "..",
    '"',
    "#",
    "@",
    "\\",
    "/",
    "//",
    "'",
    "%",
    "-",
    "+",
    "$",
    "64KiB",
    "64K",
    "1e999",
    "0x1F",
    "model",
    "target",
    "input",
    "output",
    "budget",
    "arena",
    "memory",
    "place",
    "on",
    "use",
    "verify",
    "kernels",
    "2lsb",
    "host",
    "wake",
    "tensor",
    "shape",
    "argmax(threshold",
    '"x"',
    "'y'",
    "“z”",
    "mflow",
    "../a/b",
    "[1,",
    "{1,",
    "é",
    "λ",
]
JUNK = st.sampled_from([*PIECES, "\n", "\r\n", "\r", "\t", "\f", "\u2028", "\ufeff", "\0", " "])


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([DEMO, UGLY]))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        removed = draw(st.integers(0, 12))
        text = text[:at] + draw(JUNK) + text[at + removed :]
    return text


def _inside(text: str, span: Span) -> bool:
    starts = [*source_of(text, "").starts, len(text)]
    begin = starts[span.line - 1] + span.column - 1
    end = starts[span.end_line - 1] + span.end_column - 1
    return 0 <= begin <= end <= len(text)


def _check(text: str, found: Diagnostics) -> None:
    for finding in found:
        assert finding.message
        assert finding.help
        assert finding.span is not None
        spans = [finding.span, *(label.span for label in finding.labels)]
        spans += [edit.span for fix in finding.fixes for edit in fix.edits]
        assert all(_inside(text, span) for span in spans)


@settings(max_examples=150, deadline=None)
@given(_mutated())
def test_mutated_manifests(text: str) -> None:
    _, found = run(text, GRAPHS)
    _check(text, found)
    _check_format(text)


@settings(max_examples=50, deadline=None)
@given(_mutated(), _mutated())
def test_mutated_manifests_that_use_each_other(one: str, two: str) -> None:
    texts = {"one.mflow": f'{one}\nuse "two.mflow"\n', "two.mflow": f'use "one.mflow"\n{two}'}
    files = Overlay({path: text.encode() for path, text in texts.items()})
    document, _ = parse(texts["one.mflow"], "one.mflow")
    loaded, found = read_uses(document, texts["one.mflow"], files)
    _, more = declare(document, loaded.used, loaded.whole)
    for finding in (*found, *more):
        assert finding.help and finding.span is not None
        assert _inside(texts[finding.span.path], finding.span)
        assert all(_inside(texts[label.span.path], label.span) for label in finding.labels)


@settings(max_examples=100, deadline=None)
@given(st.lists(JUNK, max_size=40).map(" ".join) | st.text(max_size=60))
def test_any_text(text: str) -> None:
    _, found = run(f"mflow 1\n{text}", GRAPHS)
    _check(f"mflow 1\n{text}", found)
    _check_format(text)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    text, found = decode(data, "demo.mflow")
    assert (text is None) == bool(found)
    if text is not None:
        parse(text, "demo.mflow")


def _check_format(text: str) -> None:
    after, refused = format_source(text, "demo.mflow")
    assert refused == ()
    assert format_source(after, "demo.mflow") == (after, ())
    assert _solid(after) == _solid(text)
    assert "".join(tokens(text)) == text


def _solid(text: str) -> list[tuple[str, str]]:
    kept = ((t.type, t.rstrip()) for t in tokens(text) if t.type not in ("BLANK", "_NL"))
    return list(kept)
