"""TFLite_Detection_PostProcess: the best of many boxes, without those that overlap with better.

Where a box has several classes, the reference writes beyond its outputs: LiteRT is followed there.
Where a box has no area the reference ends the inference with an error; here nothing is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops.options import entry
from microflow.targets import Core

_RANKS = (3, 3, 2)


@frozen
class DetectionOptions:
    """The operator's own options; the scales are those of the encoded boxes."""

    max_detections: int = entry("max_detections", 0)
    max_classes_per_detection: int = entry("max_classes_per_detection", 0)
    detections_per_class: int = entry("detections_per_class", 100)
    use_regular_nms: bool = entry("use_regular_nms", False)
    nms_score_threshold: float = entry("nms_score_threshold", 0.0)
    nms_iou_threshold: float = entry("nms_iou_threshold", 0.0)
    num_classes: int = entry("num_classes", 0)
    y_scale: float = entry("y_scale", 0.0)
    x_scale: float = entry("x_scale", 0.0)
    h_scale: float = entry("h_scale", 0.0)
    w_scale: float = entry("w_scale", 0.0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return tuple(t.shape for t in site.outputs)


def _check(site: Site) -> Iterator[Finding]:
    for position, rank in enumerate(_RANKS):
        yield from _checks.types(site, position, DType.FLOAT32)
        yield from _checks.rank(site, position, rank)
    yield from _checks.output_types(site, DType.FLOAT32)
    yield from _checks.constant(site, 2, "anchors")
    yield from _check_options(site)
    if all(len(site.input(i).shape) == rank for i, rank in enumerate(_RANKS)):
        yield from _check_shapes(site)
    yield from _check_outputs(site)


def _check_options(site: Site) -> Iterator[Finding]:
    attrs, y = site.attrs, site.output
    least = {"max_detections": attrs.max_detections, "num_classes": attrs.num_classes}
    if attrs.use_regular_nms:
        least["detections_per_class"] = attrs.detections_per_class
    for name, value in least.items():
        if value < 1:
            yield Finding(f"{name} {value}", f"a {name} of 1 or more", y)
    if not 0 < attrs.nms_iou_threshold <= 1:
        yield Finding(f"nms_iou_threshold {attrs.nms_iou_threshold:g}", "more than 0, at most 1", y)
    classes = attrs.max_classes_per_detection
    if not attrs.use_regular_nms and (classes < 1 or classes > attrs.num_classes > 1):
        works = "1 to num_classes, or use_regular_nms"
        yield Finding(f"max_classes_per_detection {classes}", works, y)


def _check_shapes(site: Site) -> Iterator[Finding]:
    boxes, scores, anchors = (site.input(i) for i in range(3))
    if boxes.shape[0] != 1 or scores.shape[0] != 1:
        yield Finding("more than one picture", "a batch of 1", boxes)
    if boxes.shape[2] < 4:
        yield Finding(f"boxes of {boxes.shape[2]} numbers", "4 or more for each box", boxes)
    if scores.shape[1] != boxes.shape[1]:
        yield Finding("another number of scores than of boxes", "scores for each box", scores)
    if not 0 <= scores.shape[2] - site.attrs.num_classes <= 1:
        yield Finding(
            f"{scores.shape[2]} scores for {site.attrs.num_classes} classes",
            "a score for each class, or one more for the background",
            scores,
        )
    if anchors.elements < 4 * boxes.shape[1] or anchors.shape[1] != 4:
        yield Finding("another number of anchors than of boxes", "4 numbers for each box", anchors)


def _check_outputs(site: Site) -> Iterator[Finding]:
    most = site.attrs.max_detections * _top(site)
    boxes, classes, scores, _ = site.outputs
    if boxes.elements < 4 * most or min(classes.elements, scores.elements) < most:
        yield Finding(
            "outputs with less room than max_detections", "an entry for each class", boxes
        )


def _top(site: Site) -> int:
    """The classes of a detection, each of which has an entry in the outputs."""
    attrs = site.attrs
    most = min(attrs.max_classes_per_detection, attrs.num_classes)
    return 1 if attrs.use_regular_nms else most


def _room(site: Site) -> int:
    boxes, classes, scores, _ = (t.elements for t in site.outputs)
    return min(boxes // 4, classes, scores)


def _access(site: Site) -> Access:
    return whole(3)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    boxes, scores, anchors = (site.input(i) for i in range(3))
    attrs, count = site.attrs, boxes.shape[1]
    params: dict[str, Value] = {
        "boxes": count,
        "box_step": boxes.shape[2],
        "score_step": scores.shape[2],
        "first_class": scores.shape[2] - attrs.num_classes,
        "classes": attrs.num_classes,
        "detections": attrs.max_detections,
        "each": attrs.detections_per_class if attrs.use_regular_nms else attrs.max_detections,
        "regular": int(attrs.use_regular_nms),
        "top": _top(site),
        "outputs": _room(site),
        "score_threshold": attrs.nms_score_threshold,
        "overlap_threshold": attrs.nms_iou_threshold,
        **{f"scale_{axis}": getattr(attrs, f"{axis}_scale") for axis in "yxhw"},
        "anchors": array("anchors", values(anchors).reshape(-1)[: 4 * count]),
    }
    made = tuple(t.id for t in site.outputs)
    scratch = 21 * count + 8 * attrs.max_detections
    return (KernelCall("detection_f32", (boxes.id, scores.id), made, params, scratch=scratch),)


OPERATOR = Operator(
    name="TFLITE_DETECTION_POST_PROCESS",
    code=32,
    custom="TFLite_Detection_PostProcess",
    doc="The best boxes of a detector and their classes, without those that overlap with better "
    "ones, with exp. A custom operator.",
    kernels=("detection_f32",),
    limits=(
        "More than one picture; anchors that are no constants; max_classes_per_detection beyond "
        "num_classes without use_regular_nms. Classes of one box with equal scores come in their "
        "order, in the reference in any."
    ),
    beyond="several classes for one box, whose entries LiteRT writes one behind the other",
    options=DetectionOptions,
    arity=(3, 3),
    outputs=4,
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
    types="float32",
)
