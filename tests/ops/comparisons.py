"""What the tests of the six comparisons share: every type against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.broadcasting import Case, cases, every_pair, model, operands
from tests.ops.same import Array, assert_same, findings, values
from tests.run_model import compiled

NUMBERS = ("int8", "int32", "int64", "float32")
_ODD = np.array([np.nan, -0.0, 0.0, np.inf, -np.inf, 1e-45], np.float32)
_SCALES = st.sampled_from([2.0**-20, 2.0**-12, 0.003, 0.0471, 0.5, 1 - 2.0**-24])


@st.composite
def drawn_cases(draw: st.DrawFn) -> Case:
    """Draws a comparison of small numbers, among which many are equal."""
    case = draw(cases(NUMBERS, (None,), made="bool"))
    scale = draw(_SCALES)
    same = draw(st.booleans())
    scales = (scale, scale if same else draw(_SCALES), 1.0)
    zeros = (case.zeros[0], case.zeros[0] if same else case.zeros[1], 0)
    return Case(case.dtype, case.a, case.b, None, scales, zeros, "bool")


def near(drawn: list[Case], seed: int) -> list[Array]:
    """Returns operands of which every other one comes from few values."""
    full = operands(drawn, seed)
    few = [x % 3 if x.dtype.kind == "i" else np.sign(x) for x in full]
    return few if seed % 2 else full


def check_drawn(op: str, drawn: list[Case], seed: int) -> None:
    """Compares drawn cases with the reference."""
    assert_same(model(op, drawn), [near(drawn, seed), near(drawn, seed + 1)])


def check_limits(op: str, types: tuple[str, ...] = ()) -> None:
    """Compares every pair of int8 values, and every pair of odd values of other types."""
    eight = [
        Case("int8", (256, 1), (1, 256), None, scales, zeros, "bool")
        for scales, zeros in (
            ((0.5, 0.5, 1.0), (3, 3, 0)),
            ((0.0471, 0.003, 1.0), (-128, 127, 0)),
            ((2.0**-12, 2.0**-11, 1.0), (0, 0, 0)),
        )
    ]
    kinds = ("int32", "int64", "float32", *types)
    others = [Case(t, (6, 1), (1, 6), None, made="bool") for t in kinds]
    given = every_pair() * len(eight)
    for kind in kinds:
        given += [_ends(kind).reshape(6, 1), _ends(kind).reshape(1, 6)]
    assert_same(model(op, [*eight, *others]), [given], sanitize=True)


def _ends(dtype: str) -> Array:
    if dtype == "float32":
        return _ODD
    if dtype == "bool":
        return np.array([0, 1, 1, 0, 1, 0], np.bool_)
    info = np.iinfo(dtype)
    return np.array([info.min, info.max, 0, -1, 1, info.min + 1], dtype)


def check_folding(op: str, dtype: str) -> None:
    """Compares the operator on two constants, whose result enters EQUAL with an input."""
    few: Any = values(dtype, (2, 3), 1)
    tensors = [
        T("a", dtype, (2, 3), data=few),
        T("b", dtype, (3,), data=few[1]),
        *(T(name, "bool", (2, 3)) for name in "cxy"),
    ]
    nodes = [N(op, ["a", "b"], ["c"]), N("EQUAL", ["c", "x"], ["y"])]
    built = assemble(tensors, nodes, ["x"], ["y"])
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[values("bool", (2, 3), 5)]])


def check_findings(op: str) -> None:
    """Checks what every comparison refuses."""
    assert "type int16" in findings(model(op, [Case("int16", activation=None, made="bool")]))
    coarse = Case("int8", activation=None, scales=(0.5, 1.0, 1.0), made="bool")
    assert "on a scale of 1" in findings(model(op, [coarse]))
    assert "type int32" in findings(model(op, [Case("int32", activation=None)]))
