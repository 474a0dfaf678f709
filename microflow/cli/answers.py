"""What a model answered: outputs as real values, the label of the largest score."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import frozen

from microflow.cli.real import Array, dequantise, is_quantised
from microflow.dsl.project import Port
from microflow.render.plain import printable

_MOST_VALUES = 16
_ALMOST = 1e-6  # of a step: what rounding may add to a threshold


@frozen
class Answer:
    """An output of one inference. `raw` holds the tensor's own values, `real` what they mean.

    `index` is the largest score's, None where the port does not decode or none is large enough.
    """

    port: Port
    raw: Array
    real: Array
    index: int | None

    @property
    def label(self) -> str | None:
        """The label of the largest score; its index where there are no labels."""
        if self.index is None:
            return None
        return self.port.labels[self.index] if self.port.labels else str(self.index)

    @property
    def score(self) -> float | None:
        """The largest score, as a real value."""
        return None if self.index is None else float(self.real.ravel()[self.index])


def answer(port: Port, data: bytes) -> Answer:
    """Returns the output whose tensor's bytes are `data`."""
    raw = np.frombuffer(data, port.tensor.dtype.numpy).reshape(port.tensor.shape)
    real = dequantise(raw, port.tensor)
    return Answer(port, raw, real, _decoded(port, real))


def answer_data(found: Answer) -> dict[str, Any]:
    """Returns an answer for JSON: nested lists; null stands for NaN and the infinities."""
    tensor = found.port.tensor
    return {
        "name": found.port.label,
        "tensor": tensor.name,
        "type": tensor.dtype.label,
        "shape": list(tensor.shape),
        "unit": found.port.unit,
        "values": _finite(found.real.tolist()),
        "raw": found.raw.tolist() if is_quantised(tensor) else None,
        "index": found.index,
        "label": found.label,
        "score": _finite(found.score),
    }


def answer_lines(found: Answer) -> Iterator[str]:
    """Yields lines for people: the decoded label first, then scores or values."""
    port = found.port
    if port.decode is not None:
        yield f"{port.label}: {_verdict(found)}"
        if port.labels:
            yield f"  {_scores(found)}"
            return
    yield f"{port.label}: {_values(found)}" if port.decode is None else f"  {_values(found)}"


def _decoded(port: Port, real: Array) -> int | None:
    """The index of the largest score, as the generated C decides: the first of equal ones."""
    if port.decode is None:
        return None
    scores = real.ravel()
    best = int(np.argmax(scores)) if not np.isnan(scores).any() else _first_largest(scores)
    threshold = port.decode.threshold
    slack = _ALMOST * port.tensor.scale if is_quantised(port.tensor) else 0.0
    if threshold is not None and scores[best] < np.float32(threshold) - slack:
        return None
    return best


def _first_largest(scores: Array) -> int:
    """As C compares: NaN is larger than nothing, and nothing is larger than NaN."""
    best = 0
    for index, score in enumerate(scores):
        if score > scores[best]:
            best = index
    return best


def _verdict(found: Answer) -> str:
    decode = found.port.decode
    if found.label is None and decode is not None:
        return f"none (no score reaches {decode.threshold:g})"
    return f"{printable(found.label or '')} ({found.score:.3f})"


def _scores(found: Answer) -> str:
    named = zip(found.port.labels, found.real.ravel(), strict=False)
    return "  ".join(f"{printable(label)} {score:.3f}" for label, score in named)


def _values(found: Answer) -> str:
    values = found.real.ravel()
    shown = " ".join(f"{value:.6g}" for value in values[:_MOST_VALUES])
    more = len(values) - _MOST_VALUES
    rest = f" … and {more:,} more" if more > 0 else ""
    unit = f" {printable(found.port.unit)}" if found.port.unit else ""
    return f"{shown}{rest}{unit}"


def _finite(values: Any) -> Any:
    if isinstance(values, list):
        return [_finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values
