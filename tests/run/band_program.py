"""Compiles models under several plans into one unit, with a program that tries each in every way.

Dead bytes of the arena are poisoned before a run, behind every layer outside of bands, and between
the rows of a stream; bytes behind the arena are watched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from microflow.codegen.cdata import CPort, Vector
from microflow.codegen.cunit import CModel, CUnit
from microflow.codegen.lower import Compiled, lower_unit
from microflow.codegen.render import render_unit
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.passes import run_passes
from microflow.plan.calls import planned_calls
from microflow.plan.lifetimes import STREAM
from microflow.plan.plan import Plan, make_plan, settle
from microflow.plan.steps import Step
from microflow.plan.tasks import Work, work
from microflow.targets import load_target

from ..plan.cases import choices_at, division, step_of
from ..run_model import bind_graph

_SLACK = 64  # watched bytes behind each arena
_POISON = 0xA5
Range = tuple[int, int]  # first byte, bytes


@frozen
class Program:
    """The plans by name, the unit of all, and the vector of each one's self-test."""

    plans: Mapping[str, Compiled]
    unit: CUnit
    vectors: Mapping[str, Vector]

    def write(self, folder: Path) -> Path:
        """Writes the unit and the program to `folder`; returns the source to compile."""
        for path, text in render_unit(self.unit).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        source = folder / "main.c"
        source.write_text("\n".join(self._lines()), "utf-8")
        return source

    def _lines(self) -> Iterator[str]:
        yield _HEAD.replace("UNIT", self.unit.prefix)
        for model in self.unit.models:
            yield f"enum {{ {model.prefix}_own = {model.prefix}_ARENA_BYTES }};"
            yield f"#undef {model.prefix}_ARENA_BYTES"
            yield f"#define {model.prefix}_ARENA_BYTES ({model.prefix}_own + {_SLACK})"
        yield f'#include "{self.unit.prefix}.c"'
        numbered = list(enumerate(zip(self.unit.models, self.plans.values(), strict=True)))
        yield "static void on_layer(int layer) {"
        for number, (model, compiled) in numbered:
            yield f"  if (current == {number}) switch (layer) {{"
            yield from _behind_layers(model, compiled)
            yield "    default: break;\n  }"
        yield "}"
        for number, (model, compiled) in numbered:
            yield from _trial(number, model, compiled)
        yield "int main(void) {\n  int failed = 0;"
        for model in self.unit.models:
            yield f"  failed = failed != 0 ? failed : {model.prefix}_trial();"
        yield '  if (failed != 0) fprintf(stderr, "check %d", failed);'
        yield "  return failed != 0;\n}\n"


def compile_plans(models: Mapping[str, bytes]) -> dict[str, Compiled]:
    """Returns each model under three plans: whole tensors, the longest bands, streamed."""
    found: dict[str, Compiled] = {}
    core = load_target("host").core
    for name, data in models.items():
        graph, diagnostics = import_model(data, name)
        assert graph is not None and not diagnostics, [d.message for d in diagnostics]
        lowered = run_passes(graph, core)
        calls = tuple(site.node.op.lower(site, core) for site in lowered.sites())
        tasks = work(lowered, calls)
        plans = {
            "whole": make_plan(lowered, calls, bands=False),
            "banded": _longest(tasks, None),
            "pushed": _longest(tasks, lowered.inputs[0]),
        }
        assert plans["pushed"].streamed == lowered.inputs[0], name
        for kind, plan in plans.items():
            model = evolve(bind_graph(graph), name=f"{name}_{kind}")
            made = planned_calls(calls, plan, core)
            found[model.name] = Compiled(model, _graph(plan), made, plan)
    return found


def program(plans: Mapping[str, Compiled], vectors: Mapping[str, Vector]) -> Program:
    """Returns the program of all plans; `vectors` are by name too."""
    unit = lower_unit("bands", list(plans.values()), load_target("host").core, vectors)
    return Program(plans, unit, vectors)


def _graph(plan: Plan) -> Graph:
    return plan.work.graph


def _longest(tasks: Work, streamed: int | None) -> Plan:
    """The plan whose bands are as long as can be."""
    steps: list[Step] = []
    while (first := steps[-1].last + 1 if steps else 0) < len(tasks.tasks):
        chosen = choices_at(tasks, first, streamed)[-1]
        steps.append(step_of(tasks, first, chosen))
    return settle(tasks, division(tasks, steps, streamed))


# ---- What is dead when ----


def _dead(plan: Plan, after: int, until: int) -> list[Range]:
    """The bytes that hold nothing which is there behind step `after` and needed in `until`."""
    live = sorted(
        (plan.offsets[b.id], plan.offsets[b.id] + b.size)
        for b in plan.buffers
        if b.id == STREAM or (b.first <= after and b.last >= until)
    )
    found, at = [], 0
    for start, end in (*live, (plan.arena_bytes, plan.arena_bytes)):
        if start > at:
            found.append((at, start - at))
        at = max(at, end)
    return found


def _poison(model: CModel, dead: Sequence[Range]) -> str:
    return " ".join(f"memset({model.arena} + {at}, {_POISON}, {size});" for at, size in dead)


def _behind_layers(model: CModel, compiled: Compiled) -> Iterator[str]:
    plan = compiled.plan
    for number, step in enumerate(plan.steps):
        if step.band is None:
            layer = plan.work.tasks[step.first].site.node.index
            yield f"    case {layer}: {_poison(model, _dead(plan, number, number + 1))} break;"


