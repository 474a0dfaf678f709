"""Times the reference models on this computer, beside interpreters; writes a part of RESULTS.md.

    python benchmarks/host.py [--models FOLDER] [--model NAME]... [--cc COMPILER] [--print]

FOLDER holds the models (see bench.py). A time is the least of many inferences on one thread, in
microseconds; everything is timed in turns, so that what else the computer does meets all alike.
With `--print` the table goes to the terminal alone, else it is that of all models. The exit code is
1 where a ratio is below the limit.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from bench import MODELS, ROOT, corpus_models
from results import table, write_section

from microflow.analysis import Request, check
from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.files import Disk
from microflow.toolchain.host import PREFIX

TIMER = ROOT / "benchmarks" / "host.c"
BUILDS = {
    "-O2": ("-O2",),
    "-O3": ("-O3",),
    "-O3 -march=native": ("-O3", "-march=native"),
}
PEERS = ("TFLM ref.", "LiteRT ref.", "LiteRT builtin", "XNNPACK")
TURNS, SECONDS = 10, 0.2  # of each: rounds, and how long it runs in a round
LIMIT = 5.0
HEAD = """\
Written by `benchmarks/host.py`, which `make bench` runs, on {computer}, with {compiler}.
Microseconds of one inference on one thread, the least of many. Ours are calls of `model_run` in C,
built as the columns say. The interpreters are those of the wheels `tflite-micro` (its reference
kernels) and `ai-edge-litert` (reference kernels, its own without delegates, XNNPACK), called from
Python: their figures hold that call, which is most of what sine takes there. A dash: it refuses the
model. The ratio is TFLM's time over ours at -O3, and shall be {limit:g} at least. Every program
that was timed gave the bytes that TFLM gives.

"""


@frozen
class Contestant:
    """What is timed: each call runs it for so many seconds and returns the least microseconds."""

    name: str
    least: Callable[[float], float]


def main() -> int:
    """Times, writes the section or prints it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=corpus_models())
    parser.add_argument("--model", action="append", choices=MODELS, default=[])
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    taken = {}
    for name in given.model if given.print and given.model else MODELS:
        taken[name] = measure((given.models / MODELS[name]).resolve(), given.cc)
        print(" | ".join(_row(name, taken[name])), file=sys.stderr)
    text = table(("model", *BUILDS, *PEERS, "ratio"), (_row(*item) for item in taken.items()))
    head = HEAD.format(computer=_computer(), compiler=_compiler(given.cc), limit=LIMIT)
    if given.print:
        print(text)
    else:
        write_section("## This computer", head + text)
    return 0 if all(_ratio(times) >= LIMIT for times in taken.values()) else 1


def measure(model: Path, compiler: str) -> dict[str, float]:
    """Returns the least microseconds of each build and each peer, by name."""
    data = model.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        contestants = [*_built(model, compiler, Path(folder)), *_interpreters(data)]
        taken = {c.name: float("inf") for c in contestants}
        for _ in range(TURNS):
            for one in contestants:
                taken[one.name] = min(taken[one.name], one.least(SECONDS))
    return taken


# ---- Ours ----


def _built(model: Path, compiler: str, folder: Path) -> list[Contestant]:
    """The model in C, built in every way."""
    result = check(Request(model.as_posix(), "host"), Disk()).results[0]
    unit = lower_unit(PREFIX, [result.compiled], result.target.core)
    for path, text in render_unit(unit).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    port, made = unit.models[0].inputs[0], unit.models[0].outputs[0]
    defines = {
        "INPUT": port.size,
        "OUTPUT": made.size,
        "IN": f"{PREFIX}_input_{port.label}",
        "OUT": f"{PREFIX}_output_{made.label}",
    }
    own = [f"-D{name}={value}" for name, value in defines.items()]
    sources = [str(TIMER), str(folder / f"{PREFIX}.c")]
    found = []
    for name, flags in BUILDS.items():
        program = folder / name.replace(" ", "")
        command = [compiler, "-std=gnu99", *flags, "-ffp-contract=off", *own, f"-I{folder}"]
        subprocess.run([*command, "-o", str(program), *sources, "-lm"], check=True)
        _assert_equal(program, model.read_bytes(), port.size)
        found.append(Contestant(name, _timer(program, port.size)))
    return found


def _timer(program: Path, size: int) -> Callable[[float], float]:
    def least(seconds: float) -> float:
        command = [str(program), str(seconds)]
        done = subprocess.run(command, input=_picture(size), capture_output=True, check=True)
        return float(done.stderr)

    return least


def _assert_equal(program: Path, model: bytes, size: int) -> None:
    done = subprocess.run([program, "0"], input=_picture(size), capture_output=True, check=True)
    interpreter = _tflm(model)
    interpreter.invoke()
    assert done.stdout == interpreter.get_output(0).tobytes(), f"{program} gives other bytes"


def _picture(size: int) -> bytes:
    return np.random.default_rng(1).integers(0, 256, size, np.uint8).tobytes()


# ---- Peers ----


def _interpreters(model: bytes) -> list[Contestant]:
    from ai_edge_litert.interpreter import OpResolverType  # noqa: PLC0415  (an optional wheel)

    resolvers = (
        OpResolverType.BUILTIN_REF,
        OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        OpResolverType.AUTO,
    )
    tflm, *others = PEERS
    found = [Contestant(tflm, _clock(_tflm(model).invoke))]
    try:
        interpreters = [_litert(model, resolver) for resolver in resolvers]
    except ValueError:  # what TensorFlow Lite Micro takes, LiteRT may refuse
        return found
    invoked = zip(others, interpreters, strict=True)
    return [*found, *(Contestant(name, _clock(one.invoke)) for name, one in invoked)]


def _tflm(model: bytes) -> Any:
    from tflite_micro.python.tflite_micro import runtime  # noqa: PLC0415  (an optional wheel)

    interpreter = runtime.Interpreter.from_bytes(model, arena_size=16 << 20)
    details = interpreter.get_input_details(0)
    size = int(np.prod(details["shape"])) * np.dtype(details["dtype"]).itemsize
    picture = np.frombuffer(_picture(size), details["dtype"]).reshape(details["shape"])
    interpreter.set_input(picture, 0)
    return interpreter


def _litert(model: bytes, resolver: Any) -> Any:
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415  (an optional wheel)

    interpreter = Interpreter(
        model_content=model, num_threads=1, experimental_op_resolver_type=resolver
    )
    interpreter.allocate_tensors()
    (details,) = interpreter.get_input_details()
    picture = _picture(int(np.prod(details["shape"])) * np.dtype(details["dtype"]).itemsize)
    values = np.frombuffer(picture, details["dtype"]).reshape(details["shape"])
    interpreter.set_tensor(details["index"], values)
    return interpreter


def _clock(run: Callable[[], object]) -> Callable[[float], float]:
    def least(seconds: float) -> float:
        end, best = time.perf_counter() + seconds, float("inf")
        while (begun := time.perf_counter()) < end:
            run()
            best = min(best, time.perf_counter() - begun)
        return best * 1e6

    return least


# ---- The section ----


def _row(name: str, taken: Mapping[str, float]) -> Sequence[str]:
    shown = (_shown(taken.get(column)) for column in (*BUILDS, *PEERS))
    return (name, *shown, f"{_ratio(taken):.1f}")


def _ratio(taken: Mapping[str, float]) -> float:
    return taken[PEERS[0]] / taken["-O3"]


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _computer() -> str:
    text = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").is_file() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return f"a computer with {names[0] if names else platform.machine()}"


def _compiler(compiler: str) -> str:
    said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
