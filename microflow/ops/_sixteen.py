"""What layers with int16 activations and int8 weights have in common.

With a bias of 64 bits, or none, the reference sums in 64 bits and scales by a multiplier of 16;
with one of 32 bits it sums in 32 bits, and scales as it does int8.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops._constants import bias_values

_LARGEST_SHIFT = 14  # of a sum of 64 bits, to the left
_INT32 = np.iinfo(np.int32)


def is_wide(site: Site) -> bool:
    """Tells whether sums have 64 bits; the bias is the operator's third input."""
    bias = site.optional(2)
    return bias is None or bias.dtype is DType.INT64


def check_scales(site: Site) -> Iterator[Finding]:
    """Yields a finding where outputs are so many times larger than sums that none fits."""
    x, w, y = site.input(0), site.input(1), site.output
    if not (is_wide(site) and x.quantization and w.quantization and y.quantization):
        return
    shifts = [tflm.quantised_multiplier(f)[1] for f in tflm.channel_factors(x, w, y)]
    if max(shifts) > _LARGEST_SHIFT:
        yield Finding(
            f"an output scale of {y.scale:g} for an input scale of {x.scale:g}",
            f"outputs of at most 2^{_LARGEST_SHIFT} steps for a product of one",
            y,
        )


def check_bias(site: Site, position: int) -> Iterator[Finding]:
    """Yields a finding where an int16 layer has a bias of 32 bits that the reference mistakes.

    It reads 64 bits an element, half of them behind the bias.
    """
    bias = site.optional(position)
    if site.input(0).dtype is DType.INT16 and bias is not None and bias.dtype is DType.INT32:
        what = "a bias of type int32 beside int16, of which the reference reads twice the bytes"
        yield Finding(what, "a bias of type int64", bias)


def multipliers(site: Site, exact: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the multipliers in the format that goes with the site's sums, from those in Q0.31."""
    if not is_wide(site):
        return exact
    return np.array([tflm.reduced_multiplier(int(m)) for m in exact], np.int32)


def value_params(
    site: Site, filters: NDArray[np.int8], offsets: NDArray[np.int64] | int = 0
) -> dict[str, Value]:
    """Returns the kernel parameters of the bias, the scales and the clamp.

    `filters` has output channels first; `offsets` are added to the bias.
    """
    x, w, y = site.input(0), site.input(1), site.output
    channels = len(filters)
    multiplier, shift = tflm.channel_multipliers(x, w, y, channels)
    low, high = tflm.activation_range(site.attrs.activation, y)
    bias = bias_values(site.optional(2), channels, "int64") + offsets
    narrow = bool(((bias >= _INT32.min) & (bias <= _INT32.max)).all())
    return {
        "out_min": low,
        "out_max": high,
        "bias": array("bias", bias.astype(np.int32)) if narrow else None,
        "wide_bias": None if narrow else array("wide_bias", bias),
        "multiplier": array("multiplier", multipliers(site, multiplier)),
        "shift": array("shift", shift),
    }
