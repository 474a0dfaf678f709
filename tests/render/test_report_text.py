"""The report in a terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from microflow.render.paint import ansi
from microflow.render.report.facts import read_result
from microflow.render.report.text import render_text
from tests.render.reports import plan, report
from tests.render.test_report_page import HOSTILE, everywhere


def shown(width: int = 60, **changes: Any) -> str:
    return render_text(read_result(report(**changes)), width)


def test_the_parts_in_order() -> None:
    text = shown()
    parts = [
        "tiny on uno",
        "Fits its budget and its chip",
        "needed",
        "# operator",
        "The arena takes 256 bytes, 16 bytes above the lower bound.",
        "step in use",
        "Plans considered:",
        "1,234 reads",
        "model SHA-256 1212",
    ]
    plain = re.sub(r"\s+", " ", text)
    places = [plain.index(part) for part in parts]
    assert places == sorted(places)


def test_needs() -> None:
    lines = [" ".join(line.split()) for line in shown().splitlines()]
    assert "needed of the budget of the chip made of" in lines
    assert (
        "RAM ~356 bytes [###########.....] 70 % of 512 17 % of 2,048 arena 256 + stack ~100"
        in lines
    )
    assert "stack ~100 bytes - -" in lines
    assert "~ marks estimates, from measured kernels; that of code is within 5 %" in lines


def test_what_is_too_large() -> None:
    text = shown(budget={"ram": 100})
    assert "Too large: RAM\n" in text and "[################] over  356 % of 100" in text


def test_the_memory_map() -> None:
    lines = shown(width=60).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("step"))
    assert lines[start : start + 4] == [
        "step                  in use  0                    256",
        "0-2 band                 256  xxxxxxwwwwwwssssssssssss  <- peak",
        "4 FULLY_CONNECTED <-     148  rrrrrrrrrrrrws..........",
        "5 SOFTMAX                  8  w...........r...........",
    ]


def test_names_are_not_obeyed_and_the_text_is_ascii() -> None:
    text = render_text(read_result(everywhere(report(), HOSTILE)), 100)
    assert "\x1b" not in text and "\u202e" not in text
    assert r"\x1b[31m\u202e" in text
    assert shown().isascii()


def test_colours_are_only_paint() -> None:
    result = read_result(report())
    painted = render_text(result, 100, ansi)
    assert "\x1b[30;43m" in painted and "\x1b[30;45m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == render_text(result, 100)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_map_is_as_wide_as_there_is_room(width: int) -> None:
    lines = shown(width).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("step"))
    cells = {len(line.removesuffix("  <- peak")) for line in lines[start : start + 4]}
    assert len(cells) == 1 and cells.pop() <= max(width, 60)


def test_one_plan_is_no_choice() -> None:
    assert "Plans considered" not in shown(plan=plan(front=plan()["front"][:1]))
