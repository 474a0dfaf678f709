"""``mflowc fmt``: lays out manifests."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import JsonOption

if TYPE_CHECKING:
    from microflow.cli.layout import Sheet
    from microflow.diag import Diagnostic, Diagnostics

STANDARD = "-"


def fmt(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Manifests, folders that are searched for *.mflow, or [bold]-[/] for a filter "
            "from standard input to standard output.",
        ),
    ],
    check: Annotated[
        bool,
        typer.Option("--check", help="Change nothing; exit 1 where a file would change."),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Change nothing; print what would change as a patch.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Lay out manifests: indentation, blanks, aligned `=` and comments.

    Keeps every word and every comment, and the permissions of the file. A file
    with a syntax error stays as it is, and the error is reported.

    [bold]mflowc fmt wake.mflow[/]
    [bold]mflowc fmt . --check[/]
    """
    from microflow.cli.layout import not_formatted

    filtering = _is_filter(paths)
    sheets, unreadable = _filtered() if filtering else _read(paths)
    found = [*unreadable, *(d for sheet in sheets for d in sheet.diagnostics)]
    if check:
        found += [not_formatted(sheet) for sheet in sheets if sheet.changes]
    writes = not (check or diff or filtering)
    failed = _write(sheets) if writes else {}
    found += failed.values()
    results = [_result(sheet, writes and sheet.name not in failed) for sheet in sheets]
    text = _text(sheets, failed, check, diff) if sheets or found else "no manifests found\n"
    sources = {sheet.name: sheet.before for sheet in sheets}
    if filtering and isinstance(sys.stdout, TextIOWrapper) and not as_json:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # the bytes of the text, no others
    deliver(Report(tuple(found), results, text, sources), as_json)


def _is_filter(paths: Sequence[Path]) -> bool:
    filtering = Path(STANDARD) in paths
    if filtering and len(paths) > 1:
        raise typer.BadParameter("'-' stands alone, without other paths")
    return filtering


def _filtered() -> tuple[list[Sheet], Diagnostics]:
    from microflow.cli.layout import lay_out

    return [lay_out(Path(STANDARD), sys.stdin.buffer.read())], ()


def _read(paths: Iterable[Path]) -> tuple[list[Sheet], Diagnostics]:
    from microflow.cli.layout import lay_out, manifests
    from microflow.cli.read import read_bytes

    sheets: list[Sheet] = []
    found: list[Diagnostic] = []
    for path in dict.fromkeys(manifests(paths)):
        data, unreadable = read_bytes(path)
        found += unreadable
        if data is not None:
            sheets.append(lay_out(path, data))
    return sheets, tuple(found)


def _write(sheets: Iterable[Sheet]) -> dict[str, Diagnostic]:
    """Writes what changes; returns why files could not be written, by name."""
    from microflow.cli.replace import cannot_replace, replace_file

    failed = {}
    for sheet in sheets:
        try:
            if sheet.changes:
                replace_file(sheet.path, sheet.data)
        except OSError as error:
            failed[sheet.name] = cannot_replace(error, sheet.path)
    return failed


def _result(sheet: Sheet, written: bool) -> dict[str, Any]:
    from microflow.render.unified import unified_diff

    return {
        "path": sheet.name,
        "changed": sheet.changes,
        "written": sheet.changes and written,
        "diff": unified_diff(sheet.before, sheet.after, sheet.name),
        "text": sheet.after if sheet.name == STANDARD and not sheet.diagnostics else None,
    }


def _text(sheets: Sequence[Sheet], failed: Iterable[str], check: bool, diff: bool) -> str:
    from microflow.render.plain import printable
    from microflow.render.unified import painted, unified_diff

    if diff:
        colour = paint(sys.stdout)
        patches = (unified_diff(s.before, s.after, s.name) for s in sheets)
        return "".join(painted(patch, colour) for patch in patches)
    if [s.name for s in sheets] == [STANDARD]:
        return "" if check or sheets[0].diagnostics else sheets[0].data.decode("utf-8")
    if not sheets:
        return ""
    changed = [s.name for s in sheets if s.changes and s.name not in failed]
    lines = [] if check else [f"formatted {printable(name)}" for name in changed]
    files = "1 file" if len(sheets) == 1 else f"{len(sheets)} files"
    return "\n".join([*lines, f"{files}, {len(changed)} {'to change' if check else 'changed'}\n"])
