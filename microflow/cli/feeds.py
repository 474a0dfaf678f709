"""From the files on the command line of ``mflowc run`` to the inputs of each inference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from attrs import frozen

from microflow.cli.files import BadFile, read_csv, read_npy, read_npz, read_wav
from microflow.cli.fit import INPUT_SHAPE, Fitted, fit
from microflow.cli.read import read_bytes
from microflow.cli.real import Array
from microflow.diag import Diagnostic, Diagnostics, Rule, Severity
from microflow.dsl.project import Port
from microflow.toolchain.frontend import Frontend, build_frontend, run_frontend

INPUT_NAME = Rule(
    "MF6204",
    "input-name",
    """It is not clear which input of the model a file is for

A model with one input takes any file. One with several takes a `.npz` whose arrays are named like
the inputs (by label, by the tensor's name, or in0, in1, …), or a file for each: `label=file`.

    mflowc run fusion.mflow both.npz
    mflowc run fusion.mflow image=frame.npy motion=imu.csv

Remedy: give every input exactly once, and the same number of inferences for each.
""",
)

BAD_SOUND = Rule(
    "MF6206",
    "bad-sound",
    """A sound does not suit the model's front end

A `.wav` file can be given to an input whose `frontend` in the manifest names a C header, which
turns samples into the input tensor. The file has to have the sample rate that the header expects.

    input mfcc { frontend = "log_mel.h" }

Remedy: convert the sound (for example with `ffmpeg -i in.wav -ac 1 -ar 16000 out.wav`), or give the
features as `.npy`.
""",
)

LONG_SOUND = Rule(
    "MF6207",
    "long-sound",
    """A sound is longer than the model's input

The front end takes as many samples as fill one input. The rest of the file was not used.

Remedy: cut the sound to the part that matters.
""",
    Severity.WARNING,
)


@frozen
class Feed:
    """The inputs of one inference, by position, and where they are from."""

    name: str
    arrays: tuple[Array, ...]


_FrontendOf: TypeAlias = Callable[[int], tuple[Frontend | None, Diagnostics]]


@frozen
class _Part:
    """What one file gives: the arrays of some inputs, by position."""

    name: str
    arrays: Mapping[int, tuple[Array, ...]]
    diagnostics: Diagnostics = ()


def read_feeds(
    arguments: Sequence[str], ports: Sequence[Port], folder: Path
) -> tuple[tuple[Feed, ...], Diagnostics]:
    """Returns the inputs that files give, in order; front ends are built in `folder`.

    An argument is a path, or ``label=path`` for one input of several.
    """
    frontend_of = cache(lambda position: _frontend(ports[position], folder))
    parts = [_read(argument, ports, frontend_of) for argument in arguments]
    found = tuple(d for part in parts for d in part.diagnostics)
    if any(d.severity is Severity.ERROR for d in found):
        return (), found
    whole = [p for p in parts if len(p.arrays) == len(ports)]
    pieces = [p for p in parts if len(p.arrays) < len(ports)]
    merged, problems = _merge(pieces, ports)
    complete = [*whole, *merged]
    problems += tuple(d for part in complete for d in _unequal(part, ports))
    if problems:
        return (), (*found, *problems)
    return tuple(feed for part in complete for feed in _split(part)), found


def _read(argument: str, ports: Sequence[Port], frontend_of: _FrontendOf) -> _Part:
    port, path = _target(argument, ports)
    name = path.as_posix()
    data, failed = read_bytes(path)
    if data is None:
        return _Part(name, {}, failed)
    try:
        if path.suffix.lower() == ".npz":
            return _archive(read_npz(data, name), name, ports)
        if port is None:
            return _Part(name, {}, (_unclear(name, ports),))
        fitted = _one(data, path, port, frontend_of)
    except BadFile as error:
        return _Part(name, {}, (error.diagnostic,))
    return _Part(name, {port.position: fitted.arrays}, fitted.diagnostics)


def _target(argument: str, ports: Sequence[Port]) -> tuple[Port | None, Path]:
    """The input that an argument names, or the only one; and the path."""
    label, _, rest = argument.partition("=")
    named = _find(label, ports) if rest and not Path(argument).exists() else None
    if named is not None:
        return named, Path(rest)
    return (ports[0] if len(ports) == 1 else None), Path(argument)


def _find(name: str, ports: Sequence[Port]) -> Port | None:
    by_label = {p.label: p for p in ports}
    by_tensor = {p.tensor.name: p for p in ports}
    by_position = {f"in{p.position}": p for p in ports}
    return by_label.get(name) or by_tensor.get(name) or by_position.get(name)


def _one(data: bytes, path: Path, port: Port, frontend_of: _FrontendOf) -> Fitted:
    name = path.as_posix()
    kind = path.suffix.lower()
    if kind == ".npy":
        return fit(read_npy(data, name), port, name)
    if kind == ".csv":
        return _table(read_csv(data, name), port, name)
    if kind == ".wav":
        return _sound(data, port, name, frontend_of)
    raise BadFile(name, "its name does not end in .npy, .npz, .csv or .wav")


def _archive(arrays: Mapping[str, Array], name: str, ports: Sequence[Port]) -> _Part:
    """The arrays of the inputs; those of other names are ignored (outputs to compare with, say)."""
    named = [(port, key) for key in arrays if (port := _find(key, ports)) is not None]
    fitted = {p.position: fit(arrays[key], p, f"{name}: array '{key}'") for p, key in named}
    problems = [d for f in fitted.values() for d in f.diagnostics]
    missing = [p for p in ports if p.position not in fitted]
    if missing:
        held = ", ".join(f"'{key}'" for key in list(arrays)[:12]) or "no array"
        wanted = ", ".join(f"'{p.label}'" for p in missing)
        message = f"{name} has no array for input {wanted}; it holds {held}"
        problems.append(Diagnostic(INPUT_NAME, message, "name the arrays like the inputs"))
    return _Part(name, {i: f.arrays for i, f in fitted.items()}, tuple(problems))


def _table(rows: Sequence[Array], port: Port, name: str) -> Fitted:
    """A line is an inference, or all lines together are one."""
    elements, shape = port.tensor.elements, port.tensor.shape
    if all(len(row) == elements for row in rows):
        return fit(np.stack(rows).reshape(len(rows), *shape), port, name)
    if sum(map(len, rows)) == elements:
        return fit(np.concatenate(rows).reshape(shape), port, name)
    odd = next(i for i, row in enumerate(rows, 1) if len(row) != elements)
    message = (
        f"{name}: row {odd} has {len(rows[odd - 1])} numbers; input '{port.label}' takes "
        f"{elements} a line, or {elements} in the whole file"
    )
    return Fitted(diagnostics=(Diagnostic(INPUT_SHAPE, message, "correct the lines"),))


def _sound(data: bytes, port: Port, name: str, frontend_of: _FrontendOf) -> Fitted:
    sound = read_wav(data, name)
    frontend, failed = frontend_of(port.position)
    if frontend is None:
        return Fitted(diagnostics=failed)
    features, failed = run_frontend(frontend, sound.samples)
    if features is None:
        return Fitted(diagnostics=failed)
    if features.rate != sound.rate:
        message = f"{name} has {sound.rate} Hz; the front end takes {features.rate} Hz"
        remedy = f"convert it: ffmpeg -i {name} -ac 1 -ar {features.rate} converted.wav"
        return Fitted(diagnostics=(Diagnostic(BAD_SOUND, message, remedy),))
    tensor = np.frombuffer(features.data, port.tensor.dtype.numpy).reshape(port.tensor.shape)
    left_over = len(sound.samples) - features.samples
    remark = (_too_long(name, left_over, sound.rate),) if left_over > 0 else ()
    return Fitted((tensor,), remark)


def _frontend(port: Port, folder: Path) -> tuple[Frontend | None, Diagnostics]:
    if port.frontend is None:
        message = f"input '{port.label}' has no front end that would turn sound into it"
        remedy = "name one in the manifest (`frontend`), or give the features as .npy"
        return None, (Diagnostic(BAD_SOUND, message, remedy),)
    own = folder / f"frontend{port.position}"
    own.mkdir()
    return build_frontend(port.frontend, port.tensor, own)


def _too_long(name: str, left_over: int, rate: int) -> Diagnostic:
    message = f"the last {left_over / rate:.2f} s of {name} are not used"
    return Diagnostic(LONG_SOUND, message, "cut the sound to the part that matters")


def _merge(
    pieces: Sequence[_Part], ports: Sequence[Port]
) -> tuple[list[_Part], tuple[Diagnostic, ...]]:
    """Puts the files of single inputs together."""
    if not pieces:
        return [], ()
    arrays: dict[int, tuple[Array, ...]] = {}
    for piece in pieces:
        for position, given in piece.arrays.items():
            if position in arrays:
                label = ports[position].label
                return [], (_unclear(f"input '{label}' is given twice: {piece.name}", ports),)
            arrays[position] = given
    missing = [p.label for p in ports if p.position not in arrays]
    if missing:
        return [], (_unclear(f"no file is given for input '{missing[0]}'", ports),)
    return [_Part(", ".join(p.name for p in pieces), arrays)], ()


def _unclear(what: str, ports: Sequence[Port]) -> Diagnostic:
    example = " ".join(f"{p.label}=FILE" for p in ports)
    labels = ", ".join(f"'{p.label}'" for p in ports)
    inputs = f"the model has the inputs {labels}"
    return Diagnostic(INPUT_NAME, f"{what}; {inputs}", f"give one .npz, or {example}")


def _unequal(part: _Part, ports: Sequence[Port]) -> Iterator[Diagnostic]:
    counts = {len(given) for given in part.arrays.values()}
    if len(counts) > 1:
        told = ", ".join(f"{len(part.arrays[p.position])} for '{p.label}'" for p in ports)
        message = f"{part.name} gives unequal numbers of inferences: {told}"
        yield Diagnostic(INPUT_NAME, message, "give the same number for every input")


def _split(part: _Part) -> Iterable[Feed]:
    runs = list(zip(*(part.arrays[i] for i in sorted(part.arrays)), strict=True))
    if len(runs) == 1:
        return [Feed(part.name, runs[0])]
    return [Feed(f"{part.name} [{i}]", run) for i, run in enumerate(runs)]
