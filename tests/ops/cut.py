"""Cuts one operator out of a published model, to compare it alone with the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.assemble import pack
from tests.need import corpus
from tests.ops.same import assert_same, values


def assert_node(file: str, node: int) -> None:
    """Fails unless operator `node` of the corpus's model `file` gives the reference's bytes."""
    data = (corpus() / file).read_bytes()
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    alone, given = _alone(model, model.subgraphs[0].operators[node])
    dtype = "int8" if given.type == schema.TensorType.INT8 else "float32"
    pictures = [[_finite(values(dtype, given.shape, seed))] for seed in (1, 2, 3)]
    assert_same(pack(alone), pictures)


def _finite(array: Any) -> Any:
    return np.nan_to_num(array, nan=0.5, posinf=2.0, neginf=-3.0)


def _alone(model: schema.ModelT, operator: schema.OperatorT) -> tuple[schema.ModelT, Any]:
    """Returns the model of `operator` alone, and the tensor that is its input."""
    main = model.subgraphs[0]
    refs = [*operator.inputs, *operator.outputs]
    kept = [ref for ref in dict.fromkeys(refs) if ref >= 0]
    made = schema.SubGraphT()
    made.name = "main"
    made.tensors = [main.tensors[ref] for ref in kept]
    operator.inputs = [kept.index(r) if r >= 0 else -1 for r in operator.inputs]
    operator.outputs = [kept.index(r) for r in operator.outputs]
    made.operators = [operator]
    made.inputs, made.outputs = operator.inputs[:1], operator.outputs
    model.subgraphs = [made]
    model.signatureDefs = model.metadata = None
    return model, made.tensors[0]
