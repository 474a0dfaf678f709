"""The corridor: from the text of a manifest and the bytes of its models to C, one verb a line.

Every function takes and returns frozen values; what users got wrong is returned as diagnostics.
The command line and the language server both walk through here. Nothing here prints or writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from attrs import evolve, field, frozen

from microflow.advice import advise
from microflow.codegen.cdata import Vector
from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.codegen.report import Entry, render_readme, render_report
from microflow.compilation import Result, compile_for
from microflow.diag import Diagnostic, Diagnostics, Span, has_errors
from microflow.dsl.bind import (
    bind,
    default_manifest,
    missing_frontend,
    missing_source,
    missing_vectors,
)
from microflow.dsl.chips import find_target, unknown_target
from microflow.dsl.customs import check_used
from microflow.dsl.declare import declare
from microflow.dsl.manifest import Manifest
from microflow.dsl.parse import parse
from microflow.dsl.project import BoundModel, Project
from microflow.dsl.streams import choose_stream
from microflow.dsl.text import decode
from microflow.dsl.uses import read_uses
from microflow.dsl.values import Given
from microflow.files import Files, reason
from microflow.firmware import Firmware, render_packages
from microflow.graph.call import Foreign
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.ops._foreign import check_prototypes
from microflow.ops.check import check_operators
from microflow.rules.budget import Need, check_budget
from microflow.rules.conversion import check_streamed_conversion
from microflow.rules.latency import check_latency
from microflow.rules.memory import Use, check_memory, check_together, memory_uses
from microflow.rules.profile import check_profiles
from microflow.targets import Target, target_names


@frozen
class Request:
    """What the user asked for: a manifest or a bare model, and what overrides the manifest."""

    path: str
    target: str | None = None
    prefix: str | None = None
    optimize: str | None = None
    stream: str | None = None


@frozen
class Analysis:
    """What `check` knows. `sources` holds the texts that diagnostics point into, by path.

    The manifest's own is the first; those that it uses follow.
    """

    request: Request
    project: Project | None
    results: tuple[Result, ...]
    diagnostics: Diagnostics
    sources: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text that everything follows from: the manifest's, and of those that it uses."""
        return "".join(self.sources.values())

    def memory(self, target: Target) -> tuple[Use, ...]:
        """Returns what all models of a target take of each of its memories, together."""
        return memory_uses(_needs(self.results, target))


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
    loaded, unusable = read_uses(document, text, files)
    declared, untyped = declare(document, loaded.used, loaded.whole)
    manifest, unknown = choose_target(declared, request)
    imported, unfit = read_models(manifest, files)
    bound, unbound = bind(manifest, imported.graphs, imported.digests)
    project, unstreamed = choose_stream(bound, request.stream)
    unlike = check_profiles(project) if project is not None else ()
    found = (
        *(*unreadable, *syntax, *unusable, *untyped, *unknown),
        *(*unfit, *unbound, *unstreamed, *unlike),
    )
    results = () if project is None or has_errors(found) else compile_project(project, request)
    over = tuple(d for r in results for d in advise(manifest, r, check_fit(r)))
    over += tuple(d for t in _targets(results) for d in check_together(_needs(results, t)))
    return Analysis(request, project, results, (*found, *over), loaded.texts)


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
        return None, (missing_source(Given(request.path, start), reason(error)),)
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
    customs = tuple(custom.foreign for custom in manifest.customs)
    for path, source in manifest.sources.items():
        try:
            data = files.read(path)
        except OSError as error:
            found.append(missing_source(source, reason(error)))
            continue
        digests[path] = hashlib.sha256(data).hexdigest()
        graph, refused = _import(data, _file_name(path), customs)
        unsupported = check_operators(graph) if graph is not None else ()
        found += [d.at(source.span) for d in (*refused, *unsupported)]
        if graph is not None:
            graphs[path] = graph
    found += _check_customs(manifest, graphs)
    return _Imported(graphs, digests), (*found, *_look_beside(manifest, files))


def _check_customs(manifest: Manifest, graphs: Mapping[str, Graph]) -> Iterator[Diagnostic]:
    """Yields what is wrong with functions for custom operators, once all models are known."""
    places = {custom.foreign.function: custom.operator.span for custom in manifest.customs}
    for name, finding in check_prototypes(graphs, [c.foreign for c in manifest.customs]):
        yield finding.at(places[name])
    if len(graphs) == len(manifest.sources):
        yield from check_used(manifest.customs, graphs)


def compile_project(project: Project, request: Request) -> tuple[Result, ...]:
    """Returns every model compiled for each of its targets."""
    by_name = {target.name: target for target in project.targets}
    return tuple(
        compile_for(_override(model.on(name), request), by_name[name])
        for model in project.models
        for name in model.targets
    )


def check_fit(result: Result) -> Diagnostics:
    """Returns what one model takes too much of, and what its plan rules out."""
    wanted = need(result)
    slow = check_latency(result.model, result.target, wanted.graph, result.times)
    rows = check_streamed_conversion(result.model, wanted.plan)
    return (*check_budget(wanted), *check_memory(wanted), *slow, *rows)


def need(result: Result) -> Need:
    """Returns what the rules on memory look at."""
    compiled = result.compiled
    return Need(
        result.model,
        result.target,
        compiled.graph,
        compiled.plan,
        result.sizes,
        result.weight_bytes,
        compiled.kernels,
    )


def _targets(results: Sequence[Result]) -> Sequence[Target]:
    """The targets of `results`, each once."""
    return list({result.target.name: result.target for result in results}.values())


def _needs(results: Sequence[Result], target: Target) -> list[Need]:
    return [need(result) for result in results if result.target == target]


def _generate(analysis: Analysis, target: Target, selftests: Mapping[str, Vector]) -> Output:
    results = [r for r in analysis.results if r.target == target]
    prefix = _prefix(results)
    unit = lower_unit(prefix, [r.compiled for r in results], target.core, selftests, target)
    entries = [Entry(target, r.compiled, r.sizes, r.times) for r in results]
    plain = render_unit(unit)
    wanted = dict.fromkeys(name for r in results for name in r.model.packages)
    packed = render_packages(wanted, Firmware(unit, target, plain))
    files = {**plain, "README.md": render_readme(unit, entries), **packed}
    files[f"{prefix}.report.json"] = render_report(analysis.text, entries, files)
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


def _look_beside(manifest: Manifest, files: Files) -> Diagnostics:
    """A finding for each file that a manifest names beside its models, and that is not there."""
    frontends = dict.fromkeys(p.frontend for m in manifest.models for p in m.inputs if p.frontend)
    vectors = dict.fromkeys(m.vectors for m in manifest.models if m.vectors)
    return (
        *(missing_frontend(path, why) for path in frontends if (why := _absent(path, files))),
        *(missing_vectors(path, why) for path in vectors if (why := _absent(path, files))),
    )


def _absent(path: Given[str], files: Files) -> str:
    """Why a file can't be read; "" where it can."""
    try:
        files.size(path.value)
    except OSError as error:
        return reason(error)
    return ""


@lru_cache(maxsize=8)
def _import(
    data: bytes, name: str, customs: tuple[Foreign, ...] = ()
) -> tuple[Graph | None, Diagnostics]:
    """Imports once what is needed again: by a bare model's manifest, and by every later check."""
    return import_model(data, name, customs)


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]
