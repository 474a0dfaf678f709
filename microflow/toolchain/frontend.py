"""Runs a front end on this computer: the C header that turns sound into an input tensor.

The header defines ``MF_FRONTEND_RATE`` (Hz), ``MF_FRONTEND_SAMPLES`` (how many make an input) and
``mf_frontend(const int16_t *pcm, size_t samples, T *out)``, T being the tensor's C type.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.graph.tensor import Tensor
from microflow.toolchain.compiler import COMPILER_FAILED, compile_c, find_compiler
from microflow.toolchain.harness import render_frontend

FRONTEND_FAILED = Rule(
    "MF6205",
    "frontend-failed",
    """The front end's header cannot be compiled or run

`run` compiles the header that an input's `frontend` names and calls `mf_frontend` on the sound. It
takes 16-bit samples and fills the input tensor, and has to suit the tensor's type.

    #define MF_FRONTEND_RATE 16000
    #define MF_FRONTEND_SAMPLES 16000
    static inline void mf_frontend(const int16_t *pcm, size_t samples, int8_t *out) { … }

Remedy: read the compiler's message; define these three names, with the input's type in the last
argument.
""",
)

_FLAGS = ("-std=c99", "-O2", "-ffp-contract=off")
_SECONDS = 60
_WANTED = struct.Struct("=2i")


@frozen
class Frontend:
    """A compiled front end for `tensor`."""

    program: Path
    header: str
    tensor: Tensor


@frozen
class Features:
    """An input tensor's bytes, made of sound; `rate` in Hz and `samples` are what was expected."""

    data: bytes
    rate: int
    samples: int


def build_frontend(
    header: str, tensor: Tensor, folder: Path
) -> tuple[Frontend | None, Diagnostics]:
    """Returns the front end in the file `header`, built in `folder`."""
    place = Path(header)
    source, program = folder / "frontend.c", folder / "frontend"
    try:
        (folder / "frontend.h").write_bytes(place.read_bytes())
    except OSError as error:
        return None, (_failed(header, error.strerror or str(error)),)
    source.write_text(render_frontend(tensor), "utf-8")
    include = ("-I", str(place.parent))
    failed = compile_c(find_compiler(), [source], program, (*_FLAGS, *include))
    if failed:
        return None, tuple(_as_ours(d, header) for d in failed)
    return Frontend(program, header, tensor), ()


def run_frontend(frontend: Frontend, pcm: Sequence[int]) -> tuple[Features | None, Diagnostics]:
    """Returns the features of 16-bit samples."""
    sent = struct.pack(f"={len(pcm)}h", *pcm)
    command = [str(frontend.program), str(len(pcm))]
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None, (_failed(frontend.header, "it ran out of time"),)
    if done.returncode or len(done.stdout) != _WANTED.size + frontend.tensor.bytes:
        return None, (_failed(frontend.header, f"it ended with code {done.returncode}"),)
    rate, samples = _WANTED.unpack_from(done.stdout)
    return Features(done.stdout[_WANTED.size :], rate, samples), ()


def _as_ours(found: Diagnostic, header: str) -> Diagnostic:
    """A compiler's complaint is about the user's header; a missing compiler is not."""
    if found.rule is not COMPILER_FAILED:
        return found
    return evolve(_failed(header, "it does not compile"), notes=found.notes)


def _failed(header: str, why: str) -> Diagnostic:
    return Diagnostic(
        FRONTEND_FAILED,
        f"the front end {header} failed: {why}",
        "correct the header, or give the input as .npy, .npz or .csv",
    )
