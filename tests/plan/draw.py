"""Draws sets of buffers and whole graphs of invented operators, for the planner's properties.

An invented operator's attributes are its `Access`. Pictures, windows of every kind, residual
branches, views and sinks are there, so that most graphs can run by rows in one way or another.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Rowwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node, Operator
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.plan.lifetimes import Buffer

_LARGEST = 150  # elements of a tensor
_KINDS = (
    *("window", "window", "window", "element", "element"),
    *("pixel", "row", "sink", "view", "whole"),
)


@frozen
class Planned:
    """A graph and what its nodes are lowered to."""

    graph: Graph
    calls: tuple[tuple[KernelCall, ...], ...]


def _operator(name: str, view: bool = False) -> Operator:
    """An operator whose access and output shapes are its node's attributes."""
    return Operator(
        name=name,
        code=0,
        doc="",
        infer=lambda site: tuple(t.shape for t in site.outputs),
        check=lambda site: (),
        access=lambda site: site.attrs,
        lower=lambda site, core: (),
        view=view,
    )


COMPUTE = _operator("COMPUTE")
VIEW = _operator("VIEW", view=True)


@st.composite
def buffer_sets(draw: st.DrawFn) -> tuple[Buffer, ...]:
    """Up to 20 buffers with any lifetimes, of 0 to 400 bytes."""
    count = draw(st.integers(0, 20))
    return tuple(draw(_buffers(number)) for number in range(count))


@st.composite
def _buffers(draw: st.DrawFn, number: int) -> Buffer:
    first = draw(st.integers(-1, 12))
    last = draw(st.integers(first, 13))
    size = draw(st.integers(0, 400))
    return Buffer(number, f"b{number}", size, draw(st.sampled_from((4, 8))), first, last)


@st.composite
def graphs(draw: st.DrawFn, *, kinds: Sequence[str] = _KINDS, nodes: int = 7) -> Planned:
    """A graph of one to `nodes` nodes in which every tensor is read or is an output."""
    builder = _Builder(draw)
    for _ in range(draw(st.integers(1, nodes))):
        builder.node(draw(st.sampled_from(kinds)))
    return builder.finish()


@st.composite
def windows(draw: st.DrawFn) -> Planned:
    """A single operator on one picture, channel by channel or not, in either order."""
    builder = _Builder(draw, images=1)
    builder.node("window")
    planned = builder.finish()
    assume(isinstance(planned.graph.nodes[0].attrs.reads[0], Window))
    assume(len(planned.graph.outputs) == 1)
    return planned


