"""Compiles TensorFlow Lite models, described by a small manifest, into plain C.

    analysis = microflow.analyse("wake.mflow")
    for output in microflow.build(analysis):
        print(output.target.name, sorted(output.files))

Names are loaded when they are asked for: importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microflow.analysis import Analysis, Output
    from microflow.api import analyse, build
    from microflow.diag import Diagnostic

__all__ = ["Analysis", "Diagnostic", "Output", "analyse", "build"]

_HOMES = {
    "Analysis": "microflow.analysis",
    "Diagnostic": "microflow.diag",
    "Output": "microflow.analysis",
    "analyse": "microflow.api",
    "build": "microflow.api",
}


def __getattr__(name: str) -> Any:
    """Loads a public name (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'microflow' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
