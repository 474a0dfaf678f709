"""Verification: runs a compiled model on its target and compares it with the reference.

Outputs must be equal byte for byte, NaN being equal to NaN. The one exception are models with
kernels that call libm (float exponentials, say): where their outputs are not equal, every layer is
held against the reference's on the reference's own inputs. Those kernels may be off by the bound in
their contract (units in the last place), all others must still give equal bytes. What differs is
reported in any case, and `tolerance` says what was allowed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from microflow.codegen.lower import Compiled
from microflow.compilation import Result
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import Port
from microflow.graph.state import variables
from microflow.graph.tensor import Tensor
from microflow.toolchain.execute import execute
from microflow.toolchain.host import Build
from microflow.verify.difference import Array, OutputComparison, beyond, compare_output, differing
from microflow.verify.inputs import STEPS, draw_inputs
from microflow.verify.layers import (
    LayerDifference,
    Reference,
    first_difference,
    reference,
    rows_agree,
)
from microflow.verify.oracle import NoResult, interpreter_of, profile_steps
from microflow.verify.rounding import bounds, tolerance
from microflow.verify.vectors import Steps, Vectors

DIFFERENT = Rule(
    "MF6020",
    "differs-from-reference",
    """The compiled model does not compute what the reference computes

`verify` runs the generated C, here or on an emulated board, and compares every output with the
reference: the interpreter of the model's profile, or the file given with `--vectors`. They must
be equal byte for byte (operators that call the C library's mathematical functions may be off by a
few units in the last place). The message names the first layer that differs, and its first element.

If no layer differs from that interpreter, the file of vectors is to blame: it was made by
another runtime, whose rounding differs, or for another version of the model.

Remedy: make the vectors with this model and that interpreter. If a layer differs, that is a
bug of the compiler: please report it with the operator and the shapes that `mflowc inspect` prints.
""",
)

NO_REFERENCE = Rule(
    "MF6024",
    "no-reference",
    """There is no reference to compare with

`verify` compares with the interpreter of the model's profile: TensorFlow Lite Micro's own, which
the package `tflite-micro` holds, or LiteRT's, which `ai-edge-litert` holds. It is not installed, or
it refuses this model; the message says which. Neither knows a function of the application's own, so
they can't run a model with a `custom` operator.

Remedy: `pip install 'mflowc[verify]'`, or bring known outputs: `mflowc verify --vectors FILE.npz`.
""",
)


@frozen
class Verification:
    """What was compared, and how it came out. `oracle` names the package that gave the
    reference (``tflite-micro`` or ``ai-edge-litert``), or is ``vectors``.
    """

    passed: bool
    profile: str
    oracle: str
    outputs: tuple[OutputComparison, ...]
    steps: int
    tolerance: str
    first_difference: LayerDifference | None = None


@frozen
class Trial:
    """What the model is given and what it should answer, in the order of its ports.

    Integers in the outputs may be off by `lsb`.
    """

    result: Result
    model: bytes
    oracle: str
    inputs: Steps
    expected: Steps
    build: Build = Build()
    lsb: int = 0

    @property
    def sent(self) -> list[tuple[bytes, ...]]:
        """The bytes of every input, step by step."""
        return [_sent(step) for step in self.inputs]


@frozen
class _Run:
    """A trial and what the model answered."""

    trial: Trial
    ours: Steps

    @property
    def result(self) -> Result:
        return self.trial.result

    @property
    def compiled(self) -> Compiled:
        return self.trial.result.compiled

    @property
    def wrong_steps(self) -> list[int]:
        """The steps in which an output differs."""
        return [
            step
            for step, (ours, expected) in enumerate(
                zip(self.ours, self.trial.expected, strict=True)
            )
            if any(beyond(a, b, self.trial.lsb).any() for a, b in zip(ours, expected, strict=True))
        ]


def verify(
    result: Result,
    model: bytes,
    vectors: Vectors | None = None,
    *,
    steps: int = STEPS,
    build: Build = Build(),  # noqa: B008  (frozen)
    lsb: int = 0,
) -> tuple[Verification | None, Diagnostics]:
    """Returns how the C of `result`, run on its target, compares with the reference.

    `model` holds the bytes of the .tflite file that `result` was compiled from. With `vectors` all
    their steps run in order in one process, and their outputs are the reference; without, `steps`
    drawn inputs do, and the outputs of the profile's interpreter are. A difference is an error
    among the diagnostics, but not one of at most `lsb` in an integer. None where it could not run.
    """
    trial, failed = prepare(result, model, vectors, steps=steps, build=build)
    if trial is None:
        return None, failed
    trial = evolve(trial, lsb=lsb)
    replies, failed = execute(result.compiled, result.target, trial.sent, build)
    return (None, failed) if failed else assess(trial, replies)


def prepare(
    result: Result,
    model: bytes,
    vectors: Vectors | None = None,
    *,
    steps: int = STEPS,
    build: Build = Build(),  # noqa: B008  (frozen)
) -> tuple[Trial | None, Diagnostics]:
    """Returns what to give the model and what it should answer; see `verify`."""
    if vectors is not None:
        return Trial(result, model, "vectors", vectors.inputs, vectors.expected, build), ()
    inputs = draw_inputs(result.model.inputs, steps)
    expected = _reference(result, model, inputs)
    if isinstance(expected, NoResult):
        return None, (_no_reference(result, expected),)
    oracle = interpreter_of(result.model.profile).package
    return Trial(result, model, oracle, inputs, expected, build), ()


def _no_reference(result: Result, why: NoResult) -> Diagnostic:
    span, own = result.model.source_span, result.compiled.foreign
    if not own:
        return Diagnostic(NO_REFERENCE, why.reason, why.help, span)
    names = ", ".join(f"`{call.name}`" for _, call in own)
    text = f"no reference computes what {names} of the application does: {why.reason}"
    return Diagnostic(
        NO_REFERENCE, text, "bring known outputs: `mflowc verify --vectors FILE.npz`", span
    )


def assess(
    trial: Trial, replies: Sequence[Sequence[bytes]]
) -> tuple[Verification | None, Diagnostics]:
    """Returns how `replies`, the bytes of each step's outputs, compare with the reference."""
    run = _Run(trial, _read(trial.result, replies))
    made = Verification(
        passed=not run.wrong_steps,
        profile=trial.result.model.profile,
        oracle=trial.oracle,
        outputs=_compare_outputs(run),
        steps=len(trial.inputs),
        tolerance=tolerance(run.compiled, trial.lsb),
    )
    return (made, ()) if made.passed else _judge(run, made)


