# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Train the person model and write person.tflite beside this file.

    npm install --prefix FOLDER @iconify-json/fluent-emoji@1.2.7 \\
        @iconify-json/fluent-emoji-flat@1.2.6 @iconify-json/fluent-emoji-high-contrast@1.2.6 \\
        @iconify-json/twemoji@1.2.5 @iconify-json/streamline-emojis@1.2.4
    python models/person/train.py --emoji FOLDER/node_modules \\
        [--output FILE] [--epochs N] [--cache FILE]

Needs the packages of models/requirements.txt; takes less than half an hour on two cores.
"""

from __future__ import annotations

import argparse
import collections
import functools
import io
import itertools
import json
import multiprocessing
import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import person_data as data
import resvg_py
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

# Packages with the designs, and the package whose names for emoji each uses, some with "-1" or "-2"
# at the end.
DESIGNS = {
    "fluent-emoji": "fluent-emoji-flat",
    "fluent-emoji-flat": "fluent-emoji-flat",
    "fluent-emoji-high-contrast": "fluent-emoji-high-contrast",
    "twemoji": "twemoji",
    "streamline-emojis": "twemoji",
}
VALIDATION_DESIGN = "streamline-emojis"
GLYPH_SIDE = 96
VARIANTS_AN_EMOJI = 3
SCENES_A_TASK, TRAINING_TASKS, VALIDATION_TASKS = 1_500, 36, 2
CHANNELS = (8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256)
STRIDES = (2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)

Group = list[data.Glyph]
Weights = NDArray[np.float32]


def read_json(folder: Path, design: str, name: str) -> Any:
    """What a file of a package holds."""
    return json.loads((folder / "@iconify-json" / design / name).read_text(encoding="utf-8"))


def draw(body: str, side: int) -> Image.Image:
    """(96, 96) picture of what an SVG element of the given width and height contains."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{body}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, width=GLYPH_SIDE, height=GLYPH_SIDE)
    return Image.open(io.BytesIO(png)).convert("RGBA")


@functools.cache
def load_design(folder: Path, design: str) -> tuple[list[Group], list[Group]]:
    """The groups of glyphs without and with a person that training may see."""
    chars: dict[str, str] = read_json(folder, DESIGNS[design], "chars.json")
    sequences = {
        name: tuple(int(part, 16) for part in code.split("-"))
        for code, name in reversed(chars.items())
    }
    icons = read_json(folder, design, "icons.json")
    groups: dict[data.CodePoints, Group] = collections.defaultdict(list)
    for name, icon in icons["icons"].items():
        sequence = sequences.get(name) or sequences.get(re.sub(r"-\d$", "", name))
        if sequence is None or data.label_of(sequence) is None or data.is_held_out(sequence):
            continue
        group = groups[data.concept(sequence)]
        if len(group) < VARIANTS_AN_EMOJI:
            group.append(data.Glyph(sequence, draw(icon["body"], icons["width"])))
    by_label: tuple[list[Group], list[Group]] = ([], [])
    for shown, group in groups.items():
        by_label[data.label_of(shown) or 0].append(group)
    print(design, *(f"{name}: {len(g)}" for name, g in zip(data.LABELS, by_label, strict=True)))
    return by_label


