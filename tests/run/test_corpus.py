"""Real models: compiled, built strictly, equal to TensorFlow Lite Micro byte for byte."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from microflow.codegen.contract import PORTABLE
from microflow.diag import has_errors
from microflow.verify.compare import verify

from ..need import corpus, corpus_entries, need, need_sanitizers
from ..run_model import SANITIZE, STRICT
from .corpus import Entry, analysed, name, outside, required, stratified, verified

_ALL: Sequence[Entry | None] = corpus_entries() or (None,)
_PART: Sequence[Entry | None] = stratified() or [None]
_REQUIRED: Sequence[Entry | None] = required() or [None]


@pytest.mark.parametrize("entry", _ALL, ids=name)
def test_every_model_compiles_or_is_refused_with_reasons(entry: Entry | None) -> None:
    folder = corpus()
    assert entry is not None
    analysis = analysed(folder, entry)
    errors = [d for d in analysis.diagnostics if has_errors((d,))]
    assert bool(errors) != bool(analysis.results)
    if outside(entry) is None:
        assert not errors, [d.message for d in errors]
    for found in errors:
        assert found.rule.code.startswith("MF4"), found.message
        assert found.help and found.span is not None
        assert "Traceback" not in found.message


@pytest.mark.parametrize("entry", _PART, ids=name)
def test_model_with_clang_and_sanitizers(entry: Entry | None) -> None:
    folder = corpus()
    assert entry is not None
    assert verified(folder, entry, (*STRICT, "-O1", *SANITIZE), need_sanitizers("clang"))


def test_the_part_covers_every_operator_and_the_seed() -> None:
    corpus()
    part = [entry for entry in _PART if entry is not None]
    kinds = {kind for entry in required() for kind in entry["op_dtypes"]}
    missing = kinds - {kind for entry in part for kind in entry["op_dtypes"]}
    assert len(missing) <= len(kinds) // 8, missing
    every = {op for entry in required() for op in entry["ops"]}
    assert len(every - {op for entry in part for op in entry["ops"]}) <= len(every) // 20
    assert {"microflow_rs__sine", "microflow_rs__person_detect"} <= {e["name"] for e in part}


@pytest.mark.full
@pytest.mark.parametrize("entry", _REQUIRED, ids=name)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("flags", [("-O2",), ("-O1", *SANITIZE)], ids=["plain", "sanitizers"])
def test_required_model(entry: Entry | None, compiler: str, flags: tuple[str, ...]) -> None:
    folder = corpus()
    assert entry is not None
    found = need_sanitizers(compiler) if flags[1:] else need(compiler)
    assert verified(folder, entry, (*STRICT, *flags), found)


@pytest.mark.parametrize("entry", _PART, ids=name)
def test_model_with_gcc_and_the_least_memory(entry: Entry | None) -> None:
    folder = corpus()
    assert entry is not None
    assert verified(folder, entry, (*STRICT, "-O2"), need("gcc"), optimize="ram")


# Variants that run here through stand-ins: those of Arm's DSP extension, and of cores without it.
_ELSEWHERE = (("dsp", "thumb2", "blocked"), ("blocked",), ())


@pytest.mark.parametrize("entry", _PART, ids=name)
def test_model_with_the_kernels_of_other_cores(entry: Entry | None) -> None:
    folder = corpus()
    assert entry is not None
    flags, compiler = (*STRICT, "-O1", *SANITIZE), need_sanitizers("gcc")
    assert verified(folder, entry, flags, compiler, isa=_ELSEWHERE[0])


@pytest.mark.full
@pytest.mark.parametrize("entry", _REQUIRED, ids=name)
@pytest.mark.parametrize("isa", _ELSEWHERE, ids=["dsp", "blocked", "portable"])
@pytest.mark.parametrize("goal", ["balanced", "ram"])
def test_required_model_with_the_kernels_of_other_cores(
    entry: Entry | None, isa: tuple[str, ...], goal: str
) -> None:
    folder = corpus()
    assert entry is not None
    flags = (*STRICT, "-O2")
    assert verified(folder, entry, flags, need("gcc"), isa=(*isa, PORTABLE), optimize=goal)


@pytest.mark.full
@pytest.mark.parametrize("entry", _REQUIRED, ids=name)
@pytest.mark.parametrize("goal", ["latency", "ram", "flash"])
def test_required_model_under_every_goal(entry: Entry | None, goal: str) -> None:
    """The default goal is tested with every compiler; the least memory forces bands."""
    folder = corpus()
    assert entry is not None
    assert verified(folder, entry, (*STRICT, "-O2"), need("gcc"), optimize=goal)


@pytest.mark.full
@pytest.mark.parametrize("entry", _REQUIRED, ids=name)
def test_required_model_with_a_streamed_input(entry: Entry | None) -> None:
    """The first input is pushed row by row, where the model can take it so."""
    folder = corpus()
    assert entry is not None
    (plain,) = analysed(folder, entry).results
    streamed = plain.model.inputs[0].label
    analysis = analysed(folder, entry, optimize="ram", stream=streamed)
    if any(d.rule.code == "MF5003" for d in analysis.diagnostics):
        assert not analysis.results
        return
    assert verified(folder, entry, (*STRICT, "-O2"), need("gcc"), optimize="ram", stream=streamed)


@pytest.mark.full
@pytest.mark.parametrize("entry", _ALL, ids=name)
def test_model_on_drawn_inputs(entry: Entry | None) -> None:
    """Whatever compiles is equal on inputs that the corpus does not hold."""
    folder = corpus()
    assert entry is not None
    analysis = analysed(folder, entry)
    if outside(entry) is not None or not entry["tflm_accepts"]:
        return
    model = (folder / entry["file"]).read_bytes()
    made, failed = verify(analysis.results[0], model, steps=8)
    assert made is not None and made.passed, [d.message for d in failed]
