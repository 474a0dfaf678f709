"""The reading of recorded counts; `test_predictions` holds every count to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.toolchain import counts
from tests.toolchain.counts import NAMES, assert_no_more
from tests.toolchain.test_predictions import CORES, MODELS

TABLE = """\
# Results

Words | and more.

| core | model | cycles | instructions | flash |
| --- | --- | --- | --- | --- |
| cortex-m4 | sine | - | 1,000 | 7 |
| rv32imc | resnet8 | 5 | 71,353,060 | 7 |

## Others

| model | core | instructions |
| --- | --- | --- |
| sine | cortex-m4 | 1 |
"""


def test_the_first_table_is_read() -> None:
    assert counts.counts(TABLE) == {("sine", "cortex-m4"): 1000, ("resnet8", "rv32imc"): 71353060}


def test_every_reference_model_is_recorded_on_every_core() -> None:
    recorded = counts.counts(counts.RESULTS.read_text("utf-8"))
    assert set(recorded) >= {(NAMES[model], core) for model in MODELS for core in CORES}


def test_more_than_two_percent_is_too_much(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "RESULTS.md"
    results.write_text(TABLE, "utf-8")
    monkeypatch.setattr(counts, "RESULTS", results)
    assert_no_more("microflow_rs__sine", "cortex-m4", 1020)
    with pytest.raises(AssertionError, match=r"1,021 instructions on cortex-m4, 2.1% more"):
        assert_no_more("microflow_rs__sine", "cortex-m4", 1021)
