# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Train the speech model and write speech.tflite beside this file.

    python models/speech/train.py [--output FILE] [--epochs N] [--cache FILE]

Needs the packages of models/requirements.txt, espeak-ng and a C compiler; takes about a quarter of
an hour on two cores.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import speech_data as data
import tensorflow as tf
from numpy.typing import NDArray

REAL_PER_STEP = 0.125  # the front end's unit: octaves of energy
CLIPS = {"silence": 14_000, "unknown": 60_000, "yes": 32_000, "no": 32_000}
CLIPS_A_TASK, CLIPS_AN_UTTERANCE, BABBLE_VOICES = 500, 4, 30
VALIDATION_VARIANTS = ("Andrea", "Mario", "f3", "klatt4", "m4", "pedro", "robosoft3", "zac")
FIRST_FILTERS, FIRST_KERNEL = 8, (10, 8)
SECOND_FILTERS, SECOND_KERNEL = 24, 5


def make_features(task: tuple[int, str]) -> tuple[NDArray[np.int8], list[bool]]:
    """(500, 49, 40) features of clips of a label, and which have a voice kept for validation."""
    seed, label = task
    split = data.TRAINING
    rng = np.random.default_rng((split.seed, seed))
    frontend = data.frontend()
    if label == "silence":
        silences = [frontend(data.silence_clip(rng)) for _ in range(CLIPS_A_TASK)]
        return np.stack(silences), [False] * CLIPS_A_TASK
    utterances = [
        data.choose_unknown(rng, split)
        if label == "unknown"
        else data.choose_utterance(rng, split, label)
        for _ in range(CLIPS_A_TASK // CLIPS_AN_UTTERANCE)
    ]
    words = data.speak_all(utterances)
    voices = data.speak_all([data.choose_unknown(rng, split) for _ in range(BABBLE_VOICES)])
    clips = [
        frontend(data.word_clip(rng, split, word, voices))
        for word in words
        for _ in range(CLIPS_AN_UTTERANCE)
    ]
    validation = [u.variant in VALIDATION_VARIANTS for u in utterances]
    return np.stack(clips), [v for v in validation for _ in range(CLIPS_AN_UTTERANCE)]


def make_dataset() -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.bool_]]:
    """(n, 49, 40) features, (n,) labels, and which clips have a voice kept for validation."""
    labels = [label for label in data.LABELS for _ in range(CLIPS[label] // CLIPS_A_TASK)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(make_features, enumerate(labels)))
    features = np.concatenate([result[0] for result in results])
    answers = np.repeat([data.LABELS.index(label) for label in labels], CLIPS_A_TASK)
    return features, answers, np.concatenate([result[1] for result in results])


def build_network() -> tf.keras.Model:
    """From (49, 40, 1) features divided by 8 to four logits."""
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            tf.keras.Input((data.ROWS, data.BANDS, 1)),
            layers.Conv2D(FIRST_FILTERS, FIRST_KERNEL, 2, "same", use_bias=False, name="first"),
            layers.BatchNormalization(name="first_norm"),
            layers.ReLU(),
            layers.Conv2D(SECOND_FILTERS, SECOND_KERNEL, 2, "same", use_bias=False, name="second"),
            layers.BatchNormalization(name="second_norm"),
            layers.ReLU(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(len(data.LABELS), name="scores"),
        ]
    )


def varied(rng: np.random.Generator, clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """(49, 40) features moved in frequency, as by another vocal tract, and in time; some masked."""
    rows, bands = np.arange(data.ROWS), np.arange(data.BANDS)
    rows = np.clip(rows + rng.integers(-2, 3), 0, data.ROWS - 1)
    bands = np.clip(bands + rng.integers(-2, 3), 0, data.BANDS - 1)
    clip = clip[rows[:, None], bands]
    if rng.random() < 0.3:
        row, band = rng.integers(data.ROWS), rng.integers(data.BANDS)
        clip[row : row + rng.integers(4)] = 0
        clip[:, band : band + rng.integers(4)] = 0
    return clip


def to_real(features: NDArray[np.int8]) -> NDArray[np.float32]:
    """Features in the front end's unit."""
    return (features.astype(np.float32) + 128) * REAL_PER_STEP


def batches(
    features: NDArray[np.int8], labels: NDArray[np.int64], size: int, epochs: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
    """Shuffled batches of (size, 49, 40, 1) varied features divided by 8, and their labels."""
    rng = np.random.default_rng(3)
    for _ in range(epochs):
        order = rng.permutation(len(labels))
        for start in range(0, len(labels) - size + 1, size):
            picks = order[start : start + size]
            batch = np.stack([varied(rng, clip) for clip in to_real(features[picks]) / 8])
            yield batch[..., None], labels[picks]


def train(
    features: NDArray[np.int8],
    labels: NDArray[np.int64],
    validation: NDArray[np.bool_],
    epochs: int,
) -> tf.keras.Model:
    """The network after so many passes over the clips that are not for validation."""
    model = build_network()
    size = 128
    steps = int((~validation).sum()) // size
    rate = tf.keras.optimizers.schedules.CosineDecay(3e-3, steps * epochs, alpha=0.003)
    model.compile(
        tf.keras.optimizers.AdamW(rate, weight_decay=1e-3),
        tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    held_out = to_real(features[validation])[..., None] / 8
    model.fit(
        batches(features[~validation], labels[~validation], size, epochs),
        steps_per_epoch=steps,
        epochs=epochs,
        validation_data=(held_out, labels[validation]),
        verbose=2,
    )
    return model


def folded(model: tf.keras.Model, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel and bias of a convolution with the normalisation after it."""
    norm = model.get_layer(f"{name}_norm")
    gamma, beta, mean, variance = (np.asarray(weight) for weight in norm.get_weights())
    gain = gamma / np.sqrt(variance + norm.epsilon)
    return model.get_layer(name).get_weights()[0] * gain, beta - mean * gain


def build_deployed(trained: tf.keras.Model) -> tf.types.experimental.ConcreteFunction:
    """The same function of real features, with softmax.

    With one input channel the first convolution is a depthwise one.
    """
    first, first_bias = folded(trained, "first")
    second, second_bias = folded(trained, "second")
    weights, biases = trained.get_layer("scores").get_weights()

    def scores(features: tf.Tensor) -> tf.Tensor:
        x = tf.nn.depthwise_conv2d(features, first / 8, [1, 2, 2, 1], "SAME")
        x = tf.nn.relu(x + first_bias)
        x = tf.nn.relu(tf.nn.conv2d(x, second, 2, "SAME") + second_bias)
        return tf.nn.softmax(tf.reshape(x, [1, -1]) @ weights + biases)

    signature = [tf.TensorSpec([1, data.ROWS, data.BANDS, 1], name="features")]
    return tf.function(scores, signature).get_concrete_function()


def quantise(function: tf.types.experimental.ConcreteFunction, features: NDArray[np.int8]) -> bytes:
    """The function in int8, calibrated on the given features and the ends of their range."""
    reals = to_real(features)
    reals[0, 0, :2] = 0.0, 255 * REAL_PER_STEP
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([real[None, :, :, None]] for real in reals)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def main() -> int:
    """Make the clips, train, write the file."""
    parser = argparse.ArgumentParser(description="Train the speech model.")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("speech.tflite"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--cache", type=Path, help="keep the features here (.npz) between runs")
    arguments = parser.parse_args()
    for line in (missing := data.missing_tools()):
        print(line, file=sys.stderr)
    if missing:
        return 2

    cache: Path | None = arguments.cache
    if cache and cache.exists():
        archive = np.load(cache)
        features, labels, validation = (archive[k] for k in ("features", "labels", "validation"))
    else:
        features, labels, validation = make_dataset()
        if cache:
            np.savez(cache, features=features, labels=labels, validation=validation)

    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.keras.utils.set_random_seed(7)
    trained = train(features, labels, validation, arguments.epochs)
    calibration = np.random.default_rng(4).choice(len(labels), 400, replace=False)
    arguments.output.write_bytes(quantise(build_deployed(trained), features[calibration]))
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
