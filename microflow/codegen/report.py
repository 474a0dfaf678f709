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
from microflow.graph.ir import Graph, Site, Tensor
from microflow.plan.plan import Plan
from microflow.plan.sizes import Sizes

VERSION = 1


@frozen
class Entry:
    """One model of the report with its figures."""

    target: str
    compiled: Compiled
    sizes: Sizes


def render_report(manifest: str, entries: Sequence[Entry], files: Mapping[str, str]) -> str:
    """Returns the report's text: `manifest` is the manifest's text, `files` the other files."""
    report = {
        "version": VERSION,
        "manifest_sha256": sha256(manifest),
        "results": [_entry(e) for e in entries],
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


def _entry(entry: Entry) -> dict[str, Any]:
    compiled = entry.compiled
    return {
        "model": compiled.model.name,
        "target": entry.target,
        "profile": compiled.model.profile,
        "model_sha256": compiled.model.sha256,
        **figures(entry.sizes),
        "layers": [
            _layer(site, [call.kernel for call in group])
            for site, group in zip(compiled.graph.sites(), compiled.calls, strict=True)
        ],
        "plan": _plan(compiled.graph, compiled.plan),
    }


def _layer(site: Site, kernels: Sequence[str]) -> dict[str, Any]:
    return {
        "index": site.node.index,
        "operator": site.node.op.name,
        "kernels": list(kernels),
        "inputs": [_tensor(t) for t in site.inputs if t is not None and not t.is_constant],
        "outputs": [_tensor(t) for t in site.outputs],
        "constants": sum(t.bytes for t in site.inputs if t is not None and t.is_constant),
        "macs": site.node.op.cost(site).macs,
    }


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
        "steps": len(graph.nodes),
        "buffers": [
            {
                "name": b.name,
                "offset": plan.offsets[b.id],
                "bytes": b.size,
                "first_step": b.first,
                "last_step": b.last,
            }
            for b in sorted(plan.buffers, key=lambda b: (plan.offsets[b.id], b.first, b.id))
        ],
        "certificate": attrs.asdict(plan.certificate),
    }
