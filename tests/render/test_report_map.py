"""The map of memory: every buffer is where and when it is, whatever the plan."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.render.report.page import render_page
from tests.render.pages import Element, read
from tests.render.reports import IMAGE, buffer, layer, plan, report, step, tensor

CLOSE = 0.01  # of a share of the width or of a pixel: coordinates are rounded
THINNEST = 2  # pixels


def drawn(data: dict[str, Any]) -> Element:
    return read(render_page([data])).one("section", "memory")


def position(element: Element) -> tuple[float, float, float, float]:
    """x and width as shares of the width, y and height in pixels."""
    x, width, y, height = (element.number(key) for key in ("x", "width", "y", "height"))
    return x, width, y, height


def boxes(root: Element, style: str) -> list[Element]:
    return [next(a.find("svg")) for a in root.find("a", style)]


def columns(root: Element) -> list[tuple[float, float]]:
    """x and width of what is before the run, of each step, of what is after it."""
    found = [next(c.find("rect")) for c in root.find("g", "column")]
    return [(c.number("x"), c.number("width")) for c in found]


def pixel(root: Element, arena: int) -> tuple[float, float]:
    """Of the axis: how high address 0 is drawn, and how many pixels a byte has."""
    at = {t.text: t.number("y") for t in root.one("svg", "axis").find("text")}
    top = at[f"{arena:,}"]
    return at["0"], (at["0"] - top) / arena


def check(data: dict[str, Any]) -> None:
    """Every buffer's rectangle spans its steps and its addresses, by the map's own axes."""
    root = drawn(data)
    spans, arena = columns(root), data["plan"]["arena_bytes"]
    zero, scale = pixel(root, arena)
    links = [a for a in root.find("a", "box") if "ring" not in a.styles]
    found = {a.one("title").raw.split("\n")[0]: next(a.find("svg")) for a in links}
    assert len(links) == len(found) == len(data["plan"]["buffers"])
    for of in data["plan"]["buffers"]:
        x, width, y, height = position(found[of["name"]])
        assert (x, width) == pytest.approx(expected(of, spans), abs=CLOSE)
        assert y + height == pytest.approx(zero - of["offset"] * scale, abs=CLOSE)
        assert height == pytest.approx(max(of["bytes"] * scale, THINNEST), abs=CLOSE)


def expected(of: dict[str, Any], spans: list[tuple[float, float]]) -> tuple[float, float]:
    first, last = spans[of["first_step"] + 1], spans[of["last_step"] + 1]
    return first[0], last[0] + last[1] - first[0]


def test_every_buffer_has_its_rectangle() -> None:
    check(report())


def test_columns_lie_side_by_side_and_a_band_is_as_wide_as_its_layers() -> None:
    spans = columns(drawn(report()))
    assert len(spans) == 5
    for (x, width), (following, _) in pairwise(spans):
        assert x + width == pytest.approx(following, abs=CLOSE)
    assert spans[0][0] == 0 and sum(spans[-1]) == pytest.approx(100, abs=CLOSE)
    assert spans[1][1] == pytest.approx(3 * spans[2][1], abs=CLOSE)


def test_rings_lie_in_their_band_and_are_darker_under_their_users() -> None:
    root = drawn(report())
    zero, scale = pixel(root, 256)
    (x, width) = columns(root)[1]
    for found, offset, size, core in zip(
        boxes(root, "ring"), (128, 224), (96, 32), ((0, 200 / 3), (100 / 3, 200 / 3)), strict=True
    ):
        assert position(found) == pytest.approx(
            (x, width, zero - (offset + size) * scale, size * scale), abs=CLOSE
        )
        dark = found.one("rect", "core")
        assert (dark.number("x"), dark.number("width")) == pytest.approx(core, abs=CLOSE)


def test_a_ring_of_a_tensor_that_is_seen_through_a_view() -> None:
    """The image arrives flat and is reshaped: the band's first operator reads its ring."""
    flat = tensor(9, "arriving", 1, 64)
    layers = [
        layer(7, "RESHAPE", flat, IMAGE, view=True, kernels=[]),
        *report()["layers"],
    ]
    steps = plan()["steps"]
    steps[0]["rings"] = [
        {"name": "arriving", "tensor": 9, "rows": 3, "row_bytes": 8, "offset": 0, "bytes": 24}
    ]
    (found,) = boxes(drawn(report(layers=layers, plan=plan(steps=steps))), "ring")
    dark = found.one("rect", "core")
    assert (dark.number("x"), dark.number("width")) == pytest.approx((0, 100 / 3), abs=CLOSE)


def test_shared_bytes_are_hatched() -> None:
    root = drawn(report())
    zero, scale = pixel(root, 256)
    hatched = list(root.one("svg", "plot").find("rect", "shared"))
    x, width = columns(root)[1]  # the band's output lies over the image while the band runs
    assert [position(h) for h in hatched] == [
        pytest.approx((x, width, zero - 64 * scale, 64 * scale), abs=CLOSE)
    ]
    pattern = root.one("pattern").attributes["id"]
    assert hatched[0].attributes["fill"] == f"url(#{pattern})"
    apart = [buffer(IMAGE, "input", 192, -1, 0)]
    assert not list(drawn(report(plan=plan(buffers=apart))).find("rect", "shared"))  # no legend


