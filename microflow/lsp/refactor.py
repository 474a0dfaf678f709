"""Refactorings of the model around a place: what the compiler knows, written into the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from microflow.diag import Edit
from microflow.dsl.ast import Attribute, Block, Name, only
from microflow.dsl.template import port_lines
from microflow.dsl.tensors import ends
from microflow.lsp.document import Document, View, holds

if TYPE_CHECKING:
    from microflow.dsl.project import BoundModel

_SMALL = 4096  # bytes; limits up to it are multiples of 64, larger ones of 1024


@frozen
class Refactoring:
    """What a user may choose, and the edits that it makes."""

    title: str
    edits: tuple[Edit, ...]


def refactorings(view: View, line: int, column: int) -> tuple[Refactoring, ...]:
    """Returns what can be done to the model at a place, which counts from 1."""
    models = (b for b in only(view.document.syntax.statements, Block) if b.name.text == "model")
    block = next((b for b in models if holds(b.span, line, column)), None)
    label = block.labels[0] if block is not None and block.labels else None
    model = view.model(label.text) if isinstance(label, Name) else None
    if block is None or model is None or not _closed(view.document, block):
        return ()
    return (*_ports(view, block, model), *_pin(view, block, model), *_limit(view, block, model))


def _ports(view: View, block: Block, model: BoundModel) -> Iterator[Refactoring]:
    """A block for each input and output that has none."""
    graph = model.graph
    lines = [
        line
        for direction, ports in (("input", model.inputs), ("output", model.outputs))
        for port in ports
        if port.span is None
        for line in port_lines(direction, port.label, port.tensor, ends(graph, direction))
    ]
    if lines:
        edit = _appended(view.document, block, lines)
        yield Refactoring("Declare the model's other inputs and outputs", (edit,))


def _pin(view: View, block: Block, model: BoundModel) -> Iterator[Refactoring]:
    keys = {k.name.text: k for k in only(block.body, Attribute)}
    if "source" not in keys or "sha256" in keys or not model.sha256:
        return
    source = keys["source"].span
    alone = source.line not in (block.opening.line, block.closing.line)
    # At the end of its line, behind comments; else the rest of the line would move.
    column = len(view.document.line(source.end_line)) + 1 if alone else source.end_column
    at = view.document.offset(source.end_line, column)
    separator = "\n" + " " * (source.column - 1) if alone else "; "
    edit = Edit(view.document.source.span(at, at), f'{separator}sha256 = "{model.sha256}"')
    yield Refactoring("Pin the model file by its SHA-256", (edit,))


def _limit(view: View, block: Block, model: BoundModel) -> Iterator[Refactoring]:
    results = view.results(model.name)
    if not results or any(b.name.text == "budget" for b in only(block.body, Block)):
        return
    flash = _size(r.sizes.flash_bytes for r in results)
    ram = _size(r.sizes.ram_bytes for r in results)
    lines = [f"  budget {{ flash = {flash}; ram = {ram} }}"]
    title = "Limit flash and RAM to what the model takes now, rounded up"
    yield Refactoring(title, (_appended(view.document, block, lines),))


def _size(needs: Iterable[int]) -> str:
    need = max(needs)
    if need <= _SMALL:
        return f"{-(-need // 64) * 64}B"
    return f"{-(-need // 1024)}KiB"


def _closed(document: Document, block: Block) -> bool:
    at = document.offset(block.closing.line, block.closing.column)
    return document.text[at : at + 1] == "}"


def _appended(document: Document, block: Block, lines: Iterable[str]) -> Edit:
    """The edit that adds lines at the end of a block's body."""
    closing = block.closing
    before = document.line(closing.line)[: closing.column - 1]
    column = 1 if not before.strip() else closing.column
    at = document.offset(closing.line, column)
    first = "" if column == 1 else "\n"
    return Edit(document.source.span(at, at), first + "".join(f"{line}\n" for line in lines))
