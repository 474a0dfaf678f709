"""Folds padding into the convolution that follows: its kernels know pixels outside the picture.

A pixel outside counts as the input's zero point, which is what PAD writes, so nothing changes but
that the padded picture never exists. It holds whatever the convolution's own padding: SAME pads
what it finds, and explicit pads come before. Pools are left alone: to them, a padded pixel is one
more value, and a pixel outside is none.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve

from microflow.graph.ir import Graph, Node, Site
from microflow.graph.tensor import DType
from microflow.ops import conv_2d, depthwise_conv_2d, pad
from microflow.ops._constants import values
from microflow.ops._geometry import Pads

_CONVOLUTIONS = (conv_2d.OPERATOR, depthwise_conv_2d.OPERATOR)


def run(graph: Graph) -> Graph:
    """Returns `graph` with every PAD folded that pads rows and columns for one convolution.

    The last one comes first, so that a PAD before a PAD finds the convolution behind both.
    """
    for node in reversed(graph.nodes):
        if node.op is pad.OPERATOR:
            graph = _fold(graph, graph.site(node))
    return graph


def _fold(graph: Graph, padding: Site) -> Graph:
    """Returns `graph` without `padding`, or as it is where that would not be exact."""
    padded, pads = padding.output, pad.spatial_pads(padding)
    readers = graph.consumers().get(padded.id, ())
    if pads is None or len(readers) != 1 or padded.id in graph.outputs:
        return graph
    if not _keeps_meaning(padding) or not _reads_zeros(graph.site(readers[0])):
        return graph
    folded = _padded(readers[0], padding.node, pads)
    kept = (n for n in graph.nodes if n is not padding.node)
    return evolve(graph, nodes=tuple(folded if n is readers[0] else n for n in kept))


def _padded(convolution: Node, padding: Node, pads: Pads) -> Node:
    """Returns `convolution` reading what `padding` reads."""
    attrs = convolution.attrs
    total = tuple(own + more for own, more in zip(attrs.pads, pads, strict=True))
    return evolve(
        convolution,
        inputs=(padding.inputs[0], *convolution.inputs[1:]),
        attrs=evolve(attrs, pads=total),
    )


def _keeps_meaning(padding: Site) -> bool:
    """Tells whether the same bytes stand for the same numbers before and after the padding.

    Convolutions take int16 for numbers around 0, whatever the zero point.
    """
    x, y = padding.input(0), padding.output
    if x.dtype is DType.INT16 and x.zero_point != 0:
        return False
    return x.dtype is DType.FLOAT32 or x.quantization == y.quantization


def _reads_zeros(reader: Site) -> bool:
    """Tells whether a zero in the input adds nothing to the reader's output.

    It does where a convolution has finite weights; zero times infinity is no number.
    """
    if not any(reader.node.op is op for op in _CONVOLUTIONS):
        return False
    weights = reader.input(1)
    if weights.dtype is DType.FLOAT32 and not weights.is_constant:
        return False
    return weights.dtype is not DType.FLOAT32 or bool(np.isfinite(values(weights)).all())
