"""`arena = caller`: nothing works before the application gives memory, all works after."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay
from microflow.toolchain.selftest import selftest_vectors

from ..firmware.packages import quantised
from ..need import need, need_sanitizers
from ..oracle import tflm
from ..run_model import SANITIZE, STRICT
from .product import samples, write
from .product_models import models

MANIFEST = """mflow 1
model kws {{
  source = "kws.tflite"; targets = [{target}]; arena = caller
  input image {{ stream = {stream} }}
  output scores {{ }}
  emit {{ selftest = {selftest} }}
  {more}
}}
"""
# Two buffers of exactly the bytes that are asked for, so that the sanitizer sees a step beyond.
MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kws.h"

static int8_t image[2][kws_IMAGE_ELEMENTS], scores[kws_SCORES_ELEMENTS];
static float reals[kws_IMAGE_ELEMENTS], real_scores[kws_SCORES_ELEMENTS];

#ifdef STREAM
static kws_status run(int which) {
  kws_status status = kws_MORE;
  for (int y = 0; y < 7; y++) status = kws_push_image(image[which] + y * 12);
  return status;
}
#else
static kws_status run(int which) {
  if (kws_input_image() == NULL) return kws_run();
  memcpy(kws_input_image(), image[which], kws_IMAGE_ELEMENTS);
  return kws_run();
}
#endif

static int nothing_works(void) {
  if (run(0) != kws_E_ARENA || kws_infer(image[0], scores) != kws_E_ARENA) return 0;
  if (kws_predict(reals, real_scores) != kws_E_ARENA || kws_selftest() != kws_E_ARENA) return 0;
  return kws_output_scores() == NULL;
}

static uint8_t *memory(size_t bytes) {
  void *made = NULL;
  if (posix_memalign(&made, kws_ARENA_ALIGNMENT, bytes) != 0) exit(9);
  memset(made, 0xA5, bytes);
  return (uint8_t *)made;
}

int main(void) {
  uint8_t *const first = memory(kws_ARENA_BYTES), *const second = memory(kws_ARENA_BYTES);
  uint8_t *const large = memory(kws_ARENA_BYTES + 1);
  if (fread(image, 1, sizeof image, stdin) != sizeof image) return 1;
  if (!nothing_works()) return 2;
  if (kws_set_arena(NULL, kws_ARENA_BYTES) != kws_E_ARENA) return 3;
  if (kws_set_arena(first, kws_ARENA_BYTES - 1) != kws_E_ARENA) return 4;
  if (kws_set_arena(large + 1, kws_ARENA_BYTES) != kws_E_ARENA) return 5;
  if (!nothing_works()) return 6;

  if (kws_set_arena(first, kws_ARENA_BYTES) != kws_OK || run(0) != kws_OK) return 7;
  const int8_t *const of_first = kws_output_scores();
  if (kws_set_arena(NULL, 0) != kws_E_ARENA || kws_output_scores() != of_first) return 8;
  if (kws_set_arena(second, kws_ARENA_BYTES) != kws_OK || run(1) != kws_OK) return 9;
  fwrite(of_first, 1, sizeof scores, stdout);
  fwrite(kws_output_scores(), 1, sizeof scores, stdout);
  if (kws_output_scores() == of_first) return 10;
  if (kws_set_arena(large, kws_ARENA_BYTES + 1) != kws_OK) return 11;
  if (kws_infer(image[0], scores) != kws_OK) return 12;
  fwrite(scores, 1, sizeof scores, stdout);
  if (kws_predict(reals, real_scores) != kws_OK || kws_selftest() != kws_OK) return 13;
#ifdef STREAM
  if (kws_push_image(image[0]) != kws_MORE) return 14;
  if (kws_set_arena(first, kws_ARENA_BYTES) != kws_OK) return 15;
  if (run(1) != kws_OK) return 16;
  fwrite(kws_output_scores(), 1, sizeof scores, stdout);
#endif
  free(first);
  free(second);
  free(large);
  return 0;
}
"""
_CXX = ("-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-D_POSIX_C_SOURCE=200809L")


def _output(stream: bool, target: str = "host", more: str = "", selftest: bool = True) -> Output:
    words = {"stream": str(stream).lower(), "selftest": str(selftest).lower()}
    text = MANIFEST.format(target=target, more=more, **words)
    files = {"a.mflow": text.encode(), "kws.tflite": models()["kws"]}
    analysis = check(Request("a.mflow"), Overlay(files))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    vectors, failed = selftest_vectors(analysis.results)
    assert not failed
    (output,) = generate(analysis, vectors)
    return output


