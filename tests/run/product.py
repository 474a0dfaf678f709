"""Two small models, the folders that a build writes for them, and a program that calls it all."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from attrs import frozen

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay
from microflow.verify.difference import Array

from ..oracle import tflm
from .product_models import IMAGE, models

LABELS = ("quiet", 'a "word"', "noise", "none\\of these")
THRESHOLD = 0.3
CODE_THRESHOLD = 0.91
STEPS = 6

_MANIFESTS = {
    "kws": """mflow 1
model kws {
  source = "kws.tflite"
  targets = [host]
  input image { tensor = "image" }
  output scores {
    labels = ["quiet", "a \\"word\\"", "noise", "none\\\\of these"]
    decode = argmax(threshold = 0.3)
  }
}
""",
    "mix": """mflow 1
model mix {
  source = "mix.tflite"
  targets = [host]
  input left { tensor = "left" }
  input right { tensor = "right" }
  output ratio { tensor = "ratio"; decode = argmax }
  output code { tensor = "code"; decode = argmax(threshold = 0.91) }
}
""",
}

MAIN = """
#include <stdio.h>
#include <string.h>
#include "kws.h"
#include "mix.h"

static void ints(const char *name, const int8_t *values, int n) {
  printf("%s", name);
  for (int i = 0; i < n; i++) printf(" %d", values[i]);
  printf("\\n");
}

static void floats(const char *name, const float *values, int n) {
  printf("%s", name);
  for (int i = 0; i < n; i++) printf(" %a", (double)values[i]);
  printf("\\n");
}

static int kws(const int8_t *image, const float *real) {
  int8_t scores[kws_SCORES_ELEMENTS];
  float scores_real[kws_SCORES_ELEMENTS];
  const int shape[] = kws_IMAGE_SHAPE;
  if (shape[0] * shape[1] * shape[2] * shape[3] != kws_IMAGE_ELEMENTS) return 1;
  if (kws_infer(image, scores) != kws_OK) return 2;
  ints("kws", scores, kws_SCORES_ELEMENTS);
  const int label = kws_decode_scores(scores);
  printf("label %d %s\\n", label, label < 0 ? "-" : kws_scores_labels[label]);
  memcpy(kws_input_image(), image, kws_IMAGE_ELEMENTS);
  if (kws_run() != kws_OK) return 3;
  if (memcmp(kws_output_scores(), scores, sizeof scores) != 0) return 4;
  if (kws_predict(real, scores_real) != kws_OK) return 5;
  floats("real", scores_real, kws_SCORES_ELEMENTS);
  if (kws_infer(NULL, scores) != kws_E_ARGUMENT) return 6;
  if (kws_predict(real, NULL) != kws_E_ARGUMENT) return 7;
  return 0;
}

static int mix(const float *left, const float *right) {
  float ratio[mix_RATIO_ELEMENTS];
  int8_t code[mix_CODE_ELEMENTS];
  float code_real[mix_CODE_ELEMENTS];
  if (mix_infer(left, right, ratio, code) != mix_OK) return 11;
  floats("ratio", ratio, mix_RATIO_ELEMENTS);
  ints("code", code, mix_CODE_ELEMENTS);
  printf("decoded %d %d\\n", mix_decode_ratio(ratio), mix_decode_code(code));
  memcpy(mix_input_left(), left, sizeof(float) * mix_LEFT_ELEMENTS);
  memcpy(mix_input_right(), right, sizeof(float) * mix_RIGHT_ELEMENTS);
  if (mix_run() != mix_OK) return 12;
  if (memcmp(mix_output_code(), code, sizeof code) != 0) return 13;
  if (memcmp(mix_output_ratio(), ratio, sizeof ratio) != 0) return 14;
  if (mix_predict(left, right, ratio, code_real) != mix_OK) return 15;
  floats("code_real", code_real, mix_CODE_ELEMENTS);
  if (mix_infer(left, NULL, ratio, code) != mix_E_ARGUMENT) return 16;
  return 0;
}

