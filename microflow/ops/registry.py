"""Finds the operators: the module ``microflow.ops.conv_2d`` defines CONV_2D, and so on.

A module is imported when a model uses its operator, so the number of operators costs nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path

import microflow.ops
from microflow.graph.ir import Operator


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
def operators() -> tuple[Operator, ...]:
    """Returns every supported operator, by name."""
    known = {name.lower() for name in schema_names().values()}
    return tuple(_load(name) for name in sorted(_modules() & known))


@cache
def _modules() -> frozenset[str]:
    return frozenset(m.name for m in pkgutil.iter_modules(microflow.ops.__path__))


def _load(name: str) -> Operator:
    found = importlib.import_module(f"microflow.ops.{name}").OPERATOR
    assert isinstance(found, Operator)
    return found
