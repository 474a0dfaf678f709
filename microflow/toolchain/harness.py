"""The programs around a generated model: on this computer, and on an emulated board."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.codegen.cunit import CModel
from microflow.codegen.render import render_template
from microflow.graph.tensor import Tensor

PACKAGE = "microflow.toolchain"  # of the templates


@frozen
class DumpedLayer:
    """A layer whose outputs, (offset, bytes) each, are written; where `forced`, then read back."""

    index: int
    outputs: tuple[tuple[int, int], ...]
    forced: bool = False


def render_harness(model: CModel, layers: Sequence[DumpedLayer]) -> str:
    """Returns a C program that includes the model and dumps `layers` while it runs."""
    return render_template("harness.c.j2", PACKAGE, model=model, layers=layers)


def render_board_program(model: CModel) -> str:
    """Returns a C program that runs the model on an emulated board."""
    return render_template("image.c.j2", PACKAGE, model=model)


def render_frontend(tensor: Tensor) -> str:
    """Returns a C program that makes `tensor` of sound, with the header ``frontend.h``."""
    values = {"c_type": tensor.dtype.c_type, "elements": tensor.elements}
    return render_template("frontend.c.j2", PACKAGE, **values)
