"""The types of values: how each is written, and what it is once read.

A type's `read` takes a key's name, for messages, and the value from the syntax tree; it returns the
value for the binder, or None with the findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule, Span
from microflow.dsl import units
from microflow.dsl.ast import Argument, Call, Items, Name, Number, Range, Text, Value
from microflow.dsl.paths import check_path
from microflow.dsl.suggest import closest, listed
from microflow.dsl.symbols import check_identifier
from microflow.dsl.values import Decode, Given

Reading: TypeAlias = tuple[Any, Diagnostics]

WRONG_TYPE = Rule(
    "MF2004",
    "wrong-type",
    """
The value has the wrong type

Every key takes one type of value. Words are choices and references and stand without quotes; paths
and text stand in double quotes; a list stands in square brackets even if it holds one value.

```mflow
source   = models/wake.tflite       # wrong: a path is text
optimize = "ram"                    # wrong: a choice is a word
targets  = host                     # wrong: a list
```

```mflow
source   = "models/wake.tflite"
optimize = ram
targets  = [host]
```
""",
)

UNKNOWN_CHOICE = Rule(
    "MF2006",
    "unknown-choice",
    """
The key does not offer this choice

The message lists what the key offers.

```mflow
optimize = size        # wrong
optimize = flash       # right: balanced, latency, ram or flash
```
""",
)

EMPTY_RANGE = Rule(
    "MF2018",
    "empty-range",
    """
The range is empty

A range runs from its lower to its higher end, and the two differ.

```mflow
real = 26.0 .. -26.0       # wrong
real = -26.0 .. 26.0       # right
```
""",
)

UNSUPPORTED_CHOICE = Rule(
    "MF2020",
    "unsupported-choice",
    """
This version does not support the choice yet

The language knows the choice, but this version of the compiler does not implement it. Taking another
silently would give other results than you asked for, so the build stops.

```mflow
profile = xnnpack       # not yet
profile = tflm          # the arithmetic of TensorFlow Lite Micro
```
""",
)

REPEATED = Rule(
    "MF2021",
    "repeated-item",
    """
The list names something twice

Labels of classes must differ, since the application tells classes apart by them; a target is built
once, however often it is named.