def test_the_peak_and_the_lower_bound() -> None:
    root = drawn(report())
    zero, scale = pixel(root, 256)
    (line,) = root.find("line", "over-bound")
    assert line.number("y1") == line.number("y2") == pytest.approx(zero - 240 * scale, abs=CLOSE)
    assert root.one("text", "peak").text == "peak 256"
    fullest = ["peak" in g.styles for g in root.find("g", "column")]
    assert fullest == [False, True, False, False, False]


def test_the_axis_names_the_lower_bound_unless_it_is_the_arena() -> None:
    def ticks(**changes: Any) -> list[str]:
        data = report(plan=plan(**changes))
        return [t.text for t in drawn(data).one("svg", "axis").find("text")]

    assert {"256", "160"} <= set(ticks(lower_bound=160))
    assert ticks(lower_bound=256).count("256") == 1


def test_columns_carry_the_indices_of_their_operators() -> None:
    root = drawn(report())
    shown = [g.text for g in root.find("g", "column")]
    assert [s.split()[-1] for s in shown[::4]] == ["in", "out"]
    assert "0–2" in shown[1] and "band of operators 0–2, in 20 calls" in shown[1]
    assert "4 FULLY_CONNECTED → 1×4" in shown[2] and "←" in shown[2]
    assert "descending" in shown[2] and "148 bytes of the arena in use" in shown[2]


def test_what_is_said_of_a_buffer() -> None:
    said = [a.one("title").raw.strip().split("\n") for a in drawn(report()).find("a", "box")]
    assert said[1] == [
        "net/pointwise/Relu6",
        "int8 1×4×4×8",
        "int8 1×128, also as net/flat",
        "tensor, 128 bytes at 0–127",
        "in use from band 0–2 to operator 4",
        "written by 2 CONV_2D, 3 RESHAPE",
        "read by 3 RESHAPE, 4 FULLY_CONNECTED",
        "shares 64 bytes with image: written where reading is done",
    ]
    assert said[-2] == [
        "net/conv/Relu6",
        "int8 1×8×8×4, 256 bytes if it existed whole",
        "3 rows of 32 bytes at 128–223",
        "in use during band 0–2",
    ]


def test_every_rectangle_leads_to_its_line_in_the_table() -> None:
    root = read(render_page([report()]))
    rows = {row.attributes["id"]: row.text for row in root.find("tr") if "id" in row.attributes}
    links = [a.attributes["href"].removeprefix("#") for a in root.find("a", "box")]
    assert sorted(links) == sorted(rows) and len(links) == 8
    first = rows[links[0]]
    assert first == "image input int8 1×8×8×1 64 0–63 from the start to band 0–2"
    assert (
        "net/depthwise/Relu6 ring of rows 1 row of 32 bytes 32 224–255 in band 0–2" in rows.values()
    )


@pytest.mark.parametrize(("count", "wanted"), [(12, 12), (60, 60), (120, 24)])
def test_of_very_many_steps_some_are_labelled(count: int, wanted: int) -> None:
    root = drawn(chain(count))
    labels = [next(g.find("text")).text for g in root.find("g", "column")][1:-1]
    assert sum(bool(label) for label in labels) == wanted


def chain(count: int) -> dict[str, Any]:
    """As many layers one after the other, every other tensor at the other end."""
    tensors = [tensor(i, f"t{i}", 1, 1 + i % 7) for i in range(count + 1)]
    layers = [layer(i, "RELU", tensors[i], tensors[i + 1]) for i in range(count)]
    kinds = ["input", *["tensor"] * (count - 1), "output"]
    buffers = [
        buffer(t, kind, 8 * (i % 2), i - 1, i)
        for i, (t, kind) in enumerate(zip(tensors, kinds, strict=True))
    ]
    steps = [step(i, i) for i in range(count)]
    changed = plan(arena_bytes=16, lower_bound=13, steps=steps, buffers=buffers)
    return report(layers=layers, plan=changed)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Any buffers anywhere, in bands and layers of any number."""
    groups = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    starts = [sum(groups[:i]) for i in range(len(groups))]
    steps = [
        step(i, *range(start, start + size), kind="band" if size > 1 else "layer")
        for i, (start, size) in enumerate(zip(starts, groups, strict=True))
    ]
    arena = draw(st.integers(5, 100_000))
    buffers = []
    for index in range(draw(st.integers(1, 8))):
        first = draw(st.integers(-1, len(groups)))
        last = draw(st.integers(first, len(groups)))
        offset = draw(st.integers(0, arena - 1))
        size = draw(st.integers(1, arena - offset))
        kind = draw(st.sampled_from(["input", "output", "tensor", "scratch", "band"]))
        buffers.append(buffer(f"b{index}", kind, offset, first, last, size))
    layers = [
        layer(i, "RELU", tensor(i, "x", 1), tensor(i + 1, "y", 1)) for i in range(sum(groups))
    ]
    changed = plan(arena_bytes=arena, lower_bound=arena, steps=steps, buffers=buffers, front=[])
    return report(layers=layers, plan=changed)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_any_plan_is_drawn_where_it_lies(data: dict[str, Any]) -> None:
    check(data)
