"""The program around a generated model on this computer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from microflow.codegen.cunit import CModel


@frozen
class DumpedLayer:
    """A layer whose outputs, (offset, bytes) each, are written; where `forced`, then read back."""

    index: int
    outputs: tuple[tuple[int, int], ...]
    forced: bool = False


def render_harness(model: CModel, layers: Sequence[DumpedLayer]) -> str:
    """Returns a C program that includes the model and dumps `layers` while it runs."""
    return _template("harness.c.j2").render(model=model, layers=layers)


def render_board_program(model: CModel) -> str:
    """Returns a C program that runs the model on an emulated board."""
    return _template("image.c.j2").render(model=model)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("microflow.toolchain"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(name)
