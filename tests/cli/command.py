"""Runs the command line in the test's own process."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from attrs import frozen

from microflow.cli import main


@frozen
class Done:
    """A finished command: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document, which must be all there is on either stream."""
        assert self.err == ""
        document = json.loads(self.out)
        assert list(document) == ["version", "diagnostics", "results"]
        assert document["version"] == 1
        return dict(document)

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of a command that went well."""
        assert self.code == 0, self.out + self.err
        return list(self.document["results"])

    @property
    def codes(self) -> list[str]:
        """The codes of what was found."""
        return [d["code"] for d in self.document["diagnostics"]]

    @property
    def messages(self) -> list[str]:
        """The messages of what was found."""
        return [d["message"] for d in self.document["diagnostics"]]


def mflowc(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Runs ``mflowc`` with `arguments` in the folder `cwd`."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with contextlib.ExitStack() as stack:
        if cwd is not None:
            stack.enter_context(contextlib.chdir(cwd))
        stack.enter_context(patch.object(sys, "argv", ["mflowc", *map(str, arguments)]))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        code = _exit_code()
    return Done(code, _text(out), _text(err))


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    raise AssertionError("main() returned")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")
