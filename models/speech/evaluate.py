# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Measure speech.tflite on voices training has not heard, and hold it against a floor of 92 %.

    python models/speech/evaluate.py [--model FILE] [--clips N]

Exit status: 0, or 1 below the floor, or 2 if something is missing. The file runs in the TensorFlow
Lite Micro interpreter. Needs the packages numpy and tflite-micro, espeak-ng and a C compiler.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import speech_data as data
from numpy.typing import NDArray

FLOOR = 0.92
CONFIDENT = 0.70  # the threshold of examples/speech/speech.mflow


@dataclass(frozen=True)
class Clip:
    """One second of sound, its label, and what was said (None: nothing)."""

    features: NDArray[np.int8]
    label: str
    utterance: data.Utterance | None


def choose(rng: np.random.Generator, label: str) -> data.Utterance:
    """A word of the label by a held-out voice."""
    if label == "unknown":
        return data.choose_unknown(rng, data.TEST)
    return data.choose_utterance(rng, data.TEST, label)


def make_clips(per_label: int) -> list[Clip]:
    """The test set: as many clips of each label, always the same ones."""
    rng = np.random.default_rng(data.TEST.seed)
    frontend = data.frontend()
    labels = [label for label in data.LABELS if label != "silence" for _ in range(per_label)]
    utterances = [choose(rng, label) for label in labels]
    words = data.speak_all(utterances)
    voices = [word for word, label in zip(words, labels, strict=True) if label == "unknown"]
    clips = [Clip(frontend(data.silence_clip(rng)), "silence", None) for _ in range(per_label)]
    for word, label, utterance in zip(words, labels, utterances, strict=True):
        pcm = data.word_clip(rng, data.TEST, word, voices)
        clips.append(Clip(frontend(pcm), label, utterance))
    return clips


def run_model(model: Path, clips: list[Clip]) -> NDArray[np.int8]:
    """(n, 4) quantised scores of n clips."""
    runtime = importlib.import_module("tflite_micro.python.tflite_micro.runtime")
    interpreter = runtime.Interpreter.from_file(str(model))
    scores = []
    for clip in clips:
        interpreter.set_input(clip.features[None, :, :, None], 0)
        interpreter.invoke()
        scores.append(interpreter.get_output(0)[0])
    return np.array(scores)


def print_share(name: str, correct: NDArray[np.bool_], chosen: Iterable[bool]) -> None:
    """Print which share of the chosen answers is right."""
    hits = correct[np.array(list(chosen))]
    print(f"  {name:<34} {hits.mean():6.1%} of {hits.size}")


def report(clips: list[Clip], scores: NDArray[np.int8]) -> float:
    """Print the accuracy of every group of clips; return that of all."""
    truth = np.array([data.LABELS.index(clip.label) for clip in clips])
    answers = scores.argmax(1)
    correct = answers == truth
    for label in data.LABELS:
        print_share(label, correct, (clip.label == label for clip in clips))
    accents = [clip.utterance.accent if clip.utterance else "" for clip in clips]
    words = [clip.utterance.word if clip.utterance else "" for clip in clips]
    unheard = data.TEST_LOOKALIKES + data.TEST_OTHERS
    lookalikes = data.TRAINING_LOOKALIKES + data.TEST_LOOKALIKES
    held_out = (accent in data.HELD_OUT_ACCENTS for accent in accents)
    print_share("accents not in training", correct, held_out)
    print_share("unknown words not in training", correct, (word in unheard for word in words))
    print_share("unknown words like yes or no", correct, (word in lookalikes for word in words))
    confident = scores.max(1) >= round(CONFIDENT * 256) - 128
    print_share(f"score of at least {CONFIDENT}", correct, confident)
    print("  rows: truth, columns: answer", *data.LABELS)
    for i, label in enumerate(data.LABELS):
        print(f"  {label:<8}", *(f"{np.sum(answers[truth == i] == j):6d}" for j in range(4)))
    return float(correct.mean())


def main() -> int:
    """Make the clips, run the model on them, print its accuracy."""
    parser = argparse.ArgumentParser(description="Measure the speech model on held-out voices.")
    parser.add_argument("--model", type=Path, default=Path(__file__).with_name("speech.tflite"))
    parser.add_argument("--clips", type=int, default=500, help="clips a label")
    arguments = parser.parse_args()
    missing = data.missing_tools()
    if not importlib.util.find_spec("tflite_micro"):
        missing.append("tflite_micro is missing: pip install tflite-micro")
    for line in missing:
        print(line, file=sys.stderr)
    if missing:
        return 2

    clips = make_clips(arguments.clips)
    accuracy = report(clips, run_model(arguments.model, clips))
    print(f"speech: {accuracy:.1%} of {len(clips)} clips, floor {FLOOR:.0%}")
    return 0 if accuracy >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
