"""C identifiers: what may be one, what they become in the generated code, and where two clash."""

from __future__ import annotations

import re
from collections.abc import Iterable

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule, Span

NOT_AN_IDENTIFIER = Rule(
    "MF2010",
    "not-an-identifier",
    """
A label is no C identifier

Names of models, inputs, outputs, arenas and memories, and the prefix, become parts of names in the
generated C. They consist of letters without accents, digits and `_`, begin with a letter, and have
at most 63 characters, which is what every C compiler distinguishes.

```mflow
input mel-bins { }      # wrong: `-`
input mel_bins { }      # right: wake_input_mel_bins()
```
""",
)

RESERVED = Rule(
    "MF2011",
    "reserved-word",
    """
A label is a word of C or C++

The generated header is read by C and by C++ compilers, and labels become parameters of its
functions. So they can't be keywords of either language, such as `int`, `new` or `class`, nor names
that compilers and standard headers define, such as `linux`, `int8_t`, `NULL` or `memcpy`, nor begin
with `mf_` or `MF_`, as names of the runtime do.

```mflow
output class { }          # wrong
output category { }       # right
```
""",
)

CLASH = Rule(
    "MF2012",
    "symbol-clash",
    """
Two labels lead to the same name in C

Labels appear in functions (`wake_input_mfcc`) and, in capitals, in macros (`WAKE_MFCC_SHAPE`). Two
labels of one model that differ only in capitals, or an input and an output of the same label, would
define something twice. So would a shared arena that is called like a model.

```mflow
input  x { }
output x { }       # wrong: both define the parameter `x` and the macro `…_X_SHAPE`
output y { }       # right
```
""",
)

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_STANDARD = re.compile(
    r"u?int(_least|_fast)?\d+_t|u?int(ptr|max)_t|(size|ptrdiff|wchar)_t|U?INT\w*_(MIN|MAX|C)|SIZE_MAX"
    r"|M_(E|LOG2E|LOG10E|LN2|LN10|PI|PI_2|PI_4|1_PI|2_PI|2_SQRTPI|SQRT2|SQRT1_2)|HUGE_VAL[FL]?"
)
_RUNTIME = ("mf_", "MF_")  # begin the names of the kernels' functions and macros
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while alignas alignof bool constexpr false nullptr static_assert
    thread_local true typeof asm catch class const_cast delete dynamic_cast explicit export friend
    mutable namespace new operator private protected public reinterpret_cast static_cast template
    this throw try typeid typename using virtual wchar_t char8_t char16_t char32_t concept consteval
    constinit co_await co_return co_yield decltype noexcept requires and and_eq bitand bitor compl
    not not_eq or or_eq xor xor_eq NULL offsetof errno assert stdin stdout stderr memcpy
    memset memcmp memmove INFINITY NAN linux unix
    """,
    )
)


def is_identifier(text: str) -> bool:
    """Tells whether `text` may be a label: a C identifier that no language or header reserves."""
    return _IDENTIFIER.fullmatch(text) is not None and not is_reserved(text)


def is_reserved(text: str) -> bool:
    """Tells whether C, C++ or their standard headers give `text` a meaning."""
    return text in _WORDS or text.startswith(_RUNTIME) or _STANDARD.fullmatch(text) is not None


def sanitised(text: str) -> str:
    """Returns the label nearest to `text`; "" where nothing of it can be kept."""
    word = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lstrip("0123456789_")[:63].rstrip("_")
    while word.startswith(_RUNTIME):
        word = word[len("mf_") :].lstrip("0123456789_")
    return f"{word}_" if is_reserved(word) else word


def check_identifier(what: str, text: str, span: Span, quoted: bool = False) -> Diagnostics:
    """Returns the finding that `text` can't be the label of a `what`, if it can't."""
    if is_identifier(text):
        return ()
    if is_reserved(text):
        rule, found = RESERVED, f"`{text}` is a word of C or C++ and can't name {what}"
    else:
        rule, found = NOT_AN_IDENTIFIER, f"`{text}` is no C identifier and can't name {what}"
    better = sanitised(text)
    if not better:
        return (Diagnostic(rule, found, "use letters, digits and `_`, a letter first", span),)
    edit = Edit(span, f'"{better}"' if quoted else better)
    fixes = (Fix(f"rename to `{better}`", (edit,)),)
    return (Diagnostic(rule, found, f"for example `{better}`", span, fixes=fixes),)


def port_symbols(direction: str, label: str) -> frozenset[str]:
    """Returns the names that an ``input`` or ``output`` brings into a model's C, without prefix."""
    capitals = label.upper()
    macros = {capitals + m for m in ("_SHAPE", "_ELEMENTS", "_SCALE", "_ZERO_POINT")}
    if direction == "input":
        return frozenset(macros | {f"input_{label}", f"push_{label}", f"convert_{label}"})
    return frozenset(macros | {f"output_{label}", f"decode_{label}", f"{label}_labels"})


def check_clashes(ports: Iterable[tuple[str, str, Span]]) -> Diagnostics:
    """Returns a finding for each port (direction, label, place) whose symbols another one has."""
    owners: dict[str, tuple[str, str, Span]] = {}
    found: list[Diagnostic] = []
    for port in ports:
        symbols = port_symbols(port[0], port[1])
        taken = sorted(s for s in symbols if s in owners)
        if taken:
            found.append(_clash(port, owners[taken[0]], taken[0]))
        owners |= {s: port for s in symbols if s not in owners}
    return tuple(found)


def _clash(port: tuple[str, str, Span], other: tuple[str, str, Span], symbol: str) -> Diagnostic:
    direction, label, span = port
    return Diagnostic(
        CLASH,
        f"{direction} `{label}` and {other[0]} `{other[1]}` would both define `…_{symbol}` in C",
        f"rename one of them, for example `{label}_{'in' if direction == 'input' else 'out'}`",
        span,
        labels=(Label(other[2], f"{other[0]} `{other[1]}`"),),
    )
