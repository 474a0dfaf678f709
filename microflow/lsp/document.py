"""An open manifest as the features see it: text, tokens, syntax tree, and what is known of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, frozen
from lark import Token

from microflow.diag import Span
from microflow.dsl import ast
from microflow.dsl.parse import parse
from microflow.dsl.text import MAX_BYTES, Source, source_of
from microflow.dsl.tokens import tokens, too_deep

if TYPE_CHECKING:
    from microflow.analysis import Analysis
    from microflow.compilation import Result
    from microflow.dsl.project import BoundModel


@define(frozen=True, slots=False)
class Document:
    """A version of a manifest's text. Offsets are code points from the beginning of the text."""

    uri: str
    path: str
    version: int | None
    text: str

    @cached_property
    def source(self) -> Source:
        """The text with its lines."""
        return source_of(self.text, self.path)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Every token; none where the text is too long for a manifest, or nests too deeply."""
        every = tokens(self.text) if len(self.text) <= MAX_BYTES else []
        return () if too_deep(every, self.source) is not None else tuple(every)

    @cached_property
    def syntax(self) -> ast.Document:
        """The syntax tree of all that could be read."""
        return parse(self.text, self.path)[0]

    def line(self, number: int) -> str:
        """Returns line `number`, which counts from 1, without its end; "" where there is none."""
        starts = self.source.starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Returns the offset of a place that counts from 1; one beyond a line is at its end."""
        starts = self.source.starts
        number = min(max(line, 1), len(starts))
        return starts[number - 1] + min(max(column, 1) - 1, len(self.line(number)))


@frozen
class View:
    """A document with the last analysis, which may be of an older version of its text.

    What an analysis knows is therefore looked up by names, not by places. `used` are the manifests
    that the document used then, with the texts that their editors show. `planned` is the last
    analysis that came as far as plans: while there are errors, of an older text.
    """

    document: Document
    analysis: Analysis | None = None
    used: tuple[Document, ...] = ()
    planned: Analysis | None = None

    @property
    def together(self) -> tuple[Document, ...]:
        """The document and all that it uses."""
        return (self.document, *self.used)

    def model(self, name: str) -> BoundModel | None:
        """Returns the model `name` as it is bound to its file."""
        project = self.analysis.project if self.analysis is not None else None
        return next((m for m in project.models if m.name == name), None) if project else None

    def results(self, model: str) -> tuple[Result, ...]:
        """Returns what is known of `model` on each of its targets."""
        results = self.analysis.results if self.analysis is not None else ()
        return tuple(r for r in results if r.model.name == model)

    def last_results(self, model: str) -> tuple[tuple[Result, ...], bool]:
        """Returns what was known of `model` at last, and whether that was before the errors."""
        if self.planned is None or self.results(model):
            return self.results(model), False
        old = tuple(r for r in self.planned.results if r.model.name == model)
        return old, bool(old)


def holds(span: Span, line: int, column: int) -> bool:
    """Tells whether a place lies in `span`, or directly behind it."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)
