"""The counts that benchmarks/RESULTS.md records: what no change may exceed without saying so."""

from __future__ import annotations

from functools import cache
from pathlib import Path

RESULTS = Path(__file__).parents[2] / "benchmarks" / "RESULTS.md"
MARGIN = 0.02  # counts are exact; a compiler of another day may need a little more
NAMES = {  # of models in the table, by their files
    "microflow_rs__sine": "sine",
    "microflow_rs__speech": "speech",
    "microflow_rs__person_detect": "person_detect",
    "mlperf_tiny__kws_ref_model": "kws_ref_model",
    "mlperf_tiny__vww_96_int8": "vww_96_int8",
    "mlperf_tiny__pretrainedresnet_quant": "resnet8",
}


def assert_no_more(model: str, core: str, instructions: int) -> None:
    """Fails where `model`, the stem of a file, takes more than 2 % above what is recorded."""
    recorded = counts(RESULTS.read_text("utf-8"))[NAMES[model], core]
    most = recorded * (1 + MARGIN)
    assert instructions <= most, (
        f"{NAMES[model]} takes {instructions:,} instructions on {core}, "
        f"{instructions / recorded - 1:.1%} more than the {recorded:,} of benchmarks/RESULTS.md: "
        "find out why, or record it with `make bench`"
    )


@cache
def counts(results: str) -> dict[tuple[str, str], int]:
    """Returns the instructions of each model on each core, from the first table of `results`."""
    lines = iter(results.splitlines())
    head = next(cells for line in lines if (cells := _cells(line)))
    columns = [head.index(name) for name in ("model", "core", "instructions")]
    assert next(lines).startswith("| ---")
    found = {}
    for cells in map(_cells, lines):
        if not cells:
            break
        model, core, instructions = (cells[i] for i in columns)
        found[model, core] = int(instructions.replace(",", ""))
    return found


def _cells(line: str) -> list[str]:
    """The cells of a line of a table, none of other lines."""
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
