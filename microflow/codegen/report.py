"""The report of a build: what `check` knows of each model, as plain data for JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from microflow.codegen.cunit import CUnit
from microflow.codegen.lower import Compiled
from microflow.codegen.render import render_template, uses_libm
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Site
from microflow.graph.tensor import Tensor
from microflow.plan.band import Ring
from microflow.plan.cost import Time, Times, seconds
from microflow.plan.lifetimes import STREAM, Buffer, scratch_id
from microflow.plan.plan import Plan
from microflow.plan.sizes import Sizes
from microflow.targets import Target

VERSION = 1
MODELLED = ("modelled_instructions", "modelled_cycles")


@frozen
class Entry:
    """One model of the report with its figures."""

    target: Target
    compiled: Compiled
    sizes: Sizes
    times: Times


def render_report(manifest: str, entries: Sequence[Entry], files: Mapping[str, str]) -> str:
    """Returns the report's text: `manifest` is the manifest's text, `files` the other files."""
    report = {
        "version": VERSION,
        "manifest_sha256": sha256(manifest),
        "results": [entry_data(e) for e in entries],
        "files": {path: sha256(text) for path, text in sorted(files.items())},
    }
    return json.dumps(report, indent=2) + "\n"


def render_readme(unit: CUnit, entries: Sequence[Entry]) -> str:
    """Returns the page that stands beside the generated code."""
    rows = [{"name": e.compiled.model.name, "sizes": e.sizes} for e in entries]
    return render_template("README.md.j2", unit=unit, entries=rows, uses_libm=uses_libm(unit))


def sha256(text: str) -> str:
    """Returns the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def figures(sizes: Sizes) -> dict[str, Any]:
    """Returns the figures under their stable names; the list of estimates comes last."""
    plain = attrs.asdict(sizes)
    return {**plain, "estimated": list(plain["estimated"])}


def timing(times: Times, target: Target) -> dict[str, Any]:
    """Returns the modelled time of an inference; null stands for what is not known."""
    latency = seconds(times.total, target.clock)
    known = times.total is not None and times.total.cycles is not None and not times.total.rough
    return {
        **dict(zip(MODELLED, modelled(times.total), strict=True)),
        "latency_us": None if latency is None else round(1e6 * latency, 1),
        "cycle_margin": target.core.costs.cycle_margin if known else None,
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    """Returns one model of the report: its figures, its layers, its plan."""
    compiled = entry.compiled
    return {
        "model": compiled.model.name,
        "target": entry.target.name,
        "profile": compiled.model.profile,
        "model_sha256": compiled.model.sha256,
        **figures(entry.sizes),
        **timing(entry.times, entry.target),
        "layers": [
            _layer(site, _kernels(compiled, site, group), time)
            for site, group, time in zip(
                compiled.graph.sites(), compiled.calls, entry.times.nodes, strict=True
            )
        ],
        "plan": _plan(compiled.graph, compiled.plan),
    }


def _kernels(compiled: Compiled, site: Site, calls: Sequence[KernelCall]) -> list[str]:
    """The kernels that a node calls; of one that runs subgraphs, those that these call."""
    inner = [compiled.inners[n] for n in site.node.op.subgraphs(site.node.attrs)]
    inside = dict.fromkeys(c.name for i in inner for group in i.calls for c in group)
    return [*(call.name for call in calls), *inside]


def _layer(site: Site, kernels: Sequence[str], time: Time | None) -> dict[str, Any]:
    return {
        "index": site.node.index,
        "operator": site.node.op.name,
        "view": site.node.op.view,
        "kernels": list(kernels),
        "inputs": [_tensor(t) for t in site.inputs if t is not None and not t.is_constant],
        "outputs": [_tensor(t) for t in site.outputs],
        "constants": sum(t.bytes for t in site.inputs if t is not None and t.is_constant),
        "macs": site.node.op.cost(site).macs,
        **dict(zip(MODELLED, modelled(time), strict=True)),
    }


def modelled(time: Time | None) -> tuple[int | None, int | None]:
    """Returns instructions and cycles in whole numbers; None where they are not known."""
    cycles = None if time is None else time.cycles
    return (
        None if time is None else round(time.instructions),
        None if cycles is None else round(cycles),
    )


def _tensor(tensor: Tensor) -> dict[str, Any]:
    return {
        "tensor": tensor.id,
        "name": tensor.name,
        "type": tensor.dtype.label,
        "shape": list(tensor.shape),
        "bytes": tensor.bytes,
    }


def _plan(graph: Graph, plan: Plan) -> dict[str, Any]:
    return {
        "arena_bytes": plan.arena_bytes,
        "lower_bound": plan.lower_bound,
        "steps": [_step(plan, number) for number in range(len(plan.steps))],
        "buffers": [
            _buffer(graph, plan, b)
            for b in sorted(plan.buffers, key=lambda b: (plan.offsets[b.id], b.first, b.id))
        ],
        "certificate": attrs.asdict(plan.certificate),
    }


def _step(plan: Plan, number: int) -> dict[str, Any]:
    step, tasks = plan.steps[number], plan.work.tasks
    band = step.band
    streamed = None if band is None else band.shape.streamed
    return {
        "step": number,
        "kind": "layer" if band is None else "band",
        "operators": [t.site.node.index for t in tasks[step.first : step.last + 1]],
        "order": "ascending" if plan.orders[number] > 0 else "descending",
        "row_calls": step.row_calls,
        "scratch_bytes": step.scratch,
        "streamed": None if streamed is None else plan.work.graph.tensors[streamed].name,
        "rings": [] if band is None else [_ring(plan, number, r) for r in band.rings.values()],
        "sums_bytes": 0 if band is None else tasks[step.last].sums * (not tasks[step.last].by_rows),
    }


def _ring(plan: Plan, number: int, ring: Ring) -> dict[str, Any]:
    return {
        "name": plan.work.graph.tensors[ring.buffer].name,
        "tensor": ring.buffer,
        "rows": ring.slots,
        "row_bytes": ring.row_bytes,
        "offset": plan.scratch(number) + ring.offset,
        "bytes": ring.size,
    }


def _buffer(graph: Graph, plan: Plan, buffer: Buffer) -> dict[str, Any]:
    return {
        "name": buffer.name,
        "tensor": buffer.id if buffer.id >= 0 else None,
        "kind": _kind(graph, plan, buffer),
        "offset": plan.offsets[buffer.id],
        "bytes": buffer.size,
        "first_step": buffer.first,
        "last_step": buffer.last,
    }


def _kind(graph: Graph, plan: Plan, buffer: Buffer) -> str:
    owner = plan.work.owner
    if buffer.id < 0:
        banded = {scratch_id(n) for n, s in enumerate(plan.steps) if s.band is not None}
        return "band" if buffer.id in banded or buffer.id == STREAM else "scratch"
    if buffer.id in graph.inputs:
        return "input"
    return "output" if buffer.id in {owner[t] for t in graph.outputs} else "tensor"
