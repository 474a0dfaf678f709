"""What the parser makes of a manifest: the tree, its places, and what is left after mistakes."""

from __future__ import annotations

import time

import pytest

from microflow.diag import Span
from microflow.dsl.ast import (
    Argument,
    Attribute,
    Bare,
    Block,
    Broken,
    Call,
    Items,
    Name,
    Number,
    Range,
    Statement,
    Text,
    Value,
    insertion,
    only,
)
from microflow.dsl.parse import parse
from microflow.dsl.tree import number_value, unescape

FULL = """\
mflow 1
target board : host {
  clock = 64MHz
}
model wake : base {  # a comment
  source = "models/wäke.tflite"; targets = [board,
    host,   # inside a list
  ]
  output y { decode = argmax(threshold = 0.7, ); real = -1.5 .. +2; unit = "" }
}
"""


def _span(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span("demo.mflow", line, column, end_line or line, end_column)


def _value(text: str) -> Value:
    document, found = parse(f"mflow 1\nkey = {text}\n", "demo.mflow")
    assert found == ()
    statement = document.statements[0]
    assert isinstance(statement, Attribute)
    return statement.value


def _blocks(text: str) -> tuple[Block, ...]:
    return only(parse(text, "demo.mflow")[0].statements, Block)


def test_a_whole_manifest() -> None:
    document, found = parse(FULL, "demo.mflow")
    assert found == ()
    assert (document.path, document.edition, document.whole) == ("demo.mflow", 1, True)
    target, model = only(document.statements, Block)
    assert len(document.statements) == 2
    assert target.name == Name("target", _span(2, 1, 7))
    assert target.labels == (Name("board", _span(2, 8, 13)),)
    assert target.parent == Name("host", _span(2, 16, 20))
    assert target.span == _span(2, 1, 2, 4)
    assert (target.opening, target.closing) == (_span(2, 21, 22), _span(4, 1, 2))
    clock = Number(64, "64", Name("MHz", _span(3, 13, 16)), _span(3, 11, 16))
    assert target.body == (Attribute(Name("clock", _span(3, 3, 8)), clock, _span(3, 3, 16)),)
    source, targets, output = model.body
    assert isinstance(source, Attribute)
    assert source.value == Text("models/wäke.tflite", _span(6, 12, 32))
    assert isinstance(targets, Attribute)
    items = (Name("board", _span(6, 45, 50)), Name("host", _span(7, 5, 9)))
    assert targets.value == Items(items, _span(6, 44, 4, 8))
    assert isinstance(output, Block)
    assert output.span == _span(9, 3, 80)


def test_values_and_their_places() -> None:
    assert _value("argmax(threshold = 0.7, 1)") == Call(
        Name("argmax", _span(2, 7, 13)),
        (
            Argument(
                Name("threshold", _span(2, 14, 23)),
                Number(0.7, "0.7", None, _span(2, 26, 29)),
                _span(2, 14, 29),
            ),
            Number(1, "1", None, _span(2, 31, 32)),
        ),
        _span(2, 7, 33),
    )
    assert _value("-1.5..2%") == Range(
        Number(-1.5, "-1.5", None, _span(2, 7, 11)),
        Number(2, "2", Name("%", _span(2, 14, 15)), _span(2, 13, 15)),
        _span(2, 7, 15),
    )
    assert _value("[ ]") == Items((), _span(2, 7, 10))
    assert _value("grün") == Name("grün", _span(2, 7, 11))
    assert _value(r'"a\"\\\n\u{1F600}"') == Text('a"\\\n😀', _span(2, 7, 25))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-7", -7),
        ("+1_000", 1000),
        ("0x0002_7000", 0x27000),
        ("-0xfF", -255),
        ("0b1_01", 5),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        ("007", 7),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", None),
        ("1e100", 1e100),
        ("1e101", None),
        ("1" * 129, None),
        ("1e-999", 0.0),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize(
    ("inner", "value", "bad"),
    [("", "", None), (r"\t\r", "\t\r", None), (r"a\u{E9}", "aé", None), (r"a\x\y", "a", 1)],
)
def test_escapes(inner: str, value: str, bad: int | None) -> None:
    assert unescape(inner) == (value, bad)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_count_as_one(newline: str) -> None:
    document, found = parse(FULL.replace("\n", newline), "demo.mflow")
    assert found == ()
    assert document == parse(FULL, "demo.mflow")[0]


def test_columns_are_code_points_and_tabs_are_one() -> None:
    block = _blocks('mflow 1\n\tmodel "😀é" {\t}\n')[0]
    assert block.labels[0].span == _span(2, 8, 12)
    assert block.closing == _span(2, 15, 16)


def test_statements_on_one_line_and_stray_separators() -> None:
    document, found = parse("mflow 1;;a = 1; ; b = 2;\n;\nx { ;c = 3; }", "demo.mflow")
    assert found == ()
    names = [s.name.text for s in document.statements if s.name is not None]
    assert names == ["a", "b", "x"]


def test_three_mistakes_three_findings_and_the_rest_is_read() -> None:
    text = """\
mflow 1
target board : host {
  clock = = 64MHz
  memory ram { size = 8KiB }
}
model wake {
  source = "a.tflite"
  targets = [host
  optimize = ram
  input x {
    unit = "dB
    shape = [1, 2]
  }
}
"""
    document, found = parse(text, "demo.mflow")
    assert [(d.rule.code, d.span) for d in found] == [
        ("MF1001", _span(3, 11, 12)),
        ("MF1004", _span(8, 13, 14)),
        ("MF1002", _span(11, 12, 15)),
    ]
    target, model = only(document.statements, Block)
    assert target.body[0] == Broken(Name("clock", _span(3, 3, 8)), _span(3, 3, 18))
    assert [s.name.text for s in only(target.body, Block)] == ["memory"]
    targets = only(model.body, Attribute)[1]
    assert isinstance(targets.value, Items)
    assert [v.text for v in targets.value.values if isinstance(v, Name)] == ["host"]
    assert [s.name.text for s in only(model.body, Attribute)] == ["source", "targets", "optimize"]
    inner = only(model.body, Block)[0]
    assert [type(s) for s in inner.body] == [Broken, Attribute]


def test_a_broken_header_keeps_its_body() -> None:
    document, found = parse('mflow 1\nmodel wake ! {\n  source = "a"\n}\na = 1\n', "demo.mflow")
    assert [d.rule.code for d in found] == ["MF1003"]
    block, after = document.statements
    assert isinstance(block, Block)
    assert (block.name.text, block.labels, block.whole) == ("model", (), False)
    assert [s.name.text for s in only(block.body, Attribute)] == ["source"]
    assert isinstance(after, Attribute)
    assert not document.whole


def test_a_missing_brace_does_not_swallow_the_next_model() -> None:
    text = "mflow 1\nmodel a {\n  x = 1\n  output y {\n    unit = 2\nmodel b {\n}\n"
    document, found = parse(text, "demo.mflow")
    assert [d.span for d in found] == [_span(2, 9, 10), _span(4, 12, 13)]
    assert [b.labels[0].span.line for b in only(document.statements, Block)] == [2, 6]


def test_indentation_tells_which_brace_is_missing() -> None:
    text = "mflow 1\nmodel a {\n  output y {\n    unit = 1\n}\nmodel b {\n}\n"
    _, found = parse(text, "demo.mflow")
    assert [d.span for d in found] == [_span(3, 12, 13)]


def test_what_follows_a_block_does_not_cost_the_block() -> None:
    document, found = parse("mflow 1\nmodel a { x = 1 } ,\nmodel b { }\n", "demo.mflow")
    assert [(d.rule.code, d.span) for d in found] == [("MF1001", _span(2, 19, 20))]
    assert [b.name.text for b in only(document.statements, Block)] == ["model", "model"]


def test_repairs_are_read_as_they_were_meant() -> None:
    text = "mflow 1\na: 64 KiB\nb = ../x/y.c\nc = {1,\n 2}\nd = ['x' \"y\"]\n"
    document, found = parse(text, "demo.mflow")
    assert len(found) == 6
    a, b, c, d = only(document.statements, Attribute)
    assert isinstance(a.value, Number)
    assert a.value.unit == Name("KiB", _span(2, 7, 10))
    assert b.value == Text("../x/y.c", _span(3, 5, 13))
    assert isinstance(c.value, Items)
    assert [v.value for v in c.value.values if isinstance(v, Number)] == [1, 2]
    assert isinstance(d.value, Items)
    assert [v.value for v in d.value.values if isinstance(v, Text)] == ["x", "y"]


def test_an_empty_file_lacks_only_its_edition() -> None:
    for text in ("", "\n\n", "# nothing", " \t"):
        document, found = parse(text, "demo.mflow")
        assert (document.edition, document.statements) == (None, ())
        assert [d.rule.code for d in found] == ["MF1012"]


def test_bare_statements() -> None:
    document, _ = parse('mflow 1\nuse "boards.mflow" 5\n', "demo.mflow")
    (statement,) = document.statements
    assert isinstance(statement, Bare)
    number = Number(5, "5", None, _span(2, 20, 21))
    assert statement.labels == (Text("boards.mflow", _span(2, 5, 19)), number)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("m {}", "m { x = 1}"),
        ("m { a = 2 }", "m { x = 1; a = 2 }"),
        ("m {  # c\n    a = 2\n}", "m {  # c\n    x = 1\n    a = 2\n}"),
    ],
)
def test_where_a_fix_inserts_a_key(text: str, after: str) -> None:
    edit = insertion(_blocks(f"mflow 1\n{text}\n")[0], "x = 1")
    lines = text.split("\n")
    row, column = edit.span.line - 2, edit.span.column - 1
    lines[row] = lines[row][:column] + edit.text + lines[row][column:]
    assert "\n".join(lines) == after
    assert parse(f"mflow 1\n{after}\n", "demo.mflow")[1] == ()


def test_forty_lines_take_a_few_milliseconds() -> None:
    text = "mflow 1\nmodel wake {\n" + '  input x { unit = "dB"; shape = [1, 2] }\n' * 38 + "}\n"
    parse(text, "demo.mflow")
    took = []
    for _ in range(9):
        before = time.process_time()
        parse(text, "demo.mflow")
        took.append(time.process_time() - before)
    assert min(took) < 0.05


def _statements(statements: tuple[Statement, ...]) -> int:
    return sum(1 + _statements(s.body if isinstance(s, Block) else ()) for s in statements)


@pytest.mark.parametrize(
    "junk",
    ["{", "}", "[", "]", "(", "a(", '"', "'", "\n", "a", "a = [1,\n", "m {\n", "= {1,", ",", "/",
     "a = 1 b\n", "a: 1\n", "“", "\\", "0x", "..", "= ", "\u2028"],
)  # fmt: skip
def test_long_nonsense_takes_time_in_proportion(junk: str) -> None:
    before = time.process_time()
    parse("mflow 1\n" + junk * 4000, "demo.mflow")
    assert time.process_time() - before < 5
