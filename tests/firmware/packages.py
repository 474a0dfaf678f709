"""A small model in int8 and one in float, and the folders that a build writes for them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay
from microflow.firmware import package_names
from microflow.toolchain.selftest import selftest_vectors

from ..assemble import N, T, assemble
from ..need import need

PREFIX = "net"


def quantised() -> bytes:
    """Six int8 inputs, four int8 scores."""
    weights = np.arange(-12, 12).reshape(4, 6)
    return assemble(
        tensors=[
            T("x", "int8", (1, 6), scale=0.5, zero_point=3),
            T("w", "int8", (4, 6), data=weights, scale=0.25),
            T("b", "int32", (4,), data=[1, 2, 3, -4], scale=0.125),
            T("y", "int8", (1, 4), scale=4.0, zero_point=-1),
        ],
        nodes=[N("FULLY_CONNECTED", [0, 1, 2], [3])],
        inputs=[0],
        outputs=[3],
    )


def floating() -> bytes:
    """Four float inputs, four scores: needs the mathematics library."""
    return assemble(
        [T("x", "float32", (1, 4)), T("y", "float32", (1, 4))],
        [N("SOFTMAX", ["x"], ["y"], {"beta": 1.0})],
        ["x"],
        ["y"],
    )


_MODELS = {"quantised": quantised, "floating": floating}


@cache
def output(
    target: str = "host", model: str = "quantised", selftest: bool = True, prefix: str = PREFIX
) -> Output:
    """Returns the output folder with every package; of two models for a `model` like "a b"."""
    asked = f"package = [{', '.join(package_names())}]; selftest = {str(selftest).lower()}"
    names = model.split()
    manifest = "mflow 1\n" + "".join(
        f'model {name} {{\n  source = "{name}.tflite"\n  targets = [{target}]\n'
        f'  emit {{ prefix = "{prefix}"; {asked} }}\n}}\n'
        for name in names
    )
    models = {f"{name}.tflite": _MODELS[name]() for name in names}
    analysis = check(Request("a.mflow"), Overlay({"a.mflow": manifest.encode(), **models}))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    vectors, failed = selftest_vectors(analysis.results)
    assert not failed, [d.message for d in failed]
    (made,) = generate(analysis, vectors)
    return made


def packed(package: str, made: Output | None = None) -> dict[str, str]:
    """Returns the files of one package, by path in its folder."""
    made = made or output()
    start = f"{package}/{made.prefix}/"
    return {p.removeprefix(start): t for p, t in made.files.items() if p.startswith(start)}


def write(files: Mapping[str, str], folder: Path) -> Path:
    """Writes `files` into `folder`, which is returned."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Returns what a command prints; its failure fails the test, with what it said."""
    done = subprocess.run(
        [need(str(command[0])), *map(str, command[1:])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
