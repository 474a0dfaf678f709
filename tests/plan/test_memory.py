"""What real models need, in bytes: whole tensors that overlap, bands, and a streamed input."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.ops.check import check_operators
from microflow.passes import run_passes
from microflow.plan.plan import Plan, make_plan
from microflow.targets import load_target

from ..need import corpus, corpus_entries

_WITHIN = 0.03  # of the figures, which a prototype reached

_QUANTISED_INPUT = ("tinyengine__vww",)  # of which the figures hold from its QUANTIZE on

_ARENAS = {  # whole tensors, bands, input pushed by rows
    "microflow_rs__speech": (4_160, 2_140, 580),
    "microflow_rs__person_detect": (36_864, 14_592, 13_728),
    "mlperf_tiny__vww_96_int8": (36_864, 27_752, 14_304),
    "mlperf_tiny__kws_ref_model": (8_384, 5_292, 4_900),
    "mlperf_tiny__pretrainedresnet_quant": (33_296, 13_632, 10_848),
    "mlperf_tiny__pretrainedresnet_large_int8": (83_240, 29_472, 26_688),
    "mlperf_tiny__str_ww_ref_model": (3_584, 3_624, 2_936),
    "tinyengine__vww": (76_800, 21_760, 15_760),
    "neuralspot__har_har_model_data": (25_344, 1_724, 544),
    "mlonmcu__micro_kws_m_quantized": (31_456, 5_000, 4_320),
    "ml_examples__kws_kws_micronet_m": (68_600, 15_192, 14_800),
}

Lowered = tuple[Graph, tuple[tuple[KernelCall, ...], ...]]


@cache
def _lowered(name: str) -> Lowered:
    entry = next(e for e in corpus_entries() if e["name"] == name)
    graph, found = import_model((corpus() / entry["file"]).read_bytes(), name)
    assert graph is not None and not found
    assert not check_operators(graph)
    if name in _QUANTISED_INPUT:
        graph = evolve(graph, inputs=graph.nodes[0].outputs, nodes=graph.nodes[1:])
    core = load_target("host").core
    graph = run_passes(graph, core)
    return graph, tuple(site.node.op.lower(site, core) for site in graph.sites())


@cache
def _plans(name: str) -> tuple[Plan, Plan, Plan]:
    graph, calls = _lowered(name)
    return (
        make_plan(graph, calls, bands=False),
        make_plan(graph, calls),
        make_plan(graph, calls, streamed=graph.inputs[0]),
    )


@pytest.mark.parametrize("name", _ARENAS)
def test_real_models_need_no_more_than_is_known_to_be_enough(name: str) -> None:
    corpus()
    plans = _plans(name)
    for plan, known in zip(plans, _ARENAS[name], strict=True):
        assert plan.lower_bound <= plan.arena_bytes <= known * (1 + _WITHIN)
        assert plan.arena_bytes >= known * (1 - _WITHIN), "better: let the table tell"
        assert plan.certificate.reads > 0
    assert [plan.streamed is not None for plan in plans] == [False, False, True]
    assert all(step.band is None for step in plans[0].steps)


@pytest.mark.parametrize("name", _ARENAS)
def test_real_models_are_placed_at_their_lower_bound(name: str) -> None:
    """Where the search ends early, within a word of each buffer that a step holds."""
    corpus()
    for plan in _plans(name):
        assert plan.arena_bytes - plan.lower_bound <= 16
