"""The reference for tests: TensorFlow Lite Micro's interpreter, failing the test where it refuses.

    y, = tflm(model, [x])

It runs in the test's own process, which a malformed model may end: ask `tflm_accepts` about those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ai_edge_litert.interpreter import Interpreter, OpResolverType

from microflow.verify import oracle
from microflow.verify.oracle import Array, NoResult

_T = TypeVar("_T")


def tflm(model: bytes, inputs: Sequence[Array]) -> list[Array]:
    """Returns the outputs of one inference."""
    return tflm_steps(model, [inputs])[0]


def tflm_steps(model: bytes, steps: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """Returns the outputs of each step, run in order on one interpreter without reset."""
    return [list(step) for step in _result(oracle.tflm_steps(model, steps))]


def profile_steps(
    profile: str, model: bytes, steps: Sequence[Sequence[Array]]
) -> list[list[Array]]:
    """Returns the same by the interpreter of `profile`."""
    return [list(step) for step in _result(oracle.profile_steps(profile, model, steps))]


def tflm_tensors(model: bytes, inputs: Sequence[Array]) -> Mapping[int, Array]:
    """Returns every tensor that an operator writes, by index, after one inference."""
    return _result(oracle.tflm_tensors(model, inputs))


def tflm_accepts(model: bytes) -> bool:
    """Tells whether the reference loads `model`; asked in a process of its own (half a second)."""
    return oracle.tflm_refusal(model) is None


def _result(result: _T | NoResult) -> _T:
    assert not isinstance(result, NoResult), f"{result.reason} ({result.help})"
    return result


def litert(model: bytes, steps: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """Returns the outputs of each step by LiteRT's reference kernels, for what TFLM refuses."""
    interpreter = Interpreter(
        model_content=model,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        num_threads=1,
    )
    interpreter.allocate_tensors()
    return [_litert_step(interpreter, inputs) for inputs in steps]


def _litert_step(interpreter: Any, inputs: Sequence[Array]) -> list[Array]:
    for details, values in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(details["index"], values)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]).copy() for d in interpreter.get_output_details()]
