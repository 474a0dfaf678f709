"""An editor that is as small as can be: it starts a language server and talks to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any

from attrs import define, field

WAIT = 60.0  # seconds for an answer, before the server is thought to hang


@define
class Editor:
    """A connection to a server of its own. Times are seconds of `time.perf_counter`."""

    server: subprocess.Popen[bytes]
    started: float
    received: Queue[tuple[float, dict[str, Any]]] = field(factory=Queue)

    @classmethod
    def start(cls) -> Editor:
        """Starts a server and says hello."""
        started = time.perf_counter()
        command = [sys.executable, "-P", "-m", "microflow", "lsp"]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        editor = cls(server, started)
        assert server.stdout is not None
        Thread(target=_listen, args=(server.stdout, editor.received), daemon=True).start()
        editor.send("initialize", {"processId": None, "capabilities": {}}, 1)
        while editor.next()[1].get("id") != 1:
            pass
        editor.send("initialized", {})
        return editor

    def send(self, method: str, params: Any, number: int | None = None) -> float:
        """Sends a request, or a notification where it has no number; returns when."""
        numbered = {} if number is None else {"id": number}
        body = {"jsonrpc": "2.0", **numbered, "method": method, "params": params}
        data = json.dumps(body).encode()
        assert self.server.stdin is not None
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.server.stdin.flush()
        return time.perf_counter()

    def next(self) -> tuple[float, dict[str, Any]]:
        """Returns the next message, and when it came."""
        return self.received.get(timeout=WAIT)

    def open(self, uri: str, text: str) -> float:
        """Opens a manifest as version 1; returns when."""
        item = {"uri": uri, "languageId": "mflow", "version": 1, "text": text}
        return self.send("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, text: str) -> float:
        """Replaces the text of an open manifest; returns when."""
        document = {"uri": uri, "version": version}
        changes = {"textDocument": document, "contentChanges": [{"text": text}]}
        return self.send("textDocument/didChange", changes)

    def published(self, version: int) -> tuple[float, int]:
        """Waits for diagnostics of `version`; returns when, and the number of publishes so far."""
        count = 0
        while True:
            at, message = self.next()
            if message.get("method") == "textDocument/publishDiagnostics":
                count += 1
                if message["params"]["version"] == version:
                    return at, count

    def resident(self) -> int:
        """Returns the server's largest resident memory so far, in bytes."""
        lines = Path(f"/proc/{self.server.pid}/status").read_text("utf-8").splitlines()
        most = next(line for line in lines if line.startswith("VmHWM:"))
        return 1024 * int(most.split()[1])

    def processor(self) -> float:
        """Returns the processors' seconds that the server has used so far."""
        values = Path(f"/proc/{self.server.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """Ends the server as editors do."""
        self.send("shutdown", None, 2)
        self.send("exit", None)
        self.server.wait(WAIT)


def _listen(stream: IO[bytes], received: Queue[tuple[float, dict[str, Any]]]) -> None:
    while header := stream.readline():
        length = int(header.partition(b":")[2]) if header.startswith(b"Content-Length") else 0
        while header.strip():
            header = stream.readline()
        if length:
            received.put((time.perf_counter(), json.loads(stream.read(length))))
