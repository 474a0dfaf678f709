"""How the importer gives up: an exception that carries the diagnostic, caught in `import_model`."""

from __future__ import annotations

from microflow.diag import Diagnostic, Rule

RECONVERT = "the file contradicts itself: convert the model again from its source"


class Refusal(Exception):  # noqa: N818  (named for what it is to the caller)
    """The model cannot be imported, for the reason in `diagnostic`."""

    def __init__(self, rule: Rule, message: str, help: str = RECONVERT) -> None:  # noqa: A002
        super().__init__(message)
        self.diagnostic = Diagnostic(rule, message, help)
