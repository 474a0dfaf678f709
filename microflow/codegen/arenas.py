"""Where models lie: the arrays of their arenas, one's own or shared, and the sections of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microflow.codegen.cunit import CArena, CModel
from microflow.dsl.project import BoundModel
from microflow.dsl.sections import section_of
from microflow.targets import Core, Target


def arena_name(model: BoundModel, stem: str) -> str:
    """Returns the C name of the array that `model` lives in; `stem` begins its static names."""
    return f"{stem}arena" if model.arena is None else f"{model.arena.label.value}_arena"


def sharers(model: BoundModel, models: Sequence[BoundModel]) -> tuple[str, ...]:
    """Returns the names of the other `models` that live in the arena of `model`."""
    if model.arena is None:
        return ()
    return tuple(m.name for m in models if m.arena == model.arena and m.name != model.name)


def weights_place(model: BoundModel, target: Target | None) -> str:
    """Returns the macro that puts the tables of `model` into the memory that its manifest names."""
    place = "" if target is None else section_of(model.place.weights_on(target))
    return f'MF_SECTION("{place}")' if place else "MF_SECTION_WEIGHTS"


def lower_arenas(
    bound: Sequence[BoundModel], models: Sequence[CModel], core: Core, target: Target | None
) -> tuple[CArena, ...]:
    """Returns the arrays of all `models`, whose manifests say `bound`: each of them once.

    Variables lie in the same memory as the arena, but models never share them.
    """
    users: dict[str, list[CModel]] = {}
    for model in models:
        users.setdefault(model.arena, []).append(model)
    first = {model.arena: one for one, model in reversed(list(zip(bound, models, strict=True)))}
    arenas = (_arena(name, first[name], users[name], core, target) for name in users)
    return (*arenas, *_states(bound, models, target))


def _states(
    bound: Sequence[BoundModel], models: Sequence[CModel], target: Target | None
) -> Iterator[CArena]:
    for one, model in zip(bound, models, strict=True):
        if model.state is not None and not model.arena_given:
            size = f"{model.prefix}_STATE_BYTES"
            place = _place("", one, target)
            yield CArena(model.state.name, size, model.state.alignment, place)


def _arena(
    name: str, bound: BoundModel, users: Sequence[CModel], core: Core, target: Target | None
) -> CArena:
    if bound.arena is None:
        place = "" if bound.arena_given else _place("", bound, target)
        size = f"{users[0].prefix}_ARENA_BYTES"
        return CArena(name, size, core.alignment, place, given=bound.arena_given)
    return CArena(
        name,
        str(max(model.arena_bytes for model in users)),
        max(core.alignment, bound.arena.align),
        _place(bound.arena.section, bound, target),
        tuple(model.name for model in users),
    )


def _place(section: str, bound: BoundModel, target: Target | None) -> str:
    if target is None:
        return "MF_SECTION_ARENA"
    wanted = section or section_of(bound.place.arena_on(target))
    return f'MF_SECTION("{wanted}")' if wanted else "MF_SECTION_ARENA"
