"""``mflowc fmt``."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microflow.cli.layout import lay_out
from microflow.cli.replace import replace_file
from microflow.dsl.format import format_text
from microflow.render.paint import ansi
from microflow.render.unified import painted, unified_diff
from tests.cli.command import Done, mflowc
from tests.need import need

ROUGH = 'mflow 1\nmodel m {\nsource="m.tflite" # where\n    targets = [ host ]\n}\n'
NEAT = 'mflow 1\nmodel m {\n  source  = "m.tflite"  # where\n  targets = [host]\n}\n'
BROKEN = "mflow 1\nmodel m {\nsource = \n}\n"


def rough(folder: Path, name: str = "m.mflow", text: str = ROUGH) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def filtered(text: str | bytes, *options: str) -> Done:
    data = text if isinstance(text, bytes) else text.encode()
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "ascii")):
        return mflowc("fmt", "-", *options)


def test_a_file_is_formatted_in_place(tmp_path: Path) -> None:
    path = rough(tmp_path)
    done = mflowc("fmt", "m.mflow", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "formatted m.mflow\n1 file, 1 changed\n", "")
    assert path.read_text("utf-8") == NEAT == format_text(ROUGH)
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_neat_is_not_written(tmp_path: Path) -> None:
    path = rough(tmp_path, text=NEAT)
    before = path.stat()
    done = mflowc("fmt", "m.mflow", cwd=tmp_path)
    assert (done.code, done.out) == (0, "1 file, 0 changed\n")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_permissions_links_and_marks_stay(tmp_path: Path) -> None:
    path = rough(tmp_path, "real.mflow", "\ufeff" + ROUGH.replace("\n", "\r\n"))
    path.chmod(0o640)
    link = tmp_path / "link.mflow"
    link.symlink_to(path)
    assert mflowc("fmt", link).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == ("\ufeff" + NEAT.replace("\n", "\r\n")).encode()


def test_check_names_what_would_change(tmp_path: Path) -> None:
    rough(tmp_path, "a.mflow")
    rough(tmp_path, "b.mflow", NEAT)
    done = mflowc("fmt", "a.mflow", "b.mflow", "--check", cwd=tmp_path)
    assert (done.code, done.out) == (1, "2 files, 1 to change\n")
    assert done.err.startswith("error[MF6109]: a.mflow is not formatted\n --> a.mflow:3:1\n")
    assert "b.mflow" not in done.err
    assert (tmp_path / "a.mflow").read_text() == ROUGH
    assert mflowc("fmt", "b.mflow", "--check", cwd=tmp_path).code == 0


@pytest.mark.parametrize("text", [ROUGH, ROUGH.rstrip("\n"), ROUGH.replace("\n", "\r\n")])
def test_the_diff_is_a_patch(tmp_path: Path, text: str) -> None:
    tool = need("patch")
    path = rough(tmp_path, text=text)
    done = mflowc("fmt", "m.mflow", "--diff", cwd=tmp_path)
    assert done.code == 0 and path.read_bytes() == text.encode()
    assert done.out.startswith("--- m.mflow\n+++ m.mflow\n@@ ")
    patched = subprocess.run(
        [tool, "--binary", "-p0"], input=done.out.encode(), cwd=tmp_path, check=False
    )
    assert patched.returncode == 0
    assert path.read_bytes() == format_text(text).encode()


def test_a_diff_with_check_fails(tmp_path: Path) -> None:
    rough(tmp_path)
    done = mflowc("fmt", "m.mflow", "--diff", "--check", cwd=tmp_path)
    assert done.code == 1 and done.out.startswith("---") and "MF6109" in done.err


def test_a_diff_in_a_terminal_is_not_obeyed() -> None:
    diff = unified_diff("a\x1b[2J\n", "b\n", "m\x1b.mflow")
    shown = painted(diff, ansi)
    assert "\x1b[31m-a\\x1b[2J\x1b[0m\n" in shown and "\x1b[32m+b\x1b[0m\n" in shown
    assert "m\\x1b.mflow" in shown


def test_a_syntax_error_leaves_the_file(tmp_path: Path) -> None:
    bad, good = rough(tmp_path, "a.mflow", BROKEN), rough(tmp_path, "b.mflow")
    done = mflowc("fmt", "a.mflow", "b.mflow", "--json", cwd=tmp_path)
    assert done.code == 1 and done.codes == ["MF1001"]
    assert [d["span"]["path"] for d in done.document["diagnostics"]] == ["a.mflow"]
    assert bad.read_text() == BROKEN and good.read_text() == NEAT
    assert [(r["path"], r["changed"], r["written"]) for r in done.document["results"]] == [
        ("a.mflow", False, False),
        ("b.mflow", True, True),
    ]


def test_what_is_no_manifest(tmp_path: Path) -> None:
    path = tmp_path / "m.mflow"
    path.write_bytes(b"\xff\xfe")
    assert mflowc("fmt", path, "--json").codes == ["MF1010"]
    assert path.read_bytes() == b"\xff\xfe"
    missing = mflowc("fmt", "nix.mflow", cwd=tmp_path)
    assert (missing.code, missing.out) == (1, "") and "error[MF6106]" in missing.err


def test_folders_are_searched(tmp_path: Path) -> None:
    for name in ("b/x.mflow", "a.mflow", "b/y.txt", ".git/z.mflow", "b/.hidden/w.mflow"):
        rough(tmp_path, name)
    done = mflowc("fmt", ".", "a.mflow", "--json", cwd=tmp_path)
    assert [r["path"] for r in done.results] == ["a.mflow", "b/x.mflow"]
    assert (tmp_path / ".git" / "z.mflow").read_text() == ROUGH
    assert (tmp_path / "b" / "y.txt").read_text() == ROUGH
    (tmp_path / "empty").mkdir()
    done = mflowc("fmt", "empty", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "no manifests found\n", "")


def test_a_filter() -> None:
    done = filtered(ROUGH.replace("where", "wörter 日本"))
    assert (done.code, done.out, done.err) == (0, NEAT.replace("where", "wörter 日本"), "")
    crlf = filtered(ROUGH.replace("\n", "\r\n"))
    assert crlf.out == NEAT.replace("\n", "\r\n")
    failed = filtered(BROKEN)
    assert (failed.code, failed.out) == (1, "") and " --> -:3:" in failed.err
    checked = filtered(ROUGH, "--check")
    assert checked.code == 1 and NEAT not in checked.out and "MF6109" in checked.err
    assert filtered(ROUGH, "--json").results[0]["text"] == NEAT
    assert filtered(ROUGH, "--diff").out.startswith("--- -\n+++ -\n")


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    path = rough(tmp_path)
    denied = patch("os.access", return_value=False)  # as for everybody but root
    with denied, pytest.raises(PermissionError, match="denied"):
        replace_file(path, b"")
    assert path.read_text() == ROUGH


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    path = rough(tmp_path)
    with patch.object(Path, "replace", side_effect=OSError(28, "No space left on device")):
        done = mflowc("fmt", "m.mflow", cwd=tmp_path)
    assert done.code == 1
    assert "error[MF6105]: cannot write m.mflow: No space left on device\n" in done.err
    assert done.out == "1 file, 0 changed\n"
    assert path.read_text() == ROUGH and list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "m.mflow", b"")
    assert not list(tmp_path.iterdir())


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*ROUGH.split(" "), "\n", "}", "#x\n", "\ufeff"]), max_size=12))
def test_laying_out_twice_changes_nothing_more(parts: list[str]) -> None:
    once = lay_out(Path("m.mflow"), " ".join(parts).encode())
    twice = lay_out(Path("m.mflow"), once.data)
    assert once.diagnostics or not twice.changes
