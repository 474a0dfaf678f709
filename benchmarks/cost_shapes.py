"""The shapes over which layers are spread, so that a fit can tell apart what their time grows with.

Most are small enough for two kilobytes of RAM; others are left out where they don't fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import evolve
from cost_layers import (
    S8,
    SAME,
    VALID,
    chain,
    constant,
    convolution,
    dense,
    depthwise,
    indices,
    layer,
    mean,
    picture,
    pooled,
    tensor,
    vectors,
)

from microflow.graph.enums import Activation
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType, Shape


def convolutions(dtype: DType) -> Iterable[Graph]:
    """Yields layers that differ in what each term counts."""
    for shape, filters, kernel, stride, padding in (
        ((6, 6, 4), 8, (1, 1), 1, SAME),
        ((4, 4, 16), 16, (1, 1), 1, SAME),
        ((2, 3, 40), 8, (1, 1), 1, SAME),
        ((3, 3, 30), 4, (1, 1), 1, SAME),
        ((5, 5, 8), 6, (1, 1), 1, SAME),
        ((2, 2, 60), 3, (1, 1), 1, SAME),
        ((1, 4, 64), 1, (1, 1), 1, SAME),
        ((8, 8, 1), 8, (3, 3), 1, SAME),
        ((8, 8, 3), 8, (3, 3), 2, SAME),
        ((5, 5, 8), 8, (3, 3), 1, SAME),
        ((6, 6, 4), 5, (3, 3), 1, VALID),
        ((16, 12, 1), 4, (10, 8), 2, SAME),
        ((12, 1, 8), 4, (5, 1), 1, SAME),
        ((1, 16, 6), 8, (1, 3), 1, SAME),
        ((4, 4, 6), 3, (2, 2), 2, VALID),
        ((8, 8, 2), 16, (2, 2), 2, SAME),
        ((3, 3, 12), 12, (3, 3), 1, SAME),
        ((4, 4, 4), 7, (4, 4), 1, SAME),
        ((12, 12, 64), 64, (1, 1), 1, SAME),
        ((24, 24, 8), 16, (1, 1), 1, SAME),
        ((16, 16, 16), 16, (3, 3), 1, SAME),
        ((48, 48, 1), 8, (3, 3), 2, SAME),
        ((12, 8, 64), 6, (1, 1), 1, SAME),
        ((48, 40, 1), 8, (10, 8), 2, SAME),
        ((49, 10, 1), 64, (10, 4), 2, SAME),
    ):
        yield convolution(picture(dtype, shape), filters, kernel, stride, padding=padding)
    yield convolution(picture(dtype, (7, 7, 4)), 4, (3, 3), dilation_h=2, dilation_w=2)
    yield convolution(picture(dtype, (5, 5, 8)), 8, (3, 3), groups=2)
    yield convolution(picture(dtype, (8, 5, 12)), 6, (3, 3), groups=3)
    yield convolution(picture(dtype, (9, 6, 3)), 8, (3, 3), dilation_h=1, dilation_w=2)
    yield convolution(picture(dtype, (6, 5, 4)), 8, (3, 3), activation=Activation.NONE)


def depthwises(dtype: DType) -> Iterable[Graph]:
    """Yields layers with channels in fours and left over, inside and at borders."""
    for shape, multiplier, kernel, stride, padding in (
        ((6, 6, 8), 1, (3, 3), 1, SAME),
        ((8, 8, 4), 1, (3, 3), 2, SAME),
        ((3, 3, 32), 1, (3, 3), 1, SAME),
        ((2, 2, 64), 1, (3, 3), 1, SAME),
        ((6, 6, 3), 1, (3, 3), 1, SAME),
        ((6, 6, 7), 1, (3, 3), 1, VALID),
        ((12, 12, 4), 1, (3, 3), 1, VALID),
        ((10, 10, 4), 1, (5, 5), 1, SAME),
        ((8, 1, 16), 1, (5, 1), 1, SAME),
        ((1, 12, 8), 1, (1, 5), 1, SAME),
        ((5, 5, 4), 1, (1, 1), 1, SAME),
        ((12, 8, 4), 1, (2, 2), 2, SAME),
        ((6, 6, 2), 4, (3, 3), 1, SAME),
        ((6, 6, 4), 2, (3, 3), 1, SAME),
        ((24, 20, 1), 8, (10, 8), 2, SAME),
        ((12, 12, 4), 1, (3, 7), 1, VALID),
        ((8, 18, 4), 1, (1, 9), 1, VALID),
        ((12, 6, 8), 1, (7, 1), 1, VALID),
        ((16, 12, 1), 8, (8, 8), 1, VALID),
        ((24, 24, 16), 1, (3, 3), 1, SAME),
        ((25, 5, 64), 1, (3, 3), 1, SAME),
        ((24, 24, 16), 1, (3, 3), 2, SAME),
        ((10, 10, 24), 1, (3, 3), 1, SAME),
        ((7, 20, 8), 1, (3, 3), 1, SAME),
        ((9, 9, 12), 1, (5, 5), 1, SAME),
        ((6, 9, 20), 1, (1, 3), 1, SAME),
        ((5, 8, 3), 3, (3, 3), 1, SAME),
        ((4, 8, 5), 8, (3, 3), 2, SAME),
    ):
        yield depthwise(picture(dtype, shape), multiplier, kernel, stride, padding=padding)
    yield depthwise(picture(dtype, (7, 7, 4)), 1, (3, 3), dilation_h=2, dilation_w=2)


def denses(dtype: DType) -> Iterable[Graph]:
    """Yields layers with outputs in fours and left over."""
    sizes = ((16, 16), (64, 4), (200, 2), (8, 1), (40, 5), (1, 16), (16, 1), (30, 30), (100, 10))
    for depth, outputs in (*sizes, (7, 64), (640, 64)):
        yield dense(vectors(dtype, 1, depth), outputs)
    yield dense(vectors(dtype, 4, 16), 6)
    for depth, outputs in ((16, 16), (2, 24), (40, 5), (100, 10)):
        yield dense(vectors(dtype, 1, depth), outputs, relu=True)


def pools(name: str, dtype: DType) -> Iterable[Graph]:
    """Yields pools of several windows."""
    for shape, size, stride, padding in (
        ((8, 8, 4), (2, 2), 2, VALID),
        ((6, 6, 8), (3, 3), 1, SAME),
        ((4, 4, 20), (4, 4), 1, VALID),
        ((6, 5, 3), (6, 5), 1, VALID),
        ((9, 9, 2), (3, 3), 2, SAME),
        ((12, 1, 8), (3, 1), 3, VALID),
        ((5, 5, 8), (1, 1), 1, VALID),
        ((8, 8, 3), (5, 5), 1, SAME),
        ((3, 3, 32), (3, 3), 1, VALID),
        ((1, 20, 6), (1, 4), 2, VALID),
    ):
        yield pooled(picture(dtype, shape), name, size, stride, padding)


def means(dtype: DType) -> Iterable[Graph]:
    """Yields means over inner, outer and mixed dimensions."""
    for shape, axes in (
        ((4, 4, 16), (1, 2)),
        ((3, 3, 40), (1, 2)),
        ((8, 8, 4), (1, 2)),
        ((25, 5, 2), (1, 2)),
        ((6, 5, 7), (2,)),
        ((6, 5, 7), (1,)),
        ((1, 1, 300), (3,)),
        ((3, 4, 5), (1, 3)),
    ):
        yield mean(picture(dtype, shape), axes)


# ---- Element by element ----


def counts(make: Callable[[Shape], Graph]) -> Iterable[Graph]:
    """Yields layers of one to a few hundred elements."""
    for count in (1, 20, 75, 150, 333, 900):
        yield make((count,))


def broadcasts(name: str, dtype: DType) -> Iterable[Graph]:
    """Yields layers with equal operands, and with one that is repeated."""
    for a, b, scale in (
        ((1, 6, 6, 4), (1, 6, 6, 4), 0.1),
        ((100,), (100,), 0.4),
        ((30,), (30,), 1.6),
        ((1, 6, 6, 4), (1, 1, 1, 4), 0.1),
        ((40,), (1,), 1.6),
        ((5, 1, 4), (1, 6, 4), 0.4),
        ((1, 3, 5, 3), (1, 1, 5, 1), 1.6),
        ((2, 3, 2, 3, 4), (1, 3, 1, 3, 1), 0.1),
    ):
        yield layer(name, (tensor(dtype, a), tensor(dtype, b, 7)), tensor(dtype, (1,), 2, scale))


def equals(name: str, dtype: DType) -> Iterable[Graph]:
    """Yields layers of two operands of one shape, whose scales are those of no round number."""
    for count in (1, 6, 20, 75, 150, 333, 900):
        operands = tensor(dtype, (count,), 3, 0.0471), tensor(dtype, (count,), -128, 0.0313)
        yield layer(name, operands, tensor(dtype, (1,), 2, 0.0597))


def softmaxes(dtype: DType) -> Iterable[Graph]:
    """Yields one vector, and several."""
    for shape in ((1, 4), (1, 12), (1, 50), (6, 5), (3, 30)):
        source = tensor(dtype, shape, 4, 0.1)
        yield layer("SOFTMAX", (source,), tensor(dtype, (1,), -128, 1 / 256), beta=1.0)


# ---- Movement ----


def paddings() -> Iterable[Graph]:
    """Yields pictures and vectors, padded."""
    for shape, pads in (
        ((1, 6, 6, 4), (0, 0, 1, 1, 1, 1, 0, 0)),
        ((1, 4, 10, 8), (0, 0, 0, 1, 0, 1, 0, 0)),
        ((1, 3, 3, 20), (0, 0, 0, 0, 0, 0, 2, 2)),
        ((200,), (3, 5)),
        ((1, 12, 4, 4), (0, 0, 1, 2, 0, 0, 0, 0)),
        ((2, 5, 5, 3), (0, 1, 0, 1, 1, 1, 0, 0)),
    ):
        yield layer(
            "PAD", (tensor(S8, shape), evolve(indices(pads), shape=(len(shape), 2))), tensor(S8)
        )


def joined() -> Iterable[Graph]:
    """Yields tensors that are joined along the last dimension and the first."""
    for shapes, axis in (
        (((10, 4), (10, 8)), 1),
        (((4, 20), (4, 20)), 1),
        (((1, 100), (1, 60)), 1),
        (((20, 3), (20, 5)), 1),
        (((8, 8), (4, 8)), 0),
    ):
        yield layer("CONCATENATION", [tensor(S8, s) for s in shapes], tensor(S8), axis=axis)


def slices() -> Iterable[Graph]:
    """Yields pictures that are cut, with rows of the input left out and without."""
    for shape, begin, end, step in (
        ((8, 8, 4), (1, 1, 0), (7, 7, 4), (1, 2, 1)),
        ((6, 6, 8), (0, 0, 2), (6, 6, 6), (2, 1, 1)),
        ((4, 12, 6), (0, 2, 1), (4, 10, 5), (1, 1, 1)),
        ((10, 5, 5), (0, 0, 0), (10, 4, 4), (3, 2, 1)),
    ):
        bounds = [indices(numbers) for numbers in (begin, end, step)]
        yield layer("STRIDED_SLICE", (tensor(S8, shape), *bounds), tensor(S8))


def constants() -> Iterable[Graph]:
    """Yields constants that are outputs."""
    for count in (1, 20, 150, 600):
        yield layer("COPY", (constant(S8, (count,)),), tensor(S8))


def bands() -> Iterable[Graph]:
    """Yields graphs whose layers may run row by row, the last one as a sink in some."""
    start = picture(S8, (12, 8, 4))
    first = convolution(start, 4, (1, 1))
    yield convolution(first, 4, (3, 3))
    yield depthwise(first, 1, (3, 3))
    yield depthwise(first, 1, (5, 3))
    yield convolution(depthwise(start, 1, (3, 3)), 8, (1, 1))
    yield pooled(depthwise(start, 1, (3, 3)), "AVERAGE_POOL_2D", (2, 2), 2, VALID)
    yield pooled(depthwise(start, 1, (3, 3)), "MAX_POOL_2D", (2, 2), 2, VALID)
    yield pooled(depthwise(start, 1, (3, 3)), "MAX_POOL_2D", (4, 4), 4, VALID)
    yield chain(first, "RELU6", (), tensor(S8))
    yield chain(depthwise(start, 1, (3, 3)), "LOGISTIC", (), tensor(S8, zero=-128, scale=1 / 256))
    yield dense(first, 4)
    yield dense(first, 12)
    yield mean(depthwise(start, 1, (3, 3)), (1, 2))
