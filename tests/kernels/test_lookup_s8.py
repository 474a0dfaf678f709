"""lookup_s8 by fours against plain C."""

from __future__ import annotations

import numpy as np
import pytest

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Site
from microflow.targets import load_target
from tests.assemble import N, T
from tests.kernels.harness import HOSTS, Job, Way, check, job, outputs, over, whole
from tests.ops.same import Part
from tests.ops.windows import site


def ways() -> list[Way]:
    """All lengths around a few fours, at all addresses, also in place."""
    random = np.random.default_rng(3)
    table = array("table", random.permutation(np.arange(-128, 128)).astype(np.int8))
    found = []
    for count in (*range(1, 13), 256):
        data = random.integers(-128, 128, count, np.int8)
        values = np.arange(-128, 128, dtype=np.int8) if count == 256 else data
        call = KernelCall("lookup_s8", (0,), (1,), {"count": count, "table": table})
        made = Job(call, (values.tobytes(),), (count,))
        found += [whole(made, [count % 4, count // 4 % 4]), over(made, 0)]
    return found


@pytest.mark.parametrize("place", [*HOSTS, "cortex-m3", "cortex-m4"])
def test_fours(place: str) -> None:
    check(place, "thumb2", ways())


def rescaled(scales: tuple[float, float], zeros: tuple[int, int], types: tuple[str, str]) -> Site:
    """Returns a QUANTIZE of every byte, twice, to another scale."""
    tensors = [
        T(name, dtype, (2, 256), scale, zero)
        for name, dtype, scale, zero in zip("xy", types, scales, zeros, strict=True)
    ]
    return site(Part(tensors, [N("QUANTIZE", ["x"], ["y"])]))


@pytest.mark.parametrize("types", [("int8", "int8"), ("uint8", "int8"), ("int8", "uint8")])
@pytest.mark.parametrize("scales", [(0.05, 0.021), (0.003, 0.07), (0.5, 0.13)])
def test_another_scale_is_a_table(scales: tuple[float, float], types: tuple[str, str]) -> None:
    zeros = {"int8": -7, "uint8": 121}
    found = rescaled(scales, (zeros[types[0]], zeros[types[1]]), types)
    core = load_target("cortex-m4").core
    (usual,), ((table,),) = found.node.op.lower(found, core), found.node.op.designs(found, core)
    assert (usual.kernel, table.kernel) == ("requantize_s8_s8", "lookup_s8")
    every = np.arange(512).astype(np.uint8).tobytes()
    expected = outputs("gcc", "portable", [whole(job(found, usual, every))])
    assert outputs("gcc", "thumb2", [whole(job(found, table, every))]) == expected
