"""A band being lowered: the names of its functions and counters, and where its rows lie."""

from __future__ import annotations

from attrs import frozen

from microflow.codegen.scope import NodeCalls, Scope
from microflow.plan.band import Band, Ring
from microflow.plan.tasks import Operand, Task

STATE = "band"  # the parameter of each function


@frozen
class BandScope:
    """A band being lowered: step `number` of the plan, with its memory at `base`."""

    scope: Scope
    number: int
    band: Band
    base: int
    state: int  # where the counters lie

    @property
    def name(self) -> str:
        """What begins the names of all of the band's functions."""
        return f"{self.scope.stem}band_{self.number}"

    @property
    def streamed(self) -> bool:
        """Tells whether the band's input arrives row by row."""
        return self.band.shape.streamed is not None

    def task(self, position: int) -> Task:
        """Returns a task of the plan."""
        return self.scope.compiled.plan.work.tasks[position]

    def node(self, task: Task) -> NodeCalls:
        """Returns the calls of a task."""
        return self.scope.nodes[task.node]

    def name_of(self, buffer: int) -> str:
        """Returns the name of the counter of an inner buffer."""
        if buffer == self.band.shape.streamed:
            return "input"
        site = self.task(self.scope.compiled.plan.work.maker[buffer]).site
        return f"{site.node.op.name.lower()}_{site.node.index}"

    def made(self, buffer: int) -> str:
        """Returns the counter of an inner buffer: how many of its rows have been made."""
        return f"{STATE}->{self.name_of(buffer)}"

    def slot(self, buffer: int) -> str:
        """Returns the counter that tells where the next row of a ring goes."""
        return f"{self.made(buffer)}_slot"

    def turn(self, ring: Ring) -> str:
        """Returns where row 0 would lie: with the row added, and the slots below 0, its slot."""
        made = self.made(ring.buffer)
        return f"{self.slot(ring.buffer)} - {made}" if ring.slots > 1 else f"-{made}"


def band_scope(scope: Scope, number: int) -> BandScope:
    """Returns the scope of the band that is step `number` of the plan."""
    plan = scope.compiled.plan
    band = plan.steps[number].band
    assert band is not None
    base = plan.scratch(number)
    streamed = band.shape.streamed is not None
    return BandScope(
        scope, number, band, base, plan.stream_state if streamed else base + band.counters
    )


def is_inner(inside: BandScope, buffer: int) -> bool:
    """Tells whether a buffer lies in the band, row by row."""
    return buffer in inside.band.shape.pictures


def memory_of(inside: BandScope, operand: Operand) -> str:
    """Returns where an operand's rows begin: its ring, the output, or a whole tensor."""
    c_type = operand.tensor.dtype.c_type
    if not is_inner(inside, operand.buffer):
        return inside.scope.at(c_type, inside.scope.compiled.plan.offset(operand.buffer))
    return _inner_memory(inside, operand.buffer, c_type)


def _inner_memory(inside: BandScope, buffer: int, c_type: str) -> str:
    ring = inside.band.slot(buffer)
    if ring is None:
        output = inside.band.shape.output
        return inside.scope.at(c_type, inside.scope.compiled.plan.offset(output))
    return inside.scope.at(c_type, inside.base + ring.offset)


def read_row(inside: BandScope, task: Task, operand: Operand) -> str:
    """Returns the address of row y of an operand that is read row by row."""
    return row_address(inside, operand, "y")


def row_address(inside: BandScope, operand: Operand, row: str) -> str:
    """Returns the address of a row of an operand."""
    memory = memory_of(inside, operand)
    if not is_inner(inside, operand.buffer):
        assert operand.picture is not None
        return f"{memory} + {_times(row, operand.picture.row_bytes // operand.tensor.dtype.size)}"
    picture = inside.band.shape.pictures[operand.buffer]
    count = picture.row_bytes // operand.tensor.dtype.size
    ring = inside.band.slot(operand.buffer)
    if ring is None:
        return f"{memory} + {_times(row, count)}"
    if ring.slots == 1:
        return memory
    slot = f"mf_ring_slot({inside.turn(ring)}, {ring.slots}, {row})"
    return f"{memory} + {_times(slot, count)}"


def next_row(inside: BandScope, buffer: int, row: str) -> str:
    """Returns the address at which the next row of a buffer is written."""
    tensor = inside.scope.compiled.graph.tensors[buffer]
    c_type = tensor.dtype.c_type
    shape = inside.band.shape
    if buffer == shape.output:
        picture = inside.task(shape.last).picture
        memory = inside.scope.operand(buffer)
    else:
        picture = shape.pictures[buffer]
        memory = _inner_memory(inside, buffer, c_type)
    assert picture is not None
    count = picture.row_bytes // tensor.dtype.size
    ring = None if buffer == shape.output else inside.band.slot(buffer)
    if ring is None:
        return f"{memory} + {_times(row, count)}"
    if ring.slots == 1:
        return memory
    return f"{memory} + {_times(inside.slot(ring.buffer), count)}"


def _times(row: str, count: int) -> str:
    inner = f"({row})" if " " in row and not row.endswith(")") else row
    return f"(ptrdiff_t){inner} * {count}"
