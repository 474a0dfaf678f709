"""What the compiler knows, shown in the text: beside keys and blocks, and above models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from microflow.diag import Span, quoted
from microflow.dsl.ast import Attribute, Block, Name, only
from microflow.lsp.document import View
from microflow.lsp.figures import needed, result_line, tensor_type

if TYPE_CHECKING:
    from microflow.compilation import Result


@frozen
class Hint:
    """A text to show behind `span`, and what it means."""

    span: Span
    text: str
    tooltip: str = ""


def hints(view: View) -> tuple[Hint, ...]:
    """Returns what is used beside each budget, and type and shape beside each tensor."""
    return tuple(h for model in _models(view) for h in _of_model(view, model))


def lenses(view: View) -> tuple[Hint, ...]:
    """Returns RAM, flash, operations and time of each model on each target, above the model."""
    return tuple(lens for model in _models(view) for lens in _of_results(view, model))


def label(block: Block) -> str:
    """Returns the label of a block, "" where it has none."""
    first = block.labels[0] if block.labels else None
    return first.text if isinstance(first, Name) else ""


def _models(view: View) -> Iterator[Block]:
    blocks = only(view.document.syntax.statements, Block)
    return (b for b in blocks if b.name.text == "model")


def _of_results(view: View, model: Block) -> Iterator[Hint]:
    results, old = view.last_results(label(model))
    for result in results:
        text = result_line(result) + (" (before the errors)" if old else "")
        yield Hint(model.name.span, text, "RAM and flash with code and stack")


def _of_model(view: View, model: Block) -> Iterator[Hint]:
    results = view.results(label(model))
    for block in only(model.body, Block):
        if block.name.text == "budget":
            yield from _budget(results, block)
        if block.name.text == "on":
            there = tuple(r for r in results if r.target.name == label(block))
            budgets = (b for b in only(block.body, Block) if b.name.text == "budget")
            yield from (hint for b in budgets for hint in _budget(there, b))
        if block.name.text in ("input", "output"):
            yield from _port(view, label(model), block)


def _budget(results: tuple[Result, ...], block: Block) -> Iterator[Hint]:
    for key in only(block.body, Attribute):
        found = {r.target.name: needed(r, key.name.text) for r in results}
        needs = {name: need for name, need in found.items() if need is not None}
        if not needs:
            continue
        if len(set(needs.values())) == 1:
            shown = next(iter(needs.values()))
        else:
            shown = ", ".join(f"{need} {name}" for name, need in needs.items())
        tooltip = "modelled" if key.name.text == "latency" else "bytes"
        yield Hint(key.value.span, f"{shown} used", tooltip)


def _port(view: View, name: str, block: Block) -> Iterator[Hint]:
    model = view.model(name)
    if model is None or not block.labels:
        return
    ports = model.inputs if block.name.text == "input" else model.outputs
    port = next((p for p in ports if p.label == label(block) and p.span is not None), None)
    if port is None:
        return
    given = next((k for k in only(block.body, Attribute) if k.name.text == "tensor"), None)
    span = given.value.span if given is not None else block.labels[0].span
    yield Hint(span, tensor_type(port.tensor), quoted(port.tensor.name))
