"""Paths in a manifest: forward slashes, relative to the file that names them."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule
from microflow.dsl.ast import Text

_DRIVE = re.compile(r"[A-Za-z]:/")

BAD_PATH = Rule(
    "MF2019",
    "bad-path",
    r"""
This is no path

Paths are relative to the manifest and use `/` on every system, so that the same file builds
everywhere. A path is not empty and holds no control characters; `\n` in a string is a newline, not
a folder whose name begins with n.

```mflow
source = "models\\wake.tflite"     # wrong
source = "models/wake.tflite"      # right
```
""",
)


def resolve(path: str, relative_to: str) -> str:
    """Returns `path` as seen from where `relative_to`, the manifest's path, is itself relative to.

    Purely textual: ``.`` and ``..`` are folded, nothing is looked up. Absolute paths stay.
    """
    if path.startswith("/") or _DRIVE.match(path):
        return normpath(path)
    return normpath(join(dirname(relative_to), path))


def check_path(key: str, text: Text) -> Diagnostics:
    """Returns the finding that a string is no path, if it is none."""
    if not text.value.strip():
        found = f"`{key}` is empty"
        return (Diagnostic(BAD_PATH, found, f'write `{key} = "folder/file"`', text.span),)
    if any(ord(c) < 32 or ord(c) == 127 for c in text.value):
        found = f"`{key}` holds a control character"
        remedy = r"separate folders by `/`: `\n` and `\t` in a string are control characters"
        return (Diagnostic(BAD_PATH, found, remedy, text.span),)
    if "\\" not in text.value:
        return ()
    right = '"' + text.value.replace("\\", "/").replace('"', '\\"') + '"'
    return (
        Diagnostic(
            BAD_PATH,
            f"folders in `{key}` are separated by a backslash",
            f"write `{right}`",
            text.span,
            fixes=(Fix("use `/`", (Edit(text.span, right),), automatic=True),),
        ),
    )
