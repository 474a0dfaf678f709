"""Which layer is the first whose result is not the reference's.

Every layer's output is compared with the reference's tensor of the same index; tensors that only
one side has (a pass folded them away, or made them) are left out. Layers that call libm may be off
by the bound in their kernel's contract. So that this never spreads to the layers behind, the
reference's values take the place of theirs before the model goes on: each layer is judged on the
reference's own inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TypeAlias

import numpy as np
from attrs import frozen

from microflow.codegen.lower import Compiled
from microflow.compilation import on_whole_tensors
from microflow.diag import Diagnostics, quoted
from microflow.graph.ir import Node
from microflow.targets import load_target
from microflow.toolchain.host import Build, build_and_run, layer_dumps
from microflow.verify.difference import Array, differing
from microflow.verify.oracle import NoResult, profile_tensors_of_steps
from microflow.verify.rounding import bounds

Values: TypeAlias = Mapping[int, Array]  # by tensor
Number: TypeAlias = int | float | str


@frozen
class LayerDifference:
    """The first layer that differs, and its first differing element.

    `index` is the operator's in the model, `tensor` the name of its output, `position` the
    element's index in it. NaN and infinities are given by name.
    """

    step: int
    operator: str
    index: int
    tensor: str
    tensor_index: int
    elements: int
    differing: int
    position: tuple[int, ...]
    ours: Number
    expected: Number

    @property
    def words(self) -> str:
        """What a message says of it."""
        at = ", ".join(map(str, self.position))
        return (
            f"the first layer that differs is {self.operator} (operator {self.index}): "
            f"{self.differing} of {self.elements} elements of tensor {quoted(self.tensor)}, "
            f"first [{at}]: {self.ours} instead of {self.expected}"
        )


@frozen
class Reference:
    """What the reference computed: inputs (as bytes) and tensors of each step."""

    sent: tuple[tuple[bytes, ...], ...]
    tensors: tuple[Values, ...]


def reference(
    profile: str,
    model: bytes,
    steps: Sequence[Sequence[Array]],
    sent: Sequence[Sequence[bytes]],
) -> Reference | NoResult:
    """Returns what the reference of `profile` makes of `steps`, which were sent as `sent`.

    The arrays of a step are in the file's order. The steps run in order, so that variables have
    the values that the steps before have left.
    """
    tensors = profile_tensors_of_steps(profile, model, steps, isolated=True)
    if isinstance(tensors, NoResult):
        return tensors
    return Reference(tuple(tuple(s) for s in sent), tensors)


def first_difference(
    compiled: Compiled, known: Reference, build: Build
) -> tuple[LayerDifference | None, Diagnostics]:
    """Returns the first layer that differs in any step, or None where all agree.

    Every layer runs on whole tensors for this. Where the build fails, diagnostics say why.
    """
    core = load_target("host").core
    compiled = on_whole_tensors(compiled, core)
    allowed = {
        index: bound
        for index, (node, bound) in bounds(compiled).items()
        if all(set(node.outputs) <= tensors.keys() for tensors in known.tensors)
    }
    forced = [node for node in compiled.graph.nodes if node.index in allowed]
    sent = [
        (*inputs, *_forced_bytes(forced, tensors))
        for inputs, tensors in zip(known.sent, known.tensors, strict=True)
    ]
    replies, failed = build_and_run(compiled, core, sent, build, layers=True, forced=allowed)
    if failed:
        return None, failed
    for step, (reply, tensors) in enumerate(zip(replies, known.tensors, strict=True)):
        found = next(_differences(compiled, _dumped(compiled, reply), tensors, allowed), None)
        if found is not None:
            return _described(compiled, step, *found), ()
    return None, ()


def rows_agree(
    compiled: Compiled, sent: Sequence[Sequence[bytes]], build: Build
) -> tuple[bool, Diagnostics]:
    """Tells whether layers that run row by row give what they give on whole tensors, here."""
    if all(step.band is None for step in compiled.plan.steps):
        return True, ()
    core = load_target("host").core
    replies = []
    for model in (compiled, on_whole_tensors(compiled, core)):
        made, failed = build_and_run(model, core, sent, build)
        if failed:
            return False, failed
        replies.append(made)
    return replies[0] == replies[1], ()


def _forced_bytes(forced: Sequence[Node], tensors: Values) -> Iterator[bytes]:
    for node in forced:
        yield from (np.ascontiguousarray(tensors[t]).tobytes() for t in node.outputs)


def _dumped(compiled: Compiled, reply: Sequence[bytes]) -> dict[int, Array]:
    """The tensors that a program with layers wrote, in the order of execution."""
    tensors = compiled.graph.tensors
    return {
        dump.tensor: np.frombuffer(data, tensors[dump.tensor].dtype.numpy)
        for dump, data in zip(layer_dumps(compiled), reply, strict=False)
    }


def _differences(
    compiled: Compiled, ours: Values, expected: Values, allowed: Mapping[int, int]
) -> Iterator[tuple[Node, int, Array, Array, int]]:
    """Yields (node, tensor, ours, expected, bound) of every output that differs."""
    for node in compiled.graph.nodes:
        for tensor in node.outputs:
            if tensor not in ours or tensor not in expected:
                continue
            theirs = expected[tensor].ravel()
            bound = allowed.get(node.index, 0)
            if theirs.shape != ours[tensor].shape or theirs.dtype != ours[tensor].dtype:
                continue
            if differing(ours[tensor], theirs, bound).any():
                yield node, tensor, ours[tensor], theirs, bound


def _described(
    compiled: Compiled, step: int, node: Node, index: int, ours: Array, expected: Array, bound: int
) -> LayerDifference:
    tensor = compiled.graph.tensors[index]
    wrong = differing(ours, expected, bound)
    first = int(np.flatnonzero(wrong)[0])
    return LayerDifference(
        step=step,
        operator=node.op.name,
        index=node.index,
        tensor=tensor.name,
        tensor_index=index,
        elements=tensor.elements,
        differing=int(wrong.sum()),
        position=tuple(int(i) for i in np.unravel_index(first, tensor.shape)),
        ours=_number(ours[first].item()),
        expected=_number(expected[first].item()),
    )


def _number(value: float) -> Number:
    return value if isfinite(value) else str(value)
