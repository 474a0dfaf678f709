"""Layers whose weights and bias are inputs of the model, compared with the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from tests.ops.same import Array, Part, assert_same, joined
from tests.ops.windows import Drawn, floats, int8_pictures, int16_pictures

Layer = tuple[Drawn, Sequence[str]]  # and those of its operands that are inputs of the model


def check(drawn: Sequence[Layer], **options: Any) -> None:
    """Compares all layers, as one model. Operands have the values that the layers give them."""
    parts = [_at_run_time(case.part(), names) for case, names in drawn]
    vectors = [[v for layer in drawn for v in _values(layer, seed)] for seed in (1, 2)]
    assert_same(joined(*parts), vectors, **options)


def _at_run_time(part: Part, names: Sequence[str]) -> Part:
    """Returns `part` with the operands `names` as inputs instead of constants."""
    used = _used(part, names)
    tensors = [evolve(t, data=None) if t.name in used else t for t in part.tensors]
    return evolve(part, tensors=tensors, inputs=("x", *used))


def _used(part: Part, names: Sequence[str]) -> list[str]:
    (node,) = part.nodes
    return [name for name in names if name in node.inputs]


def _values(layer: Layer, seed: int) -> list[Array]:
    case, names = layer
    part = case.part()
    tensors = {t.name: t for t in part.tensors}
    return [
        _input(tensors["x"].dtype, case, seed),
        *(tensors[name].data for name in _used(part, names)),
    ]


def _input(dtype: str, case: Drawn, seed: int) -> Array:
    if dtype == "float32":
        return floats(case.shape, case.seed + seed)
    pictures = int16_pictures if dtype == "int16" else int8_pictures
    return pictures(case.shape, case.seed + seed)[seed - 1]
