"""``check --fix``: applies the fixes of a manifest that need no decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from microflow.cli.console import Report
from microflow.cli.replace import cannot_replace, replace_file
from microflow.diag import Diagnostics
from microflow.dsl.text import UTF8_MARK, decode, in_order
from microflow.files import Disk, Files, Overlay
from microflow.render.fixes import Choice, apply_fixes, automatic_fixes
from microflow.render.plain import printable
from microflow.render.unified import unified_diff

if TYPE_CHECKING:
    from microflow.analysis import Analysis

_ROUNDS = 5  # a fix may bring to light what the next one mends


@frozen
class Mended:
    """A manifest before and after its fixes, each with what `check` knows of it."""

    before: Analysis
    after: Analysis
    applied: tuple[Choice, ...]

    @property
    def texts(self) -> tuple[str, str]:
        """The manifest's texts, before and after."""
        path = self.before.request.path
        return self.before.sources.get(path, ""), self.after.sources.get(path, "")

    @property
    def diff(self) -> str:
        """The difference, as a patch."""
        return unified_diff(*self.texts, self.before.request.path)


def mend(check: Callable[[Files], Analysis]) -> Mended:
    """Returns the manifest that `check` looks at with its fixes applied; writes nothing."""
    before = after = check(Disk())
    path = before.request.path
    applied: list[Choice] = []
    for _ in range(_ROUNDS):
        choices = automatic_fixes(in_order(after.diagnostics), path)
        if not choices or path not in after.sources:
            break
        applied += choices
        text = apply_fixes(after.sources[path], choices, path)
        after = check(Overlay({path: text.encode("utf-8")}, Disk()))
    return Mended(before, after, tuple(applied))


def write_mended(mended: Mended) -> Diagnostics:
    """Replaces the manifest by the mended one; returns why not, where that fails."""
    path = Path(mended.before.request.path)
    before, after = mended.texts
    if before == after:
        return ()
    try:
        data = path.read_bytes()
        if decode(data, path.as_posix())[0] != before:
            raise OSError("it was changed meanwhile")
        mark = UTF8_MARK if data.startswith(UTF8_MARK) else b""
        replace_file(path, mark + after.encode("utf-8"))
    except OSError as error:
        return (cannot_replace(error, path),)
    return ()


def with_fixes(report: Report, mended: Mended, written: bool) -> Report:
    """Returns `report` with what was fixed, or would be."""
    path = mended.before.request.path
    verb = "fixed" if written else "would fix"
    done = "".join(f"{verb} {_line(choice)}\n" for choice in mended.applied)
    nothing = f"nothing to fix unasked in {printable(path)}\n"
    data = {
        "applied": [_applied(choice) for choice in mended.applied],
        "written": written and bool(mended.applied),
        "diff": mended.diff,
    }
    return evolve(report, done=done or nothing, fix=data)


def _line(choice: Choice) -> str:
    span = choice.diagnostic.span
    place = f"{printable(span.path)}:{span.line}:{span.column}: " if span else ""
    return f"{place}{printable(choice.fix.title)} [{choice.diagnostic.rule.code}]"


def _applied(choice: Choice) -> dict[str, Any]:
    from microflow.render.json import diagnostic_data

    found = diagnostic_data(evolve(choice.diagnostic, fixes=(choice.fix,)))
    fixes: Sequence[Any] = found["fixes"]
    return {key: found[key] for key in ("code", "name", "message", "span")} | {"fix": fixes[0]}
