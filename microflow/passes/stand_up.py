"""Stands 1-D nets up: a signal that lies in one row of W pixels becomes a column of W rows.

Bands compute row by row, which is of no use where a picture is a single row. Upright, the same
bytes in the same order are W rows of one pixel, so the views around turned operators cost nothing.
What is turned: convolutions and pools along a single row and, joined to them, what works pixel by
pixel (elementwise operators, concatenation of channels) and padding along the signal. A result
keeps its tensor's index under another shape, unless it leaves the model.

A core's kernels may be so much faster along a row that some are laid down again: see `lay_down`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from itertools import count

import numpy as np
from attrs import evolve

from microflow.graph.access import Elementwise
from microflow.graph.ir import Graph, Node, Site
from microflow.graph.tensor import DType, Quantization, Shape, Tensor
from microflow.ops import concatenation, dequantize, pad, quantize, reshape, softmax
from microflow.ops._constants import values
from microflow.ops._turned import lies, stands, turned
from microflow.passes import drop_unused

TALLEST = 32_000  # rows: no band takes a picture of more
_PIXELWISE = (quantize.OPERATOR, dequantize.OPERATOR, softmax.OPERATOR)


def run(graph: Graph) -> Graph:
    """Returns `graph` with upright signals where convolutions or pools work along them."""
    return _reshaped(graph, _chosen(graph), upright)


def lay_down(graph: Graph, nodes: Collection[int]) -> Graph:
    """Returns `graph` with those of its `nodes`, by index, that stand along rows: no bands."""
    lying = [s.node.index for s in graph.sites() if s.node.index in nodes and stands(s)]
    return _reshaped(graph, lying, turned)


def upright(site: Site) -> Site | None:
    """Returns `site` on upright signals, under the same indices; None where it has no such form.

    The result is equal to `site` where that stands already.
    """
    if any(t.is_variable for t in _signals(site)):
        return None
    if lies(site):
        images, _, width, _ = site.input(0).shape
        return turned(site) if images == 1 and width <= TALLEST else None
    if any(_column(t.shape) is None for t in _signals(site)):
        return None
    inputs = tuple(t if t is None or t.is_constant else _stood(t) for t in site.inputs)
    stood = evolve(site, inputs=inputs, outputs=tuple(_stood(t) for t in site.outputs))
    if site.node.op is pad.OPERATOR:
        return _padded(site, stood)
    if site.node.op is concatenation.OPERATOR:
        return _joint(site, stood)
    return stood if _by_pixel(site) else None


def _column(shape: Shape) -> Shape | None:
    """The upright form of a signal's shape: [1, W, C], [1, 1, W, C] or [1, W, 1, C]; else None."""
    sizes = shape[1:-1] if len(shape) in (3, 4) and shape[0] == 1 else ()
    length = max(sizes, default=0)
    if sorted(sizes) not in ([length], [1, length]) or not 1 < length <= TALLEST:
        return None
    return 1, length, 1, shape[-1]


def _stood(tensor: Tensor) -> Tensor:
    shape = _column(tensor.shape)
    assert shape is not None
    return evolve(tensor, shape=shape)


def _padded(site: Site, stood: Site) -> Site:
    """PAD along the signal, and perhaps of channels: there is one image and one pixel across."""
    table = site.input(1)
    pairs = values(table).reshape(-1, 2)
    along, channels = pairs[:-1].sum(axis=0), pairs[-1]
    made = np.array([(0, 0), along, (0, 0), channels], pairs.dtype)
    if np.array_equal(made, pairs):
        return stood
    return evolve(stood, inputs=(stood.input(0), evolve(table, shape=(4, 2), data=made.tobytes())))


def _joint(site: Site, stood: Site) -> Site | None:
    """CONCATENATION of channels."""
    axis, last = site.attrs.axis, len(site.output.shape) - 1
    if axis not in (-1, last) or any(t is None or t.is_constant for t in site.inputs):
        return None
    attrs = evolve(site.attrs, axis=axis if axis < 0 else 3)
    return evolve(stood, node=evolve(site.node, attrs=attrs))


def _by_pixel(site: Site) -> bool:
    """Tells whether each pixel comes of the same pixel of every signal, wherever it lies."""
    op, given = site.node.op, [t for t in site.inputs if t is not None]
    sizes = {size for t in given if t.is_constant for size in t.shape[:-1]}
    if op.view or not sizes <= {1} or len(site.outputs) != 1:
        return False
    reads = zip(site.inputs, op.access(site).reads, strict=True)
    by_element = all(isinstance(r, Elementwise) for t, r in reads if t and not t.is_constant)
    return by_element or any(op is known for known in _PIXELWISE)