def _reference(result: Result, model: bytes, inputs: Steps) -> Steps | NoResult:
    given = [_in_file_order(result.model.inputs, step) for step in inputs]
    made = profile_steps(result.model.profile, model, given, isolated=True)
    if isinstance(made, NoResult):
        return made
    ports = result.model.outputs
    return tuple(tuple(_as(p.tensor, outputs[p.position]) for p in ports) for outputs in made)


def _in_file_order(ports: Sequence[Port], arrays: Sequence[Array]) -> list[Array]:
    pairs = zip(ports, arrays, strict=True)
    return [array for _, array in sorted(pairs, key=lambda pair: pair[0].position)]


def _read(result: Result, replies: Sequence[Sequence[bytes]]) -> Steps:
    tensors = [port.tensor for port in result.model.outputs]
    return tuple(
        tuple(
            _as(tensor, np.frombuffer(data, tensor.dtype.numpy))
            for tensor, data in zip(tensors, reply, strict=True)
        )
        for reply in replies
    )


def _sent(arrays: Sequence[Array]) -> tuple[bytes, ...]:
    return tuple(np.ascontiguousarray(array).tobytes() for array in arrays)


def _as(tensor: Tensor, array: Array) -> Array:
    return array.reshape(tensor.shape)


def _compare_outputs(run: _Run) -> tuple[OutputComparison, ...]:
    return tuple(
        compare_output(
            port.label,
            np.stack([step[i] for step in run.ours]),
            np.stack([step[i] for step in run.trial.expected]),
        )
        for i, port in enumerate(run.result.model.outputs)
    )


def _judge(run: _Run, made: Verification) -> tuple[Verification | None, Diagnostics]:
    """Decides on outputs that differ: layer by layer, in each step where they do."""
    rounded = bool(bounds(run.compiled))
    wrong = run.wrong_steps if rounded else run.wrong_steps[:1]
    if variables(run.compiled.graph):  # what they hold comes from all the steps before
        wrong = list(range(wrong[-1] + 1))
    steps = [_in_file_order(run.result.model.inputs, run.trial.inputs[i]) for i in wrong]
    sent = [_sent(run.trial.inputs[i]) for i in wrong]
    known = reference(run.result.model.profile, run.trial.model, steps, sent)
    if isinstance(known, NoResult):
        return made, (_different(run, made, f"which layer is unknown: {known.reason}", known.help),)
    found, failed = first_difference(run.compiled, known, run.trial.build)
    if failed:
        return made, failed
    if found is not None:
        found = evolve(found, step=wrong[found.step])
        made = evolve(made, first_difference=found)
        return made, (_different(run, made, found.words, _REPORT),)
    if not _agrees(run, wrong, known):
        title = interpreter_of(run.result.model.profile).title
        return made, (_different(run, made, _FOREIGN.format(title), _MAKE.format(title)),)
    return _judge_rows(run, made, known, rounded)


def _judge_rows(
    run: _Run, made: Verification, known: Reference, rounded: bool
) -> tuple[Verification | None, Diagnostics]:
    """Decides where every layer is as it should be: does running them by rows change anything?"""
    same, failed = rows_agree(run.compiled, known.sent, run.trial.build)
    if failed or (rounded and same):
        return evolve(made, passed=not failed), failed
    return made, (_different(run, made, _ONLY_TOGETHER if same else _ONLY_BY_ROWS, _REPORT),)


_REPORT = "this is a bug of the compiler: please report it with what `mflowc inspect` prints"
_MAKE = "make the vectors with this model and {}"
_FOREIGN = "no layer differs from {}, which does not give what the vectors say"
_ONLY_BY_ROWS = "no layer differs on whole tensors, but some do that run row by row"
_ONLY_TOGETHER = "no layer differs when that step runs by itself"


def _agrees(run: _Run, steps: Sequence[int], known: Reference) -> bool:
    """Tells whether the expected outputs are the profile's interpreter's."""
    return not any(
        differing(expected, _as(port.tensor, tensors[port.tensor.id])).any()
        for step, tensors in zip(steps, known.tensors, strict=True)
        for port, expected in zip(run.result.model.outputs, run.trial.expected[step], strict=True)
        if port.tensor.id in tensors
    )


def _different(run: _Run, made: Verification, where: str, help: str) -> Diagnostic:  # noqa: A002
    bad = [output for output in made.outputs if output.differing]
    counts = ", ".join(f"{o.differing} of {o.elements} elements of output '{o.name}'" for o in bad)
    first = run.wrong_steps[0]
    message = f"{counts} differ from the reference, first in step {first}; {where}"
    return Diagnostic(DIFFERENT, message, help, run.result.model.source_span)
