# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Train the sine model and write sine.tflite beside this file.

    python models/sine/train.py [--output FILE] [--epochs N]

Needs the packages of models/requirements.txt; takes a minute.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

UNITS = 16


def build_network() -> tf.keras.Model:
    """Angle in radians, 0 to 2 pi, to its sine."""
    return tf.keras.Sequential(
        [
            tf.keras.Input((1,), name="angle"),
            tf.keras.layers.Dense(UNITS, activation="relu"),
            tf.keras.layers.Dense(UNITS, activation="relu"),
            tf.keras.layers.Dense(1),
        ]
    )


def train(epochs: int) -> tf.keras.Model:
    """The network after so many passes over 20,000 random angles."""
    model = build_network()
    angles = np.random.default_rng(1).uniform(0, 2 * np.pi, (20_000, 1)).astype(np.float32)
    steps = len(angles) // 100 * epochs
    rate = tf.keras.optimizers.schedules.CosineDecay(1e-2, steps, alpha=1e-3)
    model.compile(tf.keras.optimizers.Adam(rate), "mse")
    model.fit(angles, np.sin(angles), batch_size=100, epochs=epochs, verbose=2)
    return model


def quantise(model: tf.keras.Model) -> bytes:
    """The model in int8, calibrated on the whole range."""
    weights = [layer.get_weights() for layer in model.layers]

    def sine(angle: tf.Tensor) -> tf.Tensor:
        x = angle
        for kernel, bias in weights[:-1]:
            x = tf.nn.relu(x @ kernel + bias)
        return x @ weights[-1][0] + weights[-1][1]

    angles = np.linspace(0, 2 * np.pi, 500, dtype=np.float32)
    function = tf.function(sine, [tf.TensorSpec([1, 1], name="angle")]).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([angle.reshape(1, 1)] for angle in angles)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def main() -> int:
    """Train, write the file."""
    parser = argparse.ArgumentParser(description="Train the sine model.")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("sine.tflite"))
    parser.add_argument("--epochs", type=int, default=80)
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.experimental.enable_op_determinism()
    tf.keras.utils.set_random_seed(3)
    model = quantise(train(arguments.epochs))
    arguments.output.write_bytes(model)
    print(f"{arguments.output}: {len(model)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
