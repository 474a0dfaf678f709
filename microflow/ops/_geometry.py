"""Window geometry that convolutions and pools share. Sizes are in pixels, shapes NHWC."""

from __future__ import annotations

from attrs import frozen

from microflow.graph.access import Window
from microflow.graph.enums import Padding

Pads = tuple[int, int, int, int]  # top, bottom, left, right


@frozen
class Extent:
    """One dimension of a window: kernel taps, stride and dilation."""

    kernel: int
    stride: int
    dilation: int = 1

    @property
    def reach(self) -> int:
        """Pixels from the first tap to the last, both included."""
        return (self.kernel - 1) * self.dilation + 1

    def covers(self, size: int, leading: int) -> bool:
        """Tells whether each of `size` pixels is a tap of the window that starts at -leading."""
        return (self.dilation == 1 or self.kernel == 1) and leading + size <= self.kernel


def output_size(size: int, extent: Extent, padding: Padding, extra: int = 0) -> int:
    """Returns the output's size of an input of `size` pixels plus `extra` explicit padding."""
    padded = size + extra
    if padding is Padding.SAME:
        return -(-padded // extent.stride)
    return (padded - extent.reach + extent.stride) // extent.stride


def leading_padding(size: int, output: int, extent: Extent) -> int:
    """Returns the padding before the first pixel that SAME gives (TensorFlow Lite's formula)."""
    total = max((output - 1) * extent.stride + extent.reach - size, 0)
    return total // 2


@frozen
class Geometry:
    """A window over a picture: its extents, and the padding at the top and at the left."""

    vertical: Extent
    horizontal: Extent
    top: int
    left: int

    @property
    def window(self) -> Window:
        """The same as an access window."""
        v, h = self.vertical, self.horizontal
        return Window(
            (v.kernel, h.kernel),
            (v.stride, h.stride),
            (v.dilation, h.dilation),
            (self.top, self.left),
        )

    def covers(self, picture: tuple[int, ...]) -> bool:
        """Tells whether the first window has every pixel of an NHWC shape under a tap."""
        _, height, width, _ = picture
        return self.vertical.covers(height, self.top) and self.horizontal.covers(width, self.left)

    def fits(self, picture: tuple[int, ...]) -> bool:
        """Tells whether it has every pixel under a tap and no tap outside."""
        kernel = (self.vertical.kernel, self.horizontal.kernel)
        return self.covers(picture) and kernel == picture[1:3]

    def params(self) -> dict[str, int]:
        """Returns the fields by which kernels know the window, but for the dilation."""
        return {
            "kernel_h": self.vertical.kernel,
            "kernel_w": self.horizontal.kernel,
            "stride_h": self.vertical.stride,
            "stride_w": self.horizontal.stride,
            "pad_top": self.top,
            "pad_left": self.left,
        }


def geometry(
    shape: tuple[int, ...],
    output: tuple[int, ...],
    vertical: Extent,
    horizontal: Extent,
    padding: Padding,
    pads: Pads = (0, 0, 0, 0),
) -> Geometry:
    """Returns the geometry of a window over an input of NHWC `shape`.

    `pads` are explicit (a folded PAD) and add to what `padding` says.
    """
    top, bottom, left, right = pads
    if padding is Padding.SAME:
        top += leading_padding(shape[1] + top + bottom, output[1], vertical)
        left += leading_padding(shape[2] + left + right, output[2], horizontal)
    return Geometry(vertical, horizontal, top, left)
