"""What is live, what is shared, what a step does with the arena: against sets of bytes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.render.report.facts import Buffer, read_result
from microflow.render.report.memory import covered, live, peak, shared, tenants, usage
from microflow.render.report.numbers import binary, grouped, percent, pixels, place, ticks
from microflow.render.report.text import memory_line
from tests.render.reports import report
from tests.render.test_report_map import plans

RESULT = read_result(report())


def held(buffer: Buffer) -> set[int]:
    return set(range(buffer.offset, buffer.end))


@settings(max_examples=40, deadline=None)
@given(plans())
def test_bytes_in_use_are_counted_once(data: dict[str, Any]) -> None:
    data["plan"] = {**data["plan"], "buffers": [small(b) for b in data["plan"]["buffers"]]}
    result = read_result(data)
    amounts = []
    for step in result.plan.steps:
        here = live(result.plan, step.step)
        union: set[int] = set().union(*map(held, here))
        assert covered(here) == len(union)
        amounts.append(len(union))
    where, most = peak(result.plan)
    assert most == max(amounts) and where == amounts.index(most)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_what_is_shared_is_what_both_hold(data: dict[str, Any]) -> None:
    data["plan"] = {**data["plan"], "buffers": [small(b) for b in data["plan"]["buffers"]]}
    plan = read_result(data).plan
    found = {(both.first.name, both.second.name): both for both in shared(plan)}
    for i, one in enumerate(plan.buffers):
        for other in plan.buffers[i + 1 :]:
            common = held(one) & held(other)
            steps = {s for s in range(-1, 9) if one.live(s) and other.live(s)}
            both = found.get((one.name, other.name))
            assert (both is not None) == bool(common and steps)
            if both is not None:
                assert set(range(both.offset, both.offset + both.bytes)) == common
                assert set(range(both.first_step, both.last_step + 1)) == steps


def small(of: dict[str, Any]) -> dict[str, Any]:
    return {**of, "offset": of["offset"] % 40, "bytes": of["bytes"] % 40 + 1}


def test_what_a_step_does_with_each_buffer() -> None:
    def names(buffers: tuple[Buffer, ...]) -> list[str]:
        return [b.name for b in buffers]

    band, dense, softmax = (usage(RESULT, step) for step in RESULT.plan.steps)
    assert (names(band.reads), names(band.writes)) == (["image"], ["net/pointwise/Relu6"])
    assert names(band.areas) == ["rows of CONV_2D 0 to CONV_2D 2"]
    assert names(dense.reads) == ["net/pointwise/Relu6"], "through the view"
    assert (names(dense.writes), names(dense.areas)) == (
        ["net/logits"],
        ["scratch of FULLY_CONNECTED"],
    )
    assert (names(softmax.reads), names(softmax.writes)) == (["net/logits"], ["scores"])


def test_what_waits_for_a_later_step() -> None:
    data = report()
    data["plan"]["buffers"][0]["last_step"] = 2
    (waiting,) = usage(read_result(data), RESULT.plan.steps[1]).waiting
    assert waiting.name == "image"


def test_views_live_in_their_inputs_buffer() -> None:
    small = next(b for b in RESULT.plan.buffers if b.tensor == 3)
    assert [t.name for t in tenants(RESULT, small)] == ["net/pointwise/Relu6", "net/flat"]


def test_a_step_as_a_line_of_letters() -> None:
    lines = [memory_line(RESULT, step, 16) for step in RESULT.plan.steps]
    assert lines == ["xxxxwwwwssssssss", "rrrrrrrrw.......", "w.......r......."]
    assert memory_line(RESULT, RESULT.plan.steps[0], 4) == "xwss"
    assert memory_line(RESULT, RESULT.plan.steps[1], 32) == "r" * 16 + "ws" + "." * 14


def test_numbers() -> None:
    assert [grouped(n) for n in (0, 7, 12345, 0.03125, 719.2)] == [
        "0",
        "7",
        "12,345",
        "0.0312",
        "719",
    ]
    assert [binary(n) for n in (1024, 98304, 1 << 20, 1000, 1536)] == [
        "1 KiB",
        "96 KiB",
        "1 MiB",
        "1,000 B",
        "1,536 B",
    ]
    assert [percent(n, 1000) for n in (0, 0.5, 4, 57, 570, 3020)] == [
        "0 %",
        "<0.1 %",
        "0.4 %",
        "5.7 %",
        "57 %",
        "302 %",
    ]
    assert percent(1, 0) == "" and place(1, 0) == "0%"
    assert [pixels(n) for n in (0.0, -0.0001, 12.5, 100 / 3)] == ["0", "0", "12.5", "33.333"]


@given(st.integers(1, 1 << 40))
def test_there_are_a_few_round_ticks(top: int) -> None:
    found = ticks(top)
    assert found[0] == 0 and found[-1] <= top and 2 <= len(found) <= 6
    step = found[1]
    assert step & (step - 1) == 0 and found == list(range(0, top + 1, step))
