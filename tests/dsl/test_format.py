"""The formatter: layout, comments, and that it changes nothing but blanks."""

from __future__ import annotations

import pytest

from microflow.dsl.format import format_source, format_text
from microflow.dsl.text import MAX_BYTES
from microflow.dsl.tokens import tokens

UGLY = """\


# head
mflow   1   # edition


target t:host{}
model wake{ #  the model
source="a.tflite"   #   file
\ttargets=[ host ,board]# chips


# own line
\tbudget{flash=64KiB;ram = 1KiB}

  output y { labels = [
"a",  # first
      "b",
  ]
  decode = argmax ( threshold=0.5 )
  real=-1.0..1.0 }
    }
"""
NEAT = """\
# head
mflow 1  # edition

target t : host { }
model wake {  #  the model
  source  = "a.tflite"     #   file
  targets = [host, board]  # chips

  # own line
  budget { flash = 64KiB; ram = 1KiB }

  output y { labels = [
      "a",  # first
      "b",
    ]
    decode = argmax(threshold = 0.5)
    real   = -1.0 .. 1.0 }
}
"""


def test_layout() -> None:
    assert format_text(UGLY) == NEAT


def test_neat_text_stays() -> None:
    assert format_source(NEAT, "demo.mflow") == (NEAT, ())


def test_comments_stay() -> None:
    comments = [t.rstrip() for t in tokens(UGLY) if t.type == "COMMENT"]
    assert [t for t in tokens(format_text(UGLY)) if t.type == "COMMENT"] == comments


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay(newline: str) -> None:
    assert format_text(UGLY.replace("\n", newline)) == NEAT.replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", ""),
        ("\n \n", ""),
        ("a=1", "a = 1\n"),
        ("arena a{size=1KiB;align=16}", "arena a { size = 1KiB; align = 16 }\n"),
        ("memory x{kind=ram}", "memory x { kind = ram }\n"),
        ("a=1;b=[ ]", "a = 1; b = []\n"),
        ("a=1\nlonger=2\n\nb=3", "a      = 1\nlonger = 2\n\nb = 3\n"),
        ("a=1\nm{b=2\n}\ncc=3", "a = 1\nm { b = 2\n}\ncc = 3\n"),
        ("}}\na=1", "} }\na = 1\n"),
        ("a = $%x 'q' \"open ", "a = $%x 'q' \"open \n"),
        ("a = 0...5", "a = 0 ...5\n"),
        ("a%", "a%\n"),
        ("a = 5 KB", "a = 5 KB\n"),
        ("\ufeffa=1", "a = 1\n"),
    ],
)
def test_details(text: str, after: str) -> None:
    assert format_text(text) == after
    assert format_text(after) == after


def test_hostile_text_grows_in_proportion() -> None:
    deep = format_text("m {\n" * 2000)
    assert len(deep) < 100 * 2000
    wide = format_text(f"{'k' * 5000} = 1\n" + "a = 1 # c\n" * 2000)
    assert len(wide) < 100_000


def test_what_is_no_manifest_is_left_alone() -> None:
    text = "a=1\n" * MAX_BYTES
    after, found = format_source(text, "demo.mflow")
    assert after is text
    assert [d.rule.code for d in found] == ["MF1011"]
