"""Two models in one arena: both right in any order, and each within the bytes it says it needs."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay

from ..need import need, need_sanitizers
from ..oracle import tflm
from ..run_model import SANITIZE, STRICT
from .product import samples, write
from .product_models import models

MANIFEST = """mflow 1
arena shared { align = 32 }
model kws { source = "kws.tflite"; targets = [host]; arena = shared }
model mix { source = "mix.tflite"; targets = [host]; arena = shared }
"""
# The model's file is part of the program, which so sees the array itself.
MAIN = """
#include <stdio.h>
#include "kws.c"

static int intact(size_t used) {
  for (size_t i = used; i < sizeof shared_arena; i++)
    if (shared_arena[i] != 0xA5) return 0;
  return (uintptr_t)shared_arena % 32 == 0;
}

static int kws(void) {
  int8_t image[kws_kws_IMAGE_ELEMENTS], scores[kws_kws_SCORES_ELEMENTS];
  if (fread(image, 1, sizeof image, stdin) != sizeof image) return 1;
  if (kws_kws_infer(image, scores) != kws_kws_OK) return 2;
  if (!intact(kws_kws_ARENA_BYTES)) return 3;
  fwrite(scores, 1, sizeof scores, stdout);
  return 0;
}

static int mix(void) {
  float left[kws_mix_LEFT_ELEMENTS], right[kws_mix_RIGHT_ELEMENTS], ratio[kws_mix_RATIO_ELEMENTS];
  int8_t code[kws_mix_CODE_ELEMENTS];
  if (fread(left, 1, sizeof left, stdin) != sizeof left) return 4;
  if (fread(right, 1, sizeof right, stdin) != sizeof right) return 5;
  if (kws_mix_infer(left, right, ratio, code) != kws_mix_OK) return 6;
  if (!intact(kws_mix_ARENA_BYTES)) return 7;
  fwrite(ratio, 1, sizeof ratio, stdout);
  fwrite(code, 1, sizeof code, stdout);
  return 0;
}

int main(void) {
  for (int which = getchar(); which != EOF; which = getchar()) {
    memset(shared_arena, 0xA5, sizeof shared_arena);
    const int failed = which == 'k' ? kws() : mix();
    if (failed != 0) return failed;
  }
  return 0;
}
"""


@cache
def generated() -> Output:
    files = {f"{name}.tflite": data for name, data in models().items()}
    analysis = check(Request("a.mflow"), Overlay({"a.mflow": MANIFEST.encode(), **files}))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    (output,) = generate(analysis)
    return output


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    write({**generated().files, "main.c": MAIN}, folder)
    command = [need_sanitizers("gcc"), *STRICT, "-O1", *SANITIZE, "main.c", "-lm", "-o", "program"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "program"


@cache
def _round(name: str, index: int) -> tuple[bytes, bytes]:
    """What the program reads for one inference, and what the reference gives."""
    sample = samples()[index]
    given = [sample.image] if name == "kws" else [sample.left, sample.right]
    sent = name[:1].encode() + b"".join(a.tobytes() for a in given)
    return sent, b"".join(np.asarray(y).tobytes() for y in tflm(models()[name], given))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(("kws", "mix")), st.integers(0, len(samples()) - 1)), max_size=8
    )
)
def test_both_are_right_in_any_order(program: Path, order: list[tuple[str, int]]) -> None:
    rounds = [_round(name, index) for name, index in order]
    sent = b"".join(given for given, _ in rounds)
    done = subprocess.run([str(program)], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    assert done.stdout == b"".join(expected for _, expected in rounds)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_there_is_one_array_as_large_as_the_larger_needs(compiler: str, tmp_path: Path) -> None:
    write(generated().files, tmp_path)
    subprocess.run([need(compiler), *STRICT, "-O2", "-c", "kws.c"], cwd=tmp_path, check=True)
    command = [need("nm"), "-S", "kws.o"]
    listed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    arrays = [line.split() for line in listed.stdout.splitlines() if line.endswith("arena")]
    header = generated().files["kws.h"]
    needs = [int(line.split()[2]) for line in header.splitlines() if "_ARENA_BYTES " in line]
    assert [(name, int(size, 16)) for _, size, _, name in arrays] == [("shared_arena", max(needs))]
    assert len(set(needs)) == 2


def test_the_header_says_what_sharing_means() -> None:
    header = generated().files["kws.h"]
    assert "also that of mix: never in use at the same time" in header
    assert "also that of kws: never in use at the same time" in header
    source = generated().files["kws.c"]
    assert source.count("shared_arena[") == 1 and " kws, mix: " in source
