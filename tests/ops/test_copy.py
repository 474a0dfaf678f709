"""COPY, which the compiler inserts: outputs that are constants, of every type."""

from __future__ import annotations

from microflow.graph.ir import Node, Site
from microflow.graph.tensor import DType, Tensor
from microflow.ops import _copy
from microflow.targets import load_core
from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, joined, values
from tests.run_model import compiled


def constant(dtype: str) -> Part:
    """Returns a model with an output that is known beforehand, beside one that is not."""
    known = values(dtype, (2, 3), 5)
    return Part(
        [
            T("x", dtype, (2,)),
            T("k", dtype, (2, 3), data=known),
            T("y", dtype, (1, 2)),
            T("z", dtype, (3, 2)),
        ],
        [N("RESHAPE", ["x"], ["y"]), N("RESHAPE", ["k"], ["z"])],
        ["x"],
        ["y", "z"],
    )


def test_constant_outputs_of_every_type() -> None:
    types = ["float32", "int16", "int32", "int64", "bool", "uint8"]
    inputs = [values(dtype, (2,), 1) for dtype in types]
    wanted = []
    for dtype, x in zip(types, inputs, strict=True):
        wanted += [x.reshape(1, 2), values(dtype, (2, 3), 5).reshape(3, 2)]
    assert_outputs(joined(*map(constant, types)), [inputs], [wanted])


def test_the_constant_is_a_parameter_of_the_call() -> None:
    """It may lie in program memory, so a kernel that reads memory must not be given it."""
    made = compiled(joined(constant("int32")))
    (call,) = made.calls[-1]
    assert (call.kernel, call.inputs) == ("copy_constant", ())


def test_a_value_in_memory_is_copied_as_a_whole() -> None:
    x, y = Tensor(0, "x", DType.INT16, (2, 3)), Tensor(1, "y", DType.INT16, (2, 3))
    site = Site(Node(0, _copy.OPERATOR, (0,), (1,)), (x,), (y,))
    (call,) = _copy.OPERATOR.lower(site, load_core("x86-64"))
    assert (call.kernel, call.inputs, call.outputs, call.params) == (
        "copy",
        (0,),
        (1,),
        {"bytes": 12},
    )
    assert _copy.OPERATOR.infer(site) == ((2, 3),)
    assert _copy.OPERATOR.fold(site) is None
    assert list(_copy.OPERATOR.check(site)) == []
