# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The sounds the speech model is trained and judged on: words spoken by espeak-ng, in noise.

Everything follows from the seeds below. Training and test share no voice variant, and the test also
has accents and words that training has not.
"""

from __future__ import annotations

import ctypes
import functools
import io
import os
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SAMPLES = 16_000
ROWS, BANDS = 49, 40
JITTER = 1_920  # samples a word lies off the middle at most: 120 ms
LABELS = ("silence", "unknown", "yes", "no")
FRONTEND = Path(__file__).parents[2] / "examples" / "speech" / "log_mel.h"

Sound = NDArray[np.float64]

TRAINING_ACCENTS = ("en-gb", "en-us", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-us-nyc")
HELD_OUT_ACCENTS = ("en-gb-scotland", "en-029")

# Variants that are versions of one voice (iven, iven2, ...) stand on the same side.
TRAINING_VARIANTS = (
    *("Alex", "Alicia", "Andrea", "Andy", "AnxiousAndy", "Demonic", "Diogo", "Henrique", "Jacky"),
    *("Marco", "Mario", "Mike", "Nguyen", "RicishayMax", "RicishayMax2", "RicishayMax3", "Tweaky"),
    *("adam", "anika", "anikaRobot", "antonio", "benjamin", "caleb", "david", "ed", "f1", "f2"),
    *("f3", "f4", "f5", "fast", "grandma", "gustave", "john", "kaukovalta", "klatt", "klatt2"),
    *("klatt3",),
    *("klatt4", "klatt5", "klatt6", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "marcelo"),
    *("michel", "miguel", "norbert", "pablo", "pedro", "quincy", "rob", "robosoft", "robosoft2"),
    *("robosoft3", "robosoft4", "robosoft5", "robosoft6", "robosoft7", "robosoft8", "sandro"),
    *("travis", "victor", "whisper", "whisperf", "zac"),
)
HELD_OUT_VARIANTS = (
    *("Annie", "Denis", "Gene", "Gene2", "Hugo", "Lee", "Michael", "Mr serious", "Storm"),
    *("UniRobot", "announcer", "aunty", "belinda", "boris", "croak", "edward", "edward2"),
    *("grandpa", "iven", "iven2", "iven3", "iven4", "linda", "max", "paul", "robert", "shelby"),
    *("steph", "steph2", "steph3"),
)

# Words of the class "unknown". The first list of each pair sounds like "yes" or "no".
TRAINING_LOOKALIKES = (
    *("yeah", "yell", "yet", "yesterday", "guess", "less", "chess", "mess", "bless", "jess"),
    *("ness", "west", "best", "this", "us", "ice", "ace", "said", "net", "neck", "now", "new"),
    *("nor", "north", "note", "nose", "nobody", "noble", "notice", "mode", "low", "go", "so"),
    *("show", "though", "grow", "snow", "owe", "law", "null", "nine", "none", "knee", "near"),
)
TRAINING_OTHERS = (
    *("up", "down", "left", "right", "on", "off", "stop", "start", "zero", "one", "two", "three"),
    *("five", "six", "seven", "eight", "bed", "bird", "cat", "dog", "happy", "house", "marvin"),
    *("sheila", "tree", "wow", "water", "window", "people", "green", "orange", "table", "music"),
    *("light", "kitchen", "hello", "machine", "about", "because", "winter", "paper", "river"),
    *("open", "close", "again", "morning", "please", "thank", "garden", "engine", "money"),
    *("school", "picture", "question", "mother", "father", "computer", "yellow", "yard", "use"),
)
TEST_LOOKALIKES = (
    *("yep", "yes-man", "dress", "press", "test", "guest", "nest", "noun", "node", "north-east"),
    *("toe", "blow", "foe", "nope", "nil"),
)
TEST_OTHERS = (
    *("four", "backward", "forward", "follow", "visual", "learn", "summer", "coffee", "market"),
    *("doctor", "bottle", "number", "sister", "yoga", "volume", "cancel", "camera", "purple"),
)


@dataclass(frozen=True)
class Utterance:
    """What espeak-ng is asked to say: speed in words a minute, pitch from 0 to 99."""

    word: str
    accent: str
    variant: str
    speed: int
    pitch: int


@dataclass(frozen=True)
class Split:
    """One side of the data: who speaks, which unknown words, how far below the noise lies (dB)."""

    seed: int
    accents: Sequence[str]
    variants: Sequence[str]
    lookalikes: Sequence[str]
    others: Sequence[str]
    signal_to_noise: tuple[float, float]


TRAINING = Split(
    seed=1,
    accents=TRAINING_ACCENTS,
    variants=TRAINING_VARIANTS,
    lookalikes=TRAINING_LOOKALIKES,
    others=TRAINING_OTHERS,
    signal_to_noise=(0.0, 40.0),
)
TEST = Split(
    seed=2,
    accents=TRAINING_ACCENTS + HELD_OUT_ACCENTS,
    variants=HELD_OUT_VARIANTS,
    lookalikes=TRAINING_LOOKALIKES + TEST_LOOKALIKES,
    others=TRAINING_OTHERS + TEST_OTHERS,
    signal_to_noise=(5.0, 35.0),
)


def missing_tools() -> list[str]:
    """What has to be installed before data can be made, each with the command that does it."""
    wanted = {"espeak-ng": "apt-get install espeak-ng", "cc": "apt-get install gcc"}
    return [
        f"{tool} is missing: {install}"
        for tool, install in wanted.items()
        if not shutil.which(tool)
    ]


@functools.cache
def frontend() -> Callable[[NDArray[np.int16]], NDArray[np.int8]]:
    """The C front end, compiled for this machine: 16,000 samples to (49, 40) features."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "frontend.c"), Path(folder, "frontend.so")
        source.write_text(
            '#include "log_mel.h"\n'
            "void features(const int16_t *pcm, size_t samples, int8_t *out);\n"
            "void features(const int16_t *pcm, size_t samples, int8_t *out)\n"
            "{ mf_frontend(pcm, samples, out); }\n",
            encoding="utf-8",
        )
        include = f"-I{FRONTEND.parent}"
        command = ["cc", "-std=c99", "-O2", "-shared", "-fPIC", include]
        command += ["-o", str(library), str(source)]
        subprocess.run(command, check=True)
        function = ctypes.CDLL(str(library)).features

    function.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
    function.restype = None

    def features(pcm: NDArray[np.int16]) -> NDArray[np.int8]:
        sound = np.ascontiguousarray(pcm, np.int16)
        out = np.empty((ROWS, BANDS), np.int8)
        function(sound.ctypes.data, sound.size, out.ctypes.data)
        return out

    return features


