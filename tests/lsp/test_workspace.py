"""What the server does with a workspace: it reads what manifests name, and nothing else at all."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editing import MANIFEST, workspace
from tests.lsp.talking import SERVER, message, request, sound, talk

TRAP = "import os; open(os.path.join(os.path.dirname(__file__), 'sprung'), 'w').close()\n"
TRAPS = (
    "microflow", "lark", "attrs", "attr", "pygls", "lsprotocol", "numpy", "typer", "json", "typing",
    "sitecustomize", "usercustomize", "gc", "tomllib", "encodings", "asyncio", "cattrs", "rich",
)  # fmt: skip
WRITING = (
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.utime", "shutil.move", "tempfile.mkstemp", "tempfile.mkdtemp",
)  # fmt: skip
RUNNING = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect",
    "socket.bind",
)  # fmt: skip
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
TRACED = f"""
import os, sys
log = os.open("trace", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def trace(event, arguments):
    if event in {("open", "import", "os.listdir", "os.scandir", *WRITING, *RUNNING)!r}:
        shown = [a if isinstance(a, (str, int)) else str(a) for a in arguments[:3]]
        os.write(log, (repr((event, shown)) + "\\n").encode())
sys.addaudithook(trace)
sys.argv = ["mflowc", "lsp"]
from microflow.__main__ import main
main()
"""
USING = 'mflow 1\nuse "boards.mflow"\n' + MANIFEST.partition("\n")[2].replace(
    "input x {",
    'emit { selftest = true }\n  verify { vectors = "vectors.npz" }\n'
    '  input x { frontend = "mfcc.h"; ',
)
ASKED = (
    "hover", "completion", "codeAction", "inlayHint", "codeLens", "formatting", "rangeFormatting",
    "documentSymbol", "foldingRange", "selectionRange", "documentLink", "definition", "references",
    "documentHighlight", "prepareRename", "rename", "semanticTokens/full", "semanticTokens/range",
)  # fmt: skip


def _conversation(folder: Path, texts: Sequence[str]) -> bytes:
    """Every request of an editor, for each of some manifests that are not even saved."""
    said = []
    for number, text in enumerate(texts):
        params = sound(folder / f"unsaved{number}.mflow", text)
        said += [
            message({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}),
            *(request(f"{name} {number}", f"textDocument/{name}", params) for name in ASKED),
        ]
    said.append(request("symbols", "workspace/symbol", {"query": "w"}))
    return b"".join((*said, request("last", "textDocument/codeLens", params)))


def _folder(tmp_path: Path) -> None:
    """A workspace with what a manifest names, and with more."""
    workspace(tmp_path, USING)
    (tmp_path / "boards.mflow").write_text("mflow 1\ntarget own : host { }\n")
    for name in ("secret.txt", "other.mflow", ".env", "vectors.npz", "mfcc.h", "mflow.toml"):
        (tmp_path / name).write_text("x = 1\n")
    shutil.copy(tmp_path / "wake.tflite", tmp_path / "other.tflite")


def _trace(folder: Path) -> list[tuple[str, list[Any]]]:
    return [ast.literal_eval(line) for line in (folder / "trace").read_text().splitlines()]


def test_only_what_a_manifest_names_is_read_and_nothing_written(tmp_path: Path) -> None:
    _folder(tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    texts = (USING, USING.replace("512B", "8B"), USING.replace('"boards', '"'), "model", USING)
    # Without -B, Python itself would keep what it compiled beside the compiler's own modules.
    command = [sys.executable, "-P", "-B", "-c", TRACED]
    talk(tmp_path, _conversation(tmp_path, texts), "last", command)
    events = _trace(tmp_path)
    opened = [(Path(tmp_path, str(name)), flags) for _, (name, _, flags) in _of(events, "open")]
    inside = {p.name for p, _ in opened if tmp_path in p.parents}
    assert inside == {"wake.tflite", "boards.mflow"}
    written = [p for p, flags in opened if flags & CHANGING]
    assert written == []
    assert [e for e in events if e[0] in WRITING + RUNNING] == []
    listed = {Path(tmp_path, str(a[0])) for _, a in _of(events, "os.listdir", "os.scandir")}
    assert {p for p in listed if p == tmp_path or tmp_path in p.parents} <= {tmp_path}
    after = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert {n: d for n, d in after.items() if n not in ("log", "trace")} == before


def _of(events: Sequence[tuple[str, list[Any]]], *names: str) -> list[tuple[str, list[Any]]]:
    found = [e for e in events if e[0] in names]
    assert found, "nothing was traced"
    return found


@pytest.mark.parametrize("module", [True, False], ids=["python -P -m", "the installed command"])
def test_nothing_of_a_workspace_is_executed(module: bool, tmp_path: Path) -> None:
    _folder(tmp_path)
    for name in TRAPS:
        (tmp_path / f"{name}.py").write_text(TRAP)
    for name in ("microflow", "pygls"):  # packages come before modules
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(TRAP)
    for name in ("conftest.py", "setup.py", "mflow.py", "__init__.py", "__main__.py"):
        (tmp_path / name).write_text(TRAP)
    (tmp_path / "evil.pth").write_text("import microflow_evil\n")
    script = Path(sys.executable).with_name("mflowc")
    command = SERVER if module else [str(script), "lsp"]
    assert module or script.is_file()
    answers = talk(tmp_path, _conversation(tmp_path, (USING,)), "last", command)
    assert len(answers[-1]["result"]) == 2
    assert list(tmp_path.rglob("sprung")) == []
    assert list(tmp_path.rglob("__pycache__")) == []
