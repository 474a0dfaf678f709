"""Options of custom operators, as converters write them."""

from __future__ import annotations

from typing import Any

from flatbuffers import flexbuffers


def flexible(**options: Any) -> bytes:
    """Returns a FlexBuffers map of `options`: numbers, truths, texts and lists of numbers."""
    builder = flexbuffers.Builder()
    with builder.Map():
        for key, value in options.items():
            builder.Key(key)
            builder.Add(value)
    return bytes(builder.Finish())
