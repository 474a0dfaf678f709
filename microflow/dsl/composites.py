"""The types of values made of others: lists, ranges, and words with arguments."""

from __future__ import annotations

from collections.abc import Callable

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule, Span
from microflow.dsl import units
from microflow.dsl.ast import Argument, Call, Items, Name, Number, Range, Text, Value
from microflow.dsl.types import (
    WRONG_TYPE,
    Reading,
    Type,
    described,
    quantity,
    unknown_choice,
    word,
    wrong_type,
)
from microflow.dsl.values import Affine, Decode, Given

EMPTY_RANGE = Rule(
    "MF2018",
    "empty-range",
    """
The range is empty

A range runs from its lower to its higher end, and the two differ: it holds every value that the
application may meet.

```mflow
real = 26.0 .. -26.0       # wrong
real = -26.0 .. 26.0       # right
```
""",
)

REPEATED = Rule(
    "MF2021",
    "repeated-item",
    """
The list names something twice

Labels of classes must differ, since the application tells classes apart by them; a target is built
once, however often it is named, and a package is written once.

```mflow
labels = ["yes", "no", "yes"]         # wrong: is the third one "maybe"?
```
""",
)


def _list_of(noun: str, example: str, read_item: Callable[[str, Value], Reading]) -> Type:
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
    return wrong_type(key, value, "names", "[host]", better)


def words(noun: str, choices: tuple[str, ...]) -> Type:
    """Returns the type of lists of different words out of `choices`."""
    example = f"[{choices[0]}]"
    items = _list_of(noun, example, word(choices).read)

    def read(key: str, value: Value) -> Reading:
        chosen, findings = items.read(key, value)
        return (None, findings) if chosen is None else (chosen, repeated(key, chosen))

    return Type(noun, example, read)


def _read_label(key: str, value: Value) -> Reading:
    if isinstance(value, Text):
        return value.value, ()
    better = f'"{value.text}"' if isinstance(value, Name) else None
    return wrong_type(key, value, "strings", '["yes", "no"]', better)


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
        return wrong_type(key, value, "integers", "[1, 49, 40, 1]")
    return units.INTEGER.read(key, value)


def _read_range(key: str, value: Value) -> Reading:
    if not isinstance(value, Range):
        return wrong_type(key, value, "a range", "-1.0 .. 1.0")
    low, found = units.REAL.read(key, value.low)
    high, more = units.REAL.read(key, value.high)
    if low is None or high is None:
        return None, (*found, *more)
    if low < high:
        return (low, high), ()
    swapped = f"{value.high.text} .. {value.low.text}"
    fixes = (Fix(f"write `{swapped}`", (Edit(value.span, swapped),), True),) if low > high else ()
    text = f"the range of `{key}` is empty: {value.low.text} is not below {value.high.text}"
    remedy = "write the lower end first" if fixes else "give two ends that differ"
    return None, (Diagnostic(EMPTY_RANGE, text, remedy, value.span, fixes=fixes),)


def _read_decode(key: str, value: Value) -> Reading:
    if not isinstance(value, Name | Call):
        return wrong_type(key, value, "`argmax`", "argmax(threshold = 0.70)")
    name = value.name if isinstance(value, Call) else value
    arguments = value.arguments if isinstance(value, Call) else ()
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


def _read_affine(key: str, value: Value) -> Reading:
    if not isinstance(value, Call):
        if isinstance(value, Name) and value.text != "affine":
            return None, (unknown_choice(key, value.text, value.span, ("affine",)),)
        return wrong_type(key, value, _AFFINE_NOUN, _AFFINE_EXAMPLE)
    if value.name.text != "affine":
        return None, (unknown_choice(key, value.name.text, value.name.span, ("affine",)),)
    read: dict[str, tuple[float, ...]] = {}
    for argument in value.arguments:
        name = argument.name.text if isinstance(argument, Argument) else ""
        if not isinstance(argument, Argument) or name not in _MOMENTS or name in read:
            text = "`affine` takes two arguments, `mean` and `std`"
            remedy = f"write `{_AFFINE_EXAMPLE}`, or leave one of them out"
            return None, (Diagnostic(WRONG_TYPE, text, remedy, argument.span),)
        values, findings = _read_moments(name, argument.value)
        if values is None:
            return None, findings
        read[name] = values
    return Affine(**read), ()


def _read_moments(name: str, value: Value) -> Reading:
    """One number, or a list with one a channel."""
    if not isinstance(value, Items):
        number, findings = _MOMENTS[name].read(name, value)
        return (None if number is None else (number,)), findings
    readings = [_MOMENTS[name].read(name, item) for item in value.values]
    findings = tuple(d for _, found in readings for d in found)
    if findings or readings:
        return (None if findings else tuple(number for number, _ in readings)), findings
    text = f"the list of `{name}` is empty"
    return None, (Diagnostic(WRONG_TYPE, text, "give a number for each channel", value.span),)


def _in_brackets(key: str, value: Value, noun: str, example: str) -> Diagnostics:
    at = value.span
    before = Span(at.path, at.line, at.column, at.line, at.column)
    behind = Span(at.path, at.end_line, at.end_column, at.end_line, at.end_column)
    edits = (Edit(before, "["), Edit(behind, "]"))
    fix = Fix("put it in square brackets", edits, automatic=True)
    text = f"`{key}` takes {noun}, not {described(value)}"
    remedy = f"put it in square brackets, for example `{example}`"
    return (Diagnostic(WRONG_TYPE, text, remedy, at, fixes=(fix,)),)


_THRESHOLD = quantity(units.FRACTION, "0.70")
TARGETS = _list_of("a list of targets", "[host]", _read_reference)
_INTEGERS = _list_of("a list of integers", "[1, 49, 40, 1]", _read_dimension)
SHAPE = Type("a list of integers", "[1, 49, 40, 1]", _read_shape)
RANGE = Type("a range", "-1.0 .. 1.0", _read_range)
_LABEL_LIST = _list_of("a list of strings", '["yes", "no"]', _read_label)
LABELS = Type("a list of strings", '["yes", "no"]', _read_labels)
_MOMENTS = {"mean": quantity(units.MEAN, "127.5"), "std": quantity(units.STD, "127.5")}
_AFFINE_NOUN, _AFFINE_EXAMPLE = "`affine(…)`", "affine(mean = 127.5, std = 127.5)"
AFFINE = Type(_AFFINE_NOUN, _AFFINE_EXAMPLE, _read_affine, (_AFFINE_EXAMPLE,))
DECODE = Type("`argmax`", "argmax(threshold = 0.70)", _read_decode, ("argmax",))
