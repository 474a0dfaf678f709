"""The public functions of the package, for scripts and build systems that don't want a process."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

from microflow.analysis import Analysis, Output, Request, check, generate
from microflow.diag import has_errors
from microflow.files import Disk, Files


def analyse(
    path: str | PathLike[str],
    *,
    target: str | None = None,
    prefix: str | None = None,
    optimize: str | None = None,
    stream: str | None = None,
    files: Files | None = None,
) -> Analysis:
    """Returns all that is known of a manifest (``.mflow``) or a bare model (``.tflite``).

    Mistakes are in `Analysis.diagnostics`, nothing is raised for them; sizes in bytes are in
    `Analysis.results`, one for each model and target. `target`, `prefix`, `optimize` and `stream`
    override the manifest; `files` stands in for the disk.
    """
    place = Path(fspath(path)).as_posix()
    return check(Request(place, target, prefix, optimize, stream), files or Disk())


def build(analysis: Analysis) -> tuple[Output, ...]:
    """Returns the generated C, one folder for each target: texts by path. Writes nothing.

    Runs models on this computer where a manifest asks for a self-test. Raises `ValueError` where
    `analysis` has errors, or where there is no compiler for that.
    """
    if has_errors(analysis.diagnostics):
        first = next(d for d in analysis.diagnostics if has_errors((d,)))
        raise ValueError(f"{first.rule.code}: {first.message}")
    # Analysing alone starts faster without.
    from microflow.toolchain.selftest import selftest_vectors  # noqa: PLC0415

    selftests, failed = selftest_vectors(analysis.results)
    if failed:
        raise ValueError(f"{failed[0].rule.code}: {failed[0].message}")
    return generate(analysis, selftests)
