"""The corridor: from the text of a manifest and the bytes of its models to C, one verb a line.

Every function takes and returns frozen values; what users got wrong is returned as diagnostics.
The command line and the language server both walk through here. Nothing here prints or writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from attrs import evolve, field, frozen

from microflow.codegen.cunit import Vector
from microflow.codegen.lower import Compiled, lower_model, lower_unit
from microflow.codegen.render import render_unit
from microflow.codegen.report import Entry, render_readme, render_report
from microflow.diag import Diagnostic, Diagnostics, Span, has_errors
from microflow.dsl.bind import bind, default_manifest, missing_frontend, missing_source
from microflow.dsl.chips import find_target, unknown_target
from microflow.dsl.declare import declare
from microflow.dsl.manifest import Manifest
from microflow.dsl.parse import parse
from microflow.dsl.project import BoundModel, Project
from microflow.dsl.text import decode
from microflow.dsl.values import Given
from microflow.files import Files
from microflow.firmware import Firmware, render_packages
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.ops.check import check_operators
from microflow.passes import run_passes
from microflow.plan.plan import make_plan
from microflow.plan.sizes import Sizes, sizes
from microflow.rules.budget import Need, check_budget
from microflow.targets import Core, Target, target_names


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


@frozen
class _Imported:
    """The models of a manifest by source path: graphs that can be compiled, digests of files."""

    graphs: Mapping[str, Graph] = field(factory=dict)
    digests: Mapping[str, str] = field(factory=dict)


def check(request: Request, files: Files) -> Analysis:
    """Returns everything that is known of a manifest (or a bare model) without generating C."""
    text, unreadable = read_text(request, files)
    if text is None:
        return Analysis(request, None, (), unreadable, {})
    document, syntax = parse(text, request.path)
    declared, untyped = declare(document)
    manifest, unknown = choose_target(declared, request)
    imported, unfit = read_models(manifest, files)
    project, unbound = bind(manifest, imported.graphs, imported.digests)
    found = (*unreadable, *syntax, *untyped, *unknown, *unfit, *unbound)
    results = () if project is None or has_errors(found) else compile_project(project, request)
    over = tuple(d for r in results for d in check_budget(need(r)))
    return Analysis(request, project, results, (*found, *over), {request.path: text})


def generate(
    analysis: Analysis, selftests: Mapping[str, Vector] = MappingProxyType({})
) -> tuple[Output, ...]:
    """Returns the folders to write, one a target; only for an analysis without errors.

    `selftests` holds a vector for each model whose manifest asks for a self-test, by name: see
    `microflow.toolchain.selftest`, which runs the models to know them.
    """
    assert analysis.project is not None
    asked = {r.model.name for r in analysis.results if r.model.selftest}
    assert asked <= set(selftests), "a self-test without its vector"
    wanted = {name: vector for name, vector in selftests.items() if name in asked}
    return tuple(_generate(analysis, target, wanted) for target in analysis.project.targets)


def read_text(request: Request, files: Files) -> tuple[str | None, Diagnostics]:
    """Returns the manifest's text; for a bare model, the one that `init` would write."""
    start = Span(request.path, 1, 1, 1, 1)
    try:
        data = files.read(request.path)
    except OSError as error:
        return None, (missing_source(Given(request.path, start), _reason(error)),)
    if not request.path.endswith(".tflite"):
        return decode(data, request.path)
    name = _file_name(request.path)
    graph, found = _import(data, name)
    if graph is None:
        return None, tuple(d.at(start) for d in found)
    return default_manifest(graph, name), ()


def choose_target(manifest: Manifest | None, request: Request) -> tuple[Manifest, Diagnostics]:
    """Returns the manifest with every model compiled for the requested target alone."""
    if manifest is None:
        return Manifest(request.path, (), {}), ()
    if request.target is None:
        return manifest, ()
    wanted = Given(request.target, Span(request.path, 1, 1, 1, 1))
    target = find_target(request.target, manifest.targets)
    if target is None:
        known = dict.fromkeys((*manifest.targets, *target_names()))
        return manifest, (evolve(unknown_target(wanted, known), span=None, fixes=()),)
    models = tuple(evolve(model, targets=(wanted,)) for model in manifest.models)
    return evolve(manifest, models=models, targets={request.target: target}), ()


