"""Which models of the corpus the compiler must get right, and the whole way for one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from microflow.analysis import Analysis, Request, check
from microflow.codegen.contract import PORTABLE
from microflow.compilation import compile_for
from microflow.files import Disk
from microflow.targets import CostTable
from microflow.toolchain.host import Build
from microflow.verify.compare import Verification, verify
from microflow.verify.vectors import load_vectors

from ..need import corpus_entries

_SEED = ("microflow_rs__sine", "microflow_rs__speech", "microflow_rs__person_detect")

_REFUSED: dict[str, str] = {}  # by name, with reasons

_QUICK = 20_000_000  # multiply-accumulates

Entry = dict[str, Any]


def name(entry: Entry | None) -> str:
    """Returns how a test of `entry` is called; the corpus may be absent."""
    return entry["name"] if entry else "absent"


def outside(entry: Entry) -> str | None:
    """Returns why a model need not compile, or None where it must."""
    return _REFUSED.get(entry["name"])


def required() -> list[Entry]:
    """Returns the models that must compile and be equal."""
    return [entry for entry in corpus_entries() if outside(entry) is None]


def stratified() -> list[Entry]:
    """Returns the seed's models, and the cheapest quick one for each operator in each type."""
    quick = [e for e in required() if e["macs"] <= _QUICK]
    entries = sorted(quick, key=lambda e: (e["macs"], e["bytes"], e["name"]))
    chosen = {e["name"]: e for e in entries if e["name"] in _SEED}
    covered = {kind for e in chosen.values() for kind in e["op_dtypes"]}
    for entry in entries:
        if not covered.issuperset(entry["op_dtypes"]):
            chosen[entry["name"]] = entry
            covered |= set(entry["op_dtypes"])
    return list(chosen.values())


def analysed(folder: Path, entry: Entry, **options: str) -> Analysis:
    """Returns what `mflowc check` finds in a model; `options` are those of Request."""
    return check(Request((folder / entry["file"]).as_posix(), "host", **options), Disk())


def vector_files(folder: Path, entry: Entry) -> Iterator[Path]:
    """Yields the model's vectors: the drawn ones, and real ones where there are any."""
    drawn = folder / entry["vectors"]
    yield drawn
    real = drawn.with_suffix(".real.npz")
    if real.is_file():
        yield real


def verified(
    folder: Path,
    entry: Entry,
    flags: Sequence[str],
    compiler: str,
    isa: Sequence[str] = (),
    **options: str,
) -> list[Verification]:
    """Returns how a model compares with each of its files; fails the test where it cannot run.

    `isa` are kernel variants of other cores that this computer can play: all of them are taken.
    """
    analysis = analysed(folder, entry, **options)
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    (result,) = analysis.results
    if isa:
        core = evolve(result.target.core, isa=(*isa, PORTABLE), costs=CostTable())
        result = compile_for(result.model, evolve(result.target, core=core))
    model = (folder / entry["file"]).read_bytes()
    made = []
    for path in vector_files(folder, entry):
        vectors, failed = load_vectors(path.read_bytes(), path.name, result.model)
        assert vectors is not None, [d.message for d in failed]
        build = Build(tuple(flags), compiler)
        verification, failed = verify(result, model, vectors, build=build)
        assert verification is not None, [(d.message, d.notes) for d in failed]
        assert verification.passed, [d.message for d in failed]
        assert verification.steps == len(vectors.inputs)
        made.append(verification)
    return made
