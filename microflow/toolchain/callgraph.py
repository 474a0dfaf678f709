"""What the functions of a linked image push and call, from their machine code."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from microflow.toolchain.elf import Elf, Symbol
from microflow.toolchain.isa import INSTRUCTION_SETS
from microflow.toolchain.isa.step import COMPUTED, LOADED, VARIABLE, Step

LOST = "calls what is not in the image"
_NUMBERED = re.compile(r"\.\d+")  # in the names of a function's copies
_MAPPING = re.compile(r"\$([adtx])")  # begins the symbols that tell code from data
_DATA = "d"
_PROPERTIES, _INSTRUCTIONS = ".xt.prop", 2  # a section of Xtensa's, and the flag of code in it

# Push and pop what the compiler counts as the frames of those that call them.
_PROLOGUE = re.compile(r"__(prologue_saves__|epilogue_restores__|riscv_save_|riscv_restore_)")

Usage = Mapping[str, int | None]
_Owner = Callable[[int], Symbol | None]


@frozen
class Function:
    """A function of an image; bytes. `code` is its size.

    `frame` includes what a call of it pushes. Its lowest `untouched` bytes are never written: they
    are there for alignment. What it `jumps` to returns to its caller. `problem` says why frame or
    calls are not known.
    """

    frame: int
    untouched: int = 0
    calls: tuple[str, ...] = ()
    jumps: tuple[str, ...] = ()
    problem: str = ""
    code: int = 0


def read_usage(text: str) -> dict[str, int | None]:
    """Returns the frames that a file of `-fstack-usage` tells; None where the size varies."""
    found: dict[str, int | None] = {}
    for line in text.splitlines():
        place, size, kind = line.split("\t")[:3]
        name = _plain(place.rpartition(":")[2])
        known = found.get(name, 0)
        varies = known is None or kind == "dynamic"
        found[name] = None if varies else max(known or 0, int(size))
    return found


def call_graph(elf: Elf, usage: Usage, own: Collection[str]) -> dict[str, Function]:
    """Returns the functions of `elf` by name; `usage` has the compiler's word on some frames.

    Of several names for the same code only one is there. Where functions other than `own` jump to
    computed addresses, these are the cases of a switch: libraries of arithmetic know no others.
    """
    isa = INSTRUCTION_SETS[elf.machine]
    symbols = _functions(elf, isa.gaps)
    starts = [s.address for s in symbols]

    def owner(address: int) -> Symbol | None:
        found = symbols[max(bisect_right(starts, address) - 1, 0)]
        return found if _holds(found, address) else None

    marks = _marks(elf)
    graph = {}
    for symbol in symbols:
        pieces = tuple(_code(elf, symbol, marks))
        steps = [s for at, code in pieces for s in isa.decode(code, at)]
        if symbol.name not in own:
            steps = [s for s in steps if s.problem not in {COMPUTED, LOADED}]
        if _jumps_within(steps, pieces):
            steps = [s for s in steps if s.problem != LOADED]
        graph[symbol.name] = _function(symbol, steps, isa.pushed, owner, usage)
    return join_loops(graph)


def function_names(elf: Elf) -> frozenset[str]:
    """Returns the names of all functions."""
    return frozenset(s.name for s in _in_code(elf))


def join_loops(graph: Mapping[str, Function]) -> dict[str, Function]:
    """Returns `graph` with functions that jump to each other, as parts of one, made equal.

    Each then has the frames of all: nothing says how often, and in which order, they run.
    """
    reached = {name: _reached(graph, name) for name in graph}
    joined = dict(graph)
    for name, function in graph.items():
        unit = sorted(n for n in reached[name] if name in reached[n])
        if unit:
            parts = [graph[n] for n in unit]
            joined[name] = Function(
                frame=sum(p.frame for p in parts),
                calls=tuple(dict.fromkeys(c for p in parts for c in p.calls)),
                jumps=tuple(dict.fromkeys(j for p in parts for j in p.jumps if j not in unit)),
                problem=next((p.problem for p in parts if p.problem), function.problem),
                code=function.code,
            )
    return joined


def _reached(graph: Mapping[str, Function], name: str) -> set[str]:
    """The functions at which jumps from `name` can arrive."""
    found: set[str] = set()
    waiting = [*graph[name].jumps]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += graph[at].jumps
    return found


def _plain(name: str) -> str:
    return _NUMBERED.sub("", name)


def _holds(symbol: Symbol, address: int) -> bool:
    return 0 <= address - symbol.address < symbol.size


def _in_code(elf: Elf) -> list[Symbol]:
    """Functions, and what else has a size among code."""
    code = {i for i, section in enumerate(elf.sections) if section.is_code}
    found = (s for s in elf.symbols if s.section in code and not s.is_object)
    return [s for s in found if s.size or s.is_function]


def _functions(elf: Elf, gaps: bool) -> tuple[Symbol, ...]:
    """Returns functions in the order of addresses, none reaching into the next.

    Those without a size end where the next begins. With `gaps`, the code between is there too: it
    stands in front of a function of avr-libc, whose size counts it.
    """
    first = {s.address: s for s in sorted(_in_code(elf), key=lambda s: (s.size, s.name))}
    sections = {elf.sections[s.section] for s in first.values()}
    borders = sorted({*first, *(s.address + s.size for s in sections)})
    found = []
    end = border = 0
    for address in sorted(first):
        symbol = first[address]
        front = address - end if gaps and address == border else 0
        border = borders[bisect_right(borders, address)]
        end = min(address + symbol.size - front, border) if symbol.size else border
        found.append(evolve(symbol, size=end - address))
        if gaps and end < border:
            name = f"{symbol.name}+{end - address}"
            found.append(evolve(symbol, name=name, address=end, size=border - end))
    return tuple(found)


def _marks(elf: Elf) -> tuple[tuple[int, bool], ...]:
    """Where data begin among code (true), and where code does again.

    Arm and RISC-V have symbols for it, Xtensa a table of (address, size, flags).
    """
    named = ((s.address, _MAPPING.match(s.name)) for s in elf.symbols)
    found = [(address, kind[1] == _DATA) for address, kind in named if kind]
    table = struct.iter_unpack("<III", elf.contents(_PROPERTIES))
    found += [(address, not flags & _INSTRUCTIONS) for address, size, flags in table if size]
    return tuple(sorted(found))


def _code(
    elf: Elf, symbol: Symbol, marks: Sequence[tuple[int, bool]]
) -> Iterator[tuple[int, bytes]]:
    """Yields the function's pieces of code with their addresses."""
    section = elf.sections[symbol.section]
    begin, end = symbol.address, symbol.address + symbol.size
    inside = [(begin, False), *(mark for mark in marks if begin <= mark[0] < end), (end, True)]
    for (at, is_data), (until, _) in pairwise(inside):
        if not is_data:
            offset = section.offset - section.address
            yield at, elf.data[offset + at : offset + until]


