"""What each word of a manifest is, for colours."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen
from lark import Token

from microflow.dsl.tokens import start
from microflow.lsp.document import Document
from microflow.lsp.place import Place, walk

TYPES = ("keyword", "property", "class", "enumMember", "number", "string", "comment", "parameter")
_PLAIN = {"NUMBER": "number", "UNIT": "number", "STRING": "string", "OPEN_STRING": "string"}


@frozen
class Coloured:
    """A token: the offset of its first character, its length, and its sort, one of `TYPES`."""

    offset: int
    length: int
    sort: str
    definition: bool = False


def coloured(document: Document) -> tuple[Coloured, ...]:
    """Returns the sorts of all tokens that have one, in the order of the text."""
    comments = [
        Coloured(start(t), len(t), "comment") for t in document.tokens if t.type == "COMMENT"
    ]
    words = list(_words(document))
    return tuple(sorted((*comments, *words), key=lambda c: c.offset))


def _words(document: Document) -> Iterator[Coloured]:
    places = list(walk(document.tokens))
    for place, following in zip(places, (*places[1:], None), strict=True):
        token = place.token
        if token is None:
            return
        after = following.token if following is not None else None
        sort, definition = _sort(place, token, after)
        if sort:
            yield Coloured(start(token), len(token), sort, definition)


def _sort(place: Place, token: Token, after: Token | None) -> tuple[str, bool]:
    if token.type != "NAME":
        return _PLAIN.get(token.type, ""), False
    before = place.statement[-1].type if place.statement else ""
    assigned = after is not None and after.type == "EQUAL"
    if not place.statement:
        return ("property" if assigned else "keyword"), False
    if place.key:
        named = place.key in ("targets", "arena", "weights")
        return ("parameter" if assigned else "class" if named else "enumMember"), False
    return "class", before == "NAME" and len(place.statement) == 1
