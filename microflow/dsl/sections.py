"""Names of linker sections: what may be one, and which the compiler fills itself."""

from __future__ import annotations

import re

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.ast import Text

_SECTION = re.compile(r"\.?[A-Za-z_][A-Za-z0-9_.]{0,61}")
_FILLED = ("text", "data", "rodata", "bss")

NOT_A_SECTION = Rule(
    "MF2031",
    "not-a-section",
    """
The name can't be that of a section

Sections are what a linker script puts into memories. Their names consist of letters, digits, `_`
and `.`, and begin with a letter, `_` or `.`. The compiler fills `.text`, `.rodata`, `.data` and
`.bss` itself: what shall lie elsewhere needs a section with another name. A memory of a target
gives its name to a section, so it can't be called `text`, `rodata`, `data` or `bss` either.

```mflow
arena shared { section = ".bss" }             # wrong: everything else lies there too
arena shared { section = ".noinit.mflow" }    # right
```

`docs/memory.md` shows the lines for the linker script.
""",
)


def section_of(memory: str) -> str:
    """Returns the section of what is placed in a memory; "" for the compiler's own sections."""
    return "" if memory in ("flash", "ram") else f".{memory}"


def is_filled(memory: str) -> bool:
    """Tells whether the compiler itself fills the section that a memory would give its name to."""
    return memory in _FILLED


def check_section(key: str, text: Text) -> Diagnostics:
    """Returns the finding that `text` can't name a section, if it can't."""
    name = text.value
    if name.removeprefix(".") in _FILLED:
        found = f"the compiler fills the section `{name}` itself"
        remedy = 'name another one, for example ".noinit.mflow"'
        return (Diagnostic(NOT_A_SECTION, found, remedy, text.span),)
    if _SECTION.fullmatch(name):
        return ()
    found = f"`{key}` takes the name of a section"
    remedy = 'use letters, digits, `_` and `.`, for example ".noinit.mflow"'
    return (Diagnostic(NOT_A_SECTION, found, remedy, text.span),)
