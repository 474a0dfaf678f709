"""Fits the time of every kernel on each core and writes the cores' cost tables.

    python benchmarks/fit_costs.py [CORE…]
    python benchmarks/fit_costs.py --check [--kernel KERNEL]… [CORE…]

The layers of `cost_shapes` run on the emulated boards. Instructions of a kernel, and cycles where
they are known, are fitted as a sum of terms, none of them negative, so that relative errors are
least. The tables are microflow/targets/cores/<core>.costs.toml; a core whose tools are missing is
left as it is. --check counts again and says which kernels have changed.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from attrs import frozen
from cost_counts import BandCount, Count, Layer, count_alone, count_bands, count_layers, count_run
from cost_spreads import SPREADS
from numpy.typing import NDArray

from microflow.plan.quantities import amount, quantities
from microflow.targets import Core, CostTable, core_names, load_core
from microflow.toolchain.cross import compiler_version, find_toolchain

CORES = Path(__file__).parents[1] / "microflow" / "targets" / "cores"
LEFT_OUT = ("rv32ec",)  # its chips have room for very small models alone
SPECIALISING = ("avr5",)  # by gcc 5, which cannot be kept from it: see MF_ENTRY
STALE = 0.005  # of a layer's time, relative: what makes a table stale
DIGITS = 4
LEAST_MARGIN = 0.05  # other data take another path here and there
_BY_COREMARK = (
    "the Cortex-M4 model's cycles of the reference models, {0:.3g} times as many by CoreMark/MHz "
    "(Arm's comparison of Cortex-M: {1} against 3.54)"
)
_ESP32_C3 = (
    "the Cortex-M4 model's cycles of the reference models, 1.38 times as many by CoreMark/MHz "
    "(Espressif's coremark component on an ESP32-C3: 2.56; Arm's comparison: 3.54)"
)
CPI = {  # cycles an instruction, and where that is from
    "cortex-m0": (1.4, "instructions of the reference models, with the cycles of DDI 0432C"),
    "cortex-m3": (1.5, _BY_COREMARK.format(3.54 / 3.45, 3.45)),
    "cortex-m33": (1.25, _BY_COREMARK.format(3.54 / 4.10, 4.10)),
    "cortex-m55": (1.2, _BY_COREMARK.format(3.54 / 4.40, 4.40)),
    "cortex-m7": (1.0, _BY_COREMARK.format(3.54 / 5.29, 5.29)),
    "rv32imc": (1.5, _ESP32_C3),
}  # of lx106 nothing is known
CPI_MARGIN = 0.3
ROW = ("call", "pointer", "sum", "raised")
Terms = Mapping[str, float]
Vector = NDArray[np.float64]


@frozen
class Fit:
    """What a kernel's terms take, and how far each of its layers is off, relative."""

    terms: Terms
    errors: tuple[float, ...]


def main() -> int:
    """Writes the tables, or with --check compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--kernel", action="append", choices=SPREADS, help="compare this one alone")
    default = [name for name in core_names() if name not in LEFT_OUT]
    parser.add_argument("cores", nargs="*", default=default)
    options = parser.parse_args()
    if options.kernel and not options.check:
        parser.error("--kernel goes with --check")
    here = [core for core in map(load_core, options.cores) if is_installed(core)]
    if not options.check:
        for core in here:
            (CORES / f"{core.name}.costs.toml").write_text(render(core), "utf-8")
        return 0
    stale = [f"{c.name}: {k}" for c in here for k in stale_kernels(c, options.kernel or [*SPREADS])]
    if stale:
        print("stale: run benchmarks/fit_costs.py", *stale, sep="\n  ")
    return 1 if stale else 0


def is_installed(core: Core) -> bool:
    """Tells whether the core's compiler and emulator are here."""
    assert core.compiler is not None and core.emulator is not None
    needed = [core.compiler.gcc, *([core.emulator.program] if core.emulator.program else [])]
    return all(shutil.which(program) for program in needed)


def compiler(core: Core) -> str:
    """Returns the name and version of the compiler of the core's images."""
    toolchain, _ = find_toolchain(core)
    assert toolchain is not None
    return compiler_version(toolchain)


# ---- Tables ----


def render(core: Core) -> str:
    """Returns the TOML text of the core's table."""
    print(core.name, file=sys.stderr)
    run = count_run(core)
    bands = count_bands(core)
    counted = {kernel: count_layers(kernel, core, run) for kernel in SPREADS}
    specialised = SPREADS if core.name in SPECIALISING else ()
    alone = {kernel: count_alone(kernel, core, run) for kernel in specialised}
    known = all(layer.count.cycles is not None for made in counted.values() for layer in made)
    kinds = ("instructions", "cycles") if known else ("instructions",)
    fits = {kind: {k: fit(k, layers, kind) for k, layers in counted.items()} for kind in kinds}
    once = {kind: {k: fit(k, layers, kind) for k, layers in alone.items()} for kind in kinds}
    lines = [
        "# The time of kernels: each takes the sum of its terms, so many times a product of",
        "# quantities of the call (microflow/plan/quantities.py). Margins are relative: 19 of 20",
        "# layers that were fitted are within. Written by benchmarks/fit_costs.py.",
        f'compiler = "{compiler(core)}"',
        f"margin = {margin(fits['instructions'])}",
        *_cycle_lines(core, fits.get("cycles", {})),
    ]
    for kind in kinds:
        lines += _section(kind, run, fits[kind], bands)
        lines += _kernels(f"{kind}.once", once[kind])
    return "\n".join(lines) + "\n"


