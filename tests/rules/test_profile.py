"""Models whose operators cannot follow their profile, alone or beside others."""

from __future__ import annotations

import numpy as np

from microflow.analysis import Analysis, Request, check, generate
from microflow.files import Overlay
from tests.assemble import N, T, assemble


def _model(*ops: str) -> bytes:
    tensors = [T(f"t{i}", "int8", (1, 8), scale=0.5) for i in range(len(ops) + 1)]
    nodes = [N(op, [f"t{i}"], [f"t{i + 1}"]) for i, op in enumerate(ops)]
    return assemble(tensors, nodes, ["t0"], [f"t{len(ops)}"])


def _dense() -> bytes:
    return assemble(
        tensors=[
            T("x", "int8", (1, 8), scale=0.5),
            T("w", "int8", (4, 8), data=np.ones((4, 8)), scale=0.5),
            T("b", "int32", (4,), data=[1, 2, 3, 4], scale=0.25),
            T("y", "int8", (1, 4), scale=0.5),
        ],
        nodes=[N("FULLY_CONNECTED", ["x", "w", "b"], ["y"])],
        inputs=["x"],
        outputs=["y"],
    )


def _check(*profiles: str, model: bytes) -> Analysis:
    blocks = [
        f'model m{i} {{\n  source = "m.tflite"\n  targets = [host]\n  profile = {profile}\n}}\n'
        for i, profile in enumerate(profiles)
    ]
    files = {"m.mflow": f"mflow 1\n{''.join(blocks)}".encode(), "m.tflite": model}
    return check(Request("m.mflow"), Overlay(files))


def test_operators_that_follow_are_not_mentioned() -> None:
    for profile in ("tflm", "litert-ref", "xnnpack"):
        analysis = _check(profile, model=_dense())
        assert not analysis.diagnostics
        assert analysis.results[0].model.profile == profile


def test_each_operator_that_does_not_is_an_error_at_the_profile() -> None:
    assert not _check("tflm", model=_model("RSQRT", "RELU", "ELU")).diagnostics
    analysis = _check("litert-ref", model=_model("RSQRT", "RELU", "ELU"))
    assert not analysis.results
    first, second = analysis.diagnostics
    assert first.rule.code == second.rule.code == "MF4020"
    assert first.message == "RSQRT (operator 0): int8 under profile litert-ref is not supported"
    assert first.help == "use profile tflm"
    assert second.message.startswith("ELU (operator 2)")
    assert first.span is not None and (first.span.line, first.span.column) == (5, 13)


def test_profiles_that_round_otherwise_do_not_share_a_file() -> None:
    for pair in (("xnnpack", "tflm"), ("litert-ref", "xnnpack")):
        (found,) = _check(*pair, model=_dense()).diagnostics
        assert found.rule.code == "MF4021"
        assert "`m0`" in found.message and "`m1`" in found.message and "host" in found.message
    assert not _check("tflm", "litert-ref", model=_dense()).diagnostics
    assert not _check("xnnpack", "xnnpack", model=_dense()).diagnostics


def test_the_profile_chooses_the_rounding() -> None:
    headers = {}
    for profile in ("tflm", "litert-ref", "xnnpack"):
        (output,) = generate(_check(profile, model=_dense()))
        headers[profile] = output.files.get("microflow/mf_layer.h")
        assert f'"profile": "{profile}"' in next(
            text for path, text in output.files.items() if path.endswith(".report.json")
        )
    assert headers["tflm"] != headers["xnnpack"]
    assert headers["litert-ref"] is None  # its only layer is rounded once, by a kernel of its own
