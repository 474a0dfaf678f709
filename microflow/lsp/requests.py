"""What requests name: an open document, and a place of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Protocol, TypeVar

from lsprotocol import types

from microflow.lsp.document import Document, View
from microflow.lsp.positions import offset_of
from microflow.lsp.session import Session


class Named(Protocol):
    """Parameters that name a document."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier:
        """The document."""
        ...


class Located(Named, Protocol):
    """Parameters that name a place of a document."""

    @property
    def position(self) -> types.Position:
        """The place."""
        ...


_P = TypeVar("_P", bound=Named)
_R = TypeVar("_R")


def of_document(
    answer: Callable[[Session, Document, _P], _R | None],
) -> Callable[[Session, _P], Awaitable[_R | None]]:
    """Returns what answers requests about a document's text alone: with None if it is not open."""

    @wraps(answer)
    async def answered(session: Session, params: _P) -> _R | None:
        document = session.documents.get(params.text_document.uri)
        return answer(session, document, params) if document is not None else None

    return answered


def located(session: Session, params: Located) -> tuple[View | None, int]:
    """Returns the document at a position and the offset there; None where it is not open."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None, 0
    return view, offset_of(view.document, params.position, session.client.encoding)
