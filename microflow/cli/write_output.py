"""Writes output folders all or nothing: new files are staged, then exchanged; failures undo it."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from microflow.cli.plan_output import (
    BLOCK,
    REPORT,
    OutputPlan,
    Present,
    Record,
    is_inside,
    plan_output,
)
from microflow.diag import Diagnostic, Diagnostics, Rule, has_errors

CANNOT_WRITE = Rule(
    "MF6105",
    "cannot-write",
    """A file or folder could not be written

The system refused: no permission, no space, a read-only disk, or a file where a folder must be.
Nothing of the build was left behind; what was there before is as it was.

Remedy: see what the message says; choose another place with `--out`.
""",
)


@frozen
class Folder:
    """A generated folder and where it goes."""

    path: Path
    prefix: str
    files: Mapping[str, str]


@frozen
class Written:
    """What a folder holds of the build, and how much of that is new."""

    path: Path
    files: tuple[str, ...]
    changed: int
    removed: tuple[str, ...]


def write_folders(
    folders: Sequence[Folder], force: bool = False
) -> tuple[tuple[Written, ...], Diagnostics]:
    """Writes all `folders`, or none and returns why.

    Refuses to touch what an earlier build did not write or the user changed, unless `force`.
    """
    try:
        planned = [plan_output(f.files, f.prefix, survey(f.path, f.files), force) for f in folders]
        findings = tuple(d for _, found in planned for d in found)
        if has_errors(findings):
            return (), findings
        plans = [plan for plan, _ in planned if plan is not None]
        commit([(f.path, plan) for f, plan in zip(folders, plans, strict=True)])
    except OSError as error:
        return (), (cannot_write(error, str(folders[0].path)),)
    done = zip(folders, plans, strict=True)
    return tuple(Written(f.path, tuple(f.files), len(p.write), p.remove) for f, p in done), findings


def write_file(path: Path, text: str) -> None:
    """Writes one file, whole or not at all."""
    plan = OutputPlan({path.name: text}, (), ())
    with ExitStack() as parents, ExitStack() as stages:
        _make_folders(path.parent, parents)
        (_stage(path.parent, plan, stages, parents) / path.name).replace(path)
        parents.pop_all()


def cannot_write(error: OSError, path: str) -> Diagnostic:
    """Returns the finding that the system refused to write `path`."""
    reason = error.strerror or str(error)
    where = error.filename if isinstance(error.filename, str) else path
    return Diagnostic(CANNOT_WRITE, f"cannot write {where}: {reason}", "choose another place")


def survey(folder: Path, wanted: Iterable[str]) -> Present:
    """Returns what lies in `folder` at the paths `wanted` and at those that reports name."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder", str(folder))
    records = tuple(r for p in sorted(folder.glob(f"*{REPORT}")) if (r := _record(p)) is not None)
    paths = {*wanted, *(path for r in records for path in (r.report, *r.files))}
    found = {path: there for path in sorted(paths) if (there := _state(folder, path)) is not None}
    return Present(folder.as_posix(), found, records)


def commit(batches: Sequence[tuple[Path, OutputPlan]]) -> None:
    """Carries out plans, each in its folder. Where anything fails, undoes all and raises."""
    with ExitStack() as parents, ExitStack() as stages, ExitStack() as undo:
        staged = [_stage(folder, plan, stages, parents) for folder, plan in batches]
        for (folder, plan), stage in zip(batches, staged, strict=True):
            _exchange(folder, plan, stage, undo)
        undo.pop_all()
        parents.pop_all()
    for folder, plan in batches:
        _drop_empty(folder, plan.remove)


def _record(report: Path) -> Record | None:
    """Returns what a report says was written, or None where it is no report of ours."""
    try:
        files = json.loads(report.read_text("utf-8"))["files"]
        pairs = {str(path): str(digest) for path, digest in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Record(report.name, {p: d for p, d in pairs.items() if is_inside(p)})


def _state(folder: Path, path: str) -> str | None:
    """Returns the SHA-256 of a plain file, `BLOCK` for anything else, None for nothing."""
    place = folder
    *parents, name = path.split("/")
    for parent in parents:
        place /= parent
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return BLOCK
    place /= name
    if place.is_symlink() or (place.exists() and not place.is_file()):
        return BLOCK
    return sha256(place.read_bytes()).hexdigest() if place.exists() else None


def _stage(folder: Path, plan: OutputPlan, stages: ExitStack, parents: ExitStack) -> Path:
    """Writes the new files beside their places, on the same disk; returns where."""
    if not folder.exists():
        _make_folders(folder.parent, parents)
    home = folder if folder.exists() else folder.parent
    temporary = TemporaryDirectory(prefix=".mflowc-", dir=home, ignore_cleanup_errors=True)
    stage = Path(stages.enter_context(temporary)) / "new"
    stage.mkdir()
    for path, text in plan.write.items():
        target = stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
    return stage


def _exchange(folder: Path, plan: OutputPlan, stage: Path, undo: ExitStack) -> None:
    if not folder.exists():
        stage.replace(folder)
        undo.callback(shutil.rmtree, folder)
        return
    saved = stage.parent / "old"
    for path in plan.write:
        _make_folders((folder / path).parent, undo)
        _save(folder / path, saved / path, undo)
        (stage / path).replace(folder / path)
    for path in plan.remove:
        _save(folder / path, saved / path, undo)
        (folder / path).unlink()


def _save(place: Path, saved: Path, undo: ExitStack) -> None:
    """Keeps what is at `place`, so that it can be put back."""
    if not place.exists():
        undo.callback(place.unlink, missing_ok=True)
        return
    saved.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(place, saved)
    undo.callback(os.replace, saved, place)


def _make_folders(folder: Path, undo: ExitStack) -> None:
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for made in reversed(missing):
        made.mkdir()
        undo.callback(made.rmdir)


def _drop_empty(folder: Path, removed: Iterable[str]) -> None:
    """Removes the folders that are empty now."""
    parents = {p for path in removed for p in (folder / path).parents if folder in p.parents}
    for parent in sorted(parents, key=lambda p: -len(p.parts)):
        with suppress(OSError):  # not empty
            parent.rmdir()
