"""Finds every rule of the package, for `mflowc explain` and the documentation.

A rule is a constant ``NAME = Rule("MF1234", …)`` of the module that reports it. Looking for that
form in the sources tells which module to import, so that explaining one rule does not load all.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from microflow.diag import Rule

_PACKAGE = Path(__file__).parent
_DECLARATION = re.compile(r'^[A-Z][A-Z0-9_]* = Rule\(\s*"(MF\d{4})"', re.MULTILINE)


@cache
def modules_by_code() -> Mapping[str, str]:
    """Returns the module that declares each rule, by code in ascending order."""
    found = {
        code: ".".join(("microflow", *path.relative_to(_PACKAGE).with_suffix("").parts))
        for path in sorted(_PACKAGE.rglob("*.py"))
        for code in _DECLARATION.findall(path.read_text("utf-8"))
    }
    return dict(sorted(found.items()))


def rule(code: str) -> Rule | None:
    """Returns the rule with `code`, or None where there is none."""
    module = modules_by_code().get(code)
    return None if module is None else _declared(module)[code]


def rules() -> tuple[Rule, ...]:
    """Returns every rule, by code."""
    return tuple(_declared(module)[code] for code, module in modules_by_code().items())


@cache
def _declared(module: str) -> Mapping[str, Rule]:
    values = vars(importlib.import_module(module)).values()
    return {value.code: value for value in values if isinstance(value, Rule)}
