"""The features as functions of a document, its analysis and a place."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.dsl.format import format_text
from microflow.dsl.schema import MODEL
from microflow.lsp import completion, formatting, hints, hover, names, outline, semantic
from microflow.lsp.analysing import folder
from microflow.lsp.document import View
from microflow.lsp.place import place_at
from microflow.lsp.positions import offset_of, position_of, shown_range, units
from tests.lsp.editing import MANIFEST, MARK, analysed, document


def offered(text: str, view: View | None = None) -> list[str]:
    """The labels of what may stand at the mark."""
    made, at = document(text)
    shown = View(made, view.analysis if view is not None else None)
    return [item.label for item in completion.complete(shown, at, lambda path: ())]


def told(folder: Path, text: str) -> str:
    view, at = analysed(folder, text)
    found = hover.hover(view, at)
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("ram = 512B", f"ra{MARK}m = 512B", ["`ram = 64KiB`", "bytes used on uno"]),
        ("latency = 20ms", f"lat{MARK}ency = 20ms", [" ms used on uno", " us used on nrf52840"]),
        ('tensor = "x"', f'tensor = "{MARK}x"', ["`'x'`, index 0", "scale 0.5, zero point 0"]),
        ("input x", f"input {MARK}x", ["`int8 [1, 3]`", "3 bytes"]),
        ("uno, nrf", f"u{MARK}no, nrf", ["32 KiB flash, 2 KiB ram, avr5, 16 MHz"]),
        ("model wake", f"model w{MARK}ake", ["1 × SOFTMAX", "MACs", "- uno: "]),
        ("budget {", f"bud{MARK}get {{", ["What the model may take"]),
    ],
)
def test_hover(tmp_path: Path, old: str, new: str, shown: list[str]) -> None:
    text = told(tmp_path, MANIFEST.replace(old, new))
    assert [s for s in shown if s not in text] == [], text


def test_hover_says_nothing_of_comments_and_signs() -> None:
    for text in (f"# mo{MARK}del\n", f"model a {MARK} {{ }}", f"{MARK}", f"nonsense{MARK}"):
        made, at = document(text)
        assert hover.hover(View(made), at) is None


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        (f"mflow 1\n{MARK}", {"target", "arena", "model", "use"}, {"budget", "source"}),
        (f"model a {{\n  {MARK}\n}}", {"source", "budget", "on"}, {"ram", "model"}),
        (f"model a {{\n  source = 1; {MARK}\n}}", {"targets"}, {"source"}),
        (f"model a {{ budget {{ {MARK}", {"ram", "flash", "latency"}, {"source"}),
        (f"model a {{\n ]] = (\n  optimize = {MARK}\n}}", {"balanced", "ram"}, {"tflm"}),
        (f"model a {{\n  targets = [{MARK}\n}}", {"nrf52840", "host"}, {"balanced"}),
        (f"target own : host {{ }}\nmodel a {{ targets = [host, {MARK}] }}", {"own"}, set()),
        (f"target a : {MARK}", {"host", "nrf52840"}, {"flash"}),
        (f"target a : host {{ memory {MARK}", {"flash", "ram"}, {"host"}),
        (f"model a {{ emit {{ package = [{MARK}] }} }}", {"cmake", "zephyr"}, set()),
        (f"model a {{ place {{ weights = {MARK} }} }}", {"flash"}, {"ram"}),
        (f"arena s {{ }}\nmodel a {{ arena = {MARK} }}", {"s"}, {"ram"}),
        (f"model a {{\n  input x {{\n  ty{MARK}\n\nmodel b {{ }}", {"type", "shape"}, {"source"}),
        (f"model a {{ # so{MARK}\n}}", set(), {"source"}),
    ],
)
def test_completion(text: str, there: set[str], absent: set[str]) -> None:
    found = set(offered(text))
    assert there <= found and not absent & found


def test_completion_of_tensors_and_paths(tmp_path: Path) -> None:
    view, _ = analysed(tmp_path)
    text = MANIFEST.replace('tensor = "x"', f"tensor = {MARK}")
    assert offered(text, view) == ['"x"']
    (tmp_path / "deep").mkdir()
    text = MANIFEST.replace('"wake.tflite"', f'"w{MARK}')
    made, at = document(text, str(tmp_path / "wake.mflow"))
    items = completion.complete(View(made), at, lambda path: folder(made, path))
    assert [(i.label, i.text) for i in items] == [
        ("deep/", '"deep/"'),
        ("wake.tflite", '"wake.tflite"'),
    ]
    for absolute in ("/etc/", "//host/share/", "c:/"):
        assert offered(f'model a {{ source = "{absolute}{MARK}') == []


def test_every_item_of_a_model_is_documented() -> None:
    made, at = document(f"model a {{\n  {MARK}\n}}")
    items = completion.complete(View(made), at, lambda path: ())
    assert len(items) == len(MODEL.keys) + len(MODEL.blocks)
    for item in items:
        assert item.label in completion.documentation(View(made), item.about)


def test_hints_and_lenses(tmp_path: Path) -> None:
    view, _ = analysed(tmp_path)
    assert view.analysis is not None
    uno, nrf = view.analysis.results
    shown = {view.document.line(h.span.line).split()[0]: h.text for h in hints.hints(view)}
    assert shown["input"] == shown["output"] == "int8 [1, 3]"
    ram = next(h.text for h in hints.hints(view) if " uno, " in h.text)
    assert ram == f"{uno.sizes.ram_bytes:,} uno, {nrf.sizes.ram_bytes:,} nrf52840 used"
    assert [h.text.partition(":")[0] for h in hints.lenses(view)] == ["uno", "nrf52840"]


def _renamed(text: str, name: str) -> str | list[int]:
    """The lines that change where the name at the mark becomes `name`, or why it can't."""
    made, at = document(text)
    here = made.source.span(at, at)
    one = names.occurrence_at(made, here.line, here.column)
    assert one is not None
    every = ((made,),)
    if not names.renamable(one, names.meant(one, every)):
        return "nothing to rename"
    edits = names.rename(one, name, every)
    return edits if isinstance(edits, str) else [e.span.line for e in edits[made.path]]


