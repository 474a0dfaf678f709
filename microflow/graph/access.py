"""In which order a node reads and writes its operands: the planner's and the proof's only source.

Output pixels are produced in raster order, image by image. An operand that is read through a
`Window` is read only where the window of the pixel at hand lies; an operand with no window may be
read whole, at any time between the first write and the last.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Window:
    """The part of an input that one output pixel reads, as (vertical, horizontal) pairs in pixels.

    Output row y reads input rows ``y * stride - padding + k * dilation`` for k below `kernel`;
    rows outside the input are not read.
    """

    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)

    def rows(self, y: int, height: int) -> range:
        """Returns the input rows that output row `y` reads, within `height`."""
        first = y * self.stride[0] - self.padding[0]
        last = first + (self.kernel[0] - 1) * self.dilation[0]
        return range(max(first, 0), min(last, height - 1) + 1)


@frozen
class Elementwise:
    """Element i of the output reads element i of the operand, and nothing else of it."""


@frozen
class Whole:
    """Any part of the operand may be read until the last output is written."""


@frozen
class Rowwise(Whole):
    """The same; but of a node cut to one row of its pictures, row y makes row y of the output."""


Read = Window | Elementwise | Whole


@frozen
class Access:
    """How the operands are read: one entry an input tensor, in the node's order.

    A pixel may be read until its last channel is written. `channelwise`: a channel of the output
    reads only the same channel of the pixels under its window, and reads them before it is written.
    `reversible`: the kernel can also make its pixels in descending order, the last image's first.
    """

    reads: tuple[Read, ...]
    channelwise: bool = False
    reversible: bool = False


def whole(inputs: int) -> Access:
    """Returns the access of an operator that promises nothing about order."""
    return Access((Whole(),) * inputs)


def pixelwise(shape: tuple[int, ...]) -> Access:
    """Returns the access of an operator that makes each pixel of the same pixel of its input.

    Tensors of another rank than NHWC `shape` have no pixels: they are read whole.
    """
    return Access((Window(),)) if len(shape) == 4 else whole(1)


def elementwise(inputs: int) -> Access:
    """Returns the access of an operator that works element by element."""
    return Access((Elementwise(),) * inputs)
