"""Formatting as edits of lines: the fewest, so that the cursor and folds stay where they are."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from microflow.diag import Edit
from microflow.dsl.format import format_text
from microflow.lsp.document import Document

_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_MOST_LINES = 4000  # beyond it the text is replaced as a whole


def format_edits(
    document: Document, first: int | None = None, last: int | None = None
) -> tuple[Edit, ...]:
    """Returns the edits that lay the manifest out; of lines `first` to `last`, from 1, alone."""
    formatted = format_text(document.text)
    old, new = _LINES.findall(document.text), _LINES.findall(formatted)
    if len(old) > _MOST_LINES:
        whole = document.source.span(0, len(document.text))
        return (Edit(whole, formatted),) if formatted != document.text and first is None else ()
    ends = [0]
    for line in old:
        ends.append(ends[-1] + len(line))
    edits = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        inside = (first is None or i + 1 >= first) and (last is None or j <= last)
        if kind != "equal" and inside:
            edits.append(Edit(document.source.span(ends[i], ends[j]), "".join(new[k:m])))
    return tuple(edits)
