"""Counts the reference models on the emulated cores and writes the table of RESULTS.md.

    python benchmarks/bench.py [--models FOLDER]

FOLDER holds the models named in `MODELS`; without it, where the environment variable
MICROFLOW_CORPUS points. Counts are exact, so a second run writes the same file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from results import table, write_section

ROOT = Path(__file__).parents[1]
SMALL_CORES = ("cortex-m4",)
CORES = ("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m55", "rv32imc")
MODELS = {
    "sine": "microflow_rs__sine.tflite",
    "speech": "microflow_rs__speech.tflite",
    "person_detect": "microflow_rs__person_detect.tflite",
    "kws_ref_model": "mlperf_tiny__kws_ref_model.tflite",
    "vww_96_int8": "mlperf_tiny__vww_96_int8.tflite",
    "resnet8": "mlperf_tiny__pretrainedresnet_quant.tflite",
}
COLUMNS = (
    "model", "core", "instructions", "cycles", "a MAC", "TFLM ref.", "TFLM + CMSIS-NN", "ratio",
    "flash", "peer's flash", "RAM", "peer's RAM",
)  # fmt: skip
HEAD = """\
Written by `make bench`. Instructions of one inference, counted in QEMU; flash (code, constants,
initialised data) and RAM (arena, other variables, deepest stack) of the linked image, less those of
the same image without the model. Every image that was counted gave the reference's bytes. The peer
is TensorFlow Lite Micro with CMSIS-NN (2026-08), whole images with a minimal harness, built with
gcc 12.2 -O2; "ref." are its reference kernels. Cycles are those of the Cortex-M4's model, which
knows loads of several words and taken branches, but neither wait states nor caches.

"""
FLASH_COLUMNS = ("model", "core", "instructions", "flash", "RAM")
FLASH_HEAD = """\
The same with `optimize = flash`: a fast kernel is taken where it makes the image smaller.

"""


def main() -> int:
    """Writes the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=corpus_models())
    models: Path = parser.parse_args().models
    if not models.is_dir():
        print(f"no models in {models}: set MICROFLOW_CORPUS or give --models", file=sys.stderr)
        return 1
    peers = tomllib.loads((ROOT / "benchmarks" / "peers.toml").read_text("utf-8"))
    rows = [
        render_row(name, core, count(models / file, core), peers.get(name, {}).get(core, {}))
        for name, file in MODELS.items()
        for core in CORES
    ]
    write_section("# Results", HEAD + table(COLUMNS, rows))
    small = [
        [name, core, *map(_number, (made[k] for k in ("instructions", "flash_bytes", "ram_bytes")))]
        for name, file in MODELS.items()
        for core in SMALL_CORES
        for made in [count_smallest(models / file, core)]
    ]
    write_section("## The least flash", FLASH_HEAD + table(FLASH_COLUMNS, small))
    return 0


def corpus_models() -> Path:
    """Returns where the corpus of models lies, unless the command line says so."""
    default = ROOT.parent / "shared" / "corpus"
    return Path(os.environ.get("MICROFLOW_CORPUS", default)) / "models"


def count_smallest(model: Path, core: str) -> dict[str, Any]:
    """Returns the same with the least flash for a goal."""
    goal = f'source = "{model.resolve()}"; targets = [{core}]; optimize = flash'
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / f"{model.stem}.mflow"
        manifest.write_text(f"mflow 1\n\nmodel smallest {{ {goal} }}\n", "utf-8")
        return count(manifest, core)


def count(model: Path, core: str) -> dict[str, Any]:
    """Returns what `mflowc bench` says of `model`, or of a manifest, on `core`."""
    print(f"{model.stem} on {core}", file=sys.stderr)
    command = [sys.executable, "-m", "microflow", "bench", str(model), "--on", core, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)["results"][0]
    assert result["passed"], f"{model.stem} gives wrong bytes on {core}"
    return result


def render_row(name: str, core: str, made: dict[str, Any], peer: dict[str, int]) -> list[str]:
    """Returns a line of the table; what is not known of the peer is a dash."""
    ratio = f"{made['instructions'] / peer['instructions']:.2f}" if peer else "-"
    return [
        name,
        core,
        f"{made['instructions']:,}",
        _number(made["cycles"]),
        f"{made['instructions'] / made['macs']:.2f}",
        *(_number(peer.get(key)) for key in ("reference", "instructions")),
        ratio,
        f"{made['flash_bytes']:,}",
        _number(peer.get("flash")),
        f"{made['ram_bytes']:,}",
        _number(peer.get("ram")),
    ]


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


if __name__ == "__main__":
    sys.exit(main())