def make_scenes(
    task: tuple[int, Path, tuple[str, ...]],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(n, 96, 96) scenes with glyphs of the given designs, and the (n, 6, 6) subjects' coverages.

    Every second scene shows a person.
    """
    seed, folder, designs = task
    rng = np.random.default_rng((1, seed))
    loaded = [load_design(folder, design) for design in designs]
    scenes = []
    for i in range(SCENES_A_TASK):
        groups = loaded[int(rng.integers(len(loaded)))]
        bystanders = [data.choose(rng, groups[0]) for _ in range(2)]
        scenes.append(data.scene(rng, data.choose(rng, groups[i % 2]), bystanders))
    return np.stack([pixels for pixels, _ in scenes]), np.stack([cells for _, cells in scenes])


def make_dataset(folder: Path) -> dict[str, NDArray[np.uint8]]:
    """Scenes and coverages to train on, scenes to validate on; scene i has the label i % 2."""
    seen = tuple(design for design in DESIGNS if design != VALIDATION_DESIGN)
    for design in DESIGNS:
        load_design(folder, design)  # before the workers fork, so that they have it
    tasks = [(seed, folder, seen) for seed in range(TRAINING_TASKS)]
    tasks += [(seed, folder, (VALIDATION_DESIGN,)) for seed in range(1000, 1000 + VALIDATION_TASKS)]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        results = list(pool.map(make_scenes, tasks))
    training, validation = results[:TRAINING_TASKS], results[TRAINING_TASKS:]
    return {
        "scenes": np.concatenate([scenes for scenes, _ in training]),
        "coverages": np.concatenate([coverages for _, coverages in training]),
        "validation": np.concatenate([scenes for scenes, _ in validation]),
    }


def convolution(x: Any, layer: Any) -> Any:
    """A convolution without bias, normalised, then ReLU6 as MobileNet has it."""
    return tf.keras.layers.ReLU(6.0)(tf.keras.layers.BatchNormalization()(layer(x)))


def build_network() -> tuple[tf.keras.Model, tf.keras.Model]:
    """MobileNet v1, width 0.25, from (96, 96, 1) grey levels in -1..1 to two logits.

    The second model is the same one with another output, which only helps training: (6, 6, 3)
    logits of what each cell shows: background, thing, person.
    """
    layers = tf.keras.layers
    image = tf.keras.Input((data.SIDE, data.SIDE, 1), name="image")
    x = convolution(image, layers.Conv2D(CHANNELS[0], 3, STRIDES[0], "same", use_bias=False))
    cells = None
    for channels, stride in zip(CHANNELS[1:], STRIDES[1:], strict=True):
        if x.shape[1] == data.CELLS and stride == 2:
            cells = layers.Conv2D(1 + len(data.LABELS), 1, name="cells")(x)
        x = convolution(x, layers.DepthwiseConv2D(3, stride, "same", use_bias=False))
        x = convolution(x, layers.Conv2D(channels, 1, use_bias=False))
    x = layers.AveragePooling2D(data.SIDE // 32)(x)
    x = layers.Dropout(0.1)(x)
    x = layers.Conv2D(len(data.LABELS), 1)(x)
    scores = layers.Reshape((len(data.LABELS),), name="scores")(x)
    return tf.keras.Model(image, scores), tf.keras.Model(image, [scores, cells])


def reals(scenes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 96, 96, 1) grey levels in -1..1."""
    return ((scenes.astype(np.float32) - np.float32(128)) / np.float32(128))[..., None]


def cell_shares(coverages: NDArray[np.uint8], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, 6, 6, 3) shares of background, thing and person in each cell."""
    covered = coverages.astype(np.float32) / np.float32(255)
    person = labels[:, None, None].astype(np.float32)
    return np.stack([1 - covered, covered * (1 - person), covered * person], axis=-1)


def batches(
    dataset: dict[str, NDArray[np.uint8]], size: int, seed: int
) -> Iterator[tuple[NDArray[np.float32], tuple[NDArray[np.int64], NDArray[np.float32]]]]:
    """Shuffled batches of all scenes, half of them mirrored, a patch of each covered."""
    rng = np.random.default_rng((3, seed))
    order = rng.permutation(len(dataset["scenes"]))
    for start in range(0, len(order) - size + 1, size):
        picks = order[start : start + size]
        labels = picks % 2
        batch = reals(dataset["scenes"][picks])
        shares = cell_shares(dataset["coverages"][picks], labels)
        mirrored = rng.random(size) < 0.5
        batch[mirrored] = batch[mirrored, :, ::-1]
        shares[mirrored] = shares[mirrored, :, ::-1]
        for picture in batch:
            y, x = rng.integers(0, data.SIDE, 2)
            picture[y : y + 12, x : x + 12] = rng.uniform(-1, 1)
        yield batch, (labels, shares)


def train(dataset: dict[str, NDArray[np.uint8]], epochs: int) -> tf.keras.Model:
    """The network after so many passes over the scenes."""
    network, assisted = build_network()
    size = 64
    steps = len(dataset["scenes"]) // size
    rate = tf.keras.optimizers.schedules.CosineDecay(
        1e-4, steps * epochs, 0.001, warmup_target=4e-3, warmup_steps=300
    )
    assisted.compile(
        tf.keras.optimizers.AdamW(rate, weight_decay=1e-3),
        [
            tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            tf.keras.losses.CategoricalCrossentropy(from_logits=True),
        ],
        metrics=[["accuracy"], []],
    )
    validation = dataset["validation"]
    answers = np.arange(len(validation)) % 2
    for epoch in range(epochs):
        assisted.fit(
            batches(dataset, size, epoch),
            steps_per_epoch=steps,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=2,
        )
        hits = network.predict(reals(validation), verbose=0).argmax(1) == answers
        print(f"validation accuracy: {hits.mean():.3f}")
    return network


def folded(model: tf.keras.Model) -> Iterator[tuple[Any, Weights, Weights]]:
    """The convolutions in order: layer, and kernel and bias with the normalisation after it."""
    for layer, norm in itertools.pairwise(model.layers):
        if not isinstance(norm, tf.keras.layers.BatchNormalization):
            continue
        gamma, beta, mean, variance = (np.asarray(weight) for weight in norm.get_weights())
        gain = gamma / np.sqrt(variance + norm.epsilon)
        depthwise = isinstance(layer, tf.keras.layers.DepthwiseConv2D)
        kernel = layer.get_weights()[0] * (gain[:, None] if depthwise else gain)
        yield layer, kernel, beta - mean * gain


def build_deployed(model: tf.keras.Model) -> tf.types.experimental.ConcreteFunction:
    """The same function with the normalisations folded into the convolutions, and softmax."""
    convolutions = list(folded(model))
    weights, biases = model.layers[-2].get_weights()

    def scores(image: tf.Tensor) -> tf.Tensor:
        x = image
        for layer, kernel, bias in convolutions:
            strides = [1, *layer.strides, 1]
            if isinstance(layer, tf.keras.layers.DepthwiseConv2D):
                x = tf.nn.depthwise_conv2d(x, kernel, strides, "SAME")
            else:
                x = tf.nn.conv2d(x, kernel, strides, "SAME")
            x = tf.nn.relu6(x + bias)
        x = tf.nn.avg_pool2d(x, data.SIDE // 32, 1, "VALID")
        x = tf.nn.conv2d(x, weights, 1, "VALID") + biases
        return tf.nn.softmax(tf.reshape(x, [1, -1]))

    signature = [tf.TensorSpec([1, data.SIDE, data.SIDE, 1], name="image")]
    return tf.function(scores, signature).get_concrete_function()


def quantise(function: tf.types.experimental.ConcreteFunction, scenes: NDArray[np.uint8]) -> bytes:
    """The function in int8, calibrated on the given scenes."""
    images = reals(scenes)
    images[0, 0, :2, 0] = -1.0, 127 / 128  # the ends of the range
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def main() -> int:
    """Make the scenes, train, write the file."""
    parser = argparse.ArgumentParser(description="Train the person model.")
    parser.add_argument("--emoji", type=Path, help="node_modules with the emoji packages")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("person.tflite"))
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--cache", type=Path, help="keep the scenes here (.npz) between runs")
    arguments = parser.parse_args()
    cache: Path | None = arguments.cache
    if cache and cache.exists():
        dataset = dict(np.load(cache))
    elif arguments.emoji:
        dataset = make_dataset(arguments.emoji)
        if cache:
            np.savez(
                cache,
                scenes=dataset["scenes"],
                coverages=dataset["coverages"],
                validation=dataset["validation"],
            )
    else:
        parser.error("--emoji is needed to make the scenes")

    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.keras.utils.set_random_seed(7)
    model = train(dataset, arguments.epochs)
    scenes = dataset["scenes"]
    calibration = np.random.default_rng(4).choice(len(scenes), 300, replace=False)
    arguments.output.write_bytes(quantise(build_deployed(model), scenes[calibration]))
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
