"""mul_s8 with Arm's DSP extension against plain C: broadcast operands, all shifts and clamps."""

from __future__ import annotations

import pytest

from tests.kernels.harness import HOSTS, check
from tests.kernels.test_elements_mve import KERNELS, ways_of


@pytest.mark.parametrize("place", [*HOSTS, "cortex-m4"])
def test_products(place: str) -> None:
    check(place, "dsp", [way for job in KERNELS["mul_s8"]() for way in ways_of(job)])
