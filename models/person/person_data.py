# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The pictures the person model is trained and judged on: emoji over procedural clutter, in grey.

Both classes have the same backgrounds, bystander objects, sizes and disturbances; only what stands
in front differs. Training and test take their glyphs from different designers, see train.py and
evaluate.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIDE = 96
CELLS = 6  # a side, for the coverage that helps training
LABELS = ("no_person", "person")

CodePoints = tuple[int, ...]

JOINER, VARIATION_SELECTOR = 0x200D, 0xFE0F
ADULTS = (0x1F9D1, 0x1F468, 0x1F469)
GENDERS = (0x2640, 0x2642)
SKIN_TONES = range(0x1F3FB, 0x1F400)

# Emoji that show a person: a head with hair and shoulders, half a body, or a whole one.
PERSONS = frozenset(
    {
        *range(0x1F466, 0x1F479),
        *range(0x1F481, 0x1F484),
        *range(0x1F645, 0x1F648),
        *range(0x1F6B4, 0x1F6B7),
        *range(0x1F934, 0x1F93B),
        *range(0x1F93C, 0x1F93F),
        *range(0x1F9CD, 0x1F9D0),
        *range(0x1F9D1, 0x1F9DE),
        *range(0x1FAC3, 0x1FAC6),
        *(0x26F7, 0x26F9, 0x1F385, 0x1F3C2, 0x1F3C3, 0x1F3C4, 0x1F3C7, 0x1F3CA, 0x1F3CB, 0x1F3CC),
        *(0x1F47C, 0x1F486, 0x1F487, 0x1F48F, 0x1F491, 0x1F574, 0x1F575, 0x1F57A, 0x1F64B),
        *(0x1F64D, 0x1F64E, 0x1F6A3, 0x1F6C0, 0x1F6CC, 0x1F926, 0x1F930, 0x1F931, 0x1F977),
        *(0x1F9B8, 0x1F9B9),
    }
)

# In neither class: faces without a head, silhouettes, statues, dolls, masks and monsters that look
# like people, signs and cards with people on them, parts of the body, skin tones and hair alone.
AMBIGUOUS = (
    frozenset(
        {
            *range(0x1F31A, 0x1F31F),
            *range(0x1F440, 0x1F451),
            *range(0x1F590, 0x1F597),
            *range(0x1F600, 0x1F645),
            *range(0x1F6AE, 0x1F6BD),
            *range(0x1F6C2, 0x1F6C6),
            *range(0x1F910, 0x1F930),
            *range(0x1F970, 0x1F97B),
            *range(0x1F9B0, 0x1F9B8),
            *range(0x1FAE0, 0x1FAF9),
            *SKIN_TONES,
            *(0x2639, 0x263A, 0x261D, 0x270A, 0x270B, 0x270C, 0x270D, 0x1F38E, 0x1F3AD, 0x1F463),
            *(0x1F464, 0x1F465, 0x1F479, 0x1F47A, 0x1F47D, 0x1F47F, 0x1F485, 0x1F4AA, 0x1F4C7),
            *(0x1F5BC, 0x1F5E3, 0x1F5FD, 0x1F5FF, 0x1F608, 0x1F64C, 0x1F64F, 0x1F6D7, 0x1F90C),
            *(0x1F90F, 0x1F932, 0x1F933, 0x1F9BB, 0x1F9CC, 0x1F9D0, 0x1F9DE, 0x1F9DF, 0x1FA86),
            *(0x1FAAA, 0x1FAC0, 0x1FAC1, 0x1FAC2),
        }
    )
    - PERSONS
)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)
FLAGS = frozenset({0x1F3F3, 0x1F3F4})


def label_of(sequence: CodePoints) -> int | None:
    """1 if an emoji shows a person, 0 if it does not, None if it is in neither class."""
    first = sequence[0]
    if first in PERSONS:
        return 1
    if first in AMBIGUOUS or first in FLAG_LETTERS or first in FLAGS or first < 0x2190:
        return None
    return 0


@dataclass(frozen=True)
class Glyph:
    """A picture of an emoji: colours and coverage, (n, n, 4), 8 bits each."""

    sequence: CodePoints
    picture: Image.Image


def soft_noise(rng: np.random.Generator, cells: int) -> NDArray[np.float64]:
    """(96, 96) smooth random field of mean 0 with about `cells` bumps a side."""
    grid = rng.standard_normal((cells + 1, cells + 1)).astype(np.float32)
    field = Image.fromarray(grid).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(field, np.float64)


