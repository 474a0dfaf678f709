"""Custom operators that the application computes: built, run and checked with our own function."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microflow.analysis import Analysis, Request, check, generate
from microflow.diag import has_errors
from microflow.files import Disk
from microflow.targets import load_target
from microflow.toolchain.execute import execute
from microflow.toolchain.image import build_image
from microflow.toolchain.selftest import selftest_vectors
from microflow.verify.compare import verify
from microflow.verify.vectors import load_vectors

from ..assemble import N, S, T, assemble
from ..need import need

BLOCK = 'custom my_op { operator = "MyOp"; header = "my_op.h"; source = "dsp/my_op.c" }'
HEADER = """
#ifndef MY_OP_H
#define MY_OP_H
#include <stdint.h>
void my_op(const int8_t *in, int32_t count, const float *factors, int32_t factor_count, float *out,
           int32_t out_count, const uint8_t *options, int32_t options_bytes);
#endif
"""
SOURCE = """
#include "my_op.h"
void my_op(const int8_t *in, int32_t count, const float *factors, int32_t factor_count, float *out,
           int32_t out_count, const uint8_t *options, int32_t options_bytes) {
  const int32_t more = options_bytes > 1 ? options[0] + options[1] : 0;
  for (int32_t i = 0; i < out_count; i++)
    out[i] = (float)in[i % count] * factors[i % factor_count] + (float)more;
}
"""


def model(options: bytes | None = b"\x05\xff", dtype: str = "int8", op: str = "MyOp") -> bytes:
    """Returns a model with the operator between others, on an input and on a constant."""
    scale: dict[str, Any] = {"scale": 0.5} if dtype == "int8" else {}
    tensors = [
        T("x", dtype, (1, 6), **scale),
        T("r", dtype, (1, 6), **scale),
        T("f", "float32", (3,), data=[1, 2, 4]),
        T("m", "float32", (1, 4)),
        T("y", "float32", (1, 4)),
    ]
    custom = N("CUSTOM", ["r", "f"], ["m"], custom=op, custom_options=options)
    nodes = [N("RELU", ["x"], ["r"]), custom, N("ABS", ["m"], ["y"])]
    return assemble(tensors, nodes, ["x"], ["y"])


def analysed(folder: Path, block: str = BLOCK, more: str = "", **models: bytes) -> Analysis:
    """Returns the analysis of a manifest with `block` and with these models, or the usual one."""
    lines = ["mflow 1", block]
    for name, data in (models or {"wake": model()}).items():
        (folder / f"{name}.tflite").write_bytes(data)
        lines.append(f'model {name} {{ source = "{name}.tflite"; targets = [host]; {more} }}')
    (folder / "dsp").mkdir(exist_ok=True)
    (folder / "dsp" / "my_op.h").write_text(HEADER, "utf-8")
    (folder / "dsp" / "my_op.c").write_text(SOURCE, "utf-8")
    (folder / "m.mflow").write_text("\n".join(lines) + "\n", "utf-8")
    return check(Request(str(folder / "m.mflow")), Disk())


def messages(analysis: Analysis) -> str:
    return "\n".join(f"{d.rule.code} {d.message} | {d.help}" for d in analysis.diagnostics)


def wanted(x: Any, more: int) -> Any:
    """Returns what the model computes."""
    places = np.arange(4)
    return np.abs(x.reshape(-1).clip(0)[places] * np.array([1, 2, 4, 1], np.float32) + more)


@pytest.mark.parametrize(("options", "more"), [(b"\x05\xff", 260), (b"", 0), (None, 0)])
def test_runs_with_the_function(tmp_path: Path, options: bytes | None, more: int) -> None:
    need("gcc")
    analysis = analysed(tmp_path, wake=model(options))
    assert not analysis.diagnostics, messages(analysis)
    x = np.array([[3, -4, 5, 127, -128, 9]], np.int8)
    (result,) = analysis.results
    replies, failed = execute(result.compiled, result.target, [[x.tobytes()]])
    assert not failed, [(d.message, d.notes) for d in failed]
    assert replies[0][0] == wanted(x, more).astype(np.float32).tobytes()


def test_the_generated_c_declares_the_function(tmp_path: Path) -> None:
    (output,) = generate(analysed(tmp_path))
    text = output.files["wake.c"]
    assert '#include "my_op.h"\n' in text
    assert (
        """void my_op(
    const int8_t *in0, int32_t in0_elements,
    const float *in1, int32_t in1_elements,
    float *out0, int32_t out0_elements,
    const MF_ROM uint8_t *options, int32_t options_bytes);