# ---- The program ----

_HEAD = """#include <stdint.h>
#include <stdio.h>
#include <string.h>
static void on_layer(int layer);
#define MF_ON_LAYER(layer) on_layer(layer)
#include "UNIT.h"
static int current;
"""


def _trial(number: int, model: CModel, compiled: Compiled) -> Iterator[str]:
    """A function that reads inputs, tries the model in every way, and writes its outputs."""
    p, at = model.prefix, 100 * (number + 1)
    ports = (*model.inputs, *model.outputs)
    outputs = model.outputs
    yield f"static int {p}_trial(void) {{"
    for port in ports:
        yield f"  static {port.c_type} {port.label}[{port.elements}];"
        yield f"  static {port.real_type} {port.label}_real[{port.elements}];"
    yield f"  current = {number};"
    yield f"  memset({model.arena} + {p}_own, {_POISON}, {_SLACK});"
    names = ", ".join(port.label for port in ports)
    for port in model.inputs:
        yield f"  while (fread({port.label}, 1, {port.size}, stdin) != {port.size}) return {at};"
    yield f"  {_spoilt(model, compiled)}"
    yield f"  if ({p}_infer({names}) != {p}_OK) return {at + 1};"
    for port in outputs:
        yield f"  fwrite({port.label}, 1, {port.size}, stdout);"
    yield from _pushed(model, compiled, at) if model.stream else _run(model, compiled, at)
    yield from _predicted(model, at)
    for port in ports:
        absent = ", ".join("NULL" if q is port else q.label for q in ports)
        yield f"  if ({p}_infer({absent}) != {p}_E_ARGUMENT) return {at + 8};"
    yield f"  {_spoilt(model, compiled)}"
    yield f"  if ({p}_selftest() != {p}_OK) return {at + 9};"
    yield f"  for (int i = 0; i < {_SLACK}; i++)"
    yield f"    if ({model.arena}[{p}_own + i] != {_POISON}) return {at + 10};"
    yield "  return 0;\n}"


def _spoilt(model: CModel, compiled: Compiled) -> str:
    return _poison(model, _dead(compiled.plan, -2, -1))


def _run(model: CModel, compiled: Compiled, at: int) -> Iterator[str]:
    p = model.prefix
    yield f"  {_spoilt(model, compiled)}"
    yield from _filled(model)
    yield f"  if ({p}_run() != {p}_OK) return {at + 2};"
    yield from _compared(model, at + 3)


def _pushed(model: CModel, compiled: Compiled, at: int) -> Iterator[str]:
    """Rows are pushed and forgotten, then pushed twice: no reset is needed between inferences."""
    p, stream = model.prefix, model.stream
    assert stream is not None
    push = f"{p}_push_{stream.label}"
    row = f"{stream.label} + y * {stream.row_elements}"
    number = next(i for i, s in enumerate(compiled.plan.steps) if _streams(s))
    yield f"  if ({push}(NULL) != {p}_E_ARGUMENT) return {at + 2};"
    yield from _filled(model)
    yield f"  for (int y = 0; y < {stream.rows // 2}; y++)"
    yield f"    if ({push}({stream.label}) != {p}_MORE) return {at + 3};"
    yield f"  if ({p}_reset() != {p}_OK) return {at + 4};"
    yield "  for (int twice = 0; twice < 2; twice++) {"
    yield f"  {_spoilt(model, compiled)}"
    yield from _filled(model)
    yield f"  for (int y = 0; y < {stream.rows}; y++) {{"
    yield f"    const {p}_status expected = y < {stream.rows - 1} ? {p}_MORE : {p}_OK;"
    yield f"    if ({push}({row}) != expected) return {at + 5};"
    yield f"    if (expected == {p}_OK) break;"
    yield f"    {_poison(model, _dead(compiled.plan, number, number))}"
    yield "  }"
    yield from _compared(model, at + 6)
    yield "  }"


def _streams(step: Step) -> bool:
    return step.band is not None and step.band.shape.streamed is not None


def _filled(model: CModel) -> Iterator[str]:
    for port in model.whole_inputs:
        yield f"  memcpy({model.prefix}_input_{port.label}(), {port.label}, {port.size});"


def _compared(model: CModel, code: int) -> Iterator[str]:
    for port in model.outputs:
        there = f"{model.prefix}_output_{port.label}()"
        yield f"  if (memcmp({there}, {port.label}, {port.size}) != 0) return {code};"


def _predicted(model: CModel, at: int) -> Iterator[str]:
    """Real values that quantise to the inputs give what the outputs stand for."""
    p = model.prefix
    for port in model.inputs:
        yield f"  for (int i = 0; i < {port.elements}; i++)"
        yield f"    {port.label}_real[i] = {_real(model, port)};"
    names = ", ".join(f"{port.label}_real" for port in (*model.inputs, *model.outputs))
    yield f"  if ({p}_predict({names}) != {p}_OK) return {at + 7};"
    for port in model.outputs:
        yield f"  for (int i = 0; i < {port.elements}; i++) {{"
        yield f"    const {port.real_type} real = {_real(model, port)};"
        yield f"    if (memcmp(&real, {port.label}_real + i, sizeof real) != 0) return {at + 7};"
        yield "  }"


def _real(model: CModel, port: CPort) -> str:
    if port.scale is None:
        return f"{port.label}[i]"
    macro = f"{model.prefix}_{port.macro}"
    return f"{macro}_SCALE * (float)({port.label}[i] - {macro}_ZERO_POINT)"
