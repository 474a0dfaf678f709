"""What the features return, in the protocol's types."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from lsprotocol import types

from microflow.diag import Span
from microflow.lsp.client import Client
from microflow.lsp.completion import Item, Sort
from microflow.lsp.document import Document
from microflow.lsp.hints import Hint
from microflow.lsp.outline import Link, Symbol
from microflow.lsp.positions import position_of, range_of, units
from microflow.lsp.semantic import TYPES, Coloured

LEGEND = types.SemanticTokensLegend(list(TYPES), ["declaration"])
_SYMBOLS = {
    "target": types.SymbolKind.Class,
    "arena": types.SymbolKind.Namespace,
    "custom": types.SymbolKind.Function,
    "model": types.SymbolKind.Module,
    "memory": types.SymbolKind.Struct,
    "input": types.SymbolKind.Field,
    "output": types.SymbolKind.Field,
    "key": types.SymbolKind.Property,
}
_ITEMS = {
    Sort.KEY: types.CompletionItemKind.Property,
    Sort.BLOCK: types.CompletionItemKind.Keyword,
    Sort.WORD: types.CompletionItemKind.EnumMember,
    Sort.TARGET: types.CompletionItemKind.Class,
    Sort.NAME: types.CompletionItemKind.Reference,
    Sort.TENSOR: types.CompletionItemKind.Value,
    Sort.PATH: types.CompletionItemKind.File,
}


def symbol_kind(kind: str) -> types.SymbolKind:
    """Returns the protocol's sort of a block or a key."""
    return _SYMBOLS.get(kind, types.SymbolKind.Object)


def to_symbol(symbol: Symbol, document: Document, encoding: str) -> types.DocumentSymbol:
    """Returns a symbol with all that is below it."""
    return types.DocumentSymbol(
        name=symbol.name,
        kind=symbol_kind(symbol.kind),
        range=range_of(document, symbol.span, encoding),
        selection_range=range_of(document, symbol.name_span, encoding),
        detail=symbol.kind,
        children=[to_symbol(s, document, encoding) for s in symbol.children],
    )


def to_item(item: Item, document: Document, client: Client) -> types.CompletionItem:
    """Returns a completion; its documentation is resolved later."""
    snippet = client.snippets and bool(item.snippet)
    return types.CompletionItem(
        label=item.label,
        kind=_ITEMS[item.sort],
        detail=item.detail or None,
        filter_text=item.text if item.text.startswith('"') else None,
        insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
        text_edit=types.TextEdit(
            range_of(document, item.span, client.encoding), item.snippet if snippet else item.text
        ),
        data=[document.uri, item.about] if item.about else None,
    )


def to_hint(hint: Hint, document: Document, encoding: str) -> types.InlayHint:
    """Returns a hint behind its place."""
    end = document.offset(hint.span.end_line, hint.span.end_column)
    return types.InlayHint(
        position_of(document, end, encoding),
        hint.text,
        tooltip=hint.tooltip or None,
        padding_left=True,
    )


def to_lens(hint: Hint, document: Document, client: Client) -> types.CodeLens:
    """Returns a line above its place, which opens the report where the client has a command."""
    shown = range_of(document, hint.span, client.encoding)
    uri = [document.uri] if client.report else None
    return types.CodeLens(shown, types.Command(hint.text, client.report, arguments=uri))


def to_link(link: Link, document: Document, encoding: str) -> types.DocumentLink:
    """Returns a link to a file."""
    inner = Span(
        link.span.path,
        link.span.line,
        link.span.column + 1,
        link.span.end_line,
        link.span.end_column - 1,
    )
    target = f"file://{quote(Path(link.path).as_posix(), safe='/:', errors='replace')}"
    return types.DocumentLink(range_of(document, inner, encoding), target)


def to_fold(fold: tuple[int, int, bool]) -> types.FoldingRange:
    """Returns what folds."""
    first, last, comment = fold
    kind = types.FoldingRangeKind.Comment if comment else types.FoldingRangeKind.Region
    return types.FoldingRange(first - 1, last - 1, kind=kind)


def to_selection(
    spans: Iterable[Span], document: Document, encoding: str
) -> types.SelectionRange | None:
    """Returns nested ranges from spans, the smallest of which comes first."""
    found: types.SelectionRange | None = None
    for span in reversed(tuple(spans)):
        found = types.SelectionRange(range_of(document, span, encoding), found)
    return found


def to_tokens(
    coloured: Iterable[Coloured], document: Document, encoding: str, lines: tuple[int, int] | None
) -> list[int]:
    """Returns the protocol's five numbers for each token, of `lines` (from 1) alone if given."""
    data: list[int] = []
    line = column = 0
    for token in coloured:
        here = document.source.span(token.offset, token.offset)
        if lines is not None and not lines[0] <= here.line <= lines[1]:
            continue
        before = document.line(here.line)[: here.column - 1]
        at, start = here.line - 1, units(before, encoding)
        text = document.text[token.offset : token.offset + token.length]
        moved = start - column if at == line else start
        sort = TYPES.index(token.sort)
        data += [at - line, moved, units(text, encoding), sort, int(token.definition)]
        line, column = at, start
    return data


def to_delta(old: list[int], new: list[int]) -> list[types.SemanticTokensEdit]:
    """Returns the one edit that makes `new` of `old`."""
    shorter = min(len(old), len(new))
    first = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - first
    last = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    if first == len(old) == len(new):
        return []
    cut = new[first : len(new) - last]
    return [types.SemanticTokensEdit(first, len(old) - last - first, cut)]