"""
        in text
    )
    assert "my_op_1_options, 2);" in text


@pytest.mark.parametrize("header", ['header = "my op.h"', "header = my_op", ""])
def test_a_wrong_header_is_the_only_finding(tmp_path: Path, header: str) -> None:
    """The operator has its function, even so."""
    found = analysed(tmp_path, f'custom my_op {{ operator = "MyOp"; {header} }}').diagnostics
    assert len(found) == 1, [d.message for d in found]
    assert "header" in found[0].message


def test_two_models_share_the_function(tmp_path: Path) -> None:
    (output,) = generate(analysed(tmp_path, a=model(), b=model(None)))
    (text,) = (t for path, t in output.files.items() if path.endswith(".c"))
    assert text.count("void my_op(") == text.count('#include "my_op.h"') == 1
    assert text.count("NULL, 0);") == 1


def test_inside_a_subgraph(tmp_path: Path) -> None:
    """A branch that calls the function, and one that does not."""
    need("gcc")
    inner = [T("a", "int8", (1, 6), scale=0.5), T("f", "float32", (1,), data=[2.0])]
    inner.append(T("b", "float32", (1, 4)))
    custom = N("CUSTOM", ["a", "f"], ["b"], custom="MyOp", custom_options=b"")
    plain = [T("c", "int8", (1, 6), scale=0.5), T("d", "float32", (1, 4), data=[1, 2, 3, 4])]
    branches = [S(inner, [custom], ["a"], ["b"]), S(plain, [], ["c"], ["d"])]
    tensors = [T("c", "bool", (1,)), T("x", "int8", (1, 6), scale=0.5), T("y", "float32", (1, 4))]
    node = N("IF", ["c", "x"], ["y"], {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2})
    data = assemble(tensors, [node], ["c", "x"], ["y"], subgraphs=branches)
    analysis = analysed(tmp_path, wake=data)
    assert not has_errors(analysis.diagnostics), messages(analysis)
    (result,) = analysis.results
    x = np.array([[1, 2, 3, 4, 5, 6]], np.int8).tobytes()
    replies, failed = execute(result.compiled, result.target, [[b"\1", x], [b"\0", x]])
    assert not failed, [(d.message, d.notes) for d in failed]
    assert [np.frombuffer(r[0], np.float32).tolist() for r in replies] == [
        [2, 4, 6, 8],
        [1, 2, 3, 4],
    ]


def test_verify_needs_vectors_and_says_so(tmp_path: Path) -> None:
    need("gcc")
    (result,) = analysed(tmp_path).results
    made, found = verify(result, model())
    assert made is None
    assert [d.rule.code for d in found] == ["MF6024"]
    assert "no reference computes what `my_op` of the application does" in found[0].message
    assert "--vectors" in found[0].help
    x = np.arange(-3, 3, dtype=np.int8).reshape(1, 1, 6)
    file = io.BytesIO()
    np.savez(file, in0=x, out0=wanted(x, 260).astype(np.float32).reshape(1, 1, 4))
    vectors, _ = load_vectors(file.getvalue(), "v.npz", result.model)
    assert vectors is not None
    made, found = verify(result, model(), vectors)
    assert made is not None and made.passed, [d.message for d in found]


def test_a_self_test_calls_the_function(tmp_path: Path) -> None:
    need("gcc")
    analysis = analysed(tmp_path, more="emit { selftest = true }")
    vectors, failed = selftest_vectors(analysis.results)
    assert not failed and list(vectors) == ["wake"]
    (output,) = generate(analysis, vectors)
    assert "selftest" in output.files["wake.c"]


def test_without_its_source_a_model_is_built_but_not_run(tmp_path: Path) -> None:
    need("gcc")
    analysis = analysed(tmp_path, 'custom my_op { operator = "MyOp"; header = "my_op.h" }')
    assert not analysis.diagnostics and generate(analysis)
    (result,) = analysis.results
    _, failed = execute(result.compiled, result.target, [[bytes(6)]])
    assert [d.rule.code for d in failed] == ["MF6041"]
    assert "source = …" in failed[0].help


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    (result,) = analysed(tmp_path, BLOCK.replace("my_op.c", "lost.c")).results
    _, failed = execute(result.compiled, result.target, [[bytes(6)]])
    assert [d.rule.code for d in failed] == ["MF6041"]
    assert "lost.c` that holds `my_op`" in failed[0].message and "`source`" in failed[0].help


def test_an_emulated_board_has_no_function(tmp_path: Path) -> None:
    (result,) = analysed(tmp_path).results
    image, failed = build_image(result.compiled, load_target("cortex-m4"), tmp_path)
    if failed and failed[0].rule.code != "MF6041":
        need("arm-none-eabi-gcc")
    assert image is None and [d.rule.code for d in failed] == ["MF6041"]
    assert "compile it for `host` too" in failed[0].help


def test_a_header_that_says_otherwise_does_not_compile(tmp_path: Path) -> None:
    need("gcc")
    (result,) = analysed(tmp_path).results
    other = HEADER.replace("const float *factors", "const double *factors")
    (tmp_path / "dsp" / "my_op.h").write_text(other, "utf-8")
    _, failed = execute(result.compiled, result.target, [[bytes(6)]])
    assert failed and "conflicting types" in "\n".join(failed[0].notes)


def test_functions_take_one_kind_of_operands(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, a=model(), b=model(dtype="float32"))
    assert [d.rule.code for d in analysis.diagnostics] == ["MF4012"]
    found = analysis.diagnostics[0]
    assert "(float32, float32 -> float32) for operator 1" in found.message
    assert "(int8, float32 -> float32) for operator 1" in found.message
    assert found.span is not None and found.span.line == 2


def test_unused_and_unknown(tmp_path: Path) -> None:
    spelt = analysed(tmp_path, BLOCK.replace('"MyOp"', '"my_op"'))
    assert sorted(d.rule.code for d in spelt.diagnostics) == ["MF4002"]
    assert "`custom` block" in messages(spelt)
    plain = assemble(
        [T("x", "float32", (1,)), T("y", "float32", (1,))], [N("ABS", ["x"], ["y"])], ["x"], ["y"]
    )
    unused = analysed(tmp_path, wake=plain)
    assert [d.rule.code for d in unused.diagnostics] == ["MF2043"]
    assert not has_errors(unused.diagnostics)
    assert "no model has an operator 'MyOp'" in messages(unused)


def test_a_known_operator_can_be_replaced(tmp_path: Path) -> None:
    """The application's own form of an operator that the compiler knows too."""
    known = model(op="SignalPCAN")
    block = BLOCK.replace("MyOp", "SignalPCAN")
    (output,) = generate(analysed(tmp_path, block, wake=known))
    assert "my_op(" in output.files["wake.c"]


def test_unsupported_operands(tmp_path: Path) -> None:
    tensors = [T("x", "float32", (1,)), T("s", "complex64", (1,)), T("y", "float32", (1,))]
    strange = assemble(tensors, [N("CUSTOM", ["x", "s"], ["y"], custom="MyOp")], ["x", "s"], ["y"])
    assert "type complex64 is not supported" in messages(analysed(tmp_path, wake=strange))
    absent = assemble(tensors, [N("CUSTOM", ["x", -1], ["y"], custom="MyOp")], ["x"], ["y"])
    assert "an absent input" in messages(analysed(tmp_path, wake=absent))
