"""Frozen values that describe a model: tensors, nodes, the graph, and the record of an operator.

A node holds its operator's record, so nothing ever compares operators by name. Tensors are named by
their index in the model; a pass that needs a new tensor takes the next free index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from microflow.graph.tensor import Shape, Tensor
from microflow.profiles import TFLM

if TYPE_CHECKING:
    from microflow.graph.access import Access
    from microflow.graph.call import KernelCall
    from microflow.graph.control import Control
    from microflow.targets import Core


@frozen
class Finding:
    """What an operator does not support: `tensor` or None, what is unsupported, what would work."""

    what: str
    works: str
    tensor: Tensor | None = None


@frozen
class Cost:
    """What a node costs wherever it runs: multiply-accumulates of one inference."""

    macs: int = 0


_MANY = 255  # inputs of an operator that takes as many as there are


@frozen
class Operator:
    """Everything the compiler knows of one operator. A value, found by `microflow.ops.registry`.

    `options` is a frozen class whose fields are declared with `microflow.ops.options.option`; it
    is named as in the schema (``Conv2DOptions``), so a file's options table can be matched with it.
    `infer` returns the outputs' shapes. `check` returns what is unsupported; the functions after
    it may rely on a clean check. `fold` computes constant outputs from constant inputs (bytes in
    the outputs' types) or returns None. `access` tells in which order operands are read and
    written. `lower` returns the kernel calls, with their packed constants; `designs` yields others
    that compute the same with instructions that only some cores have, the best first. `updates` are
    the positions of inputs that are variables and get new values; `state` returns further variables
    that the operator keeps, which no file names. `subgraphs` returns the numbers of those that an
    operator with these options runs, `control` how it does: such operators lower to no calls.
    `custom` is the name that files have for a custom operator.

    What documents say of it is held true by tests: `kernels` are those that any core may have,
    `packed` those of designs for the cores that have another variant of them than plain C; `limits`
    says what `check` refuses beside other `types`, `beyond` which forms are taken here that
    TensorFlow Lite Micro refuses.
    """

    name: str
    code: int
    doc: str
    infer: Callable[[Site], tuple[Shape, ...]]
    check: Callable[[Site], Iterable[Finding]]
    access: Callable[[Site], Access]
    lower: Callable[[Site, Core], tuple[KernelCall, ...]]
    designs: Callable[[Site, Core], Iterable[tuple[KernelCall, ...]]] = lambda site, core: ()
    cost: Callable[[Site], Cost] = lambda site: Cost()
    fold: Callable[[Site], tuple[bytes, ...] | None] = lambda site: None
    options: type[Any] | None = None
    arity: tuple[int, int] = (1, 1)
    outputs: int | None = 1  # None: one or more; or none, of operators that run subgraphs
    types: str = "int8, float32"
    view: bool = False  # the output is the input's bytes under another shape
    copies: Callable[[Site], bool] = lambda site: False  # a site where it is
    updates: tuple[int, ...] = ()
    state: Callable[[Site], tuple[Tensor, ...]] = lambda site: ()
    subgraphs: Callable[[Any], tuple[int, ...]] = lambda attrs: ()
    control: Callable[[Site], Control] | None = None
    custom: str = ""
    kernels: tuple[str, ...] = ()
    packed: tuple[str, ...] = ()
    limits: str = ""
    beyond: str = ""

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def inputs(self) -> str:
        """The number of inputs, in words."""
        least, most = self.arity
        if most >= _MANY:
            return f"{least} or more"
        return str(least) if least == most else f"{least} to {most}"


@frozen
class Node:
    """An operator applied to tensors. An absent optional input is None.

    `state` holds the variables that the operator keeps beside its operands; `intermediates` are
    tensors that stand for the scales of what it computes on the way.
    """

    index: int
    op: Operator
    inputs: tuple[int | None, ...]
    outputs: tuple[int, ...]
    attrs: Any = None
    state: tuple[int, ...] = ()
    intermediates: tuple[int, ...] = ()


@frozen
class Site:
    """A node with its tensors: all that an operator's functions see."""

    node: Node
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    subgraphs: tuple[Graph, ...] = ()  # those that the node runs
    state: tuple[Tensor, ...] = ()
    profile: str = TFLM
    intermediates: tuple[Tensor, ...] = ()

    @property
    def attrs(self) -> Any:
        """The operator's options."""
        return self.node.attrs

    @property
    def output(self) -> Tensor:
        """The first output."""
        return self.outputs[0]

    def input(self, position: int) -> Tensor:
        """Returns an input that must be there."""
        tensor = self.inputs[position]
        assert tensor is not None
        return tensor

    @property
    def updated(self) -> tuple[Tensor, ...]:
        """The variables that get new values."""
        given = (self.optional(position) for position in self.node.op.updates)
        return (*(tensor for tensor in given if tensor is not None), *self.state)

    def optional(self, position: int) -> Tensor | None:
        """Returns an input, or None where it is absent."""
        return self.inputs[position] if position < len(self.inputs) else None


@frozen
class Graph:
    """A subgraph of a model, the main one as a rule: nodes in execution order.

    `subgraphs` holds those that nodes run, by number. A variable has the same index in all of them.
    """

    name: str
    tensors: Mapping[int, Tensor]
    nodes: tuple[Node, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    subgraphs: Mapping[int, Graph] = field(factory=dict)
    profile: str = TFLM

    def site(self, node: Node) -> Site:
        """Returns `node` with its tensors."""
        return Site(
            node,
            tuple(None if i is None else self.tensors[i] for i in node.inputs),
            tuple(self.tensors[i] for i in node.outputs),
            tuple(self.subgraphs[i] for i in node.op.subgraphs(node.attrs)),
            tuple(self.tensors[i] for i in node.state),
            self.profile,
            tuple(self.tensors[i] for i in node.intermediates),
        )

    def under(self, profile: str) -> Graph:
        """Returns the graph to be computed by the rules of `profile`; its subgraphs stay."""
        return self if profile == self.profile else evolve(self, profile=profile)

    def sites(self) -> tuple[Site, ...]:
        """Returns every node with its tensors, in execution order."""
        return tuple(self.site(node) for node in self.nodes)

    def consumers(self) -> dict[int, tuple[Node, ...]]:
        """Returns the nodes that read each tensor."""
        found: dict[int, tuple[Node, ...]] = {}
        for node in self.nodes:
            for tensor in dict.fromkeys(node.inputs):
                if tensor is not None:
                    found[tensor] = (*found.get(tensor, ()), node)
        return found

    def with_tensors(self, *tensors: Tensor) -> Graph:
        """Returns the graph with `tensors` added or replaced."""
        return evolve(self, tensors={**self.tensors, **{t.id: t for t in tensors}})

    def next_id(self) -> int:
        """Returns an index that no tensor has."""
        return max(self.tensors, default=-1) + 1
