"""TFLite_Detection_PostProcess: both ways in which boxes compete, with equal scores among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.custom import flexible
from tests.ops.same import Array, findings
from tests.oracle import litert, tflm
from tests.run_model import run_model, run_model_many

OPTIONS: dict[str, Any] = {
    "max_detections": 5,
    "max_classes_per_detection": 1,
    "detections_per_class": 4,
    "use_regular_nms": False,
    "nms_score_threshold": 0.3,
    "nms_iou_threshold": 0.4,
    "num_classes": 3,
    "y_scale": 10.0,
    "x_scale": 10.0,
    "h_scale": 5.0,
    "w_scale": 4.0,
}
BOXES = 12


def anchors(boxes: int = BOXES) -> Array:
    """Returns anchors side by side, so that neighbours overlap."""
    at = np.arange(boxes) % 4 / 8
    return np.stack([at, at[::-1], np.full(boxes, 0.3), np.full(boxes, 0.25)], 1)


def detection(
    boxes: Sequence[int] = (1, BOXES, 4),
    scores: Sequence[int] = (1, BOXES, 4),
    *,
    room: int | None = None,
    dtype: str = "float32",
    fixed: Any = None,
    **options: Any,
) -> bytes:
    chosen = OPTIONS | options
    size = max(chosen["max_detections"] if room is None else room, 1)
    data = anchors(boxes[1]) if fixed is None else fixed
    made = {"boxes": (1, size, 4), "classes": (1, size), "scores": (1, size), "count": (1,)}
    tensors = [
        T("b", dtype, boxes, None if dtype == "float32" else 0.1),
        T("s", "float32", scores),
        T("a", "float32", np.shape(data), data=data),
        *(T(name, "float32", shape) for name, shape in made.items()),
    ]
    name = "TFLite_Detection_PostProcess"
    node = N("CUSTOM", ["b", "s", "a"], [*made], custom=name, custom_options=flexible(**chosen))
    return assemble(tensors, [node], ["b", "s"], [*made])


def drawn(seed: int, boxes: Sequence[int], scores: Sequence[int]) -> list[Array]:
    """Returns boxes near their anchors, and scores of which many are equal."""
    rng = np.random.default_rng(seed)
    given_ = rng.integers(0, 11, scores) / 10
    return [rng.normal(0, 1, boxes).astype(np.float32), given_.astype(np.float32)]


def assert_same_detections(model: bytes, given_: Sequence[list[Array]], **options: Any) -> None:
    """Fails unless what is found is the reference's; behind it, our outputs are zeros."""
    for step, made in zip(given_, run_model_many(model, given_, **options), strict=True):
        wanted = tflm(model, step)
        assert made[3].tobytes() == wanted[3].tobytes()
        found = int(wanted[3][0])
        for ours, reference in zip(made[:3], wanted[:3], strict=True):
            assert ours[0, :found].tobytes() == reference[0, :found].tobytes()
            assert not ours[0, found:].any()


@pytest.mark.parametrize("regular", [False, True])
@settings(max_examples=6, deadline=None)
@given(
    st.integers(4, 6),
    st.integers(3, 4),
    st.integers(1, 7),
    st.integers(1, 4),
    st.sampled_from([0.1, 0.5, 1.0]),
    st.integers(0, 99),
)
def test_finds_as_the_reference_does(
    regular: bool, width: int, classes: int, most: int, each: int, overlap: float, seed: int
) -> None:
    shapes = (1, BOXES, width), (1, BOXES, classes)
    options: dict[str, Any] = {
        "max_detections": most,
        "detections_per_class": each,
        "nms_iou_threshold": overlap,
    }
    model = detection(*shapes, use_regular_nms=regular, **options)
    assert_same_detections(model, [drawn(seed + i, *shapes) for i in range(3)])


@pytest.mark.parametrize("regular", [False, True])
def test_many_boxes(regular: bool) -> None:
    shapes = (1, 200, 4), (1, 200, 4)
    model = detection(*shapes, use_regular_nms=regular, max_detections=20)
    none = [np.zeros(s, np.float32) for s in shapes]
    assert_same_detections(model, [drawn(1, *shapes), none], sanitize=True)


