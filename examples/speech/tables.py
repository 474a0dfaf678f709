# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Write the constant tables of log_mel.h, or check that they are what this script writes.

    python tables.py           check; exits 1 when log_mel.h is stale
    python tables.py --write   rewrite the section between the two markers

Everything is computed with `decimal` at 60 digits, so the result depends on no machine's libm.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, getcontext
from pathlib import Path

RATE = 16_000
FRAME_SAMPLES = 480
FFT_POINTS = 512
BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 125, 7_500
LOG2_SEGMENTS, LOG2_BITS = 32, 12
BEGIN = "/* tables: begin, written by tables.py */\n/* clang-format off */\n"
END = "/* clang-format on */\n/* tables: end */\n"

getcontext().prec = 60


def arctan_of_inverse(n: int) -> Decimal:
    """arctan(1 / n) by its power series."""
    term = Decimal(1) / n
    total, k = term, 1
    while abs(term) > Decimal("1e-58"):
        term = -term / (n * n)
        k += 2
        total += term / k
    return total


PI = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))


def sin(x: Decimal) -> Decimal:
    """Sine of an angle between 0 and pi / 2 radians by its power series."""
    term = total = x
    k = 1
    while abs(term) > Decimal("1e-58"):
        term = -term * x * x / ((k + 1) * (k + 2))
        k += 2
        total += term
    return total


def to_int(x: Decimal) -> int:
    """The nearest integer."""
    return int(x.quantize(Decimal(1), ROUND_HALF_UP))


def quarter_sine() -> list[int]:
    """sin(2 pi i / 512) in Q15 for i from 0 to 128."""
    return [to_int(32768 * sin(2 * PI * i / FFT_POINTS)) for i in range(FFT_POINTS // 4 + 1)]


def half_window() -> list[int]:
    """First half of the Hann window sin(pi (n + 1/2) / 480)^2 in Q15."""
    angles = [PI * (2 * n + 1) / (2 * FRAME_SAMPLES) for n in range(FRAME_SAMPLES // 2)]
    return [to_int(32768 * sin(angle) ** 2) for angle in angles]


def mel(hertz: Decimal) -> Decimal:
    """A frequency on the mel scale."""
    return 1127 * (1 + hertz / 700).ln()


def mel_bands() -> tuple[list[int], list[int]]:
    """Where each of the 41 segments between band centres begins, and the bins' weights.

    The weight (of 256) is a bin's share for the band above it; the band below gets the rest.
    """
    lowest, highest = mel(Decimal(LOWEST_HZ)), mel(Decimal(HIGHEST_HZ))
    spacing = (highest - lowest) / (BANDS + 1)
    first_bin = [0] * (BANDS + 2)
    weights = []
    for k in range(FFT_POINTS // 2):
        position = (mel(Decimal(k * RATE) / FFT_POINTS) - lowest) / spacing
        if 0 <= position < BANDS + 1:
            weights.append(min(to_int(256 * (position % 1)), 255))
        for segment in range(BANDS + 2):
            if position < segment:
                first_bin[segment] = k + 1
    return first_bin, weights


def log2_table() -> list[int]:
    """log2(1 + i / 32) with 12 fraction bits for i from 0 to 32."""
    ln2 = Decimal(2).ln()
    inputs = [1 + Decimal(i) / LOG2_SEGMENTS for i in range(LOG2_SEGMENTS + 1)]
    return [to_int(2**LOG2_BITS * x.ln() / ln2) for x in inputs]


def c_array(ctype: str, name: str, comment: str, values: Sequence[int]) -> str:
    """A table in C, at most 100 columns wide."""
    width = len(str(max(values)))
    columns = 94 // (width + 2)
    rows = [values[i : i + columns] for i in range(0, len(values), columns)]
    body = ",\n    ".join(", ".join(f"{value:{width}d}" for value in row) for row in rows)
    return f"/* {comment} */\nstatic const {ctype} {name}[{len(values)}] = {{\n    {body}}};\n"


def tables() -> str:
    """All the tables of log_mel.h."""
    first_bin, weights = mel_bands()
    return "\n".join(
        [
            c_array("uint16_t", "log_mel_quarter_sine", "sin(2 pi i / 512), Q15", quarter_sine()),
            c_array(
                "uint16_t",
                "log_mel_half_window",
                "first half of the Hann window, Q15",
                half_window(),
            ),
            c_array(
                "uint8_t",
                "log_mel_first_bin",
                "where each stretch between two band centres begins, and the end",
                first_bin,
            ),
            c_array(
                "uint8_t",
                "log_mel_rising_weight",
                "share (of 256) of each bin that goes to the band above",
                weights,
            ),
            c_array("uint16_t", "log_mel_log2_table", "log2(1 + i / 32), Q12", log2_table()),
        ]
    )


def main() -> int:
    """Check the tables, or write them."""
    parser = argparse.ArgumentParser(description="Write or check the tables of log_mel.h.")
    parser.add_argument("--write", action="store_true", help="rewrite the tables in place")
    header = Path(__file__).with_name("log_mel.h")
    write: bool = parser.parse_args().write
    text = header.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = f"{before}{BEGIN}{tables()}{END}{after}"
    if write:
        header.write_text(fresh, encoding="utf-8")
        return 0
    if fresh != text:
        print(f"{header.name}: the tables are stale; run tables.py --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