def read_models(manifest: Manifest, files: Files) -> tuple[_Imported, Diagnostics]:
    """Returns the graphs of all models that can be compiled, and why others can't."""
    graphs: dict[str, Graph] = {}
    digests: dict[str, str] = {}
    found: list[Diagnostic] = []
    for path, source in manifest.sources.items():
        try:
            data = files.read(path)
        except OSError as error:
            found.append(missing_source(source, _reason(error)))
            continue
        digests[path] = hashlib.sha256(data).hexdigest()
        graph, refused = _import(data, _file_name(path))
        unsupported = check_operators(graph) if graph is not None else ()
        found += [d.at(source.span) for d in (*refused, *unsupported)]
        if graph is not None:
            graphs[path] = graph
    return _Imported(graphs, digests), (*found, *_read_frontends(manifest, files))


def compile_project(project: Project, request: Request) -> tuple[Result, ...]:
    """Returns every model compiled for each of its targets."""
    by_name = {target.name: target for target in project.targets}
    return tuple(
        compile_for(_override(model, request), by_name[name])
        for model in project.models
        for name in model.targets
    )


def compile_for(model: BoundModel, target: Target) -> Result:
    """Returns `model` compiled for `target`, with its figures."""
    compiled = compile_model(model, target.core)
    constants = lower_model(compiled, target.core, "m").constant_bytes
    return Result(
        model,
        target,
        compiled,
        sizes(compiled.graph, compiled.plan, compiled.calls, constants, target.core),
    )


def compile_model(model: BoundModel, core: Core) -> Compiled:
    """Returns `model` after passes, lowering and planning for `core`."""
    graph = run_passes(model.graph, core)
    calls = tuple(site.node.op.lower(site, core) for site in graph.sites())
    return Compiled(model, graph, calls, make_plan(graph, calls))


def need(result: Result) -> Need:
    """Returns what the rules on memory look at."""
    return Need(
        result.model, result.target, result.compiled.graph, result.compiled.plan, result.sizes
    )


def _generate(analysis: Analysis, target: Target, selftests: Mapping[str, Vector]) -> Output:
    results = [r for r in analysis.results if r.target == target]
    prefix = _prefix(results)
    unit = lower_unit(prefix, [r.compiled for r in results], target.core, selftests)
    entries = [Entry(target.name, r.compiled, r.sizes) for r in results]
    plain = render_unit(unit)
    wanted = dict.fromkeys(name for r in results for name in r.model.packages)
    packed = render_packages(wanted, Firmware(unit, target, plain))
    files = {**plain, "README.md": render_readme(unit, entries), **packed}
    manifest = analysis.sources[analysis.request.path]
    files[f"{prefix}.report.json"] = render_report(manifest, entries, files)
    return Output(target, prefix, files)


def _prefix(results: Sequence[Result]) -> str:
    """What begins every symbol: as the manifest says, else the first model's name."""
    first = results[0].model
    return next((r.model.prefix for r in results if r.model.prefix), first.name)


def _override(model: BoundModel, request: Request) -> BoundModel:
    return evolve(
        model,
        prefix=request.prefix or model.prefix,
        optimize=request.optimize or model.optimize,
    )


def _read_frontends(manifest: Manifest, files: Files) -> Diagnostics:
    found: list[Diagnostic] = []
    for port in (p for model in manifest.models for p in model.inputs):
        if port.frontend is None:
            continue
        try:
            files.size(port.frontend.value)
        except OSError as error:
            found.append(missing_frontend(port.frontend, _reason(error)))
    return tuple(found)


@lru_cache(maxsize=1)
def _import(data: bytes, name: str) -> tuple[Graph | None, Diagnostics]:
    """Imports once what a bare model needs twice: for its manifest, then as that manifest's."""
    return import_model(data, name)


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def _reason(error: OSError) -> str:
    """Why a file could not be read, in words that are the same on every system."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return "it is a folder" if isinstance(error, IsADirectoryError) else "it is not readable"
