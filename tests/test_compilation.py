"""What is worked out again for an edit: counted, because time on a busy computer proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from microflow import analysis, compilation
from microflow.analysis import Analysis, Request, check
from microflow.files import Overlay

PERSON = Path(__file__).parents[1] / "models" / "person" / "person.tflite"
STEPS = ("run_passes", "orders", "possible_steps", "front", "settle", "planned_calls", "sizes")
MANIFEST = """\
mflow 1

model person {
  source   = "person.tflite"
  targets  = [nrf52840]
  optimize = balanced
  budget   { ram = 96KiB }
  input image { tensor = "image" }
  output scores { labels = ["no", "yes"] }
}
"""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step was taken, with nothing known at the beginning."""
    counts: Counter[str] = Counter()

    def counted(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            counts[name] += 1
            return step(*arguments)

        return run

    for name in STEPS:
        monkeypatch.setattr(compilation, name, counted(name, getattr(compilation, name)))
    monkeypatch.setattr(analysis, "import_model", counted("import", analysis.import_model))
    analysis._import.cache_clear()
    compilation._seen.clear()
    return counts


def _check(text: str) -> Analysis:
    files = {"m.mflow": text.encode(), "person.tflite": PERSON.read_bytes()}
    return check(Request("m.mflow"), Overlay(files))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model person", "model somebody"),
        ("96KiB", "97KiB"),
        ("ram = 96KiB", "ram = 96KiB; latency = 1ms; stack = 9KiB"),
        ('["no", "yes"]', '["nobody", "somebody"]'),
        ("mflow 1", "mflow 1 # one"),
        ("optimize = balanced", "optimise = balanced"),
        ("  output", "  emit { selftest = true; package = [cmake] }\n  output"),
        ("[nrf52840]", "[board]\n  arena = a"),
        ("[nrf52840]", "[nrf52840]\n  arena = caller"),
    ],
)
def test_what_the_planner_does_not_see_costs_it_nothing(
    old: str, new: str, done: Counter[str]
) -> None:
    text = MANIFEST.replace("\n\n", "\ntarget board : nrf52840 { clock = 1MHz }\narena a { }\n")
    before = _check(text)
    assert done["settle"] >= 1
    done.clear()
    after = _check(text.replace(old, new))
    assert not done
    for one, other in zip(before.results, after.results, strict=False):
        assert one.compiled.plan is other.compiled.plan


def test_a_tighter_budget_proves_the_plans_that_it_needs_and_no_more(done: Counter[str]) -> None:
    text = MANIFEST.replace("balanced", "latency")
    fastest = _check(text).results[0].sizes.ram_bytes
    assert done["settle"] == 1
    tighter = text.replace("96KiB", f"{fastest - 1}B")
    assert _check(tighter).results[0].sizes.ram_bytes < fastest
    proved = done["settle"]
    assert proved >= 2
    for again in (tighter, text, tighter):
        _check(again)
    assert done["settle"] == proved
    assert {done[step] for step in ("import", "run_passes", "orders", "front")} == {1}


def test_chips_of_one_core_are_planned_once(done: Counter[str]) -> None:
    results = _check(MANIFEST.replace("nrf52840", "nrf52840, stm32f405, apollo4")).results
    assert len({r.target.name for r in results}) == 3
    assert len({r.target.core.name for r in results}) == 1
    assert {done[step] for step in ("import", "run_passes", "orders", "front")} == {1}
    _check(MANIFEST.replace("nrf52840", "lm3s6965"))
    assert done["run_passes"] == 2


def test_what_does_not_fit_is_advised_on_once(done: Counter[str]) -> None:
    """The way out, an input that arrives row by row, has a front of its own."""
    _check(MANIFEST.replace("96KiB", "1KiB"))
    assert done["front"] == 2
    done.clear()
    found = _check(MANIFEST.replace("96KiB", "1200B")).diagnostics
    assert [d.rule.code for d in found] == ["MF5001"]
    assert not done


def test_what_is_kept_is_bounded(done: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation, "_KEPT", 2)
    for chip in ("nrf52840", "lm3s6965", "esp32"):
        _check(MANIFEST.replace("nrf52840", chip))
    assert len(compilation._seen) == 2
    _check(MANIFEST.replace("nrf52840", "esp32"))
    assert done["run_passes"] == 3
    _check(MANIFEST)
    assert done["run_passes"] == 4
