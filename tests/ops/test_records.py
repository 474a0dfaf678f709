"""What the operators' records say for documents: held against kernels and the reference.

That a record names every kernel of its operator is checked wherever a test compiles a model
(`tests.run_model`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from microflow.codegen.contract import PORTABLE
from microflow.ops.reference import BUILTIN, CUSTOM, NOT_COMPILED, compared
from microflow.ops.registry import named, operators
from microflow.resources import resource
from microflow.targets import core_variants
from microflow.verify.oracle import NoResult, tflm_steps
from tests.assemble import N, T, assemble
from tests.ops.same import findings

TYPES = ("uint8", "int16", "int32", "int64", "bool")


def test_records_name_kernels_that_there_are() -> None:
    present = {folder.name for folder in resource("runtime_c/kernels").iterdir()}
    usual = {kernel for operator in operators() for kernel in operator.kernels}
    packed = {kernel for operator in operators() for kernel in operator.packed}
    assert usual | packed == present
    assert not usual & packed


def test_packed_kernels_are_for_some_cores() -> None:
    variants = {name for isa in core_variants().values() for name in isa} - {PORTABLE}
    for kernel in {kernel for operator in operators() for kernel in operator.packed}:
        folder = resource(f"runtime_c/kernels/{kernel}")
        assert any((folder / f"{name}.h").is_file() for name in variants), kernel


def test_what_the_reference_has_is_compiled_or_named_with_the_reason() -> None:
    assert (len(set(BUILTIN)), len(set(CUSTOM))) == (100, 18)
    compiled = {operator.custom or operator.name for operator in operators()}
    assert {*BUILTIN, *CUSTOM} - compiled == set(NOT_COMPILED)


def test_words_are_sentences() -> None:
    for operator in operators():
        for words in filter(None, (operator.doc, operator.limits)):
            assert words.endswith("."), (operator.name, words)
        assert not operator.beyond.endswith("."), operator.name  # it stands behind a colon


def test_an_operator_is_found_by_each_of_its_names() -> None:
    for operator in operators():
        for name in filter(None, (operator.name, operator.name.lower(), operator.custom)):
            assert named(name) is operator
    assert named("registry") is named("_unary") is named("nothing") is None


def test_what_the_reference_lacks_is_said() -> None:
    said = {name: compared(found) for name in ("EXP", "TILE", "SHAPE") if (found := named(name))}
    assert said == {
        "EXP": "as TFLM",
        "TILE": "not in TFLM",
        "SHAPE": "more than TFLM: an output of int64",
    }


AXIS, PADDING = {"a": 1}, {"a": [[0, 0], [1, 1]]}
# By operator: its operands ("x" of shape [2, 3], "v" a number), constants, and the output's shape.
CASES: Mapping[str, tuple[str, Mapping[str, Any], Sequence[int]]] = {
    "ABS": ("x", {}, (2, 3)),
    "ADD": ("xx", {}, (2, 3)),
    "CONCATENATION": ("xx", {}, (4, 3)),
    "CUMSUM": ("xa", AXIS, (2, 3)),
    "DIV": ("xx", {}, (2, 3)),
    "EMBEDDING_LOOKUP": ("ax", {"a": [1]}, (1, 3)),
    "EXPAND_DIMS": ("xa", {"a": 0}, (1, 2, 3)),
    "FILL": ("av", {"a": [2, 3]}, (2, 3)),
    "FLOOR_DIV": ("xx", {}, (2, 3)),
    "FLOOR_MOD": ("xx", {}, (2, 3)),
    "GATHER": ("xa", {"a": [1]}, (1, 3)),
    "GATHER_ND": ("xa", {"a": [[1]]}, (1, 3)),
    "MAXIMUM": ("xx", {}, (2, 3)),
    "MIRROR_PAD": ("xa", PADDING, (2, 5)),
    "MUL": ("xx", {}, (2, 3)),
    "PAD": ("xa", PADDING, (2, 5)),
    "PADV2": ("xav", PADDING, (2, 5)),
    "PRELU": ("xx", {}, (2, 3)),
    "REDUCE_MAX": ("xa", {"a": [1]}, (2,)),
    "REDUCE_MIN": ("xa", {"a": [1]}, (2,)),
    "RELU6": ("x", {}, (2, 3)),
    "REVERSE_V2": ("xa", {"a": [1]}, (2, 3)),
    "SLICE": ("xab", {"a": [0, 0], "b": [1, 3]}, (1, 3)),
    "SPLIT_V": ("xab", {"a": [3], "b": 1}, (2, 3)),
    "SQUARED_DIFFERENCE": ("xx", {}, (2, 3)),
    "SUB": ("xx", {}, (2, 3)),
    "TRANSPOSE": ("xa", {"a": [1, 0]}, (3, 2)),
}


def model(op: str, dtype: str) -> bytes:
    """Returns one operator on operands of one type."""
    operands, constants, shape = CASES[op]
    quantised: Mapping[str, Any] = {
        "uint8": {"scale": 0.5, "zero_point": 128},
        "int16": {"scale": 0.5},
    }
    more = quantised.get(dtype, {})
    tensors = [T("x", dtype, (2, 3), **more), T("y", dtype, shape, **more)]
    tensors += [T("v", dtype, (), data=0, **more)] if "v" in operands else []
    tensors += [T(name, "int32", np.shape(data), data=data) for name, data in constants.items()]
    inputs = ["x"] if "x" in operands else []
    return assemble(tensors, [N(op, list(operands), ["y"])], inputs, ["y"])


@pytest.mark.parametrize("op", sorted(CASES))
def test_types_that_the_reference_refuses_are_named(op: str) -> None:
    record = named(op)
    assert record is not None
    stated = set(record.beyond.partition(";")[0].replace(",", " ").split())
    x = np.ones((2, 3))
    for dtype in TYPES:
        built = model(op, dtype)
        given = [x.astype(dtype)] if "x" in CASES[op][0] else []
        more = not findings(built) and isinstance(tflm_steps(built, [[*given]]), NoResult)
        assert more == (dtype in stated), dtype


def test_every_variant_of_a_core_is_there() -> None:
    kernels = resource("runtime_c/kernels")
    present = {path.stem for folder in kernels.iterdir() for path in folder.glob("*.h")}
    for core, isa in core_variants().items():
        assert isa[-1] == PORTABLE, core
        assert present.issuperset(isa), core
