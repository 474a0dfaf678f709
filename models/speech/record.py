# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Write examples/speech/yes.wav and no.wav: a second each, spoken by voices held out from training.

python models/speech/record.py
"""

from __future__ import annotations

import sys
import wave

import numpy as np
import speech_data as data

FOLDER = data.FRONTEND.parent
SPEAKERS = {
    "yes": data.Utterance("yes", "en-gb-scotland", "linda", speed=160, pitch=50),
    "no": data.Utterance("no", "en-029", "Michael", speed=160, pitch=50),
}


def main() -> int:
    """Speak the words, each with a little noise."""
    rng = np.random.default_rng(5)
    for word, utterance in SPEAKERS.items():
        sound = data.speak(utterance)
        before = (data.SAMPLES - sound.size) // 2
        clip = np.pad(0.5 * sound, (before, data.SAMPLES - sound.size - before))
        clip += 0.002 * data.normalized(data.coloured_noise(rng))
        with wave.open(str(FOLDER / f"{word}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(data.RATE)
            file.writeframes(data.to_pcm(clip).astype("<i2").tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
