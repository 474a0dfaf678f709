"""Reads operators: which one, its operands and its options. Knows none of them by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule, quoted
from microflow.flatbuffer import Malformed, Table, Tables, Truncated
from microflow.graph.ir import Node
from microflow.graph.ir import Operator as Record
from microflow.importer.refusal import Refusal
from microflow.importer.schema import Model, Operator, OperatorCode, SubGraph, Tensor
from microflow.ops.options import read_custom_options, read_options
from microflow.ops.registry import custom_operator, operator, schema_enumeration, schema_names

BAD_INDEX = Rule(
    "MF3008",
    "index-out-of-range",
    """The model refers to a tensor, buffer or operator that it does not have

Tensors, buffers and operator codes are named by their position in the file. Here a position is
past the end of its list, so the file was damaged or written by a tool with a bug.

Example: an operator that reads tensor 17 of a model with 12 tensors.

Remedy: convert the model again. If you edit models with a script, check the indices it writes.
""",
)

TOO_LARGE = Rule(
    "MF3014",
    "too-large",
    """The model has more parts than any model for a microcontroller

The compiler bounds the number of tensors and operators, so that a damaged file cannot keep it busy
for hours. The bounds are far above the largest models that fit a microcontroller.

Example: a server's language model, or a file whose list of operators was overwritten.

Remedy: check that the file is the one you mean; convert it again if it is.
""",
)

UNSUPPORTED_OPERATOR = Rule(
    "MF4001",
    "unsupported-operator",
    """The model uses an operator that the compiler does not implement

`docs/operators.md` lists the operators that can be compiled. Any other stops the build: leaving an
operator away would change the result.

Example: a layer that the converter could not express with the usual operators.

Remedy: replace the layer in the training script by supported ones and convert again, or end the
model before the operator and compute the rest in the application.
""",
)

CUSTOM_OPERATOR = Rule(
    "MF4002",
    "custom-operator",
    """The model uses a custom operator

A custom operator is only a name in the file: what it computes is in a program that is not here.
The compiler knows those of TensorFlow Lite Micro, which `docs/operators.md` lists. Vendors'
compilers (such as Vela for Ethos-U) replace operators by others, and the converter does so with
`allow_custom_ops = True`.

    converter.allow_custom_ops = True    # writes custom operators where it finds no builtin one

Remedy: write a C function that computes it, and name it in the manifest (`docs/custom.md`), or give
the model as it was before a vendor's compiler.

```mflow
custom my_op { operator = "MyOp"; header = "my_op.h" }
```
""",
)

FOR_AN_ACCELERATOR = Rule(
    "MF4003",
    "for-an-accelerator",
    """The model is compiled for an accelerator, no longer for a processor

A vendor's compiler has replaced operators by its own machine code. That of Vela, for Arm's Ethos-U,
is one custom operator named `ethos-u`: its options are commands for the accelerator, its weights
are packed for it. No processor can run it, and nothing in the file tells what it computed.

    $ vela model.tflite          # writes output/model_vela.tflite: give model.tflite instead

Remedy: give the model as it was before that compiler.
""",
)

MAX_OPERATORS = 1 << 14
MAX_TENSORS = 1 << 16

_CUSTOM = 32  # the builtin code that says: see the custom code
_ACCELERATORS = {"ethos-u": "Arm's Ethos-U"}


@frozen(slots=False)
class Call:
    """An operator of a subgraph: `record` is None where the compiler has none."""

    index: int
    table: Table
    code: int
    custom_name: str
    record: Record | None
    subgraph: int = 0

    @cached_property
    def options(self) -> Any:
        """The options, of a record that has any."""
        return _options(self)

    @property
    def subgraphs(self) -> tuple[int, ...]:
        """The numbers of the subgraphs that it runs."""
        return () if self.record is None else self.record.subgraphs(self.options)


def read_calls(
    model: Table,
    subgraph: Table,
    number: int = 0,
    customs: Mapping[str, Record] = MappingProxyType({}),
) -> tuple[Call, ...]:
    """Returns the operators of `subgraph`, which has this number, in the file's order."""
    tables = subgraph.tables(SubGraph.OPERATORS)
    check_count("operators", len(tables), MAX_OPERATORS)
    check_count("tensors", len(subgraph.tables(SubGraph.TENSORS)), MAX_TENSORS)
    codes: dict[int, tuple[int, str]] = {}
    calls = []
    for index, table in enumerate(tables):
        kind = table.integer(Operator.OPCODE_INDEX, "u32")
        if kind not in codes:
            codes[kind] = _code(model.tables(Model.OPERATOR_CODES), kind)
        code, custom_name = codes[kind]
        record = operator(code)
        if code == _CUSTOM:
            record = customs.get(custom_name) or custom_operator(custom_name)
        calls.append(Call(index, table, code, custom_name, record, number))
    return tuple(calls)


