"""Any text goes through every stage: no exception, places inside the text, one layout."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.dsl.bind import declare
from microflow.dsl.parse import decode, parse
from microflow.dsl.uses import read_uses
from microflow.files import Overlay

from .models import GRAPHS, run
from .mutants import BLANKS, PIECES, check_findings, check_format, inside
from .test_format import UGLY
from .test_project import DEMO

JUNK = st.sampled_from([*PIECES, *BLANKS])


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([DEMO, UGLY]))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        removed = draw(st.integers(0, 12))
        text = text[:at] + draw(JUNK) + text[at + removed :]
    return text


@settings(max_examples=150, deadline=None)
@given(_mutated())
def test_mutated_manifests(text: str) -> None:
    _, found = run(text, GRAPHS)
    check_findings(text, found)
    check_format(text)


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
        assert inside(texts[finding.span.path], finding.span)
        assert all(inside(texts[label.span.path], label.span) for label in finding.labels)


@settings(max_examples=100, deadline=None)
@given(st.lists(JUNK, max_size=40).map(" ".join) | st.text(max_size=60))
def test_any_text(text: str) -> None:
    _, found = run(f"mflow 1\n{text}", GRAPHS)
    check_findings(f"mflow 1\n{text}", found)
    check_format(text)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    text, found = decode(data, "demo.mflow")
    assert (text is None) == bool(found)
    if text is not None:
        parse(text, "demo.mflow")
