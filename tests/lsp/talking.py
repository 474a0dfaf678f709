"""Bytes to and from a server, with nothing of an editor's manners between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE
from threading import Thread, Timer
from typing import IO, Any

from tests.lsp.editing import MANIFEST

SERVER = [sys.executable, "-P", "-m", "microflow", "lsp"]


def framed(data: bytes) -> bytes:
    """Returns a message with its header."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def message(body: Any) -> bytes:
    """Returns a message."""
    return framed(json.dumps(body).encode())


def request(number: Any, method: str, params: Any) -> bytes:
    """Returns a request."""
    return message({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def talk(
    folder: Path, sent: bytes, last: Any, command: Sequence[str] = SERVER
) -> list[dict[str, Any]]:
    """Sends bytes behind a hello, and a farewell once `last` is answered; returns all answers.

    The server is started by `command` in `folder`, where it leaves what it said in ``log``.
    """
    hello = request(-1, "initialize", {"capabilities": {}, "processId": None})
    bye = request(-2, "shutdown", None) + message({"jsonrpc": "2.0", "method": "exit"})
    log = (folder / "log").open("w+b")
    with log, subprocess.Popen(command, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=log) as server:
        assert server.stdin is not None and server.stdout is not None
        limit = Timer(120, server.kill)
        limit.start()
        writer = Thread(target=_write, args=(server.stdin, hello + sent))
        writer.start()
        answers = list[dict[str, Any]]()
        while not answers or answers[-1].get("id") != last:
            answers.append(_next(server.stdout))
        writer.join()
        server.stdin.write(bye)
        server.stdin.close()
        code = server.wait()
        limit.cancel()
        log.seek(0)
        said = log.read().decode()
    assert code == 0 and "a bug of the compiler" not in said, said[-3000:]
    return answers


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)
    stream.flush()


def _next(stream: IO[bytes]) -> dict[str, Any]:
    """The next message that the server sends."""
    length = stream.readline()
    assert length.startswith(b"Content-Length: "), "the server has gone"
    while stream.readline().strip():
        pass
    found: dict[str, Any] = json.loads(stream.read(int(length.split()[1])))
    return found


def sound(path: Path, text: str = MANIFEST) -> dict[str, Any]:
    """Parameters that hold all that any method takes."""
    place = {"line": 5, "character": 8}
    return {
        "textDocument": {
            "uri": path.as_uri(), "version": 2, "languageId": "mflow", "text": text
        },
        "contentChanges": [{"text": text}],
        "position": place,
        "positions": [place],
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}},
        "context": {"diagnostics": [], "includeDeclaration": True, "triggerKind": 1},
        "options": {"tabSize": 2, "insertSpaces": True},
        "newName": "other",
        "query": "w",
        "label": "arena",
        "data": [path.as_uri(), "arena"],
        "previousResultId": "1",
        "settings": {"mflow": {"inlayHints": True}},
        "changes": [{"uri": path.as_uri(), "type": 2}],
    }  # fmt: skip
