"""Bands and streams, compiled and run: the same bytes as TensorFlow Lite Micro gives."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from microflow.codegen.cdata import Vector
from microflow.codegen.render import render_unit
from microflow.importer.tflite import import_model
from microflow.verify.difference import Array

from ..need import need, need_sanitizers
from ..oracle import tflm_steps
from ..run_model import SANITIZE, STRICT
from .band_models import band_models
from .band_program import Program, compile_plans, program

_CXX = ("-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only")


@cache
def _inputs(name: str) -> tuple[list[Array], list[Array]]:
    """Two sets of inputs for a model."""
    graph, _ = import_model(band_models()[name], name)
    assert graph is not None
    chance = np.random.default_rng(len(name))

    def drawn(tensor: int) -> Array:
        shape, dtype = graph.tensors[tensor].shape, graph.tensors[tensor].dtype.numpy
        if dtype == "int8":
            return chance.integers(-128, 128, shape).astype(dtype)
        return chance.normal(size=shape).astype(dtype)

    return [drawn(t) for t in graph.inputs], [drawn(t) for t in graph.inputs]


@cache
def _expected(name: str) -> list[list[bytes]]:
    made = tflm_steps(band_models()[name], _inputs(name))
    return [[np.ascontiguousarray(a).tobytes() for a in outputs] for outputs in made]


@cache
def _program() -> Program:
    """All models under all plans; the self-tests have the second inputs."""
    plans = compile_plans(band_models())
    vectors = {}
    for plan in plans:
        name = plan.rpartition("_")[0]
        given = tuple(np.ascontiguousarray(a).tobytes() for a in _inputs(name)[1])
        vectors[plan] = Vector(given, tuple(_expected(name)[1]))
    return program(plans, vectors)


def _sent() -> bytes:
    names = (plan.rpartition("_")[0] for plan in _program().plans)
    return b"".join(a.tobytes() for name in names for a in _inputs(name)[0])


def _wanted() -> Iterator[tuple[str, bytes]]:
    for plan in _program().plans:
        yield plan, b"".join(_expected(plan.rpartition("_")[0])[0])


def _compiler(name: str, flags: tuple[str, ...]) -> str:
    return need_sanitizers(name) if "-g" in flags else need(name)


@pytest.mark.parametrize(
    ("compiler", "flags"),
    [("gcc", ("-O1", *SANITIZE)), ("clang", ("-O1", *SANITIZE)), ("gcc", ("-O2",))],
    ids=["gcc-sanitizers", "clang-sanitizers", "gcc"],
)
def test_every_plan_gives_the_same_bytes(
    compiler: str, flags: tuple[str, ...], tmp_path: Path
) -> None:
    source, built = _program().write(tmp_path), tmp_path / "program"
    command = [_compiler(compiler, flags), *STRICT, *flags, str(source), "-o", str(built), "-lm"]
    subprocess.run([*command, "-Wno-unused-function"], cwd=tmp_path, check=True)
    ran = subprocess.run([str(built)], input=_sent(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.decode()) == (0, ""), list(enumerate(_program().plans, 1))
    at = 0
    for plan, expected in _wanted():
        assert ran.stdout[at : at + len(expected)] == expected, plan
        at += len(expected)
    assert at == len(ran.stdout)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_the_header_of_a_stream_is_one_of_cxx_too(compiler: str, tmp_path: Path) -> None:
    _program().write(tmp_path)
    user = tmp_path / "user.cc"
    user.write_text(
        '#include "bands.h"\n'
        "bool more(const int8_t *row) {\n"
        "  return bands_chain_pushed_push_input0(row) == bands_chain_pushed_MORE;\n"
        "}\n"
        "int8_t first() { return *bands_chain_pushed_output_output0(); }\n"
        "bool forget() { return bands_chain_pushed_reset() == bands_chain_pushed_OK; }\n"
    )
    subprocess.run([need(compiler), *_CXX, str(user)], check=True)


def test_a_streamed_input_has_no_memory_of_its_own() -> None:
    header = render_unit(_program().unit)["bands.h"]
    assert "bands_inputs_whole_input_input0(void)" in header
    assert "bands_inputs_pushed_input_input0(void)" not in header
    assert "bands_inputs_pushed_input_input1(void)" in header
    assert "bands_inputs_pushed_run(void)" not in header
    assert "bands_inputs_banded_run(void)" in header
