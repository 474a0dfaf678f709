"""What may stand at a place: keys and blocks, words, targets, memories, tensors, paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from posixpath import basename

from attrs import frozen
from lark import Token

from microflow.diag import Span
from microflow.dsl import types
from microflow.dsl.kinds import Key, Kind
from microflow.dsl.schema import FILE, PACKAGES
from microflow.dsl.tensors import ends, reference
from microflow.dsl.tokens import end, start
from microflow.lsp.document import View
from microflow.lsp.figures import target_line, tensor_type
from microflow.lsp.hover import (
    block_header,
    block_text,
    definition_text,
    find_target,
    key_text,
)
from microflow.lsp.names import defined, occurrences
from microflow.lsp.place import Place, place_at
from microflow.targets import target_names

Folder = Callable[[str], Iterable[str]]
_ENDS = {"source": ".tflite", "frontend": ".h", "vectors": ".npz", "use": ".mflow"}


class Sort(Enum):
    """What an item is."""

    KEY = "key"
    BLOCK = "block"
    WORD = "word"
    TARGET = "target"
    NAME = "name"
    TENSOR = "tensor"
    PATH = "path"


@frozen
class Item:
    """A completion that replaces the text at `span`. `snippet` has tab stops, "" for none.

    `about` leads `documentation` to the words about it: "" where there are none.
    """

    label: str
    sort: Sort
    span: Span
    text: str
    snippet: str = ""
    detail: str = ""
    about: str = ""


def complete(view: View, offset: int, folder: Folder) -> tuple[Item, ...]:
    """Returns what may stand at `offset`.

    `folder` lists a folder that a path written so far names, relative to the manifest; folders
    among its entries end with ``/``.
    """
    tokens = view.document.tokens
    if any(t.type == "COMMENT" and start(t) < offset <= end(t) for t in tokens):
        return ()
    place = place_at(tokens, offset)
    span = _replaced(view, place.token, offset)
    if not place.statement:
        return tuple(_statements(place, span))
    if place.key:
        return tuple(_values(view, place, span, folder, offset))
    word = place.frame.kind.word(str(place.statement[0])) if place.frame.kind else None
    if word is not None:
        token = place.token
        quoted = token is not None and token.type in ("STRING", "OPEN_STRING")
        return tuple(_paths(token if quoted else None, span, offset, word, folder))
    return tuple(_headers(view, place, span))


def documentation(view: View, about: str) -> str:
    """Returns the Markdown about an item, which `Item.about` names."""
    sort, _, path = about.partition(":")
    if sort == Sort.TARGET.value:
        target = find_target(view, path)
        return f"{target_line(target)}\n\n{target.description}" if target is not None else ""
    if sort == Sort.NAME.value:
        return definition_text(view, *path.split("/", 1))
    outer, _, name = path.rpartition("/")
    kind = _kind(outer)
    if kind is None:
        return ""
    key, block = kind.key(name) or kind.word(name), kind.block(name)
    if sort == Sort.KEY.value and key is not None:
        return key_text(key)
    return block_text(block) if block is not None else ""


def _kind(path: str) -> Kind | None:
    kind: Kind | None = FILE
    for name in path.split("/") if path else ():
        kind = kind.block(name) if kind is not None else None
    return kind


def _statements(place: Place, span: Span) -> Iterator[Item]:
    kind = place.frame.kind
    if kind is None:
        return
    word = str(place.token) if place.token is not None else ""
    path = "/".join(f.name for f in place.frames[1:])
    for key in kind.keys:
        if key.name not in place.frame.keys or key.name == word:
            snippet = f"{key.name} = ${{1:{_escaped(key.insert or key.type.example)}}}"
            about = f"{Sort.KEY.value}:{path}/{key.name}"
            yield Item(key.name, Sort.KEY, span, f"{key.name} = ", snippet, key.type.noun, about)
    for given in kind.words:
        about = f"{Sort.KEY.value}:{path}/{given.name}"
        snippet = f'{given.name} "${{1}}"'
        yield Item(given.name, Sort.KEY, span, f"{given.name} ", snippet, given.type.noun, about)
    for block in kind.blocks:
        if block.repeated or block.name not in place.frame.blocks:
            about = f"{Sort.BLOCK.value}:{path}/{block.name}"
            yield Item(
                block.name,
                Sort.BLOCK,
                span,
                block.name,
                _block_snippet(block),
                block_header(block),
                about,
            )


def _block_snippet(kind: Kind) -> str:
    label = " ${1:name}" if kind.label else ""
    parent = " : ${2:host}" if kind.parent_required else ""
    return f"{kind.name}{label}{parent} {{\n  $0\n}}"


def _values(view: View, place: Place, span: Span, folder: Folder, offset: int) -> Iterator[Item]:
    kind = place.frame.kind
    key = kind.key(place.key) if kind is not None else None
    if key is None:
        return
    quoted = place.token is not None and place.token.type in ("STRING", "OPEN_STRING")
    if key.type is types.PATH:
        yield from _paths(place.token if quoted else None, span, offset, key, folder)
    elif key.name == "tensor":
        yield from _tensors(view, place, span)
    elif not quoted:
        yield from _words(view, place, key, span)


def _words(view: View, place: Place, key: Key, span: Span) -> Iterator[Item]:
    choices = PACKAGES if key.name == "package" else key.type.choices
    yield from (Item(c, Sort.WORD, span, c) for c in choices)
    if key.name == "targets":
        yield from _targets(view, span)
    if key.name == "arena" and place.frame.name == "model":
        yield from _named(view, "arena", span)
    if place.frame.name == "place":
        wanted = "flash" if key.name == "weights" else "ram"
        yield from (Item(m, Sort.NAME, span, m) for m in _memories(view, wanted))


def _targets(view: View, span: Span) -> Iterator[Item]:
    yield from _named(view, "target", span)
    for name in target_names():
        yield Item(name, Sort.TARGET, span, name, about=f"{Sort.TARGET.value}:{name}")


def _named(view: View, kind: str, span: Span) -> Iterator[Item]:
    """The names of a kind, with the files of those that other manifests define."""
    for name, one in defined(view.together, kind).items():
        own = one.span.path == view.document.path
        detail = kind if own else f"{kind} of {basename(one.span.path)}"
        about = f"{Sort.NAME.value}:{kind}/{name}"
        yield Item(name, Sort.NAME, span, name, detail=detail, about=about)


def _memories(view: View, kind: str) -> Iterator[str]:
    """The memories of a kind that targets in use have, each once."""
    used = [o.name for o in occurrences(view.document) if o.kind == "target"]
    targets = [find_target(view, name) for name in dict.fromkeys(used)]
    regions = [r.name for t in targets if t is not None for r in t.regions if r.kind == kind]
    yield from dict.fromkeys([kind, *regions])


def _tensors(view: View, place: Place, span: Span) -> Iterator[Item]:
    model = view.model(place.model)
    if model is None or place.frame.name not in ("input", "output"):
        return
    tensors = ends(model.graph, place.frame.name)
    for tensor in tensors:
        text = reference(tensor, tensors)
        yield Item(text, Sort.TENSOR, span, text, detail=tensor_type(tensor))


def _headers(view: View, place: Place, span: Span) -> Iterator[Item]:
    frame = place.frame.kind
    kind = frame.block(str(place.statement[0])) if frame is not None else None
    if kind is None:
        return
    if place.statement[-1].type != "COLON":
        first = len(place.statement) == 1
        labels = kind.labels if first else ()
        yield from (Item(label, Sort.WORD, span, label) for label in labels)
        yield from _targets(view, span) if first and kind.name == "on" else ()
    elif kind.parent == "target":
        yield from _targets(view, span)
    elif kind.parent:
        own = str(place.statement[1])
        yield from (i for i in _named(view, kind.name, span) if i.label != own)


def _paths(
    token: Token | None, span: Span, offset: int, key: Key, folder: Folder
) -> Iterator[Item]:
    written = str(token)[1 : max(1, offset - start(token))] if token is not None else ""
    if written.startswith("/") or "\\" in written or ":" in written:
        return
    above, slash, _ = written.rpartition("/")
    ending = _ENDS.get(key.name)
    for name in folder(above):
        if not name.endswith("/") and (ending is None or not name.endswith(ending)):
            continue
        path = f"{above}{slash}{name}"
        yield Item(path, Sort.PATH, span, f'"{path}"')


def _replaced(view: View, token: Token | None, offset: int) -> Span:
    source = view.document.source
    if token is None or token.type == "UNIT":
        return source.span(offset, offset)
    if token.type == "OPEN_STRING":
        return source.span(start(token), offset)
    return source.span(start(token), end(token))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
