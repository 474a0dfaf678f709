"""What strangers send: workspaces, documents and messages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from microflow.lsp import completion, outline, semantic
from microflow.lsp.analysing import Cancelled, Guarded, analyse
from microflow.lsp.convert import to_tokens
from microflow.lsp.diagnostics import to_diagnostics
from microflow.lsp.document import View
from tests.cli.models import relu
from tests.lsp.editing import MANIFEST, document, workspace


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    files = Guarded(Event())
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", str(tmp_path / "pipe")):
        with pytest.raises(PermissionError):
            files.read(path)
    with pytest.raises(IsADirectoryError):
        files.read(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        files.read("a\0b")


def test_an_analysis_nobody_waits_for_ends(tmp_path: Path) -> None:
    made, _ = document(MANIFEST, workspace(tmp_path).as_posix())
    flag = Event()
    flag.set()
    with pytest.raises(Cancelled):
        analyse(made, flag)


@pytest.mark.parametrize(
    "text",
    ["model a { " * 9000, "]" * 30_000, "x = 1;" * 3_000, '"é' * 40_000, "{" * 130_000],
    ids=["blocks", "brackets", "keys", "strings", "too long"],
)
def test_hostile_documents_cost_bounded_time(text: str) -> None:
    begin = time.perf_counter()
    made, _ = document(text)
    analysis = analyse(made, Event())
    to_diagnostics(analysis.diagnostics, made, analysis.sources, "utf-16")
    completion.complete(View(made), len(text), lambda path: ())
    outline.folds(made)
    to_tokens(semantic.coloured(made), made, "utf-16", None)
    assert time.perf_counter() - begin < 20


def test_commands_do_not_load_the_protocol(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(relu())
    code = (
        "import sys; sys.argv = ['mflowc', 'check', 'm.tflite']\n"
        "from microflow.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'pygls', 'lsprotocol', 'asyncio'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
