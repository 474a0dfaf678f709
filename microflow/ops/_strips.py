"""What the kernels have in common that compute DEPTHWISE_CONV_2D by strips of four channels.

They are for cores with Arm's DSP extension.
"""

from __future__ import annotations

import numpy as np

from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _convolution
from microflow.ops._channels import Channels, channels_of, settled

_STRIP = 4  # channels
_LARGEST_SUM = 2**30 - 1
_LARGEST_SHIFT = 22


def are_there(site: Site) -> bool:
    """Tells whether there are strips: int8 channels enough, each by itself, with known weights.

    Windows that are two columns apart at most, and not the picture, which can come in pieces.
    """
    x, w = site.input(0), site.input(1)
    if not _convolution.is_plain(site) or _convolution.fits(site):
        return False
    dense = site.attrs.dilation_w == 1 or w.shape[2] == 1
    return dense and site.attrs.stride_w in (1, 2) and _STRIP <= w.shape[3] == x.shape[3]


def channels(site: Site) -> Channels | None:
    """Returns all channels; None where one is more than a shift to the right, clamped to int8."""
    weights = _convolution.centred_weights(site)
    assert weights is not None, "wants no operands"
    limits = tflm.activation_range(site.attrs.activation, site.output)
    taps = np.ascontiguousarray(np.moveaxis(weights[0], 2, 0))
    found = settled(channels_of(site, taps), site.output.zero_point, *limits)
    clamped = limits != (-128, 127) and bool(found.weights.any())
    return found if not clamped and found.are_within(_LARGEST_SUM, _LARGEST_SHIFT) else None
