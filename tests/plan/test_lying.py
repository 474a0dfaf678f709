"""1-D nets whose layers lie along a row, where a core's kernels are worth the memory."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve

from microflow.analysis import Request, check
from microflow.compilation import Result, compile_for, on_whole_tensors, plans
from microflow.files import Disk
from microflow.verify.compare import verify
from tests.need import need_core
from tests.ops.same import joined
from tests.passes.signals import COLUMN, FLAT, ROW, Net


def net(form: str) -> Net:
    """Returns layers with long windows, and others that a row is no better for."""
    made = Net("int8", 40, 16)
    made.see(form)
    made.convolve(7)
    made.convolve(1, filters=20)
    made.convolve(3, stride=2)
    made.convolve(5, filters=12, padding="VALID")
    made.pool("MAX_POOL_2D", 2, stride=2, padding="VALID")
    made.see(FLAT)
    made.mean()
    return made


def result(folder: Path, goal: str, form: str = COLUMN, core: str = "cortex-m4") -> Result:
    path = folder / "m.tflite"
    path.write_bytes(joined(net(form).part))
    (found,) = check(Request(str(path), target=core, optimize=goal), Disk()).results
    return found


def lying(found: Result) -> list[str]:
    """The kernels that work along a row."""
    calls = (call for group in found.compiled.calls for call in group if "kernel_w" in call.params)
    return [call.kernel for call in calls if call.params["in_h"] == 1]


@pytest.mark.parametrize("form", [ROW, COLUMN])
def test_memory_buys_time(form: str, tmp_path: Path) -> None:
    fastest, least = (result(tmp_path, goal, form) for goal in ("latency", "ram"))
    assert "depthwise_pairs_s8" in lying(fastest)
    assert "depthwise_pairs_s8" not in lying(least)
    times = [found.times.total.instructions for found in (fastest, least) if found.times.total]
    assert times[0] < 0.8 * times[1]
    assert fastest.sizes.ram_bytes > least.sizes.ram_bytes


def test_each_plan_pays_for_its_memory(tmp_path: Path) -> None:
    found = result(tmp_path, "balanced")
    front = plans(found.model, found.target)
    figures = [(p.compiled.plan.lower_bound, p.times.total) for p in front]
    assert len(front) > 1
    for (less, longer), (more, shorter) in pairwise(figures):
        assert longer is not None and shorter is not None
        assert less < more
        assert (longer.cycles or 0) > (shorter.cycles or 0)


def test_a_budget_keeps_them_upright(tmp_path: Path) -> None:
    fastest, least = (result(tmp_path, goal) for goal in ("latency", "ram"))
    room = evolve(fastest.target, ram=fastest.sizes.ram_bytes - 1)
    found = compile_for(evolve(fastest.model, optimize="latency"), room)
    assert least.sizes.ram_bytes <= found.sizes.ram_bytes < fastest.sizes.ram_bytes


def test_rows_that_are_pushed_need_rows(tmp_path: Path) -> None:
    found = result(tmp_path, "latency")
    inputs = tuple(evolve(port, stream=True) for port in found.model.inputs)
    streamed = compile_for(evolve(found.model, inputs=inputs), found.target)
    assert streamed.compiled.plan.streamed is not None
    assert "depthwise_pairs_s8" not in lying(streamed)


def test_plain_c_lies_as_well_without_memory(tmp_path: Path) -> None:
    found = lying(result(tmp_path, "latency", core="cortex-m0"))
    assert set(found) == {"conv2d_s8", "depthwise_s8", "max_pool_s8"}


def test_whole_tensors_may_be_asked_for(tmp_path: Path) -> None:
    fastest = result(tmp_path, "latency")
    whole = on_whole_tensors(fastest.compiled, fastest.target.core)
    assert lying(evolve(fastest, compiled=whole)) == lying(fastest)


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("goal", ["latency", "ram"])
def test_the_bytes_are_the_same(core: str, goal: str, tmp_path: Path) -> None:
    need_core(core)
    found = result(tmp_path, goal, core=core)
    verified, failed = verify(found, (tmp_path / "m.tflite").read_bytes(), steps=3)
    assert verified is not None and verified.passed, failed
