"""The connection, with limits: what no editor sends must not cost the server its memory or life."""

from __future__ import annotations

from typing import Any, BinaryIO

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

MOST_BYTES = 1 << 26  # of a message; an open manifest has some thousand
MOST_HEADER = 1 << 12
_LENGTH = b"content-length:"


class Wire:
    """A stream of messages, with the two methods that the protocol's reader calls."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """Returns a line, or a piece of one that is too long; b"" at the end of the stream.

        A length that no message has becomes an empty line: the reader goes on to the next header.
        """
        line = self._stream.readline(MOST_HEADER)
        if not line.lower().startswith(_LENGTH):
            return line
        digits = line[len(_LENGTH) :].strip()
        sound = digits.isdigit() and len(digits) < 10 and int(digits) <= MOST_BYTES
        return b"Content-Length: %d\r\n" % int(digits) if sound else b"\r\n"

    def read(self, size: int) -> bytes:
        """Returns `size` bytes, fewer at the end of the stream."""
        return self._stream.read(size)


class Protocol(LanguageServerProtocol):
    """The protocol, which also answers requests whose parameters it can't read."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Returns a message in the protocol's types; raises `JsonRpcException` if it has none."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], error=error.to_response_error())
            raise
