"""Reads NumPy's files without trusting them.

Nothing is unpickled, and an array takes no more memory than there are bytes for it: the size that
a header claims is compared with the data's first.
"""

from __future__ import annotations

import io
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from microflow.verify.difference import Array

LIMIT = 1 << 30  # bytes of all arrays of an archive together
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what NumPy writes
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    tokenize.TokenError,
    SyntaxError,
    EOFError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    RuntimeError,
)


class Unreadable(ValueError):  # noqa: N818  (named for what it is to the caller)
    """The file is not what its name says; the message tells why."""


def read_npy(data: bytes, name: str) -> Array:
    """Returns the array of a .npy file; raises `Unreadable`."""
    return _read(io.BytesIO(data), name)


def open_npz(data: bytes) -> zipfile.ZipFile:
    """Returns the archive of a .npz file, its sizes checked; raises `Unreadable`."""
    with _readable("the file is damaged"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    if any(member.compress_type not in _PLAIN for member in members):
        raise Unreadable("it is compressed in a way that NumPy does not use")
    if sum(member.file_size for member in members) > LIMIT:
        raise Unreadable(f"the arrays take more than {LIMIT >> 20} MiB")
    return archive


def array_names(archive: zipfile.ZipFile) -> list[str]:
    """Returns the names of the arrays, in the archive's order."""
    return [n.removesuffix(".npy") for n in archive.namelist() if n.endswith(".npy")]


def read_member(archive: zipfile.ZipFile, key: str) -> Array:
    """Returns the array named `key`; raises `Unreadable`."""
    with _readable(f"array '{key}' is damaged"), archive.open(f"{key}.npy") as stream:
        return _read(stream, f"array '{key}'")


def _read(stream: Any, name: str) -> Array:
    with _readable(f"{name} does not begin as a NumPy array does"):
        shape, fortran, kind = _HEADERS[np.lib.format.read_magic(stream)](stream)
    if kind.hasobject:
        raise Unreadable(f"{name} holds Python objects, which are not loaded")
    with _readable(f"{name} is damaged"):
        data = stream.read()
    if len(data) != kind.itemsize * prod(shape):
        raise Unreadable(f"{name} has {len(data)} bytes, which is not what its shape takes")
    with _readable(f"{name} has a shape or type that no array has"):
        return np.frombuffer(data, kind).reshape(shape, order="F" if fortran else "C")


@contextmanager
def _readable(otherwise: str) -> Iterator[None]:
    """Turns what damaged data can raise into `Unreadable`, with the words `otherwise`."""
    try:
        yield
    except Unreadable:
        raise
    except _DAMAGE:
        raise Unreadable(otherwise) from None
