"""A typed document of the C that is generated: what `render` prints, decided beforehand.

All sizes are bytes. Names are complete C identifiers; texts are safe to stand in a C comment.
"""

from __future__ import annotations

from attrs import frozen

from microflow.codegen.cdata import CArray, CConversion, CCopy, CPort, CRows, CSelftest, CStruct
from microflow.codegen.cflow import CBand, CFunction, CState, CStep, CStream
from microflow.profiles import TFLM


@frozen
class CArena:
    """An array that the tensors of one model live in, or of several that share it.

    `size` is an expression in C, `place` the macro that puts it into a section; `users` are the
    models that share it. Where it is `given`, it is no array but a pointer to the application's.
    """

    name: str
    size: str
    alignment: int
    place: str
    users: tuple[str, ...] = ()
    given: bool = False


@frozen
class CModel:
    """Everything of one model; `prefix` begins each public symbol.

    `place` is the macro that puts the tables into a section; `sharers` are the models that use the
    same arena. Where `arena_given`, the application gives it, aligned to `arena_alignment` bytes.
    """

    name: str
    prefix: str
    sha256: str
    arena: str
    arena_bytes: int
    arrays: tuple[CArray, ...]
    structs: tuple[CStruct, ...]
    rows: tuple[CRows, ...]
    steps: tuple[CStep, ...]
    bands: tuple[CBand, ...]
    layers: tuple[int, ...]  # their indices in the model, in order of execution
    inputs: tuple[CPort, ...]
    outputs: tuple[CPort, ...]
    selftest: CSelftest | None = None
    stream: CStream | None = None
    place: str = "MF_SECTION_WEIGHTS"
    sharers: tuple[str, ...] = ()
    arena_given: bool = False
    arena_alignment: int = 1
    conversions: tuple[CConversion, ...] = ()
    state: CState | None = None
    functions: tuple[CFunction, ...] = ()

    @property
    def memory_bytes(self) -> int:
        """What the arena takes; one that is given holds the variables too."""
        if self.state is None or not self.arena_given:
            return self.arena_bytes
        return self.state.base + self.state.bytes

    @property
    def remembers(self) -> bool:
        """Tells whether there is something to reset: variables, or rows that were pushed."""
        return self.state is not None or self.stream is not None

    @property
    def restart(self) -> str:
        """The call that forgets the rows that were pushed, but nothing else."""
        assert self.stream is not None
        whole = self.state is None
        return f"{self.prefix}_reset()" if whole else f"{self.stream.function}_restart()"

    @property
    def reset_lines(self) -> tuple[str, ...]:
        """The statements that forget everything."""
        begin = () if self.state is None else (f"{self.state.begin}();",)
        if self.stream is None:
            return begin
        band = self.stream.band
        return (*begin, f"memset({band.state}, 0, sizeof({band.state_type}));")

    @property
    def begin_checks(self) -> tuple[str, ...]:
        """The statements that give variables their first values where they have none yet."""
        if self.state is None or not self.state.begun:
            return ()
        return (f"if (!{self.state.begun}) {self.state.begin}();",)

    @property
    def run_checks(self) -> tuple[str, ...]:
        """What comes before anything is computed."""
        return (*self.arena_checks, *self.begin_checks)

    @property
    def whole_inputs(self) -> tuple[CPort, ...]:
        """The inputs that lie in the arena as a whole."""
        streamed = None if self.stream is None else self.stream.label
        return tuple(p for p in self.inputs if p.label != streamed)

    @property
    def arena_checks(self) -> tuple[str, ...]:
        """The statements that return where the application has given no arena yet."""
        check = f"if (!{self.prefix}_has_arena()) return {self.prefix}_E_ARENA;"
        return (check,) if self.arena_given else ()

    def address(self, port: CPort) -> str:
        """Returns the address of an input or output, null where there is no arena yet."""
        at = f"MF_AT({port.c_type}, {self.arena}, {port.offset})"
        return f"{self.prefix}_has_arena() ? {at} : NULL" if self.arena_given else at

    def conversion_lines(self, conversion: CConversion) -> tuple[str, ...]:
        """Returns the statements that convert an input, or a row of one, which then has arrived."""
        stream = self.stream
        if stream is None or stream.label != conversion.label:
            to = f"{conversion.to_type} *to = {self.prefix}_input_{conversion.label}();"
            return (to, *conversion.lines, f"return {self.prefix}_OK;")
        to = f"{conversion.to_type} *to = {stream.function}_slot();"
        guarded = (f"{stream.guard}{{", *conversion.lines, "}") if stream.guard else None
        return (to, *(guarded or conversion.lines), f"return {stream.function}_arrived();")

    def conversion_words(self, conversion: CConversion) -> str:
        """Returns what the function takes, and what comes next, for the header."""
        streamed = self.stream is not None and self.stream.label == conversion.label
        what = "the next row" if streamed else "all"
        next_ = "push the rows" if self.stream is not None else "run"
        then = ", as push does" if streamed else f"; then {next_}"
        taken = f"{conversion.elements} elements, into the input{then}"
        return f"Converts {what} of what the application holds, {taken}:"

    @property
    def stream_port(self) -> CPort:
        """The input that arrives row by row."""
        return next(p for p in self.inputs if p not in self.whole_inputs)

    @property
    def stream_selftest(self) -> CCopy:
        """Its bytes in the self-test."""
        assert self.selftest is not None
        return next(c for c in self.selftest.inputs if c.label == self.stream_port.label)

    @property
    def infer_parameters(self) -> str:
        """The parameters of `infer`: inputs, then outputs, in their own types."""
        given = [f"const {p.c_type} *{p.parameter}" for p in self.inputs]
        return ", ".join([*given, *(f"{p.c_type} *{p.parameter}" for p in self.outputs)])

    @property
    def predict_parameters(self) -> str:
        """The parameters of `predict`: the same in real values where the tensor is quantised."""
        given = [f"const {p.real_type} *{p.parameter}" for p in self.inputs]
        return ", ".join([*given, *(f"{p.real_type} *{p.parameter}" for p in self.outputs)])

    @property
    def null_checks(self) -> str:
        """The condition under which an argument of `infer` or `predict` is missing."""
        return " || ".join(f"{p.parameter} == NULL" for p in (*self.inputs, *self.outputs))

    @property
    def constant_bytes(self) -> int:
        """Weights, biases, tables and parameters; without the vector of the self-test."""
        return self.weight_bytes + sum(s.size for s in self.structs)

    @property
    def weight_bytes(self) -> int:
        """Weights, biases and tables: what a manifest can place in another memory."""
        return sum(a.size for a in self.arrays)


