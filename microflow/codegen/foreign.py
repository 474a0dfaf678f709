"""Functions that the application defines: their prototypes, and calls of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microflow.codegen.cunit import CForeign
from microflow.codegen.scope import Compiled, Scope
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Graph


def foreign_functions(compiled: Sequence[Compiled]) -> tuple[CForeign, ...]:
    """Returns the functions that models call, each once, by name."""
    found = {call.name: (graph, call) for c in reversed(compiled) for graph, call in c.foreign}
    return tuple(_function(*found[name]) for name in sorted(found))


def foreign_call(scope: Scope, call: KernelCall) -> str:
    """Returns the statement that calls a function with its operands."""
    tensors = scope.compiled.graph.tensors
    operands = (*call.inputs, *call.outputs)
    given = [f"{scope.operand(t)}, {tensors[t].elements}" for t in operands]
    options = call.params["options"]
    table = (
        f"{scope.tables[options.dtype, options.data].name}, {len(options.data)}"
        if isinstance(options, Array)
        else "NULL, 0"
    )
    return f"{call.name}({', '.join((*given, table))})"


def _function(graph: Graph, call: KernelCall) -> CForeign:
    assert call.foreign is not None
    return CForeign(call.foreign.header, call.name, tuple(_parameters(graph, call)))


def _parameters(graph: Graph, call: KernelCall) -> Iterator[str]:
    for number, tensor in enumerate(call.inputs):
        yield f"const {graph.tensors[tensor].dtype.c_type} *in{number}, int32_t in{number}_elements"
    for number, tensor in enumerate(call.outputs):
        yield f"{graph.tensors[tensor].dtype.c_type} *out{number}, int32_t out{number}_elements"
    yield "const MF_ROM uint8_t *options, int32_t options_bytes"
