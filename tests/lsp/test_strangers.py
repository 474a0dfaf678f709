"""Messages that no editor sends: the server answers each request, and lives on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from microflow.lsp.server import make_server
from tests.lsp.editing import MANIFEST, workspace
from tests.lsp.talking import framed, message, request, sound, talk

INVALID_PARAMS = -32602
LEFT_OUT = ("initialize", "shutdown", "exit")  # the life of the connection is the test's own
METHODS = tuple(sorted(set(make_server("0").protocol.fm.features) - set(LEFT_OUT)))
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63), 10**30, "", "x", "\0", "😀\ud800", "9" * 5000,
    [], {}, [[]], [None], {"uri": 5}, {"line": -1, "character": -1}, [1] * 2000, "file:///", "a:b",
    "file:///dev/zero", "untitled:1", "file://host/share/a.mflow", {"uri": "file:///etc/passwd"},
)  # fmt: skip


NOISE = (
    framed(b"{nope"),
    framed(b"\xff\xfe\x00"),
    framed(b"[" * 100_000),
    framed(b'{"a":' * 50_000),
    framed(b"[]"),
    framed(b"null"),
    framed(b"5"),
    framed(b'"textDocument/hover"'),
    framed(b'{"jsonrpc": "2.0", "id": ' + b"9" * 5000 + b', "method": "x"}'),
    framed(b'{"jsonrpc": "2.0", "id": {"a": []}, "method": "textDocument/hover"}'),
    framed(b'{"jsonrpc": "2.0", "id": null, "method": "textDocument/hover", "params": {}}'),
    framed(b'{"jsonrpc": "1.0", "id": 3, "method": 3, "params": 3}'),
    framed(b'{"jsonrpc": "2.0", "id": 77, "result": {"unknown": true}}'),
    framed(b'{"jsonrpc": "2.0", "id": 78, "error": 5}'),
    framed(b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": []}}'),
    framed(b'{"jsonrpc": "2.0", "method": "$/cancelRequest"}'),
    framed(b'{"jsonrpc": "2.0", "method": "$/setTrace", "params": NaN}'),
    framed(b'{"jsonrpc": "2.0", "method": "initialized"}'),
    framed(b" " * 10_000_000),
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: -5\r\n\r\n",
    b"Content-Length: " + b"9" * 6000 + b"\r\n\r\n",
    b"Content-Length: 999999999999\r\n\r\n",
    b"Content-Length: x\r\nContent-Type: y\r\n\r\n",
    b"Nonsense\r\n\r\n\r\n",
    b"\0" * 20_000 + b"\r\n",
    b"x" * 10_000_000 + b"\r\n\r\n",
)


def _spoilt(chance: random.Random, params: Any) -> Any:
    """Replaces, drops or adds something, at a depth of its own."""
    if not isinstance(params, dict | list) or not params or chance.random() < 0.1:
        return chance.choice(JUNK)
    keys = list(params) if isinstance(params, dict) else list(range(len(params)))
    key = chance.choice(keys)
    if isinstance(params, list):
        return [*params[:key], _spoilt(chance, params[key]), *params[key + 1 :]]
    if chance.random() < 0.2:
        return {k: v for k, v in params.items() if k != key}
    return {**params, key: _spoilt(chance, params[key])}


def _messages(chance: random.Random, path: Path, count: int) -> Iterator[tuple[int | None, bytes]]:
    """Yields spoilt requests with their numbers, and spoilt notifications."""
    for number in range(count):
        method = chance.choice(METHODS)
        at = chance.randint(0, len(MANIFEST))
        params: Any = sound(path, MANIFEST[:at])
        for _ in range(chance.randint(0, 3)):
            params = _spoilt(chance, params)
        body = {"jsonrpc": "2.0", "method": method, "params": params}
        if "did" in method or method == "initialized":
            yield None, message(body)
        else:
            yield number, message({**body, "id": number})


@pytest.mark.parametrize("seed", range(2))
def test_spoilt_parameters_are_answered(seed: int, tmp_path: Path) -> None:
    _play(seed, 400, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2, 22))
def test_many_spoilt_parameters_are_answered(seed: int, tmp_path: Path) -> None:
    _play(seed, 2_000, tmp_path)


def _play(seed: int, count: int, folder: Path) -> None:
    path = workspace(folder)
    params = sound(path)
    last = [
        message({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}),
        request("last", "textDocument/codeLens", {"textDocument": params["textDocument"]}),
    ]
    messages = list(_messages(random.Random(seed), path, count))
    answers = talk(folder, b"".join([*(data for _, data in messages), *last]), "last")
    counts = Counter(a["id"] for a in answers if "id" in a and "method" not in a)
    assert all(counts[number] == 1 for number, _ in messages if number is not None)
    errors = [a["error"] for a in answers if "error" in a]
    assert {e["code"] for e in errors} <= {INVALID_PARAMS}, errors
    (lenses,) = (a["result"] for a in answers if a.get("id") == "last")
    assert len(lenses) == 2, "the last text is analysed like any other"


def test_noise_on_the_wire_is_skipped(tmp_path: Path) -> None:
    path = workspace(tmp_path)
    opened = message({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": sound(path)})
    asked = {"textDocument": {"uri": path.as_uri()}}
    folds = [
        noise + request(1000 + i, "textDocument/foldingRange", asked)
        for i, noise in enumerate(NOISE)
    ]
    answers = talk(tmp_path, b"".join([opened, *folds]), 1000 + len(NOISE) - 1)
    folded = {a["id"] - 1000 for a in answers if isinstance(a.get("id"), int) and a.get("result")}
    assert [noise[:60] for i, noise in enumerate(NOISE) if i not in folded] == []
