"""Variables in a program: kept from run to run, put back by reset, one set of them an arena."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay
from microflow.toolchain.selftest import selftest_vectors
from microflow.verify.difference import Array
from tests.ops.state_models import first_values

from ..assemble import N, T, assemble
from ..need import need, need_sanitizers
from ..oracle import tflm_steps
from ..run_model import SANITIZE, STRICT
from .product import write

STEPS = 3
MANIFEST = """mflow 1
{arena}
model net {{
  source = "net.tflite"; targets = [host]
  {uses}
  input x {{ stream = {stream} }}
  output total {{ }}
  emit {{ selftest = true }}
}}
{more}
"""
MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "net.h"

static int8_t x[3][P(X_ELEMENTS)], y[P(TOTAL_ELEMENTS)];

static P(status) run(int step) {
#ifdef STREAM
  P(status) status = P(MORE);
  for (int row = 0; row < 6; row++) status = P(push_x)(x[step] + row * 8);
  return status;
#else
  memcpy(P(input_x)(), x[step], sizeof x[step]);
  return P(run)();
#endif
}

static void give(int step) {
  if (run(step) != P(OK)) exit(2);
  fwrite(P(output_total)(), 1, sizeof y, stdout);
}

static void infer(int step) {
  if (P(infer)(x[step], y) != P(OK)) exit(3);
  fwrite(y, 1, sizeof y, stdout);
}

int main(void) {
  if (fread(x, 1, sizeof x, stdin) != sizeof x) return 1;
#ifdef GIVEN
  static uint8_t first[P(ARENA_BYTES)] __attribute__((aligned(16)));
  static uint8_t second[P(ARENA_BYTES)] __attribute__((aligned(16)));
  memset(first, 0xA5, sizeof first), memset(second, 0x5A, sizeof second);
  if (P(reset)() != P(E_ARENA) || P(resume_arena)(NULL) != P(E_ARENA)) return 4;
  if (P(set_arena)(second, sizeof second) != P(OK)) return 5;
  give(2);
  if (P(set_arena)(first, sizeof first) != P(OK)) return 6;
#endif
  for (int step = 0; step < 3; step++) give(step);
  if (P(reset)() != P(OK)) return 7;
  for (int step = 0; step < 3; step++) infer(step);
  if (P(selftest)() != P(OK) || P(selftest)() != P(OK)) return 8;
  for (int step = 0; step < 3; step++) give(step);
#ifdef GIVEN
  if (P(resume_arena)(second) != P(OK)) return 9;
  give(0);
  if (P(resume_arena)(first + 1) != P(E_ARENA)) return 10;
  give(1);
  if (P(resume_arena)(first) != P(OK) || P(reset)() != P(OK)) return 11;
  give(2);
#endif
  return 0;
}
"""


