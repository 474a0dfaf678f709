"""Real models that remember or run subgraphs: every step of their vectors, byte for byte."""

from __future__ import annotations

import pytest

from ..need import corpus, corpus_entries, need
from ..run_model import STRICT
from .corpus import Entry, name, verified

_OPERATORS = {
    *("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE"),
    *("SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM", "IF", "WHILE"),
}


def remembering() -> list[Entry]:
    """Returns the models that have such operators and run on the reference."""
    entries = corpus_entries()
    return [e for e in entries if _OPERATORS & set(e["ops"]) and e["tflm_accepts"]]


@pytest.mark.parametrize("entry", remembering() or [None], ids=name)
def test_every_step_is_equal(entry: Entry | None) -> None:
    folder = corpus()
    assert entry is not None
    for made in verified(folder, entry, (*STRICT, "-O1"), need("gcc")):
        assert made.steps > 1
        assert not any(output.differing for output in made.outputs)