def resampled(sound: Sound, rate: int) -> Sound:
    """A sound of the given rate (Hz) at 16 kHz, by cutting its spectrum."""
    divisor = np.gcd(rate, RATE)
    step_in, step_out = rate // divisor, RATE // divisor
    steps = -(-sound.size // step_in)
    spectrum = np.fft.rfft(sound, steps * step_in)
    kept = spectrum[: steps * step_out // 2 + 1]
    result: Sound = np.fft.irfft(kept, steps * step_out) * step_out / step_in
    return result


def speak(utterance: Utterance) -> Sound:
    """The word at 16 kHz, silence at both ends cut off, peak 1."""
    command = ["espeak-ng", "--stdout", "-v", f"{utterance.accent}+{utterance.variant}"]
    command += ["-s", str(utterance.speed), "-p", str(utterance.pitch), utterance.word]
    run = subprocess.run(command, check=True, capture_output=True)
    with wave.open(io.BytesIO(run.stdout)) as file:
        rate = file.getframerate()
        pcm = np.frombuffer(file.readframes(1 << 24), np.int16)
    sound = resampled(pcm.astype(np.float64), rate)
    peak = np.abs(sound).max(initial=0.0)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * peak)
    if loud.size == 0:
        raise RuntimeError(f"espeak-ng said nothing: {' '.join(command)}")
    return sound[loud[0] : loud[-1] + 1][:SAMPLES] / float(peak)


def speak_all(utterances: Sequence[Utterance]) -> list[Sound]:
    """All the words, spoken side by side: espeak-ng mostly waits."""
    with ThreadPoolExecutor(8 * (os.cpu_count() or 1)) as pool:
        return list(pool.map(speak, utterances))


def choose_utterance(rng: np.random.Generator, split: Split, word: str) -> Utterance:
    """The word by a random voice of the split."""
    return Utterance(
        word=word,
        accent=str(rng.choice(split.accents)),
        variant=str(rng.choice(split.variants)),
        speed=int(rng.integers(115, 215)),
        pitch=int(rng.integers(15, 90)),
    )


def choose_unknown(rng: np.random.Generator, split: Split) -> Utterance:
    """A third of the unknown words sound like one of the two wanted ones."""
    words = split.lookalikes if rng.random() < 1 / 3 else split.others
    return choose_utterance(rng, split, str(rng.choice(words)))


def normalized(sound: Sound) -> Sound:
    """The sound at mean power 1."""
    return sound / float(np.sqrt(np.mean(sound**2)) + 1e-9)


def coloured_noise(rng: np.random.Generator) -> Sound:
    """White to brown: a spectrum that falls with a random power of the frequency."""
    spectrum = np.fft.rfft(rng.standard_normal(SAMPLES))
    frequency = np.maximum(np.arange(spectrum.size), 20.0)
    return np.fft.irfft(spectrum * frequency ** rng.uniform(-1.2, 0.0), SAMPLES)


def hum(rng: np.random.Generator) -> Sound:
    """Mains hum of 50 or 60 Hz, or a motor, with harmonics, over a little noise."""
    time = np.arange(SAMPLES) / RATE
    base = rng.choice([50.0, 60.0, rng.uniform(80.0, 250.0)])
    sound = 0.1 * normalized(coloured_noise(rng))
    for harmonic in range(1, int(rng.integers(3, 12))):
        phase = rng.uniform(0, 2 * np.pi)
        sound += rng.random() / harmonic * np.sin(2 * np.pi * harmonic * base * time + phase)
    return sound


def babble(rng: np.random.Generator, voices: Sequence[Sound]) -> Sound:
    """Three to eight voices at once, each saying two words."""
    sound = np.zeros(SAMPLES)
    for pick in rng.choice(len(voices), 2 * int(rng.integers(3, 9))):
        word = voices[pick]
        sound += rng.uniform(0.3, 1.0) * np.roll(
            np.pad(word, (0, SAMPLES - word.size)), int(rng.integers(SAMPLES))
        )
    return sound


def background(rng: np.random.Generator) -> Sound:
    """Noise with no speech in it, of mean power 1, steady or slowly swelling."""
    sound = normalized(hum(rng) if rng.random() < 0.3 else coloured_noise(rng))
    swell = np.interp(np.arange(SAMPLES), [0, SAMPLES], rng.uniform(0.4, 1.6, 2))
    return sound * swell if rng.random() < 0.5 else sound


def tilted(rng: np.random.Generator, sound: Sound) -> Sound:
    """As through another microphone: the spectrum tilted by up to 3 dB an octave."""
    spectrum = np.fft.rfft(sound)
    frequency = np.maximum(np.arange(spectrum.size) / spectrum.size * 8000, 60.0) / 1000
    return np.fft.irfft(spectrum * frequency ** rng.uniform(-0.5, 0.5), sound.size)


def to_pcm(sound: Sound) -> NDArray[np.int16]:
    """A sound between -1 and 1 as 16-bit samples."""
    return np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16)


