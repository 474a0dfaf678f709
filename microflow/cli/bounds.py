"""Static bounds of the stack: what `build` says of them where it finds a compiler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microflow.analysis import Analysis, Output
    from microflow.compilation import Result
    from microflow.toolchain.stack import StackBound

    Bounds = Mapping[tuple[str, str], StackBound]  # by target and model


def find_bounds(analysis: Analysis, outputs: Sequence[Output]) -> Bounds:
    """Returns the bounds of all models; each target's C is compiled once."""

    def bounds(output: Output) -> Bounds:
        return _bounds([r for r in analysis.results if r.target == output.target], output)

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(bounds, outputs))
    return {key: bound for one in found for key, bound in one.items()}


def bound_data(bound: StackBound | None) -> dict[str, Any] | None:
    """Returns a bound as data; None where there is none."""
    if bound is None:
        return None
    return {
        "bytes": bound.bytes,
        "chain": list(bound.chain),
        "reason": bound.reason or None,
        "compiler": bound.compiler,
    }


def bound_lines(results: Sequence[Result], bounds: Bounds) -> str:
    """Returns a line for each model that has a bound, or a reason why it has none."""
    found = ((r, bounds.get((r.target.name, r.model.name))) for r in results)
    return "".join(
        f"stack of {result.model.name} on {result.target.name} by {bound.compiler}: {bound}\n"
        for result, bound in found
        if bound is not None
    )


def _bounds(results: Sequence[Result], output: Output) -> Bounds:
    from microflow.toolchain.stack import stack_bounds

    entries = {r.model.name: _entries(r, output.prefix, len(results) == 1) for r in results}
    found = stack_bounds(
        {path: text for path, text in output.files.items() if _is_code(path, output.prefix)},
        f"{output.prefix}.c",
        [name for names in entries.values() for name in names],
        output.target.core,
    )
    return {
        (output.target.name, model): found[name]
        for model, names in entries.items()
        for name in names
        if name in found
    }


def _entries(result: Result, prefix: str, single: bool) -> list[str]:
    """The function that runs a model; where its input arrives row by row, the one that takes it."""
    stem = prefix if single else f"{prefix}_{result.model.name}"
    streamed = [p.label for p in result.model.inputs if p.stream]
    return [f"{stem}_push_{label}" for label in streamed] or [f"{stem}_run"]


def _is_code(path: str, prefix: str) -> bool:
    """Tells whether the compiler reads a file, which may also lie in packages."""
    return path in (f"{prefix}.c", f"{prefix}.h") or path.startswith("microflow/")
