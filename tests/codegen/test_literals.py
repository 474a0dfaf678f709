"""Numbers read back exactly; hostile text cannot leave its string or comment."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microflow.codegen import literals
from microflow.graph.tensor import DType

from ..need import need


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float_literals_read_back(value: float) -> None:
    text = literals.float32(value)
    assert re.fullmatch(r"-?\d+(\.\d*)?(e[-+]\d+)?f", text)
    assert "." in text or "e" in text
    assert struct.pack("<f", float(text[:-1])) == struct.pack("<f", value)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integer_literals_are_no_wider_than_needed(value: int) -> None:
    text = literals.integer(value)
    if value not in (-(2**31), -(2**63)):
        assert int(re.sub(r"INT64_C\((.*)\)", r"\1", text)) == value


@given(st.text(max_size=80))
def test_comments_cannot_be_left(text: str) -> None:
    made = literals.comment(text)
    assert made.isascii() and made.isprintable()
    assert "*/" not in f"{made} */"[:-3] and "/*" not in made
    assert "\\" not in made and "?" not in made
    assert len(made) <= 60


@given(st.text(max_size=40))
def test_strings_are_one_plain_literal(text: str) -> None:
    made = literals.string(text)
    assert re.fullmatch(r'"([ -~])*"', made)
    assert '"' not in re.sub(r"\\[0-7]{3}", "", made[1:-1])


def test_strings_mean_the_same_to_a_compiler(tmp_path: Path) -> None:
    texts = ["plain", 'quo"te', "tri??/graph", "new\nline", "ümlaut", "\\x41", "9\x009", "%s%n"]
    lines = [f"  fwrite(({literals.string(t)}), 1, {len(t.encode())}, stdout);" for t in texts]
    source = tmp_path / "strings.c"
    source.write_text("#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\n}\n")
    program = tmp_path / "strings"
    subprocess.run(
        [
            need("gcc"),
            "-std=c99",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
            source,
            "-o",
            program,
        ],
        check=True,
    )
    done = subprocess.run([program], capture_output=True, check=True)
    assert done.stdout == "".join(texts).encode()


@pytest.mark.parametrize("dtype", [DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64])
def test_arrays_wrap_and_keep_every_element(dtype: DType) -> None:
    info = np.iinfo(dtype.numpy)
    values = np.linspace(info.min / 2, info.max / 2, 300).astype(dtype.numpy)
    lines = literals.wrapped(dtype, values.tobytes())
    assert max(map(len, lines)) <= literals.LINE
    found = "".join(lines).replace("INT64_C(", "").replace(")", "").split(",")
    assert [int(f) for f in found if f] == values.tolist()


def test_an_empty_array_has_no_lines() -> None:
    assert literals.wrapped(DType.INT8, b"") == ()


def test_floats_that_are_no_numbers_have_names() -> None:
    data = struct.pack("<3f", float("nan"), float("inf"), float("-inf"))
    assert "".join(literals.wrapped(DType.FLOAT32, data)) == "MF_NAN,MF_INFINITY,-MF_INFINITY"
