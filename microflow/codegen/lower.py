"""Turns planned models into the typed C document: names, initialisers, statements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import evolve, frozen

from microflow.codegen import literals
from microflow.codegen.contract import Field, contract, struct_bytes, variant
from microflow.codegen.cunit import (
    CArray,
    CCall,
    CCopy,
    CLayer,
    CModel,
    CPort,
    CRows,
    CSelftest,
    CStruct,
    CUnit,
    Vector,
)
from microflow.dsl.project import BoundModel, Port
from microflow.graph.call import Array, KernelCall, Value
from microflow.graph.ir import DType, Graph, Site
from microflow.numerics import tflm
from microflow.plan.plan import Plan
from microflow.targets import Core


@frozen
class Compiled:
    """A model after passes, lowering and planning: node i makes ``calls[i]``."""

    model: BoundModel
    graph: Graph
    calls: tuple[tuple[KernelCall, ...], ...]
    plan: Plan

    @property
    def kernels(self) -> tuple[str, ...]:
        """The kernels in use, sorted."""
        return tuple(sorted({call.kernel for group in self.calls for call in group}))


_Tables = Mapping[tuple[DType, bytes], CArray]


@frozen
class _Scope:
    """What the statements of one model refer to."""

    compiled: Compiled
    core: Core
    stem: str  # begins each static name, empty where there is one model
    tables: _Tables

    @property
    def arena(self) -> str:
        return f"{self.stem}arena"


def lower_unit(
    prefix: str,
    compiled: Sequence[Compiled],
    core: Core,
    selftests: Mapping[str, Vector] = MappingProxyType({}),
) -> CUnit:
    """Returns the document of all `compiled` models; a single one takes `prefix` as it is.

    Models that `selftests` has a vector for, by name, get a self-test.
    """
    single = len(compiled) == 1
    models = (lower_model(c, core, prefix, single, selftests.get(c.model.name)) for c in compiled)
    kernels = sorted({kernel for c in compiled for kernel in c.kernels})
    return CUnit(
        prefix=prefix,
        guard=f"{prefix}_H",
        alignment=core.alignment,
        headers=tuple(f"{k}/{h}.h" for k in kernels for h in ("contract", variant(k, core.isa))),
        models=tuple(models),
    )


def lower_model(
    compiled: Compiled,
    core: Core,
    prefix: str,
    single: bool = True,
    vector: Vector | None = None,
) -> CModel:
    """Returns the document of one model, with a self-test on `vector` where there is one."""
    name = compiled.model.name
    stem = "" if single else f"{name}_"
    steps = _steps(compiled, stem)
    scope = _Scope(compiled, core, stem, _tables(compiled, stem, steps))
    return CModel(
        name=name,
        prefix=prefix if single else f"{prefix}_{name}",
        sha256=compiled.model.sha256,
        arena=scope.arena,
        arena_bytes=max(compiled.plan.arena_bytes, 1),
        arrays=tuple(scope.tables.values()),
        structs=tuple(_struct(scope, base, call) for step in steps for base, call in step.calls),
        rows=_row_tables(compiled),
        layers=tuple(_layer(scope, step) for step in steps if step.calls),
        inputs=tuple(_port(p, compiled) for p in compiled.model.inputs),
        outputs=tuple(_port(p, compiled) for p in compiled.model.outputs),
        selftest=None if vector is None else _selftest(compiled, stem, vector),
    )


def _selftest(compiled: Compiled, stem: str, vector: Vector) -> CSelftest:
    def copies(direction: str, ports: Sequence[Port], data: Sequence[bytes]) -> tuple[CCopy, ...]:
        names = [f"{stem}selftest_{direction}_{port.label}" for port in ports]
        named = zip(names, ports, data, strict=True)
        return tuple(CCopy(p.label, CArray(n, p.tensor.dtype, d)) for n, p, d in named)

    return CSelftest(
        copies("input", compiled.model.inputs, vector.inputs),
        copies("output", compiled.model.outputs, vector.outputs),
    )


@frozen
class _Step:
    """Node `index` of the plan, its calls with the name that the constants of each begin with."""

    index: int
    site: Site
    calls: tuple[tuple[str, KernelCall], ...]


def _steps(compiled: Compiled, stem: str) -> tuple[_Step, ...]:
    groups = zip(compiled.graph.sites(), compiled.calls, strict=True)
    return tuple(_step(i, site, calls, stem) for i, (site, calls) in enumerate(groups))


def _step(index: int, site: Site, calls: tuple[KernelCall, ...], stem: str) -> _Step:
    base = f"{stem}{site.node.op.name.lower()}_{site.node.index}"
    names = [base] if len(calls) == 1 else [f"{base}_{i}" for i in range(len(calls))]
    return _Step(index, site, tuple(zip(names, calls, strict=True)))


def _tables(compiled: Compiled, stem: str, steps: Sequence[_Step]) -> _Tables:
    """Collects the constant tables; equal ones share a name."""
    found: dict[tuple[DType, bytes], CArray] = {}
    for base, call in (named for step in steps for named in step.calls):
        for value in call.params.values():
            if isinstance(value, Array):
                name = f"{base}_{value.name}"
                found.setdefault((value.dtype, value.data), CArray(name, value.dtype, value.data))
        for tensor in (compiled.graph.tensors[t] for t in call.inputs):
            if tensor.data is not None:
                name = f"{stem}tensor_{tensor.id}"
                key = (tensor.dtype, tensor.data)
                found.setdefault(key, CArray(name, tensor.dtype, tensor.data))
    return found


def _struct(scope: _Scope, base: str, call: KernelCall) -> CStruct:
    fields = contract(call.kernel)
    names = [field.name for field in fields]
    assert sorted(names) == sorted(call.params), (
        f"{call.kernel}: contract has {names}, operator gives {sorted(call.params)}"
    )
    size = struct_bytes(fields, scope.core.pointer_bytes, scope.core.max_align)
    initialisers = tuple((f.name, _initialiser(scope, f, call.params[f.name])) for f in fields)
    return CStruct(f"{base}_params", f"mf_{call.kernel}_params", initialisers, size)


def _initialiser(scope: _Scope, field: Field, value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Array):
        if field.count is not None:
            return "{" + ", ".join(literals.elements(value.dtype, value.data)) + "}"
        return scope.tables[value.dtype, value.data].name if value.data else "NULL"
    if field.c_type == "float":
        return literals.float32(float(value))
    return literals.integer(int(value))


def _layer(scope: _Scope, step: _Step) -> CLayer:
    site = step.site
    shapes = " + ".join(_dims(t.shape) for t in site.inputs if t is not None and not t.is_constant)
    made = ", ".join(_dims(t.shape) for t in site.outputs)
    comment = f"{site.node.op.name} {shapes} -> {made}: {literals.comment(site.output.name)}"
    calls = (_call(scope, step.index, base, call) for base, call in step.calls)
    return CLayer(site.node.index, comment, tuple(calls))


def _call(scope: _Scope, step: int, base: str, call: KernelCall) -> CCall:
    tensors = scope.compiled.graph.tensors
    operands = [_operand(scope, t) for t in (*call.inputs, *call.outputs)]
    if call.row_pointers:
        operands.append(_rows_name(tensors[call.inputs[0]].dtype))
    if call.scratch:
        operands.append(f"MF_AT(void, {scope.arena}, {scope.compiled.plan.scratch(step)})")
    return CCall(f"mf_{call.kernel}", (*operands, f"&{base}_params"))


def _row_tables(compiled: Compiled) -> tuple[CRows, ...]:
    """The row pointers of each element type, with room for the kernel that wants most."""
    most: dict[DType, int] = {}
    for call in (c for group in compiled.calls for c in group if c.row_pointers):
        dtype = compiled.graph.tensors[call.inputs[0]].dtype
        most[dtype] = max(most.get(dtype, 0), call.row_pointers)
    return tuple(CRows(_rows_name(dtype), dtype.c_type, count) for dtype, count in most.items())


def _rows_name(dtype: DType) -> str:
    return f"rows_{dtype.label}"


def _operand(scope: _Scope, tensor_id: int) -> str:
    tensor = scope.compiled.graph.tensors[tensor_id]
    if tensor.data is not None:
        return scope.tables[tensor.dtype, tensor.data].name
    offset = scope.compiled.plan.offset(tensor_id)
    return f"MF_AT({tensor.dtype.c_type}, {scope.arena}, {offset})"


def _port(port: Port, compiled: Compiled) -> CPort:
    tensor = port.tensor
    plain = CPort(
        label=port.label,
        macro=port.label.upper(),
        c_type=tensor.dtype.c_type,
        elements=tensor.elements,
        size=tensor.bytes,
        offset=compiled.plan.offset(tensor.id),
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
    shape = f"{_dims(port.tensor.shape)} {port.tensor.dtype.label}"
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


def _dims(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "1"