@cache
def model() -> bytes:
    """Returns a convolution whose results are summed over the steps."""
    weights = np.random.default_rng(3).integers(-90, 90, (2, 3, 3, 2)).astype(np.int8)
    tensors = [
        T("x", "int8", (1, 6, 4, 2), scale=0.1, zero_point=-3),
        T("w", "int8", weights.shape, data=weights, scales=[0.01, 0.02]),
        T("b", "int32", (2,), data=[30, -20], scales=[0.001, 0.002]),
        *(T(name, "int8", (1, 4, 2, 2), scale=0.3, zero_point=4) for name in ("c", "r", "total")),
        T("h", "resource", ()),
    ]
    conv = {"padding": "valid", "strideW": 1, "strideH": 1}
    nodes = [
        N("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        N("VAR_HANDLE", [], ["h"], {"sharedName": "sum", "container": ""}),
        N("CONV_2D", ["x", "w", "b"], ["c"], conv),
        N("READ_VARIABLE", ["h"], ["r"]),
        N("ADD", ["c", "r"], ["total"]),
        N("ASSIGN_VARIABLE", ["h", "total"], []),
    ]
    first = first_values(list(range(-8, 8)), shape=(1, 4, 2, 2), variable="sum")
    return assemble(tensors, nodes, ["x"], ["total"], subgraphs=[first])


def inputs() -> list[Array]:
    chance = np.random.default_rng(5)
    return [chance.integers(-128, 128, (1, 6, 4, 2)).astype(np.int8) for _ in range(STEPS)]


def answers(*order: int) -> bytes:
    """Returns what the reference answers to these inputs, from the beginning."""
    given = inputs()
    made = tflm_steps(model(), [[given[step]] for step in order])
    return b"".join(y.tobytes() for (y,) in made)


def built(stream: bool, *, arena: str = "", uses: str = "", more: str = "") -> Output:
    words = {"stream": str(stream).lower(), "arena": arena, "uses": uses, "more": more}
    files = {"a.mflow": MANIFEST.format(**words).encode(), "net.tflite": model()}
    analysis = check(Request("a.mflow"), Overlay(files))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    vectors, failed = selftest_vectors(analysis.results)
    assert not failed
    (output,) = generate(analysis, vectors)
    return output


def run(folder: Path, output: Output, compiler: str, prefix: str, *defines: str) -> bytes:
    main = f"#define P(name) {prefix}_##name\n{MAIN}"
    write({**output.files, "main.c": main}, folder)
    command = [need_sanitizers(compiler), *STRICT, *SANITIZE, "-O1", *defines]
    subprocess.run([*command, "main.c", "net.c", "-o", "program"], cwd=folder, check=True)
    sent = b"".join(x.tobytes() for x in inputs())
    done = subprocess.run([folder / "program"], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    return done.stdout


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_is_kept_and_put_back(compiler: str, stream: bool, tmp_path: Path) -> None:
    output = built(stream)
    assert "#define net_STATE_BYTES 16 " in output.files["net.h"]
    assert ("push_x" in output.files["net.h"]) == stream
    said = run(tmp_path, output, compiler, "net", *(["-DSTREAM"] if stream else []))
    assert said == 3 * answers(0, 1, 2)


@pytest.mark.parametrize("stream", [False, True])
def test_two_arenas_hold_two_states(stream: bool, tmp_path: Path) -> None:
    output = built(stream, uses="arena = caller")
    defines = ["-DGIVEN", *(["-DSTREAM"] if stream else [])]
    said = run(tmp_path, output, "gcc", "net", *defines)
    second = answers(2, 0, 1)
    size = len(second) // 3
    assert said == second[:size] + 3 * answers(0, 1, 2) + second[size:] + answers(2)


def test_a_shared_arena_shares_no_state(tmp_path: Path) -> None:
    twin = 'model twin { source = "net.tflite"; targets = [host]; arena = both }'
    output = built(False, arena="arena both { }", uses="arena = both", more=twin)
    assert run(tmp_path, output, "gcc", "net_net") == 3 * answers(0, 1, 2)
    assert "net_state[net_net_STATE_BYTES]" in output.files["net.c"]
    assert "twin_state[net_twin_STATE_BYTES]" in output.files["net.c"]


def test_a_model_without_variables_says_nothing_of_them() -> None:
    plain = assemble(
        [T("x", "float32", (1, 2)), T("y", "float32", (1, 2))],
        [N("RELU", ["x"], ["y"])],
        ["x"],
        ["y"],
    )
    files = {"a.mflow": b'mflow 1\nmodel m { source = "m.tflite"; targets = [host] }\n'}
    files["m.tflite"] = plain
    (output,) = generate(check(Request("a.mflow"), Overlay(files)))
    for word in ("state", "STATE", "reset", "begun"):
        assert word not in output.files["m.c"] + output.files["m.h"]


def test_sizes_and_memories_count_it(tmp_path: Path) -> None:
    text = (
        'mflow 1\nmodel net { source = "net.tflite"; targets = [nrf52840]; budget { ram = 1B } }\n'
    )
    files = {"a.mflow": text.encode(), "net.tflite": model()}
    analysis = check(Request("a.mflow"), Overlay(files))
    (found,), (result,) = analysis.diagnostics, analysis.results
    assert any("16 of state (exact)" in note for note in found.notes)
    sizes = result.sizes
    assert sizes.state_bytes == 16
    others = 1  # whether variables have their first values
    assert sizes.ram_bytes == sizes.arena_bytes + 16 + sizes.stack_bytes + others
    takers = {t.what: t.bytes for use in analysis.memory(result.target) for t in use.takers}
    assert takers["state"] == 16
    (output,) = generate(analysis)
    write(output.files, tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-O2", "-c", "net.c"], cwd=tmp_path, check=True)
    command = [need("nm"), "-S", "net.o"]
    listed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    variables = [line.split() for line in listed.stdout.splitlines() if line.split()[-2] in "bB"]
    known = {name: int(size, 16) for _, size, _, name in variables}
    assert known == {"arena": sizes.arena_bytes, "state": 16, "state_begun": 1}
