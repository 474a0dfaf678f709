"""Turns planned models into the typed C document: names, initialisers, statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import evolve

from microflow.codegen import literals
from microflow.codegen.arenas import lower_arenas, sharers, weights_place
from microflow.codegen.band_scope import band_scope
from microflow.codegen.bands import advance, input_slot, lower_band
from microflow.codegen.cdata import CArray, CConversion, CCopy, CRows, CSelftest, CStruct, Vector
from microflow.codegen.cflow import CBand, CFunction, CStep, CStream
from microflow.codegen.contract import PORTABLE, Field, contract, needs, struct_bytes, variant
from microflow.codegen.control import control_lines
from microflow.codegen.conversion import lower_conversion
from microflow.codegen.cunit import CModel, CUnit
from microflow.codegen.foreign import foreign_call, foreign_functions
from microflow.codegen.ports import lower_ports
from microflow.codegen.scope import Compiled, Scope, dims, make_scope, row_pointers, rows_name
from microflow.codegen.state import lower_state
from microflow.dsl.project import Port
from microflow.graph.call import Array, KernelCall, Value
from microflow.profiles import TFLM, WITH_HEADERS
from microflow.targets import Core, Target

__all__ = ["Compiled", "lower_model", "lower_unit"]


_FLAGS = ("-O2", "-ffp-contract=off")  # loops, and floats rounded operation by operation


def lower_unit(
    prefix: str,
    compiled: Sequence[Compiled],
    core: Core,
    selftests: Mapping[str, Vector] = MappingProxyType({}),
    target: Target | None = None,
) -> CUnit:
    """Returns the document of all `compiled` models; a single one takes `prefix` as it is.

    Models that `selftests` has a vector for, by name, get a self-test. Things are placed in the
    memories of `target`; without one, everything lies where the compiler puts it.
    """
    single = len(compiled) == 1
    bound = [c.model for c in compiled]
    models = [
        evolve(
            lower_model(c, core, prefix, single, selftests.get(c.model.name)),
            place=weights_place(c.model, target),
            sharers=sharers(c.model, bound),
        )
        for c in compiled
    ]
    kernels = sorted({kernel for c in compiled for kernel in c.kernels})
    plain = frozenset(kernel for c in compiled for kernel in c.plain)
    taken = {k: variant(k, core.isa if k not in plain else (PORTABLE,)) for k in kernels}
    return CUnit(
        prefix=prefix,
        guard=f"{prefix}_H",
        alignment=core.alignment,
        flags=(*_FLAGS, *(core.compiler.model_flags if core.compiler else ())),
        shared=tuple(sorted({header for k in kernels for header in needs(k, taken[k])})),
        headers=tuple(f"{k}/{h}.h" for k in kernels for h in ("contract", taken[k])),
        foreign=foreign_functions(compiled),
        models=tuple(models),
        arenas=lower_arenas(bound, models, core, target),
        profile=next((m.profile for m in bound if m.profile in WITH_HEADERS), TFLM),
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
    scope = make_scope(compiled, core, "" if single else f"{name}_")
    bands = {
        number: lower_band(band_scope(scope, number))
        for number, step in enumerate(compiled.plan.steps)
        if step.band is not None
    }
    steps = tuple(_step(scope, number, bands) for number in range(len(compiled.plan.steps)))
    stream = _stream(scope, bands, steps)
    structs = tuple(_structs(scope))
    constants = {table.name for table in scope.tables.values()} | {s.name for s in structs}
    inputs, outputs = lower_ports(compiled, constants)
    return CModel(
        name=name,
        prefix=prefix if single else f"{prefix}_{name}",
        sha256=compiled.model.sha256,
        arena=scope.arena,
        arena_bytes=max(compiled.plan.arena_bytes, 1),
        arrays=tuple(scope.tables.values()),
        structs=structs,
        rows=_whole_rows(compiled),
        steps=steps,
        bands=tuple(bands.values()),
        layers=tuple(t.site.node.index for t in compiled.plan.work.tasks),
        inputs=inputs,
        outputs=outputs,
        selftest=None if vector is None else _selftest(compiled, scope.stem, vector),
        stream=stream,
        arena_given=compiled.model.arena_given,
        arena_alignment=core.alignment,
        conversions=tuple(_conversions(compiled.model.inputs, scope.stem, stream)),
        state=lower_state(scope, core),
        functions=tuple(_function(inner) for inner in scope.scopes.values()),
    )


def _structs(scope: Scope) -> Iterator[CStruct]:
    for each in (scope, *scope.scopes.values()):
        pairs = (pair for node in each.nodes for pair in node.calls)
        yield from (_struct(each, base, call) for base, call in pairs if call.foreign is None)


def _function(scope: Scope) -> CFunction:
    """The function of a subgraph, which has no bands."""
    graph = scope.compiled.graph
    steps = (_step(scope, number, {}) for number in range(len(scope.compiled.plan.steps)))
    return CFunction(
        name=scope.function,
        comment=f"{graph.name}: takes {scope.compiled.plan.arena_bytes} bytes from base on.",
        rows=_whole_rows(scope.compiled),
        steps=tuple(evolve(step, layer=None) for step in steps),
    )


def _conversions(
    inputs: Sequence[Port], stem: str, stream: CStream | None
) -> Iterator[CConversion]:
    for port in inputs:
        streamed = stream is not None and stream.label == port.label
        row = stream.row_elements if stream is not None and streamed else None
        conversion = lower_conversion(port, stem, row)
        if conversion is not None:
            yield conversion


def _selftest(compiled: Compiled, stem: str, vector: Vector) -> CSelftest:
    def copies(direction: str, ports: Sequence[Port], data: Sequence[bytes]) -> tuple[CCopy, ...]:
        names = [f"{stem}selftest_{direction}_{port.label}" for port in ports]
        named = zip(names, ports, data, strict=True)
        return tuple(CCopy(p.label, CArray(n, p.tensor.dtype, d)) for n, p, d in named)

    return CSelftest(
        copies("input", compiled.model.inputs, vector.inputs),
        copies("output", compiled.model.outputs, vector.outputs),
    )


def _struct(scope: Scope, base: str, call: KernelCall) -> CStruct:
    fields = contract(call.kernel)
    names = [field.name for field in fields]
    assert sorted(names) == sorted(call.params), (
        f"{call.kernel}: contract has {names}, operator gives {sorted(call.params)}"
    )
    size = struct_bytes(fields, scope.core.pointer_bytes, scope.core.max_align)
    initialisers = tuple((f.name, _initialiser(scope, f, call.params[f.name])) for f in fields)
    return CStruct(f"{base}_params", f"mf_{call.kernel}_params", initialisers, size)


def _initialiser(scope: Scope, field: Field, value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Array):
        if field.count is not None:
            return "{" + ", ".join(literals.elements(value.dtype, value.data)) + "}"
        return scope.tables[value.dtype, value.data].name if value.data else "NULL"
    if field.c_type == "float":
        return literals.float32(float(value))
    return literals.integer(int(value))


def _step(scope: Scope, number: int, bands: Mapping[int, CBand]) -> CStep:
    """The statements of a step: a task's kernel calls, or what runs its band."""
    step = scope.compiled.plan.steps[number]
    nodes = [
        scope.nodes[t.node] for t in scope.compiled.plan.work.tasks[step.first : step.last + 1]
    ]
    if number in bands:
        band = bands[number]
        clear = f"memset({band.state}, 0, sizeof({band.state_type}))"
        comment = f"{nodes[0].layer} to {nodes[-1].layer}, row by row"
        return CStep(comment, (clear, *band.begin, band.drive, *band.end))
    (node,) = nodes
    site = node.site
    shapes = " + ".join(dims(t.shape) for t in site.inputs if t is not None and not t.is_constant)
    made = ", ".join(dims(t.shape) for t in site.outputs)
    named = site.outputs or site.updated
    name = literals.comment(named[0].name) if named else ""
    comment = f"{node.layer}: {site.node.op.name} {shapes} -> {made or 'nothing'}: {name}"
    calls = tuple(_call(scope, number, base, call) for base, call in node.calls)
    if site.node.op.control is not None:
        base = scope.compiled.plan.scratch(number) if step.scratch else 0
        calls = tuple(control_lines(scope, site.node.op.control(site), base))
    return CStep(comment, calls, node.layer)


