"""What a model could be instead: every plan of its front, and every chip that would hold it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from microflow.compilation import Result, compile_for, plans
from microflow.dsl.project import BoundModel
from microflow.dsl.values import Budget
from microflow.plan.cost import Time
from microflow.plan.sizes import Sizes
from microflow.targets import Target, chip_names, load_target


@frozen
class Choice:
    """A plan that the model may have. `streamed` is the label of an input that arrives by rows.

    `banded` operators run row by row, in `row_calls` calls. `time` is modelled, None where it can't
    be. `chosen`: the manifest's own.
    """

    streamed: str | None
    banded: int
    row_calls: int
    sizes: Sizes
    time: Time | None
    chosen: bool


@frozen
class Holder:
    """A chip with what the model would need there, and whether the chip has that.

    `streamed` is the label of an input that has to arrive by rows for that.
    """

    target: Target
    sizes: Sizes
    holds: bool
    streamed: str | None = None


@frozen
class Exploration:
    """The choices and the chips of one compiled model."""

    result: Result
    choices: tuple[Choice, ...]
    chips: tuple[Holder, ...]


def explore(result: Result) -> Exploration:
    """Returns what else `result` could be."""
    return Exploration(result, tuple(_choices(result)), tuple(_chips(result.model)))


def streamable(model: BoundModel) -> Iterator[BoundModel]:
    """Yields the model as it is, then with each of its inputs streamed instead."""
    yield model
    for port in model.inputs:
        if not port.stream:
            others = (evolve(p, stream=p is port) for p in model.inputs)
            yield evolve(model, inputs=tuple(others))


def _choices(result: Result) -> Iterator[Choice]:
    chosen = result.compiled.plan
    for model in streamable(result.model):
        wanted = next((p for p in model.inputs if p.stream), None)
        for other in plans(model, result.target):
            plan = other.compiled.plan
            streamed = wanted.label if wanted and plan.streamed is not None else None
            if wanted is not None and streamed is None and model is not result.model:
                break  # it cannot arrive by rows: the same plans as without
            yield _choice(other, streamed, plan == chosen)


def _choice(found: Result, streamed: str | None, chosen: bool) -> Choice:
    plan = found.compiled.plan
    return Choice(streamed, plan.banded, plan.row_calls, found.sizes, found.times.total, chosen)


def _chips(model: BoundModel) -> Iterator[Holder]:
    """Every built-in chip that has limits, smallest RAM first."""
    free = evolve(model, budget=Budget())
    chips = (load_target(name) for name in chip_names())
    limited = sorted(((c.ram, c.name, c) for c in chips if c.ram is not None), key=lambda c: c[:2])
    for _, _, chip in limited:
        yield _first_that_holds(free, chip)


def _first_that_holds(model: BoundModel, chip: Target) -> Holder:
    """Tries the inputs as they are, and only if that is too much with each of them streamed."""
    first, *others = streamable(model)
    plain = _holder(first, chip)
    if plain.holds:
        return plain
    return next((h for h in (_holder(m, chip) for m in others) if h.holds), plain)


def _holder(model: BoundModel, chip: Target) -> Holder:
    found = compile_for(model, chip)
    sizes = found.sizes
    enough = chip.flash is None or sizes.flash_bytes <= chip.flash
    holds = enough and chip.ram is not None and sizes.ram_bytes <= chip.ram
    streamed = next((p.label for p in model.inputs if p.stream), None)
    return Holder(
        chip, sizes, holds, streamed if found.compiled.plan.streamed is not None else None
    )