@frozen
class CForeign:
    """A function that the application defines: the header that declares it, and its prototype."""

    header: str
    name: str
    parameters: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The prototype, a parameter a line."""
        *others, last = self.parameters
        return (f"void {self.name}(", *(f"    {p}," for p in others), f"    {last});")


@frozen
class CUnit:
    """One translation unit: the models, and the kernel headers they include, in order.

    `flags` are those that its compiler should get, `shared` the headers that some kernels need, in
    the form that `profile` has of them.
    """

    prefix: str
    guard: str
    alignment: int
    flags: tuple[str, ...]
    shared: tuple[str, ...]
    headers: tuple[str, ...]
    models: tuple[CModel, ...]
    arenas: tuple[CArena, ...]
    profile: str = TFLM
    foreign: tuple[CForeign, ...] = ()

    @property
    def foreign_headers(self) -> tuple[str, ...]:
        """The headers that declare the application's functions, each once."""
        return tuple(dict.fromkeys(f.header for f in self.foreign))

    @property
    def pragma_flags(self) -> tuple[str, ...]:
        """Those of the flags that can stand in a pragma: not those of the machine."""
        return tuple(flag for flag in self.flags if not flag.startswith("-m"))

    @property
    def runtime(self) -> tuple[str, ...]:
        """The headers that come before those of the kernels."""
        bands = ("mf_band.h",) if any(model.bands for model in self.models) else ()
        return ("mf_port.h", "mf_kernel.h", *bands, *self.shared)
