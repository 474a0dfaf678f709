# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Measure person.tflite on a design training has not seen, and hold it against a floor of 85 %.

    python models/person/evaluate.py [--model FILE] [--scenes N] [--sheet FILE.png]

Exit status: 0, or 1 below the floor, or 2 if something is missing. The glyphs are those of Noto
Color Emoji; the file runs in the TensorFlow Lite Micro interpreter. Needs numpy, tflite-micro and
the Python package pillow, and the system packages fonts-noto-color-emoji and libfribidi0.
"""

from __future__ import annotations

import argparse
import collections
import functools
import importlib.util
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

try:
    import person_data as data
    from PIL import Image, ImageDraw, ImageFont, features
except ImportError as error:
    print(f"{error.name} is missing: pip install pillow", file=sys.stderr)
    sys.exit(2)

FLOOR = 0.85
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
FONT_SIZE = 109  # the only one the font has
FONT_ADVANCE, FONT_HEIGHT = 136, 128  # pixels of its pictures
THINGS = (range(0x2190, 0x2C00), range(0x1F300, 0x1F650), range(0x1F680, 0x1FB00))
ROLES = (
    *(0x2695, 0x2696, 0x2708, 0x1F33E, 0x1F373, 0x1F393, 0x1F3A4, 0x1F3A8, 0x1F3EB, 0x1F3ED),
    *(0x1F4BB, 0x1F4BC, 0x1F527, 0x1F52C, 0x1F680, 0x1F692, 0x1F9AF, 0x1F9BC, 0x1F9BD),
    *(0x1F9B0, 0x1F9B1, 0x1F9B2, 0x1F9B3),
)


def missing() -> list[str]:
    """What has to be installed before data can be made, each with the command that does it."""
    lines = []
    if not importlib.util.find_spec("tflite_micro"):
        lines.append("tflite_micro is missing: pip install tflite-micro")
    if not FONT.exists():
        lines.append(f"{FONT.name} is missing: apt-get install fonts-noto-color-emoji")
    if not features.check("raqm") or not features.check("fribidi"):
        lines.append("Pillow cannot combine emoji: apt-get install libfribidi0")
    return lines


@functools.cache
def font() -> ImageFont.FreeTypeFont:
    """Noto Color Emoji, with combination of emoji to others."""
    return ImageFont.truetype(str(FONT), FONT_SIZE, layout_engine=ImageFont.Layout.RAQM)


def draw(sequence: data.CodePoints) -> data.Glyph | None:
    """An emoji of the font, None if it has no such emoji."""
    text = "".join(map(chr, sequence))
    picture = Image.new("RGBA", (FONT_ADVANCE, FONT_HEIGHT))
    ImageDraw.Draw(picture).text((0, 0), text, font=font(), embedded_color=True, anchor="lt")
    if round(font().getlength(text)) != FONT_ADVANCE or picture.getbbox() is None:
        return None
    square = Image.new("RGBA", (FONT_ADVANCE, FONT_ADVANCE))
    square.paste(picture, (0, (FONT_ADVANCE - FONT_HEIGHT) // 2))
    return data.Glyph(sequence, square)


def person_sequences() -> list[data.CodePoints]:
    """Persons, with and without gender, in roles, and each also in one skin tone."""
    shown: list[data.CodePoints] = [(person,) for person in sorted(data.PERSONS)]
    shown += [(adult, data.JOINER, role) for adult in data.ADULTS for role in ROLES]
    shown += [
        (person, data.JOINER, gender, data.VARIATION_SELECTOR)
        for person in sorted(data.PERSONS)
        for gender in data.GENDERS
    ]
    tones = [
        (first, data.SKIN_TONES[i % len(data.SKIN_TONES)], *rest)
        for i, (first, *rest) in enumerate(shown)
    ]
    return shown + tones


def load_groups() -> tuple[list[list[data.Glyph]], list[list[data.Glyph]]]:
    """The groups of glyphs without and with a person."""
    things = [(code,) for codes in THINGS for code in codes if data.label_of((code,)) == 0]
    by_label: list[list[list[data.Glyph]]] = []
    for sequences in (things, person_sequences()):
        groups: dict[data.CodePoints, list[data.Glyph]] = collections.defaultdict(list)
        for glyph in filter(None, map(draw, sequences)):
            groups[data.concept(glyph.sequence)].append(glyph)
        by_label.append(list(groups.values()))
    return by_label[0], by_label[1]


def run_model(model: Path, scenes: NDArray[np.uint8]) -> NDArray[np.int8]:
    """(n, 2) quantised scores of (n, 96, 96) scenes."""
    runtime = importlib.import_module("tflite_micro.python.tflite_micro.runtime")
    interpreter = runtime.Interpreter.from_file(str(model))
    scores = []
    for pixels in scenes:
        image = (pixels.astype(np.int16) - 128).astype(np.int8)
        interpreter.set_input(image[None, :, :, None], 0)
        interpreter.invoke()
        scores.append(interpreter.get_output(0)[0])
    return np.array(scores)


def print_share(name: str, hits: NDArray[np.bool_]) -> None:
    """Print which share of a group of answers is right."""
    print(f"  {name:<42} {hits.mean():6.1%} of {hits.size}")


def write_sheet(path: Path, scenes: NDArray[np.uint8], correct: NDArray[np.bool_]) -> None:
    """A contact sheet of the first 96 scenes; the wrongly answered ones have a white frame."""
    sheet = Image.new("L", (12 * 100, 8 * 100))
    for i, pixels in enumerate(scenes[:96]):
        corner = (i % 12 * 100, i // 12 * 100)
        frame = 0 if correct[i] else 255
        sheet.paste(frame, (*corner, corner[0] + 100, corner[1] + 100))
        sheet.paste(Image.fromarray(pixels), (corner[0] + 2, corner[1] + 2))
    sheet.save(path)


def main() -> int:
    """Make the scenes, run the model on them, print its accuracy."""
    parser = argparse.ArgumentParser(description="Measure the person model on held-out emoji.")
    parser.add_argument("--model", type=Path, default=Path(__file__).with_name("person.tflite"))
    parser.add_argument("--scenes", type=int, default=3000, help="half of them show a person")
    parser.add_argument("--sheet", type=Path, help="write a picture of the first scenes")
    arguments = parser.parse_args()
    for line in (lines := missing()):
        print(line, file=sys.stderr)
    if lines:
        return 2

    groups = load_groups()
    print(f"{len(groups[0])} emoji without and {len(groups[1])} with a person")
    rng = np.random.default_rng(2)
    truth = np.arange(arguments.scenes) % 2
    subjects = [data.choose(rng, groups[label]) for label in truth]
    scenes = np.stack(
        [
            data.scene(rng, subject, [data.choose(rng, groups[0]) for _ in range(2)])[0]
            for subject in subjects
        ]
    )
    correct = run_model(arguments.model, scenes).argmax(1) == truth
    unseen = np.array([data.is_held_out(subject.sequence) for subject in subjects])
    print_share("person", correct[truth == 1])
    print_share("no_person", correct[truth == 0])
    print_share("person, emoji in no training design", correct[(truth == 1) & unseen])
    print_share("no_person, emoji in no training design", correct[(truth == 0) & unseen])
    if arguments.sheet:
        write_sheet(arguments.sheet, scenes, correct)
    accuracy = float(correct.mean())
    print(f"person: {accuracy:.1%} of {correct.size} scenes, floor {FLOOR:.0%}")
    return 0 if accuracy >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
