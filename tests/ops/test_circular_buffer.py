"""CIRCULAR_BUFFER: the last values of a signal, over several steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.custom import flexible
from tests.ops.same import findings
from tests.ops.state_models import assert_same_steps, steps


def buffer(
    cycles: int | None = 1,
    kept: Sequence[int] = (1, 4, 1, 2),
    *,
    zero_point: int = 3,
    due: Sequence[int] | None = None,
    due_type: str = "bool",
    rows: int = 1,
    dtype: str = "int8",
) -> bytes:
    """Returns a model whose buffer keeps values of shape `kept`; `due` shapes the second output."""
    images, _, width, channels = kept
    scale: dict[str, Any] = {"scale": 0.5, "zero_point": zero_point} if dtype == "int8" else {}
    tensors = [
        T("x", dtype, (images, rows, width, channels), **scale),
        T("kept", dtype, kept, **scale),
        T("y", dtype, kept, scale=0.5, zero_point=-128),
    ]
    made = ["kept"]
    if due is not None:
        tensors.append(T("due", due_type, due))
        made.append("due")
    options = None if cycles is None else flexible(cycles_max=cycles)
    keep = N("CUSTOM", ["x"], made, custom="CIRCULAR_BUFFER", custom_options=options)
    return assemble(tensors, [keep, N("ADD", ["kept", "kept"], ["y"])], ["x"], ["y", *made[1:]])


@settings(max_examples=10, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from([-128, -1, 0, 127]),
    st.integers(1, 3),
)
def test_the_last_values(
    slots: int, width: int, channels: int, zero_point: int, cycles: int
) -> None:
    model = buffer(cycles, (1, slots, width, channels), zero_point=zero_point, due=(1,))
    assert_same_steps(model, steps("int8", 5, (1, 1, width, channels)))


def test_one_output() -> None:
    assert_same_steps(buffer(1), steps("int8", 6, (1, 1, 1, 2)), sanitize=True)


@pytest.mark.parametrize("slots", [5, 13, 25])
def test_no_options(slots: int) -> None:
    model = buffer(None, (1, slots, 1, 2))
    assert_same_steps(model, steps("int8", 4, (1, 1, 1, 2)))


def test_no_options_and_a_second_output() -> None:
    model = buffer(None, (1, 6, 1, 2), due=(1, 1))
    assert_same_steps(model, steps("int8", 5, (1, 1, 1, 2)))


def test_unsupported_forms() -> None:
    assert "ends without a result but in every 2th" in findings(buffer(2))
    assert "ends without a result but in every 2th" in findings(buffer(None))
    assert "more than one row at a time" in findings(buffer(rows=2))
    assert "type int16 is not supported" in findings(buffer(dtype="int16"))
    assert "type int8 is not supported" in findings(buffer(due=(1,), due_type="int8"))
    assert "should have shape [1]" in findings(buffer(due=(2,)))
