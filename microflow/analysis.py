"""The corridor: from the text of a manifest and the bytes of its models to C, one verb a line.

Every function takes and returns frozen values; what users got wrong is returned as diagnostics.
The command line and the language server both walk through here. Nothing here prints or writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from microflow.codegen.lower import Compiled, lower_model, lower_unit
from microflow.codegen.render import render_unit

from microflow.diag import Diagnostic, Diagnostics, has_errors

from microflow.dsl.project import BoundModel, Project
from microflow.files import Files
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.ops.check import check_operators
from microflow.passes import run_passes
from microflow.plan.plan import make_plan
from microflow.plan.sizes import Sizes, sizes
from microflow.rules.budget import Need, check_budget
from microflow.targets import Core, Target


@frozen
class Request:
    """What the user asked for: a manifest or a bare model, and what overrides the manifest."""

    path: str
    target: str | None = None
    prefix: str | None = None
    optimize: str | None = None


@frozen
class Result:
    """One model compiled for one target."""

    model: BoundModel
    target: Target
    compiled: Compiled
    sizes: Sizes


@frozen
class Analysis:
    """What `check` knows. `sources` holds the texts that diagnostics point into, by path."""

    request: Request
    project: Project | None
    results: tuple[Result, ...]
    diagnostics: Diagnostics
    sources: Mapping[str, str]


@frozen
class Output:
    """The generated folder of one target: texts by path relative to it."""

    target: Target
    prefix: str
    files: Mapping[str, str]


def compile_model(model: BoundModel, core: Core) -> Compiled:
    """Returns `model` after passes, lowering and planning for `core`."""
    graph = run_passes(model.graph)
    calls = tuple(site.node.op.lower(site, core) for site in graph.sites())
    return Compiled(model, graph, calls, make_plan(graph, calls))
