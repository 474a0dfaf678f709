"""What would make a model fit that does not: the cheapest changes of the manifest, as edits.

A plan that fits is taken whatever the goal, so another goal never helps; what may is an input that
arrives row by row, another chip, or a bigger budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve

from microflow.compilation import Result, compile_for
from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Span
from microflow.dsl.ast import insertion
from microflow.dsl.manifest import Manifest, ModelDeclaration, PortDeclaration
from microflow.plan.sizes import Sizes
from microflow.rules.budget import OVER_BUDGET
from microflow.rules.memory import OVER_CHIP
from microflow.targets.fitting import fitting_chips

_KINDS: dict[str, Callable[[Sizes], int]] = {
    "ram": lambda sizes: sizes.ram_bytes,
    "flash": lambda sizes: sizes.flash_bytes,
    "stack": lambda sizes: sizes.stack_bytes,
}


def advise(manifest: Manifest, result: Result, found: Diagnostics) -> Diagnostics:
    """Returns what was `found` on `result`, with the ways out as fixes where it is too large."""
    declared = next((m for m in manifest.models if m.name.value == result.model.name), None)
    if declared is None:
        return found
    return tuple(_advised(declared, result, finding) for finding in found)


def _advised(declared: ModelDeclaration, result: Result, finding: Diagnostic) -> Diagnostic:
    if finding.rule not in (OVER_BUDGET, OVER_CHIP):
        return finding
    budget = finding.rule is OVER_BUDGET
    streams = tuple(_streams(declared, result, _within_budget if budget else _within_chip))
    others = _raised(result, finding.span) if budget else _chips(declared, result)
    ways = "; or ".join((*(fix.title for fix in streams), finding.help))
    return evolve(finding, fixes=(*streams, *others), help=ways)


def _streams(
    declared: ModelDeclaration, result: Result, fits: Callable[[Result], bool]
) -> Iterator[Fix]:
    """Each input that need not be there as a whole, if the model then fits."""
    model = result.model
    for port in model.inputs:
        block = next((p for p in declared.inputs if p.label.value == port.label), None)
        if block is None or any(p.stream for p in model.inputs):
            continue
        inputs = tuple(evolve(p, stream=p is port) for p in model.inputs)
        tried = compile_for(evolve(model, inputs=inputs), result.target)
        if tried.compiled.plan.streamed is not None and fits(tried):
            title = f"push input `{port.label}` row by row ({tried.sizes.ram_bytes:,} bytes of RAM)"
            yield Fix(title, (_stream_edit(block),))


def _stream_edit(block: PortDeclaration) -> Edit:
    if block.stream is not None:
        return Edit(block.stream.span, "true")
    return insertion(block.block, "stream = true")


def _within_budget(result: Result) -> bool:
    budget = result.model.budget
    limits = {"ram": budget.ram, "flash": budget.flash, "stack": budget.stack}
    return all(
        limit is None or _KINDS[kind](result.sizes) <= limit for kind, limit in limits.items()
    )


def _within_chip(result: Result) -> bool:
    target, sizes = result.target, result.sizes
    return (target.ram is None or sizes.ram_bytes <= target.ram) and (
        target.flash is None or sizes.flash_bytes <= target.flash
    )


def _raised(result: Result, span: Span | None) -> Iterator[Fix]:
    """The budget that would do, in whole KiB where it is large."""
    budget = result.model.budget
    for kind, place in budget.spans.items():
        if place == span and kind in _KINDS:
            enough = _size(_KINDS[kind](result.sizes))
            yield Fix(f"raise the budget to {enough}", (Edit(place, enough),))


def _size(needed: int) -> str:
    return f"{needed}B" if needed < 4096 else f"{-(-needed // 1024)}KiB"


def _chips(declared: ModelDeclaration, result: Result) -> Iterator[Fix]:
    """The smallest chip that would hold the model, as the sizes on this one say."""
    holding = fitting_chips(result.sizes.ram_bytes, result.sizes.flash_bytes)
    given = (t.span for t in declared.targets if t.value == result.target.name)
    place = next((s for s in given if (s.line, s.column) != (s.end_line, s.end_column)), None)
    special = result.target.name in declared.overrides  # its `on` block would be for no target
    if holding and place is not None and not special:  # a command line's target has no place
        yield Fix(f"choose {holding[0]}", (Edit(place, holding[0]),))