NAMES = """\
mflow 1
target uno : atmega328p { memory flash { size = 1KiB }; memory ext { kind = ram; size = 1KiB } }
arena shared { }
model wake { targets = [uno]; arena = shared
  input x { }
  input y { }
  place { arena = ext }
}
model loud : wake { on uno { place { arena = ext } }
  input x { } }
"""


@pytest.mark.parametrize(
    ("place", "name", "outcome"),
    [
        ("target §uno", "board", [2, 4, 9]),
        ("targets = [§uno]", "esp32", "`esp32` is a built-in chip"),
        ("§atmega328p", "other", "nothing to rename"),
        ("arena = §shared", "common", [3, 4]),
        ("arena = §shared", "caller", "`caller` is the application's own memory"),
        ("model §wake", "say", [4, 9]),
        (": §wake", "loud", "there is another model `loud`"),
        ("memory §ext", "psram", [2, 7, 9]),
        ("on uno { place { arena = §ext", "psram", [2, 7, 9]),
        ("memory §ext", "ram", "`ram` is a memory of the built-in chips"),
        ("memory §flash", "psram", "nothing to rename"),
        ("  input §x { }\n  input y", "mel", [5]),
        ("  input §x { }\n  input y", "y", "there is another input `y`"),
        ("  input §x { } }", "y", [10]),
        ("model §wake", "two words", "'two words' is no C identifier, or a word of C or C++"),
    ],
)
def test_names(place: str, name: str, outcome: str | list[int]) -> None:
    text = NAMES.replace(place.replace(MARK, ""), place, 1)
    assert MARK in text
    assert _renamed(text, name) == outcome


def test_outline() -> None:
    made, at = document(MANIFEST.replace("512B", f"5{MARK}12B") + "# one\n# two\n")
    spans = outline.selection(made, at)
    texts = [
        made.text[made.offset(s.line, s.column) : made.offset(s.end_line, s.end_column)]
        for s in spans
    ]
    assert texts[0] == "512" and texts[1:3] == ["512B", "ram = 512B"] and texts[-1] == made.text
    assert all(inner in outer for inner, outer in pairwise(texts))
    assert (16, 17, True) in outline.folds(made)
    assert [link.path for link in outline.links(made)] == ["/nowhere/wake.tflite"]


def test_colours() -> None:
    made, _ = document('model a { source = "x" # c\n targets = [b] }')
    found = [(made.text[c.offset :][: c.length], c.sort) for c in semantic.coloured(made)]
    assert found == [
        ("model", "keyword"),
        ("a", "class"),
        ("source", "property"),
        ('"x"', "string"),
        ("# c", "comment"),
        ("targets", "property"),
        ("b", "class"),
    ]


PIECES = st.sampled_from(
    ["model a {", "}", "\n", "\r\n", "\r", "\f", "\u2028", "ram = 1KiB", '"é', "😀", "[", "(", "="]
)
TEXTS = st.lists(PIECES | st.sampled_from(MANIFEST.split()), max_size=30).map(" ".join)


@given(TEXTS, st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered(text: str, at: int) -> None:
    made, _ = document(text)
    offset = min(at, len(text))
    view = View(made)
    place_at(made.tokens, offset)
    hover.hover(view, offset)
    completion.complete(view, offset, lambda path: ("a.tflite", "b/"))
    assert hints.hints(view) == () == hints.lenses(view)
    outline.symbols(made)
    outline.folds(made)
    assert outline.selection(made, offset)
    coloured = semantic.coloured(made)
    ends = [c.offset + c.length for c in coloured]
    assert all(e <= c.offset for e, c in zip(ends, coloured[1:], strict=False))


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_edits_make_the_formatted_text(text: str) -> None:
    made, _ = document(text)
    changed = text
    for edit in reversed(formatting.format_edits(made)):
        span = edit.span
        first = made.offset(span.line, span.column)
        last = made.offset(span.end_line, span.end_column)
        changed = changed[:first] + edit.text + changed[last:]
    assert changed == format_text(text)


@given(TEXTS, st.integers(0, 200), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
@settings(max_examples=60, deadline=None)
def test_positions_go_both_ways(text: str, at: int, encoding: str) -> None:
    made, _ = document(text)
    offset = min(at, len(text))
    here = made.source.span(offset, offset)
    position = position_of(made, offset, encoding)
    column = min(here.column, len(made.line(here.line)) + 1)
    assert offset_of(made, position, encoding) == made.offset(here.line, column)
    shown = shown_range(made, here, encoding)
    assert shown.start.line == shown.end.line
    assert shown.start.character < shown.end.character or not made.line(here.line)


def test_columns_are_counted_in_the_encoding() -> None:
    assert [units("é😀\ud800", e) for e in ("utf-8", "utf-16", "utf-32")] == [9, 4, 3]