def _run(program: Path, stream: bool) -> None:
    pictures = [sample.image for sample in samples()[:2]]
    sent = b"".join(picture.tobytes() for picture in pictures)
    done = subprocess.run([str(program)], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    first, second = (tflm(models()["kws"], [x])[0].tobytes() for x in pictures)
    assert first != second
    assert done.stdout == first + second + first + (second if stream else b"")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_two_buffers_one_after_the_other(compiler: str, stream: bool, tmp_path: Path) -> None:
    write({**_output(stream).files, "main.c": MAIN}, tmp_path)
    defines = ["-D_POSIX_C_SOURCE=200809L", *(["-DSTREAM"] if stream else [])]
    command = [need_sanitizers(compiler), *STRICT, *SANITIZE, "-O1", *defines]
    subprocess.run([*command, "main.c", "kws.c", "-o", "program"], cwd=tmp_path, check=True)
    _run(tmp_path / "program", stream)


@pytest.mark.parametrize("stream", [False, True])
def test_an_application_in_cxx(stream: bool, tmp_path: Path) -> None:
    write({**_output(stream).files, "main.cpp": MAIN}, tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-O2", "-c", "kws.c"], cwd=tmp_path, check=True)
    command = [need("g++"), *_CXX, *(["-DSTREAM"] if stream else []), "main.cpp", "kws.o"]
    subprocess.run([*command, "-o", "program"], cwd=tmp_path, check=True)
    _run(tmp_path / "program", stream)


@pytest.mark.parametrize("stream", [False, True])
def test_there_is_no_array(stream: bool, tmp_path: Path) -> None:
    write(_output(stream).files, tmp_path)
    subprocess.run([need("gcc"), *STRICT, "-O2", "-c", "kws.c"], cwd=tmp_path, check=True)
    command = [need("nm"), "-S", "kws.o"]
    listed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    variables = [line.split() for line in listed.stdout.splitlines() if line.split()[-2] in "bB"]
    assert [(name, int(size, 16)) for _, size, _, name in variables] == [("arena", 8)]


def test_the_example_of_a_package_gives_memory(tmp_path: Path) -> None:
    text = 'mflow 1\nmodel net { source = "m.tflite"; targets = [host]; arena = caller\n'
    text += "emit { package = [make] } }\n"
    files = {"a.mflow": text.encode(), "m.tflite": quantised()}
    (output,) = generate(check(Request("a.mflow"), Overlay(files)))
    write(output.files, tmp_path)
    made = [p for p in output.files if p.endswith("main.c")]
    command = [need("gcc"), *STRICT, "-I.", *made, "net.c", "-o", "program"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("net ")
    assert "net_set_arena(memory, sizeof memory)" in output.files["README.md"]


def test_the_budget_counts_it_and_says_whose_it_is() -> None:
    text = MANIFEST.format(
        target="nrf52840", stream="false", selftest="false", more="budget { ram = 1B }"
    )
    files = {"a.mflow": text.encode(), "kws.tflite": models()["kws"]}
    own = {**files, "a.mflow": text.replace("; arena = caller", "").encode()}
    given, without = (check(Request("a.mflow"), Overlay(f)) for f in (files, own))
    (found,) = given.diagnostics
    assert found.rule.code == "MF5001"
    assert any("of arena (exact, given by the application)" in note for note in found.notes)
    ours, theirs = without.results[0].sizes, given.results[0].sizes
    assert theirs.arena_bytes == ours.arena_bytes
    assert theirs.ram_bytes == ours.ram_bytes + 4  # a pointer
    assert np.isclose(theirs.code_bytes, ours.code_bytes, rtol=ours.margin)


def test_without_the_word_addresses_are_constant() -> None:
    files = {"a.mflow": MANIFEST, "kws.tflite": models()["kws"]}
    text = MANIFEST.format(target="host", stream="false", selftest="false", more="")
    files["a.mflow"] = text.replace("; arena = caller", "").encode()
    (output,) = generate(check(Request("a.mflow"), Overlay(files)))
    assert "uint8_t arena[kws_ARENA_BYTES]" in output.files["kws.c"]
    for word in ("has_arena", "set_arena", "ARENA_ALIGNMENT"):
        assert word not in output.files["kws.c"] + output.files["kws.h"]
