"""Finds the operators: the module ``microflow.ops.conv_2d`` defines CONV_2D, and so on.

A custom operator is found by the name that files have for it, written in lower case with an
underscore before each new word: SignalRfft is in ``microflow.ops.signal_rfft``. A module is
imported when a model uses its operator, so the number of operators costs nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import microflow.ops
from microflow.graph.ir import Operator

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")  # between the words of a name


@cache
def schema_enumeration(name: str) -> dict[int, str]:
    """Returns the members of an enumeration of the TensorFlow Lite schema, by number.

    Loads the one file of the `tflite` package that holds the enumeration: the whole package takes
    longer to import than a model to check.
    """
    package = importlib.util.find_spec("tflite")
    assert package is not None and package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"_tflite_{name.lower()}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    members = vars(getattr(module, name)).items()
    return {number: member for member, number in members if isinstance(number, int)}


def schema_names() -> dict[int, str]:
    """Returns the name of every builtin operator code of the TensorFlow Lite schema."""
    return schema_enumeration("BuiltinOperator")


@cache
def operator(code: int) -> Operator | None:
    """Returns the record of the builtin operator `code`, or None where we have none."""
    name = schema_names().get(code)
    if name is None or name.lower() not in _modules():
        return None
    return _load(name.lower())


@cache
def custom_operator(name: str) -> Operator | None:
    """Returns the record of the custom operator that files call `name`, or None."""
    module = _WORD.sub("_", name).lower()
    if module.startswith("_") or module not in _modules():
        return None
    found = getattr(_module(module), "OPERATOR", None)
    return found if isinstance(found, Operator) and found.custom == name else None


def named(name: str) -> Operator | None:
    """Returns the record of the operator with this name, or with this one in files; in any case."""
    for module in (name.lower(), _WORD.sub("_", name).lower()):
        if not module.startswith("_") and module in _modules():
            found = getattr(_module(module), "OPERATOR", None)
            if isinstance(found, Operator):
                return found
    return None


@cache
def operators() -> tuple[Operator, ...]:
    """Returns every supported operator, by name."""
    known = {name.lower() for name in schema_names().values()}
    return tuple(_load(name) for name in sorted((_modules() & known) | _customs()))


@cache
def _customs() -> frozenset[str]:
    """The modules of custom operators: those that are no builtin one's and define an operator."""
    builtin = {name.lower() for name in schema_names().values()}
    others = (m for m in _modules() - builtin if not m.startswith("_"))
    return frozenset(m for m in others if hasattr(_module(m), "OPERATOR"))


@cache
def _modules() -> frozenset[str]:
    return frozenset(m.name for m in pkgutil.iter_modules(microflow.ops.__path__))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"microflow.ops.{name}")


def _load(name: str) -> Operator:
    found = _module(name).OPERATOR
    assert isinstance(found, Operator)
    return found
