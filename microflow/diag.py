"""Diagnostics: what a user did wrong, where, why it matters, and what to do next.

Stages return diagnostics; they never raise for a user's mistake. A rule is declared once, beside
the check that reports it, and carries the page that ``mflowc explain`` prints.
"""

from __future__ import annotations

from enum import Enum

from attrs import evolve, field, frozen


class Severity(Enum):
    """How bad a finding is. Only errors stop a build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen(order=True)
class Span:
    """A range of text in one file, on one line or several.

    Lines and columns count from 1, in Unicode code points; the end column is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Rule:
    """One kind of mistake. `page` is Markdown: cause, an example, the remedy."""

    code: str
    name: str
    page: str
    severity: Severity = Severity.ERROR

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.strip().splitlines()[0].strip()


@frozen
class Label:
    """A secondary place that helps to understand the finding."""

    span: Span
    text: str


@frozen
class Edit:
    """Replaces the text under `span` (empty span: inserts before it)."""

    span: Span
    text: str


@frozen
class Fix:
    """Edits that a tool may apply together.

    Unasked only where they are `automatic`: the user can have meant nothing else. What changes a
    budget, what the model is held to, or a name that the application uses never is.
    """

    title: str
    edits: tuple[Edit, ...]
    automatic: bool = False


@frozen
class Diagnostic:
    """A finding: `help` is the next step and is never empty."""

    rule: Rule
    message: str
    help: str
    span: Span | None = None
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = field(default=())

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.rule.severity

    def at(self, span: Span | None) -> Diagnostic:
        """Returns the same finding at `span`, unless it already has a place."""
        return self if self.span is not None else evolve(self, span=span)


Diagnostics = tuple[Diagnostic, ...]


def has_errors(diagnostics: Diagnostics) -> bool:
    """Tells whether any of `diagnostics` stops a build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def quoted(name: str, shown: int = 60) -> str:
    """Returns a name out of a model for a message: quoted, on one line, printable and short."""
    return repr(name if len(name) <= shown else name[: shown - 1] + "…")
