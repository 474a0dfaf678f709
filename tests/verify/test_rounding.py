"""Bounds of kernels that call libm: stated in the contract, and only there."""

from __future__ import annotations

from microflow.resources import resource
from microflow.verify.rounding import kernel_bound


def test_every_kernel_that_calls_libm_states_a_bound_and_no_other_has_one() -> None:
    folders = sorted(resource("runtime_c/kernels").iterdir())
    found = {folder.name: kernel_bound(folder.name) for folder in folders}
    assert found["logistic_f32"] == 4
    assert found["softmax_f32"] == 16
    assert found["sqrt_f32"] == 0  # stated: the library's square root is exact
    for folder in folders:
        calls_libm = any("<math.h>" in path.read_text("utf-8") for path in folder.glob("*.h"))
        assert calls_libm or found[folder.name] == 0, folder.name
