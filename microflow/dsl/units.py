"""Numbers with units: sizes, times, frequencies, counts and fractions, in their base unit."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule
from microflow.dsl.ast import Number
from microflow.dsl.suggest import listed

UNIT = Rule(
    "MF2007",
    "unit",
    """
A unit is missing or does not fit

Sizes, times and frequencies are written with their unit, directly behind the number, so that nobody
has to guess whether `64` means bytes or kibibytes. Other numbers take no unit.

```mflow
budget { flash = 64KiB; ram = 1536B; latency = 20ms }
```

| kind | units |
| --- | --- |
| size | `B`, `KiB` (1024 bytes), `MiB` (1024 KiB) |
| time | `us`, `ms`, `s` |
| frequency | `Hz`, `kHz`, `MHz` |
| fraction | none, or `%` |
| tolerance | `lsb`, steps of an integer |
""",
)

AMBIGUOUS = Rule(
    "MF2008",
    "ambiguous-unit",
    """
`K`, `KB`, `M` and `MB` have two meanings

Some datasheets count 1000 bytes to a kilobyte, others 1024. The difference is 2.4 % for `KB` and
4.9 % for `MB`: enough to overflow a flash that seems to have room.

```mflow
flash = 64KB        # wrong: 65536 bytes or 64000?
flash = 64KiB       # 65536 bytes
flash = 64000B      # 64000 bytes
```

Memories of microcontrollers come in multiples of 1024 bytes: `KiB` is nearly always meant.
""",
)

OUT_OF_RANGE = Rule(
    "MF2009",
    "out-of-range",
    """
A number is outside what its key allows

Sizes, times and frequencies are positive; sizes are whole bytes; a fraction lies between 0 and 1;
an alignment is a power of two.

```mflow
budget { ram = 0KiB }                     # wrong: nothing fits into no memory
decode = argmax(threshold = 70)           # wrong: write 0.70
budget { ram = 24KiB }                    # right
```

