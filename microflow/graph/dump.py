"""A graph as text, for tests and for looking: one line a node, deterministic."""

from __future__ import annotations

from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor


def dump(graph: Graph) -> str:
    """Returns one line for each input, node and output."""
    lines = [f"graph {graph.name}"]
    lines += [f"  in  {_value(graph.tensors[i])}" for i in graph.inputs]
    for site in graph.sites():
        given = ", ".join("-" if t is None else f"%{t.id}" for t in site.inputs)
        made = ", ".join(_value(t) for t in site.outputs)
        attrs = f" {site.attrs}" if site.attrs is not None else ""
        lines.append(f"  {made} = {site.node.op.name}({given}){attrs}")
    lines += [f"  out %{i}" for i in graph.outputs]
    return "\n".join(lines) + "\n"


def _value(tensor: Tensor) -> str:
    dims = "x".join(map(str, tensor.shape))
    return f"%{tensor.id}:{tensor.dtype.label}[{dims}]"