def _jumps_within(steps: Sequence[Step], pieces: Sequence[tuple[int, bytes]]) -> bool:
    """Tells whether the jumps of a function to loaded addresses stay in its code and its frame.

    They do where the function computes the address of a place in its own code, which compilers do
    only for such jumps, and where all that it pushes is pushed before any of these jumps and
    above that place. As with a switch, what is counted on from there is taken to be right.
    """
    jumps = [s.at for s in steps if s.problem == LOADED]
    taken = [s.takes for s in steps if s.takes is not None]
    own = [a for a in taken if any(at <= a < at + len(code) for at, code in pieces)]
    pushes = [s.at for s in steps if s.grows or s.problem == VARIABLE]
    return bool(jumps and own) and max(pushes, default=-1) < min(*jumps, *own)


def _function(
    symbol: Symbol, steps: Sequence[Step], pushed: int, owner: _Owner, usage: Usage
) -> Function:
    called, jumped = (_targets(symbol, steps, calls, owner) for calls in (True, False))
    helped = any(_PROLOGUE.match(name) for name in (*called, *jumped) if name)
    helped = helped and not _saves_all(steps, owner)
    subroutine = any(s.calls and _inside(symbol, s) for s in steps)
    frame, untouched = _frame(steps, pushed * (2 if subroutine else 1))
    said = usage.get(_plain(symbol.name), frame)
    known = frame if said == 0 else said  # of functions that are all assembler, compilers say 0
    problems = [s.problem for s in steps if s.problem and s.problem != VARIABLE]
    problems += [LOST] if None in (*called, *jumped) else []
    varies = helped or any(s.problem == VARIABLE for s in steps)
    unknown = varies and _plain(symbol.name) not in usage
    problems += [VARIABLE] if unknown or known is None else []
    return Function(
        frame=known or 0,
        untouched=untouched if known == frame else 0,
        calls=tuple(name for name in called if name and not _PROLOGUE.match(name)),
        jumps=tuple(name for name in jumped if name and not _PROLOGUE.match(name)),
        problem=problems[0] if problems else "",
        code=symbol.size,
    )


def _saves_all(steps: Sequence[Step], owner: _Owner) -> bool:
    """Tells whether a function begins by saving all registers: its first step is its frame."""
    targets = [s.target for s in steps[:2] if s.target is not None]
    found = [owner(target) for target in targets]
    starts = [f.address for f in found if f is not None and f.name == "__prologue_saves__"]
    return bool(steps and steps[0].grows and starts and starts == targets)


def _targets(
    symbol: Symbol, steps: Sequence[Step], calls: bool, owner: _Owner
) -> tuple[str | None, ...]:
    """The functions that are called, or jumped to; None for what is none."""
    found = [s.target for s in steps if s.calls == calls and not _inside(symbol, s)]
    owners = [owner(target) for target in found if target is not None]
    return tuple(dict.fromkeys(o.name if o is not None else None for o in owners))


def _inside(symbol: Symbol, step: Step) -> bool:
    """Tells whether a target belongs to the function itself. A call of its beginning does not."""
    if step.target is None or (step.calls and step.target == symbol.address):
        return False
    return _holds(symbol, step.target)


def _frame(steps: Sequence[Step], pushed: int) -> tuple[int, int]:
    """The bytes that all steps together push, and how many of the lowest are not written."""
    depth = lowest = pushed
    for step in steps:
        depth += step.grows
        if step.touches is not None:
            lowest = max(lowest, depth - step.touches)
    return depth, depth - lowest
