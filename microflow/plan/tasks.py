"""A lowered graph as the planner sees it: who reads which buffer how, and who can work by rows.

Views (RESHAPE and the like) are no tasks: a tensor seen through them is the buffer it was made in.
Variables lie outside the arena: tasks that work on them run on whole tensors, in the graph's order.
All sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from attrs import define, frozen

from microflow.graph.access import Elementwise, Read, Rowwise, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Site
from microflow.graph.state import Touch, touches
from microflow.graph.tensor import DType, Tensor

ALIGNMENT = 4  # bytes; every buffer starts at a word of a 32-bit core
MAX_ROWS = 32_000  # of a picture in a band, windows over its edges included: 16 bits count them
_EVERY_PIXEL = Window()


@frozen
class Picture:
    """A tensor as `rows` rows of `columns` pixels, one image."""

    rows: int
    columns: int
    pixel_bytes: int

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return self.columns * self.pixel_bytes


@frozen
class Operand:
    """A tensor that a task reads: its buffer, how it is read, and the picture that is seen."""

    buffer: int
    tensor: Tensor
    read: Read
    picture: Picture | None

    def rows(self, y: int) -> range:
        """Returns the rows of the operand that row `y` of the output needs."""
        if isinstance(self.read, Window):
            assert self.picture is not None
            return self.read.rows(y, self.picture.rows)
        return range(y, y + 1)


@frozen
class Task:
    """A node that makes calls. `operands` are those in memory, `outputs` its buffers.

    `by_rows` tells whether single rows of the output can be computed; `sums` is the size of the
    accumulators of a task that can take its operand in pieces of `piece` bytes instead. One that
    `raises` can take the rows under a window one by one. Where `whole_rows` is set, pictures have
    rows for pixels, and what a row is written over may not be read by the row itself. `touch` is
    what it does with variables.
    """

    node: int  # its position in the graph
    site: Site
    operands: tuple[Operand, ...]
    outputs: tuple[int, ...]
    picture: Picture | None  # of the output
    scratch: int
    by_rows: bool
    sums: int
    piece: int
    channelwise: bool
    reversible: bool
    raises: bool
    whole_rows: bool = False
    touch: Touch = Touch()

    @property
    def output(self) -> int:
        """The buffer of the only output."""
        return self.outputs[0]

    @property
    def elementwise(self) -> bool:
        """Tells whether every operand in memory is read element by element."""
        return bool(self.operands) and all(isinstance(o.read, Elementwise) for o in self.operands)


@define(slots=False)
class Work:
    """The tasks of a graph in order, with the buffers between them. Never changed once made."""

    graph: Graph
    owner: Mapping[int, int]
    tasks: tuple[Task, ...]
    size: Mapping[int, int]  # of each buffer

    @cached_property
    def readers(self) -> dict[int, tuple[int, ...]]:
        """The tasks that read each buffer, by position."""
        found: dict[int, list[int]] = {b: [] for b in self.size}
        for position, task in enumerate(self.tasks):
            for buffer in dict.fromkeys(o.buffer for o in task.operands):
                found[buffer].append(position)
        return {b: tuple(r) for b, r in found.items()}

    @cached_property
    def maker(self) -> dict[int, int]:
        """The task that writes each buffer, by position; -1 for inputs of the graph."""
        made = {b: position for position, task in enumerate(self.tasks) for b in task.outputs}
        return {b: made.get(b, -1) for b in self.size}

    @cached_property
    def kept(self) -> frozenset[int]:
        """The buffers that hold outputs of the graph."""
        return frozenset(self.owner[t] for t in self.graph.outputs)

    @cached_property
    def last(self) -> dict[int, int]:
        """The last task that needs each buffer; the number of tasks for outputs of the graph."""
        end = len(self.tasks)
        return {
            b: end if b in self.kept else max((self.maker[b], *self.readers[b])) for b in self.size
        }

    @cached_property
    def middle(self) -> tuple[Mapping[int, int], ...]:
        """The rows of each buffer that a row in the middle of each task's output needs."""
        return tuple(_middle(task) for task in self.tasks)

    @cached_property
    def alive(self) -> tuple[Mapping[int, int], ...]:
        """The buffers that hold something needed when each task begins, with their padded bytes."""
        made: dict[int, dict[int, int]] = {}
        for buffer, size in self.size.items():
            made.setdefault(self.maker[buffer] + 1, {})[buffer] = padded(size)
        found: list[dict[int, int]] = []
        for at in range(len(self.tasks)):
            before = {**(found[-1] if found else {}), **made.get(at, {})}
            found.append({b: size for b, size in before.items() if self.last[b] >= at})
        return tuple(found)


def storage(graph: Graph) -> dict[int, int]:
    """Returns, for each tensor in memory, the tensor whose bytes it shares (views share)."""
    kept = (t.id for t in graph.tensors.values() if t.is_variable)
    owner = {t: t for t in (*graph.inputs, *kept)}
    for node in graph.nodes:
        source = node.inputs[0] if node.op.view else None
        for output in node.outputs:
            owner[output] = output if source is None else owner.get(source, output)
    return owner


