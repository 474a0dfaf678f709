"""What is known of the word under the pointer, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from textwrap import dedent

from attrs import frozen
from lark import Token

from microflow.diag import Span
from microflow.dsl.kinds import Key, Kind
from microflow.dsl.tokens import end, start
from microflow.lsp.document import View
from microflow.lsp.figures import needed, operator_lines, result_line, target_line, tensor_lines
from microflow.lsp.names import defined, occurrence_at
from microflow.lsp.place import Frame, Place, place_at
from microflow.targets import Target, load_target, target_names

_MOST_LINES = 12  # of a definition


@frozen
class Hover:
    """Markdown, and the place of what it tells of."""

    text: str
    span: Span


def hover(view: View, offset: int) -> Hover | None:
    """Returns what is known of the word at `offset`; None where there is no word, or nothing."""
    place = place_at(view.document.tokens, offset)
    token = place.token
    if token is None or any(_in_comment(t, offset) for t in view.document.tokens):
        return None
    paragraphs = (*_about(view, place, token), *_definition(view, token))
    if not paragraphs:
        return None
    return Hover("\n\n".join(paragraphs), view.document.source.span(start(token), end(token)))


def key_text(key: Key) -> str:
    """Returns the documentation of a key."""
    default = f" Default: `{key.default}`." if key.default else ""
    required = " Required." if key.required else ""
    return f"`{key.name} = {key.type.example}`, for example\n\n{key.doc}{default}{required}"


def block_text(kind: Kind) -> str:
    """Returns the documentation of a kind of block."""
    keys = ", ".join(f"`{k.name}`" for k in kind.keys)
    return f"`{block_header(kind)} {{ … }}`\n\n{kind.doc}" + (f"\n\nKeys: {keys}" if keys else "")


def block_header(kind: Kind) -> str:
    """Returns how a block of this kind begins, with its label's kind in capitals."""
    return f"{kind.name} {'NAME' if kind.label else ''}".strip()


def find_target(view: View, name: str) -> Target | None:
    """Returns the chip `name`: of the manifest, as last analysed, else a built-in one."""
    project = view.analysis.project if view.analysis is not None else None
    own = next((t for t in project.targets if t.name == name), None) if project else None
    return own or (load_target(name) if name in target_names() else None)


def definition_text(view: View, kind: str, name: str) -> str:
    """Returns the beginning of the block that defines a name, and its file; "" where none does."""
    one = defined(view.together, kind).get(name)
    if one is None or one.block is None:
        return ""
    document = next(d for d in view.together if d.path == one.span.path)
    last = min(one.block.end_line, one.block.line + _MOST_LINES - 1)
    lines = [document.line(number) for number in range(one.block.line, last + 1)]
    lines += ["  …"] if one.block.end_line > last else []
    where = "" if document is view.document else f"In `{basename(document.path)}`:\n\n"
    text = "\n".join(lines).replace("```", "~~~")
    return f"{where}```mflow\n{dedent(text)}\n```"


def _about(view: View, place: Place, token: Token) -> Iterator[str]:
    word, kind = str(token), place.frame.kind
    if not place.statement:
        yield from _statement(view, place, word, kind)
    elif place.key:
        yield from _value(view, place, word, kind)
    else:
        yield from _header(view, place, word)


def _definition(view: View, token: Token) -> Iterator[str]:
    """What stands elsewhere under the name at a token."""
    here = view.document.source.span(start(token), end(token))
    one = occurrence_at(view.document, here.line, here.column)
    if one is not None and one.block is None:
        yield from [text] if (text := definition_text(view, one.kind, one.name)) else []


def _statement(view: View, place: Place, word: str, kind: Kind | None) -> Iterator[str]:
    key = kind.key(word) or kind.word(word) if kind is not None else None
    block = kind.block(word) if kind is not None else None
    if key is not None:
        yield key_text(key)
        yield from _taken(view, place, word)
    elif block is not None:
        yield block_text(block)


def _value(view: View, place: Place, word: str, kind: Kind | None) -> Iterator[str]:
    key = kind.key(place.key) if kind is not None else None
    if key is None:
        return
    yield key_text(key)
    model = view.model(place.model)
    if key.name == "source" and model is not None:
        yield _listed((*operator_lines(model.graph), *map(result_line, view.results(model.name))))
    if key.name == "targets":
        yield from _target(view, word)
    if key.name == "tensor":
        yield from _port(view, place.frames[-1], place.model)
    yield from _taken(view, place, key.name)


def _header(view: View, place: Place, word: str) -> Iterator[str]:
    kind = str(place.statement[0])
    if kind in ("input", "output"):
        yield from _port(view, Frame(None, kind, word), place.model)
    if kind in ("target", "on"):
        yield from _target(view, word)
    if kind == "model":
        model = view.model(word)
        lines = operator_lines(model.graph) if model is not None else ()
        yield from [_listed((*lines, *map(result_line, view.results(word))))] if lines else []


def _port(view: View, frame: Frame, model_name: str) -> Iterator[str]:
    model = view.model(model_name)
    if model is None:
        return
    ports = model.inputs if frame.name == "input" else model.outputs
    found = next((p for p in ports if p.label == frame.label and p.span is not None), None)
    if found is not None:
        yield _listed(tensor_lines(found.tensor))


def _target(view: View, name: str) -> Iterator[str]:
    target = find_target(view, name)
    if target is not None:
        yield f"**{name}**: {target_line(target)}" + (
            f"\n\n{target.description}" if target.description else ""
        )


def _taken(view: View, place: Place, key: str) -> Iterator[str]:
    if place.frame.name != "budget":
        return
    for result in view.results(place.model):
        need = needed(result, key)
        unit = "" if key == "latency" else " bytes"
        yield from [f"{need}{unit} used on {result.target.name}"] if need else []


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _in_comment(token: Token, offset: int) -> bool:
    return token.type == "COMMENT" and start(token) <= offset <= end(token)
