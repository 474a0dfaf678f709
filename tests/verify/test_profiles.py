"""Each profile is verified against its own interpreter."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from microflow.analysis import Request, check
from microflow.compilation import Result
from microflow.files import Overlay
from microflow.verify.compare import verify
from microflow.verify.oracle import Arrays, NoResult, profile_steps, profile_tensors_of_steps
from microflow.verify.vectors import Vectors
from tests.assemble import N, T, assemble
from tests.need import corpus, need

PROFILES = ("tflm", "litert-ref", "xnnpack")
ORACLES = {"tflm": "tflite-micro", "litert-ref": "ai-edge-litert", "xnnpack": "ai-edge-litert"}
MLPERF_TINY = ("kws_ref_model", "pretrainedresnet_quant", "vww_96_int8", "str_ww_ref_model")


@pytest.fixture(autouse=True)
def _compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", need("gcc"))


def halves(bias: bool = True) -> bytes:
    """Returns a model whose layer gives half of its input: 0.5 is 1 or 0, as the profile says."""
    return assemble(
        tensors=[
            T("x", "int8", (1, 1), scale=0.5),
            T("w", "int8", (1, 1), data=[[1]], scale=0.5),
            T("b", "int32", (1,), data=[0], scale=0.25),
            T("y", "int8", (1, 1), scale=0.5),
        ],
        nodes=[N("FULLY_CONNECTED", ["x", "w", "b" if bias else -1], ["y"])],
        inputs=["x"],
        outputs=["y"],
    )


def compiled(model: bytes, profile: str) -> Result:
    text = (
        'mflow 1\nmodel m {\n  source = "m.tflite"\n  targets = [host]\n'
        f"  profile = {profile}\n}}\n"
    )
    files = Overlay({"m.mflow": text.encode(), "m.tflite": model})
    (result,) = check(Request("m.mflow"), files).results
    return result


def _vectors(value: int) -> Vectors:
    return Vectors("v.npz", (_step(1),), (_step(value),))


def _step(value: int) -> Arrays:
    return (np.array([[value]], np.int8),)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_interpreter_of_the_profile_is_the_reference(profile: str) -> None:
    made, found = verify(compiled(halves(), profile), halves(), steps=3)
    assert made is not None and not found
    assert (made.passed, made.profile, made.oracle) == (True, profile, ORACLES[profile])


def test_what_another_profile_gives_differs() -> None:
    """The layer is right, so the vectors are to blame: they were made with another rounding."""
    made, (found,) = verify(compiled(halves(), "litert-ref"), halves(), _vectors(0))
    assert made is not None and not made.passed
    assert found.rule.code == "MF6020"
    assert "no layer differs from LiteRT" in found.message
    assert found.help == "make the vectors with this model and LiteRT"


def test_layers_of_the_default_of_litert_are_not_compared() -> None:
    made, (found,) = verify(compiled(halves(), "xnnpack"), halves(), _vectors(1))
    assert made is not None and not made.passed
    assert found.rule.code == "MF6020"
    assert "which layer is unknown: LiteRT's default" in found.message
    assert "if vectors were given" in found.help


def test_the_tensors_of_layers() -> None:
    found = profile_tensors_of_steps("litert-ref", halves(), [_step(1)], isolated=True)
    assert not isinstance(found, NoResult)
    assert {index: value.item() for index, value in found[0].items()} == {3: 1}


def test_what_litert_refuses_has_no_reference() -> None:
    found = profile_steps("litert-ref", b"TFL3" * 10, [_step(1)], isolated=True)
    assert isinstance(found, NoResult)
    assert found.reason.startswith("LiteRT does not run the model: ")


def test_without_litert_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    made, (found,) = verify(compiled(halves(), "xnnpack"), halves())
    assert made is None
    assert found.rule.code == "MF6024"
    assert "ai-edge-litert is not installed" in found.message and "pip install" in found.help


@pytest.mark.parametrize("profile", PROFILES[1:])
@pytest.mark.parametrize("name", MLPERF_TINY)
def test_models_of_mlperf_tiny(name: str, profile: str) -> None:
    model = (corpus() / "models" / f"mlperf_tiny__{name}.tflite").read_bytes()
    made, found = verify(compiled(model, profile), model, steps=4)
    assert made is not None and not found
    assert made.passed and made.oracle == "ai-edge-litert"