def _call(scope: Scope, step: int, base: str, call: KernelCall) -> str:
    if call.foreign is not None:
        return foreign_call(scope, call)
    tensors = scope.compiled.graph.tensors
    operands = [scope.operand(t) for t in (*call.inputs, *call.outputs)]
    if call.row_pointers:
        operands.append(rows_name(tensors[call.inputs[0]].dtype))
    if call.scratch:
        operands.append(scope.at("void", scope.compiled.plan.scratch(step)))
    return f"mf_{call.kernel}({', '.join((*operands, f'&{base}_params'))})"


def _whole_rows(compiled: Compiled) -> tuple[CRows, ...]:
    """The row pointers of the steps that run on whole tensors."""
    plan = compiled.plan
    alone = [plan.work.tasks[s.first].node for s in plan.steps if s.band is None]
    return row_pointers([c for n in alone for c in compiled.calls[n]], compiled.graph)


def _stream(scope: Scope, bands: Mapping[int, CBand], steps: Sequence[CStep]) -> CStream | None:
    """What is done as rows of a streamed input arrive; None where all inputs are whole."""
    compiled = scope.compiled
    streamed = compiled.plan.streamed
    if streamed is None:
        return None
    number = next(n for n in bands if band_scope(scope, n).streamed)
    inside = band_scope(scope, number)
    band = inside.band
    picture = band.shape.pictures[streamed]
    port = next(p for p in compiled.model.inputs if p.tensor.id == streamed)
    return CStream(
        label=port.label,
        function=f"{scope.stem}stream",
        c_type=port.tensor.dtype.c_type,
        rows=picture.rows,
        needed=band.needed,
        row_elements=picture.row_bytes // port.tensor.dtype.size,
        row_bytes=picture.row_bytes,
        slot=input_slot(inside),
        arrived=advance(inside, streamed),
        band=bands[number],
        before=tuple(steps[:number]),
        after=tuple(steps[number + 1 :]),
    )
