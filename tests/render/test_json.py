"""The JSON form of diagnostics."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule, Severity, Span
from microflow.render.json import diagnostic_data, render_document

RULE = Rule("MF2001", "unknown-key", "A key\n\npage", Severity.WARNING)
PLACE = Span("m.mflow", 1, 2, 3, 4)
PLACE_DATA = {"path": "m.mflow", "line": 1, "column": 2, "end_line": 3, "end_column": 4}


def test_a_finding_with_everything() -> None:
    found = Diagnostic(
        RULE,
        "message",
        "help",
        PLACE,
        labels=(Label(PLACE, "label"),),
        notes=("note",),
        fixes=(Fix("fix", (Edit(PLACE, "new"),)),),
    )
    assert diagnostic_data(found) == {
        "code": "MF2001",
        "name": "unknown-key",
        "severity": "warning",
        "message": "message",
        "span": PLACE_DATA,
        "labels": [{"span": PLACE_DATA, "text": "label"}],
        "notes": ["note"],
        "help": "help",
        "fixes": [
            {
                "title": "fix",
                "edits": [{"span": PLACE_DATA, "text": "new"}],
                "automatic": False,
            }
        ],
    }


def test_a_finding_with_nothing() -> None:
    data = diagnostic_data(Diagnostic(RULE, "m", "h"))
    assert (data["span"], data["labels"], data["notes"], data["fixes"]) == (None, [], [], [])


@given(st.text())
def test_the_document_is_ascii_and_keeps_every_text(text: str) -> None:
    document = render_document([Diagnostic(RULE, text, "h")], [{"model": text}])
    assert document.isascii() and document.endswith("}\n") and "\x1b" not in document
    read = json.loads(document)
    assert read["version"] == 1
    assert read["diagnostics"][0]["message"] == text
    assert read["results"] == [{"model": text}]
