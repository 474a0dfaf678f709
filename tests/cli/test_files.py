"""Files of input data, well-formed and hostile."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.cli.files import BadFile, read_csv, read_npy, read_npz, read_wav


def npy(array: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def wav(samples: Any, rate: int = 16000, channels: int = 1, width: int = 2) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(np.asarray(samples).tobytes())
    return stream.getvalue()


def refusal(read: Callable[[bytes, str], object], data: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        read(data, "f")
    found = refused.value.diagnostic
    assert found.rule.code == "MF6201" and found.help
    assert found.message.startswith("f: ")
    return found.message.removeprefix("f: ")


@pytest.mark.parametrize("dtype", ["int8", ">i4", "float64", "bool", "uint8"])
def test_arrays(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    assert (read_npy(npy(array), "f") == array).all()
    assert (read_npy(npy(np.asfortranarray(array)), "f") == array).all()
    assert (read_npz(npz(a=array, b=array[0]), "f")["b"] == array[0]).all()


def test_arrays_that_would_run_code() -> None:
    array = np.array([{"a": 1}], dtype=object)
    assert "Python objects" in refusal(read_npy, npy(array, allow_pickle=True))
    assert "array 'a' holds Python objects" in refusal(read_npz, npz(a=array))


def test_arrays_that_claim_more_than_they_have() -> None:
    header = npy(np.zeros(1234567, np.int8))[:128]
    assert "0 bytes, which is not what its shape takes" in refusal(read_npy, header)
    damaged = header.replace(b"1234567,", b"10**99, ")
    assert refusal(read_npy, damaged) == "the array does not begin as a NumPy array does"


def test_an_archive_that_expands_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microflow.verify.npy.LIMIT", 3 << 20)
    packed = npz(a=np.zeros(2 << 20, np.int8), b=np.zeros(2 << 20, np.int8))
    assert len(packed) < 1 << 16
    assert "more than 3 MiB" in refusal(read_npz, packed)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x93NUMPY\x09\x00", b"nonsense" * 99])
@pytest.mark.parametrize("read", [read_npy, read_npz, read_wav])
def test_what_is_no_such_file(read: Callable[[bytes, str], object], data: bytes) -> None:
    assert refusal(read, data)


WHOLE = {
    read_npy: npy(np.arange(20).reshape(4, 5)),
    read_npz: npz(a=np.arange(5), b=np.ones(3)),
    read_wav: wav(np.arange(50, dtype=np.int16)),
    read_csv: b"1,2,3\n4,5,6\n",
}


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(WHOLE, key=str)), st.data())
def test_damaged_files_never_raise_anything_else(
    read: Callable[[bytes, str], object], data: st.DataObject
) -> None:
    damaged = bytearray(WHOLE[read])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        read(bytes(damaged[:cut]), "f")
    except BadFile as refused:
        assert refused.diagnostic.message


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2,3\n", [[1, 2, 3]]),
        ("1;2\n\n# comment\n3 4 # more\n", [[1, 2], [3, 4]]),
        ("\ufeff-1,\t+2,\r\n", [[-1, 2]]),
        ("1\n2\n", [[1], [2]]),
        ("1,2.5\n3e-1,.5\n", [[1.0, 2.5], [0.3, 0.5]]),
    ],
)
def test_tables(text: str, rows: list[list[float]]) -> None:
    made = read_csv(text.encode("utf-8"), "f")
    assert [row.tolist() for row in made] == rows
    kind = "f" if any(isinstance(v, float) for row in rows for v in row) else "i"
    assert all(row.dtype.kind == kind for row in made)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a,b\n1,2\n", "line 1 holds 'a', which is no number"),
        (b"1,2\n3,x\n", "line 2 holds 'x', which is no number"),
        (b"\n# nothing\n", "it holds no number"),
        (b"\xff\xfe1\x00", "it is no UTF-8 text"),
        (b"1,,2\n", "line 1 holds '', which is no number"),
        (b"99999999999999999999\n", "it holds a whole number that no tensor holds"),
        (b"9" * 5000, "it holds a whole number that no tensor holds"),
    ],
)
def test_tables_that_are_none(data: bytes, why: str) -> None:
    assert refusal(read_csv, data) == why


def test_sound() -> None:
    samples = np.array([0, 1, -32768, 32767], np.int16)
    sound = read_wav(wav(samples, 8000), "f")
    assert (sound.rate, sound.samples) == (8000, (0, 1, -32768, 32767))


@pytest.mark.parametrize(("channels", "width"), [(2, 2), (1, 1), (1, 4)])
def test_sound_of_another_form(channels: int, width: int) -> None:
    data = wav(np.zeros(48, np.uint8), channels=channels, width=width)
    assert refusal(read_wav, data) == (
        f"it has {channels} channel(s) of {8 * width} bits, expected 1 of 16 bits"
    )
