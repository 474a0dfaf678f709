"""Compiles a model with the whole corridor, builds it on this computer, runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from microflow.codegen.lower import Compiled
from microflow.compilation import compile_model
from microflow.diag import Span
from microflow.dsl.project import BoundModel, Budget, Port, Project
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.ops.check import check_operators
from microflow.profiles import TFLM
from microflow.rules.profile import check_profiles
from microflow.targets import Core, CostTable, load_target
from microflow.toolchain.host import build_program, run_program

from .need import need

Arrays = Sequence[NDArray[Any]]

STRICT = (
    "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror",
    "-ffp-contract=off",
)  # fmt: skip
SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g")
_NOWHERE = Span("test.mflow", 1, 1, 1, 1)


def bind_graph(graph: Graph) -> BoundModel:
    """Returns `graph` as a manifest that names nothing would bind it."""

    def port(label: str, position: int, tensor: int) -> Port:
        return Port(f"{label}{position}", position, graph.tensors[tensor])

    return BoundModel(
        name="model",
        graph=graph,
        source="model.tflite",
        sha256="0" * 64,
        profile=TFLM,
        optimize="balanced",
        budget=Budget(),
        inputs=tuple(port("input", i, t) for i, t in enumerate(graph.inputs)),
        outputs=tuple(port("output", i, t) for i, t in enumerate(graph.outputs)),
        targets=("host",),
        prefix=None,
        out_dir=None,
        span=_NOWHERE,
        source_span=_NOWHERE,
    )


def compiled(model: bytes, profile: str = TFLM, isa: Sequence[str] = ()) -> Compiled:
    """Returns `model` compiled for the host under `profile`; fails the test on any diagnostic.

    `isa` gives it kernel variants that the host does not have, but can compute. They are taken,
    whatever time the host would take with others.
    """
    graph, diagnostics = import_model(model, "model")
    assert graph is not None, [d.message for d in diagnostics]
    assert not diagnostics, [d.message for d in diagnostics]
    unsupported = check_operators(graph)
    assert not unsupported, [d.message for d in unsupported]
    bound = evolve(bind_graph(graph), profile=profile)
    unlike = check_profiles(Project("test.mflow", (), (bound,)))
    assert not unlike, [d.message for d in unlike]
    made = compile_model(bound, _core(isa))
    _check_records(made)
    return made


def _core(isa: Sequence[str]) -> Core:
    core = load_target("host").core
    return evolve(core, isa=(*isa, *core.isa), costs=CostTable()) if isa else core


def _check_records(made: Compiled) -> None:
    """Fails the test where a node calls a kernel that its operator's record does not name."""
    graphs = [(made.graph, made.calls)]
    graphs += [(inner.graph, inner.calls) for inner in made.inners.values()]
    for graph, calls in graphs:
        for node, group in zip(graph.nodes, calls, strict=True):
            foreign = {call.kernel for call in group} - {*node.op.kernels, *node.op.packed}
            assert not foreign, f"the record of {node.op.name} has to name {foreign} in `kernels`"


def run_model_many(
    model: bytes,
    inputs: Sequence[Arrays],
    *,
    compiler: str = "gcc",
    optimise: str = "-O1",
    sanitize: bool = False,
    profile: str = TFLM,
    isa: Sequence[str] = (),
) -> list[list[NDArray[Any]]]:
    """Returns the outputs for each of several sets of inputs, built under the strict flags."""
    made = compiled(model, profile, isa)
    flags = (*STRICT, optimise, *(SANITIZE if sanitize else ()))
    with tempfile.TemporaryDirectory() as folder:
        program, failed = build_program(made, _core(isa), Path(folder), flags, need(compiler))
        assert program is not None, failed
        sent = [[np.ascontiguousarray(a).tobytes() for a in given] for given in inputs]
        replies, failed = run_program(program, sent, 120)
        assert not failed, [(d.message, d.notes) for d in failed]
    return [[_array(made, i, data) for i, data in enumerate(reply)] for reply in replies]


def run_model(model: bytes, inputs: Arrays, **options: Any) -> list[NDArray[Any]]:
    """Returns the outputs for one set of inputs."""
    return run_model_many(model, [inputs], **options)[0]


def _array(made: Compiled, position: int, data: bytes) -> NDArray[Any]:
    tensor = made.model.outputs[position].tensor
    return np.frombuffer(data, tensor.dtype.numpy).reshape(tensor.shape)
