"""Parts of the typed C document: what runs, in which order, and what it remembers."""

from __future__ import annotations

from attrs import frozen

from microflow.codegen.cdata import CRows


@frozen
class CStep:
    """Statements of the run function, and the words that introduce them.

    Statements come without their semicolon, and braces as statements. `layer` is the index of the
    layer that they end, None where they hold several.
    """

    comment: str
    statements: tuple[str, ...]
    layer: int | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of C, with the hook that follows a layer."""
        hook = () if self.layer is None else (f"MF_ON_LAYER({self.layer});",)
        ended = (s if s.endswith(("{", "}")) else f"{s};" for s in self.statements)
        return (f"/* {self.comment} */", *ended, *hook)


@frozen
class CFunction:
    """A subgraph: a function that finds its tensors from `base` on."""

    name: str
    comment: str
    rows: tuple[CRows, ...]
    steps: tuple[CStep, ...]


@frozen
class CPull:
    """A function that makes the rows of one layer up to a given one, or drives a band.

    `head` begins its loop over rows `y`, `lines` are in the loop, `last` follows it. `layer` is the
    index of the layer.
    """

    function: str
    parameters: str
    result: str
    comment: str
    head: str
    rows: tuple[CRows, ...]
    lines: tuple[str, ...]
    layer: int
    last: tuple[str, ...] = ()


@frozen
class CBand:
    """Layers that run row by row: their counters, and a function for each.

    `begin` and `end` stand around the rows. `counters` are the fields of `state_type`, of which
    `state` is the address.
    """

    state_type: str
    state: str
    counters: tuple[tuple[str, str], ...]  # (C type, name)
    pulls: tuple[CPull, ...]
    begin: tuple[str, ...]
    drive: str
    end: tuple[str, ...]


@frozen
class CStream:
    """An input that arrives in `rows` rows, of which `needed` are looked at.

    `slot` is the address of the next row, `arrived` the lines that count it. `before` and `after`
    are the steps around the band.
    """

    label: str
    function: str  # begins the names of static functions
    c_type: str
    rows: int
    needed: int
    row_elements: int
    row_bytes: int
    slot: str
    arrived: tuple[str, ...]
    band: CBand
    before: tuple[CStep, ...]
    after: tuple[CStep, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """The lines that come before the first row is computed."""
        steps = (line for step in self.before for line in step.lines)
        return (*steps, *(f"{statement};" for statement in self.band.begin))

    @property
    def guard(self) -> str:
        """What stands before a statement for rows that are looked at; most often all are."""
        if self.needed == self.rows:
            return ""
        return f"if ({self.band.state}->pushed < {self.needed}) "

    @property
    def counted(self) -> tuple[str, ...]:
        """The lines that count a row that has arrived, where it is looked at."""
        if not self.guard:
            return self.arrived
        return (f"{self.guard}{{", *(f"  {line}" for line in self.arrived), "}")

    @property
    def last_row(self) -> int:
        """The row that completes the result."""
        return self.rows - 1


@frozen
class CState:
    """The variables of a model: `bytes` of the array `name`, or from `base` on of a given arena.

    The function `begin` gives them their first values by `lines`; `begun` is the variable that says
    whether it has, empty where that comes with the arena.
    """

    name: str
    bytes: int
    base: int
    alignment: int
    begin: str
    begun: str
    lines: tuple[str, ...]
