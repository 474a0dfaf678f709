"""The references: the interpreters that compute what the profiles promise.

TensorFlow Lite Micro's own, from the wheel `tflite-micro`, is that of the profile `tflm`; LiteRT's,
from `ai-edge-litert`, is that of `litert-ref` (its reference kernels) and of `xnnpack` (its
default), on one thread. They trust their model: on an odd one they may end the whole process
(out-of-range indices, negative dimensions or scales do). `isolated=True` runs them in a process of
their own, where such an end is a `NoResult` that carries what the interpreter printed.
"""

from __future__ import annotations

import importlib
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
from microflow.graph.tensor import DType
from microflow.importer.schema import Model, Operator, SubGraph, Tensor
from microflow.profiles import LITERT_REF, TFLM, XNNPACK

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


def profile_steps(
    profile: str, model: bytes, steps: Sequence[Sequence[Array]], *, isolated: bool = False
) -> tuple[Arrays, ...] | NoResult:
    """Returns the same as `tflm_steps`, by the interpreter of `profile`."""
    if profile == TFLM:
        return tflm_steps(model, steps, isolated=isolated)
    job = "_litert_steps"
    result = _call(job, model, steps, profile, isolated=isolated, interpreter=LITERT)
    return result if isinstance(result, NoResult) else result[0]


def profile_tensors_of_steps(
    profile: str, model: bytes, steps: Sequence[Sequence[Array]], *, isolated: bool = False
) -> tuple[Mapping[int, Array], ...] | NoResult:
    """Returns the same as `tflm_tensors_of_steps`, by the interpreter of `profile`.

    LiteRT's default gives none: it fuses layers, so that their tensors hold nothing.
    """
    if profile == TFLM:
        return tflm_tensors_of_steps(model, steps, isolated=isolated)
    if profile == XNNPACK:
        return NoResult(
            "LiteRT's default does not keep what layers compute",
            "if vectors were given, make them with LiteRT's default; else this is a bug of the "
            "compiler: please report it with what `mflowc inspect` prints",
        )
    job = "_litert_tensors"
    result = _call(job, model, steps, profile, isolated=isolated, interpreter=LITERT)
    return result if isinstance(result, NoResult) else result[0]


@frozen
class Interpreter:
    """A reference: its name in results, its name in messages, the module that must be there."""

    package: str
    title: str
    module: str


MICRO = Interpreter("tflite-micro", "TensorFlow Lite Micro", "tflite_micro.python.tflite_micro")
LITERT = Interpreter("ai-edge-litert", "LiteRT", "ai_edge_litert.interpreter")


def interpreter_of(profile: str) -> Interpreter:
    """Returns the reference of a profile."""
    return MICRO if profile == TFLM else LITERT


def _call(
    job: str, *args: Any, isolated: bool, interpreter: Interpreter = MICRO
) -> tuple[Any] | NoResult:
    try:
        importlib.import_module(interpreter.module)
    except ImportError:
        return NoResult(
            f"the reference interpreter {interpreter.package} is not installed",
            "install it: pip install 'mflowc[verify]'",
        )
    result = _isolated(job, args) if isolated else _here(job, args)
    if not isinstance(result, str):
        return result
    return NoResult(
        f"{interpreter.title} does not run the model: {result}",
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


def _litert_steps(
    model: bytes, steps: Sequence[Sequence[Array]], profile: str
) -> tuple[Arrays, ...]:
    interpreter = _litert(model, profile)
    return tuple(_litert_step(interpreter, inputs) for inputs in steps)


def _litert_step(interpreter: Any, inputs: Sequence[Array]) -> Arrays:
    for details, value in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(details["index"], np.asarray(value, order="C"))
    interpreter.invoke()
    outputs = interpreter.get_output_details()
    return tuple(np.array(interpreter.get_tensor(d["index"])) for d in outputs)


def _litert_tensors(
    model: bytes, steps: Sequence[Sequence[Array]], profile: str
) -> tuple[Mapping[int, Array], ...]:
    interpreter = _litert(model, profile, preserve=True)
    nodes = _main_subgraph(model).tables(SubGraph.OPERATORS)
    written = [t for node in nodes for t in node.integers(Operator.OUTPUTS)]
    made = []
    for inputs in steps:
        _litert_step(interpreter, inputs)
        made.append({t: np.array(interpreter.get_tensor(t)) for t in written})
    return tuple(made)


def _litert(model: bytes, profile: str, preserve: bool = False) -> Any:
    from ai_edge_litert import interpreter as litert  # noqa: PLC0415  (an optional wheel)

    resolvers = litert.OpResolverType
    reference = profile == LITERT_REF
    interpreter = litert.Interpreter(
        model_content=model,
        num_threads=1,
        experimental_op_resolver_type=resolvers.BUILTIN_REF if reference else resolvers.AUTO,
        experimental_preserve_all_tensors=preserve,
    )
    interpreter.allocate_tensors()
    return interpreter


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
    "_litert_steps": _litert_steps,
    "_litert_tensors": _litert_tensors,
}
