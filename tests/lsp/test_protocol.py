"""What the protocol has beside documents: ports, progress, settings, refreshes."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editing import MANIFEST, Editor, open_in, workspace
from tests.lsp.talking import message, request, talk

SLOW = (
    "from microflow.lsp import scheduler; scheduler.LONG = 0.0\n"
    "from microflow.lsp.server import serve; serve('0')"
)
REPORT = {"reportCommand": "mflow.openReport"}


@pytest_lsp.fixture(
    config=ClientServerConfig([sys.executable, "-P", "-c", SLOW], Editor),
    scope="module",
    loop_scope="module",
)
async def editor(lsp_client: Editor) -> AsyncIterator[None]:
    """A client with a command of its own, to which every analysis is a long one."""
    capabilities = client_capabilities("visual_studio_code")
    params = types.InitializeParams(capabilities, initialization_options=REPORT)
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_long_analysis_shows_its_progress(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    await editor.findings(uri, 1)

    async def reports() -> list[Any]:
        while True:
            for told in editor.progress_reports.values():
                if len(told) == 2:
                    return list(told)
            await asyncio.sleep(0.01)

    begin, end = await asyncio.wait_for(reports(), 10)
    assert isinstance(begin, types.WorkDoneProgressBegin) and begin.title == "mflowc: wake.mflow"
    assert isinstance(end, types.WorkDoneProgressEnd)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_lens_opens_the_report_where_the_client_can(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    name = types.TextDocumentIdentifier(uri)
    lenses = await editor.text_document_code_lens_async(types.CodeLensParams(name))
    assert lenses and lenses[0].command is not None
    assert (lenses[0].command.command, lenses[0].command.arguments) == ("mflow.openReport", (uri,))


@pytest.mark.asyncio(loop_scope="module")
async def test_settings_hold_from_now_on(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    name = types.TextDocumentIdentifier(uri)
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    for shown in (False, True):
        settings = {"mflow": {"inlayHints": shown, "codeLens": shown}}
        before = editor.refreshed
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        hints = await editor.text_document_inlay_hint_async(types.InlayHintParams(name, whole))
        lenses = await editor.text_document_code_lens_async(types.CodeLensParams(name))
        assert (bool(hints), bool(lenses)) == (shown, shown)
        assert editor.refreshed == before + 1, "the profile of this client refreshes lenses alone"


@pytest.mark.asyncio(loop_scope="module")
async def test_files_beside_manifests_are_watched(editor: Editor) -> None:
    assert types.WORKSPACE_DID_CHANGE_WATCHED_FILES in editor.registered


def test_a_request_can_be_cancelled(tmp_path: Path) -> None:
    uri = workspace(tmp_path).as_uri()
    item = {"uri": uri, "languageId": "mflow", "version": 1, "text": MANIFEST}
    named = {"textDocument": {"uri": uri}}
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
    cancelled = {"method": "$/cancelRequest", "params": {"id": 7}}
    sent = message({"jsonrpc": "2.0", **opened}) + request(7, "textDocument/codeLens", named)
    sent += message({"jsonrpc": "2.0", **cancelled}) + request(8, "textDocument/codeLens", named)
    answers = {answer.get("id"): answer for answer in talk(tmp_path, sent, 8)}
    assert answers[7]["error"]["code"] == -32800, "which says that it was cancelled"
    assert len(answers[8]["result"]) == 2


def test_a_server_on_a_port(tmp_path: Path) -> None:
    """`--tcp` serves a client on this computer alone, and ends with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "microflow", "lsp", "--tcp", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        with _connected(port) as client:
            hello = {"processId": None, "rootUri": None, "capabilities": {}}
            answer = _answered(client, "initialize", hello)
            assert answer["result"]["serverInfo"]["name"] == "mflowc"
            _send(client, {"method": "initialized", "params": {}})
            uri = workspace(tmp_path).as_uri()
            item = {"uri": uri, "languageId": "mflow", "version": 1, "text": MANIFEST}
            _send(client, {"method": "textDocument/didOpen", "params": {"textDocument": item}})
            named = {"textDocument": {"uri": uri}}
            answer = _answered(client, "textDocument/documentSymbol", named)
            assert [s["name"] for s in answer["result"]] == ["uno", "shared", "wake"]
            _answered(client, "shutdown", None)
            _send(client, {"method": "exit"})
        server.wait(10)
    finally:
        server.kill()
        server.communicate()


def _connected(port: int) -> socket.socket:
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), 10)
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(port)


def _send(client: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    client.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))


def _answered(client: socket.socket, method: str, params: Any) -> dict[str, Any]:
    _send(client, {"id": method, "method": method, "params": params})
    stream = client.makefile("rb")
    while True:
        length = 0
        while (line := stream.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(stream.read(length))
        if message.get("id") == method:
            return message
