"""Stage 1 of binding: from the syntax tree to a typed manifest, without looking at any model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Fix, Rule, Severity, Span, has_errors
from microflow.dsl.ast import Document, Name, insertion
from microflow.dsl.chips import find_target, resolve_targets, unknown_target
from microflow.dsl.composites import repeated
from microflow.dsl.customs import declare_customs
from microflow.dsl.functions import check_functions
from microflow.dsl.inherit import inherit
from microflow.dsl.manifest import Manifest, ModelDeclaration, PortDeclaration
from microflow.dsl.overrides import check_overrides, override
from microflow.dsl.paths import resolve
from microflow.dsl.placement import check_placement, declare_arenas
from microflow.dsl.read import Entry, by_label
from microflow.dsl.schema import PORTABLE
from microflow.dsl.symbols import check_clashes
from microflow.dsl.text import in_order
from microflow.dsl.uses import read_all
from microflow.dsl.values import Budget, Given, Goals, Kernels, Place
from microflow.targets import Target

MISSING_KEY = Rule(
    "MF2005",
    "missing-key",
    """
A key that the block needs is missing

A model needs to say which file it is compiled from and for which chips. Other keys have defaults.

```mflow
model wake {
  source  = "models/wake.tflite"
  targets = [host]
}
```
""",
)

NO_TARGETS = Rule(
    "MF2016",
    "no-targets",
    """
The model is compiled for no target

`targets` is an empty list, so nothing would be generated or checked.

```mflow
targets = [ ]           # wrong
targets = [host]        # the computer at hand, for a first look
```
""",
)

NO_MODEL = Rule(
    "MF2023",
    "no-model",
    """
The manifest has no model

Without a `model` block there is nothing to check or to build.

```mflow
mflow 1

model wake {
  source  = "models/wake.tflite"
  targets = [host]
}
```

