"""The program around a generated model on this computer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from microflow.codegen.cunit import CModel

LayerTable = Sequence[tuple[int, tuple[tuple[int, int], ...]]]


def render_harness(model: CModel, layers: LayerTable) -> str:
    """Returns a C program that includes the model; `layers` lists (index, outputs) to dump."""
    table = [{"index": index, "outputs": outputs} for index, outputs in layers]
    return _template().render(model=model, layers=table)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("microflow.toolchain"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    return environment.get_template("harness.c.j2")
