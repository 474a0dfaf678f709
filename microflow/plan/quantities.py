"""What the time of a kernel call grows with: its parameters, and counts that follow from them.

A core's cost table names these. A call has its integer parameters (see the kernel's contract), and

of a window over pictures, in all images:
- `lines`, `pixels`: rows and pixels of the output; `taps` of a window
- `strips`: rows of windows that lie inside the picture
- `inside`, `outside`: taps that lie inside the picture, and that do not
- `gaps`: rows of windows of which taps lie outside
- `whole`: pixels whose window reaches over neither the left border nor the right one

of output channels, which kernels compute in fours where they can:
- `quads`, `singles`: fours of channels, and channels that are left over
- `tiles`: fours, those that are not full included
- `pairs`, `sixteens`: twos and sixteens, those that are not full included
- `ragged`: pixels whose channels are not all in full fours

of pixels that are computed together, along a line (windows of single pixels have one in all):
- `trios`, `duos`: threes where lines have them, else twos; a pixel alone counts as two
- `rounds`: fours, those that are not full included
- `depth`: the bytes of a window as they are laid side by side; `vectors`: sixteens of them

of a convolution:
- `pieces`: stretches of the input that lie together under a window, in all
- `loose`: pixels under windows that groups or a dilation part, tap by tap
of a depthwise convolution:
- `fours`: fours of channels that are computed together, in all; `lone`: channels that are not
- `couples`: pairs of neighbouring pixels under windows of 3x3 one apart, which lie inside
- `squares`: other pixels under windows of 3x3; `edges`: those of which taps lie outside
- `wide`: pixels of which each channel has several results; `free`: all others
- `beside`, `left`: of these results, fours of a channel, and those that are left over
of a mean:
- `abreast`: fours of results whose elements are neighbours, in all; `alone`: results that are not
of quantised results:
- `uncut`: 1 unless the zero point is the least value, so that no sum below zero needs its product
- `bits`: by how many the channels' results are shifted, all channels of a pixel together (some
  cores shift bit by bit)
of operands that are repeated:
- `carries`: steps from one run to the next that reach into an outer dimension, at most
- `still`: elements for which an operand does not advance
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from attrs import evolve

from microflow.graph.call import Array, KernelCall, Value

LANES = 4  # MF_LANES in mf_kernel.h
_PAIRS = [(f"{name}_h", f"{name}_w") for name in ("in", "out", "kernel", "stride", "dilation")]
_SIDES = (("h", "pad_top"), ("w", "pad_left"))
_TURNED = {a: b for pair in (*_PAIRS, ("pad_top", "pad_left")) for a, b in (pair, pair[::-1])}


def quantities(call: KernelCall) -> Mapping[str, int]:
    """Returns the quantities of a call by name."""
    found = {name: value for name, value in call.params.items() if isinstance(value, int)}
    if "kernel_h" in found:
        lines = found["batches"] * found["out_h"]
        found |= {"lines": lines, "pixels": lines * found["out_w"]}
    if "kernel_w" in found:
        found |= _window(found)
        found |= _together(found)
        found |= {"depth": found["kernel_h"] * found["run"]} if "run" in found else {}
    if not found.keys().isdisjoint(("out_c", "channels")) or "filters" in call.params:
        found |= _channels({"out_c": found.get("channels", 0), **found})
    if "stream" in call.params and "tiles" in found:
        found |= {"vectors": _vectors(call.params["stream"], found["tiles"])}
    if "filter_c" in found:
        found |= _pieces(found)
    if "depth_multiplier" in found:
        found |= _depthwise(found)
    if "kept0" in found:
        found |= _mean(found)
    if "outer" in found:
        found |= {"carries": found["runs"] * max(found["outer"] - 1, 0)}
    if "a_step" in found:
        steps = found["a_step"] * found["b_step"]
        found |= {"still": 0 if steps else found["runs"] * found["count"]}
    if "out_min" in found and "out_zero_point" in found:
        found |= {"uncut": int(found["out_min"] != found["out_zero_point"])}
    if "shift" in call.params:
        found |= {"bits": _bits(call.params["shift"], found.get("out_c", 1))}
    return found


def laid_down(call: KernelCall) -> KernelCall:
    """Returns a call as it is made on whole tensors: pictures of one column lie (`plan.calls`).

    Where they need scratch memory, they seldom have enough of it to lie.
    """
    p = call.params
    if "kernel_w" not in p or call.scratch or not p["in_w"] == p["out_w"] == 1 or p["in_h"] == 1:
        return call
    return evolve(call, params={_TURNED.get(name, name): value for name, value in p.items()})


def amount(term: str, found: Mapping[str, int]) -> int:
    """Returns the product that a term such as ``pixels*out_c`` names; 1 for ``1``."""
    return prod(int(name) if name.isdigit() else found[name] for name in term.split("*"))


def _window(p: Mapping[str, int]) -> dict[str, int]:
    rows = _inside(p, "h", p["pad_top"])
    columns = _inside(p, "w", p["pad_left"])
    lines = p["lines"]
    inside = p["batches"] * sum(rows) * sum(columns)
    taps = p["kernel_h"] * p["kernel_w"]
    whole = columns.count(p["kernel_w"])
    return {
        "taps": taps,
        "strips": p["batches"] * sum(rows) * p["out_w"],
        "inside": inside,
        "outside": p["pixels"] * taps - inside,
        "gaps": p["pixels"] * p["kernel_h"] - p["batches"] * sum(rows) * whole,
        "whole": lines * whole,
    }


def _together(p: Mapping[str, int]) -> dict[str, int]:
    points = p["kernel_h"] * p["kernel_w"] * p["stride_h"] * p["stride_w"] == 1
    plain = points and (p["in_h"], p["in_w"]) == (p["out_h"], p["out_w"])
    lines, width = p["lines"], p["out_w"]
    if plain:
        lines, width = 1, lines * width
    duos = {1: 1, 2: 1}.get(width, -width % 3)
    return {
        "trios": lines * ((width - 2 * duos) // 3 if width > 2 else 0),
        "duos": lines * duos,
        "rounds": lines * -(-width // 4),
    }


def _inside(p: Mapping[str, int], axis: str, padding: int) -> list[int]:
    """How many of a window's taps along an axis lie inside, for each place of the output."""
    size, kernel, stride = p[f"in_{axis}"], p[f"kernel_{axis}"], p[f"stride_{axis}"]
    gap = p.get(f"dilation_{axis}", 1)
    starts = (place * stride - padding for place in range(p[f"out_{axis}"]))
    ends = (
        (max(0, -(start // gap)), min(kernel - 1, (size - 1 - start) // gap)) for start in starts
    )
    return [max(0, last - first + 1) for first, last in ends]


def _channels(p: Mapping[str, int]) -> dict[str, int]:
    """Of a pixel, or of an output vector. Fours do not reach over groups."""
    if "filter_c" in p:
        groups = p["in_c"] // p["filter_c"]
    else:
        groups = p["in_c"] if p.get("depth_multiplier", 1) > 1 else 1
    channels = p["out_c"] // groups
    return {
        "ragged": p.get("pixels", 1) if channels % LANES else 0,
        "quads": groups * (channels // LANES),
        "singles": groups * (channels % LANES),
        "tiles": groups * -(-channels // LANES),
        "pairs": groups * -(-channels // 2),
        "sixteens": groups * -(-channels // 16),
    }


def _pieces(p: Mapping[str, int]) -> dict[str, int]:
    """Taps of a row lie together unless groups or a dilation part them."""
    together = p["dilation_w"] == 1 and p["filter_c"] == p["in_c"]
    if together:
        return {"pieces": p["strips"], "loose": 0}
    return {"pieces": p["inside"], "loose": p["pixels"]}


def _depthwise(p: Mapping[str, int]) -> dict[str, int]:
    """Channels of a pixel are computed together where the window reaches over no border."""
    pixels, fours = p["pixels"], p["whole"] * p["quads"]
    wide = p["depth_multiplier"] > 1
    square = not wide and p["kernel_h"] == p["kernel_w"] == 3 and p["dilation_w"] == 1
    rows, columns = (_inside(p, axis, p[pad]).count(3) for axis, pad in _SIDES)
    couples = p["batches"] * rows * (columns // 2) if square and p["stride_w"] == 1 else 0
    return {
        "fours": fours,
        "lone": pixels * p["out_c"] - LANES * fours,
        "couples": couples,
        "squares": pixels - 2 * couples if square else 0,
        "edges": pixels - p["batches"] * rows * columns if square else 0,
        "wide": pixels if wide else 0,
        "beside": pixels * p["in_c"] * (p["depth_multiplier"] // LANES) if wide else 0,
        "left": pixels * p["in_c"] * (p["depth_multiplier"] % LANES) if wide else 0,
        "free": 0 if wide or square else pixels,
    }


def _mean(p: Mapping[str, int]) -> dict[str, int]:
    results = p["kept1"] * p["kept2"]
    fours = results // LANES if p["over1"] == 1 else 0
    return {"abreast": p["kept0"] * fours, "alone": p["kept0"] * (results - LANES * fours)}


def _vectors(stream: Value, tiles: int) -> int:
    """Behind the weights of four filters stand three words for each."""
    assert isinstance(stream, Array)
    return max(0, stream.elements // tiles - 3 * LANES) // 16


def _bits(shift: Value, channels: int) -> int:
    """One shift serves all channels where the table has a single one."""
    if not isinstance(shift, Array):
        return abs(int(shift or 0))
    bits = sum(min(byte, 256 - byte) for byte in shift.data)
    return bits * channels // shift.elements
