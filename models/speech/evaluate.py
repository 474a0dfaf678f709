# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Measure speech.tflite on voices that training has not heard; exit 1 below the floor of 92 %, 2 if a tool is missing.

    python models/speech/evaluate.py [--model FILE] [--clips N]

Runs the file in the TensorFlow Lite Micro interpreter (`pip install tflite-micro`). Needs numpy, espeak-ng and a C compiler.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import speech_data as data
from numpy.typing import NDArray

FLOOR = 0.92
LOUDEST, QUIETEST = 0, 1


@dataclass(frozen=True)
class Clip:
    """One second of sound, its label, and what was said (None: nothing)."""

    features: NDArray[np.int8]
    label: str
    utterance: data.Utterance | None


def choose(rng: np.random.Generator, label: str) -> data.Utterance:
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
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_file(str(model))
    scores = []
    for clip in clips:
        interpreter.set_input(clip.features[None, :, :, None], 0)
        interpreter.invoke()
        scores.append(interpreter.get_output(0)[0])
    return np.array(scores)


def print_share(name: str, correct: NDArray[np.bool_], chosen: list[bool]) -> None:
    hits = correct[np.array(chosen)]
    print(f"  {name:<34} {hits.mean():6.1%} of {hits.size}")


def report(clips: list[Clip], scores: NDArray[np.int8]) -> float:
    """Print the accuracy of every group of clips; return that of all."""
    truth = np.array([data.LABELS.index(clip.label) for clip in clips])
    answers = scores.argmax(1)
    correct = answers == truth
    spoken = [clip.utterance for clip in clips]
    unknown = [u is not None and u.word not in ("yes", "no") for u in spoken]
    unheard = {*data.TEST_LOOKALIKES, *data.TEST_OTHERS}
    for label in data.LABELS:
        print_share(label, correct, [clip.label == label for clip in clips])
    held_out = [u is not None and u.accent in data.HELD_OUT_ACCENTS for u in spoken]
    print_share("accents not in training", correct, held_out)
    print_share(
        "unknown words not in training",
        correct,
        [u is not None and u.word in unheard for u in spoken],
    )
    lookalikes = {*data.TRAINING_LOOKALIKES, *data.TEST_LOOKALIKES}
    print_share(
        "unknown words like yes or no",
        correct,
        [u is not None and u.word in lookalikes for u in spoken],
    )
    print_share("other unknown words", correct, [
        is_unknown and u is not None and u.word not in lookalikes
        for is_unknown, u in zip(unknown, spoken, strict=True)
    ])
    confident = scores.max(1) >= round(0.70 * 256) - 128
    print(f"  scores of at least 0.70: {confident.mean():.1%}, of which right {correct[confident].mean():.1%}")
    print("  rows: truth, columns: answer", *data.LABELS)
    for i, label in enumerate(data.LABELS):
        print(f"  {label:<8}", *(f"{np.sum(answers[truth == i] == j):6d}" for j in range(4)))
    return float(correct.mean())


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the speech model on held-out voices.")
    parser.add_argument("--model", type=Path, default=Path(__file__).with_name("speech.tflite"))
    parser.add_argument("--clips", type=int, default=500, help="clips a label")
    arguments = parser.parse_args()
    for line in (missing := data.missing_tools()):
        print(line, file=sys.stderr)
    if missing:
        return 2

    clips = make_clips(arguments.clips)
    accuracy = report(clips, run_model(arguments.model, clips))
    print(f"speech: {accuracy:.1%} of {len(clips)} clips, floor {FLOOR:.0%}")
    return 0 if accuracy >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