`mflowc init MODEL.tflite` writes a manifest with everything that the model file tells.
""",
    Severity.WARNING,
)


def declare(
    document: Document, used: tuple[Document, ...] = (), found_all: bool = True
) -> tuple[Manifest | None, Diagnostics]:
    """Returns what the manifest says, and every mistake in names and types.

    `used` are the manifests that it uses, `found_all` tells whether none of those is missing. Their
    models are there to inherit from: they are no part of the result, and may be incomplete.

    The manifest holds all that was understood, even beside errors, so that later stages can report
    theirs in the same run; `has_errors` decides whether to go on to generation. It is None where no
    model was understood.
    """
    whole = found_all and all(d.whole for d in (document, *used))
    entries, unreadable = read_all(document, used)
    targets, bad_targets = resolve_targets(_of(entries, "target"), whole)
    named = {e.label.text for e in _of(entries, "target") if e.label is not None}
    arenas, bad_arenas = declare_arenas(_of(entries, "arena"))
    customs, bad_customs = declare_customs(_resolve_sources(_of(entries, "custom")))
    models, bad_parents = inherit(_of(entries, "model"), whole)
    own = [e for e in models if e.block.span.path == document.path]
    found = [*unreadable, *bad_targets, *bad_arenas, *bad_customs, *bad_parents]
    found += [d for e in _of(entries, "custom") for d in _incomplete(e)]
    chips: dict[str, Target] = dict(targets)
    declarations = []
    for entry in own:
        found.extend(_incomplete(entry))
        found.extend(_check_targets(entry, chips, named, whole))
        found.extend(check_overrides(entry, {**dict.fromkeys(named), **chips}, whole))
        if entry.label is not None:
            declarations.append(_model(entry, entry.label))
    for declaration in declarations:
        found.extend(_check_labels(declaration))
    functions = [Given(e.label.text, e.label.span) for e in _of(entries, "custom") if e.label]
    found.extend(
        check_functions(functions, {d.prefix or d.name.value: d.name for d in declarations})
    )
    if whole and not has_errors(bad_targets):
        found.extend(check_placement(declarations, chips, arenas))
    if not own and whole and not unreadable:
        found.append(_no_model(document))
    diagnostics = in_order(found)
    if not declarations:
        return None, diagnostics
    return Manifest(document.path, tuple(declarations), chips, arenas, customs), diagnostics


def _resolve_sources(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    for entry in entries:
        source = _resolved(entry.values.get("source"))
        yield evolve(entry, values={**entry.values, **({"source": source} if source else {})})


def _of(entries: tuple[Entry, ...], kind: str) -> tuple[Entry, ...]:
    return tuple(e for e in entries if e.kind.name == kind)


def _no_model(document: Document) -> Diagnostic:
    text = "the manifest has no model"
    remedy = "add `model NAME { … }`, or let `mflowc init MODEL.tflite` write one"
    return Diagnostic(NO_MODEL, text, remedy, Span(document.path, 1, 1, 1, 1))


def _incomplete(entry: Entry) -> Diagnostics:
    if not entry.complete or entry.label is None:
        return ()
    found = []
    for key in entry.kind.keys:
        if not key.required or key.name in entry.mentioned:
            continue
        line = f"{key.name} = {key.insert or key.type.example}"
        edits = (insertion(entry.block, line),)
        fixes = (Fix(f"insert `{line}`", edits),) if key.insert else ()
        text = f"{entry.kind.name} `{entry.label.text}` has no `{key.name}`"
        found.append(Diagnostic(MISSING_KEY, text, f"add `{line}`", entry.label.span, fixes=fixes))
    return tuple(found)


def _check_targets(
    entry: Entry, used: dict[str, Target], named: set[str], whole: bool
) -> Diagnostics:
    given: Given[tuple[Given[str], ...]] | None = entry.values.get("targets")
    if given is None:
        return ()
    if not given.value:
        text, remedy = "the list of targets is empty", "name a chip, for example `[host]`"
        return (Diagnostic(NO_TARGETS, text, remedy, given.span),)
    found = list(repeated("targets", given.value))
    for reference in given.value:
        target = find_target(reference.value, used)
        if target is not None:
            used[reference.value] = target
        elif whole and reference.value not in named:
            found.append(unknown_target(reference, dict.fromkeys((*used, *sorted(named)))))
    return tuple(found)


def _check_labels(model: ModelDeclaration) -> Diagnostics:
    ports = (*model.inputs, *model.outputs)
    return check_clashes((p.direction, p.label.value, p.label.span) for p in ports)


def _model(entry: Entry, label: Name) -> ModelDeclaration:
    values = entry.values
    emit = next((e.values for e in entry.named("emit")), {})
    verify = next((e.values for e in entry.named("verify")), {})
    goals = _goals(entry)
    out_dir = _resolved(emit.get("dir"))
    references = values["targets"].value if "targets" in values else ()
    return ModelDeclaration(
        name=Given(label.text, label.span),
        span=entry.block.span,
        source=_resolved(values.get("source")),
        sha256=_lowered(values.get("sha256")),
        targets=tuple({r.value: r for r in reversed(references)}.values())[::-1],
        profile=_plain(values, "profile", entry),
        profile_span=values["profile"].span if "profile" in values else None,
        optimize=goals.optimize,
        budget=goals.budget,
        inputs=tuple(_port(e) for e in entry.named("input") if e.label is not None),
        outputs=tuple(_port(e) for e in entry.named("output") if e.label is not None),
        prefix=emit["prefix"].value if "prefix" in emit else None,
        out_dir=out_dir.value if out_dir is not None else None,
        packages=tuple(p.value for p in emit["package"].value) if "package" in emit else (),
        selftest=emit.get("selftest"),
        place=goals.place,
        arena=values.get("arena"),
        vectors=_resolved(verify.get("vectors")),
        tolerance=verify["tolerance"].value if "tolerance" in verify else 0,
        kernels=_kernels(entry),
        overrides={on: _goals(override(entry, e)) for on, e in by_label(entry.named("on")).items()},
    )


def _goals(entry: Entry) -> Goals:
    place = next((e.values for e in entry.named("place")), {})
    return Goals(_plain(entry.values, "optimize", entry), _budget(entry), Place(**place))


def _kernels(entry: Entry) -> Kernels:
    values = next((e.values for e in entry.named("kernels")), {})
    plain = "isa" in values and values["isa"].value == PORTABLE
    return Kernels(plain, frozenset(values) - {"isa"})


def _plain(values: Mapping[str, Given[Any]], name: str, entry: Entry) -> str:
    key = entry.kind.key(name)
    assert key is not None
    return values[name].value if name in values else key.default


def _resolved(given: Given[str] | None) -> Given[str] | None:
    """The path as seen from where the manifests' paths are: relative to the file that gives it."""
    return None if given is None else Given(resolve(given.value, given.span.path), given.span)


def _lowered(given: Given[str] | None) -> Given[str] | None:
    return None if given is None else Given(given.value.lower(), given.span)


def _budget(entry: Entry) -> Budget:
    values = next((e.values for e in entry.named("budget")), {})
    spans = {name: given.span for name, given in values.items()}
    return Budget(**{name: given.value for name, given in values.items()}, spans=spans)


def _port(entry: Entry) -> PortDeclaration:
    assert entry.label is not None
    values = dict(entry.values)
    unit = values.pop("unit", None)
    frontend = _resolved(values.pop("frontend", None))
    return PortDeclaration(
        entry.kind.name,
        Given(entry.label.text, entry.label.span),
        entry.block,
        unit="" if unit is None else unit.value,
        frontend=frontend,
        **values,
    )
