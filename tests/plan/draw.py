"""Draws sets of buffers and whole graphs of invented operators, for the planner's properties."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from attrs import frozen
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Read, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Graph, Node, Operator, Shape, Tensor
from microflow.plan.lifetimes import Buffer


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
def graphs(draw: st.DrawFn, *, whole_only: bool = False) -> Planned:
    """A graph of one to seven nodes in which every tensor is read or is an output."""
    builder = _Builder(draw, whole_only)
    for _ in range(draw(st.integers(1, 7))):
        builder.node()
    return builder.finish()


class _Builder:
    def __init__(self, draw: st.DrawFn, whole_only: bool) -> None:
        self._draw = draw
        self._kinds = ("whole",) if whole_only else ("whole", "element", "window", "view")
        self._tensors: list[Tensor] = []
        self._nodes: list[Node] = []
        self._calls: list[tuple[KernelCall, ...]] = []
        for _ in range(draw(st.integers(1, 2))):
            self._tensor(draw(_shapes()))
        self._inputs = tuple(t.id for t in self._tensors)

    def node(self) -> None:
        kind = self._draw(st.sampled_from(self._kinds))
        first = self._pick()
        if kind == "view":
            self._view(first)
        elif kind == "window":
            self._window(first)
        elif kind == "element":
            same = [t for t in self._tensors if t.elements == first.elements]
            self._add([first, self._draw(st.sampled_from(same))], [first.shape], Elementwise())
        else:
            shapes = self._draw(st.lists(_shapes(), min_size=1, max_size=2))
            self._add([first, self._pick()], shapes, Whole())

    def finish(self) -> Planned:
        read = {t for node in self._nodes for t in node.inputs}
        outputs = tuple(t.id for t in self._tensors if t.id not in read)
        tensors = {t.id: t for t in self._tensors}
        graph = Graph("drawn", tensors, tuple(self._nodes), self._inputs, outputs)
        return Planned(graph, tuple(self._calls))

    def _pick(self) -> Tensor:
        return self._draw(st.sampled_from(self._tensors))

    def _tensor(self, shape: Shape) -> Tensor:
        dtype = self._draw(st.sampled_from((DType.INT8, DType.INT8, DType.INT16, DType.FLOAT32)))
        number = len(self._tensors)
        self._tensors.append(Tensor(number, f"t{number}", dtype, shape))
        return self._tensors[-1]

    def _window(self, source: Tensor) -> None:
        window, height, width = self._draw(_windows(source.shape))
        shape = (source.shape[0], height, width, self._draw(st.integers(1, 4)))
        self._add([source], [shape], window)

    def _view(self, source: Tensor) -> None:
        number = len(self._tensors)
        shape = (1, 1, source.elements, 1)
        self._tensors.append(Tensor(number, f"t{number}", source.dtype, shape))
        access = Access((Whole(),))
        self._nodes.append(Node(len(self._nodes), VIEW, (source.id,), (number,), access))
        self._calls.append(())

    def _add(self, sources: Sequence[Tensor], shapes: Sequence[Shape], read: Read) -> None:
        made = tuple(self._tensor(shape).id for shape in shapes)
        given = tuple(t.id for t in sources)
        access = Access((read,) * len(given))
        scratch = self._draw(st.sampled_from((0, 0, 12, 40)))
        self._nodes.append(Node(len(self._nodes), COMPUTE, given, made, access))
        self._calls.append((KernelCall("invented", given, made, {}, scratch=scratch),))


def _shapes() -> st.SearchStrategy[Shape]:
    sides = st.integers(1, 5)
    return st.tuples(st.integers(1, 2), sides, sides, st.integers(1, 6)).filter(
        lambda shape: prod(shape) <= 150
    )


@st.composite
def _windows(draw: st.DrawFn, shape: Shape) -> tuple[Window, int, int]:
    """A window over an input of `shape`, with the output's height and width."""
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, stride = draw(pair), draw(pair)
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    sides = [max((shape[1 + i] + padding[i] - 1) // stride[i] + 1, 1) for i in range(len(padding))]
    return Window(kernel, stride, dilation, padding), sides[0], sides[1]
