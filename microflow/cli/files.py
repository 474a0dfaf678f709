"""Reads the files that ``mflowc run`` takes: arrays, tables of numbers, sound."""

from __future__ import annotations

import io
import re
import wave

import numpy as np
from attrs import frozen

from microflow.cli.real import Array
from microflow.diag import Diagnostic, Rule
from microflow.verify import npy

BAD_INPUT_FILE = Rule(
    "MF6201",
    "bad-input-file",
    """A file of input data cannot be understood

`run` reads `.npy` (one array), `.npz` (an array for each input, named by its label, its tensor's
name, or in0, in1, …), `.csv` (numbers separated by commas, semicolons or blanks; `#` begins a
comment) and, where the manifest gives the input a `frontend`, `.wav` (mono, 16 bits).

    np.savez("inputs.npz", mfcc=features)
    0.1, -0.5, 1.25        # a line of inputs.csv

Arrays of Python objects are never loaded, because loading them runs code.

Remedy: see what the message says is wrong, and write the file again.
""",
)

_BETWEEN = re.compile(r"[,;\s]\s*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d+")


class BadFile(Exception):  # noqa: N818  (what it is to the caller: a finding)
    """The file cannot be understood, for the reason in `diagnostic`."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        remedy = "give .npy, .npz, .csv or, for an input with a front end, .wav (mono, 16 bits)"
        self.diagnostic = Diagnostic(BAD_INPUT_FILE, f"{path}: {why}", remedy)


@frozen
class Sound:
    """Mono sound: `rate` in Hz, 16-bit samples."""

    rate: int
    samples: tuple[int, ...]


def read_npy(data: bytes, path: str) -> Array:
    """Returns the array of a .npy file; raises `BadFile`."""
    try:
        return npy.read_npy(data, "the array")
    except npy.Unreadable as error:
        raise BadFile(path, str(error)) from None


def read_npz(data: bytes, path: str) -> dict[str, Array]:
    """Returns the arrays of a .npz file by name; raises `BadFile`."""
    try:
        archive = npy.open_npz(data)
        return {name: npy.read_member(archive, name) for name in npy.array_names(archive)}
    except npy.Unreadable as error:
        raise BadFile(path, str(error)) from None


def read_csv(data: bytes, path: str) -> tuple[Array, ...]:
    """Returns the numbers of each line; whole only if all of the file are. Raises `BadFile`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(path, "it is no UTF-8 text") from None
    rows = [(n, _fields(line)) for n, line in enumerate(text.splitlines(), 1)]
    rows = [(number, fields) for number, fields in rows if fields]
    for number, fields in rows:
        wrong = next((f for f in fields if not _NUMBER.fullmatch(f)), None)
        if wrong is not None:
            raise BadFile(path, f"line {number} holds '{wrong[:40]}', which is no number")
    if not rows:
        raise BadFile(path, "it holds no number")
    whole = all(_WHOLE.fullmatch(f) for _, fields in rows for f in fields)
    return tuple(_numbers(fields, whole, path) for _, fields in rows)


def read_wav(data: bytes, path: str) -> Sound:
    """Returns the sound of a .wav file; raises `BadFile`."""
    try:
        with wave.open(io.BytesIO(data)) as sound:
            channels, bits = sound.getnchannels(), 8 * sound.getsampwidth()
            rate, frames = sound.getframerate(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, ValueError, RuntimeError) as error:
        raise BadFile(path, f"it is no wave file of plain samples ({error})") from None
    if (channels, bits) != (1, 16):
        raise BadFile(path, f"it has {channels} channel(s) of {bits} bits, expected 1 of 16 bits")
    usable = frames[: len(frames) // 2 * 2]
    return Sound(rate, tuple(np.frombuffer(usable, "<i2").tolist()))


def _fields(line: str) -> list[str]:
    plain = line.partition("#")[0].strip()
    return _BETWEEN.split(plain.rstrip(",;")) if plain else []


def _numbers(fields: list[str], whole: bool, path: str) -> Array:
    if not whole:
        return np.array([float(f) for f in fields], np.float64)
    try:
        return np.array([int(f) for f in fields], np.int64)
    except (OverflowError, ValueError):
        raise BadFile(path, "it holds a whole number that no tensor holds") from None
