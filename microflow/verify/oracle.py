"""The reference: TensorFlow Lite Micro's own interpreter, from the wheel `tflite-micro`.

It computes what the profile `tflm` promises. It trusts its model: on an odd one it may end the
whole process (out-of-range indices, negative dimensions or scales do). `isolated=True` runs it in a
process of its own, where such an end is a `NoResult` that carries what the interpreter printed.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.flatbuffer import Table, root
from microflow.graph.ir import DType
from microflow.importer.schema import Model, Operator, SubGraph, Tensor

Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = tuple[Array, ...]

_ARENA = 256 << 20  # bytes; reserved, not touched, so a generous size costs nothing
_SECONDS = 600  # that a job may take in a process of its own: a model may loop for ever
_CHILD = "from microflow.verify.oracle import _serve; _serve()"


@frozen
class NoResult:
    """Why the reference computed nothing, and what to do about it."""

    reason: str
    help: str


def tflm_steps(
    model: bytes, steps: Sequence[Sequence[Array]], *, isolated: bool = False
) -> tuple[Arrays, ...] | NoResult:
    """Returns the outputs of each step; steps run in order on one interpreter, without reset.

    A step holds one array an input of the model, in the file's order, types and shapes.
    """
    result = _call("_steps", model, steps, isolated=isolated)
    return result if isinstance(result, NoResult) else result[0]


def tflm_tensors(
    model: bytes, inputs: Sequence[Array], *, isolated: bool = False
) -> Mapping[int, Array] | NoResult:
    """Returns the value of every tensor that an operator of the main subgraph writes, by index."""
    result = tflm_tensors_of_steps(model, [inputs], isolated=isolated)
    return result if isinstance(result, NoResult) else result[0]


def tflm_tensors_of_steps(
    model: bytes, steps: Sequence[Sequence[Array]], *, isolated: bool = False
) -> tuple[Mapping[int, Array], ...] | NoResult:
    """Returns the same behind each of `steps`, run in order on one interpreter without reset."""
    result = _call("_tensors", model, steps, isolated=isolated)
    return result if isinstance(result, NoResult) else result[0]


def tflm_refusal(model: bytes, *, isolated: bool = True) -> NoResult | None:
    """Returns why the reference does not take `model`, or None where it does."""
    result = _call("_accept", model, isolated=isolated)
    return result if isinstance(result, NoResult) else None


def _call(job: str, *args: Any, isolated: bool) -> tuple[Any] | NoResult:
    try:
        from tflite_micro.python.tflite_micro import runtime  # noqa: F401, PLC0415
    except ImportError:
        return NoResult(
            "the reference interpreter is not installed", "install it: pip install 'mflowc[verify]'"
        )
    result = _isolated(job, args) if isolated else _here(job, args)
    if not isinstance(result, str):
        return result
    return NoResult(
        f"TensorFlow Lite Micro does not run the model: {result}",
        "convert the model again, or compare it in the profile of a runtime that takes it",
    )


def _here(job: str, args: Sequence[Any]) -> tuple[Any] | str:
    """Returns the job's result, or the interpreter's complaint."""
    try:
        return (_JOBS[job](*args),)
    except (RuntimeError, ValueError, IndexError, TypeError, struct.error) as error:
        return str(error)


def _isolated(job: str, args: Sequence[Any]) -> tuple[Any] | str:
    try:
        child = subprocess.run(
            [sys.executable, "-c", _CHILD],
            input=pickle.dumps((job, args)),
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"it did not come to an end within {_SECONDS} seconds"
    printed = "; ".join(child.stderr.decode("utf-8", "replace").splitlines()).strip("; \r")
    if child.returncode != 0:
        return f"its process ended with status {child.returncode}; {printed}".rstrip("; ")
    result: tuple[Any] | str = pickle.loads(child.stdout)
    return f"{result}; {printed}".rstrip("; ") if isinstance(result, str) else result


def _serve() -> None:
    """Runs one job in this process: reads it from the standard input, writes the result."""
    job, args = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(_here(job, args)))


def _steps(model: bytes, steps: Sequence[Sequence[Array]]) -> tuple[Arrays, ...]:
    interpreter = _interpreter(model)
    return tuple(_step(interpreter, inputs, _outputs(model)) for inputs in steps)


def _step(interpreter: Any, inputs: Sequence[Array], outputs: int) -> Arrays:
    for index, value in enumerate(inputs):
        interpreter.set_input(np.asarray(value, order="C"), index)  # keeps scalars
    interpreter.invoke()
    return tuple(np.array(interpreter.get_output(i)) for i in range(outputs))


def _tensors(model: bytes, steps: Sequence[Sequence[Array]]) -> tuple[Mapping[int, Array], ...]:
    interpreter = _interpreter(model, preserve=True)
    subgraph = _main_subgraph(model)
    nodes, tensors = subgraph.tables(SubGraph.OPERATORS), subgraph.tables(SubGraph.TENSORS)
    written = [t for node in nodes for t in node.integers(Operator.OUTPUTS)]
    held = [t for t in written if tensors[t].integer(Tensor.TYPE, "i8") != DType.RESOURCE.code]
    made = []
    for inputs in steps:
        _step(interpreter, inputs, 0)
        made.append({t: np.array(interpreter.GetTensor(t, 0)["tensor_data"]) for t in held})
    return tuple(made)


def _accept(model: bytes) -> None:
    _interpreter(model)


def _interpreter(model: bytes, preserve: bool = False) -> Any:
    from tflite_micro.python.tflite_micro import runtime  # noqa: PLC0415  (an optional wheel)

    configs = runtime.InterpreterConfig
    config = configs.kPreserveAllTensors if preserve else configs.kAllocationRecording
    return runtime.Interpreter.from_bytes(model, arena_size=_ARENA, intrepreter_config=config)


def _outputs(model: bytes) -> int:
    return len(_main_subgraph(model).integers(SubGraph.OUTPUTS))


def _main_subgraph(model: bytes) -> Table:
    return root(model).tables(Model.SUBGRAPHS)[0]


_JOBS: Mapping[str, Callable[..., Any]] = {
    "_steps": _steps,
    "_tensors": _tensors,
    "_accept": _accept,
}
