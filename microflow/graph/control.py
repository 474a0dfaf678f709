"""What an operator that runs subgraphs does: data that the code generator makes statements of.

Tensors are indices in the node's graph, `subgraph` is the number of a subgraph of the model.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen


@frozen
class Run:
    """Runs a subgraph: `inputs` are copied in, and what it gives out to `outputs`.

    Where there are fewer `outputs` than the subgraph has, the others are looked at in place.
    """

    subgraph: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@frozen
class Choice:
    """Runs `then` where the only element of `condition` is true, else `other`."""

    condition: int
    then: Run
    other: Run


@frozen
class Loop:
    """Copies `inputs` to `outputs`, then runs `body` as long as `condition` gives out true."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    condition: Run
    body: Run


@frozen
class Once:
    """Runs `first` where the variable `done` is false yet, which then is true."""

    done: int
    first: Run


Control: TypeAlias = Run | Choice | Loop | Once
