"""Finds the word that a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_LONGEST = 64
_MOST = 256
_NEAR = 0.7  # of the letters in common


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Returns the candidate that `word` most likely misspells, or None where none is near.

    Looks at the first candidates only, so that hostile files cost no time.
    """
    if not word or len(word) > _LONGEST:
        return None
    near = [c for c in islice(candidates, _MOST) if len(c) <= _LONGEST]
    same = next((c for c in near if c.casefold() == word.casefold()), None)
    if same is not None:
        return same
    folded = {c.casefold(): c for c in reversed(near)}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=_NEAR)
    return folded[found[0]] if found else None


def is_plain(word: str, candidates: Iterable[str]) -> bool:
    """Tells whether `word` misspells one of `candidates` and looks like no other of them."""
    if not word or len(word) > _LONGEST:
        return False
    near = {c.casefold() for c in islice(candidates, _MOST) if len(c) <= _LONGEST}
    folded = word.casefold()
    return folded in near or len(get_close_matches(folded, near, n=2, cutoff=_NEAR)) == 1


def listed(words: Iterable[str], most: int = 12) -> str:
    """Returns words for a message: each in backticks, at most `most` of them."""
    every = list(words)
    text = ", ".join(f"`{word}`" for word in every[:most])
    return text if len(every) <= most else f"{text} and {len(every) - most} more"
