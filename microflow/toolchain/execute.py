"""Runs a compiled model on its target: on this computer, or on the emulated board."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from microflow.codegen.lower import Compiled
from microflow.diag import Diagnostics
from microflow.targets import Target
from microflow.toolchain.board import run_image
from microflow.toolchain.host import Build, build_and_run
from microflow.toolchain.image import build_image


def execute(
    compiled: Compiled,
    target: Target,
    inputs: Sequence[Sequence[bytes]],
    build: Build = Build(),  # noqa: B008  (frozen)
) -> tuple[Sequence[tuple[bytes, ...]], Diagnostics]:
    """Runs once for each entry of `inputs`; returns the bytes of every output of each run.

    `build` says how to build on this computer. Nothing is returned where something went wrong.
    """
    if target.core.compiler is None:
        return build_and_run(compiled, target.core, inputs, build)
    with tempfile.TemporaryDirectory() as folder:
        image, failed = build_image(compiled, target, Path(folder))
        if image is None:
            return (), failed
        run, failed = run_image(image, inputs)
        return (run.outputs if run is not None else ()), failed
