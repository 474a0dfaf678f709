"""What strangers send: workspaces, documents and messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from microflow.lsp import completion, outline, semantic
from microflow.lsp.analysing import Cancelled, Guarded, analyse
from microflow.lsp.convert import to_tokens
from microflow.lsp.diagnostics import to_diagnostics
from microflow.lsp.document import View
from tests.cli.models import relu
from tests.lsp.editing import MANIFEST, document, workspace

SERVER = [sys.executable, "-P", "-m", "microflow", "lsp"]
TRAP = "import pathlib; pathlib.Path(__file__).with_name('sprung').touch()\n"
SHUT = ({"id": 99, "method": "shutdown"}, {"method": "exit"})


def _message(body: Any) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def _talk(folder: Path, *messages: bytes) -> list[dict[str, Any]]:
    """Sends messages to a server that starts in `folder`; returns what it sent."""
    hello = {"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None}}
    sent = [_message(hello), _message({"method": "initialized", "params": {}}), *messages]
    sent += [_message(m) for m in SHUT]
    done = subprocess.run(
        SERVER, input=b"".join(sent), cwd=folder, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    parts = done.stdout.split(b"Content-Length: ")[1:]
    return [json.loads(part.partition(b"\r\n\r\n")[2]) for part in parts]


def _opened(path: Path) -> bytes:
    item = {"uri": path.as_uri(), "languageId": "mflow", "version": 1, "text": MANIFEST}
    return _message({"method": "textDocument/didOpen", "params": {"textDocument": item}})


def _asked(path: Path, number: int, method: str = "codeLens") -> bytes:
    params = {"textDocument": {"uri": path.as_uri()}}
    return _message({"id": number, "method": f"textDocument/{method}", "params": params})


def test_nothing_of_a_workspace_is_imported(tmp_path: Path) -> None:
    path = workspace(tmp_path)
    names = ("lark", "attrs", "pygls", "lsprotocol", "numpy", "typer", "sitecustomize", "gc")
    for name in names:
        (tmp_path / f"{name}.py").write_text(TRAP)
    _talk(tmp_path, _opened(path), _asked(path, 7))
    assert not (tmp_path / "sprung").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [*(f"{n}.py" for n in names), "wake.mflow", "wake.tflite"]
    )


def test_malformed_messages_do_not_end_the_server(tmp_path: Path) -> None:
    path = workspace(tmp_path)
    deep = b"[" * 3000
    bad = [
        b"Content-Length: 5\r\n\r\n{nope",
        b"Content-Length: %d\r\n\r\n%s" % (len(deep), deep),
        b"Nonsense: 1\r\n",
        _message({"id": 2, "method": "textDocument/hover", "params": {"position": "here"}}),
        _message({"id": 3, "method": "no/such/method", "params": {}}),
        _message({"method": "textDocument/didChange", "params": {}}),
        _asked(tmp_path / "never-opened.mflow", 4, "documentSymbol"),
    ]
    answers = {
        m.get("id"): m
        for m in _talk(tmp_path, *bad, _opened(path), _asked(path, 5, "foldingRange"))
    }
    assert "error" in answers[3]
    assert answers[4]["result"] is None
    assert answers[5]["result"]


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