def _signals(site: Site) -> tuple[Tensor, ...]:
    """The tensors that a node reads and writes, without constants."""
    given = (t for t in site.inputs if t is not None and not t.is_constant)
    return (*given, *site.outputs)


def _chosen(graph: Graph) -> list[int]:
    """The nodes to turn, by index: windows along a signal, and what is joined to them.

    Two sweeps, because what is joined may come behind a window or before it.
    """
    sites, owner = graph.sites(), _owners(graph)
    able = {s.node.index: upright(s) for s in sites}
    touched = {s.node.index: {owner[t.id] for t in _signals(s)} for s in sites}
    joined: set[int] = set()
    for site in sites:
        if stands(site) or (lies(site) and able[site.node.index] is not None):
            joined |= touched[site.node.index]
    for site in (*sites, *reversed(sites)):
        if able[site.node.index] is not None and not joined.isdisjoint(touched[site.node.index]):
            joined |= touched[site.node.index]
    return [
        s.node.index
        for s in sites
        if able[s.node.index] not in (None, s) and not joined.isdisjoint(touched[s.node.index])
    ]


def _owners(graph: Graph) -> dict[int, int]:
    """The tensor in whose memory each tensor lies."""
    owner = {t: t for t in graph.tensors}
    for node in (n for n in graph.nodes if n.op.view):
        source = node.inputs[0]
        owner |= {t: t if source is None else owner[source] for t in node.outputs}
    return owner


def _reshaped(graph: Graph, nodes: Sequence[int], form: Callable[[Site], Site | None]) -> Graph:
    """Returns `graph` with nodes, by index, in another form."""
    for index in nodes:
        site = next(s for s in graph.sites() if s.node.index == index)
        made = form(site)
        assert made is not None
        graph = _in_views(graph, site, made)
    return drop_unused.run(_without_detours(graph)) if nodes else graph


def _in_views(graph: Graph, site: Site, form: Site) -> Graph:
    """Returns `graph` with one node in another form, which reads and is read through views."""
    read = {a.id: b for a, b in zip(site.inputs, form.inputs, strict=True) if a and b and a != b}
    made = {site.output.id: form.output} if form.output != site.output else {}
    free = count(graph.next_id())
    twins = {t: evolve(tensor, id=next(free)) for t, tensor in (*read.items(), *made.items())}
    graph = graph.with_tensors(*twins.values())
    number = count(max(node.index for node in graph.nodes) + 1)
    nodes = (
        *(_view(next(number), t, twins[t].id) for t in read if not twins[t].is_constant),
        _renamed(form.node, {t: twin.id for t, twin in twins.items()}),
        *(_view(next(number), twins[t].id, t) for t in made),
    )
    at = next(i for i, n in enumerate(graph.nodes) if n.index == site.node.index)
    graph = evolve(graph, nodes=(*graph.nodes[:at], *nodes, *graph.nodes[at + 1 :]))
    kept = [(t, twins[t].id) for t in made if t not in graph.outputs]
    return reduce(lambda g, pair: _swapped(g, *pair), kept, graph)


def _view(index: int, source: int, made: int) -> Node:
    return Node(index, reshape.OPERATOR, (source,), (made,), reshape.ReshapeOptions())


def _renamed(node: Node, names: Mapping[int, int]) -> Node:
    inputs = tuple(t if t is None else names.get(t, t) for t in node.inputs)
    return evolve(node, inputs=inputs, outputs=tuple(names.get(t, t) for t in node.outputs))


def _swapped(graph: Graph, a: int, b: int) -> Graph:
    """Returns `graph` with the indices of two tensors exchanged."""
    tensors = evolve(graph.tensors[a], id=b), evolve(graph.tensors[b], id=a)
    nodes = tuple(_renamed(node, {a: b, b: a}) for node in graph.nodes)
    return evolve(graph.with_tensors(*tensors), nodes=nodes)


def _without_detours(graph: Graph) -> Graph:
    """Returns `graph` where nobody reads a view that looks like something it is a view of."""
    shown: dict[int, tuple[int, ...]] = {}  # what each view is a view of
    names: dict[int, int] = {}
    nodes: list[Node] = []
    for node in (_renamed(n, names) for n in graph.nodes):
        nodes.append(node)
        if not node.op.view or node.inputs[0] is None:
            continue
        source, (view,) = node.inputs[0], node.outputs
        shown[view] = (*shown.get(source, ()), source)
        same = (t for t in shown[view] if _looks(graph.tensors[t]) == _looks(graph.tensors[view]))
        names[view] = next(same, view)
    return evolve(graph, nodes=tuple(nodes))


def _looks(tensor: Tensor) -> tuple[Shape, DType, Quantization | None]:
    return tensor.shape, tensor.dtype, tensor.quantization
