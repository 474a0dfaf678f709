"""Names of headers, as they stand behind ``#include``."""

from __future__ import annotations

import re

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.ast import Text

_HEADER = re.compile(r"([\w.+-]+/)*[\w.+-]+\.(h|hh|hpp|hxx)", re.ASCII)
_LONGEST = 200

NOT_A_HEADER = Rule(
    "MF2041",
    "not-a-header",
    """
The name can't be that of a header

The generated C includes the header by this name, so that it must be one that every compiler takes:
letters without accents, digits, `_`, `-`, `+` and `.`, with `/` between folders, no `/` in front,
and `.h` at the end (or `.hh`, `.hpp`, `.hxx`). It is looked for on the include path, not beside
the manifest.

```mflow
custom my_op { operator = "MyOp"; header = "C:\\dsp\\my op.h" }   # wrong
custom my_op { operator = "MyOp"; header = "dsp/my_op.h" }       # right
```
""",
)


def check_header(key: str, text: Text) -> Diagnostics:
    """Returns the finding that `text` can't name a header, if it can't."""
    if len(text.value) <= _LONGEST and _HEADER.fullmatch(text.value):
        return ()
    found = f"`{key}` takes the name of a header, as it stands behind `#include`"
    remedy = 'use letters, digits, `_`, `-` and `/`, and end with `.h`: for example "dsp/my_op.h"'
    return (Diagnostic(NOT_A_HEADER, found, remedy, text.span),)
