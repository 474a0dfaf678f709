"""Every rule of the syntax, provoked: code, place, next step, and whether its fix works."""

from __future__ import annotations

import pytest

from microflow.dsl.format import checked
from microflow.dsl.parse import decode, parse
from microflow.dsl.recovery import MAX_FINDINGS
from microflow.dsl.text import MAX_BYTES
from microflow.dsl.tokens import MAX_DEPTH

from .mistakes import HEAD, Mistake, check, inside

MISTAKES = [
    inside("MF1001", "optimize =⟦⟧", says="expected a value, found end of line"),
    inside("MF1001", "optimize = ram ⟦flash⟧", says="expected end of line"),
    inside("MF1001", "optimize ⟦]⟧", says="expected `=` or `{`"),
    inside("MF1001", "⟦=⟧ 5", says="expected a statement"),
    inside("MF1001", "output y { real = 0.0 .. ⟦x⟧ }", says="expected a number"),
    inside("MF1001", "output y { labels = [⟦,⟧] }", says="expected a value"),
    inside("MF1001", "emit { dir = ⟦../gen/x⟧ }", True, says="double quotes"),
    inside("MF1001", 'emit { prefix⟦:⟧ "wake" }', True, says="`=`"),
    inside("MF1001", "optimize ⟦:⟧ ram", True, says="joined by `=`"),
    inside("MF1001", "budget ⟦=⟧ { flash = 1KiB }", True, says="a block takes no `=`"),
    inside("MF1001", 'output y { labels = ⟦{⟧ "a", "b", "c" } }', True, says="square brackets"),
    inside("MF1001", 'output y { labels = ["a" ⟦"b"⟧, "c"] }', True, says="`,`"),
    inside("MF1001", 'output y { labels = ["a", "b", "c"⟦)⟧ }', True, says="closed by `]`"),
    inside("MF1001", "budget { flash = ⟦64 KiB⟧ }", True, says="directly behind"),
    inside("MF1001", "output y { decode = argmax(threshold = 0.5⟦]⟧) }", True, says="nothing"),
    inside("MF1001", "output y { decode = argmax(threshold =⟦)⟧ }", says="a value"),
    inside("MF1002", 'emit { prefix = ⟦"wake⟧\n }', says="closing quote"),
    inside("MF1002", 'emit {\n prefix = ⟦"wake⟧\n }', True),
    inside("MF1003", "optimize = ram ⟦$⟧", says="unexpected character `$`"),
    inside("MF1003", "optimize =⟦\u00a0⟧ram", True, says="no-break space"),
    inside("MF1003", "optimize = ⟦\u2028⟧ram", True, says="U+2028"),
    inside("MF1003", "optimize = ⟦\v⟧ram", True, says="U+000B"),
    inside("MF1003", "emit { prefix = ⟦'wake'⟧ }", True, says="double quotes"),
    inside("MF1003", "emit { prefix = ⟦“wake”⟧ }", True, says="double quotes"),
    inside("MF1003", "optimize = ram ⟦//⟧ comment", True, says="begin with `#`"),
    inside("MF1003", "⟦/*⟧ comment */", says="begin with `#`"),
    inside("MF1004", 'output y { labels = ⟦[⟧"a", "b", "c" }', True, says="`]`"),
    inside("MF1004", 'output y {\n labels = ⟦[⟧"a",\n "b", "c"\n decode = argmax }', True),
    inside("MF1004", "output y { decode = argmax⟦(⟧threshold = 0.5 }", True, says="`)`"),
    inside("MF1004", 'output y {\n decode = argmax⟦(⟧threshold = 0.5\n unit = "" }', True),
    Mistake("MF1004", HEAD.replace("wake {", "wake ⟦{⟧"), True, says="add `}`"),
    Mistake("MF1004", HEAD.replace("wake {", "wake ⟦{⟧") + "target t : host { }\n", True),
    Mistake("MF1004", HEAD + '  output y ⟦{⟧\n    unit = ""\n}\n'),
    Mistake("MF1005", HEAD + "}\n⟦}⟧\n", True, says="closes nothing"),
    Mistake("MF1005", HEAD + "} ⟦}⟧\n", True),
    inside("MF1006", 'emit { prefix = "wa⟦\\q⟧ke" }', says="paths use `/`"),
    inside("MF1006", 'emit { prefix = "⟦\\u⟧{D800}" }'),
    inside("MF1006", 'emit { prefix = "⟦\\u⟧{FFFFFF}" }'),
    inside("MF1007", "output y { real = 0.0 .. ⟦1e999⟧ }", says="too large"),
    inside("MF1007", "output y { tensor = ⟦" + "9" * 5000 + "⟧ }", says="`99999999999999999…`"),
    inside("MF1007", "output y { tensor = ⟦0x1_0000_0000_0000_0000⟧ }"),
    inside("MF1008", "optimize = ram ⟦profile⟧ = tflm", True, says="end of line or `;`"),
    inside("MF1008", 'output y { unit = "" } ⟦emit⟧ { }', True),
    Mistake("MF1012", "⟦⟧" + HEAD.removeprefix("mflow 1\n") + "}\n", True, says="mflow 1"),
    Mistake("MF1012", HEAD.removeprefix("mflow 1\n") + "}\n⟦mflow 1⟧\n", True, says="first"),
    Mistake("MF1012", HEAD + "}\n⟦mflow 1⟧\n", True, says="again"),
    Mistake("MF1012", HEAD.replace("mflow 1", "⟦mflow = 1⟧") + "}\n", True),
    Mistake("MF1012", HEAD.replace("mflow 1", "⟦mflow⟧") + "}\n", True),
    Mistake("MF1013", HEAD.replace("mflow 1", "⟦mflow 2⟧") + "}\n", True, says="edition 2"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} {m.says}")
def test_mistake(mistake: Mistake) -> None:
    check(mistake)


def test_nesting_too_deep_is_one_finding() -> None:
    text = "mflow 1\na = " + "[" * (MAX_DEPTH + 1)
    _, found = parse(text, "demo.mflow")
    assert [d.rule.code for d in found] == ["MF1009"]
    assert found[0].span is not None
    assert (found[0].span.line, found[0].span.column) == (2, 5 + MAX_DEPTH)


def test_nesting_up_to_the_limit_is_fine() -> None:
    deep = "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH
    _, found = parse(f"mflow 1\na = {deep}\n", "demo.mflow")
    assert found == ()


@pytest.mark.parametrize(
    ("data", "line", "column", "says"),
    [
        (b"mflow 1\n# \xe4", 2, 3, "0xe4"),
        ("mflow 1\n# ä".encode() + b"\xff", 2, 4, "0xff"),
        ("mflow 1".encode("utf-16"), 1, 1, "0xff"),
        (b"mflow 1\n\0", 2, 1, "0x00"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, line: int, column: int, says: str) -> None:
    text, found = decode(data, "demo.mflow")
    assert text is None
    assert [d.rule.code for d in found] == ["MF1010"]
    assert found[0].span is not None
    assert (found[0].span.line, found[0].span.column) == (line, column)
    assert says in found[0].message
    assert found[0].help


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode(b"\xef\xbb\xbfmflow 1\n", "demo.mflow") == ("mflow 1\n", ())
    assert parse("\ufeffmflow 1\n", "demo.mflow")[1] == ()


def test_a_file_too_long_is_one_finding() -> None:
    text, found = decode(b"#" * (MAX_BYTES + 1), "demo.mflow")
    assert text is None
    assert [d.rule.code for d in found] == ["MF1011"]
    assert [d.rule.code for d in parse("#" * (MAX_BYTES + 1), "demo.mflow")[1]] == ["MF1011"]
    assert parse("mflow 1\n" + "#" * (MAX_BYTES - 8), "demo.mflow")[1] == ()


def test_many_mistakes_are_cut_short() -> None:
    _, found = parse("mflow 1\n" + "a = = 1\n" * 200, "demo.mflow")
    assert len(found) == MAX_FINDINGS
    assert [d.rule.code for d in found].count("MF1014") == 1


def test_the_formatter_refuses_to_change_tokens() -> None:
    text, found = checked("a = 1\n", "a = 2\n", "demo.mflow")
    assert text == "a = 1\n"
    assert [d.rule.code for d in found] == ["MF1015"]
    assert found[0].help