def draw_shape(rng: np.random.Generator, draw: ImageDraw.ImageDraw) -> None:
    """A line, ellipse, box or polygon of random size, place and grey."""
    grey = int(rng.integers(256))
    x, y = rng.uniform(-20, SIDE + 20, 2)
    w, h = rng.uniform(4, 70, 2)
    kind = rng.integers(4)
    if kind == 0:
        x2, y2 = rng.uniform(-20, SIDE + 20, 2)
        draw.line((x, y, x2, y2), grey, int(rng.integers(1, 7)))
    elif kind == 1:
        draw.ellipse((x, y, x + w, y + h), grey if rng.random() < 0.6 else None, grey, 2)
    elif kind == 2:
        draw.rectangle((x, y, x + w, y + h), grey if rng.random() < 0.6 else None, grey, 2)
    else:
        corners = rng.uniform(-0.6, 0.6, (int(rng.integers(3, 7)), 2)) * (w, h) + (x, y)
        draw.polygon([(float(a), float(b)) for a, b in corners], grey)


def background(rng: np.random.Generator, clutter: float) -> Image.Image:
    """Uneven light, soft texture, and shapes, up to eight where `clutter` is 1."""
    ramp = np.linspace(-1, 1, SIDE)
    across, down = rng.uniform(-40, 40, 2)
    field = rng.uniform(20, 235) + across * ramp + down * ramp[:, None]
    for cells in (2, 5, 12, 30):
        field += clutter * rng.uniform(0, 14) * soft_noise(rng, cells)
    picture = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.uniform(0, 9) * clutter)):
        draw_shape(rng, draw)
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))


def paste(
    rng: np.random.Generator, canvas: Image.Image, glyph: Glyph, height: float
) -> Image.Image:
    """Draw a glyph of the given height (pixels) with random greys, tilt and place.

    Returns its coverage, (96, 96), 0 to 255.
    """
    side = round(height)
    small = glyph.picture.resize((side, side), Image.Resampling.BOX)
    if rng.random() < 0.5:
        small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    small = small.rotate(rng.normal(0, 7), Image.Resampling.BILINEAR, expand=True)
    pixels = np.asarray(small, np.float64)
    mix = rng.dirichlet((3, 5, 2))
    grey = (pixels[..., :3] @ mix - 128) * rng.uniform(0.7, 1.2) + 128 + rng.uniform(-30, 30)
    alpha = Image.fromarray(pixels[..., 3].astype(np.uint8))
    body = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    # At most a sixth of the glyph leaves the picture.
    low, high = -side / 6, SIDE - side * 5 / 6
    left, top = (round(edge) for edge in rng.uniform(low, high, 2))
    canvas.paste(body, (left, top), alpha)
    coverage = Image.new("L", (SIDE, SIDE))
    coverage.paste(alpha, (left, top))
    return coverage


def scene(
    rng: np.random.Generator, subject: Glyph, bystanders: Sequence[Glyph]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The subject before up to two of the bystanders, as a cheap camera sees it.

    Returns (96, 96) grey levels and (6, 6) how much of each cell the subject covers, 0 to 255.
    """
    clutter = rng.random()
    picture = background(rng, clutter)
    for bystander in bystanders[: int(rng.uniform(0, 3) * clutter)]:
        paste(rng, picture, bystander, rng.uniform(16, 48))
    coverage = paste(rng, picture, subject, rng.uniform(56, 96))
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.0)))
    pixels = np.asarray(picture, np.float64)
    pixels = (pixels - 128) * rng.uniform(0.75, 1.2) + 128 + rng.uniform(-20, 20)
    pixels += rng.uniform(0, 9) * rng.standard_normal((SIDE, SIDE))
    cells = np.asarray(coverage.resize((CELLS, CELLS), Image.Resampling.BOX))
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8), cells


def choose(rng: np.random.Generator, groups: Sequence[Sequence[Glyph]]) -> Glyph:
    """A glyph of a random group; a group is one emoji in its skin tones."""
    group = groups[int(rng.integers(len(groups)))]
    return group[int(rng.integers(len(group)))]


def concept(sequence: CodePoints) -> CodePoints:
    """What an emoji shows, whatever the skin tone and presentation."""
    return tuple(c for c in sequence if c not in SKIN_TONES and c != VARIATION_SELECTOR)


def is_held_out(sequence: CodePoints) -> bool:
    """Whether training must not see this emoji in any design: one role or thing in eight."""
    shown = set(concept(sequence)) - {JOINER, *ADULTS, *GENDERS} or {sequence[0]}
    return zlib.crc32(repr(sorted(shown)).encode()) % 8 == 0
