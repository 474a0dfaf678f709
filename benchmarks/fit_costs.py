"""Fits the time of every kernel on each core and writes the cores' cost tables.

    python benchmarks/fit_costs.py [--check] [--kernel KERNEL]… [CORE…]

The layers of `cost_shapes` run on the emulated boards. Instructions of a kernel, and cycles where
they are known, are fitted as a sum of terms, none of them negative, so that relative errors are
least. The tables are microflow/targets/cores/<core>.costs.toml; a core whose tools are missing is
left as it is. With --kernel, the times of other kernels stay. --check counts again and says which
kernels have changed.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from attrs import asdict, evolve, frozen
from cost_counts import BandCount, Layer, count_alone, count_bands, count_layers, count_run
from cost_spreads import SPREADS
from numpy.typing import NDArray

from microflow.plan.quantities import amount, quantities
from microflow.targets import Core, Costs, CostTable, RowCost, core_names, load_core
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
NOTHING = Costs(0, RowCost(), {})
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
    parser.add_argument("--kernel", action="append", choices=SPREADS, help="this one alone")
    default = [name for name in core_names() if name not in LEFT_OUT]
    parser.add_argument("cores", nargs="*", default=default)
    options = parser.parse_args()
    here = [core for core in map(load_core, options.cores) if is_installed(core)]
    kernels = options.kernel or [*SPREADS]
    if not options.check:
        for core in here:
            text = render(core, measured(core, kernels))
            (CORES / f"{core.name}.costs.toml").write_text(text, "utf-8")
        return 0
    stale = [f"{core.name}: {kernel}" for core in here for kernel in stale_kernels(core, kernels)]
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


def measured(core: Core, kernels: Sequence[str]) -> CostTable:
    """Returns the core's table with `kernels` counted and fitted anew."""
    print(core.name, file=sys.stderr)
    kept, run = core.costs, count_run(core)
    counted = {k: layers for k in kernels if (layers := count_layers(k, core, run))}
    specialised = counted if core.name in SPECIALISING else ()
    alone = {kernel: count_alone(kernel, core, run) for kernel in specialised}
    known = all(layer.count.cycles is not None for made in counted.values() for layer in made)
    bands = count_bands(core)
    table = evolve(kept, compiler=compiler(core))
    for kind in ("instructions", "cycles") if known else ("instructions",):
        fits = {kernel: fit(kernel, layers, kind) for kernel, layers in counted.items()}
        once = {kernel: fit(kernel, layers, kind).terms for kernel, layers in alone.items()}
        old = (kept.instructions if kind == "instructions" else kept.cycles) or NOTHING
        every = {**old.kernels, **{kernel: dict(made.terms) for kernel, made in fits.items()}}
        row = RowCost(**fit_rows(bands, kind, every))
        again = {**old.once, **{kernel: dict(terms) for kernel, terms in once.items()}}
        costs = Costs(run.of(kind), row, every, again)
        off = margin(fits)
        if len(every) > len(fits):  # margins are those of all kernels together
            off = kept.margin if kind == "instructions" else kept.cycle_margin
        if kind == "instructions":
            table = evolve(table, instructions=costs, margin=off)
        else:
            table = evolve(table, cycles=costs, cycle_margin=off)
    return table


def render(core: Core, table: CostTable) -> str:
    """Returns the TOML text of the core's table."""
    lines = [
        "# The time of kernels: each takes the sum of its terms, so many times a product of",
        "# quantities of the call (microflow/plan/quantities.py). Margins are relative: 19 of 20",
        "# layers that were fitted are within. Written by benchmarks/fit_costs.py.",
        f'compiler = "{table.compiler}"',
        f"margin = {table.margin}",
        *_cycle_lines(core, table),
    ]
    for kind in ("instructions", "cycles"):
        costs: Costs | None = getattr(table, kind)
        if costs is not None:
            lines += _section(kind, costs)
            lines += _kernels(f"{kind}.once", costs.once)
    return "\n".join(lines) + "\n"


def _cycle_lines(core: Core, table: CostTable) -> Iterable[str]:
    if table.cycles is not None:
        yield f"cycle_margin = {table.cycle_margin}"
    elif core.name in CPI:
        cpi, source = CPI[core.name]
        yield f"cpi = {cpi}"
        yield f'source = "{source}"'
        yield f"cycle_margin = {CPI_MARGIN}"


def _section(kind: str, costs: Costs) -> Iterable[str]:
    yield ""
    yield f"[{kind}]"
    yield f"run = {costs.run:g}  # beside all kernels"
    yield f"row = {_inline(asdict(costs.row))}  # of a band"
    yield from _kernels(f"{kind}.kernels", costs.kernels)


def _kernels(section: str, kernels: Mapping[str, Terms]) -> Iterable[str]:
    if kernels:
        yield ""
        yield f"[{section}]"
    for kernel in sorted(kernels):
        yield f"{kernel} = {_inline(kernels[kernel])}"


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
    counted = ((k, count_layers(k, core, run)) for k in kernels)
    return [k for k, layers in counted if layers and is_stale(k, layers, table)]


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
