"""What is said of the parts of a plan, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from microflow.render.report.facts import Buffer, Certificate, Layer, Result, Ring, Step, Tensor
from microflow.render.report.memory import (
    Shared,
    covered,
    live,
    peak,
    tenants,
    writers_and_readers,
)
from microflow.render.report.numbers import clock, grouped

KINDS = {
    "input": "input",
    "output": "output",
    "tensor": "tensor",
    "scratch": "scratch",
    "band": "area of a band",
    "ring": "ring of rows",
}
_MOST = 6  # operators named in one line


def buffer_words(result: Result, buffer: Buffer, sharing: Sequence[Shared]) -> Iterator[str]:
    """Yields what there is to say of a buffer: name, form, place, life, users."""
    yield buffer.name
    for tensor in tenants(result, buffer):
        yield f"{tensor.type} {tensor.form}" + _renamed(tensor, buffer)
    yield f"{KINDS[buffer.kind]}, {amount(buffer.bytes)} at {span(buffer.offset, buffer.bytes)}"
    yield f"in use {life(result, buffer)}"
    yield from users(result, buffer)
    for both in sharing:
        if buffer in both.both:
            yield shared_words(both, buffer)


def shared_words(both: Shared, buffer: Buffer) -> str:
    """Returns what is said of bytes that `buffer` shares."""
    other = both.other(buffer)
    return f"shares {amount(both.bytes)} with {other.name}: written where reading is done"


def ring_words(result: Result, step: Step, ring: Ring) -> Iterator[str]:
    """Yields what there is to say of a ring."""
    yield ring.name
    tensor = None if ring.tensor is None else result.tensors.get(ring.tensor)
    if tensor is not None:
        yield f"{tensor.type} {tensor.form}, {grouped(tensor.bytes)} bytes if it existed whole"
    yield f"{ring_size(ring)} at {span(ring.offset, ring.bytes)}"
    yield f"in use during band {step.label}"


def ring_size(ring: Ring) -> str:
    """Returns how many rows a ring holds, and how long they are."""
    return f"{'1 row' if ring.rows == 1 else f'{ring.rows} rows'} of {amount(ring.row_bytes)}"


def meta_words(result: Result) -> Iterator[str]:
    """Yields what is known beside the memory: the chip, the arithmetic, the size of the task."""
    chip = result.chip
    if chip.description or chip.core:
        yield chip.description or chip.core
    if chip.clock is not None:
        yield clock(chip.clock)
    yield f"arithmetic: {result.profile}"
    if result.plan.goal:
        yield f"goal: {result.plan.goal}"
    yield f"{grouped(result.macs)} MACs"


def plan_words(result: Result) -> Iterator[str]:
    """Yields sentences about a plan: its size, its peak, what is special about it."""
    plan = result.plan
    step, most = peak(plan)
    more = plan.arena_bytes - plan.lower_bound
    beside = "which is the lower bound" if not more else f"{amount(abs(more))} "
    beside += "" if not more else f"{'above' if more > 0 else 'below'} the lower bound"
    yield f"The arena takes {amount(plan.arena_bytes)}, {beside}."
    yield f"The peak is in {moment(result, step)}: {amount(most)} are in use."
    bands = [step for step in plan.steps if step.is_band]
    if bands:
        calls = listed(grouped(band.row_calls) for band in bands)
        yield (
            f"Operators {listed(band.label for band in bands)} run in bands: they take turns row "
            f"by row, in {calls} calls, so that what lies between them never exists whole."
        )
    for band in (step for step in bands if step.streamed):
        yield f"The input {band.streamed} arrives row by row while band {band.label} runs."


def listed(words: Iterable[str]) -> str:
    """Returns words as a sentence lists them: with commas, and an "and" before the last."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def certificate_words(certificate: Certificate) -> str:
    """Returns what the certificate of a plan says."""
    return (
        "Before it was used, this plan was played on a model of the arena in which every byte "
        f"knows who wrote it last. {grouped(certificate.reads)} reads and "
        f"{grouped(certificate.writes)} writes, of rows or whole tensors, were checked: each read "
        "found its own tensor's bytes. A plan in which one did not is never emitted."
    )


def step_words(result: Result, step: Step) -> Iterator[str]:
    """Yields what there is to say of a step."""
    layers = [result.layer(index) for index in step.operators]
    if step.is_band:
        yield f"band of operators {step.label}, in {grouped(step.row_calls)} calls for a row each"
    yield from (layer_words(layer) for layer in layers[:_MOST])
    if len(layers) > _MOST:
        yield f"and {len(layers) - _MOST} more"
    if step.streamed:
        yield f"its input {step.streamed} arrives row by row"
    if step.order == "descending":
        yield "writes its pixels in descending order"
    yield f"{amount(covered(live(result.plan, step.step)))} of the arena in use"


def layer_words(layer: Layer) -> str:
    """Returns an operator with its index and its output's form."""
    made = ", ".join(t.form for t in layer.outputs)
    return f"{layer.index} {layer.operator} → {made}"


def life(result: Result, buffer: Buffer) -> str:
    """Returns from when to when a buffer is in use, in operators of the model."""
    first, last = moment(result, buffer.first_step), moment(result, buffer.last_step)
    return f"in {first}" if first == last else f"from {first} to {last}"


def moment(result: Result, step: int) -> str:
    """Returns what a step is called: the start, the end, an operator or a band."""
    steps = result.plan.steps
    if not 0 <= step < len(steps):
        return "the start" if step < 0 else "the end"
    return f"{'band' if steps[step].is_band else 'operator'} {steps[step].label}"


def users(result: Result, buffer: Buffer) -> Iterator[str]:
    """Yields who writes and who reads a tensor's buffer."""
    writers, readers = writers_and_readers(result, buffer)
    if writers:
        yield f"written by {_operators(result, writers)}"
    if readers:
        yield f"read by {_operators(result, readers)}"


def amount(size: int) -> str:
    """Returns a number of bytes."""
    return "1 byte" if size == 1 else f"{grouped(size)} bytes"


def span(offset: int, size: int) -> str:
    """Returns the first and the last address."""
    return f"{grouped(offset)}–{grouped(offset + size - 1)}" if size else grouped(offset)


def _renamed(tensor: Tensor, buffer: Buffer) -> str:
    return "" if tensor.tensor == buffer.tensor else f", also as {tensor.name}"


def _operators(result: Result, indices: Sequence[int]) -> str:
    named = ", ".join(f"{i} {result.layer(i).operator}" for i in indices[:_MOST])
    more = len(indices) - _MOST
    return f"{named} and {more} more" if more > 0 else named
