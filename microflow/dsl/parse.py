"""From text to a syntax tree, whatever the text: every mistake a finding, everything else read."""

from __future__ import annotations

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule, Span
from microflow.dsl.ast import Attribute, Bare, Block, Broken, Document, Number, Statement
from microflow.dsl.recovery import recover
from microflow.dsl.schema import EDITION
from microflow.dsl.text import MAX_BYTES, Source, decode, in_order, source_of, too_long
from microflow.dsl.tokens import significant, tokens, too_deep
from microflow.dsl.tree import build

__all__ = ["decode", "parse"]

NO_EDITION = Rule(
    "MF1012",
    "edition-missing",
    f"""
The manifest does not begin with its edition

The first statement names the edition of the language, so that a manifest keeps its meaning when the
language grows.

```mflow
mflow {EDITION}

model wake {{ … }}
```

Make `mflow {EDITION}` the first statement; comments may stand before it.
""",
)

UNKNOWN_EDITION = Rule(
    "MF1013",
    "edition-unknown",
    f"""
This compiler does not know the manifest's edition

The language has one edition so far, {EDITION}. A manifest of a later edition needs a later
compiler.

```mflow
mflow {EDITION}
```

Write `mflow {EDITION}`, or update the compiler.
""",
)


def parse(text: str, path: str) -> tuple[Document, Diagnostics]:
    """Returns the syntax tree of a manifest, without its edition line, and the findings in order.

    Never raises. Statements with a mistake are Broken, or repaired where the slip is plain.
    """
    if len(text) > MAX_BYTES:
        return Document(path, None, ()), (too_long(len(text), path),)
    source = source_of(text, path)
    every = tokens(text)
    deep = too_deep(every, source)
    if deep is not None:
        return Document(path, None, ()), (deep,)
    tree, refused = recover(source, significant(every))
    statements, unreadable = build(tree, source)
    edition, misplaced = _edition(statements, source)
    rest = tuple(s for s in statements if not _is_edition(s))
    return Document(path, edition, rest), in_order((*refused, *unreadable, *misplaced))


def _edition(statements: tuple[Statement, ...], source: Source) -> tuple[int | None, Diagnostics]:
    lines = [s for s in statements if _is_edition(s)]
    if not lines:
        return None, (_missing(source),)
    first, *others = lines
    edition, found = _number(first)
    if statements[0] is not first:
        found = (*found, _moved(first, source))
    return edition, (*found, *(_again(s) for s in others))


def _is_edition(statement: Statement) -> bool:
    name = statement.name
    return name is not None and name.text == "mflow" and not isinstance(statement, Block)


def _number(statement: Statement) -> tuple[int | None, Diagnostics]:
    if isinstance(statement, Broken):
        return None, ()
    values = statement.labels if isinstance(statement, Bare) else ()
    if isinstance(statement, Attribute) or len(values) != 1 or not isinstance(values[0], Number):
        text = f"the edition is written `mflow {EDITION}`"
        return None, (_rewrite(NO_EDITION, text, statement.span, automatic=True),)
    if values[0].value != EDITION:
        text = f"this compiler does not know edition {values[0].text}"
        return None, (_rewrite(UNKNOWN_EDITION, text, statement.span),)
    return EDITION, ()


def _rewrite(rule: Rule, text: str, span: Span, automatic: bool = False) -> Diagnostic:
    line = f"mflow {EDITION}"
    fix = Fix(f"write `{line}`", (Edit(span, line),), automatic)
    return Diagnostic(rule, text, f"write `{line}`", span, fixes=(fix,))


def _missing(source: Source) -> Diagnostic:
    line = f"mflow {EDITION}"
    top = source.span(0, 0)
    fix = Fix(f"insert `{line}`", (Edit(top, f"{line}\n"),), automatic=True)
    text = "the manifest does not say which edition of the language it is written in"
    return Diagnostic(NO_EDITION, text, f"begin the file with `{line}`", top, fixes=(fix,))


def _moved(statement: Statement, source: Source) -> Diagnostic:
    edits = (Edit(source.span(0, 0), f"mflow {EDITION}\n"), Edit(statement.span, ""))
    fix = Fix("move it to the top", edits, automatic=True)
    text = "the edition must be the first statement"
    return Diagnostic(NO_EDITION, text, "move it to the top", statement.span, fixes=(fix,))


def _again(statement: Statement) -> Diagnostic:
    fix = Fix("delete it", (Edit(statement.span, ""),))
    text = "the edition is given again"
    return Diagnostic(NO_EDITION, text, "delete this line", statement.span, fixes=(fix,))