```mflow
labels = ["yes", "no", "yes"]         # wrong: is the third one "maybe"?
```
""",
)


@frozen
class Type:
    """A type of values. `noun` and `example` serve messages and documentation.

    `choices` are the words a completion offers; `refers` is the kind of block a word names.
    """

    noun: str
    example: str
    read: Callable[[str, Value], Reading]
    choices: tuple[str, ...] = ()
    refers: str = ""


def quantity(measure: units.Measure, example: str) -> Type:
    """Returns the type of numbers of one measure, read in its base unit."""

    def read(key: str, value: Value) -> Reading:
        if not isinstance(value, Number):
            return _wrong(key, value, measure.noun, example)
        return measure.read(key, value)

    return Type(measure.noun, example, read)


def word(choices: tuple[str, ...], later: tuple[str, ...] = ()) -> Type:
    """Returns the type of one word out of `choices`; those of `later` are not supported yet."""
    noun = "a word" if len(choices) > 1 else f"the word `{choices[0]}`"

    def read(key: str, value: Value) -> Reading:
        text = value.text if isinstance(value, Name) else None
        if text in choices:
            return text, ()
        if text in later:
            return None, (_unsupported(key, value, str(text), choices),)
        quoted = value.value if isinstance(value, Text) else None
        if text is None and quoted not in choices:
            return _wrong(key, value, noun, choices[0])
        if text is None:
            return _wrong(key, value, noun, choices[0], str(quoted))
        return None, (unknown_choice(key, text, value.span, choices),)

    return Type(noun, choices[0], read, choices)


def unknown_choice(key: str, text: str, span: Span, choices: tuple[str, ...]) -> Diagnostic:
    """Returns the finding that `key` does not offer the word `text`."""
    meant = closest(text, choices) or closest(text.removesuffix("_t"), choices)
    fixes = (Fix(f"write `{meant}`", (Edit(span, meant),)),) if meant else ()
    offered = f"`{key}` is {'one of ' if len(choices) > 1 else ''}{listed(choices, 20)}"
    remedy = f"did you mean `{meant}`?" if meant else offered
    return Diagnostic(UNKNOWN_CHOICE, f"`{key}` can't be `{text}`", remedy, span, fixes=fixes)


def _text(noun: str, example: str, check: Callable[[str, Text], Diagnostics]) -> Type:
    def read(key: str, value: Value) -> Reading:
        if isinstance(value, Name):
            return _wrong(key, value, noun, example, f'"{value.text}"')
        if not isinstance(value, Text):
            return _wrong(key, value, noun, example)
        findings = check(key, value)
        return (None if findings else value.value), findings

    return Type(noun, example, read)


def _check_digest(key: str, text: Text) -> Diagnostics:
    if re.fullmatch(r"[0-9a-fA-F]{64}", text.value):
        return ()
    found = f"`{key}` takes 64 hexadecimal digits; these are {len(text.value)} characters"
    remedy = "copy what `sha256sum` prints for the model, or remove the key"
    return (Diagnostic(WRONG_TYPE, found, remedy, text.span),)


def _check_prefix(key: str, text: Text) -> Diagnostics:
    return check_identifier("a prefix", text.value, text.span, quoted=True)


def _read_tensor(key: str, value: Value) -> Reading:
    if isinstance(value, Text):
        return value.value, ()
    if isinstance(value, Number):
        return units.ADDRESS.read(key, value)
    better = f'"{value.text}"' if isinstance(value, Name) else None
    return _wrong(key, value, "a tensor's name or its index in the model", '"input:0"', better)


def _listed(noun: str, example: str, read_item: Callable[[str, Value], Reading]) -> Type:
    def read(key: str, value: Value) -> Reading:
        if not isinstance(value, Items):
            return None, _in_brackets(key, value, noun, example)
        readings = [read_item(key, item) for item in value.values]
        findings = tuple(d for _, found in readings for d in found)
        if findings:
            return None, findings
        items = zip(readings, value.values, strict=True)
        return tuple(Given(reading[0], item.span) for reading, item in items), ()

    return Type(noun, example, read)


def _read_reference(key: str, value: Value) -> Reading:
    if isinstance(value, Name):
        return value.text, ()
    better = value.value if isinstance(value, Text) and value.value.isidentifier() else None
    return _wrong(key, value, "names", "[host]", better)


def _read_label(key: str, value: Value) -> Reading:
    if isinstance(value, Text):
        return value.value, ()
    better = f'"{value.text}"' if isinstance(value, Name) else None
    return _wrong(key, value, "strings", '["yes", "no"]', better)


def _read_labels(key: str, value: Value) -> Reading:
    labels, findings = _LABEL_LIST.read(key, value)
    if labels is None:
        return None, findings
    return labels, repeated(key, labels)


def repeated(key: str, items: tuple[Given[str], ...]) -> Diagnostics:
    """Returns a finding for each item that stood in the list before."""
    seen: dict[str, Given[str]] = {}
    found = []
    for item in items:
        if item.value in seen:
            text = f'`{key}` holds "{item.value}" twice'
            found.append(Diagnostic(REPEATED, text, "remove or rename one of the two", item.span))
        seen.setdefault(item.value, item)
    return tuple(found)


def _read_shape(key: str, value: Value) -> Reading:
    shape, findings = _INTEGERS.read(key, value)
    return (None if shape is None else tuple(d.value for d in shape)), findings


def _read_dimension(key: str, value: Value) -> Reading:
    if not isinstance(value, Number):
        return _wrong(key, value, "integers", "[1, 49, 40, 1]")
    return units.INTEGER.read(key, value)


def _read_range(key: str, value: Value) -> Reading:
    if not isinstance(value, Range):
        return _wrong(key, value, "a range", "-1.0 .. 1.0")
    low, found = units.REAL.read(key, value.low)
    high, more = units.REAL.read(key, value.high)
    if low is None or high is None:
        return None, (*found, *more)
    if low < high:
        return (low, high), ()
    swapped = f"{value.high.text} .. {value.low.text}"
    fixes = (Fix(f"write `{swapped}`", (Edit(value.span, swapped),)),) if low > high else ()
    text = f"the range of `{key}` is empty: {value.low.text} is not below {value.high.text}"
    remedy = "write the lower end first" if fixes else "give two ends that differ"
    return None, (Diagnostic(EMPTY_RANGE, text, remedy, value.span, fixes=fixes),)


def _read_decode(key: str, value: Value) -> Reading:
    if isinstance(value, Name):
        name, arguments = value, ()
    elif isinstance(value, Call):
        name, arguments = value.name, value.arguments
    else:
        return _wrong(key, value, "`argmax`", "argmax(threshold = 0.70)")
    if name.text != "argmax":
        return None, (unknown_choice(key, name.text, name.span, ("argmax",)),)
    if not arguments:
        return Decode(None), ()
    first, *rest = arguments
    if rest or not isinstance(first, Argument) or first.name.text != "threshold":
        wrong = rest[0] if rest else first
        text = "`argmax` takes one argument, `threshold`"
        remedy = "write `argmax(threshold = 0.70)` or `argmax`"
        return None, (Diagnostic(WRONG_TYPE, text, remedy, wrong.span),)
    threshold, findings = _THRESHOLD.read("threshold", first.value)
    return (None if threshold is None else Decode(threshold)), findings


def _wrong(key: str, value: Value, noun: str, example: str, better: str | None = None) -> Reading:
    text = f"`{key}` takes {noun}, not {described(value)}"
    remedy = f"write `{better}`" if better else f"for example `{example}`"
    fixes = (Fix(f"write `{better}`", (Edit(value.span, better),)),) if better else ()
    return None, (Diagnostic(WRONG_TYPE, text, remedy, value.span, fixes=fixes),)


def _in_brackets(key: str, value: Value, noun: str, example: str) -> Diagnostics:
    at = value.span
    before = Span(at.path, at.line, at.column, at.line, at.column)
    behind = Span(at.path, at.end_line, at.end_column, at.end_line, at.end_column)
    fix = Fix("put it in square brackets", (Edit(before, "["), Edit(behind, "]")))
    text = f"`{key}` takes {noun}, not {described(value)}"
    remedy = f"put it in square brackets, for example `{example}`"
    return (Diagnostic(WRONG_TYPE, text, remedy, at, fixes=(fix,)),)


def _unsupported(key: str, value: Value, text: str, choices: tuple[str, ...]) -> Diagnostic:
    edits = (Edit(value.span, choices[0]),)
    return Diagnostic(
        UNSUPPORTED_CHOICE,
        f"`{key} = {text}` is not supported by this version",
        f"use {listed(choices)}",
        value.span,
        fixes=(Fix(f"write `{choices[0]}`", edits),),
    )


def described(value: Value) -> str:
    """Returns what a value is, for a message."""
    kinds: dict[type, str] = {
        Name: "a word",
        Number: "a number",
        Text: "a string",
        Range: "a range",
        Items: "a list",
        Call: "a word with arguments",
    }
    return kinds[type(value)]


SIZE = quantity(units.SIZE, "64KiB")
TIME = quantity(units.TIME, "20ms")
FREQUENCY = quantity(units.FREQUENCY, "64MHz")
ADDRESS = quantity(units.ADDRESS, "0x2000_0000")
_THRESHOLD = quantity(units.FRACTION, "0.70")
TEXT = _text("a string", '"text"', lambda key, text: ())
PATH = _text("a path in double quotes", '"folder/file"', check_path)
DIGEST = _text("a SHA-256 digest in double quotes", '"3f79…"', _check_digest)
PREFIX = _text("a C identifier in double quotes", '"wake"', _check_prefix)
TENSOR = Type("a tensor's name or its index in the model", '"input:0"', _read_tensor)
TARGETS = _listed("a list of targets", "[host]", _read_reference)
_INTEGERS = _listed("a list of integers", "[1, 49, 40, 1]", _read_dimension)
SHAPE = Type("a list of integers", "[1, 49, 40, 1]", _read_shape)
RANGE = Type("a range", "-1.0 .. 1.0", _read_range)
_LABEL_LIST = _listed("a list of strings", '["yes", "no"]', _read_label)
LABELS = Type("a list of strings", '["yes", "no"]', _read_labels)
DECODE = Type("`argmax`", "argmax(threshold = 0.70)", _read_decode, ("argmax",))