int main(void) {
  static int8_t image[kws_IMAGE_ELEMENTS];
  static float real[kws_IMAGE_ELEMENTS], left[mix_LEFT_ELEMENTS], right[mix_RIGHT_ELEMENTS];
  if (strlen(kws_MODEL_SHA256) != 64 || kws_ABI != 1) return 20;
  if (kws_ARENA_BYTES < kws_IMAGE_ELEMENTS) return 24;
  while (fread(image, 1, sizeof image, stdin) == sizeof image) {
    if (fread(real, 1, sizeof real, stdin) != sizeof real) return 21;
    if (fread(left, 1, sizeof left, stdin) != sizeof left) return 22;
    if (fread(right, 1, sizeof right, stdin) != sizeof right) return 23;
    int failed = kws(image, real);
    if (failed == 0) failed = mix(left, right);
    if (failed != 0) return failed;
  }
  return 0;
}
"""


@frozen
class Sample:
    """What one round of the program is given."""

    image: Array
    real: Array
    left: Array
    right: Array

    @property
    def sent(self) -> bytes:
        """The bytes that the program reads."""
        return b"".join(a.tobytes() for a in (self.image, self.real, self.left, self.right))


@cache
def generated(name: str, replaced: str = "", by: str = "") -> Output:
    """Returns the folder that `mflowc build` writes for one of the models.

    In its manifest, the text `replaced` gives way to `by`.
    """
    manifest = _MANIFESTS[name].replace(replaced, by) if replaced else _MANIFESTS[name]
    files = {f"{name}.mflow": manifest.encode(), f"{name}.tflite": models()[name]}
    analysis = check(Request(f"{name}.mflow"), Overlay(files))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    (output,) = generate(analysis)
    return output


def write(files: Mapping[str, str], folder: Path) -> None:
    """Writes `files` into `folder`."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def write_both(folder: Path) -> None:
    """Writes both models' folders and the program into `folder`."""
    for name in models():
        write(generated(name).files, folder)
    write({"main.c": MAIN}, folder)


@cache
def samples() -> tuple[Sample, ...]:
    """Returns the inputs of each round: whole numbers, and real ones beyond the tensor's range."""
    chance = np.random.default_rng(5)
    return tuple(
        Sample(
            image=chance.integers(-128, 128, IMAGE).astype(np.int8),
            real=chance.normal(0, 8, IMAGE).astype(np.float32),
            left=chance.normal(0, 1, (1, 3, 3, 2)).astype(np.float32),
            right=chance.normal(0, 2, (1, 2)).astype(np.float32),
        )
        for _ in range(STEPS)
    )


@cache
def expected() -> str:
    """Returns what the program prints: the reference's outputs, and NumPy's conversions."""
    return "".join(f"{line}\n" for sample in samples() for line in _lines(sample))


def _lines(sample: Sample) -> Iterator[str]:
    (scores,) = tflm(models()["kws"], [sample.image])
    yield f"kws {_ints(scores)}"
    best = int(scores.argmax())
    label = best if dequantise(scores, 1 / 256, -128)[0, best] >= THRESHOLD else -1
    yield f"label {label} {LABELS[label] if label >= 0 else '-'}"
    (scores,) = tflm(models()["kws"], [quantise(sample.real, 0.1, -5)])
    yield f"real {_floats(dequantise(scores, 1 / 256, -128))}"
    ratio, code = tflm(models()["mix"], [sample.left, sample.right])
    yield f"ratio {_floats(ratio)}"
    yield f"code {_ints(code)}"
    real = dequantise(code, 0.02, -10)
    top = int(code.argmax())
    yield f"decoded {int(ratio.argmax())} {top if real[0, top] >= CODE_THRESHOLD else -1}"
    yield f"code_real {_floats(real)}"


def quantise(real: Array, scale: float, zero_point: int) -> Array:
    """Returns the nearest int8 values, ties away from zero, in single precision."""
    steps = real / np.float32(scale)
    nearest = np.trunc(steps + np.copysign(np.float32(0.5), steps))
    return np.asarray(np.clip(nearest + zero_point, -128, 127).astype(np.int8))


def dequantise(values: Array, scale: float, zero_point: int) -> Array:
    """Returns the real values in single precision."""
    steps = values.astype(np.float32) - np.float32(zero_point)
    return np.asarray(np.float32(scale) * steps)


def compile_and_run(folder: Path, command: Sequence[str], sources: Sequence[str]) -> str:
    """Links `sources` of `folder` into a program with `command`; returns what it prints."""
    link = [*command, *sources, "-lm", "-o", "program"]
    done = subprocess.run(link, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return printed(folder / "program")


def printed(program: Path) -> str:
    """Returns what the program prints for `samples`; fails the test where it ends with an error."""
    sent = b"".join(sample.sent for sample in samples())
    run = subprocess.run([str(program)], input=sent, capture_output=True, check=False)
    assert run.returncode == 0, (run.returncode, run.stderr.decode())
    return run.stdout.decode()


def _ints(values: Array) -> str:
    return " ".join(map(str, values.ravel().tolist()))


def _floats(values: Array) -> str:
    return " ".join(_hexadecimal(value) for value in values.ravel().tolist())


def _hexadecimal(value: float) -> str:
    """A number as C prints it with %a."""
    mantissa, exponent = value.hex().split("p")
    short = mantissa.rstrip("0").rstrip(".") if value else mantissa.removesuffix(".0")
    return f"{short}p{exponent}"
