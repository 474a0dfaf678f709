"""Manifests that others use: which files a manifest brings in, and their blocks put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import normpath

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Label, Rule
from microflow.dsl.ast import Document
from microflow.dsl.parse import parse
from microflow.dsl.paths import resolve
from microflow.dsl.read import Entry, read_document, used_paths
from microflow.dsl.text import decode
from microflow.dsl.values import Given
from microflow.files import Files, reason

USED_CLASH = Rule(
    "MF2034",
    "used-clash",
    """
Two manifests that are used together define the same name

`use` brings in the targets, arenas and models of another manifest. Their names must differ from
those of the manifest itself and of everything else that it uses: none of the two would be the right
one to take silently. A file that is used on several ways counts once.

```mflow
use "boards/nordic.mflow"             # defines `target thingy`

target thingy : nrf52840 { }          # wrong: which one?
target gateway : thingy { }           # right: another name, derived from it
```

Rename one of the two.
""",
)

USE_CYCLE = Rule(
    "MF2035",
    "use-cycle",
    """
Manifests use each other in a circle

Following `use` from file to file leads back to the file itself. Nothing in it could be read before
the rest.

```mflow
use "wake.mflow"      # wrong in wake.mflow, and in a file that wake.mflow uses
```

Move what both need into a third file that uses neither.
""",
)

MISSING_USE = Rule(
    "MF2036",
    "missing-use",
    """
A manifest that is used can't be read

`use` takes a path relative to the folder of the file in which it stands, not to the folder in which
the command runs. The message says why the file could not be read.

```mflow
use "boards/nordic.mflow"       # in the folder `boards` beside this file
use "../nordic.mflow"           # one folder up
```
""",
)


@frozen
class Loaded:
    """The manifests that one uses, and the texts of all of them by path, its own too.

    `whole` is False where one could not be read.
    """

    used: tuple[Document, ...]
    texts: Mapping[str, str]
    whole: bool


def read_uses(document: Document, text: str, files: Files) -> tuple[Loaded, Diagnostics]:
    """Returns the manifests that `document` uses, directly or not, and what is wrong with them.

    Each file is read once, and parsed as the manifest itself. `text` is the manifest's own.
    """
    known: dict[str, Document | None] = {normpath(document.path): document}
    texts = {document.path: text}
    found: list[Diagnostic] = []
    line = [_uses(document)]
    while line:
        given = next(line[-1][1], None)
        if given is None:
            line.pop()
            continue
        path = resolve(given.value, line[-1][0])
        way = [normpath(p) for p, _ in line] if path in known else []
        if path in way:
            found.append(_cycle(given, [*way[way.index(path) :], path]))
        if path in known:
            continue
        content, findings = _read(Given(path, given.span), files)
        known[path], more = (None, ()) if content is None else parse(content, path)
        found += (*findings, *more)
        if content is not None and (read := known[path]) is not None:
            texts[path] = content
            line.append(_uses(read))
    _, *others = known.values()
    used = tuple(d for d in others if d is not None)
    return Loaded(used, texts, len(used) == len(others)), tuple(found)


def read_all(document: Document, used: Sequence[Document]) -> tuple[tuple[Entry, ...], Diagnostics]:
    """Returns the blocks of a manifest and of those that it uses, each name once."""
    kept: dict[tuple[str, str], Entry] = {}
    nameless: list[Entry] = []
    found: list[Diagnostic] = []
    for each in (document, *used):
        entries, unreadable = read_document(each)
        found += unreadable
        for entry in entries:
            if entry.label is None:
                nameless.append(entry)
                continue
            first = kept.setdefault((entry.kind.name, entry.label.text), entry)
            if first is not entry:
                found.append(_clash(first, entry, document))
    return (*kept.values(), *nameless), tuple(found)


def _uses(document: Document) -> tuple[str, Iterator[Given[str]]]:
    return document.path, iter(used_paths(document))


def _read(given: Given[str], files: Files) -> tuple[str | None, Diagnostics]:
    try:
        data = files.read(given.value)
    except OSError as error:
        text = f"can't read the manifest `{given.value}`: {reason(error)}"
        remedy = "correct the path, which is relative to this file, or put the file there"
        return None, (Diagnostic(MISSING_USE, text, remedy, given.span),)
    return decode(data, given.value)


def _cycle(given: Given[str], way: Sequence[str]) -> Diagnostic:
    text = f"this use closes a circle: {' > '.join(f'`{path}`' for path in way)}"
    remedy = "delete it, or move what both files need into a third one"
    return Diagnostic(USE_CYCLE, text, remedy, given.span)


def _clash(first: Entry, second: Entry, document: Document) -> Diagnostic:
    """The finding is on the manifest's own block where one is: the other may be somebody else's."""
    own = first.span.path == document.path
    here, there = (first, second) if own else (second, first)
    name = f"{here.kind.name} {here.label.text}" if here.label is not None else here.kind.name
    text = f"`{name}` is also defined in `{there.span.path}`"
    labels = (Label(there.span, "here too"),)
    return Diagnostic(USED_CLASH, text, "rename one of them", here.span, labels)