def work(
    graph: Graph,
    calls: Sequence[tuple[KernelCall, ...]],
    touched: Mapping[int, Touch] | None = None,
    rooms: Mapping[int, int] = MappingProxyType({}),
) -> Work:
    """Returns the tasks of `graph`, whose node i is lowered to ``calls[i]``.

    `touched` is what its nodes do with variables, by index, where the graph's order is not yet
    known to be sound: that of the model. `rooms` is the memory that nodes need for subgraphs.
    """
    owner = storage(graph)
    known = touches(graph) if touched is None else touched
    size = {
        b: graph.tensors[b].bytes
        for b in dict.fromkeys(owner.values())
        if not graph.tensors[b].is_variable
    }
    buffers = {t: b for t, b in owner.items() if b in size}
    tasks = tuple(
        _task(
            position,
            site,
            group,
            buffers,
            known[site.node.index],
            rooms.get(site.node.index, 0),
        )
        for position, (site, group) in enumerate(zip(graph.sites(), calls, strict=True))
        if not site.node.op.view
    )
    return Work(graph, owner, tasks, size)


def _task(
    position: int,
    site: Site,
    calls: Sequence[KernelCall],
    owner: Mapping[int, int],
    touch: Touch,
    room: int,
) -> Task:
    access = site.node.op.access(site)
    whole_rows = any(call.whole_rows for call in calls)
    view = _by_rows if whole_rows else _by_pixels
    operands = tuple(
        Operand(owner[tensor.id], tensor, *view(read, _picture(tensor)))
        for tensor, read in zip(site.inputs, access.reads, strict=True)
        if tensor is not None and tensor.id in owner
    )
    only = calls[0] if len(calls) == 1 else None
    picture = None
    if len(site.outputs) == 1 and not touch:
        _, picture = view(_EVERY_PIXEL, _picture(site.output))
    sums = 4 * only.sums if only is not None and operands and not touch else 0
    rows = only is not None and only.row_pointers > 0
    return Task(
        node=position,
        site=site,
        operands=operands,
        outputs=tuple(owner[t.id] for t in site.outputs),
        picture=picture,
        scratch=max((call.scratch for call in calls), default=room),
        by_rows=picture is not None
        and not sums
        and (rows or _row_local(site, operands, picture))
        and all(_countable(o, picture) for o in operands),
        sums=sums,
        piece=_piece(only, operands),
        channelwise=access.channelwise and not whole_rows,
        reversible=access.reversible and all("order" in call.params for call in calls),
        raises=only is not None and only.raises,
        whole_rows=whole_rows,
        touch=touch,
    )


def _by_pixels(read: Read, picture: Picture | None) -> tuple[Read, Picture | None]:
    return read, picture


def _by_rows(read: Read, picture: Picture | None) -> tuple[Read, Picture | None]:
    """The same with rows for pixels: all that a row needs may be read until it is written."""
    if picture is None:
        return read, None
    row = Picture(picture.rows, 1, picture.row_bytes)
    if not isinstance(read, Window):
        return read, row
    down = [pair[0] for pair in (read.kernel, read.stride, read.dilation, read.padding)]
    kernel, stride, dilation, padding = down
    return Window((kernel, 1), (stride, 1), (dilation, 1), (padding, 0)), row


def _middle(task: Task) -> dict[int, int]:
    """The rows of each buffer that a row in the middle of a task's output needs, if it has rows."""
    found: dict[int, int] = {}
    if task.by_rows and task.picture is not None:
        for operand in task.operands:
            rows = len(operand.rows(task.picture.rows // 2))
            found[operand.buffer] = max(found.get(operand.buffer, 0), rows)
    return found


def _piece(call: KernelCall | None, operands: Sequence[Operand]) -> int:
    """The bytes of which the pieces of a task with sums are multiples."""
    if call is None or not call.sums or not operands:
        return 1
    first = operands[0]
    if isinstance(first.read, Window) and first.picture is not None:
        return first.picture.row_bytes
    return call.piece * first.tensor.dtype.size


def _picture(tensor: Tensor) -> Picture | None:
    """The tensor as a picture; None where it is none, or several, or too high."""
    if len(tensor.shape) != 4 or tensor.shape[0] != 1 or not 1 <= tensor.shape[1] <= MAX_ROWS:
        return None
    _, rows, columns, channels = tensor.shape
    return Picture(rows, columns, channels * tensor.dtype.size)


def _countable(operand: Operand, picture: Picture) -> bool:
    """Tells whether the rows under every window, those outside included, fit the counters."""
    if not isinstance(operand.read, Window):
        return True
    read = operand.read
    last = (picture.rows - 1) * read.stride[0] + (read.kernel[0] - 1) * read.dilation[0]
    return max(last, read.padding[0]) <= MAX_ROWS


def _row_local(site: Site, operands: Sequence[Operand], picture: Picture) -> bool:
    """Tells whether row y of the output needs row y of every operand, and nothing else.

    A constant that varies by row would need to be cut too.
    """
    constants = (t.shape for t in site.inputs if t is not None and t.is_constant)
    return (
        bool(operands)
        and all(_row_for_row(o, picture) for o in operands)
        and all(len(shape) < 3 or shape[-3] == 1 for shape in constants)
    )


def _row_for_row(operand: Operand, picture: Picture) -> bool:
    seen = operand.picture
    if seen is None or seen.rows != picture.rows:
        return False
    if isinstance(operand.read, Rowwise):
        return True
    every_pixel = isinstance(operand.read, Elementwise) or operand.read == _EVERY_PIXEL
    return every_pixel and seen.columns == picture.columns


def may_share(read: DType, written: DType) -> bool:
    """Tells whether C lets memory that is read as one type be written as another meanwhile.

    It does for one type, and for bytes, which may be written over anything.
    """
    return read is written or written.size == 1


def padded(size: int, alignment: int = ALIGNMENT) -> int:
    """Returns `size` rounded up to a multiple of `alignment`."""
    return -(-size // alignment) * alignment
