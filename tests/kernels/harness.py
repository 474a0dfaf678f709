"""Holds a kernel's variants to its plain C: on this computer, and on the boards they are for.

A test draws a kernel call with the bytes of its inputs (`job` takes a site and a call that its
operator makes; `Job` any call), says in which ways it is called, and where:

    @given(calls())                                   # hypothesis: one call at a time
    @pytest.mark.parametrize("place", HOSTS)
    def test_on_this_computer(place, drawn):
        check(place, "dsp", [whole(drawn), bands(drawn, [1, 2], skews=[0, 3, 1])])

    def test_on_the_board():                          # many at once: starting an image takes time
        check("cortex-m4", "dsp", [way for seed in range(20) for way in ways(seed)])

`place` is a compiler of this computer ("gcc" and "clang", with the sanitizers) or an emulated core.
`whole`, `over`, `bands`, `pieces` and `raised` make ways; `skews` are the bytes, 0 to 3 where the
contract allows them, by which operands and rows miss a multiple of 16.

`check` fails unless the variant leaves the same outputs as ``portable.h``, and either leaves
everything else as it was: inputs, tables and parameters, the memory that the kernel was not given,
and, on boards, 16 bytes around every block. What a variant reads without being told shows as well:
all memory that has no value is filled, with other bytes for each variant. On this computer every
block is an allocation of its own, whose surroundings the sanitizers watch.

`check_packed` also holds what is called with packed parameters to the usual call of the operator.
`outputs` returns the outputs of one variant; `counts` what it takes on a board.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.kernels.programs import HOSTS, Layout, Shape, program, shape_of
from tests.kernels.running import Run, counted, leave, memories, shifted
from tests.kernels.ways import (
    Address,
    Block,
    Job,
    Pointers,
    Way,
    bands,
    job,
    over,
    pieces,
    raised,
    whole,
)

__all__ = [
    "HOSTS",
    "Job",
    "Way",
    "bands",
    "check",
    "check_packed",
    "counts",
    "job",
    "outputs",
    "over",
    "pieces",
    "raised",
    "whole",
]

_PLAIN = "portable"
_FILLS = (0x5A, 0xA5)


def check(place: str, variant: str, ways: Sequence[Way]) -> list[list[bytes]]:
    """Fails unless `variant` and plain C leave the same outputs in all of `ways`, and nothing else.

    Returns these outputs. The calls of one `check` are of one kernel.
    """
    variants = tuple(dict.fromkeys((_PLAIN, variant)))
    left = _ran(place, variants, ways, (0, len(variants) - 1))
    plain, fast = left[: len(ways)], left[len(ways) :]
    for number, (expected, found) in enumerate(zip(plain, fast, strict=True)):
        assert found == expected, f"way {number} of {len(ways)}: {ways[number]}"
    return plain


def check_packed(
    place: str,
    variant: str,
    pairs: Sequence[tuple[Job, Job]],
    ways_of: Callable[[Job], Sequence[Way]],
) -> None:
    """Checks the ways of packed calls, of which plain C has to make what it makes of usual ones.

    `pairs` are an operator's usual call and a packed one, whose kernels may differ from each other.
    """
    for shape in dict.fromkeys(shape_of(packed.call) for _, packed in pairs):
        alike = [pair for pair in pairs if shape_of(pair[1].call) == shape]
        ways = [whole(packed) for _, packed in alike]
        ways += [way for _, packed in alike for way in ways_of(packed)]
        plain = check(place, variant, ways)[: len(alike)]
        assert plain == outputs(place, "portable", [whole(usual) for usual, _ in alike])


def outputs(place: str, variant: str, ways: Sequence[Way]) -> list[list[bytes]]:
    """Returns the outputs that `variant` makes in each of `ways`; fails where it makes more."""
    return _ran(place, (variant,), ways, (0,))


def counts(core: str, variant: str, ways: Sequence[Way]) -> list[list[int]]:
    """Returns the instructions of each call in each of `ways` on an emulated core.

    About twenty of them are the program's own, before the kernel and after it.
    """
    made = program(core, _shape(ways), (variant,))
    taken = iter(counted(made, [Run(way, 0, _FILLS[0]) for way in ways]))
    return [[next(taken) for _ in way.steps] for way in ways]


def _ran(
    place: str, variants: tuple[str, ...], ways: Sequence[Way], numbers: Sequence[int]
) -> list[list[bytes]]:
    """Returns the outputs of the variants with `numbers`, all in one start of the program.

    It fails where a variant changes anything else.
    """
    made = program(place, _shape(ways), variants)
    filled = zip(numbers, _FILLS, strict=False)
    runs = [Run(way, number, fill) for number, fill in filled for way in ways]
    found = []
    for run, left in zip(runs, leave(made, runs), strict=True):
        _assert_untouched(run, left, variants[run.variant], made.layout)
        found.append([_read(run.way, to, size, left, made.layout) for to, size in run.way.outputs])
    return found


def _shape(ways: Sequence[Way]) -> Shape:
    (shape,) = {shape_of(way.call) for way in ways}
    return shape


def _assert_untouched(run: Run, left: Sequence[bytes], variant: str, layout: Layout) -> None:
    """Fails where the run changed what it may not; pointers are what the program made them."""
    blocks = (*run.way.blocks, *[None] * len(left))
    for i, (block, memory, after) in enumerate(
        zip(blocks, memories(run, layout), left, strict=False)
    ):
        before, free = bytearray(memory.data[: len(after)]), _free(block, layout)
        before[free.start : free.stop] = after[free.start : free.stop]
        for place, _ in memory.pointers:
            end = place + layout.pointer_bytes
            before[place:end] = after[place:end]
        if before != after:
            wrong = [at for at in range(len(after)) if after[at] != before[at]]
            raise AssertionError(f"{variant} changed bytes {wrong[:8]} of block {i} of {run.way}")


def _free(block: Block | Pointers | None, layout: Layout) -> range:
    """The bytes of a block's memory that a run may change."""
    if not isinstance(block, Block):
        return range(0)
    before = shifted(block, layout)
    return range(before + block.writable.start, before + block.writable.stop)


def _read(way: Way, to: Address, size: int, left: Sequence[bytes], layout: Layout) -> bytes:
    start = to.offset + shifted(way.blocks[to.block], layout)
    return left[to.block][start : start + size]
