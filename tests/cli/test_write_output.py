"""Writing a folder: all or nothing, whatever fails and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from microflow.cli.plan_output import BLOCKED, CHANGED_FILE
from microflow.cli.write_output import CANNOT_WRITE, Folder, write_file, write_folders
from microflow.diag import Diagnostics


def folder(path: Path, files: dict[str, str], prefix: str = "p") -> Folder:
    """What a build makes of `files`: with a report of them."""
    hashes = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    report = json.dumps({"files": hashes})
    return Folder(path, prefix, {**files, f"{prefix}.report.json": report})


def snapshot(path: Path) -> dict[str, str | None]:
    """Everything under `path`: texts of files, None for folders."""
    return {
        p.relative_to(path).as_posix(): p.read_text("utf-8") if p.is_file() else None
        for p in sorted(path.rglob("*"))
    }


def write(*folders: Folder, force: bool = False) -> Diagnostics:
    written, found = write_folders(folders, force)
    assert bool(written) == (not found)
    return found


FIRST = {"p.c": "1", "p.h": "h", "microflow/a/portable.h": "a", "microflow/b.h": "b"}
SECOND = {"p.c": "2", "p.h": "h", "microflow/b.h": "B", "microflow/c/portable.h": "c"}


def test_a_new_folder_with_its_parents(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "gen"
    assert not write(folder(target, FIRST))
    files = {k: v for k, v in snapshot(target).items() if v is not None}
    assert {k: v for k, v in files.items() if k != "p.report.json"} == FIRST
    assert list(target.parent.iterdir()) == [target]


def test_a_second_build(tmp_path: Path) -> None:
    gen = tmp_path / "gen"
    assert not write(folder(gen, FIRST))
    (gen / "microflow" / "mine.txt").write_text("mine")
    kept = (gen / "p.h").stat().st_mtime_ns
    written, found = write_folders([folder(gen, SECOND)])
    assert not found
    assert (written[0].changed, written[0].removed) == (4, ("microflow/a/portable.h",))
    texts = {k: v for k, v in snapshot(gen).items() if v is not None and k != "p.report.json"}
    assert texts == {**SECOND, "microflow/mine.txt": "mine"}
    assert "microflow/a" not in snapshot(gen)
    assert (gen / "p.h").stat().st_mtime_ns == kept


def test_a_third_build_changes_nothing(tmp_path: Path) -> None:
    gen = tmp_path / "gen"
    write(folder(gen, FIRST))
    before = {p: p.stat().st_mtime_ns for p in gen.rglob("*")}
    written, _ = write_folders([folder(gen, FIRST)])
    assert written[0].changed == 0
    assert {p: p.stat().st_mtime_ns for p in gen.rglob("*") if p.is_file()} == {
        p: t for p, t in before.items() if p.is_file()
    }


def test_a_changed_file_is_not_lost(tmp_path: Path) -> None:
    gen = tmp_path / "gen"
    write(folder(gen, FIRST))
    (gen / "p.c").write_text("edited")
    before = snapshot(tmp_path)
    assert [d.rule for d in write(folder(gen, SECOND))] == [CHANGED_FILE]
    assert snapshot(tmp_path) == before
    assert not write(folder(gen, SECOND), force=True)
    assert (gen / "p.c").read_text() == "2"


def test_line_ends_are_those_of_the_text(tmp_path: Path) -> None:
    write(folder(tmp_path / "gen", {"p.c": "a\nb\n"}))
    assert (tmp_path / "gen" / "p.c").read_bytes() == b"a\nb\n"


def test_links_and_folders_block(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    gen = tmp_path / "gen"
    gen.mkdir()
    (gen / "microflow").symlink_to(outside)
    (gen / "p.c").mkdir()
    (gen / "p.h").symlink_to(outside / "new.h")
    found = write(folder(gen, FIRST), force=True)
    assert [d.rule for d in found] == [BLOCKED] * 4
    assert not list(outside.iterdir())


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "gen").write_text("a file")
    (found,) = write(folder(tmp_path / "gen", FIRST))
    assert found.rule is CANNOT_WRITE
    assert found.message == f"cannot write {tmp_path / 'gen'}: it is a file, not a folder"


@pytest.mark.parametrize(
    "report",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"files": 1}',
        '{"files": {"../../x": "0"}}',
        '{"files": {"p.c": null}}',
    ],
)
def test_a_report_that_is_none_of_ours(tmp_path: Path, report: str) -> None:
    gen = tmp_path / "gen"
    gen.mkdir()
    (tmp_path / "x").write_text("outside")
    (gen / "q.report.json").write_text(report)
    assert not write(folder(gen, FIRST))
    assert (tmp_path / "x").read_text() == "outside"
    assert (gen / "q.report.json").read_text() == report


class Broken(OSError):  # noqa: N818
    """The failure that a test injects."""


@contextmanager
def failing(name: str, after: int, error: BaseException) -> Iterator[list[str]]:
    """Lets ``Path.<name>`` fail at its call number `after`; yields the calls made so far."""
    original: Callable[..., Any] = getattr(Path, name)
    calls: list[str] = []

    def method(self: Path, *args: Any, **kwargs: Any) -> Any:
        calls.append(str(self))
        if len(calls) == after + 1:
            raise error
        return original(self, *args, **kwargs)

    with patch.object(Path, name, method):
        yield calls


OPERATIONS = ("mkdir", "write_bytes", "replace", "unlink")


def moments(build: Callable[[], object], name: str) -> int:
    """How many calls of ``Path.<name>`` a build makes."""
    with failing(name, 10**6, Broken()) as calls:
        build()
    return len(calls)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("error", [Broken(28, "No space left on device"), KeyboardInterrupt()])
def test_a_second_build_that_fails_leaves_the_first(
    tmp_path: Path, name: str, error: BaseException
) -> None:
    def fresh(number: int) -> Path:
        gen = tmp_path / f"{name}{number}" / "gen"
        assert not write(folder(gen, FIRST))
        (gen / "mine.txt").write_text("mine")
        return gen

    count = moments(lambda: write(folder(fresh(0), SECOND)), name)
    own = moments(lambda: fresh(1), name)
    assert count - own > 0
    for after in range(count - own):
        gen = fresh(after + 2)
        before = snapshot(gen.parent)
        with failing(name, after, error):
            if isinstance(error, KeyboardInterrupt):
                with pytest.raises(KeyboardInterrupt):
                    write_folders([folder(gen, SECOND)])
            else:
                (found,) = write(folder(gen, SECOND))
                assert found.rule is CANNOT_WRITE and "No space left" in found.message
        assert snapshot(gen.parent) == before
        assert not write(folder(gen, SECOND))


@pytest.mark.parametrize("name", ["mkdir", "write_bytes", "replace"])
def test_a_first_build_that_fails_leaves_nothing(tmp_path: Path, name: str) -> None:
    def build(number: int) -> Diagnostics:
        place = tmp_path / f"{name}{number}"
        place.mkdir(exist_ok=True)
        return write(
            folder(place / "out" / "one", FIRST), folder(place / "out" / "two", SECOND, "q")
        )

    count = moments(lambda: build(0), name)
    for after in range(1 if name == "mkdir" else 0, count):
        place = tmp_path / f"{name}{after + 1}"
        with failing(name, after, Broken(13, "Permission denied")):
            (found,) = build(after + 1)
        assert found.rule is CANNOT_WRITE
        assert snapshot(place) == {}


def test_a_build_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    """Some files are new, some old, the report is old: nobody edited any of them."""
    gen = tmp_path / "gen"
    write(folder(gen, FIRST))
    (gen / "p.c").write_text(SECOND["p.c"])
    assert not write(folder(gen, SECOND))
    assert (gen / "microflow" / "b.h").read_text() == "B"


def test_one_file(tmp_path: Path) -> None:
    write_file(tmp_path / "sub" / "m.mflow", "one\n")
    write_file(tmp_path / "sub" / "m.mflow", "two\n")
    assert snapshot(tmp_path) == {"sub": None, "sub/m.mflow": "two\n"}
    with failing("replace", 0, Broken()), pytest.raises(Broken):
        write_file(tmp_path / "sub" / "m.mflow", "three\n")
    assert snapshot(tmp_path) == {"sub": None, "sub/m.mflow": "two\n"}
