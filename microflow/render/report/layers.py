"""The layers as rows of a table, with their shares of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import frozen

from microflow.render.report.facts import Layer, Result, Step, Tensor
from microflow.render.report.numbers import grouped, percent, place


@frozen
class Share:
    """A number of one layer: as text, as part of all, and as a bar beside the largest."""

    number: int
    text: str
    share: str
    bar: str


@frozen
class Row:
    """A layer. `band` names the band that it runs in; `style` tells where in it."""

    index: int
    operator: str
    style: str
    band: str
    inputs: str
    outputs: str
    type: str
    kernels: str
    shares: tuple[Share, ...]


@frozen
class Layers:
    """The rows and their sums. Columns of which nothing is known are left out."""

    rows: tuple[Row, ...]
    totals: tuple[str, ...]
    type: str  # of all tensors, empty where there are several
    headings: tuple[str, ...]  # of the columns of numbers
    banded: bool

    @property
    def count(self) -> str:
        """How many there are."""
        return f"{len(self.rows)} layer{'' if len(self.rows) == 1 else 's'}"

    @property
    def span(self) -> int:
        """The columns between the operator's and the numbers."""
        return 3 + self.banded + (not self.type)

    @property
    def note(self) -> str:
        """What is to be known of the numbers."""
        types = f" All tensors are {self.type}." if self.type else ""
        timed = len(self.headings) > 2
        cycles = "" if timed else " There is no model of time for this core."
        return (
            f"MACs are multiply-accumulates. Constants are the bytes of weights and biases; what "
            f"kernels keep beside them is in the sum of constants above.{types}{cycles}"
        )


def layers(result: Result) -> Layers:
    """Returns the table of a result's layers."""
    bands = {i: step for step in result.plan.steps if step.is_band for i in step.operators}
    columns = _columns(result)
    types = list(dict.fromkeys(t.type for t in result.tensors.values()))
    shares = zip(*([_share(n, column) for n in column] for column in columns.values()), strict=True)
    return Layers(
        rows=tuple(
            _row(layer, bands.get(layer.index), numbers)
            for layer, numbers in zip(result.layers, shares, strict=True)
        ),
        totals=tuple(grouped(sum(column)) for column in columns.values()),
        type=types[0] if len(types) == 1 else "",
        headings=tuple(columns),
        banded=bool(bands),
    )


def _columns(result: Result) -> dict[str, list[int]]:
    """The numbers of all layers, by heading; what a view is told of its shape is not counted."""
    return {
        "MACs": [layer.macs for layer in result.layers],
        **_times(result),
        "Constants": [0 if layer.view else layer.constants for layer in result.layers],
    }


def _times(result: Result) -> dict[str, list[int]]:
    """The modelled cycles, or else the instructions; nothing where a layer's are not known."""
    for heading, times in (
        ("Cycles", [layer.modelled_cycles for layer in result.layers]),
        ("Instructions", [layer.modelled_instructions for layer in result.layers]),
    ):
        known = [n for n in times if n is not None]
        if known and len(known) == len(times):
            return {heading: known}
    return {}


def _row(layer: Layer, band: Step | None, shares: tuple[Share, ...]) -> Row:
    types = dict.fromkeys(t.type for t in (*layer.inputs, *layer.outputs))
    return Row(
        index=layer.index,
        operator=layer.operator,
        style=_style(layer, band),
        band=band.label if band else "",
        inputs=_forms(layer.inputs),
        outputs=_forms(layer.outputs),
        type=" → ".join(types),
        kernels="no code" if layer.view else ", ".join(dict.fromkeys(layer.kernels)),
        shares=shares,
    )


def _forms(tensors: Sequence[Tensor]) -> str:
    """Forms side by side; equal ones once, with their number."""
    count = Counter(t.form for t in tensors)
    return ", ".join(form if n == 1 else f"{n} of {form}" for form, n in count.items())


def _style(layer: Layer, band: Step | None) -> str:
    if band is None:
        return "view" if layer.view else ""
    first = "first" if layer.index == band.operators[0] else ""
    last = "last" if layer.index == band.operators[-1] else ""
    return " ".join(filter(None, ("banded", first, last)))


def _share(number: int, every: list[int]) -> Share:
    text = grouped(number) if number else "–"
    share = percent(number, sum(every)) if number else ""
    return Share(number, text, share, place(number, max(every)))
