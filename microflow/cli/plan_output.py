"""Decides what a build may write, replace and remove in a folder that is there already. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import PurePosixPath

from attrs import field, frozen

from microflow.diag import Diagnostic, Diagnostics, Rule, Severity, has_errors

CHANGED_FILE = Rule(
    "MF6101",
    "changed-file",
    """A generated file was changed since the last build

`build` replaces only what it wrote itself. The report in the output folder holds the SHA-256 of
every generated file; this one no longer matches, so somebody edited it and would lose the work.

    mflowc build wake.mflow            # error: gen/wake.c was changed
    mflowc build wake.mflow --force    # replaces it

Remedy: keep your changes elsewhere (generated files are not for editing: change the manifest, or
wrap the functions in a file of your own) and build again with `--force`, or build into another
folder with `--out`.
""",
)

FOREIGN_FILE = Rule(
    "MF6102",
    "foreign-file",
    """A file that `build` did not write is in the way

The output folder has a file of the same name as a generated one, and no report says that this
compiler wrote it for the same prefix. It may be yours, or belong to the build of another model.

    gen/CMakeLists.txt                 # written by hand
    mflowc build wake.mflow --out gen  # would replace it

Remedy: build into a folder of its own with `--out`, move the file, or replace it with `--force`.
""",
)

BLOCKED = Rule(
    "MF6103",
    "output-blocked",
    """A folder or a link stands where a file must be written

`build` replaces plain files only. It never removes a folder or writes through a symbolic link,
not even with `--force`, because that could destroy something outside the output folder.

Remedy: remove or rename what the message names, or choose another folder with `--out`.
""",
)

KEPT_FILE = Rule(
    "MF6104",
    "kept-file",
    """A generated file is no longer needed, but was changed

Earlier builds wrote this file. The present one does not need it, and would have removed it had it
still been as generated. It was changed, so it stays.

Remedy: remove it yourself if you don't need the changes.
""",
    Severity.WARNING,
)

BLOCK = ""  # in place of a hash: something that is no plain file


@frozen
class Record:
    """What an earlier build says it wrote: the report's name, and SHA-256 by path."""

    report: str
    files: Mapping[str, str]

    @property
    def prefix(self) -> str:
        """The prefix of the build."""
        return self.report.removesuffix(REPORT)


REPORT = ".report.json"


@frozen
class Present:
    """An output folder as found: SHA-256 (or `BLOCK`) by path, and the records in it."""

    folder: str
    files: Mapping[str, str] = field(factory=dict)
    records: Sequence[Record] = ()


@frozen
class OutputPlan:
    """What a build will do: texts to write by path, paths to leave as they are, to remove."""

    write: Mapping[str, str]
    keep: tuple[str, ...]
    remove: tuple[str, ...]


def plan_output(
    files: Mapping[str, str], prefix: str, present: Present, force: bool = False
) -> tuple[OutputPlan | None, Diagnostics]:
    """Returns how to turn `present` into a folder with `files`; None, with errors, if it may not.

    Files already as wanted are kept untouched, so that nothing is compiled again for them.
    """
    keep = tuple(path for path, text in files.items() if present.files.get(path) == _hash(text))
    found = [d for path in files if path not in keep for d in _obstacle(path, prefix, present)]
    if force:
        found = [d for d in found if d.rule is BLOCKED]
    unneeded = _unneeded(files, prefix, present)
    changed = [p for p in unneeded if present.files[p] != unneeded[p]]
    found += [_kept(present.folder, path) for path in changed]
    if has_errors(tuple(found)):
        return None, tuple(found)
    write = {path: text for path, text in files.items() if path not in keep}
    remove = tuple(path for path in unneeded if path not in changed)
    return OutputPlan(write, keep, remove), tuple(found)


def is_inside(path: str) -> bool:
    """Tells whether a recorded path is one that lies in its folder."""
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts


def _obstacle(path: str, prefix: str, present: Present) -> Iterator[Diagnostic]:
    """Yields why the file at `path` must not be replaced, if it must not."""
    there = present.files.get(path)
    own = _own(prefix, present)
    place = f"{present.folder}/{path}"
    if there is None:
        return
    if there == BLOCK:
        yield Diagnostic(
            BLOCKED, f"{place} is no plain file", "remove it, or choose another folder with --out"
        )
    elif path in own and own[path] != there:
        yield Diagnostic(
            CHANGED_FILE,
            f"{place} was changed since the last build",
            "keep your changes elsewhere and build with --force, or choose another --out",
        )
    elif path not in own:
        whose = next((r.prefix for r in present.records if path in r.files), None)
        owner = f" and belongs to the build with prefix '{whose}'" if whose is not None else ""
        yield Diagnostic(
            FOREIGN_FILE,
            f"{place} is in the way{owner or ': no earlier build wrote it'}",
            "choose another folder with --out, or replace the file with --force",
        )


def _own(prefix: str, present: Present) -> Mapping[str, str]:
    """What the last build with this prefix wrote; its report cannot hold its own hash."""
    report = f"{prefix}{REPORT}"
    found = next((r for r in present.records if r.report == report), None)
    if found is None:
        return {}
    return {**found.files, report: present.files.get(report, BLOCK)}


def _unneeded(files: Mapping[str, str], prefix: str, present: Present) -> dict[str, str]:
    """What only the last build with this prefix wrote, is still there and is not needed now."""
    own = f"{prefix}{REPORT}"
    shared = {path for r in present.records if r.report != own for path in r.files}
    return {
        path: recorded
        for path, recorded in _own(prefix, present).items()
        if path not in files and path not in shared and present.files.get(path, BLOCK) != BLOCK
    }


def _kept(folder: str, path: str) -> Diagnostic:
    message = f"{folder}/{path} is no longer needed, but was changed, so it stays"
    return Diagnostic(KEPT_FILE, message, "remove it if you don't need the changes")


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()
