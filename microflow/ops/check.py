"""Asks every operator of a graph whether it supports the form at hand."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.graph.ir import Finding, Graph, Site
from microflow.graph.state import inner_graphs
from microflow.graph.tensor import Shape
from microflow.ops._unsigned import signed

UNSUPPORTED_FORM = Rule(
    "MF4010",
    "unsupported-form",
    """An operator is supported, but not in the form this model uses

The compiler implements the operator for the types, ranks and options that its page in
`docs/operators.md` lists. The message names the operator, its index in the model, the tensor, what
is unsupported and what would work.

Remedy: convert the model again so that the operator takes a supported form (for example fully
quantised to int8 or int16, instead of weights alone), or replace the layer in the training script.
""",
)

BAD_SHAPE = Rule(
    "MF4011",
    "inconsistent-shape",
    """An operator's output shape does not follow from its inputs

The model file states the shape of every tensor. Here the stated output shape is not what the
operator computes from its inputs and options, so the file is damaged or was edited by a tool that
forgot to update it.

Remedy: convert the model again from its source.
""",
)


def check_operators(graph: Graph) -> Diagnostics:
    """Returns one diagnostic for each operator of `graph` that is not supported as it is used.

    Those of its subgraphs too, each of which is named.
    """
    own = _check_nodes(graph)
    return (*own, *(d for inner in inner_graphs(graph).values() for d in _check_inner(inner)))


def _check_inner(graph: Graph) -> Iterator[Diagnostic]:
    for found in _check_nodes(graph):
        yield evolve(found, message=f"{graph.name}: {found.message}")


def _check_nodes(graph: Graph) -> Iterator[Diagnostic]:
    """Yields what is not supported, in order."""
    for _, found, _ in checked_sites(graph):
        yield from found


def checked_sites(graph: Graph) -> Iterator[tuple[Site, Diagnostics, bool]]:
    """Yields each node, what is not supported of it, and whether its outputs are known already.

    What follows from constants alone is a constant to the nodes behind.
    """
    for node in graph.nodes:
        site = graph.site(node)
        found = tuple(check_site(site))
        made = None if found else node.op.fold(site)
        yield site, found, made is not None
        if made is not None:
            pairs = zip(site.outputs, made, strict=True)
            graph = graph.with_tensors(*(evolve(tensor, data=data) for tensor, data in pairs))


def check_site(site: Site) -> Iterator[Diagnostic]:
    """Yields why a node is not supported as it is used."""
    finding = _finding(site)
    if finding is not None:
        yield _diagnostic(site, finding)
        return
    for output, shape in zip(site.outputs, site.node.op.infer(signed(site)), strict=True):
        if output.shape != shape:
            yield Diagnostic(
                BAD_SHAPE,
                f"{place(site)}: output {output} should have shape {list(shape)}",
                "convert the model again: the file contradicts itself",
            )


def inferred(site: Site) -> tuple[Shape, ...] | None:
    """Returns the outputs' shapes, or None where the node is not supported as it is used."""
    return None if _finding(site) else site.node.op.infer(signed(site))


def _finding(site: Site) -> Finding | None:
    """What the operator does not support of the site as it is computed, with the file's tensor."""
    finding = next(_arity(site), None) or next(iter(site.node.op.check(signed(site))), None)
    if finding is None or finding.tensor is None:
        return finding
    stated = {t.id: t for t in (*site.inputs, *site.outputs) if t is not None}
    return evolve(finding, tensor=stated.get(finding.tensor.id, finding.tensor))


def _arity(site: Site) -> Iterator[Finding]:
    op, given = site.node.op, len(site.inputs)
    least, most = op.arity
    if not least <= given <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        yield Finding(f"{given} inputs", f"{expected} inputs")
    elif any(t is None for t in site.inputs[:least]):
        yield Finding("an absent input", f"the first {least} inputs present")
    if op.outputs is None and not site.outputs and op.control is None:
        yield Finding("no output", "one output or more")
    elif op.outputs not in (None, len(site.outputs)):
        yield Finding(f"{len(site.outputs)} outputs", f"{op.outputs} outputs")


def place(site: Site) -> str:
    """Returns the words that name a node in a message."""
    return f"{site.node.op.name} (operator {site.node.index})"


def _diagnostic(site: Site, finding: Finding) -> Diagnostic:
    where = f" at tensor {finding.tensor}" if finding.tensor else ""
    return Diagnostic(
        UNSUPPORTED_FORM,
        f"{place(site)}: {finding.what} is not supported{where}",
        f"use {finding.works}",
    )
