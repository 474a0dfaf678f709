"""What each kernel's time may grow with, and the layers from which that is fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from attrs import frozen
from cost_layers import F32, S8, S16, S32, tensor, unary
from cost_shapes import (
    broadcasts,
    constants,
    convolutions,
    counts,
    denses,
    depthwises,
    equals,
    joined,
    means,
    paddings,
    pools,
    slices,
    softmaxes,
)

from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor


@frozen
class Spread:
    """What a kernel's time may grow with (see `microflow.plan.quantities`), and its layers.

    The layers use the kernel alone.
    """

    terms: tuple[str, ...]
    layers: Callable[[], Iterable[Graph]]


WINDOW = ("1", "lines", "lines*kernel_h", "pixels")
CONVOLUTION = (
    *WINDOW, "pixels*tiles", "pixels*tiles*kernel_h", "pixels*out_c", "pieces*quads",
    "pieces*singles", "inside*filter_c*quads", "inside*filter_c*singles", "gaps*out_c",
    "outside*filter_c*out_c", "trios", "trios*pairs", "trios*pairs*taps*filter_c", "duos",
    "duos*tiles", "duos*tiles*taps*filter_c", "gaps", "loose*tiles*taps",
    "loose*out_c*taps*filter_c",
)  # fmt: skip
DEPTHWISE = (
    *WINDOW, "pixels*tiles", "pixels*out_c", "fours*kernel_h", "fours*taps", "lone",
    "lone*kernel_h", "lone*taps", "couples", "couples*out_c", "squares", "squares*out_c", "edges",
    "edges*out_c", "wide*in_c", "wide*in_c*taps", "wide*out_c", "wide*tiles*taps", "free*tiles",
    "free*tiles*kernel_h", "free*tiles*taps", "pixels*taps", "beside", "beside*taps", "left",
    "left*taps",
)  # fmt: skip
DEPTHWISE_F32 = (
    *WINDOW,
    "pixels*in_c",
    "pixels*out_c",
    "pixels*out_c*kernel_h",
    "strips*out_c",
    "inside*out_c",
)
DENSE = (
    "1", "batches", "batches*tiles", "batches*out_c", "batches*quads*in_c", "batches*singles",
    "batches*singles*in_c",
)  # fmt: skip
POOL = (
    *WINDOW, "pixels*channels", "pixels*channels*kernel_h", "strips*channels", "inside*channels",
    "pixels*tiles", "strips*tiles", "inside*tiles", "pixels*singles", "strips*singles",
    "inside*singles",
)  # fmt: skip
# Designs: their layers are those of the usual kernels.
CONVOLUTION_PAIRS = (
    "1", "lines", "lines*kernel_h", "gaps", "trios", "duos", "trios*depth", "duos*depth",
    "pixels*kernel_h", "pixels*depth", "trios*pairs", "duos*pairs", "trios*pairs*depth",
    "duos*pairs*depth",
)  # fmt: skip
CONVOLUTION_QUADS = (
    "1", "lines", "lines*kernel_h", "rounds", "rounds*plain", "rounds*interleave", "rounds*vectors",
    "lines*in_w*in_c*kernel_h*interleave", "pixels*plain", "rounds*tiles", "rounds*tiles*vectors",
    "pixels*out_c", "ragged", "gaps", "gaps*in_c", "lines*interleave", "whole*tiles",
)  # fmt: skip
STRIPS = (
    "1", "lines", "lines*kernel_h", "lines*tiles", "lines*tiles*in_w", "lines*channels",
    "pixels*channels",
)  # fmt: skip
STRIPS_PAIRS = (
    *STRIPS, "lines*tiles*in_w*kernel_h", "lines*channels*words", "pixels*channels*words",
    "pixels*channels*kernel_h",
)  # fmt: skip
DEPTHWISE_QUADS = (
    "1", "lines", "lines*kernel_h", "lines*sixteens", "pixels*sixteens", "pixels*out_c",
    "lines*out_c", "lines*in_w*sixteens", "lines*in_w*out_c", "rounds*out_c", "rounds*tiles",
    "lines*tiles", "rounds*sixteens", "ragged", "ragged*out_c",
)  # fmt: skip
DEPTHWISE_SIXTEENS = (
    *WINDOW, "pixels*sixteens", "strips*sixteens", "inside*sixteens", "outside*sixteens",
)  # fmt: skip
DENSE_PAIRS = (
    "1", "batches", "batches*in_c", "batches*quads", "batches*quads*in_c", "batches*singles",
    "batches*singles*in_c", "batches*out_c",
)  # fmt: skip
DENSE_SHORT = ("1", "tiles", "tiles*in_c", "in_c")
DENSE_QUADS = (
    "1", "batches", "batches*tiles", "batches*out_c", "batches*tiles*in_c", "batches*out_c*in_c",
)  # fmt: skip
KEPT = "kept0*kept1*kept2"
MEAN = (
    "1", "kept0*kept1", KEPT, f"{KEPT}*over0", f"{KEPT}*over0*over1", "abreast", "abreast*over0",
    "alone", "alone*over0*over1",
)  # fmt: skip
BROADCAST = ("1", "runs", "carries", "runs*count", "still")
COUNT = ("1", "count")
PADDING = ("1", "rows", "rows*dims", "rows*before", "rows*row_bytes", "rows*after")
ROWS = ("1", "rows", "rows*row_bytes")


def elementwise(name: str, source: Tensor, output: Tensor) -> Spread:
    """Returns the spread of a kernel whose time grows with the number of elements."""
    return Spread(COUNT, partial(counts, partial(unary, name, source, output)))


SPREADS = {
    "add_f32": Spread(BROADCAST, partial(broadcasts, "ADD", F32)),
    "add_s32": Spread(BROADCAST, partial(broadcasts, "ADD", S32)),
    "add_s8": Spread(BROADCAST, partial(broadcasts, "ADD", S8)),
    "average_pool_f32": Spread(POOL, partial(pools, "AVERAGE_POOL_2D", F32)),
    "average_pool_s8": Spread(POOL, partial(pools, "AVERAGE_POOL_2D", S8)),
    "blend_s8": Spread(COUNT, partial(equals, "ADD", S8)),
    "clamp_s8": elementwise("RELU6", tensor(S8), tensor(S8)),
    "conv2d_f32": Spread(CONVOLUTION, partial(convolutions, F32)),
    "conv2d_pairs_s8": Spread(CONVOLUTION_PAIRS, partial(convolutions, S8)),
    "conv2d_quads_s8": Spread(CONVOLUTION_QUADS, partial(convolutions, S8)),
    "conv2d_s8": Spread((*CONVOLUTION, "pixels*bits"), partial(convolutions, S8)),
    "copy": Spread(("1", "bytes"), partial(counts, partial(unary, "COPY", tensor(S8), tensor(S8)))),
    "copy_constant": Spread(ROWS, constants),
    "copy_strided": Spread(ROWS, joined),
    "depthwise3x3_s8": Spread(STRIPS, partial(depthwises, S8)),
    "depthwise_f32": Spread(DEPTHWISE_F32, partial(depthwises, F32)),
    "depthwise_pairs_s8": Spread(STRIPS_PAIRS, partial(depthwises, S8)),
    "depthwise_quads_s8": Spread(DEPTHWISE_QUADS, partial(depthwises, S8)),
    "depthwise_sixteens_s8": Spread(DEPTHWISE_SIXTEENS, partial(depthwises, S8)),
    "depthwise_s8": Spread((*DEPTHWISE, "pixels*bits"), partial(depthwises, S8)),
    "dequantize_s16_f32": elementwise("DEQUANTIZE", tensor(S16, zero=0, scale=0.001), tensor(F32)),
    "dequantize_s8_f32": elementwise("DEQUANTIZE", tensor(S8), tensor(F32)),
    "fully_connected_f32": Spread(DENSE, partial(denses, F32)),
    "fully_connected_pairs_s8": Spread(DENSE_PAIRS, partial(denses, S8)),
    "fully_connected_quads_s8": Spread(DENSE_QUADS, partial(denses, S8)),
    "fully_connected_s8": Spread(
        (*DENSE, "batches*out_c*uncut", "batches*bits"), partial(denses, S8)
    ),
    "fully_connected_short_s8": Spread(DENSE_SHORT, partial(denses, S8)),
    "logistic_f32": elementwise("LOGISTIC", tensor(F32), tensor(F32)),
    "lookup_s8": elementwise("LOGISTIC", tensor(S8), tensor(S8, zero=-128, scale=1 / 256)),
    "max_pool_f32": Spread(POOL, partial(pools, "MAX_POOL_2D", F32)),
    "max_pool_s8": Spread(POOL, partial(pools, "MAX_POOL_2D", S8)),
    "mean_f32": Spread(MEAN, partial(means, F32)),
    "mean_s8": Spread((*MEAN, f"{KEPT}*bits"), partial(means, S8)),
    "mul_f32": Spread(BROADCAST, partial(broadcasts, "MUL", F32)),
    "mul_s32": Spread(BROADCAST, partial(broadcasts, "MUL", S32)),
    "mul_s8": Spread((*BROADCAST, "runs*count*bits"), partial(broadcasts, "MUL", S8)),
    "pad": Spread(PADDING, paddings),
    "quantize_f32_s16": elementwise("QUANTIZE", tensor(F32), tensor(S16, zero=0, scale=2e-4)),
    "quantize_f32_s8": elementwise("QUANTIZE", tensor(F32), tensor(S8, zero=-4, scale=0.02)),
    "relu_f32": elementwise("RELU", tensor(F32), tensor(F32)),
    "requantize_s8_s8": elementwise("QUANTIZE", tensor(S8), tensor(S8, zero=-4, scale=0.07)),
    "requantize_wide": elementwise("QUANTIZE", tensor(S16, zero=0, scale=2e-4), tensor(S8)),
    "softmax_f32": Spread(("1", "rows", "rows*depth"), partial(softmaxes, F32)),
    "softmax_s8": Spread(("1", "rows", "rows*depth"), partial(softmaxes, S8)),
    "strided_slice": Spread(
        ("1", "slices", "slices*dims", "slices*rows", "slices*rows*row_bytes"), slices
    ),
}
