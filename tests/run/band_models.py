"""Small networks of every kind that runs by rows: what the tests of bands compile and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from .nets import Net


def _chain(net: Net) -> bytes:
    """Separable convolutions, a pool over all, a classifier."""
    x = net.input((1, 14, 9, 2))
    x = net.conv(x, 6, (3, 3), (2, 2), activation="RELU")
    x = net.depthwise(x, (3, 3))
    x = net.conv(x, 8, (1, 1))
    x = net.depthwise(x, (3, 3), (2, 2))
    x = net.pool(x, "AVERAGE", net.shape(x)[1:3], (1, 1))
    return net.model([net.unary("SOFTMAX", net.dense(x, 5))])


def _residual(net: Net) -> bytes:
    """Branches that wait: around one window, and around two with an activation between."""
    x = net.input((1, 11, 6, 4))
    x = net.conv(x, 4, (3, 3))
    x = net.binary("ADD", x, net.depthwise(x, (5, 3)))
    y = net.conv(net.unary("RELU", net.conv(x, 4, (3, 1))), 4, (3, 3))
    x = net.unary("RELU", net.binary("ADD", y, x))
    x = net.binary("MUL", net.binary("ADD", x, x), net.constant((1, 1, 1, 4)))
    return net.model([net.mean(x)])


def _odd(net: Net) -> bytes:
    """Strides above kernels, dilated windows, kernels higher than the picture, wide pools."""
    x = net.input((1, 19, 8, 3))
    x = net.conv(x, 4, (4, 2), (1, 1), dilation=(2, 3))
    x = net.pool(x, "MAX", (3, 2), (1, 2), "SAME")
    x = net.depthwise(x, (2, 2), (3, 1), "VALID", multiplier=2)
    x = net.conv(x, 3, (9, 3), (1, 1))
    x = net.conv(x, 5, (1, 1), (3, 2))
    return net.model([x])


def _flat(net: Net) -> bytes:
    """A picture flattened into a dense layer, which takes its rows as they come."""
    x = net.pool(net.conv(net.input((1, 12, 5, 2)), 4, (3, 3)), "MAX", (2, 1), (2, 1))
    return net.model([net.dense(net.reshape(x, (1, 120)), 6)])


def _pools(net: Net) -> bytes:
    """Maxima over rows that no two windows share, taken row by row; the last are cut off."""
    x = net.pool(net.conv(net.input((1, 17, 7, 2)), 4, (3, 3)), "MAX", (2, 2), (2, 2), "SAME")
    return net.model([net.pool(net.depthwise(x, (3, 3)), "MAX", (2, 3), (4, 1))])


def _all_over(net: Net) -> bytes:
    """A depthwise kernel as large as the picture."""
    x = net.conv(net.input((1, 9, 4, 2)), 4, (3, 3))
    return net.model([net.depthwise(x, (9, 4), padding="VALID", multiplier=2)])


def _highest(net: Net) -> bytes:
    """The maximum of each channel."""
    x = net.conv(net.input((1, 9, 4, 2)), 4, (3, 3))
    return net.model([net.pool(x, "MAX", (9, 4), (1, 1))])


def _tall(net: Net) -> bytes:
    """The only output of a chain is a window over the whole height, several pixels wide."""
    x = net.conv(net.input((1, 10, 6, 3)), 5, (3, 3))
    return net.model([net.conv(net.depthwise(x, (3, 3)), 3, (10, 3), padding="VALID")])


def _padded(net: Net) -> bytes:
    """Explicit padding, larger than the kernels behind it: windows that lie outside altogether."""
    x = net.input((1, 7, 5, 2))
    x = net.conv(net.pad(x, ((0, 0), (4, 5), (1, 2), (0, 0))), 4, (2, 2), padding="VALID")
    x = net.pad(x, ((0, 0), (0, 3), (0, 0), (0, 0)))
    return net.model([net.depthwise(x, (1, 3), (4, 1), padding="VALID")])


def _constants(net: Net) -> bytes:
    """Constants beside a picture: one for all rows, one for each, one as large as the picture."""
    x = net.conv(net.input((1, 9, 4, 2)), 3, (3, 3))
    x = net.binary("ADD", x, net.constant((4, 3)))
    x = net.binary("MUL", x, net.constant((1, 9, 1, 1)))
    x = net.binary("ADD", net.conv(x, 3, (3, 1)), net.constant((1, 9, 4, 3)))
    return net.model([net.conv(x, 2, (3, 3))])


def _views(net: Net) -> bytes:
    """The same rows under another shape, and other rows, between windows."""
    x = net.conv(net.reshape(net.input((1, 60)), (1, 10, 6, 1)), 2, (3, 3))
    x = net.depthwise(net.reshape(x, (1, 10, 3, 4)), (3, 3))
    x = net.conv(net.reshape(x, (1, 5, 6, 4)), 3, (3, 1))
    return net.model([net.unary("LOGISTIC", x)])


def _beside(net: Net) -> bytes:
    """Branches whose channels lie side by side; what works pixel by pixel."""
    x = net.conv(net.input((1, 9, 5, 2)), 4, (3, 3), (1, 2))
    x = net.concat([x, net.pool(x, "MAX", (3, 3), (1, 1), "SAME"), x])
    return net.model([net.conv(net.unary("SOFTMAX", net.conv(x, 5, (1, 1))), 3, (3, 1))])


def _inputs(net: Net) -> bytes:
    """Two inputs: what is made of the second first is added to what the first becomes."""
    x, other = net.input((1, 8, 6, 3)), net.input((1, 60))
    waits = net.reshape(net.dense(other, 192), (1, 8, 6, 4))
    return net.model([net.binary("ADD", net.conv(x, 4, (3, 3)), waits)])


def _long(net: Net) -> bytes:
    """More rows than a byte counts."""
    x = net.conv(net.input((1, 300, 2, 1)), 2, (3, 1))
    return net.model([net.conv(net.depthwise(x, (3, 3), (2, 1)), 2, (5, 1), (4, 1))])


_MODELS: Mapping[str, tuple[Callable[[Net], bytes], str]] = {
    "chain": (_chain, "int8"),
    "residual": (_residual, "int8"),
    "odd": (_odd, "int8"),
    "flat": (_flat, "int8"),
    "tall": (_tall, "int8"),
    "pools": (_pools, "int8"),
    "over": (_all_over, "int8"),
    "highest": (_highest, "int8"),
    "padded": (_padded, "int8"),
    "constants": (_constants, "int8"),
    "views": (_views, "int8"),
    "beside": (_beside, "int8"),
    "inputs": (_inputs, "int8"),
    "long": (_long, "int8"),
    "floats": (_chain, "float32"),
    "branches": (_residual, "float32"),
    "strides": (_odd, "float32"),
    "heights": (_tall, "float32"),
    "maxima": (_pools, "float32"),
    "top": (_highest, "float32"),
}


@cache
def band_models() -> dict[str, bytes]:
    """Returns the models by name."""
    return {
        name: build(Net(dtype, seed))
        for seed, (name, (build, dtype)) in enumerate(_MODELS.items(), 1)
    }