Leave a budget's key out where there is no limit.
""",
)


@frozen
class Measure:
    """A kind of number. `units` gives the factor of each unit as a fraction; "" means no unit."""

    noun: str
    units: Mapping[str, tuple[int, int]]
    low: float
    high: float
    bounds: str
    whole: bool = False

    def read(self, key: str, number: Number) -> tuple[int | float | None, Diagnostics]:
        """Returns the number in the base unit, or None with a finding that names `key`."""
        unit = number.unit.text if number.unit else ""
        if unit not in self.units:
            return None, (self._wrong_unit(key, number, unit),)
        over, under = self.units[unit]
        value = number.value * over / under if under > 1 else number.value * over
        if self.whole and value != int(value):
            return None, (self._outside(key, number, f"{self.noun} is a whole number"),)
        if not self.low <= value <= self.high:
            return None, (self._outside(key, number, f"it must be {self.bounds}"),)
        return (int(value) if self.whole else float(value)), ()

    def _wrong_unit(self, key: str, number: Number, unit: str) -> Diagnostic:
        if "KiB" in self.units and unit.lower() in _DECIMAL:
            return _ambiguous(key, number, unit)
        known = [u for u in self.units if u]
        meant = _meant(unit, self.units)
        places = tuple(_respelt(number, u, automatic=bool(u and unit)) for u in meant)
        takes = f"in {listed(known)}" if known else "without a unit"
        takes = f"without a unit or {takes}" if known and "" in self.units else takes
        if not unit:
            text = f"`{key}` is {self.noun} and needs a unit"
        elif unit in UNITS:
            text = f"`{unit}` is no unit of what `{key}` takes, {self.noun}"
        else:
            text = f"unknown unit `{unit}`"
        return Diagnostic(UNIT, text, f"write {self.noun} {takes}", number.span, fixes=places)

    def _outside(self, key: str, number: Number, why: str) -> Diagnostic:
        text = f"`{key}` is {_written(number)}, but {why}"
        return Diagnostic(OUT_OF_RANGE, text, f"give {self.noun}, {self.bounds}", number.span)


def no_power_of_two(key: str, number: Number, value: int) -> Diagnostic:
    """Returns the finding that `value`, as `number` gives it, is no power of two."""
    better = str(1 << value.bit_length())
    text = f"`{key}` is {_written(number)}, but it must be a power of two"
    fixes = (_rewritten(number, better, f"write `{better}`"),)
    return Diagnostic(OUT_OF_RANGE, text, f"write `{better}`", number.span, fixes=fixes)


def _meant(unit: str, units: Mapping[str, tuple[int, int]]) -> list[str]:
    if not unit:
        return [u for u in units if u]
    folded = {u.casefold(): u for u in units}
    found = folded.get(_ALIASES.get(unit.casefold(), unit.casefold()))
    if found is not None:
        return [found]
    return [""] if list(units) == [""] else []


def _ambiguous(key: str, number: Number, unit: str) -> Diagnostic:
    factor, binary, decimal = _DECIMAL[unit.lower()]
    times = number.value * factor
    kibi = f"{_decimal(number) if factor == 1 else _plain(times)}{binary}"
    fixes = [_rewritten(number, kibi, f"`{kibi}`, with 1024 bytes to the kilobyte")]
    if number.value * decimal == int(number.value * decimal):
        kilo = f"{int(number.value * decimal)}B"
        fixes.append(_rewritten(number, kilo, f"`{kilo}`, with 1000 bytes to the kilobyte"))
    return Diagnostic(
        AMBIGUOUS,
        f"`{unit}` has two meanings: `{key}` could be multiples of 1024 or of 1000 bytes",
        f"write `{kibi}`, or the number of bytes with `B`",
        number.span,
        fixes=tuple(fixes),
    )


def _respelt(number: Number, unit: str, automatic: bool) -> Fix:
    text = _decimal(number) + unit if unit else number.text
    return _rewritten(number, text, f"write `{text}`", automatic)


def _rewritten(number: Number, text: str, title: str, automatic: bool = False) -> Fix:
    return Fix(title, (Edit(number.span, text),), automatic)


def _plain(value: int | float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _decimal(number: Number) -> str:
    """Returns the number so that a unit may follow: `0x1` and `B` together are another number."""
    return number.text if number.text.lstrip("+-")[1:2] not in "xXbB" else _plain(number.value)


def _written(number: Number) -> str:
    return f"`{number.text}{number.unit.text if number.unit else ''}`"


_MOST_BYTES = 1 << 40
_SIZES = {"B": (1, 1), "KiB": (1024, 1), "MiB": (1 << 20, 1)}
_TIMES = {"us": (1, 10**6), "ms": (1, 1000), "s": (1, 1)}
_FREQUENCIES = {"Hz": (1, 1), "kHz": (1000, 1), "MHz": (10**6, 1)}

SIZE = Measure("a size", _SIZES, 1, _MOST_BYTES, "at least 1B and at most 1048576MiB", whole=True)
TIME = Measure("a time", _TIMES, 1e-9, 1e6, "more than 0s and at most 1000000s")
FREQUENCY = Measure(
    "a frequency", _FREQUENCIES, 1, 1e11, "at least 1Hz and at most 100000MHz", whole=True
)
ADDRESS = Measure("an address", {"": (1, 1)}, 0, 2**63, "at least 0", whole=True)
ALIGNMENT = Measure(
    "an alignment in bytes", {"": (1, 1)}, 1, 4096, "a power of two from 1 to 4096", whole=True
)
FRACTION = Measure("a fraction", {"": (1, 1), "%": (1, 100)}, 0.0, 1.0, "between 0 and 1")
LSB = Measure(
    "a tolerance", {"lsb": (1, 1)}, 0, 255, "at least 0lsb and at most 255lsb", whole=True
)
INTEGER = Measure("an integer", {"": (1, 1)}, -(2**63), 2**63, "at most 63 bits wide", whole=True)
MEAN = Measure("a number", {"": (1, 1)}, -1e30, 1e30, "from -1e30 to 1e30")
STD = Measure("a positive number", {"": (1, 1)}, 1e-30, 1e30, "from 1e-30 to 1e30")
REAL = Measure("a number", {"": (1, 1)}, -1e300, 1e300, "at most 1e300")

UNITS = frozenset(["KB", "kB", "K", "k", "M", "MB", "G", "GB", "GiB", "%", "lsb"]).union(
    _SIZES, _TIMES, _FREQUENCIES
)
_ALIASES = {
    "b": "b",
    "byte": "b",
    "bytes": "b",
    "kibibytes": "kib",
    "mebibytes": "mib",
    "µs": "us",
    "μs": "us",
    "usec": "us",
    "msec": "ms",
    "sec": "s",
    "seconds": "s",
    "hertz": "hz",
}
_DECIMAL = {  # factor, unit of 1024, bytes with 1000
    "k": (1, "KiB", 1000),
    "kb": (1, "KiB", 1000),
    "m": (1, "MiB", 10**6),
    "mb": (1, "MiB", 10**6),
    "g": (1024, "MiB", 10**9),
    "gb": (1024, "MiB", 10**9),
}
