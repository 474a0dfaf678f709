"""What ``verify`` and ``bench`` share: models run on the inputs of a file, or on drawn ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from microflow.cli.run import choose

if TYPE_CHECKING:
    from microflow.compilation import Result
    from microflow.diag import Diagnostics
    from microflow.verify.vectors import Vectors

T = TypeVar("T")


def run_trials(
    results: Sequence[Result],
    vectors: Callable[[Result], Path | None],
    trial: Callable[[Result, bytes, Vectors | None], tuple[T | None, Diagnostics]],
    label: Callable[[Result], str],
    quiet: bool,
) -> tuple[list[tuple[Result, T]], Diagnostics]:
    """Returns what `trial` made of each result, where it made something, and all that was found.

    A trial gets the result, the bytes of its model file, and those of the `vectors` for it, if any;
    `label` says meanwhile what it does.
    """
    made = [_run(result, vectors(result), trial, label(result), quiet) for result in results]
    done = [(r, m) for r, (m, _) in zip(results, made, strict=True) if m is not None]
    return done, tuple(d for _, failed in made for d in failed)


def chosen_results(results: Sequence[Result], model: str | None, single: bool) -> Sequence[Result]:
    """Returns the results to work on: the model named, or all; one where `single`."""
    return (choose(results, model),) if single or model is not None else results


def _run(
    result: Result,
    vectors: Path | None,
    trial: Callable[[Result, bytes, Vectors | None], tuple[T | None, Diagnostics]],
    label: str,
    quiet: bool,
) -> tuple[T | None, Diagnostics]:
    from microflow.cli.progress import busy
    from microflow.cli.read import read_bytes

    known, failed = _load(vectors, result) if vectors else (None, ())
    data, unreadable = read_bytes(Path(result.model.source))
    if failed or data is None:
        return None, (*failed, *unreadable)
    with busy(label, quiet):
        return trial(result, data, known)


def _load(vectors: Path, result: Result) -> tuple[Vectors | None, Diagnostics]:
    from microflow.cli.read import read_bytes
    from microflow.verify.vectors import load_vectors

    data, failed = read_bytes(vectors)
    if data is None:
        return None, failed
    return load_vectors(data, vectors.as_posix(), result.model)
