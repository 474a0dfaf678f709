"""Lowers inputs and outputs: their names in C, and how real values map to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set

from attrs import evolve

from microflow.codegen import literals
from microflow.codegen.cdata import CPort
from microflow.codegen.scope import Compiled, dims
from microflow.dsl.project import Port
from microflow.graph.tensor import DType
from microflow.numerics import tflm

_IN_SCOPE = frozenset({"arena", "best", "i", "status", "y"})  # where ports are parameters

Ports = tuple[CPort, ...]


def lower_ports(compiled: Compiled, constants: Set[str]) -> tuple[Ports, Ports]:
    """Returns the inputs and outputs of a model, whose `constants` have names of their own in C."""
    model = compiled.model
    parameters = _parameters(compiled, constants)
    inputs, outputs = (
        tuple(_port(port, compiled, parameters) for port in ports)
        for ports in (model.inputs, model.outputs)
    )
    return inputs, outputs


def _parameters(compiled: Compiled, constants: Set[str]) -> Mapping[str, str]:
    """The name of each port as a parameter, by label: no other that is in scope there."""
    labels = [port.label for port in (*compiled.model.inputs, *compiled.model.outputs)]
    taken = _IN_SCOPE | constants
    found: dict[str, str] = {}
    for label in labels:
        name = label
        while name in taken or name in found.values() or name in {*labels} - {label}:
            name += "_"
        found[label] = name
    return found


def _port(port: Port, compiled: Compiled, parameters: Mapping[str, str]) -> CPort:
    tensor = port.tensor
    plain = CPort(
        label=port.label,
        parameter=parameters[port.label],
        macro=port.label.upper(),
        c_type=tensor.dtype.c_type,
        elements=tensor.elements,
        size=tensor.bytes,
        offset=compiled.plan.offset(tensor.id) if compiled.plan.holds(tensor.id) else -1,
        shape=tensor.shape,
        comment=_port_comment(port),
        labels=tuple(literals.string(text) for text in port.labels),
        decodes=port.decode is not None,
        threshold=_threshold(port),
    )
    if tensor.quantization is None or tensor.dtype not in tflm.INT_RANGE:
        return plain
    low, high = tflm.INT_RANGE[tensor.dtype]
    scale = literals.float32(tensor.scale)
    return evolve(plain, scale=scale, zero_point=tensor.zero_point, low=low, high=high)


def _port_comment(port: Port) -> str:
    shape = f"{dims(port.tensor.shape)} {port.tensor.dtype.label}"
    unit = f", in {literals.comment(port.unit)}" if port.unit else ""
    return f"{literals.comment(port.tensor.name)}: {shape}{unit}"


def _threshold(port: Port) -> str | None:
    """The least value that decodes to a label, as a literal; None where every value does."""
    if port.decode is None or port.decode.threshold is None:
        return None
    tensor = port.tensor
    if tensor.dtype is DType.FLOAT32:
        return literals.float32(port.decode.threshold)
    scale = tensor.scale if tensor.quantization else 1.0
    limit = math.ceil(port.decode.threshold / scale - 1e-6) + tensor.zero_point
    low, _ = tflm.INT_RANGE.get(tensor.dtype, (-(2**63), 0))
    return literals.integer(limit) if limit > low else None