def word_clip(
    rng: np.random.Generator, split: Split, word: Sound, voices: Sequence[Sound]
) -> NDArray[np.int16]:
    """One second with the word near the middle, in noise; `voices` are the babble."""
    clip = np.zeros(SAMPLES)
    centred = (SAMPLES - word.size) // 2
    start = int(np.clip(centred + rng.integers(-JITTER, JITTER + 1), 0, SAMPLES - word.size))
    clip[start : start + word.size] = tilted(rng, word)
    power = np.mean(clip[start : start + word.size] ** 2)
    noise = normalized(babble(rng, voices)) if rng.random() < 0.25 else background(rng)
    level = np.sqrt(power) * 10 ** (-rng.uniform(*split.signal_to_noise) / 20)
    mixed = clip + level * noise
    return to_pcm(mixed / np.abs(mixed).max() * 10 ** (-rng.uniform(1.0, 26.0) / 20))


def silence_clip(rng: np.random.Generator) -> NDArray[np.int16]:
    """One second without a word: noise of -80 to -12 dB, perhaps clicks, or nothing at all."""
    if rng.random() < 0.03:
        return np.zeros(SAMPLES, np.int16)
    noise = 10 ** (-rng.uniform(12.0, 80.0) / 20) * background(rng)
    if rng.random() < 0.2:
        clicks = rng.integers(0, SAMPLES, int(rng.integers(1, 6)))
        noise[clicks] += np.abs(noise).max() * rng.uniform(-8.0, 8.0, clicks.size)
    return to_pcm(noise)