def unsupported(subgraph: Table, calls: Iterable[Call]) -> Diagnostics:
    """Returns one diagnostic for each operator that the compiler lacks, in order of appearance."""
    groups: dict[tuple[int, str], list[Call]] = {}
    for call in calls:
        if call.record is None:
            groups.setdefault((call.code, call.custom_name), []).append(call)
    return tuple(_unsupported(subgraph, group) for group in groups.values())


def read_node(call: Call, tensors: int) -> Node:
    """Returns the node of a supported operator, in a subgraph of so many `tensors`."""
    assert call.record is not None
    given = call.table.integers(Operator.INPUTS)
    made = call.table.integers(Operator.OUTPUTS)
    between = call.table.integers(Operator.INTERMEDIATES)
    for tensor in (*(t for t in given if t != -1), *made, *between):
        check_index(f"operator {call.index} refers to tensor", tensor, tensors)
    inputs = tuple(None if t == -1 else t for t in given)
    return Node(call.index, call.record, inputs, made, call.options, intermediates=between)


def check_index(what: str, index: int, count: int) -> None:
    """Raises `Refusal` where `index` is none of `count` positions."""
    if not 0 <= index < count:
        raise Refusal(BAD_INDEX, f"{what} {index}, but the model has {count}")


def check_count(what: str, count: int, limit: int) -> None:
    """Raises `Refusal` where there are more than `limit`."""
    if count > limit:
        raise Refusal(
            TOO_LARGE,
            f"the model has {count} {what}; the compiler takes at most {limit}",
            "check that this is the file you mean, and convert it again if it is",
        )


def _code(codes: Tables, kind: int) -> tuple[int, str]:
    check_index("an operator has the operator code", kind, len(codes))
    # Codes above 127 do not fit the older field, which then says 127; files before 2020 lack the
    # newer one. The larger of the two is right.
    old = codes[kind].integer(OperatorCode.DEPRECATED_BUILTIN_CODE, "i8")
    code = max(old, codes[kind].integer(OperatorCode.BUILTIN_CODE))
    return code, codes[kind].text(OperatorCode.CUSTOM_CODE) if code == _CUSTOM else ""


def _options(call: Call) -> Any:
    """Returns the options; the defaults where the file has none, or those of another operator.

    A record's options have the name of the schema's table, so that the two can be compared.
    """
    assert call.record is not None
    wanted = call.record.options
    if wanted is None:
        return None
    if call.record.custom:
        return read_custom_options(wanted, call.table.blob(Operator.CUSTOM_OPTIONS))
    tables = schema_enumeration("BuiltinOptions")
    assert wanted.__name__ in tables.values(), f"{wanted.__name__} is no table of the schema"
    stated = call.table.integer(Operator.BUILTIN_OPTIONS_TYPE, "u8")
    matches = tables.get(stated) == wanted.__name__
    try:
        return read_options(wanted, call.table.table(Operator.BUILTIN_OPTIONS) if matches else None)
    except Truncated:
        raise
    except Malformed as error:
        raise Malformed(f"operator {call.index} ({call.record.name}): {error}") from None


def _unsupported(subgraph: Table, group: list[Call]) -> Diagnostic:
    first = group[0]
    made = _output_name(subgraph, first)
    computes = f", which computes {made}" if made else ""
    uses = f"; {len(group)} uses in all" if len(group) > 1 else ""
    inner = f" of subgraph {first.subgraph}" if first.subgraph else ""
    where = f"operator {first.index}{inner}{computes}{uses}"
    if first.custom_name in _ACCELERATORS:
        return Diagnostic(
            FOR_AN_ACCELERATOR,
            f"custom operator {quoted(first.custom_name)} is machine code for"
            f" {_ACCELERATORS[first.custom_name]} ({where})",
            "give the model as it was before it was compiled for the accelerator",
        )
    if first.code == _CUSTOM:
        return Diagnostic(
            CUSTOM_OPERATOR,
            f"custom operator {quoted(first.custom_name)} is not supported ({where})",
            "name a C function that computes it in a `custom` block of the manifest, or give the"
            " model as it was before a vendor's compiler changed it",
        )
    name = schema_names().get(first.code, f"with code {first.code}")
    return Diagnostic(
        UNSUPPORTED_OPERATOR,
        f"builtin operator {name} is not supported ({where})",
        "replace the layer by operators of docs/operators.md,"
        f" or end the model before operator {first.index}",
    )


def _output_name(subgraph: Table, call: Call) -> str:
    outputs = call.table.integers(Operator.OUTPUTS)
    if not outputs:
        return ""
    tensors = subgraph.tables(SubGraph.TENSORS)
    check_index(f"operator {call.index} refers to tensor", outputs[0], len(tensors))
    return f"tensor {quoted(tensors[outputs[0]].text(Tensor.NAME))}"