class _Builder:
    def __init__(self, draw: st.DrawFn, images: int | None = None) -> None:
        self._draw = draw
        self._tensors: list[Tensor] = []
        self._nodes: list[Node] = []
        self._calls: list[tuple[KernelCall, ...]] = []
        for _ in range(1 if images else draw(st.sampled_from((1, 1, 2)))):
            dtype = draw(st.sampled_from((DType.INT8, DType.INT8, DType.INT16, DType.FLOAT32)))
            self._tensor(draw(_shapes(images)), dtype)
        self._inputs = tuple(t.id for t in self._tensors)

    def node(self, kind: str) -> None:
        source = self._pick()
        getattr(self, f"_{kind}")(source)

    def finish(self) -> Planned:
        read = {t for node in self._nodes for t in node.inputs}
        unread = {t.id for t in self._tensors if t.id not in read}
        extra = self._draw(st.sampled_from(self._tensors)).id if self._chance(8) else None
        outputs = tuple(t.id for t in self._tensors if t.id in unread or t.id == extra)
        tensors = {t.id: t for t in self._tensors}
        graph = Graph("drawn", tensors, tuple(self._nodes), self._inputs, outputs)
        return Planned(graph, tuple(self._calls))

    def _pick(self) -> Tensor:
        """Mostly what was made last: graphs are chains with a few branches."""
        last = self._tensors[-1]
        return self._draw(st.sampled_from((last, last, last, *self._tensors)))

    def _chance(self, of: int) -> bool:
        """One time of as many."""
        return self._draw(st.integers(1, of)) == of

    def _tensor(self, shape: Shape, dtype: DType) -> Tensor:
        number = len(self._tensors)
        self._tensors.append(Tensor(number, f"t{number}", dtype, shape))
        return self._tensors[-1]

    def _type(self, source: Tensor) -> DType:
        """Mostly that of the operand, so that the two may overlap."""
        same = source.dtype
        return self._draw(st.sampled_from((same, same, same, same, DType.INT8, DType.FLOAT32)))

    def _window(self, source: Tensor) -> None:
        if len(source.shape) != 4:
            return self._whole(source)
        window, height, width = self._draw(_windows(source.shape))
        by_channel = not self._chance(2)
        channels = source.shape[3] if by_channel else self._draw(st.integers(1, 4))
        shape = (source.shape[0], height, width, channels)
        if prod(shape) > _LARGEST:
            return self._element(source)
        access = Access((window,), by_channel, self._draw(st.booleans()))
        rows = 0 if self._chance(6) else window.kernel[0]
        apart = window.dilation[0] == 1 and window.kernel[0] <= window.stride[0]
        raises = apart and rows > 0 and self._draw(st.booleans())
        made = [(shape, self._type(source))]
        whole = rows > 0 and self._chance(4)
        return self._add([source], made, access, rows, raises=raises, whole_rows=whole)

    def _pixel(self, source: Tensor) -> None:
        """Pixel by pixel, by a kernel that takes no pointers to rows."""
        if len(source.shape) != 4:
            return self._element(source)
        shape = (*source.shape[:3], self._draw(st.integers(1, 5)))
        return self._add([source], [(shape, self._type(source))], Access((Window(),)))

    def _row(self, source: Tensor) -> None:
        """Row by row, of pictures with as many rows; on whole tensors, in any order."""
        if len(source.shape) != 4:
            return self._whole(source)
        same = [t for t in self._tensors if len(t.shape) == 4 and t.shape[:2] == source.shape[:2]]
        sources = [source, *self._draw(st.lists(st.sampled_from(same), max_size=1))]
        shape = (*source.shape[:2], self._draw(st.integers(1, 4)), self._draw(st.integers(1, 3)))
        access = Access((Rowwise(),) * len(sources))
        return self._add(sources, [(shape, self._type(source))], access)

    def _element(self, source: Tensor) -> None:
        same = [t for t in self._tensors if t.elements == source.elements]
        others = self._draw(st.lists(st.sampled_from(same), max_size=1))
        access = Access((Elementwise(),) * (1 + len(others)))
        self._add([source, *others], [(source.shape, self._type(source))], access)

    def _whole(self, source: Tensor) -> None:
        shapes = self._draw(st.lists(_shapes(None), min_size=1, max_size=2))
        made = [(shape, self._type(source)) for shape in shapes]
        self._add([source, self._pick()], made, Access((Whole(), Whole())))

    def _sink(self, source: Tensor) -> None:
        """Takes its operand in pieces: any, or whole pixels, or rows under one high window."""
        picture = len(source.shape) == 4 and source.shape[0] == 1
        if picture and not self._chance(3):
            return self._high(source)
        count = self._draw(st.integers(1, 6))
        piece = source.shape[-1] if self._chance(2) else 1
        shape = (1, 1, 1, count) if self._chance(2) else (1, count)
        made = [(shape, self._type(source))]
        return self._add([source], made, Access((Whole(),)), sums=count, piece=piece)

    def _high(self, source: Tensor) -> None:
        """A window with every row of the picture under a tap."""
        _, height, _, channels = source.shape
        across, _, columns = self._draw(_windows(source.shape))
        top = self._draw(st.integers(0, 2))
        window = Window(
            (top + height + self._draw(st.integers(0, 1)), across.kernel[1]),
            (self._draw(st.integers(1, 2)), across.stride[1]),
            (1, across.dilation[1]),
            (top, across.padding[1]),
        )
        by_channel = not self._chance(2)
        shape = (1, 1, columns, channels if by_channel else self._draw(st.integers(1, 4)))
        made, access = [(shape, self._type(source))], Access((window,), by_channel, True)
        self._add([source], made, access, row_pointers=window.kernel[0], sums=prod(shape))

    def _view(self, source: Tensor) -> None:
        number, count = len(self._tensors), source.elements
        shapes: list[Shape] = [(1, count), (1, 1, count, 1), (1, count, 1, 1)]
        if len(source.shape) == 4 and source.shape[0] == 1:
            _, height, width, channels = source.shape
            shapes += [(1, height, 1, width * channels), (1, height * width, 1, channels)]
        shape = self._draw(st.sampled_from(shapes))
        self._tensors.append(Tensor(number, f"t{number}", source.dtype, shape))
        access = Access((Whole(),))
        self._nodes.append(Node(len(self._nodes), VIEW, (source.id,), (number,), access))
        self._calls.append(())

    def _add(
        self,
        sources: Sequence[Tensor],
        made: Sequence[tuple[Shape, DType]],
        access: Access,
        row_pointers: int = 0,
        sums: int = 0,
        piece: int = 1,
        raises: bool = False,
        whole_rows: bool = False,
    ) -> None:
        given = tuple(t.id for t in sources)
        outputs = tuple(self._tensor(shape, dtype).id for shape, dtype in made)
        scratch = self._draw(st.sampled_from((0, 0, 0, 12, 40)))
        self._nodes.append(Node(len(self._nodes), COMPUTE, given, outputs, access))
        lowered = row_pointers, scratch, sums, piece, raises, whole_rows
        call = KernelCall("invented", given, outputs, {"order": 1}, *lowered)
        self._calls.append((call,))


def _shapes(images: int | None) -> st.SearchStrategy[Shape]:
    """Pictures, now and then two of them."""
    batches = st.sampled_from((1, 1, 1, 1, 2)) if images is None else st.just(images)
    return st.tuples(batches, st.integers(1, 8), st.integers(1, 4), st.integers(1, 5)).filter(
        lambda shape: prod(shape) <= _LARGEST
    )


@st.composite
def _windows(draw: st.DrawFn, shape: Shape) -> tuple[Window, int, int]:
    """A window over an input of `shape`, with the output's height and width.

    Kernels may be larger than the picture, strides larger than kernels, paddings larger than both.
    """
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    beyond = draw(st.tuples(st.sampled_from((0, 0, 0, 1, 2)), st.sampled_from((0, 0, 1))))
    sides = []
    for i in range(2):
        size, reach = shape[1 + i], (kernel[i] - 1) * dilation[i] + 1
        within = (size + 2 * padding[i] - reach) // stride[i] + 1
        sides.append(max(within, 1) + beyond[i])
    return Window(kernel, stride, dilation, padding), sides[0], sides[1]
