"""Lowers a band to C: a function for each layer that makes its rows on demand, and one that drives.

A function pulls the rows that it needs from those of the layers before it. Where the input is
streamed, a pull that lacks rows returns 0, and the next row of the input begins the descent again:
the counters remember how far each layer has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from microflow.codegen import literals
from microflow.codegen.band_scope import (
    STATE,
    BandScope,
    is_inner,
    memory_of,
    next_row,
    read_row,
    row_address,
)
from microflow.codegen.cflow import CBand, CPull
from microflow.codegen.scope import NodeCalls, dims, row_pointers, rows_name
from microflow.graph.access import Window
from microflow.graph.call import KernelCall
from microflow.graph.tensor import DType
from microflow.plan.calls import takes_rows
from microflow.plan.tasks import Operand, Task


def lower_band(inside: BandScope) -> CBand:
    """Returns the band as a document."""
    shape, band = inside.band.shape, inside.band
    counter = "uint8_t" if band.counter_bytes == 1 else "uint16_t"
    rows = [inside.name_of(buffer) for buffer in shape.inner]
    slots = [f"{inside.name_of(r.buffer)}_slot" for r in band.rings.values() if r.slots > 1]
    progress = ["done", "pushed"] if inside.streamed else []
    state_type = f"{inside.name}_rows"
    pulls = [_pull(inside, p) for p in shape.tasks if p != shape.last]
    tail = inside.task(shape.last)
    (base, call), *_ = inside.node(tail).calls
    sums = inside.scope.at(_sum_type(tail), inside.base + band.sums)
    return CBand(
        state_type=state_type,
        state=inside.scope.at(state_type, inside.state),
        counters=tuple((counter, name) for name in (*progress, *rows, *slots)),
        pulls=(*pulls, _driver(inside)),
        begin=() if tail.by_rows else (f"mf_{call.kernel}_begin({sums}, &{base}_params)",),
        drive=f"{inside.name}({inside.scope.at(state_type, inside.state)})",
        end=()
        if tail.by_rows
        else (
            f"mf_{call.kernel}_end({sums}, {inside.scope.operand(tail.output)}, &{base}_params)",
        ),
    )


def input_slot(inside: BandScope) -> str:
    """Returns the address of the row that a streamed input will bring next."""
    streamed = inside.band.shape.streamed
    assert streamed is not None
    return next_row(inside, streamed, "0")


def advance(inside: BandScope, buffer: int) -> tuple[str, ...]:
    """Returns the lines that count a row of an inner buffer that has been made."""
    counted = (f"{inside.made(buffer)}++;",)
    ring = inside.band.rings.get(buffer)
    if ring is None or ring.slots == 1:
        return counted
    slot = inside.slot(buffer)
    return (*counted, f"if (++{slot} == {ring.slots}) {slot} = 0;")


def _pull(inside: BandScope, position: int) -> CPull:
    task = inside.task(position)
    made = inside.made(task.output)
    node = inside.node(task)
    return CPull(
        function=f"{inside.name}_{inside.name_of(task.output)}",
        parameters=f"{inside.name}_rows *{STATE}, int last",
        result="int" if inside.streamed else "void",
        comment=_comment(node),
        head=f"for (int y = {made}; y <= last; y = {made})",
        rows=row_pointers([call for _, call in node.calls], inside.scope.compiled.graph),
        lines=(*_made(inside, position), *advance(inside, task.output)),
        layer=node.layer,
        last=("return 1;",) if inside.streamed else (),
    )


def _driver(inside: BandScope) -> CPull:
    task = inside.task(inside.band.shape.last)
    node = inside.node(task)
    start, step = ("0", "y++")
    if inside.streamed:
        start, step = f"{STATE}->done", f"y = ++{STATE}->done"
    calls = [call for _, call in node.calls] if task.by_rows else []
    return CPull(
        function=inside.name,
        parameters=f"{inside.name}_rows *{STATE}",
        result="int" if inside.streamed else "void",
        comment=_comment(node),
        head=f"for (int y = {start}; y < {_driving_rows(inside, task)}; {step})",
        rows=row_pointers(calls, inside.scope.compiled.graph),
        lines=tuple(_made(inside, inside.band.shape.last)),
        layer=node.layer,
        last=("return 1;",) if inside.streamed else (),
    )


def _comment(node: NodeCalls) -> str:
    site = node.site
    return f"{node.layer}: {site.node.op.name} {dims(site.output.shape)}: " + literals.comment(
        site.output.name
    )


def _driving_rows(inside: BandScope, task: Task) -> int:
    if task.by_rows:
        assert task.picture is not None
        return task.picture.rows
    operand = task.operands[0]
    picture = inside.band.shape.pictures.get(operand.buffer) or operand.picture
    assert picture is not None
    return picture.rows


def _made(inside: BandScope, position: int) -> Iterator[str]:
    """The lines that make row y of a task, or give it to a sink."""
    task = inside.task(position)
    if position in inside.band.shape.raising:
        yield from _raised(inside, task)
        return
    computed = _row(inside, task) if task.by_rows else _add(inside, task)
    yield from (f"{statement};" for statement in (*_pulls(inside, task), *computed))


def _raised(inside: BandScope, task: Task) -> Iterator[str]:
    """The lines that take the rows under the window of row y one by one.

    The operand's counter says which were taken: each is, as soon as it is made.
    """
    ((base, call),) = inside.node(task).calls
    (operand,) = task.operands
    read, seen = operand.read, operand.picture
    assert isinstance(read, Window)
    assert seen is not None
    row, out = row_address(inside, operand, "k"), next_row(inside, task.output, "y")
    pointed = _pointed_at(inside, operand, call, "k", seen.rows)  # null for the others
    top = _affine(read.stride[0], -read.padding[0])
    yield f"const int top = {top if read.padding[0] == 0 else f'mf_most({top}, 0)'};"
    taken = inside.made(operand.buffer)
    yield f"for (int k = {taken}; k <= {_last_row(task, operand)}; k++) {{"
    yield f"  {_pulled(inside, operand.buffer, 'k')};"
    yield f"  if (k == top) {pointed};"
    yield f"  if (k == top) {_rows_call(inside, base, call, operand, out)};"
    yield f"  if (k > top) mf_{call.kernel}_raise({row}, {out}, &{base}_params);"
    yield "}"


# ---- Pulling ----


def _pulls(inside: BandScope, task: Task) -> Iterator[str]:
    """The statements that make the rows that row y of a task needs."""
    lasts: dict[int, str] = {}
    for operand in task.operands:
        if operand.buffer in inside.band.shape.pictures:
            lasts.setdefault(operand.buffer, _last_row(task, operand))
    for buffer, last in lasts.items():
        yield _pulled(inside, buffer, last)


def _pulled(inside: BandScope, buffer: int, last: str) -> str:
    """The statement that makes the rows of a buffer up to `last`."""
    if buffer == inside.band.shape.streamed:
        return f"if ({inside.made(buffer)} <= {last}) return 0"
    pull = f"{inside.name}_{inside.name_of(buffer)}({STATE}, {last})"
    return f"if (!{pull}) return 0" if inside.streamed else pull


def _last_row(task: Task, operand: Operand) -> str:
    """The last row of an operand that row y needs."""
    read, seen = operand.read, operand.picture
    if not task.by_rows or not isinstance(read, Window) or seen is None or task.picture is None:
        return "y"
    offset = (read.kernel[0] - 1) * read.dilation[0] - read.padding[0]
    last = _affine(read.stride[0], offset)
    beyond = (task.picture.rows - 1) * read.stride[0] + offset >= seen.rows
    return f"mf_least({last}, {seen.rows - 1})" if beyond else last


def _affine(factor: int, offset: int) -> str:
    row = "y" if factor == 1 else f"y * {factor}"
    return row if offset == 0 else f"{row} {'+' if offset > 0 else '-'} {abs(offset)}"


# ---- Computing a row ----


def _row(inside: BandScope, task: Task) -> Iterator[str]:
    """The statements that compute row y of a task."""
    node = inside.node(task)
    out = next_row(inside, task.output, "y")
    if takes_rows([call for _, call in node.calls]):
        (base, call), *_ = node.calls
        operand = next(o for o in task.operands if o.tensor.id == call.inputs[0])
        yield _pointed(inside, task, operand, call)
        yield _rows_call(inside, base, call, operand, out)
        return
    addresses = {o.tensor.id: read_row(inside, task, o) for o in task.operands}
    for base, call in node.calls:
        yield _plain_call(inside, base, call, {**addresses, task.site.output.id: out})


def _rows_call(inside: BandScope, base: str, call: KernelCall, operand: Operand, out: str) -> str:
    arguments = [rows_name(operand.tensor.dtype), out, "1", *_scratch(inside, call)]
    return f"mf_{call.kernel}_rows({', '.join((*arguments, f'&{base}_params'))})"


def _scratch(inside: BandScope, call: KernelCall) -> Iterator[str]:
    if call.scratch:
        yield inside.scope.at("void", inside.base)


def _plain_call(
    inside: BandScope, base: str, call: KernelCall, addresses: Mapping[int, str]
) -> str:
    operands = [addresses.get(t) or inside.scope.operand(t) for t in (*call.inputs, *call.outputs)]
    operands.extend(_scratch(inside, call))
    return f"mf_{call.kernel}({', '.join((*operands, f'&{base}_params'))})"


def _pointed(inside: BandScope, task: Task, operand: Operand, call: KernelCall) -> str:
    """The statement that points at the rows under the window of row y."""
    read, seen = operand.read, operand.picture
    assert isinstance(read, Window)
    assert seen is not None
    assert task.picture is not None
    dtype = operand.tensor.dtype
    first = _affine(read.stride[0], -read.padding[0])
    last = (task.picture.rows - 1) * read.stride[0]
    if call.row_pointers == 1 and read.padding[0] == 0 and last < seen.rows:
        return f"{rows_name(dtype)}[0] = {row_address(inside, operand, first)}"
    return _pointed_at(inside, operand, call, first, read.dilation[0])


def _pointed_at(
    inside: BandScope, operand: Operand, call: KernelCall, first: str, step: int
) -> str:
    """The statement that points at rows `first`, `first` + `step` and so on of an operand."""
    seen, dtype = operand.picture, operand.tensor.dtype
    assert seen is not None
    ends = f"{seen.row_bytes // dtype.size}, {seen.rows}, {call.row_pointers}, {first}, {step}"
    kind = {DType.INT8: "s8", DType.INT16: "s16"}.get(dtype, "f32")
    ring = inside.band.slot(operand.buffer) if is_inner(inside, operand.buffer) else None
    memory = memory_of(inside, operand)
    if ring is None:
        return f"mf_point_rows_{kind}({rows_name(dtype)}, {memory}, {ends})"
    turn = inside.turn(ring)
    return f"mf_point_ring_{kind}({rows_name(dtype)}, {memory}, {turn}, {ring.slots}, {ends})"


def _add(inside: BandScope, task: Task) -> Iterator[str]:
    """The statement by which a sink takes row y."""
    (base, call), *_ = inside.node(task).calls
    operand = task.operands[0]
    picture = inside.band.shape.pictures.get(operand.buffer) or operand.picture
    assert picture is not None
    count = picture.row_bytes // operand.tensor.dtype.size
    sums = inside.scope.at(_sum_type(task), inside.base + inside.band.sums)
    address = row_address(inside, operand, "y")
    yield f"mf_{call.kernel}_add({address}, (int32_t)y * {count}, {count}, {sums}, &{base}_params)"


def _sum_type(task: Task) -> str:
    return "float" if task.operands[0].tensor.dtype is DType.FLOAT32 else "int32_t"
