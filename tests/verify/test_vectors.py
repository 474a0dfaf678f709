"""Reading vectors: every way in which a file can be wrong is a diagnostic, never an exception."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.compilation import Result
from microflow.verify.difference import Array
from microflow.verify.vectors import load_vectors

from .archive import npz, reference_arrays, zipped
from .models import analysed, two_inputs


@cache
def _result() -> Result:
    return analysed(two_inputs())


@cache
def _right() -> dict[str, Array]:
    return reference_arrays(_result(), two_inputs())


def _codes(data: bytes) -> list[str]:
    """Returns the codes of what is wrong with a file, each with a message and a next step."""
    vectors, found = load_vectors(data, "v.npz", _result().model)
    assert (vectors is None) == bool(found)
    assert all("v.npz" in d.message and d.help and d.span for d in found)
    return [d.rule.code for d in found]


def test_right_vectors_are_read_in_the_order_of_the_ports() -> None:
    vectors, found = load_vectors(npz(_right()), "v.npz", _result().model)
    assert vectors is not None and not found
    assert len(vectors.inputs) == len(vectors.expected) == 5
    for step in range(5):
        for port, array in zip(_result().model.inputs, vectors.inputs[step], strict=True):
            assert np.array_equal(array, _right()[f"in{port.position}"][step])
        for port, array in zip(_result().model.outputs, vectors.expected[step], strict=True):
            assert np.array_equal(array, _right()[f"out{port.position}"][step])


def test_arrays_in_column_order_and_others_are_no_obstacle() -> None:
    arrays = {name: np.asfortranarray(array) for name, array in _right().items()}
    arrays["probe_t5"] = np.zeros((3, 1), np.int8)
    vectors, found = load_vectors(npz(arrays), "v.npz", _result().model)
    assert vectors is not None and not found
    assert np.array_equal(vectors.inputs[2][0], _right()["in0"][2])


@pytest.mark.parametrize("name", ["in0", "in1", "out0", "out1"])
def test_a_missing_array(name: str) -> None:
    arrays = {key: value for key, value in _right().items() if key != name}
    assert _codes(npz(arrays)) == ["MF6022"]


def test_several_mistakes_are_reported_together() -> None:
    assert _codes(npz({"in0": _right()["in0"]})) == ["MF6022"] * 3
    arrays = {key: value.astype(np.int16) for key, value in _right().items()}
    assert _codes(npz(arrays)) == ["MF6023"] * 4


@pytest.mark.parametrize("name", ["in2", "out7", "tflm_out2", "in99999999999999999999"])
def test_vectors_of_another_model(name: str) -> None:
    assert _codes(npz({**_right(), name: _right()["in0"]})) == ["MF6022"]


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((5, 1, 6), np.float32),
        np.zeros((5, 1, 6), np.uint8),
        np.zeros((5, 1, 7), np.int8),
        np.zeros((5, 6), np.int8),
        np.zeros((1, 6), np.int8),
        np.zeros((4, 1, 6), np.int8),
        np.zeros((), np.int8),
        np.zeros((5, 1, 6), "S1"),
        np.zeros((5, 1, 6), np.dtype([("a", "i1")])),
    ],
    ids=lambda a: f"{a.dtype}{a.shape}".replace(" ", ""),
)
def test_an_array_that_does_not_fit(wrong: Array) -> None:
    assert set(_codes(npz({**_right(), "in1": wrong}))) == {"MF6023"}


def test_no_steps_at_all() -> None:
    assert set(_codes(npz({name: a[:0] for name, a in _right().items()}))) == {"MF6023"}


def test_objects_are_never_loaded() -> None:
    hostile = np.array([_Bomb()], dtype=object)
    assert _codes(npz({**_right(), "in0": hostile})) == ["MF6021"]


class _Bomb:
    """Fails the test when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a pickle was loaded",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip archive",
        npz({})[:-1],
        zipped({"in0.npy": b"", "in1.npy": b"", "out0.npy": b"", "out1.npy": b""}),
        zipped({f"{name}.npy": b"\x93NUMPY\x09\x00" for name in ("in0", "in1", "out0", "out1")}),
        zipped(
            {f"{n}.npy": b"\x93NUMPY\x01\x00\x02\x00{}" for n in ("in0", "in1", "out0", "out1")}
        ),
        zipped({f"{name}.npy": b"0" for name in ("in0", "in1", "out0", "out1")}, zipfile.ZIP_BZIP2),
    ],
)
def test_damaged_files(data: bytes) -> None:
    assert set(_codes(data)) <= {"MF6021", "MF6022"}


def test_a_single_array_is_not_an_archive() -> None:
    stream = io.BytesIO()
    np.save(stream, _right()["in0"])
    assert _codes(stream.getvalue()) == ["MF6021"]


@pytest.mark.parametrize(
    "shape", ["(1099511627776, 1, 6)", "(-1, 1, 6)", "(5, -1, -6)", "(5, 'a')"]
)
def test_a_header_that_promises_what_is_not_there(shape: str) -> None:
    """The claimed size is compared with the data's before memory is taken."""
    header = f"{{'descr': '|i1', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(30)
    members = {f"{name}.npy": _npy(value) for name, value in _right().items()}
    assert _codes(zipped({**members, "in0.npy": array})) == ["MF6021"]


def test_an_archive_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    data = bytearray(zipped({"in0.npy": b"x"}, zipfile.ZIP_STORED))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (0xF0000000).to_bytes(4, "little")
    assert _codes(bytes(data)) == ["MF6021"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_changed_at_random_never_raise(changes: list[tuple[int, int]]) -> None:
    data = bytearray(npz(_right()))
    for position, value in changes:
        data[position % len(data)] = value
    assert set(_codes(bytes(data))) <= {"MF6021", "MF6022", "MF6023"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_file_that_was_cut_off_is_refused(length: int) -> None:
    data = npz(_right())
    assert _codes(data[: length % len(data)]) == ["MF6021"]


def _npy(array: Array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()
