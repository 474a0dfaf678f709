"""Tasks: who reads which buffer how, and who can work by rows."""

from __future__ import annotations

import pytest

from microflow.graph.access import Access, Elementwise, Read, Rowwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.plan.tasks import MAX_ROWS, Picture, Task, Work, padded, storage, work

from .draw import COMPUTE, VIEW

_READ = Access((Whole(),))


def _tensor(index: int, shape: Shape = (6,), constant: bool = False) -> Tensor:
    size = 1
    for side in shape:
        size *= side
    return Tensor(index, f"t{index}", DType.INT8, shape, data=bytes(size) if constant else None)


def _node(index: int, given: int, made: int, view: bool = False) -> Node:
    return Node(index, VIEW if view else COMPUTE, (given,), (made,), _READ)


def _work(graph: Graph) -> Work:
    call = KernelCall("k", (), (), {})
    return work(graph, [() if n.op.view else (call,) for n in graph.nodes])


def test_views_share_the_memory_of_their_source_and_are_no_tasks() -> None:
    tensors = {i: _tensor(i) for i in range(4)}
    nodes = (_node(0, 0, 1, view=True), _node(1, 1, 2, view=True), _node(2, 2, 3))
    graph = Graph("g", tensors, nodes, (0,), (3,))
    assert storage(graph) == {0: 0, 1: 0, 2: 0, 3: 3}
    (task,) = _work(graph).tasks
    assert (task.node, task.operands[0].buffer, task.operands[0].tensor.id) == (2, 0, 2)


def test_a_view_of_a_constant_is_a_buffer_of_its_own() -> None:
    tensors = {0: _tensor(0, constant=True), 1: _tensor(1)}
    graph = Graph("g", tensors, (_node(0, 0, 1, view=True),), (), (1,))
    assert storage(graph) == {1: 1}


def test_who_makes_reads_and_needs_a_buffer_last() -> None:
    tensors = {i: _tensor(i) for i in range(5)}
    nodes = (_node(0, 0, 1), _node(1, 1, 2, view=True), _node(2, 0, 3), _node(3, 2, 4))
    found = _work(Graph("g", tensors, nodes, (0,), (3, 4)))
    assert found.readers == {0: (0, 1), 1: (2,), 3: (), 4: ()}
    assert found.maker == {0: -1, 1: 0, 3: 1, 4: 2}
    assert found.kept == {3, 4}
    assert found.last == {0: 1, 1: 2, 3: 3, 4: 3}


def test_an_input_that_nobody_reads_is_needed_by_none() -> None:
    found = _work(Graph("g", {0: _tensor(0), 1: _tensor(1)}, (_node(0, 0, 1),), (0, 1), (1,)))
    assert found.last[0] == 0
    assert _work(Graph("g", {0: _tensor(0)}, (), (0,), ())).last == {0: -1}


def _task(
    reads: tuple[Read, ...],
    shapes: tuple[Shape, ...],
    made: Shape,
    *,
    constant: bool = False,
    row_pointers: int = 0,
    sums: int = 0,
    piece: int = 1,
) -> Task:
    """The only task of a graph; with `constant`, its last operand is one."""
    count = len(shapes)
    tensors = {i: _tensor(i, s, constant and i == count - 1) for i, s in enumerate(shapes)}
    node = Node(0, COMPUTE, tuple(tensors), (count,), Access(reads))
    inputs = tuple(t for t in tensors if not tensors[t].is_constant)
    graph = Graph("g", {**tensors, count: _tensor(count, made)}, (node,), inputs, (count,))
    lowered = KernelCall("k", tuple(tensors), (count,), {}, row_pointers, 0, sums, piece)
    (task,) = work(graph, [(lowered,)]).tasks
    return task


_PICTURE = (1, 5, 4, 3)
_HIGH = Window((3, 3), (2, 1), (1, 1), (1, 1))


def test_a_kernel_that_takes_rows_works_by_rows() -> None:
    task = _task((_HIGH,), (_PICTURE,), (1, 3, 4, 8), row_pointers=3)
    assert task.by_rows and task.picture == Picture(3, 4, 8)
    assert [list(task.operands[0].rows(y)) for y in range(3)] == [[0, 1], [1, 2, 3], [3, 4]]


@pytest.mark.parametrize(
    ("read", "shape", "made", "local"),
    [
        (Elementwise(), _PICTURE, _PICTURE, True),
        (Window(), _PICTURE, (1, 5, 4, 7), True),
        (Window(padding=(0, 1)), _PICTURE, (1, 5, 6, 3), False),
        (Window((1, 3)), _PICTURE, (1, 5, 2, 3), False),
        (Rowwise(), _PICTURE, (1, 5, 9, 2), True),
        (Rowwise(), _PICTURE, (1, 4, 5, 3), False),
        (Whole(), _PICTURE, _PICTURE, False),
        (Elementwise(), (2, 5, 4, 3), (2, 5, 4, 3), False),
        (Elementwise(), (60,), (60,), False),
        (Elementwise(), (1, 60, 1, 1), _PICTURE, False),
        (Elementwise(), (1, MAX_ROWS + 1, 1, 1), (1, MAX_ROWS + 1, 1, 1), False),
    ],
)
def test_whoever_needs_row_y_alone_for_row_y_works_by_rows(
    read: Read, shape: Shape, made: Shape, local: bool
) -> None:
    assert _task((read,), (shape,), made).by_rows == local


@pytest.mark.parametrize(
    ("constant", "local"),
    [((3,), True), ((1, 1, 1, 3), True), ((4, 3), True), (_PICTURE, False), ((5, 1, 1), False)],
)
def test_a_constant_that_varies_by_row_keeps_a_task_from_single_rows(
    constant: Shape, local: bool
) -> None:
    """The row's call would see the whole constant beside a single row."""
    reads = (Elementwise(), Elementwise() if constant == _PICTURE else Whole())
    task = _task(reads, (_PICTURE, constant), _PICTURE, constant=True)
    assert task.by_rows == local


def test_a_sink_takes_rows_and_makes_none() -> None:
    high = Window((5, 4))
    task = _task((high,), (_PICTURE,), (1, 1, 1, 3), row_pointers=5, sums=3)
    assert (task.by_rows, task.sums, task.piece) == (False, 12, 12)
    task = _task((Whole(),), ((1, 60),), (1, 7), sums=7)
    assert (task.by_rows, task.sums, task.piece) == (False, 28, 1)
    task = _task((Whole(),), (_PICTURE,), (1, 3), sums=3, piece=3)
    assert (task.by_rows, task.sums, task.piece) == (False, 12, 3)
    task = _task((Whole(),), ((1, 60),), (1, 7), constant=True, sums=7, piece=3)
    assert (task.sums, task.piece) == (0, 1)  # nothing arrives of a constant


@pytest.mark.parametrize(("size", "room"), [(0, 0), (1, 4), (4, 4), (5, 8)])
def test_sizes_are_rounded_up_to_words(size: int, room: int) -> None:
    assert padded(size) == room
