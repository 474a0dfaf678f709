"""Pictures whose blocks of pixels become the channels of one, and back."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Site
from microflow.ops import _checks, _movement


def check(site: Site, dims: tuple[int, ...], divisor: int) -> Iterator[Finding]:
    """Yields findings; the input's `dims` must be multiples of `divisor`."""
    x, block = site.input(0), site.attrs.block_size
    yield from _movement.movable(site)
    yield from _checks.rank(site, 0, 4)
    if block < 1:
        yield Finding(f"blocks of {block}", "blocks of 1 or more", x)
    elif any(x.shape[axis] % divisor for axis in dims):
        yield Finding(
            f"a tensor of shape {list(x.shape)} in blocks of {block}",
            f"{' and '.join(_NAMES[axis] for axis in dims)} in multiples of {divisor}",
            x,
        )


_NAMES = ("batches", "rows", "columns", "channels")
