"""``mflowc inspect``: what a model consists of."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import JsonOption, ModelArgument

if TYPE_CHECKING:
    from microflow.importer.summary import LayerSummary, Summary, TensorSummary

_LONGEST_NAME = 40


def inspect(model: ModelArgument, as_json: JsonOption = False) -> None:
    """Show what a model consists of, also of one that cannot be compiled.

    Operators with shapes, types, bytes of constants and multiply-accumulates
    (MACs). What keeps an operator from being compiled stands below the table.

    [bold]mflowc inspect wake.tflite[/]
    """
    from microflow.cli.read import read_bytes
    from microflow.importer.summary import summarise

    data, failed = read_bytes(model)
    if data is None:
        deliver(Report(failed), as_json)
    path = model.as_posix()
    summary, failed = summarise(data)
    if summary is None:
        named = tuple(evolve(d, message=f"{path}: {d.message}") for d in failed)
        deliver(Report(named), as_json)
    results = [_data(summary, path, len(data))]
    deliver(Report(results=results, text=_text(summary, path, len(data))), as_json)


def _data(summary: Summary, path: str, size: int) -> dict[str, Any]:
    return {
        "model": path,
        "file_bytes": size,
        "inputs": [_tensor_data(t) for t in summary.inputs],
        "outputs": [_tensor_data(t) for t in summary.outputs],
        "operators": [
            {
                "index": layer.index,
                "operator": layer.operator,
                "supported": not layer.problems,
                "problems": list(layer.problems),
                "inputs": [_tensor_data(t) for t in layer.inputs],
                "outputs": [_tensor_data(t) for t in layer.outputs],
                "constant_bytes": layer.constant_bytes,
                "macs": layer.macs,
            }
            for layer in summary.layers
        ],
        "totals": {
            "operators": len(summary.layers),
            "unsupported": sum(bool(layer.problems) for layer in summary.layers),
            "constant_bytes": summary.constant_bytes,
            "macs": _macs(summary),
        },
    }


def _tensor_data(tensor: TensorSummary) -> dict[str, Any]:
    return {
        "tensor": tensor.index,
        "name": tensor.name,
        "type": tensor.type,
        "shape": list(tensor.shape),
        "bytes": tensor.bytes,
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
        "scales": tensor.scales,
    }


def _macs(summary: Summary) -> int | None:
    """The multiply-accumulates of all operators, None where one's are unknown."""
    known = [layer.macs for layer in summary.layers if layer.macs is not None]
    return sum(known) if len(known) == len(summary.layers) else None


def _text(summary: Summary, path: str, size: int) -> str:
    from microflow.render.plain import printable

    ports = [("input", t) for t in summary.inputs] + [("output", t) for t in summary.outputs]
    lines = [f"{printable(path)}: {size:,} bytes", ""]
    lines += [f"{kind:<7} {_port(tensor)}" for kind, tensor in ports]
    return "\n".join([*lines, "", _table(summary) + _problems(summary.layers)])


def _table(summary: Summary) -> str:
    from microflow.render.tables import Column, render_table, thousands

    columns = [
        Column("#", True),
        Column("operator"),
        Column("inputs"),
        Column("output"),
        Column("type"),
        Column("bytes", True),
        Column("constants", True),
        Column("MACs", True),
    ]
    rows = [
        (
            str(layer.index),
            layer.operator + (" (!)" if layer.problems else ""),
            ", ".join(map(_dims, layer.inputs)),
            ", ".join(map(_dims, layer.outputs)),
            ", ".join(dict.fromkeys(t.type for t in layer.outputs)),
            thousands(_bytes(layer.outputs)),
            thousands(layer.constant_bytes),
            thousands(layer.macs),
        )
        for layer in summary.layers
    ]
    count = f"{len(rows)} operator{'' if len(rows) == 1 else 's'}"
    constants, macs = thousands(summary.constant_bytes), thousands(_macs(summary))
    totals = ("", count, "", "", "", "", constants, macs)
    return render_table(columns, rows, totals, paint(sys.stdout))


def _problems(layers: Sequence[LayerSummary]) -> str:
    """What keeps operators from being compiled: equal problems of one kind are told once."""
    from microflow.render.plain import printable

    told: dict[str, list[int]] = {}
    for layer in layers:
        for problem in layer.problems:
            told.setdefault(f"{layer.operator}: {problem}", []).append(layer.index)
    lines = [f"  {printable(what)} ({_operators(where)})\n" for what, where in told.items()]
    return "".join(["\n(!) cannot be compiled:\n", *lines]) if lines else ""


def _operators(indices: Sequence[int]) -> str:
    return f"operator{'s' if len(indices) > 1 else ''} {', '.join(map(str, indices))}"


def _port(tensor: TensorSummary) -> str:
    from microflow.render.plain import printable, shortened

    name = printable(shortened(tensor.name, _LONGEST_NAME))
    affine = ""
    if tensor.scale is not None and tensor.zero_point is not None:
        sign = "-" if tensor.zero_point >= 0 else "+"
        affine = f", {tensor.scale:.9g} * (q {sign} {abs(tensor.zero_point)})"
    return f"'{name}' {tensor.type} {_dims(tensor)}{affine}"


def _dims(tensor: TensorSummary) -> str:
    return "x".join(map(str, tensor.shape)) or "scalar"


def _bytes(tensors: Sequence[TensorSummary]) -> int | None:
    known = [t.bytes for t in tensors if t.bytes is not None]
    return sum(known) if len(known) == len(tensors) else None
