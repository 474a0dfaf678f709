"""Shows where the instructions of an inference go: by function, and by mnemonic.

    python benchmarks/histogram.py MODEL CORE [--function NAME] [--most LINES]

MODEL is a .tflite file or the name of a reference model (see bench.py), CORE one that QEMU plays.
With --function, mnemonics are those of functions whose name begins so; else those of all. The image
is the one that `mflowc bench` counts.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from bench import MODELS, corpus_models

from microflow.analysis import Request, check
from microflow.files import Disk
from microflow.toolchain.board import Block, run_image
from microflow.toolchain.image import Image, build_image
from microflow.verify.compare import prepare

_FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t\s*([a-z][\w.]*)")


@frozen
class Line:
    """An instruction: where it is, in which function, and what it is called."""

    address: int
    function: str
    mnemonic: str


def main() -> int:
    """Counts and prints; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("core")
    parser.add_argument("--function", default="")
    parser.add_argument("--most", type=int, default=24)
    given = parser.parse_args()
    named = given.model in MODELS
    path = corpus_models() / MODELS[given.model] if named else Path(given.model)
    with tempfile.TemporaryDirectory() as folder:
        executed = list(count(path, given.core, Path(folder)))
    functions, mnemonics = Counter[str](), Counter[str]()
    for line, times in executed:
        functions[line.function] += times
        if line.function.startswith(given.function):
            mnemonics[line.mnemonic] += times
    _print("function", functions, given.most)
    _print(f"mnemonic in {given.function or 'all'}", mnemonics, given.most)
    return 0


def count(model: Path, core: str, folder: Path) -> Iterator[tuple[Line, int]]:
    """Yields instructions with how often they ran in the first inference, some of them twice."""
    (result,) = check(Request(model.as_posix(), target=core), Disk()).results
    trial, failed = prepare(result, model.read_bytes(), None, steps=1)
    assert trial is not None, failed
    image, failed = build_image(result.compiled, result.target, folder)
    assert image is not None, failed
    run, failed = run_image(image, trial.sent, counted=True)
    assert run is not None, failed
    lines = list(disassembly(image))
    places = {line.address: i for i, line in enumerate(lines)}
    for block in run.blocks:
        yield from _of(block, lines, places)


def disassembly(image: Image) -> Iterator[Line]:
    """Yields the instructions of an image, in order."""
    objdump = image.toolchain.command[0].removesuffix("gcc") + "objdump"
    command = [objdump, "-d", "--no-show-raw-insn", str(image.folder / image.name)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    function = ""
    for text in said.splitlines():
        if found := _FUNCTION.match(text):
            function = found[1]
        elif found := _INSTRUCTION.match(text):
            yield Line(int(found[1], 16), function, found[2])


def _of(block: Block, lines: list[Line], places: dict[int, int]) -> Iterator[tuple[Line, int]]:
    first = places[block.address]
    for line in lines[first : first + block.instructions]:
        yield line, block.executions


def _print(what: str, counted: Counter[str], most: int) -> None:
    total = sum(counted.values())
    print(f"{total:>14,}  100.0 %  {what}")
    for name, times in counted.most_common(most):
        print(f"{times:>14,}  {times / total:6.1%}  {name}")
    print()


if __name__ == "__main__":
    sys.exit(main())
