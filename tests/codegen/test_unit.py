"""The generated folder: complete, deterministic, quiet under every warning, proof against names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.compilation import compile_model
from microflow.dsl.project import Decode
from microflow.importer.tflite import import_model
from microflow.targets import load_target

from ..assemble import N, T, assemble
from ..need import need
from ..run.band_models import band_models
from ..run_model import STRICT, bind_graph, run_model

CORE = load_target("host").core
HOSTILE = '*/ int x; /* "\\\n#error ??/ %s \u202e é' + "y" * 300


def _model(name: str = "x") -> bytes:
    weights = np.arange(-12, 12).reshape(4, 6)
    return assemble(
        tensors=[
            T(name, "int8", (1, 6), scale=0.5, zero_point=3),
            T("w", "int8", (4, 6), data=weights, scale=0.25),
            T("b", "int32", (4,), data=[1, 2, 3, -4], scale=0.125),
            T(f"{name}?", "int8", (1, 4), scale=2.0, zero_point=-1),
        ],
        nodes=[N("FULLY_CONNECTED", [0, 1, 2], [3])],
        inputs=[0],
        outputs=[3],
    )


def _files(model: bytes, prefix: str = "net") -> dict[str, str]:
    graph, _ = import_model(model, "model")
    assert graph is not None
    return render_unit(lower_unit(prefix, [compile_model(bind_graph(graph), CORE)], CORE))


def _write(files: dict[str, str], folder: Path) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def test_the_folder_holds_what_the_contract_says_and_no_more() -> None:
    assert sorted(_files(_model())) == [
        "CMakeLists.txt",
        "microflow/fully_connected_s8/contract.h",
        "microflow/fully_connected_s8/portable.h",
        "microflow/mf_dots.h",
        "microflow/mf_kernel.h",
        "microflow/mf_layer.h",
        "microflow/mf_port.h",
        "net.c",
        "net.h",
    ]


def test_headers_that_some_kernels_share_are_there_where_one_needs_them(tmp_path: Path) -> None:
    names, shapes = "abc", [(2, 4), (1, 4), (2, 4)]
    files = _files(
        assemble(
            tensors=[
                T(n, "int8", shape, scale=0.5) for n, shape in zip(names, shapes, strict=True)
            ],
            nodes=[N("ADD", [0, 1], [2])],
            inputs=[0, 1],
            outputs=[2],
        )
    )
    shared = sorted(path for path in files if path.count("/") == 1)
    assert shared == [
        "microflow/mf_broadcast.h",
        "microflow/mf_kernel.h",
        "microflow/mf_layer.h",
        "microflow/mf_port.h",
        "microflow/mf_vectors.h",
    ]
    _write(files, tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-c", "net.c"], cwd=tmp_path, check=True)


def test_the_header_has_the_names_of_the_contract() -> None:
    header = _files(_model())["net.h"]
    for text in (
        "#define net_ABI 1",
        "#define net_ARENA_BYTES 12 ",
        "#define net_MODEL_SHA256 ",
        "#define net_INPUT0_SHAPE {1, 6}",
        "#define net_INPUT0_ELEMENTS 6",
        "#define net_INPUT0_SCALE 0.5f",
        "#define net_INPUT0_ZERO_POINT 3",
        "net_OK = 0,",
        "net_E_ARENA = -1,",
        "int8_t *net_input_input0(void);",
        "net_status net_run(void);",
        "const int8_t *net_output_output0(void);",
        "net_status net_infer(const int8_t *input0, int8_t *output0);",
        "net_status net_predict(const float *input0, float *output0);",
        'extern "C"',
    ):
        assert text in header, text


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    _write(_files(_model(HOSTILE)), tmp_path)
    for compiler in ("gcc", "clang"):
        subprocess.run(
            [need(compiler), *STRICT, "-c", "net.c", "-o", "net.o"], cwd=tmp_path, check=True
        )
    x = np.array([[1, 2, 3, 4, 5, 6]], np.int8)
    assert np.array_equal(run_model(_model(HOSTILE), [x]), run_model(_model(), [x]))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    "labels", [("i", "y"), ("status", "best"), ("arena", "softmax_6_params"), ("y", "y_")]
)
def test_labels_may_be_names_that_functions_use(
    labels: tuple[str, str], streamed: bool, tmp_path: Path
) -> None:
    graph, _ = import_model(band_models()["chain"], "model")
    assert graph is not None
    bound = bind_graph(graph)
    (given,), (made,) = bound.inputs, bound.outputs
    bound = evolve(
        bound,
        inputs=(evolve(given, label=labels[0], stream=streamed),),
        outputs=(evolve(made, label=labels[1], decode=Decode(threshold=0.5)),),
    )
    files = render_unit(lower_unit("net", [compile_model(bound, CORE)], CORE))
    assert "softmax_6_params" in files["net.c"]
    _write(files, tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-O1", "-c", "net.c"], cwd=tmp_path, check=True)


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib, sys; from tests.codegen.test_unit import _files, _model;"
        "print(hashlib.sha256(repr(_files(_model())).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_public_symbols_begin_with_the_prefix_and_the_rest_is_static(tmp_path: Path) -> None:
    graph, _ = import_model(_model(), "model")
    assert graph is not None
    bound = bind_graph(graph)
    labelled = evolve(bound.outputs[0], labels=("a", 'b"', "c", "d"), decode=Decode(0.5))
    bound = evolve(bound, outputs=(labelled,))
    unit = lower_unit("net", [compile_model(bound, CORE)], CORE)
    _write(render_unit(unit), tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-c", "net.c"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["nm", "-g", "--defined-only", "net.o"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    symbols = {line.split()[-1] for line in listed.splitlines()}
    assert symbols == {
        "net_decode_output0",
        "net_infer",
        "net_input_input0",
        "net_output_output0",
        "net_output0_labels",
        "net_predict",
        "net_run",
    }


def test_two_models_share_a_unit_without_clashes(tmp_path: Path) -> None:
    graph, _ = import_model(_model(), "model")
    assert graph is not None
    bound = bind_graph(graph)
    both = [compile_model(evolve(bound, name=name), CORE) for name in ("one", "two")]
    _write(render_unit(lower_unit("net", both, CORE)), tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-c", "net.c"], cwd=tmp_path, check=True)
    header = (tmp_path / "net.h").read_text()
    assert "net_one_run(void)" in header and "net_two_run(void)" in header