@settings(max_examples=6, deadline=None)
@given(
    st.integers(2, 4), st.integers(2, 4), st.integers(1, 7), st.integers(0, 99), st.integers(0, 2)
)
def test_several_classes_for_one_box(
    classes: int, top: int, most: int, seed: int, spare: int
) -> None:
    """As LiteRT finds them; the reference writes beyond its outputs. No scores are equal."""
    top, shapes = min(top, classes), ((1, BOXES, 4), (1, BOXES, classes))
    model = detection(
        *shapes,
        room=most * top + spare,
        max_detections=most,
        max_classes_per_detection=top,
        num_classes=classes,
    )
    rng = np.random.default_rng(seed)
    scores = [rng.permutation(BOXES * classes).reshape(shapes[1]) / 48 for _ in range(2)]
    given_ = [[drawn(seed, *shapes)[0], s.astype(np.float32)] for s in scores]
    wanted = litert(model, given_)
    for made, want in zip(run_model_many(model, given_, sanitize=True), wanted, strict=True):
        assert made[3].tobytes() == want[3].tobytes()
        found = int(want[3][0]) * top
        for ours, reference in zip(made[:3], want[:3], strict=True):
            assert ours[0, :found].tobytes() == reference[0, :found].tobytes()
            assert not ours[0, found:].any()


def test_more_classes_for_a_box_than_there_are() -> None:
    shapes = (1, BOXES, 4), (1, BOXES, 1)
    model = detection(*shapes, num_classes=1, max_classes_per_detection=3)
    assert_same_detections(model, [drawn(seed, *shapes) for seed in range(2)])


def test_equal_classes_come_in_their_order() -> None:
    model = detection(room=10, max_classes_per_detection=2)
    boxes, scores = drawn(1, (1, BOXES, 4), (1, BOXES, 4))
    scores[:], scores[0, 5] = 0, [0, 0.5, 0.75, 0.75]
    _, classes, found, count = run_model(model, [boxes, scores])
    assert count.tolist() == [1]
    assert classes[0, :2].tolist() == [1, 2]
    assert found[0, :2].tolist() == [0.75, 0.75]


def test_options_that_files_leave_away() -> None:
    absent: dict[str, Any] = dict.fromkeys(("detections_per_class", "use_regular_nms"))
    shapes = (1, BOXES, 4), (1, BOXES, 4)
    assert_same_detections(detection(*shapes, **absent), [drawn(5, *shapes)])


def test_nothing_is_found_where_a_box_has_no_area() -> None:
    fixed = anchors()
    fixed[3, 2] = 0
    boxes, scores = drawn(1, (1, BOXES, 4), (1, BOXES, 4))
    assert run_model(detection(fixed=fixed), [boxes, scores])[3].tolist() == [0]


def test_unsupported_forms() -> None:
    assert not findings(detection())
    assert "max_detections 0 is not supported" in findings(detection(max_detections=0))
    assert "nms_iou_threshold 0 is not supported" in findings(detection(nms_iou_threshold=0.0))
    assert "nms_iou_threshold 1.5" in findings(detection(nms_iou_threshold=1.5))
    for classes in (0, 4):
        found = findings(detection(max_classes_per_detection=classes, room=20))
        assert f"max_classes_per_detection {classes} is not supported" in found
    assert "outputs with less room" in findings(detection(room=9, max_classes_per_detection=2))
    regular = detection(use_regular_nms=True, detections_per_class=0)
    assert "detections_per_class 0 is not supported" in findings(regular)
    assert "num_classes 0 is not supported" in findings(detection(num_classes=0))
    assert "4 scores for 5 classes" in findings(detection(num_classes=5))
    assert "4 scores for 2 classes" in findings(detection(num_classes=2))
    assert "type int8 is not supported" in findings(detection(dtype="int8"))
    assert "boxes of 3 numbers" in findings(detection((1, BOXES, 3)))
    assert "more than one picture" in findings(detection((2, BOXES, 4)))
    assert "another number of scores" in findings(detection((1, 9, 4)))
    assert "another number of anchors" in findings(detection(fixed=anchors(11)))
    assert "outputs with less room" in findings(detection(room=4))
