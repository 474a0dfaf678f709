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
from microflow.dsl.ast import Call, Items, Name, Number, Range, Text, Value
from microflow.dsl.header_names import check_header
from microflow.dsl.paths import check_path
from microflow.dsl.sections import check_section
from microflow.dsl.suggest import closest, is_plain, listed
from microflow.dsl.symbols import check_identifier

Reading: TypeAlias = tuple[Any, Diagnostics]

CALLER = "caller"  # the arena that the application gives

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

The word is none of those that the key takes. The message lists them, or names the one that was
probably meant.

```mflow
optimize = size        # wrong
optimize = flash       # right: balanced, latency, ram or flash
```
""",
)


@frozen
class Type:
    """A type of values. `noun` and `example` serve messages and documentation.

    `choices` are the words that a completion offers.
    """

    noun: str
    example: str
    read: Callable[[str, Value], Reading]
    choices: tuple[str, ...] = ()


def quantity(measure: units.Measure, example: str) -> Type:
    """Returns the type of numbers of one measure, read in its base unit."""

    def read(key: str, value: Value) -> Reading:
        if not isinstance(value, Number):
            return wrong_type(key, value, measure.noun, example)
        return measure.read(key, value)

    return Type(measure.noun, example, read)


def word(choices: tuple[str, ...]) -> Type:
    """Returns the type of one word out of `choices`."""
    noun = "a word" if len(choices) > 1 else f"the word `{choices[0]}`"

    def read(key: str, value: Value) -> Reading:
        text = value.text if isinstance(value, Name) else None
        if text in choices:
            return text, ()
        quoted = value.value if isinstance(value, Text) else None
        if text is None and quoted not in choices:
            return wrong_type(key, value, noun, choices[0])
        if text is None:
            return wrong_type(key, value, noun, choices[0], str(quoted))
        return None, (unknown_choice(key, text, value.span, choices),)

    return Type(noun, choices[0], read, choices)


def _read_flag(key: str, value: Value) -> Reading:
    read, found = _TRUTH.read(key, value)
    return (None if read is None else read == "true"), found


def unknown_choice(key: str, text: str, span: Span, choices: tuple[str, ...]) -> Diagnostic:
    """Returns the finding that `key` does not offer the word `text`."""
    meant = closest(text, choices) or closest(text.removesuffix("_t"), choices)
    sure = is_plain(text, choices) or is_plain(text.removesuffix("_t"), choices)
    fixes = (Fix(f"write `{meant}`", (Edit(span, meant),), sure),) if meant else ()
    offered = f"`{key}` is {'one of ' if len(choices) > 1 else ''}{listed(choices, 20)}"
    remedy = f"did you mean `{meant}`?" if meant else offered
    return Diagnostic(UNKNOWN_CHOICE, f"`{key}` can't be `{text}`", remedy, span, fixes=fixes)


def _text(noun: str, example: str, check: Callable[[str, Text], Diagnostics]) -> Type:
    def read(key: str, value: Value) -> Reading:
        if isinstance(value, Name):
            return wrong_type(key, value, noun, example, f'"{value.text}"')
        if not isinstance(value, Text):
            return wrong_type(key, value, noun, example)
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
    return wrong_type(key, value, "a tensor's name or its index in the model", '"input:0"', better)


def reference(noun: str, example: str, choices: tuple[str, ...] = ()) -> Type:
    """Returns the type of the name of something, or of one of the words `choices`."""

    def read(key: str, value: Value) -> Reading:
        if isinstance(value, Name):
            return value.text, ()
        better = value.value if isinstance(value, Text) and value.value.isidentifier() else None
        return wrong_type(key, value, noun, example, better)

    return Type(noun, example, read, choices)


def _read_alignment(key: str, value: Value) -> Reading:
    if not isinstance(value, Number):
        return wrong_type(key, value, units.ALIGNMENT.noun, "16")
    read, found = units.ALIGNMENT.read(key, value)
    if read is None or int(read).bit_count() == 1:
        return read, found
    return None, (units.no_power_of_two(key, value, int(read)),)


def wrong_type(
    key: str, value: Value, noun: str, example: str, better: str | None = None
) -> Reading:
    """Returns no value, and the finding that `key` takes `noun`; a fix where `better` is known."""
    text = f"`{key}` takes {noun}, not {described(value)}"
    remedy = f"write `{better}`" if better else f"for example `{example}`"
    fixes = (Fix(f"write `{better}`", (Edit(value.span, better),), True),) if better else ()
    return None, (Diagnostic(WRONG_TYPE, text, remedy, value.span, fixes=fixes),)


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
LSB = quantity(units.LSB, "0lsb")
ADDRESS = quantity(units.ADDRESS, "0x2000_0000")
TEXT = _text("a string", '"text"', lambda key, text: ())
PATH = _text("a path in double quotes", '"folder/file"', check_path)
DIGEST = _text("a SHA-256 digest in double quotes", '"3f79…"', _check_digest)
PREFIX = _text("a C identifier in double quotes", '"wake"', _check_prefix)
_TRUTH = word(("true", "false"))
FLAG = Type(_TRUTH.noun, "true", _read_flag, _TRUTH.choices)
MEMORY = reference("the name of a memory", "ram")
ARENA = reference("the name of an arena", "shared", (CALLER,))
HEADER = _text("the name of a header in double quotes", '"my_op.h"', check_header)
SECTION = _text("the name of a section in double quotes", '".noinit"', check_section)
ALIGNMENT = Type(units.ALIGNMENT.noun, "16", _read_alignment)
TENSOR = Type("a tensor's name or its index in the model", '"input:0"', _read_tensor)