def _cycle_lines(core: Core, cycles: Mapping[str, Fit]) -> Iterable[str]:
    if cycles:
        yield f"cycle_margin = {margin(cycles)}"
    elif core.name in CPI:
        cpi, source = CPI[core.name]
        yield f"cpi = {cpi}"
        yield f'source = "{source}"'
        yield f"cycle_margin = {CPI_MARGIN}"


def _section(
    kind: str, run: Count, fits: Mapping[str, Fit], bands: Sequence[BandCount]
) -> Iterable[str]:
    row = fit_rows(bands, kind, {kernel: fit.terms for kernel, fit in fits.items()})
    yield ""
    yield f"[{kind}]"
    yield f"run = {run.of(kind)}  # beside all kernels"
    yield f"row = {_inline(row)}  # of a band"
    yield from _kernels(f"{kind}.kernels", fits)


def _kernels(section: str, fits: Mapping[str, Fit]) -> Iterable[str]:
    if fits:
        yield ""
        yield f"[{section}]"
    for kernel, made in fits.items():
        yield f"{kernel} = {_inline(made.terms)}"


def _inline(values: Terms) -> str:
    """An inline table; keys that are no words are quoted."""
    named = ((k if k.isalpha() else f'"{k}"', v) for k, v in values.items())
    return "{ " + ", ".join(f"{key} = {value:.{DIGITS}g}" for key, value in named) + " }"


def margin(fits: Mapping[str, Fit]) -> float:
    """Returns what 19 of 20 layers are off at most, relative, rounded up to hundredths."""
    errors = sorted(error for fit in fits.values() for error in fit.errors)
    return max(LEAST_MARGIN, math.ceil(100 * errors[len(errors) * 19 // 20]) / 100)


# ---- Fitting ----


def fit(kernel: str, layers: Sequence[Layer], kind: str) -> Fit:
    """Returns the terms that give the counts of `layers` with the least relative errors."""
    terms = SPREADS[kernel].terms
    counts = np.array([layer.count.of(kind) for layer in layers], float)
    shares = features(terms, layers) / counts[:, None]
    found = least_squares(shares, np.ones(len(counts)))
    errors = tuple(map(float, np.abs(shares @ found - 1)))
    return Fit({t: float(v) for t, v in zip(terms, found, strict=True) if v > 0}, errors)


def features(terms: Iterable[str], layers: Sequence[Layer]) -> Vector:
    """Returns how often each layer (a row) has each term (a column)."""
    found = [[quantities(call) for call in layer.calls] for layer in layers]
    return np.array([[sum(amount(t, q) for q in each) for t in terms] for each in found], float)


def fit_rows(bands: Sequence[BandCount], kind: str, terms: Mapping[str, Terms]) -> Terms:
    """Returns what a row of a band takes beyond the same row of a whole tensor."""
    again = [sum(terms[kernel].get("1", 0.0) for kernel in band.again) for band in bands]
    more = [(band.more.of(kind) - a) / band.rows for band, a in zip(bands, again, strict=True)]
    counts = [[band.rows, band.pointers, band.sums, band.raised] for band in bands]
    shares = [[count / each[0] for count in each] for each in counts]
    found = least_squares(np.array(shares), np.array(more))
    return dict(zip(ROW, map(float, found), strict=True))


def least_squares(a: Vector, b: Vector) -> Vector:
    """Returns the x >= 0 with the least ``|a x - b|`` (Lawson and Hanson's active sets)."""
    scale = np.linalg.norm(a, axis=0)
    scale[scale == 0] = 1
    a = a / scale
    found, free = np.zeros(a.shape[1]), np.zeros(a.shape[1], bool)
    for _ in range(3 * a.shape[1]):
        slope = np.where(free, -np.inf, a.T @ (b - a @ found))
        if slope.max() <= 1e-9:
            break
        free[slope.argmax()] = True
        found = _inside(a, b, found, free)
    fitted: Vector = found / scale
    return fitted


def _inside(a: Vector, b: Vector, found: Vector, free: NDArray[np.bool_]) -> Vector:
    """Solves for the free variables; those that would turn negative are fixed at 0."""
    while True:
        wanted = np.zeros(len(found))
        wanted[free] = np.linalg.lstsq(a[:, free], b, rcond=None)[0]
        negative = free & (wanted <= 0)
        if not negative.any():
            return wanted
        step = (found[negative] / (found[negative] - wanted[negative])).min()
        found = found + step * (wanted - found)
        free &= found > 1e-12


# ---- Comparing ----


def stale_kernels(core: Core, kernels: Iterable[str]) -> list[str]:
    """Returns the kernels whose layers the core's table gives another time than a new fit does.

    A table that another version of the compiler made is not compared.
    """
    table = core.costs
    if table.compiler != compiler(core):
        return [] if table != CostTable() else ["no table"]
    run = count_run(core)
    return [k for k in kernels if is_stale(k, count_layers(k, core, run), table)]


def is_stale(kernel: str, layers: Sequence[Layer], table: CostTable) -> bool:
    """Tells whether a kept table and a new fit disagree on any layer."""
    for kind, costs in (("instructions", table.instructions), ("cycles", table.cycles)):
        if costs is None:
            continue
        kept, fresh = costs.kernels.get(kernel, {}), fit(kernel, layers, kind).terms
        times = [features(t, layers) @ np.array([*t.values()]) for t in (kept, fresh)]
        if np.abs(times[0] / times[1] - 1).max() > STALE:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
