"""Lowers subgraphs to C: a function each, whose tensors lie from `base` on, and their calls.

A node's operands are copied in and its results out, so that a subgraph has one plan wherever it is
run from.
"""

from __future__ import annotations

from collections.abc import Iterator

from microflow.codegen.scope import Scope
from microflow.graph.control import Choice, Control, Loop, Once, Run


def control_lines(scope: Scope, control: Control, base: int) -> Iterator[str]:
    """Yields the statements of a node whose scratch memory begins at `base`."""
    if isinstance(control, Run):
        yield from _run(scope, control, base)
    elif isinstance(control, Choice):
        yield f"if (*{scope.operand(control.condition)}) {{"
        yield from _run(scope, control.then, base)
        yield "} else {"
        yield from _run(scope, control.other, base)
        yield "}"
    elif isinstance(control, Once):
        yield f"if (!*{scope.operand(control.done)}) {{"
        yield from _run(scope, control.first, base)
        yield f"  *{scope.operand(control.done)} = 1"
        yield "}"
    else:
        yield from _loop(scope, control, base)


def _loop(scope: Scope, loop: Loop, base: int) -> Iterator[str]:
    condition = scope.inner(loop.condition.subgraph)
    truth = condition.compiled.graph.outputs[0]
    for source, target in zip(loop.inputs, loop.outputs, strict=True):
        yield _copy(scope.operand(target), scope.operand(source), _size(scope, target))
    yield "for (;;) {"
    yield from _run(scope, loop.condition, base)
    yield f"  if (!*{_within(scope, condition, truth, base)}) break"
    yield from _run(scope, loop.body, base)
    yield "}"


def _run(scope: Scope, run: Run, base: int) -> Iterator[str]:
    inner = scope.inner(run.subgraph)
    graph = inner.compiled.graph
    for source, target in zip(run.inputs, graph.inputs, strict=True):
        to = _within(scope, inner, target, base)
        yield f"  {_copy(to, scope.operand(source), _size(inner, target))}"
    yield f"  {inner.function}({scope.at('uint8_t', base)})"
    for source, target in zip(graph.outputs[: len(run.outputs)], run.outputs, strict=True):
        found = _within(scope, inner, source, base)
        yield f"  {_copy(scope.operand(target), found, _size(scope, target))}"


def _within(scope: Scope, inner: Scope, tensor: int, base: int) -> str:
    """The address of a tensor of a subgraph, as the outer graph sees it."""
    dtype = inner.compiled.graph.tensors[tensor].dtype
    return scope.at(dtype.c_type, base + inner.compiled.plan.offset(tensor))


def _copy(target: str, source: str, size: int) -> str:
    return f"memcpy({target}, {source}, {size})"


def _size(scope: Scope, tensor: int) -> int:
    return scope.compiled.graph.tensors[tensor].bytes
