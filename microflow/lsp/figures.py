"""What the compiler knows, in words: of tensors, chips, and models on chips."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from microflow.diag import quoted
from microflow.targets import Target

if TYPE_CHECKING:
    from microflow.compilation import Result
    from microflow.graph.ir import Graph
    from microflow.graph.tensor import Tensor

_MOST_OPERATORS = 12


def tensor_type(tensor: Tensor) -> str:
    """Returns type and shape, such as ``int8 [1, 49, 40, 1]``."""
    return f"{tensor.dtype.label} {list(tensor.shape)}"


def tensor_lines(tensor: Tensor) -> tuple[str, ...]:
    """Returns name, index, type, shape and quantisation of `tensor`, a line each."""
    lines = [f"tensor {code(quoted(tensor.name))}, index {tensor.id}", code(tensor_type(tensor))]
    if tensor.quantization is None:
        return (*lines, f"{tensor.bytes:,} bytes, not quantised")
    exact = f"scale {tensor.scale:.9g}, zero point {tensor.zero_point}"
    if tensor.quantization.per_channel:
        exact = f"{len(tensor.quantization.scales)} scales, the first: {exact}"
    return (*lines, f"{tensor.bytes:,} bytes, {exact}")


def operator_lines(graph: Graph) -> tuple[str, ...]:
    """Returns how many operators of which kinds a model has, and its multiply-accumulates."""
    kinds = Counter(node.op.name for node in graph.nodes)
    listed = [f"{count} × {name}" for name, count in kinds.most_common(_MOST_OPERATORS)]
    more = ["…"] if len(kinds) > _MOST_OPERATORS else []
    macs = sum(site.node.op.cost(site).macs for site in graph.sites())
    return (f"{len(graph.nodes)} operators: {', '.join(listed + more)}", f"{macs:,} MACs")


def target_line(target: Target) -> str:
    """Returns a chip's memories, core and clock."""
    memories = [f"{_size(r.size)} {r.name}" for r in target.regions]
    clock = [f"{target.clock / 1e6:g} MHz"] if target.clock else []
    return ", ".join([*memories, target.core.name, *clock])


def needed(result: Result, key: str) -> str | None:
    """Returns what a model takes of what the budget calls `key`; None where it is not known."""
    sizes = result.sizes
    taken = {"ram": sizes.ram_bytes, "flash": sizes.flash_bytes, "stack": sizes.stack_bytes}
    return f"{taken[key]:,}" if key in taken else _time(result) if key == "latency" else None


def result_line(result: Result) -> str:
    """Returns RAM, flash, multiply-accumulates and modelled time of a model on a chip."""
    sizes, time = result.sizes, _time(result)
    parts = [f"{sizes.ram_bytes:,} B RAM", f"{sizes.flash_bytes:,} B flash", f"{sizes.macs:,} MACs"]
    return f"{result.target.name}: {', '.join([*parts, *([f'~{time}'] if time else [])])}"


def code(text: str) -> str:
    """Returns `text` as code in Markdown; what a model holds cannot end it."""
    return "`" + text.replace("`", "'") + "`"


def _time(result: Result) -> str | None:
    from microflow.plan.cost import seconds  # noqa: PLC0415  (numpy stays out of the start)

    taken = seconds(result.times.total, result.target.clock)
    if taken is None:
        return None
    return f"{taken * 1e3:.3g} ms" if taken >= 1e-3 else f"{taken * 1e6:.3g} us"


def _size(size: int | None) -> str:
    if size is None:
        return "unlimited"
    return f"{size // 1024} KiB" if size >= 1024 and size % 1024 == 0 else f"{size} B"
